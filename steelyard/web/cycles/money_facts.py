"""Facts of money: the plan against finance's forecast and the budget, by family, with what explains a gap."""

from steelyard.cycle.gates.facts import BudgetFacts, FinanceFacts, Gap
from steelyard.plan.money.variance import VarianceLimit, money_held_against, periods_held_against, variance_exceptions
from steelyard.plan.plan import Plan
from steelyard.web.cycles.neighbours import gap_explanations
from steelyard.web.scorecard.exceptions import revenue_and_budget
from steelyard.web.scorecard.selectors import ahead
from steelyard.web.ui.dates import period_words

LEVEL = "product_family"
SMALL = 0.5
"""Money below which there is no gap."""


def finance_facts(plan: Plan, cycle: str) -> FinanceFacts:
    """Revenue of the plan against finance's own forecast, by family, over the months finance has an opinion on."""
    limits = (VarianceLimit("finance_forecast", 0.0, SMALL),)
    explained = gap_explanations(plan, cycle, "finance")
    whole = variance_exceptions(plan, limits=limits, level=LEVEL, time="all")
    gaps = (_gap(one.member, one.gap, one.held_against, explained) for one in whole if one.measure == "revenue")
    return FinanceFacts(
        tuple(gap for gap in gaps if abs(gap.gap) > SMALL), money_held_against(plan, "finance_forecast"),
        f"revenue that supply can serve, by family{_span(periods_held_against(plan, 'finance_forecast'))}",
    )  # fmt: skip


def budget_facts(plan: Plan, cycle: str) -> BudgetFacts | None:
    """Revenue against budget of the year ahead; None without a budget."""
    window = ahead(plan)
    frame = revenue_and_budget(plan, window, LEVEL)
    explained = gap_explanations(plan, cycle, "budget")
    held = [row for row in frame.to_dicts() if row["budget_revenue"]]
    gaps = (_gap(r[LEVEL], (r["revenue"] or 0.0) - r["budget_revenue"], r["budget_revenue"], explained) for r in held)
    whole = sum(row["budget_revenue"] for row in held)
    covers = f"revenue that supply can serve, by family{_span(window)}"
    return BudgetFacts(tuple(gap for gap in gaps if abs(gap.gap) > SMALL), whole, covers) if held else None


def _span(window: tuple[str, str] | None) -> str:
    return f", {period_words(window[0])} to {period_words(window[1])}" if window else ""


def _gap(family: str, gap: float, against: float, explained: dict[str, str]) -> Gap:
    said = explained.get(family) or explained.get("", "")
    return Gap(family, gap, against, said, ((LEVEL, (family,)),))
