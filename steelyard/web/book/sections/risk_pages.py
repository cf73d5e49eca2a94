"""Risk pages: what the plan rests on and what may happen to it."""

from collections.abc import Iterator

from steelyard.web.accounts.sight import called
from steelyard.web.book.content import Page, Row, Table
from steelyard.web.book.sections.source import BookSource
from steelyard.web.ui.figures import number, signed


def risk_pages(source: BookSource) -> Iterator[Page]:
    """Assumptions, risks and opportunities."""
    assumptions = Table(
        ("Assumption", "Moves", "Status", "Owner", "Low", "Likely", "High"),
        tuple(
            (
                one.statement,
                one.effect.measure.replace("_", " "),
                one.status,
                called(one.owner),
                *(f"{signed(value, 1)} %" for value in (one.effect.low, one.effect.likely, one.effect.high)),
            )
            for one in source.assumptions
        ),
        "Assumptions",
        words=4,
        widths=(4, 1.6, 1, 1.1, 0.8, 0.8, 0.8),
        nothing="No assumption is on record.",
    )
    risks = Table(
        ("Risk or opportunity", "Response", "Owner", "Chance", "Likely effect"),
        tuple(
            (
                f"{line.entry.kind.capitalize()}: {line.entry.statement}",
                line.entry.response,
                called(line.entry.owner),
                f"{number(100 * line.entry.probability)} %",
                f"{signed(line.entry.effect.likely, 1)} % {line.moves.lower()}",
            )
            for line in source.screen.risks
        ),
        "Risks and opportunities",
        words=3,
        widths=(4, 3, 1, 0.8, 1.8),
        nothing="No open risk or opportunity is on record.",
    )
    chance = f"The chance to meet the budget is {source.chance}, {source.chance_over}".rstrip(", ")
    said = chance if source.chance else "What the plan rests on"
    yield Page(said, (Row((assumptions,)), Row((risks,))), "Risk")
