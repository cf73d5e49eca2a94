"""Measures of balancing: what it costs to bring demand and supply together."""

from steelyard.grid.measure import Measure

MEASURES: tuple[Measure, ...] = (
    Measure(
        name="lever_cost",
        label="Cost of levers",
        meaning="What measures that were taken cost beside the standard cost: overtime and shift premiums, crews, "
        "expediting, freight, incentives; below zero where they save.",
        grain="demand",
        unit="money",
        editable=True,
        signed=True,
        spread_basis="demand_plan",
        area="balancing",
    ),
)
