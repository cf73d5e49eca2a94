"""Seen plan: the numbers of a plan as one reader sees them, restricted where they are handed out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from steelyard.data.extract import Extract
from steelyard.demand.consensus import StreamRanks
from steelyard.errors import NotAllowed
from steelyard.grid.block import Array, Blocks, IntArray, join
from steelyard.grid.measure import Grain, Measure
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.change import Change
from steelyard.plan.explain import Explanation
from steelyard.plan.inputs import PlanInputs, PlanParameters
from steelyard.plan.numbers import Periods, PlanMaker, PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.plan.record_faults import not_found
from steelyard.plan.sight.rows import Rows, seen_rows
from steelyard.plan.sight.seen_change import sees_change
from steelyard.plan.sight.seen_extract import seen_extract
from steelyard.plan.sight.shared import MONEY_VALUES, ROW_BLOCKS, seen_bill, seen_places
from steelyard.plan.sight.sight import EVERYTHING, Side, Sight
from steelyard.supply.rough_cut import ResourceBill

MARK = "~"
"""Stands between the digest of a plan and the sight it is seen with."""


@dataclass(frozen=True, eq=False)
class SeenPlan(Plan):
    """A plan of which some series or some money are kept from the reader.

    Totals are totals of what is seen. Hidden measures are not listed; read all the same, their cells are empty.
    """

    sight: Sight = EVERYTHING

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure the reader sees, by name."""
        known = self.wiring.measures
        return MappingProxyType({n: m for n, m in self._held.items() if not self.sight.hides(n, known)})

    @cached_property
    def _held(self) -> Mapping[str, Measure]:
        return {n: m for n, m in self.wiring.measures.items() if n in self.values or m.is_ratio}

    def measure(self, name: str) -> Measure:
        """Find a measure, a hidden one as well.

        Raises:
            NotFound: The plan has no such measure; the message names near ones.
        """
        if name not in self._held:
            raise not_found("measure", name, list(self.measures))
        return self._held[name]

    def explain(self, measure: str, *, scope: Scope | None = None, periods: Periods = None) -> Explanation:
        """Say where a number comes from; changes that the reader does not see are left out."""
        told = super().explain(measure, scope=scope, periods=periods)
        return replace(told, changes=tuple(one for one in told.changes if sees_change(self, one.change)))

    def with_values(self, values: Mapping[str, Blocks]) -> PlanNumbers:
        """The same numbers with some measures replaced."""
        return replace(self, values={**dict(self.values), **values})


def seen(plan: Plan, sight: Sight) -> Plan:
    """A plan as a reader sees it; the plan itself where nothing is kept from the reader.

    Raises:
        NotAllowed: The reader's part of the company holds nothing in this plan.
    """
    if sight.everything:
        return plan
    rows = seen_rows(sight.parts, plan.inputs.series) if sight.limited else None
    if rows is not None and not rows["demand"].size and not rows["item_location"].size:
        raise NotAllowed("Your part of the company holds nothing in this plan", mend="ask an administrator to widen it")
    inputs = _inputs(plan.inputs, sight, rows, plan.wiring.measures)
    values = SeenValues(plan.values, plan.wiring.measures, sight, rows, plan.inputs.series)
    held = {one.name: getattr(plan, one.name) for one in fields(PlanNumbers)}
    kept = held | {"inputs": inputs, "values": values, "maker": SeenMaker(plan.maker, sight)}
    return SeenPlan(**{**kept, "digest": f"{plan.digest}{MARK}{sight.key}", "sight": sight})


def with_money(plan: Plan, *sides: Side) -> Plan:
    """The same rows of a plan with no money of some sides hidden, all by default: to weigh by it and tell none of it.

    Whoever reads it hands out units, shares and kinds only; a number in money is for `Sight.shows` to decide.
    """
    if not isinstance(plan, SeenPlan) or not plan.sight.hidden or not isinstance(plan.values, SeenValues):
        return plan
    sight = replace(plan.sight, hidden=plan.sight.hidden - set(sides) if sides else frozenset())
    values, inputs = plan.values.seen_by(sight), plan.inputs
    if isinstance(inputs.values, SeenValues):
        inputs = replace(inputs, values=inputs.values.seen_by(sight))
    digest = f"{plan.digest.partition(MARK)[0]}{MARK}{sight.key}"
    maker = plan.maker.seen_by(sight) if isinstance(plan.maker, SeenMaker) else plan.maker
    return replace(plan, values=values, inputs=inputs, maker=maker, sight=sight, digest=digest)


def _inputs(inputs: PlanInputs, sight: Sight, rows: Rows | None, measures: Mapping[str, Measure]) -> PlanInputs:
    values = SeenValues(inputs.values, measures, sight, rows, inputs.series)
    if rows is None:
        return replace(inputs, values=values)
    return replace(inputs, values=values, series={g: _taken(inputs.series[g], rows[g]) for g in inputs.series})


def _taken(series: SeriesIndex, rows: IntArray) -> SeriesIndex:
    """Some rows of an index, in one block."""
    return SeriesIndex(series.members[rows.tolist()], series.keys, ((0, rows.size),) if series.cuts else ())


