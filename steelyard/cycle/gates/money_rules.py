"""Rules of money: is the plan reconciled with finance and with the budget, and does somebody own what is left."""

from dataclasses import replace

from steelyard.cycle.gates.facts import BudgetFacts, FinanceFacts, Gap
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page


@rule("finance_review")
def finance_gap_is_explained(finance: FinanceFacts, share: float) -> Evidence:
    """Every gap between plan and finance forecast above this share (0 to 1) is explained by an action or a decision.

    Say in its row why a family is off and what is done, or enter an action that closes the gap; an approved decision
    about the family explains it, too.
    """
    return _gaps(finance, share, "the finance forecast", "finance_forecast")


@rule("finance_review")
def budget_gap_has_an_action(budget: BudgetFacts, share: float) -> Evidence:
    """Every shortfall against the budget above this share (0 to 1) has an action that closes it.

    Say in its row why a family falls short and what is done, or enter an action with owner and day; an approved
    decision about the family counts, too. Families above their budget do not make up for those below.
    """
    short = tuple(gap for gap in budget.gaps if gap.gap < 0)
    return _gaps(
        replace(budget, gaps=short), share, "the budget", "budget", "shortfall", sum(g.gap for g in budget.gaps)
    )


def _gaps(
    facts: FinanceFacts | BudgetFacts, share: float, other: str, key: str, word: str = "gap", net: float | None = None
) -> Evidence:
    wide = sorted((gap for gap in facts.gaps if gap.share > share), key=lambda gap: (-abs(gap.gap), gap.subject))
    bare = [gap for gap in wide if not gap.explained]
    than = f"to {other} of more than {_percent(share)}"
    told = (
        f"{counted(len(wide), word)} {than}, {counted(len(bare), 'of them', 'of them')} without explanation."
        if wide
        else f"No {word} {than}."
    )
    rows = tuple(
        Row(g.subject, _row(g, other), g.gap, page=Page("finance_review", dict(g.scope)), explain=key) for g in bare
    )
    return Evidence(not bare, f"{told}{_covers(facts, net)}", Page("finance_review"), rows)


def _row(gap: Gap, other: str) -> str:
    return f"{100 * gap.gap / gap.against:+.1f} % against {other}" if gap.against else f"nothing in {other}"


def _covers(facts: FinanceFacts | BudgetFacts, net: float | None) -> str:
    """What is compared, and how far all families together are off, those above and below set off against each other."""
    whole = sum(gap.gap for gap in facts.gaps) if net is None else net
    told = f"; all families together {100 * whole / facts.whole:+.1f} %" if facts.whole else ""
    return f" Compared: {facts.covers}{told}." if facts.covers else ""


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
