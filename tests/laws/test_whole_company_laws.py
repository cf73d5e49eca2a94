"""Laws of all engines on whole companies: bounds hold, units balance, hours suffice, co-products come for nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from steelyard.grid.rollup import scatter_add
from steelyard.supply.co_product import co_product_lines
from steelyard.supply.decomposition import plan_decomposed
from steelyard.supply.evaluate import consumed_units, evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.goals import plan_goal
from steelyard.supply.model import SupplyModel, laid_out, over_periods
from steelyard.supply.priority import plan_by_priority
from steelyard.supply.session import PlanSession
from steelyard.supply.supply_plan import SupplyPlan
from tests.supply.whole_companies import whole_company

SEEDS = st.integers(0, 100_000)
CRUMB = 1e-6


def plans(model: SupplyModel) -> dict[str, SupplyPlan]:
    """The engines that keep to what there is."""
    return {
        "priority": plan_by_priority(model),
        "decomposition": plan_decomposed(model, gap=1e-4, passes=20, split=4),
        "exact": plan_exact(model),
    }


@settings(max_examples=25, deadline=None)
@given(SEEDS)
@example(21945)
def test_no_engine_beats_the_optimum_and_no_bound_lies_above_it(seed: int) -> None:
    found = plans(whole_company(seed))
    best = found["exact"].objective
    room = CRUMB * max(abs(best), 1.0)
    for plan in found.values():
        assert plan.objective >= best - room
        assert plan.lower_bound <= best + room


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_no_bound_lies_above_a_plan_that_throws_stock_away(seed: int) -> None:
    """Much perishable stock that is dear to hold, with and without things that come out beside others."""
    model = laid_out(whole_company(seed))
    opening, shelf, holding = model.nodes.opening.copy(), model.nodes.shelf_life.copy(), model.nodes.holding_cost.copy()
    opening[:3] *= 8.0
    shelf[:3], holding[:, :3] = 2, 0.6
    nodes = replace(model.nodes, opening=opening, shelf_life=shelf, holding_cost=holding)
    none = np.empty(0, np.int64)
    alone = replace(model.options, co_products=co_product_lines(none, none, np.empty(0), none, none))
    for options in (model.options, alone):
        stale = replace(model, nodes=nodes, options=options)
        best = plan_exact(stale).objective
        assert plan_decomposed(stale, passes=15, split=4).lower_bound <= best + CRUMB * max(abs(best), 1.0)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_units_balance_and_hours_suffice_in_every_engine(seed: int) -> None:
    model = laid_out(whole_company(seed))
    for name, plan in plans(model).items():
        done = evaluate(model, plan.decisions)
        assert not done.elastic, name
        shipped = scatter_add(plan.decisions.shipped, model.demand.node, len(model.nodes.names))
        flow = done.received + model.nodes.receipts - consumed_units(model, plan.decisions.quantity) - shipped
        stock = model.nodes.opening + np.cumsum(flow - plan.decisions.expired, axis=0)
        assert np.allclose(done.stock, stock, atol=1e-5), name
        assert (stock >= -1e-5).all(), name
        hours = over_periods(model.resources.regular, model.length) + plan.decisions.overtime
        assert (done.load <= hours + 1e-5).all(), name
        asked = np.cumsum(model.demand.quantity, axis=0)
        assert (np.cumsum(plan.decisions.shipped + plan.decisions.lost, axis=0) <= asked + 1e-5).all(), name


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_what_comes_out_beside_follows_what_is_made(seed: int) -> None:
    model = laid_out(whole_company(seed))
    frame, part = model.nodes.names.index("frame"), model.nodes.names.index("part 2")
    per = float(model.options.co_products.per_unit[0])
    for plan in plans(model).values():
        quantity = plan.decisions.quantity
        without = quantity.copy()
        without[:, model.options.node == frame] = 0.0
        beside = consumed_units(model, without)[:, part] - consumed_units(model, quantity)[:, part]
        assert np.allclose(beside, per * quantity[:, model.options.node == frame].sum(axis=1), atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_more_hours_or_demand_never_cost_the_best_plan_more_than_they_bring(seed: int) -> None:
    session = PlanSession(whole_company(seed))
    base = session.plan().objective
    assert session.set_capacity("press", factor=1.2).objective <= base + CRUMB * abs(base)
    session.reset()
    price = np.maximum(session.plan().hour_price, 0.0)  # type: ignore[type-var]
    hours = 0.1 * over_periods(session.base.resources.regular, session.base.length)[:, 0]
    gain = base - session.set_capacity("press", factor=1.1).objective
    assert gain <= float(price[:, 0] @ hours) + CRUMB * max(abs(base), 1.0)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_delivery_serves_the_first_class_no_worse_than_profit(seed: int) -> None:
    model = whole_company(seed)
    first = model.demand.rank == model.demand.rank.min()
    late = []
    for goal in ("delivery", "profit"):
        done = evaluate(model, plan_goal(model, goal).decisions)  # type: ignore[arg-type]
        late.append(float((model.demand.quantity - done.on_time)[:, first].sum()))
    assert late[0] <= late[1] + 1e-4


@pytest.mark.parametrize("seed", range(4))
def test_quotas_are_kept_where_they_cost_little(seed: int) -> None:
    model = laid_out(whole_company(seed))
    plan = plan_exact(model)
    mine = [model.options.names.index(f"{which} supplier") for which in ("first", "second")]
    quantity = plan.decisions.quantity[:, mine]
    known = quantity[1:].sum(axis=1) > 1.0
    if not known.any():
        return
    share = quantity[1:][known, 0] / quantity[1:][known].sum(axis=1)
    assert np.abs(share - model.options.share[mine[0]]).min() < 0.05
