"""Pictures of stock: what it is for over time, service against value, the largest exceptions, one place's course."""

from collections.abc import Sequence

import polars as pl

from steelyard.inventory.service_curve import CurvePoint
from steelyard.web.scorecard.charts import (
    Json,
    Option,
    bars,
    column,
    line,
    lines_and_bars,
    money_scale,
    numbers,
    ranking,
)
from steelyard.web.ui.figures import scale_of
from steelyard.web.worksheet.columns import short_label


def kinds_picture(frame: pl.DataFrame, currency: str) -> Option:
    """Stock on hand by what it is for, stacked, with the pipeline and the target of safety stock as lines."""
    names = ["safety", "cycle", "anticipation", "pipeline"]
    scale, mark = money_scale(frame, names)
    labels = [short_label(label) for label in frame["period"].to_list()]
    shown = [
        bars("Safety", column(frame, "safety", scale), stack="stock", itemStyle={"color": "var(--ink-3)"}),
        bars("Cycle", column(frame, "cycle", scale), stack="stock", itemStyle={"color": "var(--accent)"}),
        bars(
            "Anticipation",
            column(frame, "anticipation", scale),
            stack="stock",
            itemStyle={"color": "var(--changed-mark)"},
        ),
        line("Pipeline", column(frame, "pipeline", scale), lineStyle={"type": "dashed"}),
        line("Safety stock wanted", column(frame, "safety_target", scale), lineStyle={"type": "dotted"}),
    ]
    return lines_and_bars(labels, shown, unit=f"{currency} {mark}".strip())


def curve_picture(
    same: Sequence[CurvePoint], best: Sequence[CurvePoint], marks: Sequence[tuple[str, CurvePoint]], currency: str
) -> Option:
    """Service against the value of safety stock: the same service everywhere, the best mix, today and the budget."""
    scale, mark = scale_of(point.value for point in (*same, *best))
    series: list[Option] = [
        {**line("Best mix", []), "data": _points(best, scale), "smooth": True},
        {**line("Same service everywhere", []), "data": _points(same, scale), "lineStyle": {"type": "dashed"}},
        *(_mark(name, point, scale) for name, point in marks),
    ]
    lowest = 100 * min((point.fill_rate for point in (*same, *best)), default=0.0)
    step = 5.0 if lowest > 75 else 20.0
    return {
        "legend": {},
        "tooltip": {"trigger": "item"},
        "grid": {"top": 56, "bottom": 44},
        "xAxis": {
            "type": "value", "name": f"Safety stock, {currency} {mark}".strip(), "nameLocation": "middle", "nameGap": 28
        },
        "yAxis": {
            "type": "value", "name": "% of demand from stock", "min": lowest // step * step, "max": 100.0,
            "interval": step,
        },
        "series": list(series),
    }  # fmt: skip


def exceptions_picture(frame: pl.DataFrame, currency: str, top: int = 12) -> Option:
    """The most expensive exceptions, longest first."""
    worst = frame.filter(pl.col("kind") != "fine").head(top)
    scale, mark = money_scale(worst, ["money"])
    labels = [f"{row['item']} {row['location']}, {row['kind']}" for row in worst.iter_rows(named=True)]
    return ranking(labels, column(worst, "money", scale), unit=f"{currency} {mark}".strip())


def course_picture(frame: pl.DataFrame) -> Option:
    """Stock of one place against its targets."""
    labels = [short_label(label) for label in frame["period"].to_list()]
    shown = [
        bars("Stock", column(frame, "projected_inventory"), itemStyle={"color": "var(--chart-1)"}),
        line("Safety", column(frame, "safety_stock"), lineStyle={"type": "dotted"}),
        line("Reorder at", column(frame, "reorder_point")),
        line("Order up to", column(frame, "order_up_to"), lineStyle={"type": "dashed"}),
        line("Demand", column(frame, "gross_requirement")),
    ]
    return lines_and_bars(labels, shown, unit="units")


def risk_picture(frame: pl.DataFrame) -> Option:
    """Chance of running out by period."""
    labels = [short_label(label) for label in frame["period"].to_list()]
    return lines_and_bars(labels, [bars("Stock-out risk", column(frame, "stock_out_risk", 0.01))], unit="%")


def _mark(name: str, point: CurvePoint, scale: float) -> Option:
    return {"name": name, "type": "scatter", "symbolSize": 12, "data": _points([point], scale)}


def _points(points: Sequence[CurvePoint], scale: float) -> list[Json]:
    return [numbers([point.value / scale, 100 * point.fill_rate], 3) for point in points]
