"""Pictures: quarters side by side, version by version."""

from steelyard.web.executive.quarters import Quarters
from steelyard.web.scorecard.charts import Option, bars, lines_and_bars, numbers
from steelyard.web.ui.figures import scale_of
from steelyard.web.worksheet.columns import short_label

COLOURS = {
    "operating_plan": "var(--accent)",
    "finance_forecast": "var(--chart-3)",
    "budget": "var(--chart-2)",
    "last_plan": "var(--ink-3)",
}


def quarter_chart(found: Quarters, line: str, currency: str) -> Option | None:
    """A line of the statement by quarter and version; None where nothing is known of it."""
    values = {kind: found.values(line, kind) for kind, _ in found.versions}
    known = [value for one in values.values() for value in one if value is not None]
    if not known:
        return None
    scale, mark = scale_of(known)
    series = [
        bars(
            name,
            numbers([None if v is None else v / scale for v in values[kind]]),
            itemStyle={"color": COLOURS.get(kind, "var(--chart-4)")},
        )
        for kind, name in found.versions
        if any(value is not None for value in values[kind])
    ]
    return lines_and_bars(tuple(map(short_label, found.names)), series, unit=f"{currency} {mark}".strip())
