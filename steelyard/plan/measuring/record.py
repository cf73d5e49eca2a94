"""Forecast record: what every archived plan said, stream by stream, beside what came, at one level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.grid.block import Array, BoolArray, IntArray, join
from steelyard.grid.rollup import divide, scatter_add
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.measuring.archive import Archive, Version
from steelyard.plan.measuring.imported import imported_forecasts
from steelyard.plan.measuring.segment import item_segments
from steelyard.plan.measuring.touchpoint import forecasts

BY = ("item", "location")
"""Where forecasts are graded unless another level is asked for."""
LEVELS_80 = ("forecast_low_80", "forecast_high_80")
LEVELS_95 = ("forecast_low_95", "forecast_high_95")
INTERVALS: Mapping[float, tuple[str, str]] = {0.80: LEVELS_80, 0.95: LEVELS_95}


@dataclass(frozen=True, eq=False)
class ForecastRecord:
    """Rows are one version and one target period each, columns are groups of series."""

    by: tuple[str, ...]
    groups: pl.DataFrame
    """One row a group: the levels, and abc, xyz, demand_class, segment where the items are known."""
    versions: tuple[str, ...]
    version: IntArray
    """Number of the version of each row."""
    lag: IntArray
    """How many periods after its first one the version was right or wrong, by row; 0 is the first planned period."""
    target: tuple[str, ...]
    """The period forecast, by row."""
    actual: Array
    """What came, row x group [units]; NaN where it cannot be known."""
    said: Mapping[str, Array]
    """What was forecast by stream, row x group [units]; NaN where the stream said nothing."""
    history: Array
    """Demand before the first period forecast, period x group [units]; scales MASE and RMSSE."""
    season: int
    margin: Array
    """What one unit of a group is worth [money/unit]."""
    vanished: Mapping[str, tuple[int, float]]
    """By version, groups that are unknown today, and the units forecast for them."""
    appeared: Mapping[str, tuple[int, float]]
    """By version, groups that it did not know, and the units they asked for: forecast as zero."""

    @property
    def lags(self) -> tuple[int, ...]:
        """Lags there are, ascending."""
        return tuple(sorted(set(self.lag.tolist())))

    @property
    def streams(self) -> tuple[str, ...]:
        """Streams that said something, in the order of the month."""
        return tuple(self.said)

    def at_lag(self, lag: int | None) -> IntArray:
        """Rows of a lag; all rows without one."""
        return np.arange(self.lag.size) if lag is None else np.flatnonzero(self.lag == lag)

    def where(self, **members: str) -> IntArray:
        """Groups with some members, by column."""
        inside = np.ones(self.groups.height, dtype=bool)
        for name, member in members.items():
            inside &= (self.groups[name] == member).fill_null(False).to_numpy()
        return np.flatnonzero(inside)


def forecast_record(archive: Archive, *, by: Sequence[str] = BY, scope: Scope | None = None) -> ForecastRecord:
    """Hold every archived forecast against what came.

    Series are matched by their keys. A group that is unknown today counts as zero demand if its item is still known,
    else it cannot be graded; a group the version did not know was forecast as zero.

    Args:
        archive: The versions and what came.
        by: Levels at which forecasts are graded.
        scope: Members by level; nothing means everything.

    Raises:
        UnknownMember: The latest plan has no such level or member.
    """
    return Recorder(archive, tuple(by), scope).record()


class Recorder:
    """Brings versions of different series to one set of groups."""

    def __init__(self, archive: Archive, by: tuple[str, ...] = BY, scope: Scope | None = None) -> None:
        self.archive, self.by, self.scope = archive, by, scope or {}
        self.now = archive.now
        self.now_series = self.now.series("demand_history")
        self.now_rows = self.now_series.select(self.scope)
        self.graded = archive.graded
        self.groups = self._all_groups()

    def record(self) -> ForecastRecord:
        """All versions, one below the other."""
        said, actual, rows = [], [], []
        vanished: dict[str, tuple[int, float]] = {}
        appeared: dict[str, tuple[int, float]] = {}
        for number, version in enumerate(self.graded):
            periods = self.archive.known_periods(version)
            forecast, told = self._said(version, periods)
            targets = version.plan.horizon.labels[:periods]
            truth, known_now = self.truth(version), self._known_now()
            vanished[version.label] = self._count(told & ~known_now, forecast["consensus"])
            appeared[version.label] = self._count(~told & known_now, truth)
            said.append(forecast)
            actual.append(truth)
            rows += [(number, lag, label) for lag, label in enumerate(targets)]
        return self._assembled(said, actual, rows, vanished, appeared)

    def truth(self, version: Version) -> Array:
        """What came in the known periods of a version, period x group [units]; NaN where it cannot be known."""
        labels = version.plan.horizon.labels[: self.archive.known_periods(version)]
        came = self.came[[self.archive.known.index(label) for label in labels]]
        return np.where(self._known_now() | self._item_known()[None], np.nan_to_num(came), np.nan)

    def gather(self, version: Version, values: Array) -> Array:
        """Sum a version's series to the groups, period x group."""
        series = version.plan.series("consensus_demand")
        return self._gather(values, series, known_rows(series, self.scope))

    def _assembled(
        self,
        said: list[dict[str, Array]],
        actual: list[Array],
        rows: list[tuple[int, int, str]],
        vanished: dict[str, tuple[int, float]],
        appeared: dict[str, tuple[int, float]],
    ) -> ForecastRecord:
        size = self.groups.height
        streams = list(dict.fromkeys(name for one in said for name in one))
        first = self.archive.known.index(rows[0][2]) if rows else len(self.archive.known)
        blanks = [np.full((len(part), size), np.nan) for part in actual]
        stacked = {
            name: np.concatenate([one.get(name, blank) for one, blank in zip(said, blanks, strict=True)])
            for name in streams
        }
        return ForecastRecord(
            by=self.by,
            groups=self._with_segments(),
            versions=tuple(version.label for version in self.graded),
            version=np.array([row[0] for row in rows], dtype=np.int64),
            lag=np.array([row[1] for row in rows], dtype=np.int64),
            target=tuple(row[2] for row in rows),
            actual=np.concatenate(actual) if actual else np.empty((0, size)),
            said=stacked,
            history=self.came[:first],
            season=self.now.history.periods_per_year,
            margin=self.margin,
            vanished=vanished,
            appeared=appeared,
        )

    # ---- groups

    def _all_groups(self) -> pl.DataFrame:
        frames = [self._labels(self.now_series, self.now_rows)]
        for version in self.graded:
            series = version.plan.series("consensus_demand")
            frames.append(self._labels(series, known_rows(series, self.scope)))
        joined = pl.concat(frames).unique(maintain_order=True)
        ordered: pl.DataFrame = joined.sort(list(self.by)) if self.by else joined.head(1)
        return ordered

    def _labels(self, series: SeriesIndex, rows: IntArray) -> pl.DataFrame:
        if not self.by:
            return pl.DataFrame({"total": ["everything"]})
        labels: pl.DataFrame = series.members[rows.tolist()].select(_held(series, self.by))
        return labels

    def _codes(self, series: SeriesIndex, rows: IntArray) -> IntArray:
        """Group of each row."""
        if not self.by:
            return np.zeros(rows.size, dtype=np.int64)
        numbered = self.groups.with_row_index("_group")
        labels = self._labels(series, rows)
        found = labels.join(numbered, on=list(self.by), how="left", maintain_order="left")["_group"]
        return found.to_numpy().astype(np.int64)

    def _gather(self, values: Array, series: SeriesIndex, rows: IntArray) -> Array:
        return scatter_add(np.ascontiguousarray(values[..., rows]), self._codes(series, rows), self.groups.height)

    def _present(self, series: SeriesIndex, rows: IntArray) -> BoolArray:
        present = np.zeros(self.groups.height, dtype=bool)
        present[self._codes(series, rows)] = True
        return present

    def _known_now(self) -> BoolArray:
        return self._present(self.now_series, self.now_rows)

    def _item_known(self) -> BoolArray:
        if "item" not in self.by:
            return np.zeros(self.groups.height, dtype=bool)
        known: BoolArray = self.groups["item"].is_in(list(self.now_series.names("item"))).to_numpy()
        return known

    def _count(self, which: BoolArray, units: Array) -> tuple[int, float]:
        return int(which.sum()), float(np.nansum(units[:, which]))

    # ---- numbers

    @cached_property
    def came(self) -> Array:
        """Demand of every known period, period x group; NaN where a group is unknown today."""
        history = join(self.now.blocks("demand_history"))
        summed = self._gather(history, self.now_series, self.now_rows)
        return np.where(self._known_now()[None], summed, np.nan)

    def _said(self, version: Version, periods: int) -> tuple[dict[str, Array], BoolArray]:
        series = version.plan.series("consensus_demand")
        rows = known_rows(series, self.scope)
        told = self._present(series, rows)
        found = {}
        for name, values in forecasts(version, periods).items():
            found[name] = self._gather(np.nan_to_num(values), series, rows)
        for quantiles in INTERVALS.values():
            if all(version.holds(name) for name in quantiles):
                found |= {name: self._gather(version.values(name, periods), series, rows) for name in quantiles}
        return found | self._imported(version, periods), told

    def _imported(self, version: Version, periods: int) -> dict[str, Array]:
        """Forecasts from elsewhere that were made before the version's first period, where they speak of series."""
        series = version.plan.series("consensus_demand")
        rows = known_rows(series, self.scope)
        without = version.values("unconstrained_demand", periods)
        return {
            f"imported {source}": self._gather(np.where(np.isfinite(said), said, without), series, rows)
            for source, said in imported_forecasts(version.plan, periods).items()
        }

    @cached_property
    def margin(self) -> Array:
        """Price less cost of a unit, weighed by recent demand; without demand the plain mean."""
        if "price" not in self.now.values or "unit_cost" not in self.now.values:
            return np.zeros(self.groups.height)
        price, cost = (np.nan_to_num(join(self.now.blocks(name))[0]) for name in ("price", "unit_cost"))
        units = join(self.now.blocks("demand_history"))[-12:].sum(axis=0)
        weight = np.maximum(units, 1e-9)[None]
        total = self._gather(weight * (price - cost)[None], self.now_series, self.now_rows)
        margin: Array = np.nan_to_num(divide(total, self._gather(weight, self.now_series, self.now_rows))[0])
        return margin

    def _with_segments(self) -> pl.DataFrame:
        if "item" not in self.by:
            return self.groups
        return self.groups.join(item_segments(self.now).frame, on="item", how="left", maintain_order="left")


def known_rows(series: SeriesIndex, scope: Scope) -> IntArray:
    """Rows in a scope; members that these series do not know are passed over."""
    if not series.has(scope):
        return np.empty(0, np.int64)
    known = {
        level: [m for m in ([members] if isinstance(members, str) else members) if series.has_member(level, m)]
        for level, members in scope.items()
    }
    return series.select(known) if all(known.values()) else np.empty(0, np.int64)


def _held(series: SeriesIndex, by: Sequence[str]) -> list[pl.Expr]:
    """Columns of the levels; one that an older plan lacks stands empty."""
    return [pl.col(level) if level in series.levels else pl.lit("").alias(level) for level in by]
