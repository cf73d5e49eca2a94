"""Facts: what the rules of gates judge, gathered from what the company keeps; always of the whole company."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import isfinite
from typing import TypeVar

import numpy as np
import polars as pl

from steelyard.cycle.cycle import first_day
from steelyard.cycle.gates import facts, judge
from steelyard.cycle.step import GateUse
from steelyard.errors import NotFound
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.measuring.check import BASIS, check_overrides
from steelyard.plan.plan import Plan
from steelyard.plan.review.capacity import CapacityView
from steelyard.plan.sign_off.signature import FUNCTIONS
from steelyard.web.accounts.sight import called, viewed_by_the_system
from steelyard.web.company import workspace
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.cycles.money_facts import budget_facts, finance_facts
from steelyard.web.cycles.neighbours import (
    actions_late,
    asked_resources,
    decided_resources,
    decisions_open,
    plan_approval,
)
from steelyard.web.cycles.plans import done_by_hand, step_plan
from steelyard.web.demand_review.board import lay_board
from steelyard.web.intelligence.selectors import intelligence_view
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.scenarios.plans import Moment, moment_of
from steelyard.web.scenarios.registers import seen_assumptions
from steelyard.web.scenarios.words import ChangeLine
from steelyard.web.scorecard.exceptions import shortages
from steelyard.web.scorecard.selectors import ahead
from steelyard.web.ui.dates import period_words

Found = TypeVar("Found")
LATELY = 3
"""Periods of history in which an item must have sold to be one that still sells."""
BARE_REASONS = frozenset({"", "other"})


@dataclass(frozen=True)
class Ground:
    """What is judged: a step of a cycle on the numbers of now."""

    cycle: Cycle
    step: Step
    moment: Moment
    today: date

    @property
    def plan(self) -> Plan:
        """The numbers of the whole company."""
        return self.moment.plan


def for_everybody(function: Callable[[], Found]) -> Found:
    """Call a function that sees the whole company, whoever asks: a gate is judged on everything, or not at all.

    NOTE: what it finds is kept in the record; what of that a person reads is cut to their part when it is shown.
    """
    with viewed_by_the_system():
        return function()


def ground_of(step: Step, today: date) -> Ground:
    """The numbers on which a step is judged.

    Raises:
        NotFound: The scenario of the cycle is not there.
    """
    return Ground(step.cycle, step, for_everybody(lambda: moment_of(step.cycle.scenario)), today)


def gather(ground: Ground, kind: type) -> object | None:
    """The facts of a kind; None where there are none to be had."""
    found = GATHERERS.get(kind)
    return for_everybody(lambda: found(ground)) if found else None


def _data(ground: Ground) -> facts.DataFacts:
    home = workspace()
    extract = extract_of(ground.plan.inputs.extract)
    newest = home.extracts()[-1]
    flaws = tuple(
        facts.Flaw(f.rule, f.table, f.rows, f.severity, float(f.money), f.owner) for f in extract.findings if f.rows
    )
    return facts.DataFacts(
        extract.as_of, first_day(ground.cycle.key[:7]), extract.score.overall, flaws,
        newest.digest == extract.digest, newest.as_of,
    )  # fmt: skip


def _forecast(ground: Ground) -> facts.ForecastFacts:
    frame = ground.plan.frame(["consensus_demand"], by=["item"], time="all").filter(pl.col("item").is_not_null())
    labels = ground.plan.history.labels
    lately = (labels[-min(LATELY, len(labels))], labels[-1])
    sold = ground.plan.frame(["demand_history", "revenue_history"], by=["item"], time="all", periods=lately)
    joined = frame.join(sold.drop("period", strict=False), on="item", how="left")
    empty = joined.filter((pl.col("consensus_demand").fill_null(0) <= 0) & (pl.col("demand_history").fill_null(0) > 0))
    names = member_names(ground.plan.inputs.extract)
    missing = tuple(
        facts.Line(
            names.spoken("item", row["item"]), "sold lately, and no forecast over the horizon",
            float(row["revenue_history"] or 0.0), (("item", (row["item"],)),),
        )
        for row in empty.sort("revenue_history", descending=True, nulls_last=True).to_dicts()
    )  # fmt: skip
    return facts.ForecastFacts(frame.height, missing)


def _signatures(ground: Ground) -> facts.SignatureFacts:
    board = lay_board(ground.plan, list(ground.moment.scenario.signed_slices(ground.plan)), {})
    return facts.SignatureFacts(
        len(board.families),
        tuple(
            facts.OpenSignature(
                f, FUNCTIONS[f], board.open_families[f], board.open_money[f], board.stale_money[f]
            )
            for f, _ in board.functions
        ),
    )  # fmt: skip


def _overrides(ground: Ground) -> facts.OverrideFacts:
    standing = [change for change in ground.plan.changes if change.enabled and change.moves_cells]
    names = member_names(ground.plan.inputs.extract)
    large = check_overrides(ground.plan, standing, large=workspace().thresholds.large_override, against=BASIS)
    bare = [c for c in standing if c.reason in BARE_REASONS and not c.note]
    return facts.OverrideFacts(
        len(standing),
        tuple(facts.Line(ChangeLine(c, True, names).sentence, f"by {called(c.author)}") for c in bare),
        tuple(
            facts.Line(
                ChangeLine(one.change, True, names).sentence, f"{one.words} By {called(one.change.author)}.", one.money
            )
            for one in large
            if one.size == "large" and not one.change.note
        ),
    )


def _load(ground: Ground) -> facts.LoadFacts:
    view = CapacityView(ground.plan)
    names = tuple(name for name in view.resources if name not in view.stores)
    over = view.frame.filter((pl.col("overload") > 0.5) & pl.col("resource").is_in(names))
    decided, asked = decided_resources(ground.cycle.key, names), asked_resources(ground.cycle.key, names)
    found = tuple(
        facts.Overload(
            str(name),
            float(part["overload"].sum()),
            tuple(part["period"].to_list()),
            decided.get(str(name), ""),
            asked=asked.get(str(name), (0, ""))[1],
            decision=asked.get(str(name), (0, ""))[0],
            unit=str(part["unit"][0]),
        )
        for (name,), part in over.group_by(["resource"], maintain_order=True)
    )
    return facts.LoadFacts(len(names), tuple(sorted(found, key=lambda one: (-one.hours, one.resource))))


def _service(ground: Ground) -> facts.ServiceFacts:
    plan, window = ground.plan, ahead(ground.plan)
    figures, length = figures_of(plan), plan.horizon.position(window[1]) + 1
    on_time, whole = (kpi_value("fill_rate", figures.at(slice(count))) for count in (length, plan.horizon.size))
    last = (window[1], window[1])
    short = sorted(shortages(plan, window, member_names(plan.inputs.extract)), key=lambda one: -one.money)[:20]
    return facts.ServiceFacts(
        on_time if isfinite(on_time) else 100.0,
        tuple(facts.Line(one.name or one.subject, one.text, one.money) for one in short),
        float(np.nan_to_num(plan.value("inventory_value", periods=last))),
        float(np.nan_to_num(plan.value("excess_value", periods=last))),
        f"{period_words(window[0])} to {period_words(window[1])}",
        whole if isfinite(whole) and length < plan.horizon.size else None,
    )


def _assumptions(ground: Ground) -> facts.AssumptionFacts:
    found = seen_assumptions(ground.plan)
    standing = [one for one in found if one.status_on(ground.today) in ("proposed", "validated", "expired")]
    waiting = tuple(
        facts.Line(one.statement, f"{one.status_on(ground.today)}, {called(one.owner)} answers for it")
        for one in standing
        if one.status_on(ground.today) != "validated"
    )
    return facts.AssumptionFacts(len(standing), waiting)


def _intelligence(ground: Ground) -> facts.IntelligenceFacts:
    view = intelligence_view(ground.cycle.scenario)
    valid = [line for line in view.lines if line.usable]
    waiting = tuple(
        facts.Line(line.entry.statement, f"{line.entry.source}, entered by {called(line.entry.owner)}")
        for line in valid
        if not line.in_use
    )
    return facts.IntelligenceFacts(len(valid), waiting)


def _decisions(ground: Ground) -> facts.DecisionFacts:
    return decisions_open(ground.cycle.key, actions_late(ground.today))


def _approval(ground: Ground) -> facts.ApprovalFacts:
    return plan_approval(ground.cycle.key)


def _publication(ground: Ground) -> facts.PublicationFacts:
    since = ground.cycle.opened_at
    mine = [
        record for record in workspace().published()
        if record.scenario == ground.cycle.scenario and (since is None or record.at >= since)
    ]  # fmt: skip
    if not mine:
        return facts.PublicationFacts()
    return facts.PublicationFacts(mine[-1].id, mine[-1].revision != ground.moment.revision)


def _tasks(ground: Ground) -> facts.TaskFacts:
    plan = step_plan(ground.step)
    done = done_by_hand(ground.step) | {
        task.key for task in plan.tasks if task.done_when and _holds(ground, task.done_when)
    }
    open_ = tuple(facts.Line(task.text, task.role.replace("_", " ")) for task in plan.tasks if task.key not in done)
    return facts.TaskFacts(len(plan.tasks), open_)


def _holds(ground: Ground, rule: GateUse) -> bool:
    return judge(rule, partial(gather, ground)).met


def _finance(ground: Ground) -> facts.FinanceFacts | None:
    try:
        return finance_facts(ground.plan, ground.cycle.key)
    except NotFound:
        return None


def _budget(ground: Ground) -> facts.BudgetFacts | None:
    return budget_facts(ground.plan, ground.cycle.key)


GATHERERS: Mapping[type, Callable[[Ground], object | None]] = {
    facts.DataFacts: _data,
    facts.ForecastFacts: _forecast,
    facts.SignatureFacts: _signatures,
    facts.OverrideFacts: _overrides,
    facts.LoadFacts: _load,
    facts.ServiceFacts: _service,
    facts.FinanceFacts: _finance,
    facts.BudgetFacts: _budget,
    facts.AssumptionFacts: _assumptions,
    facts.DecisionFacts: _decisions,
    facts.ApprovalFacts: _approval,
    facts.PublicationFacts: _publication,
    facts.TaskFacts: _tasks,
    facts.IntelligenceFacts: _intelligence,
}
"""Who gathers which kind of facts."""
