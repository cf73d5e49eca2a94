"""Money bridge: why revenue or margin differs between plans: volume, mix, price, cost, currency, new and exit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import Literal

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.finance.variance import EFFECTS, MoneySide, Variance, explain_variance
from steelyard.grid.block import Array, IntArray, join
from steelyard.grid.rollup import divide, scatter_add
from steelyard.grid.series import Scope
from steelyard.plan.inputs import PlanInputs, freeze_inputs
from steelyard.plan.numbers import Periods, PlanNumbers, span_of

Bridged = Literal["revenue", "gross_margin"]
"""Money that can be taken apart."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class MoneyBridge:
    """The way from the money of one plan to that of another; to the cent, `start` plus all effects is `end`."""

    measure: Bridged
    names: tuple[str, str]
    """The plans, before and after."""
    start: Decimal
    effects: tuple[tuple[str, Decimal], ...]
    """Effect by name, in the order in which they are told."""
    end: Decimal
    detail: pl.DataFrame
    """The levels asked for, `before`, one column an effect, `after` [money]; each row adds up."""


def bridge_money(
    before: PlanNumbers,
    after: PlanNumbers,
    measure: Bridged = "gross_margin",
    *,
    by: Sequence[str] = (),
    group: str = "product_family",
    scope: Scope | None = None,
    periods: Periods = None,
) -> MoneyBridge:
    """Take the difference of revenue or margin between two plans apart.

    Series are matched by item, location and customer, periods by label; only periods that both plans have count.

    Args:
        before: The plan the bridge starts from.
        after: The plan it leads to; may stand on another extract.
        measure: revenue or gross_margin.
        by: Levels of the detail.
        group: Level within which quantities are added, so that mix is a shift within its members.
        scope: Members by level.
        periods: A period, a first and last period, or all that both have.

    Raises:
        PlanError: The plans have no period in common.
        UnknownMember: A level or member that neither plan has.
    """
    table = _Table.of(before, after, scope or {}, periods)
    variance = explain_variance(
        table.side(before, measure), table.side(after, measure), table.codes([group]),
        at_rates_before=table.at_rates_of(before, after, measure),
    )  # fmt: skip
    start, end = table.money(before, measure), table.money(after, measure)
    levels = _levels(start, variance)
    effects = tuple((name, b - a) for name, a, b in zip(EFFECTS, levels, levels[1:], strict=False))
    return MoneyBridge(
        measure, (before.name, after.name), levels[0], effects, levels[-1], table.detail(list(by), start, variance, end)
    )


def _levels(start: Array, variance: Variance) -> list[Decimal]:
    """The running total after each effect, rounded to the cent; their differences add up exactly."""
    sums = [float(start.sum()), *(float(getattr(variance, name).sum()) for name in EFFECTS)]
    return [Decimal(level).quantize(CENT, ROUND_HALF_EVEN) for level in np.cumsum(sums).tolist()]


