"""Laws of supply plans on random companies, whichever engine made them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steelyard.grid.block import Array
from steelyard.supply.evaluate import consumed_units, evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel, laid_out, over_periods
from steelyard.supply.session import PlanSession
from steelyard.supply.solver import Solver
from steelyard.supply.strategies import STRATEGIES, plan_strategy
from steelyard.supply.supply_program import write_program
from steelyard.supply.whole import plan_whole
from tests.supply.random_model import random_model

SEEDS = st.integers(0, 10_000)


@given(SEEDS)
def test_the_evaluator_counts_what_the_program_minimised(seed: int) -> None:
    model = random_model(seed)
    objective = Solver(write_program(model).program).solve().objective
    assert plan_exact(model).objective == pytest.approx(objective, rel=1e-7, abs=1e-5)


@given(SEEDS)
def test_stock_balances(seed: int) -> None:
    model = laid_out(random_model(seed))
    plan = plan_exact(model)
    done = evaluate(model, plan.decisions)
    if any(each.kind == "material" for each in done.elastic):
        return
    shipped = np.zeros(done.stock.shape)
    for row, node in enumerate(model.demand.node):
        shipped[:, node] += plan.decisions.shipped[:, row]
    flow = done.received + model.nodes.receipts - consumed_units(model, plan.decisions.quantity) - shipped
    flow -= plan.decisions.expired
    assert np.allclose(done.stock, model.nodes.opening + np.cumsum(flow, axis=0), atol=1e-6)


@given(SEEDS)
def test_no_strategy_beats_the_bound(seed: int) -> None:
    model = random_model(seed)
    bound = plan_exact(model).lower_bound
    for name in STRATEGIES:
        strategy = plan_strategy(model, name)
        assert strategy.evaluation.objective >= bound - 1e-5 * max(abs(bound), 1)


@given(SEEDS)
def test_whole_plans_keep_the_bound(seed: int) -> None:
    model = random_model(seed, whole=True)
    plan, exact = plan_whole(model, gap=1e-3, seconds=2), plan_exact(model)
    assert all(exact.lower_bound - 1e-4 <= evaluate(model, one.decisions).objective for one in (plan, exact))
    assert exact.lower_bound - 1e-4 <= plan.lower_bound <= plan.objective + 1e-6
    workers = plan.decisions.workers
    assert np.allclose(workers, np.round(workers), atol=1e-6)
    _check_orders(model, plan.decisions.quantity)


def _check_orders(model: SupplyModel, quantity: Array) -> None:
    """Every quantity can be cut into orders of the least, the multiple and the largest of its option."""
    options, prescribed = model.options, over_periods(model.options.minimum, model.length)
    for t, option in np.argwhere(quantity > 1e-6).tolist():
        units, most = quantity[t, option], options.lot_maximum[option]
        orders = np.ceil(units / most - 1e-6) if np.isfinite(most) else 1.0
        assert units >= min(orders * options.lot_minimum[option], prescribed[t, option]) - 1e-5
        step = options.lot_multiple[option]
        assert not step or abs(units / step - round(units / step)) < 1e-5


def what_if(model: SupplyModel, draw: np.random.Generator) -> SupplyModel:
    resources, demand, options = model.resources, model.demand, model.options
    return replace(
        model,
        resources=replace(resources, regular=resources.regular * draw.uniform(0.5, 1.5, resources.regular.shape)),
        demand=replace(demand, quantity=demand.quantity * draw.uniform(0.0, 2.0, demand.quantity.shape)),
        options=replace(options, unit_cost=options.unit_cost * draw.uniform(0.8, 1.3, options.unit_cost.shape)),
    )


@given(SEEDS)
@example(1007)
def test_a_warm_what_if_is_as_good_as_a_fresh_plan(seed: int) -> None:
    model = laid_out(random_model(seed))
    session, changed = PlanSession(model), what_if(model, np.random.default_rng(seed))
    first = session.plan().objective
    assert session.set_model(changed).objective == pytest.approx(plan_exact(changed).objective, rel=1e-6, abs=1e-4)
    assert session.set_lead_time("make chair", 2).objective == pytest.approx(
        plan_exact(session.model).objective, rel=1e-6, abs=1e-4
    )
    assert session.reset().objective == pytest.approx(first, rel=1e-6, abs=1e-4)
