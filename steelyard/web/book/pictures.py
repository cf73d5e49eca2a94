"""Pictures: the charts of a book as the page draws them."""

from steelyard.web.book.content import Chart, Tone
from steelyard.web.book.waterfall import axis_floor, stacked_steps
from steelyard.web.scorecard.charts import Option, bars, line, lines_and_bars, numbers, ranking

COLOURS: dict[Tone, str] = {
    "accent": "var(--accent)",
    "warm": "var(--chart-2)",
    "violet": "var(--chart-3)",
    "leaf": "var(--chart-4)",
    "brick": "var(--chart-5)",
    "blue": "var(--chart-6)",
    "quiet": "var(--chart-7)",
    "good": "var(--good)",
    "alert": "var(--alert)",
    "ink": "var(--ink)",
    "clear": "transparent",
}


def picture(chart: Chart) -> Option | None:
    """The option of a chart; None where there is nothing to draw."""
    if chart.is_empty:
        return None
    if chart.drawn == "bars":
        return ranking(chart.categories, numbers(chart.series[0].values), unit=chart.unit)
    shown = stacked_steps(chart) if chart.drawn == "waterfall" else chart
    stacked = chart.drawn in ("stacked", "waterfall")
    option = lines_and_bars(
        [name.replace("\n", " ") for name in shown.categories],
        [
            line(one.name, numbers(one.values), lineStyle={"color": COLOURS[one.tone]})
            if chart.drawn == "lines"
            else bars(
                one.name,
                numbers(one.values),
                itemStyle={"color": COLOURS[one.tone]},
                **({"stack": "all"} if stacked else {}),
            )
            for one in shown.series
        ],
        unit=chart.unit,
    )
    if chart.drawn == "waterfall":
        floor = axis_floor(chart)
        option["yAxis"] = {"type": "value", "name": chart.unit} | ({} if floor is None else {"min": floor})
    return option
