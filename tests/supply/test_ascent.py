"""Ascent: small steps up the bound start where hours cannot be bought, and the mean plan needs hardly any repair."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.supply._ascent import Ascent
from steelyard.supply._master import hour_steps
from steelyard.supply.decomposition import PriceSession
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel
from steelyard.supply.price_network import price_network
from steelyard.supply.priority import start_what_fits
from steelyard.supply.sold_parts import sold_apart
from tests.supply.small_bills import random_model


def climbed(model: SupplyModel, steps: int) -> tuple[list[float], Ascent]:
    """Lower bounds of so many steps, and the ascent after them."""
    network = price_network(sold_apart(model), split=0)
    hours = hour_steps(network)
    ascent = Ascent(network, hours)
    passes = [ascent.climb() for _ in range(steps)]
    fixed = network.fixed_cost - network.given_away
    return [one.worth + fixed - hours.worth(one.hour_price) for one in passes], ascent


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_step_claims_more_than_the_optimum_and_the_best_one_is_near(seed: int) -> None:
    model = random_model(seed)
    best, bounds = plan_exact(model).objective, climbed(model, 60)[0]
    assert max(bounds) <= best + 1e-6 * abs(best)
    assert best - max(bounds) < 0.5 * (best - bounds[0])


@pytest.mark.parametrize("dear", [1.0, 1000.0])
def test_the_elastic_price_does_not_decide_how_far_prices_go(dear: float) -> None:
    model = random_model(3)
    resources = replace(
        model.resources,
        overtime=np.zeros_like(model.resources.overtime),
        elastic_cost=dear * model.resources.elastic_cost,
    )
    bounds = climbed(replace(model, resources=resources), 40)[0]
    assert max(bounds) > bounds[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_mean_plan_is_possible_once_what_does_not_fit_is_moved(seed: int) -> None:
    model = random_model(seed)
    mean = climbed(model, 40)[1].mean[:, : len(model.options.names)]
    plan = start_what_fits(model, mean)
    assert not plan.elastic
    assert plan.objective >= plan_exact(model).objective - 1e-6


def test_a_large_model_needs_no_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steelyard.supply.decomposition._LARGE", 1)
    model = random_model(2)
    session = PriceSession(model)
    found = session.improve(gap=0.2)
    assert found.gap <= 0.2
    assert not session.master.pass_of.size
    plan = session.plan()
    assert plan.objective == pytest.approx(found.money)
    assert plan.hour_price is not None
    assert plan.hour_price.any()


def test_other_hours_go_on_from_the_last_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steelyard.supply.decomposition._LARGE", 1)
    model = random_model(2)
    session = PriceSession(model)
    session.improve(gap=0.2)
    tighter = replace(model, resources=replace(model.resources, regular=0.9 * model.resources.regular))
    found = session.change_hours(tighter)
    best = plan_exact(tighter).objective
    assert session.lower_bound <= best + 1e-6 * abs(best)
    assert found.money >= best - 1e-6 * abs(best)
    assert not session.plan().elastic
