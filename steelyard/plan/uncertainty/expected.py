"""Expected value: what risks and opportunities are worth on average, in the plan or beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.errors import NotAllowed
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.drawing import SUPPLY_MEASURES
from steelyard.plan.uncertainty.monte_carlo import struck_money
from steelyard.plan.uncertainty.register import BEGINNING, Risk
from steelyard.plan.uncertainty.sensitivity import laid_on

PLAYED = ("revenue", "gross_margin", "inventory_value")
"""Numbers for which a risk on receipts is played through the plan."""


@dataclass(frozen=True)
class ExpectedLine:
    """A risk in money.

    Args:
        risk: The risk or opportunity.
        impact: What a number of the plan would move by if it happened; none where it cannot be said.
        expected: Probability x impact.
    """

    risk: Risk
    impact: float | None
    expected: float | None


@dataclass(frozen=True)
class ExpectedValue:
    """All open risks and opportunities in money.

    Args:
        measure: The number they move.
        lines: One by one, the largest expected value first, whatever its sign.
        in_plan: Sum of those the plan counts on already.
        beside: Sum of those it does not count on.
    """

    measure: str
    lines: tuple[ExpectedLine, ...]
    in_plan: float
    beside: float


def expected_value(plan: PlanNumbers, risks: Sequence[Risk], measure: str = "gross_margin") -> ExpectedValue:
    """Calculate the plan with each open risk at its mean effect, and weigh the difference by its probability.

    Capacity, stock and lots answer as they are, so the impact is that of the plan. A risk on receipts, which are
    calculated, is played through the plan's stock without planning again; what a missing component does to its parents
    is not followed. Those the plan counts on already are summed apart.

    Args:
        plan: The plan.
        risks: Risks and opportunities of the register.
        measure: The number they move.
    """
    lines = [_line(plan, one, measure) for one in risks if one.status == "open"]
    ordered = sorted(lines, key=lambda one: -abs(one.expected or 0.0))
    in_plan, beside = (
        sum(one.expected or 0.0 for one in lines if one.risk.in_plan is counted) for counted in (True, False)
    )
    return ExpectedValue(measure, tuple(ordered), in_plan, beside)


def _line(plan: PlanNumbers, risk: Risk, measure: str) -> ExpectedLine:
    impact = _impact(plan, risk, measure)
    return ExpectedLine(risk, impact, None if impact is None else risk.probability * impact)


def _impact(plan: PlanNumbers, risk: Risk, measure: str) -> float | None:
    declared = plan.wiring.measures.get(risk.effect.measure)
    if declared is not None and declared.editable:
        change = risk.effect.change(risk.effect.mean, actor="", at=BEGINNING, note="")
        return laid_on(plan, [change]).value(measure) - plan.value(measure)
    if risk.effect.measure not in SUPPLY_MEASURES or measure not in PLAYED:
        return None
    try:
        return struck_money(plan, risk, measure)
    except NotAllowed:  # a reader of a part does not see whose stock and hours these are
        return None
