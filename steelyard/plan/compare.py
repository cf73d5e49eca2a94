"""Compare: two or more plans side by side, at any level, with the cells that differ most."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.grid.block import Array, Blocks, IntArray, join, same
from steelyard.grid.series import Scope
from steelyard.plan.numbers import Periods, PlanNumbers, span_of

HEADLINES = (
    "demand_plan",
    "constrained_demand",
    "revenue",
    "gross_margin",
    "inventory_value",
    "backlog",
    "utilisation",
)
"""Measures compared when none are named; those a plan does not hold are left out."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Plans side by side; the first is the base that the others are held against.

    Args:
        plans: Two or more plans.
        names: A different name for each plan.
        measures: Measures compared.
        by: Levels of the frame.
        time: Time level of the frame.
        scope: Members by level.
        periods: Periods compared.
    """

    plans: tuple[PlanNumbers, ...]
    names: tuple[str, ...]
    measures: tuple[str, ...]
    by: tuple[str, ...]
    time: str
    scope: Scope
    periods: Periods

    @cached_property
    def kpis(self) -> pl.DataFrame:
        """Totals over scope and periods.

        Returns:
            Columns measure, label, unit, one column a plan, and `<plan> - <base>` and `<plan> %` for every plan but
            the base; the percentage is null where the base is zero.
        """
        rows = [self._kpi(measure) for measure in self.measures]
        return pl.DataFrame(rows, infer_schema_length=None)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The measures of all plans at the level asked for.

        Returns:
            The levels, `period`, and for each measure one column a plan (`revenue: base`) and one delta against the
            base (`revenue: promo - base`).
        """
        joined = self._frame(0)
        for number in range(1, len(self.plans)):
            joined = joined.join(
                self._frame(number), on=[*self.by, "period"], how="full", coalesce=True, maintain_order="left_right"
            )
        return joined.with_columns(self._delta(m, name) for m in self.measures for name in self.names[1:])

    def _delta(self, measure: str, name: str) -> pl.Expr:
        """Plan less base; a row that one of them lacks counts as zero there, but a ratio without a base is unknown."""
        other, base = pl.col(f"{measure}: {name}"), pl.col(f"{measure}: {self.names[0]}")
        if not self.plans[0].measure(measure).is_ratio:
            other, base = other.fill_null(0.0), base.fill_null(0.0)
        return (other - base).alias(f"{measure}: {name} - {self.names[0]}")

    def cells(self, top: int = 20, *, measure: str = "", number: int = 1) -> pl.DataFrame:
        """The single cells that differ most between the base and another plan.

        Blocks that both plans share are not looked at. Plans on other facts are held against each other over the
        periods of both and the members of either; a member that one of them does not have counts as nothing there.

        Args:
            top: How many cells.
            measure: Measure; by default the first one compared.
            number: Which plan is held against the base, 1 for the first after it.

        Returns:
            Key columns, `period`, a column for the base and one for the plan, and `difference`; largest first.
        """
        name = measure or self.measures[0]
        base = self.plans[0]
        declared = base.measure(name)
        series = base.inputs.series[declared.grain]
        calendar = base.inputs.periods(declared.span)
        if self.plans[number].inputs.shape != base.inputs.shape:
            return _across_facts(base, self.plans[number], name, top, (self.names[0], self.names[number]))
        rows, periods, before, after = _largest(self._differences(name, number), top)
        keys = series.members[rows.tolist()].select(series.keys)
        found: pl.DataFrame = keys.with_columns(
            pl.Series("period", [calendar.labels[t] for t in periods], dtype=pl.String),
            pl.Series(self.names[0], before),
            pl.Series(self.names[number], after),
            pl.Series("difference", after - before),
        )
        return found

    def changed_measures(self, number: int = 1) -> tuple[str, ...]:
        """Names of all measures that differ anywhere between the base and another plan."""
        base, other = self.plans[0], self.plans[number]
        _check_shapes(base, other)
        names = [name for name in base.measures if name in base.values and name in other.values]
        return tuple(name for name in names if not _same_blocks(base.blocks(name), other.blocks(name)))

    def _kpi(self, measure: str) -> dict[str, object]:
        declared = self.plans[0].measure(measure)
        values = [plan.value(measure, scope=self.scope, periods=self.periods) for plan in self.plans]
        row: dict[str, object] = {"measure": measure, "label": declared.label, "unit": declared.unit}
        row.update(zip(self.names, (None if np.isnan(value) else value for value in values), strict=True))
        for name, value in zip(self.names[1:], values[1:], strict=True):
            delta = value - values[0]
            row[f"{name} - {self.names[0]}"] = None if np.isnan(delta) else delta
            row[f"{name} %"] = None if np.isnan(delta) or not values[0] else 100 * delta / abs(values[0])
        return row

    def _frame(self, number: int) -> pl.DataFrame:
        frame = self.plans[number].frame(
            self.measures, by=self.by, time=self.time, scope=self.scope, periods=self.periods
        )
        return frame.rename({measure: f"{measure}: {self.names[number]}" for measure in self.measures})

    def _differences(self, measure: str, number: int) -> list[tuple[int, int, Array, Array]]:
        """Blocks that differ, as (first row, first period, base, other), cut to scope and periods."""
        base, other = self.plans[0], self.plans[number]
        _check_shapes(base, other)
        declared = base.measure(measure)
        series = base.inputs.series[declared.grain]
        window = span_of(base.inputs.periods(declared.span), self.periods)
        wanted = series.by_block(series.select(self.scope)) if self.scope else None
        found = []
        for j, (a, b) in enumerate(zip(base.blocks(measure), other.blocks(measure), strict=True)):
            if (wanted is None or j in wanted) and not same(a, b):
                left, right = np.atleast_2d(a), np.atleast_2d(b)
                if wanted is not None:
                    mask = np.zeros(left.shape[1], dtype=bool)
                    mask[wanted[j]] = True
                    right = np.where(mask, right, left)
                found.append((series.cuts[j][0], window.start, left[window], right[window]))
        return found


