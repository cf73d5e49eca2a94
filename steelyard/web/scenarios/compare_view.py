"""Compare view: a comparison as tables and a chart."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from steelyard.web.masterdata.names import MemberNames
from steelyard.web.scenarios.asked import filter_text
from steelyard.web.scenarios.chain import Chain
from steelyard.web.scenarios.comparison import NOTICED, CompareView
from steelyard.web.scenarios.indicator_rows import KpiRow
from steelyard.web.scenarios.waterfall import axis_start, size_of, waterfall
from steelyard.web.ui.dates import period_words
from steelyard.web.ui.figures import MINUS, NEAR_ZERO, NOTHING, SHARES, figure, number, signed, unit_label

LEVELS = frozenset({"item", "location", "customer", "resource"})
HEADS = frozenset({"item", "location", "customer", "resource", "period", "difference"})
RISES_ARE_GOOD = frozenset(
    {"demand_plan", "constrained_demand", "revenue", "gross_margin", "revenue_vs_budget", "fill_rate"}
)
RISES_ARE_BAD = frozenset(
    {
        "backlog", "shortage_quantity", "excess_value", "overload", "inventory_value", "cogs", "overload_hours",
        "peak_load",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Delta:
    """A difference with its verdict."""

    amount: str
    percent: str
    direction: str
    verdict: str


@dataclass(frozen=True)
class Line:
    """One line of the table of headline numbers."""

    measure: str
    label: str
    unit: str
    values: tuple[str, ...]
    deltas: tuple[Delta, ...]

    @property
    def pairs(self) -> list[tuple[str, Delta | None]]:
        """Each value with its difference from the first."""
        return list(zip(self.values, (None, *self.deltas), strict=False))


@dataclass(frozen=True)
class CellRow:
    """A cell that differs, and where it stands."""

    cells: tuple[str, ...]
    part: str
    period: str


def compare_tables(view: CompareView, names: MemberNames) -> dict[str, object]:
    """What the compare page shows."""
    heads = view.cells.columns
    return {
        "view": view,
        "lines": [kpi_line(row) for row in view.kpis],
        "quarters": [kpi_line(row) for row in view.quarters],
        "plan_names": [short_name(name) for name in view.names],
        "chart": family_chart(view) if view.families.height else None,
        "cell_columns": [name.capitalize() if name in HEADS else short_name(name) for name in heads],
        "cell_rows": [
            CellRow(tuple(spell(head, cell, names) for head, cell in zip(heads, row, strict=True)), *_place(heads, row))
            for row in view.cells.iter_rows()
        ],
        "settings": _words_of(view.settings),
        "assumptions": _words_of(view.assumptions),
    }


def _place(heads: Sequence[str], row: Sequence[object]) -> tuple[str, str]:
    """Scope and period of a row of cells, as an address names them."""
    known = dict(zip(heads, row, strict=True))
    scope = {head: (str(known[head]),) for head in heads if head in LEVELS and known[head] is not None}
    return filter_text(scope), str(known.get("period") or "")


def _words_of(frame: pl.DataFrame) -> list[tuple[str, tuple[str, ...]]]:
    """A table of text as its first column and the others."""
    rows = ([str(value or "") for value in row] for row in frame.iter_rows())
    return [(first, tuple(others)) for first, *others in rows]


def chain_tables(told: Chain, start: str, end: str, currency: str) -> dict[str, object]:
    """What a chain shows: picture and table."""
    better = True if told.measure in RISES_ARE_GOOD else False if told.measure in RISES_ARE_BAD else None
    return {
        "told": told,
        "start": start,
        "end": end,
        "option": json.dumps(waterfall(told, start, end, rises_are_good=better)),
        "cut": axis_start(told) is not None,
        "size": size_of(told),
        "unit": unit_label(told.unit, currency),
    }


def kpi_line(row: KpiRow) -> Line:
    """Spell one measure of several plans."""
    unit = "%" if row.unit in SHARES else row.unit
    deltas = tuple(_delta(row, amount, percent) for amount, percent in row.deltas)
    return Line(row.measure, row.label, unit, tuple(figure(value, row.unit) for value in row.values), deltas)


def short_name(name: str) -> str:
    """A scenario's name, or a published plan's with the beginning of its digest."""
    return f"Plan {name[5:13]}" if name.startswith("plan:") else name


def family_chart(view: CompareView) -> dict[str, object]:
    """Difference by family: bars to the right gain, to the left lose."""
    rows = list(view.families.iter_rows())
    data = [{"value": round(v, 4), "itemStyle": {"color": _bar_colour(view.measure, v)}} for _, v in rows]
    return {
        "grid": {"top": 8, "bottom": 8, "right": 24},
        "xAxis": {"type": "value"},
        "yAxis": {
            "type": "category",
            "data": [name for name, _ in rows],
            "inverse": True,
            "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "series": [{"type": "bar", "data": data, "barMaxWidth": 18}],
    }


def _bar_colour(measure: str, amount: float) -> str:
    return {"good": "var(--good)", "bad": "var(--alert)"}.get(_verdict(measure, amount), "var(--accent)")


def spell(head: str, cell: object, names: MemberNames) -> str:
    """Spell a cell of a table of differences."""
    if isinstance(cell, str):
        return period_words(cell) if head == "period" else names.spoken(head, cell)
    return number(cell, 1) if isinstance(cell, float) else "" if cell is None else str(cell)


def _delta(row: KpiRow, amount: float | None, percent: float | None) -> Delta:
    if amount is None or abs(amount) < NEAR_ZERO:
        return Delta(NOTHING if amount is None else "0", "", "flat", "")
    points = f"{'+' if amount > 0 else MINUS}{figure(abs(amount), row.unit)}"
    share = "" if percent is None or row.unit in SHARES else f"{signed(percent, 1)} %"
    if not _noticed(row, amount, percent):
        return Delta(points, share, "flat", "")
    return Delta(points, share, "up" if amount > 0 else "down", _verdict(row.measure, amount))


def _noticed(row: KpiRow, amount: float, percent: float | None) -> bool:
    """Whether a difference is more than rounding: over 0.05 % of the base, or 0.05 points of a share."""
    if row.unit in SHARES:
        return abs(amount) > NOTICED
    return percent is None or abs(percent) > 100 * NOTICED


def _verdict(measure: str, amount: float) -> str:
    if measure in RISES_ARE_GOOD:
        return "good" if amount > 0 else "bad"
    if measure in RISES_ARE_BAD:
        return "bad" if amount > 0 else "good"
    return ""
