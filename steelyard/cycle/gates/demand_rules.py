"""Rules of demand planning: is every forecast there, signed by those who stand behind it, and unmoved since."""

from steelyard.cycle.gates.facts import (
    ForecastFacts,
    IntelligenceFacts,
    Line,
    OpenSignature,
    OverrideFacts,
    SignatureFacts,
)
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page

REVIEW, SHEET = Page("demand_review"), Page("worksheet")
WORTH = 0.5
"""Money below which nothing is said."""


@rule("worksheet")
def every_item_has_a_forecast(forecast: ForecastFacts) -> Evidence:
    """Every item that is sold has a forecast over the horizon.

    Enter one in the worksheet, or plan the end of the item on Portfolio.
    """
    missing = forecast.without
    told = f"{counted(forecast.items - len(missing), 'item')} of {forecast.items:,} have a forecast."
    return Evidence(not missing, told, SHEET, tuple(_row(line, SHEET) for line in missing))


@rule("demand_review")
def every_forecast_is_signed(signatures: SignatureFacts) -> Evidence:
    """Every function of the demand review has signed the consensus of every family."""
    return _signed(signatures, tuple(one.function for one in signatures.functions))


@rule("demand_review")
def the_consensus_is_signed_by(signatures: SignatureFacts, *functions: str) -> Evidence:
    """The functions named have signed the consensus of every family.

    Each function signs on Demand review, all at once or slice by slice.
    """
    return _signed(signatures, functions)


@rule("demand_review")
def every_signed_slice_is_unchanged(signatures: SignatureFacts) -> Evidence:
    """No number has moved since a function signed it.

    The function looks at what has moved on Demand review, and signs anew.
    """
    moved = [one for one in signatures.functions if one.moved > WORTH]
    rows = tuple(Row(one.label, "the numbers have moved since it was signed", one.moved, page=REVIEW) for one in moved)
    told = (
        f"The numbers of {counted(len(moved), 'function')} have moved since they were signed."
        if moved
        else "No number has moved since it was signed."
    )
    return Evidence(not moved, told, REVIEW, rows)


@rule("worksheet")
def every_override_has_a_reason(overrides: OverrideFacts) -> Evidence:
    """Every change by hand that stands says why.

    Enter the change once more with a reason, or take it back.
    """
    bare = overrides.without_reason
    told = f"{counted(overrides.standing - len(bare), 'change')} of {overrides.standing:,} by hand say why."
    return Evidence(not bare, told, SHEET, tuple(_row(line, SHEET) for line in bare))


@rule("demand_review")
def every_large_override_is_explained(overrides: OverrideFacts) -> Evidence:
    """Every change by hand that is larger than usual says why in words."""
    bare = overrides.large
    told = f"{counted(len(bare), 'large change')} by hand without a word of why."
    return Evidence(not bare, told, REVIEW, tuple(_row(line, REVIEW) for line in bare))


@rule("intelligence")
def every_intelligence_is_judged(intelligence: IntelligenceFacts) -> Evidence:
    """All that was heard and still holds is used in the plan or put away."""
    waiting = intelligence.waiting
    told = f"{counted(len(waiting), 'entry', 'entries')} of {intelligence.entries:,} wait to be used or put away."
    page = Page("intelligence")
    return Evidence(not waiting, told, page, tuple(_row(line, page) for line in waiting))


def _signed(signatures: SignatureFacts, functions: tuple[str, ...]) -> Evidence:
    known = {one.function: one for one in signatures.functions}
    asked = [known.get(f, OpenSignature(f, f.replace("_", " "), signatures.families, 0.0)) for f in functions]
    left = [one for one in asked if one.families > 0]
    told = _told(signatures, asked, left)
    rows = tuple(
        Row(one.label, f"{counted(one.families, 'family', 'families')} still open", one.money, page=REVIEW)
        for one in left
    )
    return Evidence(not left, told, REVIEW, rows)


def _told(signatures: SignatureFacts, asked: list[OpenSignature], left: list[OpenSignature]) -> str:
    families = counted(signatures.families, "family", "families")
    if len(asked) == 1:
        return f"{asked[0].label} has signed {signatures.families - asked[0].families:,} of {families}."
    return f"{len(asked) - len(left)} of {counted(len(asked), 'function')} have signed every one of {families}."


def _row(line: Line, page: Page) -> Row:
    return Row(line.subject, line.text, line.amount, page=Page(page.key, dict(line.scope)))
