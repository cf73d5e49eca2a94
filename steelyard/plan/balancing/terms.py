"""Lever terms: what the company says about its levers where its data do not: limits, incentives, time to act."""

from dataclasses import dataclass, fields

from steelyard.errors import ChangeInvalid
from steelyard.plan.inputs.parameters import PlanParameters


@dataclass(frozen=True)
class LeverTerms:
    """Limits, costs and lead times of levers that no table states."""

    overtime_lead: float = 0.0
    """Periods from deciding on overtime to the first hour."""
    shift_lead: float = 1.0
    """Periods until a further shift works."""
    hire_lead: float = 2.0
    """Periods until somebody hired now works."""
    layoff_lead: float = 2.0
    """Periods until somebody laid off now leaves."""
    assumed_overtime: float = 0.1
    """Overtime as a share of regular hours where the data state none; 0 leaves it out."""
    assumed_hour_cost: float = 30.0
    """Money of a regular hour where the data state none, base currency."""
    expedite_premium: float = 0.15
    """Money to have a unit a period earlier, as a share of its standard cost."""
    freight_share: float = 0.03
    """Money to move a unit between sites, as a share of its standard cost."""
    transit_periods: float = 1.0
    """Periods that stock is under way between sites."""
    build_ahead_periods: float = 6.0
    """Periods of demand that may be built ahead."""
    price_step: float = 0.05
    """Largest rise of a price, as a share."""
    elasticity: float = 0.0
    """Elasticity where history shows none, below 0; 0 leaves prices alone there."""
    shift_share: float = 0.3
    """Part of a period's demand whose customers would take it a period earlier or later."""
    shift_incentive: float = 0.03
    """What they are offered for it, as a share of the price."""
    substitution_share: float = 0.3
    """Part of a period's demand whose customers would take the substitute."""
    substitution_incentive: float = 0.05
    """What they are offered for it, as a share of the price."""
    promotion_reach: float = 2.0
    """Periods by which a planned promotion may move to either side."""
    residual: float = 0.005
    """Share of demand that may stay open for a gap to count as closed."""

    @classmethod
    def of(cls, parameters: PlanParameters) -> "LeverTerms":
        """The terms that a plan's parameters say, each under its own name behind `lever_`."""
        return cls(**{each.name: getattr(parameters, f"lever_{each.name}") for each in fields(cls)})

    def told(self) -> list[tuple[str, float, bool]]:
        """Each term by the name of its parameter, with its value, and whether that is the default."""
        return [(f"lever_{each.name}", getattr(self, each.name), getattr(self, each.name) == each.default)
                for each in fields(self)]  # fmt: skip

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            most = 0.0 if each.name == "elasticity" else 1e6
            least = -10.0 if each.name == "elasticity" else 0.0
            if not least <= value <= most:
                raise ChangeInvalid(
                    f"{each.name} is {value:g}", where="lever terms", mend=f"give {least:g} to {most:g}"
                )
