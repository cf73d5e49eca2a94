"""Wiring: the one page that says, in the order of the trade, which function reads and writes which measure."""

import numpy as np

from steelyard.balancing import measures as balancing_measures
from steelyard.demand import measures as demand_measures
from steelyard.demand.consensus import (
    commitment_penalty_cost,
    commitment_shortfall,
    consensus_demand,
    keep_commitments,
    unconstrained_demand,
)
from steelyard.demand.correction import automatic_correction, cleaned_demand, history_correction
from steelyard.demand.driver import driver_effect
from steelyard.demand.intelligence import intelligence_effect, no_intelligence
from steelyard.demand.level_shift import level_shift
from steelyard.demand.naive import naive_forecast
from steelyard.demand.netting import demand_plan
from steelyard.demand.promotion import baseline_history, promotion_uplift
from steelyard.finance import margin
from steelyard.finance import measures as finance_measures
from steelyard.finance.allocation import AllocationRule, allocate_shipments, rank_series, turned_away
from steelyard.finance.payment_term import payables, receivables
from steelyard.finance.purchase import purchases
from steelyard.grid.block import Array, IntArray, is_silent, is_zero, uniform_block
from steelyard.grid.measure import Measure
from steelyard.grid.rollup import scatter_add
from steelyard.inventory import measures as inventory_measures
from steelyard.inventory.coverage import forward_demand
from steelyard.inventory.excess import excess_value, inventory_value
from steelyard.inventory.expiry import expiring_value
from steelyard.inventory.projection import fulfil_demand
from steelyard.inventory.stock_kind import StockKinds, stock_kinds
from steelyard.inventory.target import target_safety_stock
from steelyard.plan.calculation import writes
from steelyard.plan.graph import Wiring
from steelyard.plan.stages.echelon import EchelonStage
from steelyard.plan.stages.engine import EngineStage
from steelyard.plan.stages.forecast import ForecastStage
from steelyard.plan.stages.life import LifeStage
from steelyard.plan.stages.supersession import SupersessionStage
from steelyard.plan.stages.supply import RequirementsStage
from steelyard.portfolio import measures as portfolio_measures
from steelyard.supply import measures as supply_measures

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for area in (
        demand_measures,
        portfolio_measures,
        supply_measures,
        inventory_measures,
        balancing_measures,
        finance_measures,
    )
    for measure in area.MEASURES
}
"""Every measure of a plan, by name."""


def plan_demand(
    consensus_demand: Array, customer_commitment: Array, open_orders: Array, netting_backward: int, netting_forward: int
) -> Array:
    """Serve the open orders, and what demand they have not consumed; never less than customers have committed to take.

    demand plan = open orders + max(consensus demand, customer commitment) that no order has consumed
    """
    bound = keep_commitments(consensus_demand, customer_commitment)
    return demand_plan(bound, open_orders, netting_backward, netting_forward)


def turn_away(demand_plan: Array, ration: Array) -> Array:
    """Take off what is asked beyond the ration.

    turned away = max(demand plan - ration, 0), where a ration is set
    """
    return uniform_block(demand_plan.shape, 0.0) if is_silent(ration) else turned_away(demand_plan, ration)


def allowed_demand(demand_plan: Array, turned_away: Array) -> Array:
    """Demand that supply is asked to serve: the demand plan less what is turned away."""
    return demand_plan if is_zero(turned_away) else demand_plan - turned_away


def gather_demand(demand_plan: Array, turned_away: Array, place_of_demand: IntArray, opening_inventory: Array) -> Array:
    """Demand of all customers by the item-location that serves them.

    independent demand = sum of demand plan, less what is turned away, over the customers of the place
    """
    demand = allowed_demand(demand_plan, turned_away)
    alone = place_of_demand.size == opening_inventory.size and np.array_equal(
        place_of_demand, np.arange(place_of_demand.size)
    )
    return demand if alone else scatter_add(demand, place_of_demand, opening_inventory.size)


def dependent_demand(gross_requirement: Array, independent_demand: Array) -> Array:
    """What consumers need of a component.

    dependent demand = gross requirement - independent demand

    Below zero more comes out of other production as a co-product than consumers need.
    """
    if gross_requirement is independent_demand:
        return uniform_block(gross_requirement.shape, 0.0)
    dependent = gross_requirement - independent_demand
    if dependent.size and dependent.min() >= 0.0:
        return dependent
    noise = np.abs(dependent) <= 1e-9 * np.maximum(np.abs(gross_requirement), 1.0)
    return np.where(noise, np.maximum(dependent, 0.0), dependent)


