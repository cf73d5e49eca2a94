"""Waterfall: steps from one total to another, as columns that stand on what went before."""

from dataclasses import replace
from itertools import accumulate, pairwise

from steelyard.web.book.content import Chart, ChartSeries
from steelyard.web.ui.figures import short

SHOWN_WHOLE = 0.4
"""From this size of the steps, against the lowest level, the axis begins at zero."""


def stacked_steps(chart: Chart) -> Chart:
    """Turn totals and steps into stacked columns: an undrawn foot, totals, gains and losses.

    Where the course crosses zero a step is drawn in two parts, one on each side of it.

    Example:
        >>> steps = Chart("", ("Budget", "Volume", "Plan"), (ChartSeries("", (10.0, -4.0, 6.0)),), "waterfall")
        >>> [one.values for one in stacked_steps(steps).series]
        [(0.0, 6.0, 0.0), (10.0, 0.0, 6.0), (0.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 0.0)]
    """
    values = [value or 0.0 for value in chart.series[0].values]
    ends = list(accumulate(values[:-1]))
    spans = [(0.0, values[0]), *pairwise(ends), (0.0, values[-1])]
    total = {0, len(values) - 1}
    foot = tuple(0.0 if n in total else _foot(*span) for n, span in enumerate(spans))
    gains = tuple(_NONE if n in total or b < a else _sides(a, b) for n, (a, b) in enumerate(spans))
    losses = tuple(_NONE if n in total or b >= a else _sides(b, a) for n, (a, b) in enumerate(spans))
    under = tuple(gain[1] + loss[1] for gain, loss in zip(gains, losses, strict=True))
    series = (
        ChartSeries("", foot, "clear"),
        ChartSeries("Total", tuple(v if n in total else 0.0 for n, v in enumerate(values)), "accent"),
        ChartSeries("Gain", tuple(above for above, _ in gains), "good"),
        ChartSeries("Loss", tuple(above for above, _ in losses), "alert"),
        ChartSeries("Below zero", tuple(0.0 - part for part in under), "brick"),
    )
    names = tuple(
        f"{name}\n{short(value) if n in total else signed_short(value)}"
        for n, (name, value) in enumerate(zip(chart.categories, values, strict=True))
    )
    return replace(chart, drawn="stacked", series=series, categories=names)


def axis_floor(chart: Chart) -> float | None:
    """Where the axis of a waterfall begins: at zero, or higher when the steps would else be hair lines.

    None where the course falls below zero: the axis then follows the numbers.

    Example:
        >>> steps = Chart("", ("Budget", "Volume", "Plan"), (ChartSeries("", (100.0, -4.0, 96.0)),), "waterfall")
        >>> axis_floor(steps)
        84.0
    """
    values = [value or 0.0 for value in chart.series[0].values]
    levels = list(accumulate(values[:-1]))
    low, span = min(levels), max(levels) - min(levels)
    if min(low, values[-1]) < 0:
        return None
    return 0.0 if span > SHOWN_WHOLE * low else max(0.0, low - 3 * span)


def signed_short(value: float) -> str:
    """A step with its sign and three digits that matter."""
    return f"+{short(value)}" if value > 0 else short(value)


_NONE = (0.0, 0.0)


def _foot(start: float, end: float) -> float:
    """What a step stands on: the nearer to zero of its ends, nothing when it crosses zero."""
    if start * end < 0:
        return 0.0
    return min(start, end, key=abs)


def _sides(low: float, high: float) -> tuple[float, float]:
    """The drawn parts of a rise from low to high: how much above zero, how much below it."""
    if low >= 0:
        return high - low, 0.0
    if high <= 0:
        return 0.0, low - high
    return high, -low
