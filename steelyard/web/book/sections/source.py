"""Source: all that a book is made from, gathered once."""

from dataclasses import dataclass

from steelyard.errors import NotFound
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.register import Assumption
from steelyard.web.accounts.permissions import User
from steelyard.web.book.content import Chart, ChartKind, ChartSeries, Tone
from steelyard.web.decisions.action_selectors import ActionLine, action_lines
from steelyard.web.decisions.meeting_selectors import MeetingView, minutes_of
from steelyard.web.decisions.page import DecisionView, decision_page
from steelyard.web.decisions.selectors import decisions_of
from steelyard.web.executive.selectors import Executive, executive_of
from steelyard.web.finance_review.selectors import ActionLine as GapActionLine
from steelyard.web.finance_review.selectors import action_lines as gap_action_lines
from steelyard.web.scenarios.registers import seen_assumptions
from steelyard.web.worksheet.columns import short_label

PAST = 12
"""Periods of history that a picture over time shows."""


@dataclass(frozen=True)
class BookSource:
    """What a book is made from."""

    plan: Plan
    cycle: str
    screen: Executive
    decisions: tuple[DecisionView, ...]
    assumptions: tuple[Assumption, ...]
    actions: tuple[ActionLine, ...]
    gap_actions: tuple[GapActionLine, ...]
    """Those that close the gap to the budget, as finance keeps them."""
    meetings: tuple[MeetingView, ...]
    chance: str
    """Chance to meet the budget, in words, such as `45 %`; empty where there is no budget."""
    chance_over: str
    """The periods the budget covers, in words."""

    @property
    def currency(self) -> str:
        """Of the plan's money."""
        return self.screen.currency


def book_source(plan: Plan, cycle: str, user: User, chance: tuple[str, str]) -> BookSource:
    """Gather plan, decisions, assumptions, actions and minutes of a cycle."""
    return BookSource(
        plan=plan,
        cycle=cycle,
        screen=executive_of(plan),
        decisions=tuple(decision_page(line.number, user) for line in decisions_of(cycle)),
        assumptions=seen_assumptions(plan),
        actions=action_lines(cycle=cycle),
        gap_actions=_gap_actions(plan),
        meetings=minutes_of(cycle, user),
        chance=chance[0],
        chance_over=chance[1],
    )


def _gap_actions(plan: Plan) -> tuple[GapActionLine, ...]:
    try:
        return gap_action_lines(plan, plan.name)
    except NotFound:
        return ()


def over_time(
    plan: Plan, title: str, measures: tuple[tuple[str, str, Tone], ...], *, unit: str, drawn: ChartKind = "lines"
) -> Chart:
    """Measures by period, the year before and the horizon; gaps where a measure has none.

    Args:
        plan: The plan.
        title: Of the picture.
        measures: Name, label and colour of each.
        unit: What the axis counts.
        drawn: How.
    """
    labels = (*plan.history.labels[-PAST:], *plan.horizon.labels)
    series = []
    for name, label, tone in measures:
        frame = plan.frame(name)
        said = dict(zip(frame["period"].to_list(), frame[name].to_list(), strict=True))
        values = tuple(_number(said.get(period)) for period in labels)
        if any(value is not None for value in values):
            series.append(ChartSeries(label, values, tone))
    return Chart(title, tuple(map(short_label, labels)), tuple(series), drawn, unit)


def _number(value: object) -> float | None:
    return value if isinstance(value, float) and value == value else None
