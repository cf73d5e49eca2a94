"""Balance selectors: the gap of a plan, its levers, the mix, rations and ways out, each worked out once for a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import RLock

import polars as pl
from django.urls import reverse

from steelyard.balancing.weights import Weights
from steelyard.plan.balancing.block import BlockTold, block_told
from steelyard.plan.balancing.board import GapBoard
from steelyard.plan.balancing.catalogue import Catalogue, LeverWorth, ScheduleChange
from steelyard.plan.balancing.focus import NO_FOCUS, Focus
from steelyard.plan.balancing.frames import lever_frame, mix_frame, month_frame, queue_frame, way_frame
from steelyard.plan.balancing.mix import Mix, best_mix
from steelyard.plan.balancing.preview import Preview, preview_levers
from steelyard.plan.balancing.rationing import Rationing
from steelyard.plan.balancing.standing_model import BalanceBase, balance_base, is_large
from steelyard.plan.balancing.ways_out import WayOut, WaysOut
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sheet_picture import SheetPicture
from steelyard.web.answers.answers import Answers
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.ui.figures import whole_parts

_boards: Answers[GapBoard] = Answers("Sizing the gap", 6)
_served: Answers["ServedLevers"] = Answers("Weighing levers", 3, long=True)
_previews: Answers[Preview] = Answers("Planning with the levers", 8, long=True)
_ways: Answers["WaysView"] = Answers("Looking for ways out", 4, long=True)
_rations: Answers[Rationing] = Answers("Sharing out", 6)
_solver = RLock()
"""A live solver answers one question at a time."""


@dataclass(frozen=True)
class WaysView:
    """What stays late when every lever is pulled, and the sets of limits that would have to give way."""

    closed: bool
    left: float
    target: float
    service: float
    ways: tuple[WayOut, ...]
    block: BlockTold | None
    """What to know where they are of a block of a large plan."""


@dataclass(frozen=True)
class AgendaLine:
    """A lever as a line of the pre-S&OP's agenda; plain values."""

    key: str
    text: str
    kind: str
    side: str
    gain: float
    """Money it brings, its cost taken off."""
    closes: float
    """Units late or lost that it closes."""
    per_unit: float | None
    """Money gained per unit of gap closed."""
    lead_periods: int
    url: str


class ServedLevers:
    """The levers of one plan, measured once, and the mixes asked for.

    Args:
        base: The plan's balance base.
        focus: What the block of a large plan is to be about.
    """

    def __init__(self, base: BalanceBase, focus: Focus = NO_FOCUS) -> None:
        with _solver:
            self.catalogue = Catalogue(base, focus=focus)
            self.worths: tuple[LeverWorth, ...] = self.catalogue.worths
            self.schedule: ScheduleChange | None = self.catalogue.schedule
            self.months: pl.DataFrame = month_frame(self.catalogue)
        self._mixes: Answers[Mix] = Answers("Choosing", 8, long=True)

    def mix(self, weights: Weights) -> Mix:
        """The best mix for what counts."""

        def make() -> Mix:
            with _solver:
                return best_mix(self.catalogue, weights)

        return self._mixes.made(weights, make)


def board_of(plan: PlanNumbers) -> GapBoard:
    """The gap of a plan."""
    return _boards.of(plan, lambda: GapBoard(balance_base(plan)))


def family_lines(board: GapBoard) -> list[dict[str, object]]:
    """The gap by family as a page shows it: whole numbers that add up to the totals, across and down."""
    told = {name: whole_parts(board.families[name].to_list()) for name in ("demand", "gap", "gap_money", "gap_hours")}
    told["served"] = [asked - gap for asked, gap in zip(told["demand"], told["gap"], strict=True)]
    shown = board.families.with_columns(pl.Series(name, cells, pl.Float64) for name, cells in told.items())
    return shown.to_dicts()


def loss_lines(found: Rationing, rules: Sequence[str]) -> list[dict[str, object]]:
    """Who is short of how much by which rule as a page shows it, in the order of the rules; whole numbers add up."""
    frame = found.who_lost()
    names, asked = frame[found.level].to_list(), whole_parts(frame["asked"].to_list())
    lost = zip(*(whole_parts(frame[f"{rule}_lost"].to_list()) for rule in rules), strict=True)
    service = frame.select(f"{rule}_service" for rule in rules).rows()
    return [
        {"name": name, "asked": units, "by_rule": list(zip(short, kept, strict=True))}
        for name, units, short, kept in zip(names, asked, lost, service, strict=True)
    ]


