"""Compare view: a comparison as tables and a chart."""

from dataclasses import dataclass

from steelyard.web.scenarios.selectors import CompareView, KpiRow

RISES_ARE_GOOD = frozenset({"demand_plan", "constrained_demand", "revenue", "gross_margin", "revenue_vs_budget"})
RISES_ARE_BAD = frozenset({"backlog", "shortage_quantity", "excess_value", "overload", "inventory_value", "cogs"})
SHARES = frozenset({"ratio", "percent"})


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


def compare_tables(view: CompareView) -> dict[str, object]:
    """What the compare page shows."""
    return {
        "view": view,
        "lines": [kpi_line(row) for row in view.kpis],
        "chart": family_chart(view) if view.families.height else None,
        "cell_columns": view.cells.columns,
        "cell_rows": [[spell(cell) for cell in row] for row in view.cells.iter_rows()],
    }


def kpi_line(row: KpiRow) -> Line:
    """Spell one measure of several plans."""
    unit = "%" if row.unit in SHARES else row.unit
    deltas = tuple(_delta(row, amount, percent) for amount, percent in row.deltas)
    return Line(row.measure, row.label, unit, tuple(figure(value, row.unit) for value in row.values), deltas)


def short_name(name: str) -> str:
    """A scenario's name, or a published plan's with the beginning of its digest."""
    return f"Plan {name[5:13]}" if name.startswith("plan:") else name


def figure(value: float | None, unit: str) -> str:
    """Spell a number in its unit.

    Example:
        >>> figure(0.8512, "ratio"), figure(1234567.0, "money"), figure(None, "units")
        ('85.1', '1,234,567', '–')
    """
    if value is None:
        return "–"
    if abs(value) < 0.0005:
        return "0"
    if unit in SHARES:
        return f"{100 * value:,.1f}"
    return f"{value:,.2f}" if unit == "money/unit" else f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"


def family_chart(view: CompareView) -> dict[str, object]:
    """Difference by family: bars to the right gain, to the left lose."""
    rows = list(view.families.iter_rows())
    good = view.measure not in RISES_ARE_BAD
    data = [
        {"value": round(value, 2), "itemStyle": {"color": "var(--good)" if (value > 0) == good else "var(--alert)"}}
        for _, value in rows
    ]
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


def spell(cell: object) -> str:
    """Spell a cell of a table of differences."""
    return f"{cell:,.1f}" if isinstance(cell, float) else "" if cell is None else str(cell)


def _delta(row: KpiRow, amount: float | None, percent: float | None) -> Delta:
    if amount is None or abs(amount) < 0.0005:
        return Delta("–" if amount is None else "0", "", "flat", "")
    sign = "+" if amount > 0 else "\u2212"
    points = f"{sign}{figure(abs(amount), row.unit)}"
    share = (
        "" if percent is None or row.unit in SHARES else f"{'+' if percent > 0 else chr(0x2212)}{abs(percent):.1f} %"
    )
    return Delta(points, share, "up" if amount > 0 else "down", _verdict(row.measure, amount))


def _verdict(measure: str, amount: float) -> str:
    if measure in RISES_ARE_GOOD:
        return "good" if amount > 0 else "bad"
    if measure in RISES_ARE_BAD:
        return "bad" if amount > 0 else "good"
    return ""
