"""Waterfall: the picture of a chain: where it starts, what moves it, where it ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10

from steelyard.web.scenarios.chain import Chain
from steelyard.web.ui.figures import number, signed

MOST_BARS = 12
"""Steps shown one by one; smaller ones share a bar at the end."""
TALL, SHORT = 9, 4

Option = dict[str, object]


@dataclass(frozen=True)
class Bar:
    """One bar: from one level to another, with what is written beside it."""

    name: str
    low: float
    high: float
    text: str
    colour: str

    def parts(self) -> tuple[float, float, float]:
        """What carries the bar unseen, its part above zero and its part below."""
        if self.low >= 0:
            return self.low, self.high - self.low, 0.0
        return (self.high, 0.0, self.low - self.high) if self.high <= 0 else (0.0, self.high, self.low)


def waterfall(told: Chain, start: str, end: str, *, rises_are_good: bool | None = None) -> Option:
    """A chart's option: bars from the top down; colours say good and bad where the measure has a better side.

    Args:
        told: The chain.
        start: Name of the plan it starts from.
        end: Name of the plan it leads to.
        rises_are_good: Whether more is better; None where neither is.
    """
    bars = list(_bars(told, start, end, rises_are_good))
    parts = [bar.parts() for bar in bars]
    return {
        "grid": {"top": 4, "bottom": 24, "right": 90},
        "tooltip": {"show": False},
        "xAxis": {"type": "value", "min": axis_start(told), "splitNumber": 4},
        "yAxis": {
            "type": "category",
            "data": [bar.name for bar in bars],
            "inverse": True,
            "axisLabel": {"width": 320, "overflow": "truncate"},
        },
        "series": [
            {"type": "bar", "stack": "way", "silent": True, "itemStyle": {"opacity": 0}, "data": [p[0] for p in parts]},
            _series(bars, [p[1] for p in parts]),
            _series(bars, [p[2] for p in parts]),
        ],
    }


def axis_start(told: Chain) -> float | None:
    """Where the axis begins: near the levels when the steps are small beside them; None leaves it at zero."""
    levels = [told.start]
    for _, effect in _shown(told):
        levels.append(levels[-1] + effect)
    low, high = float(min(levels)), float(max(levels))
    if low <= 2 * (high - low) or high == low:
        return None
    step = 10.0 ** floor(log10(high - low))
    return max(floor((low - 0.6 * (high - low)) / step) * step, 0.0)


def size_of(told: Chain) -> str:
    """How tall the picture wants to be."""
    rows = min(len(told.steps), MOST_BARS + 1) + 2
    return "is-short" if rows <= SHORT else "is-tall" if rows > TALL else ""


def _series(bars: Sequence[Bar], lengths: Sequence[float]) -> Option:
    data = [
        {
            "value": length,
            "itemStyle": {"color": bar.colour},
            "label": {"show": bool(length), "position": "right", "formatter": bar.text, "color": "var(--ink)"},
        }
        for bar, length in zip(bars, lengths, strict=True)
    ]
    return {"type": "bar", "stack": "way", "barMaxWidth": 18, "data": data}


def _bars(told: Chain, start: str, end: str, rises_are_good: bool | None) -> Iterator[Bar]:
    yield _whole(start, told.start, told.decimals)
    level = told.start
    for what, effect in _shown(told):
        low, high = sorted((float(level), float(level + effect)))
        colour = _colour(effect > 0, rises_are_good)
        yield Bar(what, low, high, signed(float(effect), told.decimals), colour)
        level += effect
    yield _whole(end, told.end, told.decimals)


def _whole(name: str, value: Decimal, decimals: int) -> Bar:
    low, high = sorted((0.0, float(value)))
    return Bar(name, low, high, number(float(value), decimals), "var(--ink-3)")


def _shown(told: Chain) -> list[tuple[str, Decimal]]:
    """The largest steps in their order, then all others together."""
    ranked = sorted(range(len(told.steps)), key=lambda at: -abs(told.steps[at].effect))
    large = sorted(ranked[:MOST_BARS])
    shown = [(told.steps[at].what, told.steps[at].effect) for at in large]
    rest = ranked[MOST_BARS:]
    return [*shown, (f"{len(rest)} smaller steps", sum((told.steps[at].effect for at in rest), Decimal(0)))][
        : len(shown) + bool(rest)
    ]


def _colour(rises: bool, rises_are_good: bool | None) -> str:
    if rises_are_good is None:
        return "var(--accent)" if rises else "var(--chart-2)"
    return "var(--good)" if rises == rises_are_good else "var(--alert)"
