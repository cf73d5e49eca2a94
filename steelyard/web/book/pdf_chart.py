"""Charts on paper, drawn by reportlab's chart classes in the book's colours."""

from collections.abc import Sequence

from reportlab.graphics.charts.axes import XCategoryAxis, YValueAxis
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.renderPDF import draw
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from steelyard.web.book.content import Chart, ChartSeries
from steelyard.web.book.faces import face, spelled
from steelyard.web.book.layout import COLOURS, INK_2, INK_3, RULE, measure
from steelyard.web.book.waterfall import axis_floor, stacked_steps
from steelyard.web.ui.figures import number, short

SIZE = 8.0
"""Type size of labels [points]."""
LEGEND = 16.0
"""Height of the legend [points]."""
FEW = 10
"""Below this span an axis needs a decimal."""
LONGEST = 0.3
"""Most of the width that names of horizontal bars may take."""


def draw_chart(canvas: Canvas, chart: Chart, x: float, y: float, width: float, height: float) -> None:
    """Draw a chart with its lower left corner at a point."""
    drawing = Drawing(width, height)
    shown, floor = (stacked_steps(chart), axis_floor(chart) or 0.0) if chart.drawn == "waterfall" else (chart, 0.0)
    _legend(drawing, shown, width, height, names=chart.drawn != "waterfall")
    room = height - LEGEND
    if chart.drawn == "bars":
        drawing.add(_bars(shown, width, room))
    elif chart.drawn == "lines":
        drawing.add(_lines(shown, width, room))
    else:
        drawing.add(_columns(shown, width, room, stacked=chart.drawn in ("stacked", "waterfall"), floor=floor))
    draw(drawing, canvas, x, y)


def _legend(drawing: Drawing, chart: Chart, width: float, height: float, *, names: bool) -> None:
    at = 0.0
    for one in chart.series if names and (len(chart.series) > 1 or chart.series[0].name) else ():
        drawing.add(Rect(at, height - 9, 8, 8, fillColor=_colour(one), strokeColor=None))
        drawing.add(_label(one.name, at + 11, height - 8))
        at += measure(one.name, SIZE) + 26
    if chart.unit:
        drawing.add(_label(chart.unit, width, height - 8, anchor="end"))


def _label(words: str, x: float, y: float, *, anchor: str = "start") -> String:
    look = {"fontName": face(bold=False), "fontSize": SIZE, "fillColor": HexColor(f"#{INK_2}")}
    return String(x, y, spelled(words), textAnchor=anchor, **look)


def _colour(series: ChartSeries) -> Color | None:
    return None if series.tone == "clear" else HexColor(f"#{COLOURS[series.tone]}")


def _columns(chart: Chart, width: float, height: float, *, stacked: bool, floor: float) -> VerticalBarChart:
    bars = VerticalBarChart()
    _place(bars, chart, width, height)
    bars.barSpacing, bars.groupSpacing = 0.5, 6
    if any("\n" in name for name in chart.categories):
        bars.y, bars.height = bars.y + SIZE, bars.height - SIZE
    if stacked:
        bars.categoryAxis.style = "stacked"
    _paint(bars, chart)
    _scale(bars.valueAxis, chart, stacked=stacked, floor=floor)
    _thin(bars.categoryAxis, chart, width)
    return bars


def _lines(chart: Chart, width: float, height: float) -> HorizontalLineChart:
    lines = HorizontalLineChart()
    _place(lines, chart, width, height)
    for n, one in enumerate(chart.series):
        lines.lines[n].strokeColor, lines.lines[n].strokeWidth = _colour(one), 1.8
    _scale(lines.valueAxis, chart, stacked=False, from_zero=False)
    _thin(lines.categoryAxis, chart, width)
    return lines


def _bars(chart: Chart, width: float, height: float) -> HorizontalBarChart:
    bars = HorizontalBarChart()
    upside_down = Chart(chart.title, chart.categories[::-1], _reversed(chart.series), chart.drawn, chart.unit)
    names = min(max(measure(name, SIZE) for name in chart.categories) + 8, LONGEST * width)
    bars.x, bars.y, bars.width, bars.height = names, 14, width - names - 30, height - 18
    bars.data = [list(one.values) for one in upside_down.series]
    bars.categoryAxis.categoryNames = [spelled(name) for name in upside_down.categories]
    bars.barSpacing, bars.groupSpacing = 0.5, 5
    _paint(bars, upside_down)
    _scale(bars.valueAxis, chart, stacked=False)
    _style(bars.categoryAxis.labels, "e")
    bars.categoryAxis.labels.dx = -4
    bars.categoryAxis.visibleTicks = 0
    bars.categoryAxis.strokeColor = HexColor(f"#{INK_3}")
    return bars


def _reversed(series: Sequence[ChartSeries]) -> tuple[ChartSeries, ...]:
    return tuple(ChartSeries(one.name, one.values[::-1], one.tone) for one in series)


def _place(chart: VerticalBarChart | HorizontalLineChart, content: Chart, width: float, height: float) -> None:
    chart.x, chart.y, chart.width, chart.height = 40, 18, width - 44, height - 24
    chart.data = [list(one.values) for one in content.series]
    chart.categoryAxis.categoryNames = [spelled(name) for name in content.categories]


def _paint(bars: VerticalBarChart | HorizontalBarChart, chart: Chart) -> None:
    for n, one in enumerate(chart.series):
        bars.bars[n].fillColor, bars.bars[n].strokeColor = _colour(one), None


def _scale(axis: YValueAxis, chart: Chart, *, stacked: bool, from_zero: bool = True, floor: float = 0.0) -> None:
    values = _heights(chart) if stacked else [v for one in chart.series for v in one.values if v is not None]
    low, high = min(values), max(values)
    if from_zero or 0 < low < 0.5 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + 1.0
    margin = 0.04 * (high - low)
    axis.valueMin, axis.valueMax = low - margin if low < 0 else max(low, floor), high + margin if high > 0 else high
    axis.maximumTicks, axis.labelTextFormat = 6, short if high - low >= FEW else _with_decimal
    axis.visibleGrid, axis.gridStrokeColor, axis.gridStrokeWidth = 1, HexColor(f"#{RULE}"), 0.4
    axis.visibleAxis, axis.visibleTicks = 0, 0
    _style(axis.labels, None)


def _with_decimal(value: float) -> str:
    return number(value, 1)


def _heights(chart: Chart) -> list[float]:
    columns = list(zip(*(one.values for one in chart.series), strict=True))
    above = [sum(v for v in column if v is not None and v > 0) for column in columns]
    return [*above, *(sum(v for v in column if v is not None and v < 0) for column in columns)]


def _thin(axis: XCategoryAxis, chart: Chart, width: float) -> None:
    """Leave out names of categories that would run into each other."""
    names = [spelled(name) for name in chart.categories]
    longest = max(measure(line, SIZE) for name in names for line in name.split("\n")) + 6
    every = max(1, -(-int(longest * len(names)) // max(int(width - 44), 1)))
    axis.categoryNames = [name if n % every == 0 else "" for n, name in enumerate(names)]
    axis.labels.dy = -2
    axis.joinAxisMode = "bottom"
    axis.visibleTicks, axis.strokeColor = 0, HexColor(f"#{INK_3}")
    _style(axis.labels, "n")


def _style(labels: object, anchor: str | None) -> None:
    labels.fontName, labels.fontSize, labels.fillColor = "Helvetica", SIZE, HexColor(f"#{INK_2}")  # type: ignore[attr-defined]
    if anchor:
        labels.boxAnchor = anchor  # type: ignore[attr-defined]
