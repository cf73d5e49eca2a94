"""Facts of money: the plan against finance's forecast and the budget, by family, with what explains a gap."""

import numpy as np

from steelyard.cycle.gates.facts import BudgetFacts, FinanceFacts, Gap
from steelyard.plan.plan import Plan
from steelyard.plan.sign_off.signature import CONSENSUS
from steelyard.web.cycles.neighbours import gap_explanations
from steelyard.web.scorecard.selectors import ahead

LEVEL = "product_family"
SMALL = 0.5
"""Money below which there is no gap."""


def finance_facts(plan: Plan, cycle: str) -> FinanceFacts:
    """Consensus against finance forecast at the plan's average price, for families in which finance has an opinion."""
    families, finance = plan.totals("finance_forecast", [LEVEL])
    agreed = plan.totals(CONSENSUS, [LEVEL])[1]
    price = plan.frame(["revenue", "constrained_demand"], by=[LEVEL], time="all")
    each = {row[0]: (row[2] / row[3] if row[3] else 0.0) for row in price.iter_rows()}
    told = np.isfinite(finance)
    ours = np.where(told, agreed, 0.0).sum(axis=0)
    theirs = np.where(told, finance, 0.0).sum(axis=0)
    explained = gap_explanations(plan, cycle, "finance")
    found = [
        _gap(family, (mine - other) * each.get(family, 0.0), other * each.get(family, 0.0), explained)
        for family, mine, other in zip(families[LEVEL], ours.tolist(), theirs.tolist(), strict=True)
        if other
    ]
    return FinanceFacts(tuple(gap for gap in found if abs(gap.gap) > SMALL))


def budget_facts(plan: Plan, cycle: str) -> BudgetFacts | None:
    """Revenue against budget of the year ahead; None without a budget."""
    frame = plan.frame(["revenue", "budget_revenue"], by=[LEVEL], time="all", periods=ahead(plan))
    explained = gap_explanations(plan, cycle, "budget")
    held = [row for row in frame.to_dicts() if row["budget_revenue"]]
    gaps = (_gap(r[LEVEL], (r["revenue"] or 0.0) - r["budget_revenue"], r["budget_revenue"], explained) for r in held)
    return BudgetFacts(tuple(gap for gap in gaps if abs(gap.gap) > SMALL)) if held else None


def _gap(family: str, gap: float, against: float, explained: dict[str, str]) -> Gap:
    said = explained.get(family) or explained.get("", "")
    return Gap(family, gap, against, said, ((LEVEL, (family,)),))