def levers_of(plan: PlanNumbers, focus: Focus = NO_FOCUS) -> ServedLevers:
    """The levers of a plan; of a large one on a block about the focus."""
    asked = (str(focus),) if focus and is_large(board_of(plan).base.full) else ()
    # The board is asked for again within: out here it may be the one of the plan before the last change.
    return _served.of(plan, lambda: ServedLevers(board_of(plan).base, focus), *asked)


def preview_of(
    plan: PlanNumbers, shares: Mapping[str, float], author: str, at: datetime, focus: Focus = NO_FOCUS
) -> Preview:
    """What levers do to a plan by its own engine, each alone and all together."""

    def make() -> Preview:
        catalogue = levers_of(plan, focus).catalogue
        with _solver:
            return preview_levers(catalogue, shares, author=author, at=at)

    return _previews.of(plan, make, tuple(sorted(shares.items())), str(focus))


def rationing_of(plan: PlanNumbers, first: Sequence[str] = ()) -> Rationing:
    """Short units of a plan under every rule; channels of `first` go first."""
    return _rations.of(plan, lambda: Rationing(board_of(plan).base, tuple(first)), tuple(first))


def ways_of(plan: PlanNumbers, focus: Focus = NO_FOCUS) -> WaysView:
    """The smallest sets of limits that must give way in a plan; of a large one in a block about the focus."""

    def make() -> WaysView:
        with _solver:
            found = WaysOut(board_of(plan).base, focus)
            ways, left = found.sets(), found.levers_alone
            return WaysView(found.closed, left.units, found.target, left.service, ways, found.block)

    return _ways.of(plan, make, *((str(focus),) if focus else ()))


def lever_agenda(scenario: str, *, most: int = 12) -> tuple[AgendaLine, ...]:
    """The agenda of the pre-S&OP: levers of a scenario's plan by value.

    Raises:
        NotFound: There is no such scenario.
        PlanError: No block of a large plan is small enough to weigh levers on.
    """
    url, served = reverse("balance:board", args=[scenario]), levers_of(plan_of(scenario))
    levers = [
        AgendaLine(
            one.lever.key, one.lever.name, one.label, one.lever.side, one.gain, one.closed,
            None if one.per_unit != one.per_unit else one.per_unit, one.lever.lead_periods, f"{url}#levers",
        )
        for one in served.worths
    ]  # fmt: skip
    queues = [
        AgendaLine(one.key, one.name, one.label, "demand", one.gain, one.closed, None, 0, f"{url}#ration")
        for one in served.catalogue.queues
        if one.gain > 0
    ]
    return tuple(sorted((*levers, *queues), key=lambda one: -one.gain)[:most])


def levers_weighed(scenario: str) -> bool:
    """Whether the levers of a scenario's plan are weighed already, so that asking for them costs nothing.

    Raises:
        NotFound: There is no such scenario.
    """
    return _served.at_hand(plan_of(scenario)) is not None


BALANCE_PICTURES = {
    "Families": SheetPicture("bar", "family", ("gap_money",), "Late or lost at price, by family"),
    "Levers": SheetPicture("bar", "lever", ("gain",), "Gain of each lever alone"),
    "Mix": SheetPicture("bar", "lever", ("alone", "adds"), "Each lever of the mix: alone, and added to those before"),
    "Rules": SheetPicture("bar", "rule", ("lost_units",), "Units short by rule"),
}
"""Pictures of the workbook, by sheet."""


def balance_tables(plan: PlanNumbers, weights: Weights, focus: Focus = NO_FOCUS) -> dict[str, pl.DataFrame]:
    """Everything the page shows, as sheets of a workbook."""
    board, served, rations = board_of(plan), levers_of(plan, focus), rationing_of(plan)
    tables = {
        "Gap": board.frame,
        "Families": board.families,
        "Levers": lever_frame(served.catalogue),
        "Mix": mix_frame(served.mix(weights)),
        "Promotion months": served.months,
        "Rationing levers": queue_frame(served.catalogue),
        "Rules": rations.summary,
        "Who loses what": rations.who_lost(),
    }
    if served.catalogue.block is not None:
        told = block_told(served.catalogue.block) or {}
        lines = [(name.replace("_", " ").capitalize(), _cell(value)) for name, value in told.items()]
        tables = {"Block": pl.DataFrame(lines, schema=["What", "Value"], orient="row")} | tables
    if (found := _ways.at_hand(plan)) is not None:
        tables["Ways out"] = way_frame(found.ways)
    return {name: frame for name, frame in tables.items() if frame.width}


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
