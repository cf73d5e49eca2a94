"""Rules of money: is the plan reconciled with finance and with the budget, and does somebody own what is left."""

from steelyard.cycle.gates.facts import BudgetFacts, FinanceFacts, Gap
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page


@rule("finance_review")
def finance_gap_is_explained(finance: FinanceFacts, share: float) -> Evidence:
    """Every gap between plan and finance forecast above this share (0 to 1) is explained by an action or a decision."""
    return _gaps(finance.gaps, share, "the finance forecast", Page("finance_review"))


@rule("finance_review")
def budget_gap_has_an_action(budget: BudgetFacts, share: float) -> Evidence:
    """Every shortfall against the budget above this share (0 to 1) has an action that closes it."""
    short = tuple(gap for gap in budget.gaps if gap.gap < 0)
    return _gaps(short, share, "the budget", Page("finance_review"))


def _gaps(gaps: tuple[Gap, ...], share: float, other: str, page: Page) -> Evidence:
    wide = sorted((gap for gap in gaps if gap.share > share), key=lambda gap: (-abs(gap.gap), gap.subject))
    bare = [gap for gap in wide if not gap.explained]
    told = (
        f"{counted(len(wide), 'gap')} to {other} of more than {share:.1%}, "
        f"{counted(len(bare), 'of them', 'of them')} without explanation."
        if wide
        else f"No gap to {other} of more than {share:.1%}."
    )
    rows = tuple(Row(g.subject, f"{g.gap / g.against:+.1%} against {other}" if g.against else f"nothing in {other}",
                     g.gap, page=Page(page.key, dict(g.scope))) for g in bare)  # fmt: skip
    return Evidence(not bare, told, page, rows)
