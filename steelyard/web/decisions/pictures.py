"""Pictures of decisions: ranges, differences and courses of options, grades and calibration, as chart options."""

from collections.abc import Sequence

from steelyard.cycle.grading.calibration import WANTED, Calibration
from steelyard.cycle.grading.grade import Grade
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.page import DecisionView
from steelyard.web.scorecard.charts import Json, Option, line, lines_and_bars, numbers
from steelyard.web.ui.figures import scale_of
from steelyard.web.worksheet.columns import short_label

HUES = ("var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)", "var(--chart-6)")
MONEY = ("revenue", "gross_margin", "inventory_value", "cash")
LABELS = {"revenue": "Revenue", "gross_margin": "Gross margin", "inventory_value": "Stock at the end",
          "cash": "Margin less stock growth", "demand": "Demand"}  # fmt: skip


def difference_chart(view: DecisionView) -> Option | None:
    """What every option moves against the first one, in money; None where nothing can be shown."""
    rows = [row for row in view.figures if row.figure.name in MONEY]
    others = view.options[1:]
    if not rows or not others:
        return None
    scale, unit = scale_of([cell.delta for row in rows for cell in row.cells])
    series: list[Json] = [
        {
            "name": option.label, "type": "bar", "barMaxWidth": 20, "itemStyle": {"color": HUES[place % len(HUES)]},
            "data": numbers([(row.cells[place].delta or 0.0) / scale for row in rows]),
        }
        for place, option in enumerate(view.options) if place
    ]  # fmt: skip
    return {
        "legend": {},
        "grid": {"top": 36, "bottom": 34, "right": 24},
        "xAxis": {"type": "value", "name": f"against {view.options[0].label}, {unit}".rstrip(", "),
                  "nameLocation": "middle", "nameGap": 24},
        "yAxis": {"type": "category", "inverse": True, "data": [LABELS[row.figure.name] for row in rows],
                  "axisLabel": {"width": 150, "overflow": "truncate"}},
        "series": series,
    }  # fmt: skip


def range_chart(view: DecisionView) -> Option | None:
    """Gross margin of every option from P10 to P90, with the plan as a point."""
    told = [(one, one.outlook.figures) for one in view.options if one.outlook is not None]
    told = [(one, f) for one, f in told if f.get("margin_low") is not None and f.get("gross_margin") is not None]
    if not told:
        return None
    ends = [(f["margin_low"] or 0.0, f["margin_high"] or 0.0, f["gross_margin"] or 0.0) for _, f in told]
    return _ranges([one.label for one, _ in told], ends, "Gross margin of the horizon")


def course_chart(view: DecisionView, measure: str) -> Option | None:
    """A measure of all options over time."""
    told = [(one, one.outlook) for one in view.options if one.outlook and measure in one.outlook.courses]
    if not told:
        return None
    scale, unit = scale_of([value for _, outlook in told for value in outlook.courses[measure]])
    series = [
        line(one.label, numbers([value / scale for value in outlook.courses[measure]]),
             itemStyle={"color": HUES[(one.number - 1) % len(HUES)]})
        for one, outlook in told
    ]  # fmt: skip
    return lines_and_bars([short_label(period) for period in told[0][1].periods], series, unit=unit)


def grade_chart(grade: Grade) -> Option | None:
    """What was expected with its range, and what came, each as percent of what was expected."""
    lines = [one for one in grade.lines if one.expected and one.low is not None and one.high is not None]
    if not lines:
        return None
    ends = [
        (100 * (one.low or 0.0) / one.expected, 100 * (one.high or 0.0) / one.expected, 100 * one.actual / one.expected)
        for one in lines
    ]
    return _ranges([LABELS[one.name] for one in lines], ends, "% of what was expected", point="Came", scaled=False)


def outcome_chart(grade: Grade) -> Option | None:
    """Gross margin of every option with the demand that came, as its distance from that of the option taken."""
    if len(grade.options) < 2 or any("gross_margin" not in one.values for one in grade.options):
        return None
    base = next((one for one in grade.options if one.taken), grade.options[0])
    scale, unit = scale_of([one.margin - base.margin for one in grade.options])
    points: list[Json] = [
        {
            "value": [round((one.margin - base.margin) / scale, 4), place],
            "itemStyle": {"color": "var(--accent)" if one.taken else "var(--ink-3)"},
        }
        for place, one in enumerate(grade.options)
    ]
    labels: list[Json] = [f"{one.label}{' (taken)' if one.taken else ''}" for one in grade.options]
    return {
        "grid": {"top": 36, "bottom": 34, "right": 24},
        "xAxis": {
            "type": "value", "scale": True, "name": f"Gross margin against “{base.label}”, {unit}".rstrip(", "),
            "nameLocation": "middle", "nameGap": 24,
        },
        "yAxis": {
            "type": "category", "inverse": True, "data": labels, "axisLabel": {"width": 190, "overflow": "truncate"},
        },
        "series": [{"type": "scatter", "data": points, "symbolSize": 14}],
    }  # fmt: skip


def calibration_chart(found: Sequence[Calibration]) -> Option | None:
    """How often numbers came inside their range, by forum, against how often they should."""
    told = [one for one in found if one.share is not None]
    if not told:
        return None
    data = numbers([100 * (one.share or 0.0) for one in told])
    wanted: Option = {
        "symbol": "none", "data": [{"xAxis": 100 * WANTED}], "label": {"formatter": "wanted", "position": "start"},
        "lineStyle": {"color": "var(--ink-2)", "type": "dashed"},
    }  # fmt: skip
    return {
        "grid": {"top": 24, "bottom": 34, "right": 24},
        "xAxis": {"type": "value", "min": 0, "max": 100, "name": "% inside the range", "nameLocation": "middle",
                  "nameGap": 24},
        "yAxis": {"type": "category", "inverse": True, "data": [forum_label(one.forum) for one in told],
                  "axisLabel": {"width": 120, "overflow": "truncate"}},
        "series": [{"type": "bar", "data": data, "barMaxWidth": 20, "markLine": wanted}],
    }  # fmt: skip


def _ranges(
    labels: Sequence[str], ends: Sequence[tuple[float, float, float]], axis: str, *, point: str = "Plan",
    scaled: bool = True,
) -> Option:  # fmt: skip
    scale, unit = scale_of([value for one in ends for value in one]) if scaled else (1.0, "")
    low = numbers([one[0] / scale for one in ends], 3)
    width = numbers([(one[1] - one[0]) / scale for one in ends], 3)
    dots: list[Json] = [[round(one[2] / scale, 3), place] for place, one in enumerate(ends)]
    hidden: Option = {"color": "transparent"}
    return {
        "legend": {"data": ["P10 to P90", point]},
        "grid": {"top": 36, "bottom": 34, "right": 24},
        "xAxis": {"type": "value", "scale": True, "name": f"{axis}, {unit}".rstrip(", "), "nameLocation": "middle",
                  "nameGap": 24},
        "yAxis": {"type": "category", "inverse": True, "data": list(labels),
                  "axisLabel": {"width": 150, "overflow": "truncate"}},
        "series": [
            {"name": "", "type": "bar", "stack": "range", "silent": True, "itemStyle": hidden, "data": low,
             "barMaxWidth": 18, "tooltip": {"show": False}},
            {"name": "P10 to P90", "type": "bar", "stack": "range", "data": width, "barMaxWidth": 18,
             "itemStyle": {"color": "var(--accent)", "opacity": 0.35}},
            {"name": point, "type": "scatter", "data": dots, "symbolSize": 11, "itemStyle": {"color": "var(--ink)"}},
        ],
    }  # fmt: skip
