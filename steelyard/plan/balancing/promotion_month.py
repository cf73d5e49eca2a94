"""Promotion month: in which month a promotion earns most, judged through the supply model and not by its revenue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from steelyard.balancing.demand_shaping import Promotion, promoted_demand
from steelyard.grid.block import BoolArray
from steelyard.grid.series import Scope
from steelyard.plan.balancing.block import BlockTold, LeverBlock
from steelyard.plan.balancing.program import UNHURRIED
from steelyard.plan.balancing.standing_model import BalanceBase, is_large
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model import SupplyModel
from steelyard.supply.session import PlanSession


@dataclass(frozen=True)
class PromotedMonth:
    """A promotion in one month, or none at all.

    Args:
        month: Number of the period; -1 for no promotion.
        label: Name of the period; empty for no promotion.
        profit: Revenue less costs of the best supply plan.
        revenue: What is sold, at the prices of the periods.
        cost: All costs.
        stock: Mean stock, both ends counting half [units].
        units: Demand over the horizon [units].
        objective: What the plan costs, waiting and stock at their price.
    """

    month: int
    label: str
    profit: float
    revenue: float
    cost: float
    stock: float
    units: float
    objective: float = 0.0


def judge_months(
    model: SupplyModel, promotion: Promotion, rows: BoolArray, *, months: Sequence[int] = ()
) -> tuple[PromotedMonth, ...]:
    """Plan supply with the promotion in one month after the other, and without it; the most profitable first.

    Demand rises in its month and customers buy ahead what they would have bought later, so that a month in which hours
    are free can beat the one that sells most.

    Args:
        model: The supply model, or a block of it, small enough to be solved again and again.
        promotion: The promotion.
        rows: Demand rows it works on.
        months: Periods to judge; all by default.

    Raises:
        ModelError: A month lies outside, or the promotion is not described.
    """
    session = PlanSession(model, seconds=UNHURRIED)
    found = [_judged(session, model, -1)]
    for month in months or range(model.length):
        demand = np.array(session.base.demand.quantity)
        price = np.array(session.base.demand.price)
        demand[:, rows] = promoted_demand(demand[:, rows], month, promotion)
        price[month, rows] -= promotion.discount
        changed = replace(session.base, demand=replace(session.base.demand, quantity=demand, price=price))
        found.append(_judged(session, changed, month))
    return tuple(sorted(found, key=lambda one: -one.profit))


@dataclass(frozen=True)
class PlanMonths:
    """Months of a promotion in a plan.

    Args:
        months: The most profitable first.
        block: What to know where they are of a block of a large plan; None where they are of the whole.
    """

    months: tuple[PromotedMonth, ...]
    block: BlockTold | None


def plan_months(base: BalanceBase, promotion: Promotion, scope: Scope) -> PlanMonths:
    """Judge the months of a promotion of a plan; of a large one on a block with all that is promoted.

    Args:
        base: The plan's balance base.
        promotion: The promotion.
        scope: Whom and what it works on.

    Raises:
        PlanError: What is promoted is too large to be solved for every month.
        ChangeInvalid: Nothing is asked for in the scope.
    """
    rows = base.rows_in(scope)
    if not is_large(base.full):
        return PlanMonths(judge_months(base.full, promotion, rows), None)
    seed = np.zeros(base.places, np.bool_)
    seed[base.full.demand.node[rows]] = True
    block = LeverBlock(base, full=True, seed=seed)
    found = judge_months(block.part.model, promotion, rows[block.rows])
    alone = next(one.objective for one in found if one.month < 0)
    return PlanMonths(found, block.told_of(block.whole_objective(alone)))


def _judged(session: PlanSession, model: SupplyModel, month: int) -> PromotedMonth:
    plan = session.set_model(model)
    done = evaluate(session.model, plan.decisions)
    total, opening = done.stock.sum(axis=1), float(session.model.nodes.opening.sum())
    return PromotedMonth(
        month, session.model.periods[month] if month >= 0 else "", done.profit, done.revenue, done.total_cost,
        ((opening + total[-1]) / 2 + float(total[:-1].sum())) / session.model.length,
        float(session.model.demand.quantity.sum()), done.objective,
    )  # fmt: skip
