"""Counting: the conventions by which a company counts its supply, as its parameters set them."""

from dataclasses import dataclass

from steelyard.grid.block import Array
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.supply.model import Conventions


@dataclass(frozen=True, eq=False)
class Counting:
    """How supply is counted.

    Args:
        conventions: What a supply model counts by.
        days: Calendar days of each planned period, by which a rate per day is reckoned.
        backlog_allowed: Whether customers wait.
        rate_increase_cost: What a unit by which production rises weighs, as a share of standard cost.
        rate_decrease_cost: The same where it falls.
        material_included: Whether the price of who makes for the company has the material in it.
    """

    conventions: Conventions
    days: Array
    backlog_allowed: bool
    rate_increase_cost: float
    rate_decrease_cost: float
    material_included: bool


def counting(parameters: PlanParameters, horizon: Calendar) -> Counting:
    """The conventions that parameters set.

    Args:
        parameters: Settings of the plan.
        horizon: The planned periods.
    """
    return Counting(
        conventions=Conventions(
            stock_basis=parameters.stock_basis,
            charge_only_excess=parameters.hold_above_target,
            undertime_paid=parameters.undertime_paid,
            end_backlog=parameters.end_backlog,
            rate=parameters.rate_basis,
            whole_rate=parameters.whole_rate,
            whole_workers=parameters.whole_lots,
            idle_workers=parameters.idle_workers,
            whole_output=parameters.whole_output,
        ),
        days=horizon.days.astype(float),
        backlog_allowed=parameters.backlog_allowed,
        rate_increase_cost=parameters.rate_increase_cost,
        rate_decrease_cost=parameters.rate_decrease_cost,
        material_included=parameters.subcontract_material == "included",
    )
