"""Forecast sets: competition and spare part series from the folder `shared` beside the project, and how to judge them.

sMAPE: mean over series of mean(200 |demand - forecast| / (|demand| + |forecast|)). MASE: mean over series of the mean
absolute error by the mean absolute seasonal naive error of the training part. OWA: mean of sMAPE and MASE, each
relative to Naive2 on the same set. All three as in the M4 competition.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from steelyard.demand.accuracy import naive_scale
from steelyard.grid.block import Array

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "forecast"


@dataclass(frozen=True)
class ForecastSet:
    """Series with a training part and the periods to forecast."""

    name: str
    history: Array
    """Training part, period x series; NaN before a series starts."""
    demand: Array
    """What came, horizon x series."""
    period: int

    @property
    def horizon(self) -> int:
        """Periods to forecast."""
        return len(self.demand)

    @property
    def size(self) -> int:
        """How many series there are."""
        return self.history.shape[1]


@dataclass(frozen=True)
class Score:
    """The measures of one method on one set."""

    smape: float
    mase: float
    owa: float


def m3(frequency: str, period: int) -> ForecastSet:
    """One frequency of the M3 competition, with its official horizon."""
    table = pl.read_parquet(_file("m3.parquet")).filter(pl.col("freq") == frequency).sort("unique_id", "ds")
    parts = [_columns(table.filter(pl.col("split") == split)) for split in ("train", "test")]
    return ForecastSet(f"M3 {frequency.lower()}", parts[0], parts[1], period)


def spare_parts(name: str, horizon: int) -> ForecastSet:
    """Intermittent monthly demand, the last periods kept back; series with fewer than two demands are left out."""
    table = pl.read_parquet(_file(f"{name}_monthly.parquet")).sort("unique_id", "ds")
    values = _columns(table)
    values = values[:, np.isfinite(values).sum(axis=0) == len(values)]
    values = values[:, (values[:-horizon] != 0).sum(axis=0) >= 2]
    return ForecastSet(name, values[:-horizon], values[-horizon:], 12)


def _file(name: str) -> Path:
    if not (DATA / name).is_file():
        sys.exit(f"No file {name} in the sample data beside the project ({DATA}); put the folder `shared` there.")
    return DATA / name


def _columns(table: pl.DataFrame) -> Array:
    """Series as columns, aligned at their last period."""
    series = [group.to_numpy() for group in table.group_by("unique_id", maintain_order=True).agg("y")["y"]]
    out = np.full((max(map(len, series)), len(series)), np.nan)
    for i, values in enumerate(series):
        out[len(out) - len(values) :, i] = values
    return out


def judge(one: ForecastSet, forecast: Array) -> Score:
    """Score a forecast, period x series."""
    smape, mase = _smape(one.demand, forecast), _mase(one, forecast)
    reference = naive2(one)
    owa = 0.5 * (smape / _smape(one.demand, reference) + mase / _mase(one, reference))
    return Score(smape, mase, owa)


def _smape(demand: Array, forecast: Array) -> float:
    size = np.abs(demand) + np.abs(forecast)
    return float(np.mean(200 * np.abs(demand - forecast) / np.where(size > 0, size, 1.0)))


def _mase(one: ForecastSet, forecast: Array) -> float:
    return float(np.mean(np.abs(one.demand - forecast).mean(axis=0) / naive_scale(one.history, one.period)))


def naive2(one: ForecastSet) -> Array:
    """The last value, seasonally adjusted where the M4 competition's test finds a season."""
    series = [one.history[np.isfinite(one.history[:, i]), i] for i in range(one.size)]
    return np.stack([_naive2(values, one.period, one.horizon) for values in series], axis=1)


def _naive2(y: Array, period: int, horizon: int) -> Array:
    if not (_m4_seasonal(y, period) and (y > 0).all()):
        return np.full(horizon, y[-1])
    weights = np.r_[0.5, np.ones(period - 1), 0.5] if period % 2 == 0 else np.ones(period)
    level = np.convolve(y, weights / period, "valid")
    half = period // 2
    ratio, phase = y[half : half + len(level)] / level, np.arange(half, half + len(level)) % period
    index = np.array([ratio[phase == k].mean() for k in range(period)])
    index /= index.mean()
    return y[-1] / index[(len(y) - 1) % period] * index[(len(y) + np.arange(horizon)) % period]


def _m4_seasonal(y: Array, period: int) -> bool:
    if period == 1 or len(y) < 3 * period or y.std() == 0:
        return False
    centred = y - y.mean()
    lags = [(centred[k:] * centred[:-k]).sum() / (centred**2).sum() for k in range(1, period + 1)]
    limit = 1.645 * np.sqrt((1 + 2 * np.square(lags[:-1]).sum()) / len(y))
    return bool(abs(lags[-1]) > limit)


def hierarchy(name: str) -> tuple[Array, pl.DataFrame]:
    """Series of the same length with the columns that group them: history and keys."""
    table = pl.read_parquet(_file(f"{name}.parquet")).sort("unique_id", "ds")
    longest = table.group_by("unique_id").len()["len"].max()
    table = table.filter(pl.len().over("unique_id") == longest)
    return _columns(table), table.drop("ds", "y").unique("unique_id", maintain_order=True)


def retail(horizon: int = 18) -> ForecastSet:
    """Australian retail turnover by state and industry, the last periods kept back."""
    table = pl.read_parquet(_file("aus_retail_monthly_hier.parquet")).sort("unique_id", "ds")
    values = _columns(table.filter(pl.len().over("unique_id") > 60))
    return ForecastSet("Australian retail", values[:-horizon], values[-horizon:], 12)
