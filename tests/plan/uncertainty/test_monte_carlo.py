"""Monte Carlo: the futures of a plan stand around the plan itself."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from steelyard.errors import PlanError, UnknownMember
from steelyard.grid.block import cut, join
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.money.statement import make_statement
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.monte_carlo import OUTCOMES, simulate_plan
from steelyard.plan.uncertainty.register import Risk
from tests.plan.balancing.companies import shortened

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
LOSS = Risk(
    "A customer leaves", "sam", 0.5, Effect("consensus_demand", {"customer": "C0"}, None, -100, -100, -100), **DANA
)


@pytest.fixture(scope="module")
def plan(shared_workspace):
    return shared_workspace.scenario("base").plan()


def test_mean_demand_of_the_futures_is_the_plan(plan):
    found = simulate_plan(plan, draws=3000, seed=4)
    asked = found.by_draw("demand")
    assert asked.mean() == pytest.approx(plan.value("demand_plan"), abs=4 * asked.std() / np.sqrt(3000))


def test_without_error_the_futures_are_the_plan(plan):
    sure = simulate_plan(_without_error(plan), draws=2, seed=4)
    assert sure.by_period("shipped")[0] == pytest.approx(_by_period(plan, "shipments"))
    assert sure.by_period("inventory_value")[0] == pytest.approx(_by_period(plan, "inventory_value"))
    assert sure.by_period("backlog")[0] == pytest.approx(_by_period(plan, "backlog"))


def test_without_error_service_is_that_of_the_scorecard(shared_workspace):
    """The same periods, and what waits is counted the same: also in a plan that is late."""
    late = shortened(shared_workspace.scenario("base"), hours=600.0).plan()
    found = simulate_plan(_without_error(late), draws=2, seed=4)
    kpi = kpi_value("fill_rate", figures_of(late)) / 100
    assert 0.1 < kpi < 0.95
    assert found.by_draw("fill_rate") == pytest.approx([kpi, kpi], rel=1e-12)
    assert found.planned_total("fill_rate") == pytest.approx(kpi, rel=1e-12)
    assert found.fill_alone == pytest.approx((kpi, kpi, kpi), rel=1e-12)


def test_what_errs_alone_takes_service_from_the_plan(plan):
    told = simulate_plan(plan, draws=50, seed=4)
    alone = told.fill_alone
    assert told.by_draw("fill_rate").mean() <= alone.demand + 0.01
    assert alone.demand < alone.plan


def test_load_of_the_futures_is_what_demand_asks_of_the_line(plan):
    found = simulate_plan(_without_error(plan), draws=1, seed=4)
    assert found.futures.load[0].sum() == pytest.approx(0.5 * plan.value("demand_plan"))  # half an hour a unit


def test_percentiles_stand_in_order_and_their_errors_shrink(plan):
    few, many = (simulate_plan(plan, draws=n, seed=4).fan("revenue") for n in (200, 5000))
    assert (many["p10"] <= many["p50"]).all()
    assert (many["p50"] <= many["p90"]).all()
    assert many["p50_error"].mean() < 0.5 * few["p50_error"].mean()
    assert many["period"].to_list() == list(plan.horizon.labels)


def test_a_published_plan_has_the_futures_of_the_plan_it_was(workspace):
    scenario = workspace.create_scenario("to be published", actor="dana", at=AT, horizon=6)
    before = simulate_plan(scenario.plan(), draws=20, seed=4)
    published = workspace.numbers_of(scenario.publish(actor="ines", at=AT))
    assert simulate_plan(published, draws=20, seed=4).summary.equals(before.summary)
    assert set(published.inputs.values) == set(scenario.plan().inputs.values)


def test_profit_and_cash_without_error_are_those_of_the_statement(plan):
    sure = simulate_plan(_without_error(plan), draws=2, seed=4)
    statement = make_statement(plan, ["plan"], time="period")
    for line in ("operating_profit", "cash_flow"):
        stated = [statement.value("plan", period, line) for period in plan.horizon.labels]
        assert None not in stated
        assert sure.by_period(line)[1] == pytest.approx(stated)
        assert sure.planned(line) == pytest.approx(stated)


def test_profit_and_cash_are_left_out_where_expenses_are_unknown(plan):
    found = simulate_plan(plan, draws=5, seed=4)
    found.__dict__["_decided"] = None
    assert set(found.outcomes) == set(OUTCOMES) - {"operating_profit", "cash_flow"}
    assert found.planned("cash_flow") is None
    with pytest.raises(PlanError, match="ledger"):
        found.by_draw("cash_flow")


def test_late_suppliers_make_stock_and_service_less_sure(plan):
    sure = _without_error(plan)
    spread = {"lead_time_std_days": plan.values["lead_time_std_days"]}
    found = simulate_plan(replace(sure, values={**sure.values, **spread}), draws=400, seed=4)
    assert found.by_draw("demand").std() == pytest.approx(0.0, abs=1e-6)
    assert found.by_draw("inventory_value").std() > 0


def test_a_risk_strikes_within_its_range_with_its_mean(plan):
    ranged = replace(LOSS, probability=1.0, effect=Effect("consensus_demand", {"customer": "C0"}, None, -60, -20, -10))
    sure = _without_error(plan)
    asked = plan.value("demand_plan", scope={"customer": "C0"})
    lost = plan.value("demand_plan") - simulate_plan(sure, draws=4000, seed=4, risks=[ranged]).by_draw("demand")
    assert lost.mean() / asked == pytest.approx(-ranged.effect.mean / 100, abs=0.005)
    assert 0.1 - 1e-9 <= (lost / asked).min() < (lost / asked).max() <= 0.6 + 1e-9


def test_the_chance_to_reach_the_budget_is_told_for_each_line_it_states(plan):
    found = simulate_plan(plan, draws=200, seed=4)
    assert found.budget_chances[0].outcome == "revenue"
    assert found.budget_chances[0].chance == found.chance_of_budget


def test_the_summary_tells_every_outcome(plan):
    summary = simulate_plan(plan, draws=50, seed=4).summary
    assert summary["outcome"].to_list() == list(simulate_plan(plan, draws=2, seed=4).outcomes)
    assert (summary["p10"] <= summary["p90"]).all()


def test_the_chance_to_reach_the_budget_falls_with_the_budget(shared_workspace, plan):
    found = simulate_plan(plan, draws=500, seed=4)
    chances = [found.chance_of("revenue", share * plan.value("revenue")).value for share in (0.8, 1.0, 1.2)]
    assert chances == sorted(chances, reverse=True)
    assert found.chance_of_budget is not None


def test_the_chance_of_a_short_budget_counts_only_the_periods_it_covers(plan):
    short = np.array(join(plan.blocks("budget_revenue")))
    short[3:] = 0.0
    months = [(plan.horizon.labels[t],) * 2 for t in range(3)]
    short *= 1.5 * sum(plan.value("revenue", periods=month) for month in months) / short.sum()
    values = dict(plan.values) | {"budget_revenue": cut(short, plan.series("budget_revenue").cuts)}
    found = simulate_plan(replace(plan, values=values), draws=200, seed=4)
    assert short.sum() < plan.value("revenue")
    assert found.chance_of_budget.value < 0.05
    assert found.budget_words == "2026-01 to 2026-03, 3 of 12 periods"


def test_without_a_budget_there_is_no_chance_to_reach_it(plan):
    none = cut(0.0 * join(plan.blocks("budget_revenue")), plan.series("budget_revenue").cuts)
    found = simulate_plan(replace(plan, values=dict(plan.values) | {"budget_revenue": none}), draws=5, seed=4)
    assert found.chance_of_budget is None
    assert found.budget_words == "no period"


def test_a_risk_on_one_customer_takes_the_share_of_that_customer(plan):
    sure = _without_error(plan)
    quiet, struck = (simulate_plan(sure, draws=400, seed=4, risks=risks) for risks in ((), (LOSS,)))
    lost = quiet.by_draw("demand") - struck.by_draw("demand")
    happened = lost > 1
    assert 0.4 < happened.mean() < 0.6
    asked = plan.value("demand_plan", scope={"customer": "C0"})
    assert lost[happened].mean() == pytest.approx(asked, rel=0.02)


def test_risks_in_the_plan_or_over_are_left_out(plan):
    over = [replace(LOSS, in_plan=True), replace(LOSS, status="closed")]
    assert simulate_plan(plan, draws=20, seed=4, risks=over).risks == ()


def test_breaches_name_resource_period_and_missing_hours(plan):
    found = simulate_plan(plan, draws=300, seed=4)
    assert [b.chance.value for b in found.breaches] == sorted((b.chance.value for b in found.breaches), reverse=True)
    assert all(b.hours_short > 0 and b.resource == "LINE" for b in found.breaches)


def test_bad_questions_are_refused(plan):
    with pytest.raises(PlanError, match="0 draws"):
        simulate_plan(plan, draws=0)
    with pytest.raises(PlanError, match="price cannot be drawn"):
        simulate_plan(plan, draws=2, risks=[replace(LOSS, effect=Effect("price", {}))])
    with pytest.raises(UnknownMember):
        simulate_plan(plan, draws=2, risks=[replace(LOSS, effect=Effect("consensus_demand", {"customer": "C99"}))])


def _without_error(plan):
    """The plan with a forecast that never errs and suppliers that are always on time."""
    never = tuple(np.zeros_like(block) for block in plan.blocks("forecast_error"))
    on_time = tuple(np.zeros_like(block) for block in plan.values["lead_time_std_days"])
    return replace(plan, values={**plan.values, "forecast_error": never, "lead_time_std_days": on_time})


def _by_period(plan, measure):
    return plan.frame([measure])[measure].to_numpy()
