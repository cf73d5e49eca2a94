"""Expected value: what risks and opportunities are worth on average, in the plan or beside it, and who judges well."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.register import BEGINNING, Risk, brier_score


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


@dataclass(frozen=True)
class OwnerCalibration:
    """How well an owner has judged probabilities.

    Args:
        owner: Who.
        known: How many of the owner's risks have an outcome.
        said: Mean of the stated probabilities.
        happened: Share that happened.
        brier: Mean squared distance; 0 is perfect, 0.25 what always one half earns.
    """

    owner: str
    known: int
    said: float
    happened: float
    brier: float


def expected_value(plan: PlanNumbers, risks: Sequence[Risk], measure: str = "gross_margin") -> ExpectedValue:
    """Calculate the plan with each open risk at its mean effect, and weigh the difference by its probability.

    A risk the plan counts on is measured by taking its effect out: what it is worth is what is already in the numbers.

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


def calibration_of_owners(risks: Sequence[Risk]) -> tuple[OwnerCalibration, ...]:
    """How well each owner's probabilities have held, those with the most known outcomes first.

    Example:
        >>> calibration_of_owners(())
        ()
    """
    by_owner: dict[str, list[Risk]] = defaultdict(list)
    for one in risks:
        if one.happened is not None:
            by_owner[one.owner].append(one)
    found = [
        OwnerCalibration(
            owner, len(ones), sum(one.probability for one in ones) / len(ones),
            sum(bool(one.happened) for one in ones) / len(ones), brier_score(tuple(ones)) or 0.0,
        )
        for owner, ones in by_owner.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.known, one.owner)))
