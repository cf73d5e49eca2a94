"""Drawing: the measures on which a future can let a risk work."""

from steelyard.errors import ChangeInvalid
from steelyard.plan.uncertainty.register import Risk

DEMAND_MEASURES = frozenset({"consensus_demand", "demand_plan", "unconstrained_demand"})
SUPPLY_MEASURES = frozenset({"constrained_receipts", "scheduled_receipts", "planned_receipts"})


def require_drawn(risk: Risk) -> None:
    """Refuse a risk that no future could draw, when it is entered and not when the plan is played.

    Raises:
        ChangeInvalid: It works on a measure that is neither demand nor supply.
    """
    if risk.effect.measure not in DEMAND_MEASURES | SUPPLY_MEASURES:
        raise ChangeInvalid(
            f"A risk on {risk.effect.measure} cannot be drawn",
            where=risk.statement,
            mend=f"let it work on demand ({_listed(DEMAND_MEASURES)}) or on supply ({_listed(SUPPLY_MEASURES)}); "
            "what moves a price or a cost is an assumption",
        )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
