"""Plan pages: demand and supply, capacity and stock, the scorecard."""

from collections.abc import Iterator

from steelyard.web.book.content import Chart, ChartSeries, Page, Row, Table
from steelyard.web.book.sections.source import BookSource, over_time
from steelyard.web.scorecard.exceptions import revenue_and_budget
from steelyard.web.ui.dates import period_words
from steelyard.web.ui.figures import NOTHING, number, signed

MOST_RESOURCES, MOST_FAMILIES = 12, 12


def plan_pages(source: BookSource) -> Iterator[Page]:
    """Demand and supply; capacity and stock; the scorecard."""
    yield _demand(source)
    yield _supply(source)
    yield _scorecard(source)


def _demand(source: BookSource) -> Page:
    plan = source.plan
    lines = over_time(
        plan,
        "Demand and what supply serves",
        (
            ("demand_history", "History", "quiet"),
            ("statistical_forecast", "Statistical forecast", "warm"),
            ("consensus_demand", "Consensus", "accent"),
            ("constrained_demand", "Served", "leaf"),
        ),
        unit="units",
    )
    return Page(_served(source), (Row((lines,), 0.9), Row((_families(source),), 1.0)), "Demand")


def _served(source: BookSource) -> str:
    plan = source.plan
    rate = next((card for card in source.screen.cards if card.name == "fill_rate"), None)
    if rate is None:
        return "Demand and supply"
    left = plan.value("backlog", periods=plan.horizon.labels[-1])
    rest = f"; {number(left)} units still wait at the end" if left > 0.5 else "; nothing waits at the end"
    return f"{rate.value} % of demand is served when it is asked{rest}"


def _families(source: BookSource) -> Table:
    names = ["consensus_demand", "constrained_demand", "revenue", "gross_margin", "budget_revenue"]
    plan = source.plan
    frame = plan.frame(names, by=["product_family"], time="all", periods=source.screen.window)
    ranked = frame.sort("revenue", descending=True)
    held = revenue_and_budget(plan, source.screen.window)
    gaps = {row["product_family"]: row["revenue"] - row["budget_revenue"] for row in held.to_dicts()}
    rows = [
        (
            str(row["product_family"]),
            number(row["consensus_demand"]),
            number(row["constrained_demand"]),
            number(row["revenue"]),
            number(row["gross_margin"]),
            signed(gaps[row["product_family"]]) if row["budget_revenue"] else NOTHING,
        )
        for row in ranked.head(MOST_FAMILIES).to_dicts()
    ]
    heads = ("Product family", "Demand", "Served", f"Revenue {source.currency}", "Gross margin", "Against budget")
    return Table(heads, tuple(rows), f"Families, {_window(source)}")


def _window(source: BookSource) -> str:
    return " to ".join(map(period_words, source.screen.window))


def _supply(source: BookSource) -> Page:
    stock = over_time(
        source.plan,
        "Stock",
        (("inventory_value", "Stock at standard cost", "accent"), ("excess_value", "Without use", "brick")),
        unit=source.currency,
    )
    loads = _loads(source)
    worst = max(zip(loads.series[0].values, loads.categories, strict=True), default=None) if loads.series else None
    title = (
        f"{worst[1]} is the bottleneck: {_asked(source, worst[1], worst[0])}"
        if worst and worst[0] is not None
        else "Capacity and stock"
    )
    return Page(title, (Row((loads, stock)), Row((_overloads(source),), 0.7)), "Supply")


def _asked(source: BookSource, resource: str, load: float) -> str:
    """What is asked of a resource over the year, and in its worst period."""
    told = f"{number(load)} % of its hours over the year"
    level = source.plan.series("capacity_available").keys[0]
    frame = source.plan.frame("utilisation", scope={level: (resource,)}, periods=source.screen.window)
    peak = frame.drop_nulls().sort("utilisation", descending=True, maintain_order=True).head(1).to_dicts()
    if not peak:
        return told
    return f"{told}, {number(100 * peak[0]['utilisation'])} % in {period_words(peak[0]['period'])}"


def _loads(source: BookSource) -> Chart:
    plan = source.plan
    level = plan.series("capacity_available").keys[0]
    frame = plan.frame(["capacity_load", "capacity_available"], by=[level], time="all", periods=source.screen.window)
    shares = [
        (100 * row["capacity_load"] / row["capacity_available"], str(row[level]))
        for row in frame.to_dicts()
        if row["capacity_available"] and row["capacity_load"] is not None
    ]
    ranked = sorted(shares, reverse=True)[:MOST_RESOURCES]
    values, names = tuple(share for share, _ in ranked), tuple(name for _, name in ranked)
    series = (ChartSeries("Load", values),) if ranked else ()
    return Chart("Load of resources, year ahead", names, series, "bars", "% of available hours")


def _overloads(source: BookSource) -> Table:
    plan = source.plan
    level = plan.series("capacity_available").keys[0]
    frame = plan.frame(["capacity_load", "capacity_available"], by=[level], periods=source.screen.window)
    over = sorted(
        (
            (row["capacity_load"] - row["capacity_available"], str(row[level]), str(row["period"]), row)
            for row in frame.to_dicts()
            if row["capacity_load"] is not None and row["capacity_load"] > row["capacity_available"] + 1e-6
        ),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    rows = tuple(
        (name, period_words(period), number(row["capacity_available"]), number(row["capacity_load"]), number(missing))
        for missing, name, period, row in over[:10]
    )
    heads = ("Resource", "Period", "Available hours", "Load", "Missing")
    return Table(heads, rows, "Overloads, the worst first", words=2, nothing="No resource is loaded above its hours.")


def _scorecard(source: BookSource) -> Page:
    cards = (*source.screen.cards, *source.screen.others)
    rows = tuple(
        (
            card.label,
            card.definition,
            card.badge or NOTHING,
            f"{card.value} {card.unit}".strip(),
            card.target or NOTHING,
        )
        for card in cards
    )
    off = sum(card.state == "alert" for card in cards)
    title = f"{off} of {len(cards)} KPIs are off target" if off else "The KPIs of this forum are on target"
    table = Table(("KPI", "What it is", "Standing", "Value", "Target"), rows, words=3, widths=(2, 5, 1, 1.2, 1.2))
    return Page(title, (Row((table,)),), "Scorecard")
