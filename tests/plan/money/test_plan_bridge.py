"""Money bridges tie to the cent, between scenarios, months and rates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from steelyard.errors import PlanError, UnknownMember
from steelyard.plan.money.bridge import CENT, bridge_versions
from steelyard.plan.money.plan_bridge import bridge_money
from steelyard.plan.money.version import plan_money
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
F0 = {"product_family": "F0"}


def cents(value: float) -> Decimal:
    return Decimal(value).quantize(CENT)


def ties(found) -> bool:
    return found.start + sum(effect for _, effect in found.effects) == found.end


@pytest.mark.parametrize("measure", ["revenue", "gross_margin"])
def test_a_bridge_between_scenarios_ties_to_the_cent(base, measure):
    branch = base.branch("other", **DANA)
    branch.change("consensus_demand", percent=10, scope=F0, **DANA)
    branch.change("price", percent=-3, scope={"item": "I1"}, **DANA)
    branch.change("unit_cost", percent=2, **DANA)
    before, after = base.plan(), branch.plan()
    found = bridge_money(before, after, measure, by=["item"])
    assert ties(found)
    assert (found.start, found.end) == (cents(before.value(measure)), cents(after.value(measure)))
    effects = dict(found.effects)
    assert effects["price"] < 0 < effects["volume"]
    assert (effects["cost"] < 0) == (measure == "gross_margin")
    assert effects["currency"] == effects["new"] == effects["exit"] == 0
    assert found.detail["item"].to_list()[0] in ("I0", "I1", "I2", "I4")


def test_rows_of_the_detail_add_up(base):
    branch = base.branch("other", **DANA)
    branch.change("consensus_demand", percent=10, scope=F0, **DANA)
    detail = bridge_money(base.plan(), branch.plan(), by=["product_family"]).detail
    sums = detail.select("before", "volume", "mix", "price", "cost", "currency", "new", "exit").sum_horizontal()
    assert np.allclose(sums.to_numpy(), detail["after"].to_numpy())


def test_a_bridge_between_months_counts_shared_periods_new_and_exit(workspace, base):
    later = workspace.add_extract(company(items=5, customers=3, as_of=date(2026, 1, 31)), at=AT)
    next_month = workspace.create_scenario("next", extract=later.digest, horizon=12, **DANA)
    before, after = base.plan(), next_month.plan()
    found = bridge_money(before, after, "revenue")
    assert ties(found)
    shared = ("2026-02", "2026-12")
    assert found.start == cents(before.value("revenue", periods=shared))
    assert found.end == cents(after.value("revenue", periods=shared))
    gone = before.value("revenue", scope={"item": "I5"}, periods=shared)
    assert float(dict(found.effects)["exit"]) == pytest.approx(-gone, abs=0.01)


def test_another_exchange_rate_is_currency(workspace):
    rates = [
        {
            "from_currency": "EUR",
            "to_currency": "USD",
            "rate": rate,
            "rate_type": "plan",
            "valid_from": date(2024, 1, 1),
        }
        for rate in (1.10, 1.21)
    ]
    sold = [
        {"item_id": f"I{i}", "price": 10.0 + i, "currency": "EUR", "valid_from": date(2024, 1, 1)} for i in range(6)
    ]
    plans = []
    for rate in rates:
        extract = company(items=6, customers=3, replace={"currency_rate": [rate], "price": sold})
        kept = workspace.add_extract(extract, at=AT)
        plans.append(workspace.create_scenario(f"at {rate['rate']}", extract=kept.digest, horizon=12, **DANA).plan())
    found = bridge_money(*plans, "revenue")
    assert ties(found)
    effects = dict(found.effects)
    assert effects["price"] == 0
    assert effects["currency"] == found.end - found.start
    assert float(found.end / found.start) == pytest.approx(1.1)


def test_plans_that_never_meet_are_refused(workspace, base):
    later = workspace.add_extract(company(items=6, customers=3, as_of=date(2028, 1, 31)), at=AT)
    far = workspace.create_scenario("far", extract=later.digest, horizon=6, **DANA)
    with pytest.raises(PlanError, match="no period in common"):
        bridge_money(base.plan(), far.plan())


def test_a_level_nobody_has_is_named(base):
    with pytest.raises(UnknownMember, match="no level 'colour'"):
        bridge_versions(plan_money(base.plan()), plan_money(base.plan()), by=["colour"])
