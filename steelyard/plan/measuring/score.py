"""Forecast score: the error measures of a stream by lag, level, segment, and the groups that need a look."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from steelyard.demand import accuracy
from steelyard.demand.interval_score import interval_coverage, pinball
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import divide
from steelyard.plan.measuring.record import INTERVALS, ForecastRecord
from steelyard.plan.measuring.touchpoint import LABELS

CONSENSUS = "consensus"


@dataclass(frozen=True)
class ForecastScore:
    """How good a stream was over some rows and groups of a record; NaN where it cannot be said."""

    cells: int
    """Cells (group and period) that were graded."""
    actual: float
    """Demand that came [units]."""
    forecast: float
    """Demand that was forecast [units]."""
    wmape: float
    """Sum of absolute errors by sum of demand [ratio]."""
    mape: float
    """Mean absolute percentage error over cells with demand [ratio]."""
    bias: float
    """Sum of forecast less demand by sum of demand [ratio]; positive when over-forecast."""
    mase: float
    """Mean absolute error by that of the seasonal naive forecast on the history, mean over groups."""
    rmsse: float
    """Root mean square error by that of the naive forecast on the history, mean over groups."""
    tracking_signal: float
    """Running sum of errors of the total by its mean absolute error; positive when demand ran above the forecast."""
    pinball: float
    """Pinball loss of the interval ends by mean demand [ratio]; NaN without intervals."""
    coverage_80: float
    """Share of cells inside the 80 % interval [ratio]."""
    coverage_95: float
    """Share of cells inside the 95 % interval [ratio]."""
    change: float
    """How much the forecast moved from version to version [ratio]."""

    @property
    def accuracy(self) -> float:
        """1 less WMAPE, not below zero [ratio]."""
        return float(np.maximum(1.0 - self.wmape, 0.0))


def score(
    record: ForecastRecord, stream: str = CONSENSUS, *, lag: int | None = None, target: str = "",
    groups: IntArray | None = None,
) -> ForecastScore:  # fmt: skip
    """Score a stream.

    Args:
        record: What was said and what came.
        stream: Which forecast.
        lag: Only this lag; all lags without one.
        target: Only what was said of this period; of every period without one.
        groups: Only these groups; all without them.
    """
    chosen = np.arange(record.groups.height) if groups is None else groups
    rows = record.at_lag(lag)
    rows = rows[[record.target[row] == target for row in rows.tolist()]] if target else rows
    window = np.ix_(rows, chosen)
    said = record.said.get(stream, np.full_like(record.actual, np.nan))
    demand, forecast = record.actual[window], said[window]
    known = np.isfinite(demand) & np.isfinite(forecast)
    demand, forecast = np.where(known, demand, np.nan), np.where(known, forecast, np.nan)
    size = float(np.nansum(np.abs(demand)))
    scales = _scales(record, chosen)
    return ForecastScore(
        cells=int(known.sum()),
        actual=float(np.nansum(demand)),
        forecast=float(np.nansum(forecast)),
        wmape=_share(np.abs(demand - forecast), size),
        mape=_mean(accuracy.mape(_cells(demand), _cells(forecast))),
        bias=_share(forecast - demand, size),
        mase=_mean(divide(_mean_by_group(np.abs(demand - forecast)), scales[0])),
        rmsse=_mean(np.sqrt(divide(_mean_by_group(np.square(demand - forecast)), scales[1]))),
        tracking_signal=_total_signal(record, rows, demand, forecast, known),
        pinball=_pinball(record, window),
        coverage_80=_coverage(record, window, 0.80),
        coverage_95=_coverage(record, window, 0.95),
        change=stability(record, stream, groups=chosen),
    )


def stability(record: ForecastRecord, stream: str, *, groups: IntArray) -> float:
    """How much a stream moved from one version to the next, over all periods both speak of [ratio].

    See `steelyard.demand.version_change`; here over all groups together.
    """
    values = record.said.get(stream)
    if values is None:
        return float("nan")
    pairs = _successive(record)
    if not pairs:
        return float("nan")
    at = np.array(pairs, dtype=np.int64)
    before, after = values[np.ix_(at[:, 0], groups)], values[np.ix_(at[:, 1], groups)]
    known = np.isfinite(before) & np.isfinite(after)
    moved, level = np.abs(after - before)[known], (np.abs(after) + np.abs(before))[known]
    return _share(2.0 * moved, float(level.sum()))


def scores_by_lag(record: ForecastRecord, streams: Sequence[str] = (CONSENSUS,)) -> pl.DataFrame:
    """One row a stream and lag: columns stream, label, lag and the error measures."""
    return _frame(
        [
            {"stream": name, "label": stream_label(name), "lag": lag} | asdict(score(record, name, lag=lag))
            for name in streams
            for lag in record.lags
        ]
    )


def scores_by_stream(record: ForecastRecord, *, lag: int | None = None) -> pl.DataFrame:
    """One row a stream, in the order of the month: columns stream, label and the error measures."""
    names = [name for name in record.streams if not _is_quantile(name)]
    return _frame(
        [
            {"stream": name, "label": stream_label(name)} | asdict(score(record, name, lag=lag))
            for name in names
        ]
    )  # fmt: skip


def scores_by_group(
    record: ForecastRecord, level: str, *, stream: str = CONSENSUS, lag: int | None = None
) -> pl.DataFrame:
    """One row a member of a column of the groups (a level, abc, xyz, segment, demand_class), in its order."""
    members = sorted({member for member in record.groups[level].to_list() if member is not None})
    return _frame(
        [
            {level: member}
            | asdict(score(record, stream, lag=lag, groups=record.where(**{level: member})))
            for member in members
        ]
    )  # fmt: skip


def stream_label(name: str) -> str:
    """A stream as people read it."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


