"""Balance pictures: the gap as a heat map, levers as bars, the mix as steps, and who loses what by which rule."""

import polars as pl

from steelyard.plan.balancing.board import GapBoard
from steelyard.plan.balancing.catalogue import LeverWorth
from steelyard.plan.balancing.mix import Mix
from steelyard.plan.balancing.rationing import Rationing
from steelyard.web.scorecard.charts import ALERT, GOOD, QUIET, WARM, Json, Option, bars, lines_and_bars, numbers
from steelyard.web.worksheet.columns import short_label

SHOWN = 14
LEAST_CLOSED = 0.01
"""Share of what the strongest lever closes, from which on a rate per unit is shown."""
UNITS = {"share": "% of demand", "units": "units", "money": "money", "hours": "hours"}
"""What a gap can be shown in."""
RULE_LABELS = {
    "as_it_stands": "As it stands", "priority": "Priority", "fair_share": "Fair share", "profit": "Profit",
}  # fmt: skip


def gap_map(board: GapBoard, unit: str = "share") -> Option:
    """The gap by family and period, dearest family on top; darker is worse."""
    cells = {
        "units": board.cells.gap, "money": board.cells.money, "hours": board.cells.hours, "share": board.cells.gap,
    }[unit]  # fmt: skip
    order = [board.base.family_names.index(name) for name in board.families["family"].to_list()]
    labels = [short_label(label) for label in board.base.periods]
    largest = float(cells.max()) if cells.size else 0.0
    scale = 1.0 if unit == "share" or largest < 1e4 else 1e3
    data: list[Json] = []
    for y, family in enumerate(order):
        for t in range(len(labels)):
            asked = float(board.cells.demand[t, family])
            value = float(cells[t, family]) / scale
            if unit == "share":
                value = 100.0 * value / asked if asked > 0 else 0.0
            data.append([t, y, round(value, 1 if value < 10 else 0)])
    names: list[Json] = [board.base.family_names[family] for family in order]
    limits = (1.0, 5.0, 15.0) if unit == "share" else tuple(largest / scale * part for part in (0.05, 0.25, 0.6))
    return _heat(labels, names, data, limits, unit, "k" if scale > 1 else "")


def map_class(families: int) -> str:
    """Class of the gap map's box: as high as so many rows need to be read."""
    return "chart is-long" if families > 20 else "chart is-tall" if families > 12 else "chart"


def _heat(
    labels: list[str], names: list[Json], data: list[Json], limits: tuple[float, ...], unit: str, mark: str
) -> Option:
    low, middle, high = limits
    form = "g" if unit == "share" else ",.0f"
    word = "%" if unit == "share" else mark
    pieces: list[Json] = [
        {"lt": low, "label": f"under {low:{form}} {word}", "color": "var(--sunken)"},
        {"gte": low, "lt": middle, "label": f"{low:{form}} to {middle:{form}} {word}", "color": "var(--accent-soft)"},
        {
            "gte": middle,
            "lt": high,
            "label": f"{middle:{form}} to {high:{form}} {word}",
            "color": "var(--changed-soft)",
        },
        {"gte": high, "label": f"over {high:{form}} {word}", "color": "var(--alert-soft)"},
    ]
    return {
        "tooltip": {},
        "grid": {"top": 8, "bottom": 56, "right": 12},
        "xAxis": {"type": "category", "data": list(labels), "splitArea": {"show": False}},
        "yAxis": {
            "type": "category", "data": names, "inverse": True, "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "visualMap": {
            "type": "piecewise", "orient": "horizontal", "left": "center", "bottom": 0, "itemHeight": 10,
            "textStyle": {"color": "var(--chart-ink)"}, "pieces": pieces,
        },
        "series": [
            {
                "type": "heatmap", "data": data,
                "label": {"show": len(labels) <= 30, "fontSize": 10, "color": "var(--ink)"},
                "itemStyle": {"borderColor": "var(--surface)", "borderWidth": 1},
            }
        ],
    }  # fmt: skip