class SeenMaker:
    """Opens extracts and calculates plans, and hands them out as a reader sees them."""

    def __init__(self, maker: PlanMaker, sight: Sight) -> None:
        self._maker, self._sight = maker, sight

    def seen_by(self, sight: Sight) -> "SeenMaker":
        """The same with another sight."""
        return SeenMaker(self._maker, sight)

    def extract(self, digest: str) -> Extract:
        """Open an extract."""
        return seen_extract(self._maker.extract(digest), self._sight)

    def numbers(
        self, extract: str, parameters: PlanParameters, changes: Sequence[Change], *, near: str = ""
    ) -> PlanNumbers:
        """Calculate the plan of an extract with changes, or find it."""
        return self._seen(self._maker.numbers(extract, parameters, changes, near=near.partition(MARK)[0]))

    def on_way(
        self, extract: str, parameters: PlanParameters, changes: Sequence[Change], *, near: Sequence[str] = ()
    ) -> PlanNumbers:
        """The measures of a plan between two plans: recalled, or calculated with all that stands behind them."""
        return self._seen(
            self._maker.on_way(extract, parameters, changes, near=[one.partition(MARK)[0] for one in near])
        )

    def _seen(self, made: PlanNumbers) -> Plan:
        return seen(Plan(**{one.name: getattr(made, one.name) for one in fields(PlanNumbers)}), self._sight)

    def facts(self, before: str, after: str) -> tuple[str, ...]:
        """Kinds of facts in which two extracts differ."""
        return self._maker.facts(before, after)

    def mixed(self, before: str, after: str, kinds: Collection[str]) -> str:
        """Digest of an extract with some kinds of facts of the one after and the others of the one before."""
        return self._maker.mixed(before, after, kinds)

    def fitting(self, extract: str, changes: Sequence[Change]) -> tuple[Change, ...]:
        """The changes without those of master data whose row an extract does not hold."""
        return self._maker.fitting(extract, changes)

    def recall_way(self, before: str, after: str) -> None:
        """Have the plans between two plans at hand if somebody has calculated them before."""
        self._maker.recall_way(before.partition(MARK)[0], after.partition(MARK)[0])

    def keep_way(self, before: str, after: str, plans: Sequence[PlanNumbers]) -> None:
        """What a reader of a part sees is cut out of whole plans, so it is not kept."""


class SeenValues(Mapping[str, object]):
    """Values of a plan, cut to the rows a reader sees when they are first asked for.

    Cells of hidden money hold nothing. What is neither a measure nor known to be cut is refused: a reader of a part
    does not see the whole network.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        measures: Mapping[str, Measure],
        sight: Sight,
        rows: Rows | None,
        series: Mapping[Grain, SeriesIndex],
    ) -> None:
        self._values, self._measures, self._sight = values, measures, sight
        self._rows, self._series = rows, series
        self._cut: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        """One value; KeyError if the plan does not hold it.

        Raises:
            NotAllowed: It is money, or about the whole network, and kept from the reader.
        """
        value = self._values[name]
        if name not in ROW_BLOCKS and MONEY_VALUES.get(name, "") in self._sight.hidden:
            raise NotAllowed("Your role does not see the money behind this", where=name.replace("_", " "))
        if name not in self._cut:
            cut = value if self._rows is None else self._taken(name, value, self._rows)
            self._cut[name] = _emptied(cut) if self._hidden(name) and isinstance(cut, tuple) else cut
        return self._cut[name]

    def seen_by(self, sight: Sight) -> "SeenValues":
        """The same rows with the money of another sight."""
        return SeenValues(self._values, self._measures, sight, self._rows, self._series)

    def get(self, name: str, default: object = None) -> object:
        """One value, or the default where the plan does not hold it or the reader does not see it."""
        try:
            return self[name]
        except (KeyError, NotAllowed):
            return default

    def __iter__(self) -> Iterator[str]:
        """Names of the values."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        """Whether the plan holds a value, seen or not."""
        return name in self._values

    def _hidden(self, name: str) -> bool:
        own = name.partition("@")[0]
        return self._sight.hides(own, self._measures) or MONEY_VALUES.get(own, "") in self._sight.hidden

    def _taken(self, name: str, value: object, rows: Rows) -> object:
        declared = self._measures.get(name.partition("@")[0])
        grain = declared.grain if declared else ROW_BLOCKS.get(name)
        if grain and isinstance(value, tuple):
            return _columns(value, rows[grain])
        if isinstance(value, bool | int | float | str | StreamRanks):
            return value
        if name == "place_of_demand" and isinstance(value, tuple):
            return seen_places(value, self._series["item_location"], rows)
        if isinstance(value, ResourceBill):
            return seen_bill(value, rows)
        raise NotAllowed(
            "This is worked out for the whole company, and you see a part of it",
            where=name.replace("_", " "),
            mend="ask somebody who sees the whole company",
        )


def _columns(blocks: tuple[Array, ...], rows: IntArray) -> Blocks:
    return (np.ascontiguousarray(join(blocks)[..., rows]),) if blocks else ()


def _emptied(blocks: tuple[Array, ...]) -> Blocks:
    return tuple(np.full(block.shape, np.nan) for block in blocks)
