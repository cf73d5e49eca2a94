"""Expected value: what risks and opportunities are worth on average, in the plan or beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.register import BEGINNING, Risk


@dataclass(frozen=True)
class ExpectedLine:
    """A risk in money.

    Args:
        risk: The risk or opportunity.
        impact: What a number of the plan would move by if it happened; none where its measure is calculated.
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

    Capacity, stock and lots answer as they are, so the impact is that of the plan. Those the
    plan counts on already are summed apart.

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
    declared = plan.wiring.measures.get(risk.effect.measure)
    if declared is None or not declared.editable:
        return ExpectedLine(risk, None, None)
    change = risk.effect.change(risk.effect.mean, actor="", at=BEGINNING, note="")
    moved = plan.maker.numbers(plan.inputs.extract, plan.parameters, (*plan.changes, change), near=plan.digest)
    impact = moved.value(measure) - plan.value(measure)
    return ExpectedLine(risk, impact, risk.probability * impact)
