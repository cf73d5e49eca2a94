"""Calibration: what came of assumptions and risks, and how far an owner's ranges and probabilities can be trusted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import SteelyardError
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.register import Assumption, Risk, brier_score

FEW = 5
"""Known outcomes below which a verdict on an owner is too early."""
WANTED_INSIDE = 0.8
"""Share of outcomes that a range of low to high is meant to hold; ranges are asked for as 10 to 90 percent."""


@dataclass(frozen=True)
class OwnerRecord:
    """What came of one owner's assumptions and risks."""

    owner: str
    assumptions: int
    """Assumptions of which the outcome is known."""
    inside: float | None
    """Share of outcomes that lay within the stated range, 0 to 1."""
    bias: float | None
    """Mean of outcome less most likely value [percentage points]; above zero: things came higher than said."""
    mean_error: float | None
    """Mean distance of the outcome from the most likely value [percentage points]."""
    risks: int
    """Risks and opportunities of which it is known whether they happened."""
    brier: float | None
    """Mean squared distance of probability and what happened (Brier 1950); 0.25 is what saying one half earns."""
    said: float | None
    """Mean probability that was stated, 0 to 1."""
    happened: float | None
    """Share that happened, 0 to 1."""

    @property
    def verdict(self) -> str:
        """In words, once enough is known."""
        words = []
        if self.assumptions >= FEW and self.inside is not None and self.inside < WANTED_INSIDE - 0.2:
            words.append("ranges too narrow")
        if self.risks >= FEW and self.said is not None and self.happened is not None:
            gap = self.said - self.happened
            words += ["too cautious"] if gap > 0.15 else ["too confident"] if gap < -0.15 else []
        known = self.assumptions >= FEW or self.risks >= FEW
        return ", ".join(words) or ("well calibrated" if known else "too early to say")


def owner_records(assumptions: Iterable[Assumption], risks: Iterable[Risk]) -> tuple[OwnerRecord, ...]:
    """The record of every owner of whose entries an outcome is known, by name.

    Example:
        Of ten ranges meant to hold 8 outcomes in 10, an owner whose ranges held 4 states them too narrow.
    """
    by_owner: dict[str, tuple[list[Assumption], list[Risk]]] = defaultdict(lambda: ([], []))
    for one in assumptions:
        if one.outcome is not None:
            by_owner[one.owner][0].append(one)
    for other in risks:
        if other.happened is not None:
            by_owner[other.owner][1].append(other)
    return tuple(_record(owner, *found) for owner, found in sorted(by_owner.items()))


@dataclass(frozen=True)
class ExpectedEffect:
    """What a risk or an opportunity is expected to do to its measure."""

    risk: Risk
    unit: str
    at_stake: float | None
    """The measure within scope and periods [its unit]; None where the plan does not hold them."""
    if_happens: float | None
    """Mean effect if it happens [unit]."""
    expected: float | None
    """Probability times mean effect [unit]; what the plan should hold back, were nothing of it in the plan."""


def expected_effect(plan: PlanNumbers, risk: Risk) -> ExpectedEffect:
    """What a risk is expected to do: probability x mean of its range x the measure in its scope and periods."""
    effect = risk.effect
    unit = plan.measure(effect.measure).unit
    try:
        value = float(plan.value(effect.measure, scope=effect.scope, periods=effect.periods))
    except SteelyardError:
        return ExpectedEffect(risk, unit, None, None, None)
    if not np.isfinite(value):
        return ExpectedEffect(risk, unit, None, None, None)
    moved = value * effect.mean / 100
    return ExpectedEffect(risk, unit, value, moved, risk.probability * moved)


def _record(owner: str, assumptions: Sequence[Assumption], risks: Sequence[Risk]) -> OwnerRecord:
    errors = [one.outcome - one.effect.likely for one in assumptions if one.outcome is not None]
    inside = [one.effect.low <= one.outcome <= one.effect.high for one in assumptions if one.outcome is not None]
    return OwnerRecord(
        owner=owner,
        assumptions=len(errors),
        inside=_mean([float(one) for one in inside]),
        bias=_mean(errors),
        mean_error=_mean([abs(error) for error in errors]),
        risks=len(risks),
        brier=brier_score(tuple(risks)),
        said=_mean([risk.probability for risk in risks]),
        happened=_mean([float(bool(risk.happened)) for risk in risks]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
