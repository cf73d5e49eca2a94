"""Compose: from a plan and the record of its cycle to the content of a book."""

from steelyard.plan.plan import Plan
from steelyard.web.accounts.permissions import User
from steelyard.web.book.content import Book
from steelyard.web.book.sections.decision_pages import decision_pages
from steelyard.web.book.sections.plan_pages import plan_pages
from steelyard.web.book.sections.record_pages import record_pages
from steelyard.web.book.sections.risk_pages import risk_pages
from steelyard.web.book.sections.source import book_source
from steelyard.web.book.sections.summary import summary_pages
from steelyard.web.ui.dates import period_words


def compose_book(
    plan: Plan,
    cycle: str,
    *,
    company: str,
    user: User,
    dated: str,
    stamp: str,
    published: str,
    chance: tuple[str, str] = ("", ""),
) -> Book:
    """Write the executive book of a cycle.

    Args:
        plan: The plan it tells of.
        cycle: Key of the cycle whose decisions, actions and minutes it holds.
        company: Whose it is.
        user: Who makes it; the book says what this person sees.
        dated: Day of the plan, as people read it.
        stamp: The same moment in ISO 8601.
        published: Digest of the published plan, as it is found under; empty for a draft.
        chance: Chance to meet the budget, and the periods the budget covers, in words.
    """
    source = book_source(plan, cycle, user, chance)
    pages = (
        *summary_pages(source),
        *decision_pages(source),
        *plan_pages(source),
        *risk_pages(source),
        *record_pages(source),
    )
    stands = "The published operating plan" if published else f"Draft of the operating plan, scenario {plan.name}"
    return Book(
        company,
        f"Executive S&OP {period_words(cycle)}".strip(),
        f"{stands}, its decisions and what it rests on",
        published or plan.digest,
        dated,
        stamp,
        pages,
    )
