"""Statements, budgets, price lists, rates and actions of a small company."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid, ConversionMissing, PlanError
from steelyard.grid.block import join
from steelyard.plan.money.action import GapAction
from steelyard.plan.money.action_plan import close_gap, put_in_plan, take_out
from steelyard.plan.money.actual import actual_money
from steelyard.plan.money.bridge import bridge_versions
from steelyard.plan.money.budget_state import budget_states
from steelyard.plan.money.lines import version_of
from steelyard.plan.money.option_value import value_option
from steelyard.plan.money.profitability import profitability
from steelyard.plan.money.statement import make_statement
from steelyard.plan.money.variance import VarianceLimit, variance_exceptions
from steelyard.plan.uncertainty.effect import Effect
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}


def plan_with(workspace, **tables):
    extract = company(items=4, customers=3, replace=tables)
    workspace.add_extract(extract, at=AT)
    return workspace.create_scenario(f"s{extract.digest[:6]}", extract=extract.digest, horizon=12, **DANA).plan()


def budget_row(period, amount, **named):
    return {"version": "budget", "period_id": period, "measure": "budget_revenue", "amount": amount, **named}


def test_a_quarter_of_a_family_arrives_at_the_series_by_season_and_nothing_is_lost(workspace):
    plan = plan_with(workspace, budget=[budget_row("2026-Q1", 900.0, family="F0", channel="retail")])
    found = plan.frame("budget_revenue", by=["product_family", "channel"])
    told = found.filter(found["budget_revenue"] > 0)
    assert told["budget_revenue"].sum() == pytest.approx(900.0)
    assert set(told["product_family"]) == {"F0"}
    assert set(told["channel"]) == {"retail"}
    assert told["period"].to_list() == ["2026-01", "2026-02", "2026-03"]
    assert told["budget_revenue"].n_unique() == 3, "the season, not the days, splits a quarter"


def test_a_budget_that_ends_early_says_so(workspace):
    plan = plan_with(workspace, budget=[budget_row(f"2026-0{m}", 100.0) for m in (1, 2)])
    state = budget_states(plan)[0]
    assert state.missing[0] == "2026-03"
    assert (state.loaded, state.spread) == pytest.approx((200.0, 200.0))
    statement = make_statement(plan, ("budget",), time="quarter")
    assert statement.value("budget", "2026-Q1", "revenue") is None
    with pytest.raises(PlanError, match="Budget says nothing about 2026-03"):
        bridge_versions(version_of(plan, "budget"), version_of(plan, "plan"), periods=("2026-01", "2026-04"))


def test_money_loaded_for_an_unknown_family_is_seen_as_lost(workspace):
    rows = [budget_row("2026-01", 100.0, family="F0"), budget_row("2026-01", 50.0, family="Unknown")]
    state = budget_states(plan_with(workspace, budget=rows))[0]
    assert state.lost == pytest.approx(50.0)
    assert state.is_lost


def test_a_missing_version_is_named_with_its_reason(workspace):
    statement = make_statement(plan_with(workspace, budget=[]), ("plan", "budget", "last_plan"))
    assert [kind for kind, _ in statement.versions] == ["plan"]
    assert "budget_revenue" in statement.missing["budget"]
    assert "published" in statement.missing["last_plan"]


def test_a_customers_price_list_less_its_discount_is_the_net_price(workspace):
    prices = [
        {"item_id": f"I{i}", "price": 20.0, "price_list": name, "price_type": "list", "currency": "USD",
         "valid_from": date(2024, 1, 1)} | ({"discount": 0.1} if name == "B" else {})
        for i in range(4) for name in ("A", "B")
    ]  # fmt: skip
    customers = [
        {"customer_id": f"C{c}", "name": f"C{c}", "channel": "retail", "price_list": "AB"[c % 2],
         "discount": 0.25 if c == 0 else 0.0, "payment_days": 10 * c}
        for c in range(3)
    ]  # fmt: skip
    plan = plan_with(workspace, price=prices, customer=customers)
    price = plan.frame("price", by=["customer"], periods="2026-03")
    assert dict(price.select("customer", "price").iter_rows()) == pytest.approx({"C0": 15.0, "C1": 18.0, "C2": 20.0})
    gap = plan.value("discounts", scope={"customer": "C0"}) / plan.value("revenue", scope={"customer": "C0"})
    assert gap == pytest.approx(5.0 / 15.0)
    assert plan.value("receivables", scope={"customer": "C0"}) == 0.0
    assert plan.value("receivables", scope={"customer": "C2"}) > plan.value("receivables", scope={"customer": "C1"}) > 0


def test_later_payment_binds_cash(workspace, base):
    branch = base.branch("later", **DANA)
    branch.change("customer_payment_days", percent=100, **DANA)
    found = value_option(base.plan(), branch.plan())
    assert sum(found.cash) < 0
    assert found.released == pytest.approx(-sum(found.cash))
    assert found.net_present_value < 0


def test_receivables_of_the_past_begin_when_the_terms_of_payment_have_passed(workspace):
    """Of the sales before the history nobody knows what was still owed: it is not told, rather than told too low."""
    customers = [{"customer_id": f"C{c}", "name": f"C{c}", "channel": "retail", "payment_days": 75} for c in range(3)]
    plan = plan_with(workspace, customer=customers)
    first = plan.history.labels[:3]
    told = make_statement(plan, ("actual",), time="month", periods=(plan.history.labels[0], plan.history.labels[3]))
    assert [told.value("actual", period, "receivables") for period in first] == [None] * 3
    assert (told.value("actual", plan.history.labels[3], "receivables") or 0.0) > 0


def test_history_is_restated_at_plan_rates(workspace):
    rates = [
        {"from_currency": "EUR", "to_currency": "USD", "rate": rate, "rate_type": kind, "valid_from": date(2024, 1, 1)}
        for kind, rate in (("plan", 1.1), ("average", 1.21))
    ]
    made = company(items=4, customers=3)
    sold = made.tables["sales_line"].drop("_source", "_source_row").to_dicts()
    plan = plan_with(workspace, currency_rate=rates, sales_line=[{**row, "currency": "EUR"} for row in sold])
    was, restated = actual_money(plan), actual_money(plan, rates="plan")
    assert np.allclose(was.revenue, 1.1 * restated.revenue)
    found = bridge_versions(restated, was, "revenue")
    assert dict(found.effects)["currency"] == found.end - found.start


def test_a_currency_without_any_rate_is_refused_where_it_is_met(workspace):
    sold = company(items=4, customers=3).tables["sales_line"].drop("_source", "_source_row").to_dicts()
    with pytest.raises(ConversionMissing, match="currency_rate"):
        plan_with(workspace, sales_line=[{**row, "currency": "CHF"} for row in sold])


def test_costs_roll_up_where_none_are_stated(workspace):
    resource = [{"resource_id": "LINE", "location_id": "P1", "resource_type": "machine", "cost_per_hour": 40.0,
                 "capacity_unit": "hours_per_period", "currency": "USD"}]  # fmt: skip
    plan = plan_with(workspace, item_cost=[], resource=resource)
    cost, rows = join(plan.values["standard_cost"])[0], plan.series("payables").select({"item": "I0"})
    assert (cost[rows] > 0).all()
    assert 0 < plan.value("conversion_share") < 1


def test_profitability_adds_up_to_the_plan(base):
    plan = base.plan()
    found = profitability(plan, ["customer"])
    assert found["revenue"].sum() == pytest.approx(plan.value("revenue"))
    assert found["contribution"].sum() == pytest.approx(plan.value("contribution"))
    assert found["revenue_share"].sum() == pytest.approx(1.0)


def test_variances_beyond_the_limit_are_told_and_the_others_are_not(base):
    plan = base.plan()
    found = variance_exceptions(plan, limits=[VarianceLimit("budget", 0.05)])
    assert found
    assert all(abs(one.share) > 0.05 for one in found)
    assert not variance_exceptions(plan, limits=[VarianceLimit("budget", 1e9)])


def test_an_action_in_the_plan_moves_it_and_out_of_it_no_more(workspace, base):
    effect = Effect("price", {"item": "I1"}, None, 5.0, 5.0, 5.0)
    action = workspace.records.gap_actions.add(
        GapAction("Raise the price", "sam", date(2026, 3, 1), 500.0, effect, **DANA)
    )
    before = base.plan().value("revenue")
    laid = workspace.records.gap_actions.revise(put_in_plan(workspace, action, **DANA))
    assert base.plan().value("revenue") > before
    with pytest.raises(ChangeInvalid, match="in the plan already"):
        put_in_plan(workspace, laid, **DANA)
    out = workspace.records.gap_actions.revise(take_out(workspace, laid, **DANA))
    assert base.plan().value("revenue") == before
    assert [one.in_plan for one in workspace.records.gap_actions.history(action.id)] == [False, True, False]
    again = put_in_plan(workspace, out, **DANA)
    assert again.change == laid.change


def test_actions_are_held_against_the_gap():
    effect = Effect("price", {}, None, 1.0, 1.0, 1.0)
    one = GapAction("a", "sam", date(2026, 1, 1), 60.0, effect)
    found = close_gap(-100.0, [one], date(2026, 2, 1))
    assert (found.beside, found.still_open, found.late) == (60.0, -40.0, 1)
    with pytest.raises(ChangeInvalid, match="owner"):
        GapAction("a", " ", date(2026, 1, 1), 60.0, effect)
