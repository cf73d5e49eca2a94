"""Demand forecast of spare parts: scaled error and bias, against every single member and the forecast of nothing.

RMSSE: root mean square error by that of the one-step naive forecast on the history, mean over series. Bias: sum of
demand minus forecast by sum of demand; negative means too high. MASE and MAPE would crown the forecast of nothing.
"""

import json
import sys

import numpy as np
from _forecast_sets import ForecastSet, spare_parts

from steelyard.demand.batching import batches, find_seasons, scales
from steelyard.demand.count_quantile import lead_time_quantiles, silent_mean
from steelyard.demand.forecast import forecast_series
from steelyard.demand.methods import intermittent
from steelyard.demand.panel import forecast_panel
from steelyard.demand.preparation import prepare_history
from steelyard.demand.route import Route
from steelyard.grid.block import Array

MEMBERS = ("SES 0.1", "SES 0.2", "SES 0.3", "TSB 0.1 0.1", "TSB 0.1 0.2", "SBA 0.1", "mean of 6", "mean of 12")


def score(one: ForecastSet, forecast: Array) -> tuple[float, float]:
    """RMSSE and bias of a forecast."""
    error = one.demand - forecast
    scale = (np.diff(one.history, axis=0) ** 2).mean(axis=0)
    return float(np.sqrt((error**2).mean(axis=0) / scale).mean()), float(error.sum() / one.demand.sum())


def members(one: ForecastSet) -> Array:
    """Forecast of every single member, member x series."""
    prepared = prepare_history(one.history)
    scale = scales(prepared)
    values = prepared.values / scale
    seasons = find_seasons(values, prepared.start, one.period, None)
    out = np.empty((len(MEMBERS), one.size))
    for part, batch in batches(values, prepared.start, seasons, np.arange(one.size), 1):
        out[:, part] = np.concatenate([intermittent._smoothing(batch), intermittent._averages(batch)], axis=1)[-1]
    return out * scale


def show(name: str, found: tuple[float, float]) -> None:
    """Print one line of the table for people."""
    print(f"{name:<40}{found[0]:>10.4f}{found[1]:>10.3f}", file=sys.stderr)


def lead_time(one: ForecastSet, lead: int = 3) -> None:
    """How often the demand over a lead time stays within its quantile."""
    made = forecast_series(one.history, period=one.period, horizon=lead)
    silent = np.where(made.route == Route.ENDED, lead * silent_mean(one.history), 0.0)
    mean = np.maximum(made.mean.sum(axis=0), silent)
    came = one.demand[:lead].sum(axis=0)
    for level, low, high in ((0.95, 0.94, 0.96), (0.98, None, None)):
        reached = float((came <= lead_time_quantiles(one.history, mean, (level,), lead=lead)[0]).mean())
        what = f"{one.name}, {lead} month lead-time quantile {level}, achieved"
        bar, met = ("", None) if low is None else (f"{low}-{high}", bool(low <= reached <= high))
        print(json.dumps({"what": what, "measured": f"{reached:.3f}", "bar": bar, "met": met}))


def auto(one: ForecastSet, best: float) -> None:
    """Auto mode against the best single member, and its bias and interval."""
    made = forecast_panel(one.history, period=one.period, horizon=one.horizon)
    found = score(one, made.forecast.mean)
    show("auto", found)
    row = {"what": f"{one.name}, auto, RMSSE by that of the best single member after the fact"}
    ratio = found[0] / best
    print(json.dumps({**row, "measured": f"{ratio:.3f}", "bar": "<= 1.015", "met": bool(ratio <= 1.015)}))
    row = {"what": f"{one.name}, auto, bias (demand minus forecast by demand)"}
    print(json.dumps({**row, "measured": f"{found[1]:+.3f}", "bar": "-0.2-0.2", "met": bool(abs(found[1]) <= 0.2)}))
    low, high = made.interval(0.8)
    inside = float(((one.demand >= low) & (one.demand <= high)).mean())
    row = {"what": f"{one.name}, auto, coverage of 80 % (whole units: more is inside)"}
    print(json.dumps({**row, "measured": f"{inside:.1%}", "bar": "", "met": None}))


def main() -> None:
    """Run both sets."""
    for one in (spare_parts("carparts", 12), spare_parts("auto_parts", 6)):
        print(f"{one.name}: {one.size} series; RMSSE, bias", file=sys.stderr)
        each = members(one)
        single = {name: score(one, each[[k]]) for k, name in enumerate(MEMBERS)}
        for name, found in single.items():
            show(name, found)
        show("forecast of nothing", score(one, np.zeros((1, one.size))))
        routed = score(one, forecast_series(one.history, period=one.period, horizon=one.horizon).mean)
        median = score(one, np.median(each, axis=0)[None])
        show("median of members", median)
        show("routed by demand class", routed)
        best = min(found[0] for found in single.values())
        row = {"what": f"{one.name}, median of members, RMSSE by that of the best member after the fact"}
        measured = median[0] / best
        print(json.dumps({**row, "measured": f"{measured:.3f}", "bar": "<= 1.015", "met": bool(measured <= 1.015)}))
        auto(one, best)
        lead_time(one)


if __name__ == "__main__":
    main()
