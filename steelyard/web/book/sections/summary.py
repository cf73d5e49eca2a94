"""Summary: the month on a page, and the operating plan by quarter."""

from collections.abc import Iterator

from steelyard.web.book.content import Chart, ChartSeries, Page, Row, Table, Text, Tile, Tiles, Tone
from steelyard.web.book.sections.source import BookSource
from steelyard.web.executive.quarters import Quarters
from steelyard.web.ui.dates import period_words
from steelyard.web.ui.figures import NOTHING, number, short, signed

SECTION = "Summary"
TONES: dict[str, Tone] = {"alert": "alert", "warning": "warm", "good": "good"}
COMPARED = ("budget", "last_plan")
"""Versions whose difference the table of quarters shows; the pictures show all."""
VERSION_TONES: dict[str, Tone] = {
    "operating_plan": "accent",
    "finance_forecast": "violet",
    "budget": "warm",
    "last_plan": "quiet",
}


def summary_pages(source: BookSource) -> Iterator[Page]:
    """The month on a page; the operating plan by quarter."""
    yield Page(_headline(source), tuple(_rows(source)), SECTION)
    if source.screen.quarters is not None and source.screen.quarters.lines:
        yield _drawn(source, source.screen.quarters)
        yield _quarters(source, source.screen.quarters)


def _headline(source: BookSource) -> str:
    asked = sum(view.line.state in ("asked", "delegated", "draft") for view in source.decisions)
    taken = sum(view.line.state == "approved" for view in source.decisions)
    parts = [f"{taken} decided" if taken else "", f"{asked} to decide" if asked else ""]
    revenue = next((card for card in source.screen.cards if card.name == "revenue"), None)
    said = f"Revenue of {revenue.value} {revenue.unit}".strip() if revenue else "The plan"
    gap = f", {revenue.delta} {revenue.against}" if revenue and revenue.delta and revenue.against else ""
    questions = " and ".join(part for part in parts if part)
    return f"{said}{gap}" + (f"; {questions}" if questions else "")


def _rows(source: BookSource) -> Iterator[Row]:
    yield Row((Tiles(tuple(_tile(source))),))
    quarters = source.screen.quarters
    gaps = [
        (
            f"{gap.found.subject} {gap.found.name}".strip(),
            f"{gap.found.kind}: {gap.found.text}",
            number(gap.found.money),
        )
        for gap in source.screen.gaps
    ]
    chart = quarter_chart(quarters, "revenue", source.currency) if quarters else Chart("Revenue by quarter", (), ())
    table = Table(
        ("What", "Why", source.currency),
        tuple(gaps),
        "Needs a decision or a person",
        words=2,
        widths=(2.2, 4.2, 1.1),
        nothing="Demand is served, stock is used, families meet their budget.",
    )
    yield Row((chart, table), widths=(1.0, 1.1))
    yield Row((Text(tuple(_sentences(source)), "In short", listed=True),), height=0.62)


def _tile(source: BookSource) -> Iterator[Tile]:
    for card in source.screen.cards[:5]:
        words = card.delta and card.against and f"{card.delta} {card.against}"
        note = words or (f"target {card.target}" if card.target else card.badge)
        yield Tile(card.label, f"{card.value} {card.unit}".strip(), note, TONES.get(card.state, "ink"))
    if source.chance:
        yield Tile("Chance to meet the budget", source.chance, source.chance_over.partition(",")[0])


def _sentences(source: BookSource) -> Iterator[str]:
    late = [action for action in source.actions if action.open and action.late]
    for view in source.decisions:
        chosen = view.line.chosen or view.line.recommended
        state = "Decided" if view.line.state == "approved" else "To decide"
        yield f"{state}: {view.line.question}" + (f" \u2013 {chosen}" if chosen else "")
    if late:
        yield f"{len(late)} promised {'action is' if len(late) == 1 else 'actions are'} late."
    off = [card.label for card in (*source.screen.cards, *source.screen.others) if card.state == "alert"]
    if off:
        yield f"Off target: {', '.join(off)}."


def quarter_chart(found: Quarters, line: str, currency: str) -> Chart:
    """A line of the statement by quarter and version."""
    series = tuple(
        ChartSeries(name, found.values(line, kind), VERSION_TONES.get(kind, "leaf"))
        for kind, name in found.versions
        if any(value is not None for value in found.values(line, kind))
    )
    label = next((one.label for one in found.lines if one.key == line), line)
    return Chart(f"{label} by quarter", tuple(map(period_words, found.names)), series, "columns", currency)


def _drawn(source: BookSource, found: Quarters) -> Page:
    """Revenue and cash by quarter in pictures, and what they leave out."""
    charts = Row((quarter_chart(found, "revenue", source.currency), _second(found, source)))
    note = Row((Text(found.missing, "Not shown", listed=True),), 0.3)
    return Page(_said(found), (charts, note) if found.missing else (charts,), "Operating plan")


def _quarters(source: BookSource, found: Quarters) -> Page:
    """Every line of the statement by quarter, with its gaps."""
    rows: list[tuple[str, ...]] = []
    strong: list[int] = []
    for line in found.lines:
        strong.append(len(rows))
        cells = [NOTHING if c.value is None else _spelled(c.value, share=line.share) for c in line.cells]
        rows.append((line.label, *cells))
        for kind, name in [one for one in found.versions[1:] if one[0] in COMPARED]:
            values = found.values(line.key, kind)
            if any(value is not None for value in values) and not line.share:
                gaps = [next((a.gap for a in c.against if a.version == kind), None) for c in line.cells]
                rows.append((f"   against {name[:1].lower()}{name[1:]}", *(signed(gap) for gap in gaps)))
    table = Table((f"{source.currency}", *map(period_words, found.names)), tuple(rows), strong=tuple(strong))
    return Page("The operating plan by quarter, and what it is held against", (Row((table,)),), "Operating plan")


def _second(found: Quarters, source: BookSource) -> Chart:
    known = [line.key for line in found.lines if line.key in ("cash_flow", "gross_margin")]
    return quarter_chart(found, known[-1] if known else "revenue", source.currency)


def _said(found: Quarters) -> str:
    plan, budget = found.values("revenue", "operating_plan"), found.values("revenue", "budget")
    both = [(p, b) for p, b in zip(plan, budget, strict=False) if p is not None and b is not None]
    if not both or not sum(b for _, b in both):
        return "The operating plan by quarter"
    gap, base = sum(p - b for p, b in both), sum(b for _, b in both)
    way = "above" if gap >= 0 else "below"
    size = f"{short(abs(gap))} ({abs(gap / base):.1%})"
    return f"Over {len(both)} quarters the operating plan stands {size} {way} the budget"


def _spelled(value: float, *, share: bool) -> str:
    return f"{number(100 * value, 1)} %" if share else number(value)