def ship(
    opening_inventory: Array,
    rescheduled_receipts: Array,
    constrained_receipts: Array,
    component_issues: Array,
    expiring_stock: Array,
    independent_demand: Array,
) -> tuple[Array, Array, Array]:
    """Ship what is due as far as stock allows; the rest waits as backlog.

    shipments = min(demand + backlog, stock + open orders + constrained receipts - component issues - expiring stock)
    """
    supply = rescheduled_receipts + constrained_receipts
    for gone in (component_issues, expiring_stock):
        if not is_zero(gone):
            supply -= gone
    return fulfil_demand(opening_inventory, supply, independent_demand)


def rank_customers(
    price: Array, unit_cost: Array, place_of_demand: IntArray, allocation_rule: AllocationRule, class_rank: Array
) -> Array:
    """Say who goes first at a place that cannot ship all.

    allocation rank = 1 for all by fair share; 1, 2, ... by price less unit cost, the highest first, by profit.
    Where classes of customers have ranks, these go before.
    """
    alike = class_rank.size == 0 or not (class_rank != class_rank.flat[0]).any()
    if allocation_rule == "fair_share" and alike:
        return uniform_block(price.shape, 1.0)
    return rank_series(allocation_rule, price - unit_cost, place_of_demand, None if alike else class_rank.reshape(-1))


def serve(
    shipments: Array, demand_plan: Array, turned_away: Array, allocation_rank: Array, place_of_demand: IntArray
) -> Array:
    """Split the shipments of a place over its customers, lower ranks first, in proportion to what is due within a rank.

    constrained demand = (shipments - given to lower ranks) x (due of the customer / due of all customers of its rank)
    """
    due = allowed_demand(demand_plan, turned_away)
    return allocate_shipments(shipments, due, place_of_demand, allocation_rank).constrained_demand


STANDARD = Wiring(
    MEASURES,
    (
        # demand: what was asked for, cleaned
        writes("automatic_correction", "suggested_correction", "lost_sales_estimate", function=automatic_correction),
        writes("history_correction", function=history_correction),
        writes("cleaned_demand", function=cleaned_demand),
        SupersessionStage(),
        writes("level_shift", function=level_shift),
        writes("baseline_history", "uplift_history", function=baseline_history),
        # demand: what will be asked for
        ForecastStage(),
        writes("promotion_uplift", function=promotion_uplift),
        writes("driver_effect", function=driver_effect),
        LifeStage(),
        writes("naive_forecast", function=naive_forecast),
        writes("intelligence_percent", function=no_intelligence),
        writes("intelligence_effect", function=intelligence_effect),
        writes("unconstrained_demand", function=unconstrained_demand),
        writes("consensus_demand", function=consensus_demand),
        writes("demand_plan", function=plan_demand),
        writes("turned_away", function=turn_away),
        writes("independent_demand", function=gather_demand),
        # inventory: what stock shall guard against
        writes("local_safety_stock", function=target_safety_stock),
        EchelonStage(),
        # supply: what must be made, bought and moved, and what can be
        RequirementsStage(),
        writes("dependent_demand", function=dependent_demand, by_series=True),
        EngineStage(),
        # inventory: what is shipped and what stays
        writes("shipments", "projected_inventory", "backlog", function=ship, by_series=True),
        writes("forward_demand", function=forward_demand, demand="gross_requirement", by_series=True),
        writes(*StockKinds._fields, function=stock_kinds, scheduled_receipts="rescheduled_receipts", by_series=True),
        writes("inventory_value", function=inventory_value, by_series=True),
        writes("excess_value", function=excess_value, by_series=True),
        writes("expiring_value", function=expiring_value, by_series=True),
        # finance: what it earns
        writes("allocation_rank", function=rank_customers),
        writes("constrained_demand", function=serve),
        writes("commitment_shortfall", function=commitment_shortfall),
        writes("commitment_penalty_cost", function=commitment_penalty_cost),
        writes("revenue", function=margin.revenue, by_series=True),
        writes("cogs", function=margin.cogs, by_series=True),
        writes("discounts", function=margin.discounts),
        writes("gross_margin", function=margin.gross_margin, by_series=True),
        writes("contribution", function=margin.contribution, by_series=True),
        writes("revenue_vs_budget", function=margin.revenue_vs_budget, by_series=True),
        # finance: when it is paid
        writes("receivables", function=receivables),
        writes("purchases", function=purchases, scheduled_receipts="rescheduled_receipts"),
        writes("payables", function=payables),
    ),
)
"""The standard plan."""
