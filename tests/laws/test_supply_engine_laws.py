"""Laws of the supply engines on random companies: bounds hold, nothing comes from nowhere, no hour is used twice."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.supply.decomposition import PriceSession, plan_decomposed
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel, over_periods
from steelyard.supply.priority import plan_by_priority, start_what_fits
from steelyard.supply.supply_plan import SupplyPlan
from tests.supply.random_model import random_model as everything_model
from tests.supply.small_bills import random_model

SEEDS = (1, 2, 3, 4)
CRUMB = 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_lies_between_bound_and_plan(seed: int) -> None:
    model = random_model(seed)
    best, found = plan_exact(model), plan_decomposed(model, gap=1e-4, passes=60, split=4)
    assert found.lower_bound <= best.objective * (1 + CRUMB)
    assert found.objective >= best.objective * (1 - CRUMB)
    assert found.gap < 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_rules_cost_no_less_than_the_optimum(seed: int) -> None:
    model = random_model(seed)
    assert plan_by_priority(model).objective >= plan_exact(model).objective * (1 - CRUMB)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_priority_plan_is_feasible(seed: int) -> None:
    model = random_model(seed)
    plan = plan_by_priority(model)
    assert not plan.elastic
    assert_within_hours(model, plan)
    assert_balanced(model, plan)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_decomposed_plan_balances(seed: int) -> None:
    model = random_model(seed)
    plan = plan_decomposed(model, gap=1e-4, passes=60, split=4)
    assert not plan.elastic
    assert_within_hours(model, plan)
    assert_balanced(model, plan)


@pytest.mark.parametrize("seed", SEEDS)
def test_few_passes_give_a_possible_plan_too(seed: int) -> None:
    model = random_model(seed)
    plan = plan_decomposed(model, gap=0.0, passes=2)
    assert not plan.elastic
    assert_within_hours(model, plan)
    assert plan.lower_bound <= plan.objective


def test_what_asks_for_too_much_starts_later() -> None:
    model = random_model(2)
    wanted = 1.5 * plan_by_priority(model).decisions.quantity
    plan = start_what_fits(model, wanted)
    assert not plan.elastic
    assert_within_hours(model, plan)


def test_other_hours_keep_bound_and_plan_valid() -> None:
    model = random_model(5)
    session = PriceSession(model, split=4)
    session.improve(gap=1e-4, passes=40)
    tighter = replace(model, resources=replace(model.resources, regular=0.9 * model.resources.regular))
    session.change_hours(tighter)
    best = plan_exact(tighter).objective
    assert session.lower_bound <= best * (1 + CRUMB)
    assert session.plan().objective >= best * (1 - CRUMB)


def assert_within_hours(model: SupplyModel, plan: SupplyPlan) -> None:
    found = evaluate(model, plan.decisions)
    hours = over_periods(model.resources.regular, model.length) + plan.decisions.overtime
    assert (found.load <= hours + 1e-4).all()
    assert (plan.decisions.overtime <= over_periods(model.resources.overtime, model.length) + 1e-6).all()


def assert_balanced(model: SupplyModel, plan: SupplyPlan) -> None:
    """Opening stock and all that comes in is either used, shipped or still there."""
    found = evaluate(model, plan.decisions)
    used, shipped = found.consumed.sum(), plan.decisions.shipped.sum()
    came = model.nodes.opening.sum() + model.nodes.receipts.sum() + found.received.sum()
    conjured = sum(each.quantity for each in found.elastic if each.kind == "material")
    assert np.isclose(came + conjured, used + shipped + found.stock[-1].sum(), rtol=1e-6)


@pytest.mark.parametrize("seed", range(1, 9))
def test_no_bound_is_claimed_that_does_not_hold(seed: int) -> None:
    model = everything_model(seed)
    assert plan_decomposed(model, gap=1e-4, passes=10, split=4).lower_bound <= plan_exact(model).objective + 1e-6