def compare(
    *plans: PlanNumbers,
    measures: Sequence[str] = (),
    by: Sequence[str] = (),
    time: str = "period",
    scope: Scope | None = None,
    periods: Periods = None,
) -> Comparison:
    """Hold plans against the first one.

    Args:
        plans: Two or more plans.
        measures: Measures to compare; by default the headlines that have the levels asked for.
        by: Levels to compare at.
        time: Time level to compare at.
        scope: Members by level.
        periods: A period, a first and last period, or all.

    Raises:
        PlanError: Fewer than two plans.

    Example:
        `compare(base.plan(), promo.plan(), measures=["revenue"], by=["product_family"], time="quarter").frame`
    """
    if len(plans) < 2:
        raise PlanError(
            "A comparison needs two plans", where=f"{len(plans)} given", mend="give a base and another plan"
        )
    names = _distinct([plan.name for plan in plans])
    levels = dict.fromkeys((*by, *(scope or {})), ())
    asked = tuple(measures) or tuple(name for name in HEADLINES if all(_has(plan, name, levels) for plan in plans))
    return Comparison(plans, names, asked, tuple(by), time, scope or {}, periods)


def common_periods(plans: Sequence[PlanNumbers]) -> tuple[str, str] | None:
    """First and last period that all plans have in their horizon; None if they have the same, or none in common."""
    horizons = [plan.horizon.labels for plan in plans]
    shared = [label for label in horizons[0] if all(label in labels for labels in horizons[1:])]
    if not shared or all(labels == horizons[0] for labels in horizons):
        return None
    return shared[0], shared[-1]


def _has(plan: PlanNumbers, measure: str, levels: Scope) -> bool:
    return measure in plan.measures and plan.series(measure).has(levels)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(out)


