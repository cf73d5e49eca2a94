"""Demand forecast, auto mode: accuracy, coverage of its intervals and speed, on the M3 competition and on retail.

Coverage: share of all points of all series that came inside the interval. The members were chosen with these sets in
view, with the same constants for all of them; only sets never looked at are proof.
"""

import json
import resource
import sys
import time

import numpy as np
from _forecast_sets import ForecastSet, Score, judge, m3, retail
from demand_scale import generated

from steelyard.demand.answers import ask_series
from steelyard.demand.conformal import NORMAL_90
from steelyard.demand.forecast import forecast_series
from steelyard.demand.panel import PanelForecast, combine_panel, forecast_panel
from steelyard.demand.parameters import ForecastParameters
from steelyard.demand.trial import nearest_origins

LEADS = 3
"""Periods of the lead time that is judged."""


def report(what: str, measured: str, bar: str, met: bool | None) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": met}), flush=True)


def show(*cells: object) -> None:
    """Print one line of the table for people."""
    print("".join(f"{cell:<24}" if i == 0 else f"{cell!s:>12}" for i, cell in enumerate(cells)), file=sys.stderr)


def run(one: ForecastSet) -> tuple[Score, float, tuple[float, float]]:
    """Forecast one set; its scores, CPU seconds per 1,000 series, and coverage of 80 % and 95 %."""
    before = time.process_time()
    made = forecast_panel(one.history, period=one.period, horizon=one.horizon)
    seconds = (time.process_time() - before) * 1000 / one.size
    score, covered = judge(one, made.forecast.mean), coverage(one, made)
    fast = judge(one, forecast_series(one.history, period=one.period, horizon=one.horizon).mean)
    show(f"{one.name} fast", "", f"{fast.smape:.2f}", f"{fast.mase:.3f}", f"{fast.owa:.4f}")
    scores = (f"{seconds:.2f}", f"{score.smape:.2f}", f"{score.mase:.3f}", f"{score.owa:.4f}")
    show(f"{one.name} auto", *scores, *(f"{share:.3f}" for share in covered))
    return score, seconds, covered


def coverage(one: ForecastSet, made: PanelForecast) -> tuple[float, float]:
    """Share of points inside the 80 % and the 95 % interval."""
    ends = [made.interval(share) for share in (0.8, 0.95)]
    shares = [float(((one.demand >= low) & (one.demand <= high)).mean()) for low, high in ends]
    return shares[0], shares[1]


def report_coverage(name: str, covered: tuple[float, float], *, binding: bool) -> None:
    """Print the coverage; a bar only where one was set."""
    for share, found, low, high in ((80, covered[0], 0.77, 0.83), (95, covered[1], 0.92, 0.97)):
        met = low <= found <= high if binding else None
        report(f"{name}, auto, coverage of {share} %", f"{found:.1%}", f"{low:.0%}-{high:.0%}" if binding else "", met)


def fast_intervals(one: ForecastSet) -> None:
    """Intervals of fast mode, and of the demand of three periods, in fast mode and from one-step errors of the fit."""
    knobs = ForecastParameters()
    asked = ask_series(
        one.history, period=one.period, horizon=one.horizon, parameters=knobs,
        back=nearest_origins(one.period, one.horizon),
    )  # fmt: skip
    made = combine_panel(one.history, asked, parameters=knobs)
    for share, found in zip((80, 95), coverage(one, made), strict=True):
        report(f"{one.name}, fast, coverage of {share} %", f"{found:.1%}", "", None)
    leads = np.full(one.size, LEADS)
    missed = np.abs((one.demand[:LEADS] - made.forecast.mean[:LEADS]).sum(axis=0))
    names = ("measured over the lead time", "from one-step errors of the fit")
    for name, error in zip(names, (made.error_over(leads), made.forecast.error_std), strict=True):
        inside = float((missed <= NORMAL_90 * np.sqrt(LEADS) * error).mean())
        report(f"{one.name}, fast, demand of {LEADS} periods inside 90 %, {name}", f"{inside:.1%}", "", None)


def accuracy() -> None:
    """Every frequency of M3, and retail."""
    show("", "CPU s/1000", "sMAPE", "MASE", "OWA", "80 %", "95 %")
    monthly, seconds, covered = run(m3("Monthly", 12))
    report("M3 monthly, auto, OWA", f"{monthly.owa:.4f}", "<= 0.81", monthly.owa <= 0.81)
    report("M3 monthly, auto, CPU s per 1,000 series", f"{seconds:.2f}", "<= 3", seconds <= 3)
    report_coverage("M3 monthly", covered, binding=True)
    quarterly, _, covered = run(m3("Quarterly", 4))
    report("M3 quarterly, auto, MASE", f"{quarterly.mase:.3f}", "<= 1.09", quarterly.mase <= 1.09)
    report_coverage("M3 quarterly", covered, binding=False)
    for name, found in (("M3 yearly", run(m3("Yearly", 1))), ("M3 other", run(m3("Other", 1)))):
        report_coverage(name, found[2], binding=False)
    shops, _, covered = run(retail())
    report("Australian retail, auto, MASE", f"{shops.mase:.3f}", "<= 1.03", shops.mase <= 1.03)
    report_coverage("Australian retail", covered, binding=False)
    for one in (m3("Monthly", 12), m3("Quarterly", 4), m3("Yearly", 1), retail()):
        fast_intervals(one)


def young_series() -> None:
    """M3 monthly cut to its last months: too young for backtests of their own, among series that are not."""
    one = m3("Monthly", 12)
    cut = np.random.default_rng(1).random(one.size) < 0.2
    for months in (10, 18, 30):
        history = one.history.copy()
        history[:-months, cut] = np.nan
        made = forecast_panel(history, period=12, horizon=one.horizon)
        low, high = made.interval(0.8)
        inside = ((one.demand >= low) & (one.demand <= high))[:, cut].mean()
        report(f"M3 monthly series cut to {months} months, auto, coverage of 80 %", f"{inside:.1%}", "", None)


def scale() -> None:
    """10,000 series of five years."""
    history = generated(10_000, 60)
    start = time.perf_counter()
    whole = forecast_panel(history, period=12, horizon=12)
    seconds = time.perf_counter() - start
    report("auto forecast and quantiles of 10,000 series x 60 months", f"{seconds:.1f} s", "<= 20 s", seconds <= 20)
    start = time.perf_counter()
    block = forecast_panel(history[:, 3000:4000], period=12, horizon=12, pool=whole.pool)
    seconds = time.perf_counter() - start
    report("auto forecast of one block of 1,000 series", f"{seconds:.2f} s", "<= 2 s", seconds <= 2)
    same = np.array_equal(block.quantiles, whole.quantiles[:, :, 3000:4000])
    report("a block alone, with the pool, equals the block within all, bit for bit", str(same), "True", same)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    report("peak memory of these", f"{peak:.2f} GB", "<= 1 GB", peak <= 1)


if __name__ == "__main__":
    scale()
    accuracy()
    young_series()