@dataclass(frozen=True)
class Alarm:
    """A group whose forecast runs off to one side."""

    group: dict[str, str]
    tracking_signal: float
    bias: float
    """Sum of forecast less demand by sum of demand [ratio]."""
    units: float
    """Sum of forecast less demand [units]."""
    money: float
    """The same at the unit's margin, without sign [money]: what is at stake."""
    periods: int
    segment: str


def alarms(
    record: ForecastRecord, *, limit: float, stream: str = CONSENSUS, lag: int = 0, top: int | None = None
) -> list[Alarm]:
    """Groups whose tracking signal is beyond a limit either way, most money at stake first.

    Args:
        record: What was said and what came.
        limit: The company's limit; 4 is about three standard deviations.
        stream: Which forecast.
        lag: The lag that decides; each period counts once.
        top: How many at most.

    Source: Trigg 1964; limit of 4: Chase, Jacobs and Aquilano.
    """
    rows = record.at_lag(lag)
    if stream not in record.said or not rows.size:
        return []
    demand, forecast = record.actual[rows], record.said[stream][rows]
    signal = accuracy.tracking_signal(demand, forecast)
    known = np.isfinite(demand - forecast)
    units = np.where(known, forecast - demand, 0.0).sum(axis=0)
    money = np.abs(units) * np.maximum(record.margin, 0.0)
    beyond = np.flatnonzero(np.abs(np.nan_to_num(signal)) > limit)
    order = beyond[np.lexsort((beyond, -np.abs(units[beyond]), -money[beyond]))][:top]
    bias = accuracy.bias(demand, forecast)
    keys = record.groups.select(record.by) if record.by else record.groups
    return [
        Alarm(
            group={level: str(member) for level, member in keys.row(int(g), named=True).items()},
            tracking_signal=float(signal[g]),
            bias=float(bias[g]),
            units=float(units[g]),
            money=float(money[g]),
            periods=int(known[:, g].sum()),
            segment=_segment(record, int(g)),
        )
        for g in order.tolist()
    ]


def _segment(record: ForecastRecord, group: int) -> str:
    return str(record.groups["segment"][group] or "") if "segment" in record.groups.columns else ""


def _is_quantile(name: str) -> bool:
    return any(name in ends for ends in INTERVALS.values())


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def _cells(values: Array) -> Array:
    """Every cell as a series of its own, of one period."""
    return values.reshape(1, -1)


def _share(values: Array, size: float) -> float:
    return float(np.nansum(values)) / size if size else float("nan")


def _only(values: Array) -> float:
    return float(values[0])


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _mean_by_group(values: Array) -> Array:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return divide(sums, count.astype(np.float64))


def _scales(record: ForecastRecord, groups: IntArray) -> tuple[Array, Array]:
    """In-sample mean absolute error of seasonal naive, and mean square error of naive, by group."""
    history = record.history[:, groups]
    if len(history) < 2:
        unknown = np.full(groups.size, np.nan)
        return unknown, unknown
    step = np.diff(history, axis=0)
    return accuracy.naive_scale(history, record.season), _mean_by_group(step * step)


def _total_signal(record: ForecastRecord, rows: IntArray, demand: Array, forecast: Array, known: BoolArray) -> float:
    """Tracking signal of the total over the target periods, in order; of several lags each counts."""
    total_demand = np.where(known, demand, 0.0).sum(axis=1)[:, None]
    total_forecast = np.where(known, forecast, 0.0).sum(axis=1)[:, None]
    order = np.argsort([record.target[row] for row in rows.tolist()], kind="stable")
    return _only(accuracy.tracking_signal(total_demand[order], total_forecast[order])) if rows.size else float("nan")


def _pinball(record: ForecastRecord, window: tuple[IntArray, ...]) -> float:
    """Pinball loss of all interval ends there are, by mean demand."""
    demand = _cells(record.actual[window])
    losses = []
    for share, ends in INTERVALS.items():
        for end, level in zip(ends, ((1 - share) / 2, (1 + share) / 2), strict=True):
            if end in record.said:
                losses.append(_mean(pinball(demand, _cells(record.said[end][window]), level)))
    known = demand[np.isfinite(demand)]
    mean = float(np.abs(known).mean()) if known.size else 0.0
    return float(np.mean(losses)) / mean if losses and mean else float("nan")


def _coverage(record: ForecastRecord, window: tuple[IntArray, ...], share: float) -> float:
    low, high = INTERVALS[share]
    if low not in record.said or high not in record.said:
        return float("nan")
    demand, bottom, top = (_cells(values[window]) for values in (record.actual, record.said[low], record.said[high]))
    return _mean(interval_coverage(demand, bottom, top))


def _successive(record: ForecastRecord) -> list[tuple[int, int]]:
    """Pairs of rows that say the same period in one version and in the next."""
    at = {
        (int(v), target): row
        for row, (v, target) in enumerate(zip(record.version.tolist(), record.target, strict=True))
    }
    return [(row, at[version + 1, target]) for (version, target), row in at.items() if (version + 1, target) in at]
