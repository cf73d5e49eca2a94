"""Bridge: why money differs between two versions: volume, mix, price, cost, currency, new and exit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

import numpy as np
import polars as pl

from steelyard.errors import PlanError, UnknownMember
from steelyard.finance.variance import EFFECTS, MoneySide, Variance, explain_variance
from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import divide, scatter_add
from steelyard.grid.series import Scope
from steelyard.plan.money.version import MoneyVersion, positions
from steelyard.plan.numbers import Periods, span_of

Bridged = Literal["revenue", "gross_margin", "contribution"]
"""Money that can be taken apart."""
CENT = Decimal("0.01")
KEYS = ["item", "location", "customer"]


@dataclass(frozen=True)
class MoneyBridge:
    """The way from the money of one version to that of another; to the cent, `start` plus all effects is `end`."""

    measure: Bridged
    names: tuple[str, str]
    """The versions, before and after."""
    start: Decimal
    effects: tuple[tuple[str, Decimal], ...]
    """Effect by name, in the order in which they are told."""
    end: Decimal
    detail: pl.DataFrame
    """The levels asked for, `before`, one column an effect, `after` [money]; each row adds up."""
    periods: tuple[str, ...] = ()
    """The periods it covers."""


def bridge_versions(
    before: MoneyVersion,
    after: MoneyVersion,
    measure: Bridged = "gross_margin",
    *,
    by: Sequence[str] = (),
    group: str = "product_family",
    scope: Scope | None = None,
    periods: Periods = None,
) -> MoneyBridge:
    """Take the difference of money between two versions apart.

    Series are matched by item, location and customer, periods by label; only periods that both versions say something
    about count. Money without units, such as a credit note, counts as price, its cost as cost.

    Args:
        before: The version the bridge starts from.
        after: The version it leads to.
        measure: revenue, gross_margin or contribution.
        by: Levels of the detail.
        group: Level within which quantities are added, so that mix is a shift within its members.
        scope: Members by level.
        periods: A period, a first and last period, or all that both have.

    Raises:
        PlanError: A version says nothing about a period that is asked for, or the two share none.
        UnknownMember: A level or member that neither version has.
    """
    table = _Table.of(before, after, scope or {}, _shared_labels(before, after, periods))
    if unknown := [level for level in by if level not in table.members.columns]:
        raise UnknownMember(f"There is no level {unknown[0]!r}", mend=f"use one of {', '.join(table.members.columns)}")
    sides = [table.side(version, measure) for version in (before, after)]
    held = table.at_rates_of(before, after, measure, sides[1])
    variance = explain_variance(sides[0], sides[1], table.codes([group]), at_rates_before=held)
    whole = _with_rest(
        variance, sides, [table.rest(v, measure, s) for v, s in zip((before, after), sides, strict=True)]
    )
    start, end = table.money(before, measure), table.money(after, measure)
    levels = _levels(start, whole)
    effects = tuple((name, b - a) for name, a, b in zip(EFFECTS, levels, levels[1:], strict=False))
    detail = table.detail(list(by), start, whole, end)
    return MoneyBridge(measure, (before.name, after.name), levels[0], effects, levels[-1], detail, table.labels)


def _levels(start: Array, variance: Variance) -> list[Decimal]:
    """The running total after each effect, rounded to the cent; their differences add up exactly."""
    sums = [float(start.sum()), *(float(getattr(variance, name).sum()) for name in EFFECTS)]
    return [Decimal(level).quantize(CENT, ROUND_HALF_EVEN) for level in np.cumsum(sums).tolist()]


def _with_rest(variance: Variance, sides: list[MoneySide], rests: list[tuple[Array, Array]]) -> Variance:
    """Money without units: price and cost of series that go on, else with what is new or exits."""
    sold = [np.any(side.quantity != 0, axis=0) for side in sides]
    new, gone = sold[1] & ~sold[0], sold[0] & ~sold[1]
    (earned0, spent0), (earned1, spent1) = rests
    stays = ~(new | gone)
    return replace(
        variance,
        price=variance.price + np.where(stays, earned1 - earned0, 0.0),
        cost=variance.cost - np.where(stays, spent1 - spent0, 0.0),
        new=variance.new + np.where(new, (earned1 - spent1) - (earned0 - spent0), 0.0),
        exit=variance.exit + np.where(gone, (earned1 - spent1) - (earned0 - spent0), 0.0),
    )


@dataclass(frozen=True)
class _Table:
    """The series of two versions, in scope, each once; and the periods they share."""

    members: pl.DataFrame
    rows: dict[int, IntArray]
    """Row of each series in a version, by its identity; -1 where it has none."""
    labels: tuple[str, ...]

    @classmethod
    def of(cls, before: MoneyVersion, after: MoneyVersion, scope: Scope, labels: tuple[str, ...]) -> "_Table":
        _check_scope(before, after, scope)
        frames = [_in_scope(version, scope) for version in (before, after)]
        every = pl.concat([frames[1], frames[0].join(frames[1], on=KEYS, how="anti")], how="diagonal")
        members = every.drop("_row").fill_null("(none)")
        rows = {}
        for version, frame in zip((before, after), frames, strict=True):
            joined = members.select(KEYS).join(frame.select(*KEYS, "_row"), on=KEYS, how="left", maintain_order="left")
            rows[id(version)] = joined["_row"].fill_null(-1).to_numpy()
        return cls(members, rows, labels)

    def side(self, version: MoneyVersion, measure: Bridged) -> MoneySide:
        """Quantity, price and cost of the shared periods; what a version lacks is zero."""
        quantity = self._placed(version, version.quantity)
        price = _unit(self._placed(version, version.revenue), quantity, self._placed(version, version.price))
        cost = self._placed(version, _cost(version, measure))
        declared = self._placed(version, _declared_cost(version, measure))
        return MoneySide(quantity, price, _unit(cost, quantity, declared))

    def rest(self, version: MoneyVersion, measure: Bridged, side: MoneySide) -> tuple[Array, Array]:
        """Revenue and cost that no units carry."""
        none = side.quantity == 0
        revenue, cost = self._placed(version, version.revenue), self._placed(version, _cost(version, measure))
        return np.where(none, revenue, 0.0), np.where(none, cost, 0.0)

    def at_rates_of(
        self, before: MoneyVersion, after: MoneyVersion, measure: Bridged, side: MoneySide
    ) -> MoneySide | None:
        """The side of the version after at the exchange rates of the one before; None where the rates are the same."""
        if not (_has_rates(before) or _has_rates(after)):
            return None
        price = _factor(self, before, "revenue") / _factor(self, after, "revenue")
        cost = _factor(self, before, "cogs") / _factor(self, after, "cogs")
        return MoneySide(side.quantity, side.price * price, side.unit_cost * cost)

    def money(self, version: MoneyVersion, measure: Bridged) -> Array:
        """The money that is taken apart, period x series."""
        return self._placed(version, version.revenue) - self._placed(version, _cost(version, measure))

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

    def placed(self, version: MoneyVersion, values: Array) -> Array:
        """Values of the shared periods by the series of the table."""
        return self._placed(version, values)

    def _groups(self, levels: Sequence[str]) -> pl.DataFrame:
        if not levels:
            return self.members.with_columns(pl.lit(0, pl.Int64).alias("_code"))
        code = pl.struct(levels).rank("dense").cast(pl.Int64) - 1
        return self.members.with_columns(code.alias("_code"))

    def _placed(self, version: MoneyVersion, values: Array) -> Array:
        rows, at = self.rows[id(version)], positions(self.labels, version.calendar)
        return np.where(rows >= 0, values[np.ix_(at, np.maximum(rows, 0))], 0.0)


def _cost(version: MoneyVersion, measure: Bridged) -> Array:
    """What is taken off revenue: nothing, all standard cost, or its variable part."""
    if measure == "revenue":
        return np.zeros_like(version.revenue)
    return version.cogs if measure == "gross_margin" else version.revenue - version.contribution


def _declared_cost(version: MoneyVersion, measure: Bridged) -> Array:
    if measure == "revenue":
        return np.zeros_like(version.revenue)
    if measure == "gross_margin":
        return version.unit_cost
    share = divide(version.revenue - version.contribution, version.cogs)
    return np.asarray(version.unit_cost * np.where(np.isfinite(share), share, 1.0))


def _has_rates(version: MoneyVersion) -> bool:
    same = version.revenue_at_plan_rates is version.revenue and version.cogs_at_plan_rates is version.cogs
    return not same


def _factor(table: _Table, version: MoneyVersion, flow: Literal["revenue", "cogs"]) -> Array:
    """Money at the version's own rates for each unit of money at the plan's; 1 where there is none."""
    own = table.placed(version, getattr(version, flow))
    held = table.placed(version, getattr(version, f"{flow}_at_plan_rates"))
    ratio = divide(own, held)
    return np.where(np.isfinite(ratio) & (ratio > 0), ratio, 1.0)


def _unit(money: Array, quantity: Array, declared: Array) -> Array:
    """Money per unit as it was earned; the declared value where nothing is sold."""
    return np.where(quantity != 0, divide(money, quantity), declared)


def _check_scope(before: MoneyVersion, after: MoneyVersion, scope: Scope) -> None:
    for level, members in scope.items():
        frames = [version.members for version in (before, after) if level in version.members.columns]
        if not frames:
            raise UnknownMember(f"There is no level {level!r}", mend=f"use one of {', '.join(after.members.columns)}")
        known = {name for frame in frames for name in frame[level].unique().to_list()}
        asked = [members] if isinstance(members, str) else list(members)
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise UnknownMember(f"There is no {level} {', '.join(unknown)}", mend="check the spelling")


def _in_scope(version: MoneyVersion, scope: Scope) -> pl.DataFrame:
    frame = version.members.with_row_index("_row").with_columns(pl.col("_row").cast(pl.Int64))
    for level, members in scope.items():
        asked = [members] if isinstance(members, str) else list(members)
        frame = frame.filter(pl.col(level).is_in(asked)) if level in frame.columns else frame.clear()
    return frame


def _shared_labels(before: MoneyVersion, after: MoneyVersion, periods: Periods) -> tuple[str, ...]:
    """The periods asked for, or all that both versions say something about."""
    both = [label for label in after.calendar.labels if _says(before, label) and _says(after, label)]
    if periods is None:
        asked = both
    else:
        asked = list(after.calendar.labels[span_of(after.calendar, periods)])
        silent = [label for label in asked if label not in both]
        if silent and len(silent) < len(asked):
            quiet = before if not _says(before, silent[0]) else after
            raise PlanError(
                f"{quiet.name} says nothing about {silent[0]}" + (f" to {silent[-1]}" if len(silent) > 1 else ""),
                where=f"bridge from {before.name} to {after.name}",
                mend="choose periods that both cover, or import what is missing",
            )
        asked = [label for label in asked if label in both]
    if not asked:
        raise PlanError(
            "The plans have no period in common", where=f"{before.name} and {after.name}", mend="choose plans that meet"
        )
    return tuple(asked)


def _says(version: MoneyVersion, label: str) -> bool:
    at = positions((label,), version.calendar)[0]
    return bool(at >= 0 and version.covered[at])
