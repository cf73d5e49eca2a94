"""Registers: assumptions, risks and chances as the person of the request sees them, without those of other parts."""

from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sight import sees_scope, sight_behind
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption, Risk
from steelyard.web.company import workspace


def seen_assumptions(plan: PlanNumbers) -> tuple[Assumption, ...]:
    """Assumptions that move something of a plan as it is seen."""
    kept = workspace().records.registers.assumptions.entries()
    return tuple(entry for entry in kept if _seen(plan, entry.effect))


def counting_assumptions(plan: PlanNumbers) -> tuple[Assumption, ...]:
    """Those of them that were not rejected and have not run out on the day of the plan's extract."""
    day = plan.maker.extract(plan.inputs.extract).as_of
    return tuple(entry for entry in seen_assumptions(plan) if entry.counts_on(day))


def seen_risks(plan: PlanNumbers) -> tuple[Risk, ...]:
    """Risks and chances that move something of a plan as it is seen."""
    return tuple(entry for entry in workspace().records.registers.risks.entries() if _seen(plan, entry.effect))


def _seen(plan: PlanNumbers, effect: Effect) -> bool:
    known = plan.wiring.measures
    grain = known[effect.measure].grain if effect.measure in known else "demand"
    return sees_scope(plan, effect.scope, grain) and not sight_behind(plan).hides(effect.measure, known)