def _money_scale(values: list[float]) -> tuple[float, str]:
    largest = max((abs(value) for value in values), default=0.0)
    return (1e6, "m") if largest >= 1e6 else (1e3, "k") if largest >= 1e3 else (1.0, "")


def _sideways(names: list[str], series: list[Json], unit: str, *, legend: bool = False) -> Option:
    """Bars to the right of long names, the first on top."""
    option: Option = {
        "grid": {"top": 34 if legend else 8, "bottom": 34, "right": 40},
        "xAxis": {"type": "value", "name": unit, "nameLocation": "middle", "nameGap": 24},
        "yAxis": {
            "type": "category", "data": list(names), "inverse": True,
            "axisLabel": {"width": 170, "overflow": "truncate"},
        },
        "series": series,
    }  # fmt: skip
    return option | ({"legend": {}} if legend else {})


def gain_bars(worths: tuple[LeverWorth, ...], currency: str) -> Option:
    """Money each lever brings alone."""
    shown = worths[:SHOWN]
    scale, mark = _money_scale([one.gain for one in shown])
    data: list[Json] = [
        {"value": round(one.gain / scale, 2), "itemStyle": {"color": GOOD if one.gain >= 0 else ALERT}} for one in shown
    ]
    return _sideways(
        [one.lever.name for one in shown], [{"name": "Gain", "type": "bar", "data": data, "barMaxWidth": 18}],
        f"Gain, {mark} {currency}".replace("  ", " "),
    )  # fmt: skip


def unit_bars(worths: tuple[LeverWorth, ...], currency: str) -> Option:
    """Money gained per unit of gap closed, the best first, without levers that close next to nothing."""
    least = LEAST_CLOSED * max((one.closed for one in worths), default=0.0)
    known = (one for one in worths if one.per_unit == one.per_unit and one.closed >= least)
    closing = sorted(known, key=lambda one: -one.per_unit)[:SHOWN]
    data = numbers([one.per_unit for one in closing])
    return _sideways(
        [one.lever.name for one in closing], [{"name": "Per unit", "type": "bar", "data": data, "barMaxWidth": 18}],
        f"{currency} per unit closed",
    )  # fmt: skip


def mix_steps(mix: Mix, currency: str) -> Option:
    """From nothing to the whole mix, lever by lever; losses step back."""
    adds = [part.adds for part in mix.parts]
    scale, mark = _money_scale([*adds, mix.together.gain])
    below: list[float | None] = []
    up: list[float | None] = []
    down: list[float | None] = []
    running = 0.0
    for value in adds:
        below.append(min(running, running + value) / scale)
        up.append(value / scale if value >= 0 else None)
        down.append(-value / scale if value < 0 else None)
        running += value
    names = [part.worth.lever.name for part in mix.parts] + ["Together"]
    hidden: Option = {"itemStyle": {"color": "transparent"}, "silent": True}
    series: list[Json] = [
        {**bars("", numbers([*below, 0.0]), stack="mix"), **hidden},
        {**bars("Adds", numbers([*up, None]), stack="mix"), "itemStyle": {"color": GOOD}},
        {**bars("Takes", numbers([*down, None]), stack="mix"), "itemStyle": {"color": ALERT}},
        {**bars("Together", numbers([*([None] * len(adds)), running / scale]), stack="mix"),
         "itemStyle": {"color": "var(--accent)"}},
    ]  # fmt: skip
    return _sideways(names, series, f"Gain, {mark} {currency}".replace("  ", " "))


def loss_bars(found: Rationing) -> Option:
    """Units each channel is short by each rule."""
    frame: pl.DataFrame = found.who_lost().head(SHOWN)
    names = [str(name) for name in frame[found.level].to_list()]
    colours = {"as_it_stands": ALERT, "priority": "var(--accent)", "fair_share": QUIET, "profit": WARM}
    series: list[Option] = [
        {**bars(label, numbers(frame[f"{rule}_lost"].to_list(), 0)), "itemStyle": {"color": colours[rule]}}
        for rule, label in RULE_LABELS.items()
    ]
    return lines_and_bars(names, series, unit="units short")