@dataclass(frozen=True)
class _Table:
    """The series of two plans, in scope, each once; and the periods they share."""

    members: pl.DataFrame
    rows: dict[int, IntArray]
    """Row of each series in a plan, by the identity of the plan; -1 where it has none."""
    labels: tuple[str, ...]

    @classmethod
    def of(cls, before: PlanNumbers, after: PlanNumbers, scope: Scope, periods: Periods) -> "_Table":
        frames = [_in_scope(plan, scope) for plan in (before, after)]
        keys = list(before.series("revenue").keys)
        every = pl.concat([frames[1], frames[0].join(frames[1], on=keys, how="anti")], how="diagonal")
        members = every.drop("_row").fill_null("(none)")
        rows = {}
        for plan, frame in zip((before, after), frames, strict=True):
            joined = members.select(keys).join(frame.select(*keys, "_row"), on=keys, how="left", maintain_order="left")
            rows[id(plan)] = joined["_row"].fill_null(-1).to_numpy()
        return cls(members, rows, _shared_labels(before, after, periods))

    def side(self, plan: PlanNumbers, measure: Bridged) -> MoneySide:
        """Quantity, price and cost of the shared periods; what a plan lacks is zero."""
        quantity, revenue = self.cells(plan, "constrained_demand"), self.cells(plan, "revenue")
        price = self._unit(revenue, quantity, self.cells(plan, "price"))
        if measure == "revenue":
            return MoneySide(quantity, price, np.zeros_like(price))
        cost = self._unit(self.cells(plan, "cogs"), quantity, self.cells(plan, "unit_cost"))
        return MoneySide(quantity, price, cost)

    def at_rates_of(self, before: PlanNumbers, after: PlanNumbers, measure: Bridged) -> MoneySide | None:
        """The side of the plan after at the exchange rates of the plan before; None where the rates are the same."""
        held = _inputs_at_rates(before, after)
        if held is None:
            return None
        side = self.side(after, measure)
        shift = {name: self._shift(after, held, name) for name in ("price", "unit_cost")}
        return MoneySide(side.quantity, side.price * shift["price"], side.unit_cost * shift["unit_cost"])

    def cells(self, plan: PlanNumbers, measure: str) -> Array:
        """A measure of the shared periods by the series of the table, period x series."""
        return self._placed(plan, join(plan.blocks(measure)))

    def money(self, plan: PlanNumbers, measure: Bridged) -> Array:
        """The money that is taken apart, period x series."""
        side = self.side(plan, measure)
        return side.quantity * (side.price - side.unit_cost)

    def codes(self, levels: Sequence[str]) -> IntArray:
        """Number the series by their members of some levels."""
        return self._groups(levels)["_code"].to_numpy()

    def detail(self, levels: list[str], start: Array, variance: Variance, end: Array) -> pl.DataFrame:
        """The bridge by the members of some levels, largest movement first."""
        coded = self._groups(levels)
        labels = coded.unique("_code", maintain_order=True).sort("_code")
        columns = {"before": start, **{name: getattr(variance, name) for name in EFFECTS}, "after": end}
        code, size = coded["_code"].to_numpy(), labels.height
        sums = {name: scatter_add(cells.sum(axis=0)[None], code, size)[0] for name, cells in columns.items()}
        money = [pl.Series(name, values) for name, values in sums.items()]
        frame = pl.DataFrame([*labels.select(levels).get_columns(), *money])
        return frame.sort((pl.col("after") - pl.col("before")).abs(), descending=True, maintain_order=True)

    def _groups(self, levels: Sequence[str]) -> pl.DataFrame:
        if not levels:
            return self.members.with_columns(pl.lit(0, pl.Int64).alias("_code"))
        code = pl.struct(levels).rank("dense").cast(pl.Int64) - 1
        return self.members.with_columns(code.alias("_code"))

    def _placed(self, plan: PlanNumbers, values: Array) -> Array:
        rows, calendar = self.rows[id(plan)], plan.horizon
        first = calendar.position(self.labels[0])
        window = values[first : first + len(self.labels)]
        return np.where(rows >= 0, window[:, np.maximum(rows, 0)], 0.0)

    def _unit(self, money: Array, quantity: Array, declared: Array) -> Array:
        """Money per unit as it was earned; the declared value where nothing is sold."""
        return np.where(quantity != 0, divide(money, quantity), declared)

    def _shift(self, plan: PlanNumbers, held: PlanInputs, name: str) -> Array:
        now, then = (self._placed(plan, join(inputs.values[name])) for inputs in (plan.inputs, held))  # type: ignore[arg-type]
        ratio = divide(then, now)
        return np.where(np.isfinite(ratio), ratio, 1.0)


def _in_scope(plan: PlanNumbers, scope: Scope) -> pl.DataFrame:
    series = plan.series("revenue")
    known = {
        level: [m for m in ([members] if isinstance(members, str) else members) if series.has_member(level, m)]
        for level, members in scope.items()
    }
    rows = series.select(known) if all(known.values()) else np.empty(0, dtype=np.int64)
    members: pl.DataFrame = series.members[rows.tolist()]
    return members.with_columns(pl.Series("_row", rows, dtype=pl.Int64))


def _shared_labels(before: PlanNumbers, after: PlanNumbers, periods: Periods) -> tuple[str, ...]:
    shared = [label for label in before.horizon.labels if label in set(after.horizon.labels)]
    if periods is not None:
        window = span_of(after.horizon, periods)
        shared = [label for label in shared if label in set(after.horizon.labels[window])]
    if not shared:
        raise PlanError(
            "The plans have no period in common", where=f"{before.name} and {after.name}", mend="choose plans that meet"
        )
    return tuple(shared)


def _inputs_at_rates(before: PlanNumbers, after: PlanNumbers) -> PlanInputs | None:
    """Inputs of the plan after with the currency rates of the plan before."""
    old, new = (plan.maker.extract(plan.inputs.extract) for plan in (before, after))
    kind = before.inputs.parameters.plan_rate
    if kind == after.inputs.parameters.plan_rate and old.tables["currency_rate"].equals(new.tables["currency_rate"]):
        return None
    tables = MappingProxyType({**new.tables, "currency_rate": old.tables["currency_rate"]})
    held = after.inputs.parameters.with_value("plan_rate", kind)
    laid = [change for change in after.changes if not change.moves_cells and change.kind != "parameter"]
    return freeze_inputs(replace(new, tables=tables), held, laid)
