"""Signpost reading: signposts held against a plan: which are crossed, and from which period on."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.errors import SteelyardError
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.signpost import Signpost


@dataclass(frozen=True)
class SignpostState:
    """A signpost held against a plan.

    Args:
        signpost: The signpost.
        crossed: Whether the measure crosses the threshold in some period.
        period: First period in which it does; empty where it never does.
        value: The value there, else the value nearest to the threshold; None where the plan knows none.
        fault: Why it cannot be read in this plan; empty where it can.
    """

    signpost: Signpost
    crossed: bool
    period: str
    value: float | None
    fault: str = ""


def read_signposts(plan: PlanNumbers, signposts: Sequence[Signpost]) -> tuple[SignpostState, ...]:
    """Hold signposts against a plan; those that are crossed first, the earliest before the others.

    Args:
        plan: The plan.
        signposts: The signposts; closed ones are left out.
    """
    states = [_state(plan, one) for one in signposts if not one.closed]
    return tuple(sorted(states, key=lambda one: (not one.crossed, one.period, one.signpost.id)))


def _state(plan: PlanNumbers, one: Signpost) -> SignpostState:
    try:
        frame = plan.frame([one.measure], scope=one.scope, periods=one.periods)
    except SteelyardError as fault:
        return SignpostState(one, False, "", None, str(fault))
    cells = [(str(p), float(v)) for p, v in frame.select("period", one.measure).iter_rows() if v is not None]
    hit = next(((period, value) for period, value in cells if one.crossed_by(value)), None)
    if hit is not None:
        return SignpostState(one, True, hit[0], hit[1])
    nearest = min((value for _, value in cells), key=lambda value: abs(value - one.threshold), default=None)
    return SignpostState(one, False, "", nearest)
