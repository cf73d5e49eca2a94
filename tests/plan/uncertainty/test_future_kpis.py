"""Future KPIs and loads: without chance they are the plan's own, with it they stand around them."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from steelyard.errors import NotFound
from steelyard.grid.block import join
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.kpi.values import kpi_values
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.future_kpis import DECIDED, JUDGED, RECORDED
from steelyard.plan.uncertainty.monte_carlo import simulate_plan
from steelyard.plan.uncertainty.register import Assumption

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan(shared_workspace):
    return shared_workspace.scenario("base").plan()


@pytest.fixture(scope="module")
def sure(plan):
    never = tuple(np.zeros_like(block) for block in plan.blocks("forecast_error"))
    on_time = tuple(np.zeros_like(block) for block in plan.values["lead_time_std_days"])
    return replace(plan, values={**plan.values, "forecast_error": never, "lead_time_std_days": on_time})


def test_without_chance_every_kpi_is_that_of_the_scorecard(plan, sure):
    stated = {kpi.name: kpi.value for kpi in kpi_values(plan)}
    told = simulate_plan(sure, draws=2, seed=4).kpis().summary
    assert told.height > 10
    for row in told.iter_rows(named=True):
        assert row["plan"] == pytest.approx(stated[row["kpi"]]), row["kpi"]
        assert row["p10"] == pytest.approx(row["plan"]), row["kpi"]
        assert row["p90"] == pytest.approx(row["plan"]), row["kpi"]


def test_every_kpi_is_told_or_said_why_not(plan):
    told = simulate_plan(plan, draws=5, seed=4).kpis()
    left = {one.name: why for one, why in told.left_out}
    assert {one.name for one in told.indicators} | set(left) == set(INDICATORS)
    assert left["otif"] == JUDGED
    assert left["cycle_on_time"] == RECORDED
    assert left["capacity_utilisation"] == DECIDED


def test_the_chance_to_reach_a_target_counts_the_good_side(plan):
    found = simulate_plan(plan, draws=300, seed=4)
    middle = float(np.median(found.kpis().by_draw("inventory_value")))
    low, high = (found.kpis({"inventory_value": goal}).summary for goal in (0.5 * middle, 2.0 * middle))
    chances = [frame.filter(kpi="inventory_value")["chance"].item() for frame in (low, high)]
    assert chances[0] < 0.5 < chances[1]  # less stock is better
    assert found.kpis({"inventory_value": middle}).summary.filter(kpi="inventory_value")["chance"].item() == 0.5


def test_a_kpi_stands_in_order_by_period_and_says_what_it_cannot(plan):
    told = simulate_plan(plan, draws=60, seed=4).kpis()
    fan = told.fan("fill_rate")
    assert fan["period"].to_list() == list(plan.horizon.labels)
    assert (fan["p10"] <= fan["p90"]).all()
    with pytest.raises(NotFound, match="what is over"):
        told.by_draw("otif")
    with pytest.raises(NotFound, match="over the horizon only"):
        told.fan("obsolete_value")
    with pytest.raises(NotFound, match="no KPI 'otfi'"):
        told.by_draw("otfi")


def test_without_chance_the_load_is_that_of_the_plan(plan, sure):
    loads = simulate_plan(sure, draws=2, seed=4).loads
    assert loads.asked[1] == pytest.approx(join(plan.blocks("capacity_load")))
    stated = plan.frame("utilisation", by=["resource"])["utilisation"].to_numpy()
    assert loads.by_period["p50"].to_numpy() == pytest.approx(stated)


def test_load_percentiles_and_chances_agree_with_the_breaches(plan):
    found = simulate_plan(plan, draws=300, seed=4)
    frame = found.loads.by_period
    assert (frame["p10"] <= frame["p50"]).all()
    assert (frame["p50"] <= frame["p90"]).all()
    chances = {(b.resource, b.period): (b.chance.value, b.hours_short) for b in found.breaches}
    assert chances
    for row in frame.iter_rows(named=True):
        assert chances.get((row["resource"], row["period"]), (0.0, 0.0)) == pytest.approx(
            (row["chance"], row["hours_short"])
        )


def test_an_assumption_is_drawn_within_its_range(sure):
    prices = Assumption("Prices hold", "sam", Effect("price", {}, None, -30, 0, 0), actor="dana", at=AT)
    quiet, drawn = (simulate_plan(sure, draws=2000, seed=4, assumptions=these) for these in ((), (prices,)))
    share = drawn.by_draw("revenue") / quiet.by_draw("revenue")
    assert share.mean() == pytest.approx(0.95, abs=0.005)  # PERT: (-30 + 4 x 0 + 0) / 6 = -5 %
    assert 0.7 - 1e-9 <= share.min() < share.max() <= 1 + 1e-9
    assert drawn.by_draw("shipped") == pytest.approx(quiet.by_draw("shipped"))


def test_an_assumption_on_hours_moves_the_chance_of_a_breach(plan):
    fewer = Assumption("Flu", "luis", Effect("capacity_available", {}, None, -50, -49, -48), actor="luis", at=AT)
    quiet, drawn = (simulate_plan(plan, draws=100, seed=4, assumptions=these) for these in ((), (fewer,)))
    assert drawn.loads.by_period["chance"].sum() > quiet.loads.by_period["chance"].sum()
    assert drawn.loads.by_period["hours"].sum() == pytest.approx(0.51 * quiet.loads.by_period["hours"].sum(), rel=0.01)


def test_an_assumption_no_future_can_draw_is_named(plan):
    stock = Assumption("Safety", "luis", Effect("safety_stock", {}, None, -5, 0, 5), actor="luis", at=AT)
    settled = Assumption("Sure", "luis", Effect("price", {}, None, 0, 0, 0), actor="luis", at=AT)
    found = simulate_plan(plan, draws=2, seed=4, assumptions=[stock, settled])
    assert (found.assumptions, found.undrawn) == ((), (stock,))
