"""Demand with drivers: weekly orange juice of 83 stores x 11 brands, price, deal and feature known eight weeks ahead.

Run: python benchmarks/demand_drivers.py. The data stand in the folder `shared` beside the project. Three origins; the
response is pooled over the stores of a brand and shrunk to each series, the baseline is cleaned and forecast as in a
plan: driver effect out, spikes back, fast forecast, driver effect in.
"""

import json
import sys
import time
from dataclasses import dataclass

import numpy as np
import polars as pl
from _forecast_sets import DATA

from steelyard.demand.cleansing import find_spikes
from steelyard.demand.driver import measure_response
from steelyard.demand.forecast import forecast_series
from steelyard.grid.block import Array, IntArray

HORIZON, ORIGINS, SEASON = 8, 3, 52
BAR = 0.45


@dataclass(frozen=True)
class Weeks:
    """Weekly series with their drivers, period x series."""

    demand: Array
    drivers: Array
    """Logarithm of price, deal, feature."""
    brand: IntArray

    @property
    def promoted(self) -> Array:
        """Whether a deal or a feature ran."""
        return (self.drivers[1] == 1) | (self.drivers[2] > 0)


def orange_juice() -> Weeks:
    """Read the set; weeks without a record are unknown."""
    file = DATA / "orangejuice_weekly_promo.parquet"
    if not file.is_file():
        sys.exit(f"No file {file.name} in the sample data beside the project ({DATA}); put the folder `shared` there.")
    table = pl.read_parquet(file).sort("unique_id", "week")
    names = table["unique_id"].unique(maintain_order=True)
    series = table["unique_id"].replace_strict(names, pl.Series(range(len(names))), return_dtype=pl.Int64).to_numpy()
    week = (table["week"] - table["week"].min()).to_numpy()

    def wide(column: str) -> Array:
        out = np.full((week.max() + 1, len(names)), np.nan)
        out[week, series] = table[column].to_numpy()
        return out

    brand = table.unique("unique_id", maintain_order=True)["brand"].to_numpy() - 1
    return Weeks(wide("y"), np.stack([np.log(wide("price")), wide("deal"), wide("feat")]), brand)


def with_drivers(weeks: Weeks, origin: int) -> Array:
    """Forecast from an origin: response, baseline, spikes, forecast, response."""
    past, ahead = weeks.drivers[:, :origin], weeks.drivers[:, origin : origin + HORIZON]
    history = weeks.demand[:origin]
    found = measure_response(history, past, weeks.brand, int(weeks.brand.max()) + 1, period=SEASON)
    baseline = history / found.effect(past)
    calm = find_spikes(baseline, period=SEASON).apply(baseline)
    return forecast_series(calm, period=SEASON, horizon=HORIZON).mean * found.effect(ahead)


def without_drivers(weeks: Weeks, origin: int) -> Array:
    """The same forecast without looking at any driver."""
    history = weeks.demand[:origin]
    calm = find_spikes(history, period=SEASON).apply(history)
    return forecast_series(calm, period=SEASON, horizon=HORIZON).mean


def wape(weeks: Weeks, said: dict[int, Array], weeks_of: str) -> float:
    """Sum of absolute errors by sum of demand over all origins: `all`, `promoted` or `plain` weeks."""
    missed = asked = 0.0
    for origin, forecast in said.items():
        demand = weeks.demand[origin : origin + HORIZON]
        promoted = weeks.promoted[origin : origin + HORIZON]
        chosen = {"all": np.ones(promoted.shape, bool), "promoted": promoted, "plain": ~promoted}[weeks_of]
        judged = np.isfinite(demand) & chosen
        missed += float(np.abs(demand - forecast)[judged].sum())
        asked += float(demand[judged].sum())
    return missed / asked


def main() -> None:
    """Score with and without drivers."""
    weeks = orange_juice()
    origins = [len(weeks.demand) - HORIZON * (back + 1) for back in range(ORIGINS)]
    print(f"{'':<18}{'all':>8}{'promoted':>10}{'plain':>8}{'CPU s/1000':>12}", file=sys.stderr)
    with_drivers(weeks, origins[-1])
    scores = {}
    for name, method in (("without drivers", without_drivers), ("with drivers", with_drivers)):
        before = time.process_time()
        said = {origin: method(weeks, origin) for origin in origins}
        seconds = (time.process_time() - before) / ORIGINS * 1000 / weeks.demand.shape[1]
        scores[name] = [wape(weeks, said, kind) for kind in ("all", "promoted", "plain")]
        print(f"{name:<18}" + "".join(f"{s:>9.3f}" for s in scores[name]) + f"{seconds:>10.2f}", file=sys.stderr)
    reached = scores["with drivers"][0]
    what = f"orange juice, {weeks.demand.shape[1]} series, {HORIZON} weeks ahead, WAPE with drivers"
    row = {"what": what, "measured": f"{reached:.3f}", "bar": f"<= {BAR}", "met": reached <= BAR}
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