def _across_facts(
    base: PlanNumbers, other: PlanNumbers, measure: str, top: int, names: tuple[str, str]
) -> pl.DataFrame:  # fmt: skip
    """The cells that differ most between plans that do not have the same members or periods."""
    declared = base.measure(measure)
    series = [plan.inputs.series[declared.grain] for plan in (base, other)]
    keys = [name for name in series[0].keys if name in series[1].members.columns]
    first, second = (one.members.select(keys).with_row_index(f"row{n}") for n, one in enumerate(series))
    both = first.join(second, on=keys, how="full", coalesce=True).sort(keys)
    theirs = set(other.inputs.periods(declared.span).labels)
    labels = [label for label in base.inputs.periods(declared.span).labels if label in theirs]
    cells = [
        _placed(plan, measure, both[f"row{n}"].cast(pl.Int64).fill_null(-1).to_numpy(), labels)
        for n, plan in enumerate((base, other))
    ]
    gap = np.abs(cells[1] - cells[0])
    order = np.argsort(-gap, axis=None, kind="stable")[:top]
    period, row = np.unravel_index(order[gap.reshape(-1)[order] > 0], gap.shape)
    found: pl.DataFrame = both.select(keys)[row.tolist()].with_columns(
        pl.Series("period", [labels[t] for t in period.tolist()], dtype=pl.String),
        pl.Series(names[0], cells[0][period, row]),
        pl.Series(names[1], cells[1][period, row]),
        pl.Series("difference", (cells[1] - cells[0])[period, row]),
    )
    return found


def _placed(plan: PlanNumbers, measure: str, row: IntArray, labels: Sequence[str]) -> Array:
    """A measure in some periods by given rows, `[period, row]`; nothing where a row is -1."""
    calendar = plan.inputs.periods(plan.measure(measure).span)
    at = [calendar.position(label) for label in labels]
    cells = np.nan_to_num(np.atleast_2d(join(plan.blocks(measure)))[at])
    return np.where(row >= 0, cells[:, np.maximum(row, 0)], 0.0)


def _largest(blocks: list[tuple[int, int, Array, Array]], top: int) -> tuple[IntArray, IntArray, Array, Array]:
    """Rows, periods and both values of the cells that differ most; ties in the order of rows, then periods."""
    parts, sizes = [], np.empty(0)
    for block in blocks:
        floor = sizes[0] if sizes.size == top else 0.0  # what is smaller than the top so far need not be looked at
        found, size = _largest_of(*block, top, float(floor))
        parts.append(found)
        sizes = np.sort(np.concatenate((sizes, size)))[-top:]
    if not parts:
        none = np.empty(0)
        return none.astype(np.int64), none.astype(np.int64), none, none
    rows, periods, before, after = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((periods, rows, -_distance(before, after)))[:top]
    return rows[order], periods[order], before[order], after[order]


def _largest_of(
    first_row: int, first_period: int, before: Array, after: Array, top: int, floor: float
) -> tuple[tuple[IntArray, IntArray, Array, Array], Array]:
    """The cells of a block that differ most and by at least `floor`, and by how much."""
    size = _distance(before, after).reshape(-1)
    moved = np.flatnonzero(size >= floor) if floor else np.flatnonzero(size)
    if moved.size > top:
        moved = moved[size[moved] >= np.partition(size[moved], -top)[-top]]
    periods, rows = np.unravel_index(moved, before.shape)
    return (rows + first_row, periods + first_period, before[periods, rows], after[periods, rows]), size[moved]


def _distance(before: Array, after: Array) -> Array:
    """How far two numbers are apart; one that is missing counts as zero."""
    size = np.abs(after - before)
    missing = np.isnan(size)
    if missing.any():
        size[missing] = np.abs(np.nan_to_num(after[missing]) - np.nan_to_num(before[missing]))
    return np.asarray(size)


def _same_blocks(left: Blocks, right: Blocks) -> bool:
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


def _check_shapes(base: PlanNumbers, other: PlanNumbers) -> None:
    if base.inputs.shape != other.inputs.shape:
        raise PlanError(
            "The plans have different series or periods, so single cells cannot be compared",
            where=f"{base.name} and {other.name}",
            mend="compare at a level both have, with `frame`",
        )
