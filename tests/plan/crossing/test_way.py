"""Ways between plans: facts mix, what two steps do together is shared evenly, every number adds up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from steelyard.data.extract import sealed
from steelyard.errors import PlanError
from steelyard.plan.bridge import bridge, way_between
from steelyard.plan.change import Change
from steelyard.plan.crossing.fact import PAST, Mixing, facts_between
from steelyard.plan.operation import Percent, SetMasterData, SetParameter
from steelyard.plan.sight import Sight, part_of, seen
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
HERE = company(items=4, customers=2)


def raised(table, column, factor, extract=HERE):
    moved = extract.tables[table].with_columns(pl.col(column) * factor)
    return sealed(replace(extract, tables={**extract.tables, table: moved}))


def test_facts_that_say_the_same_from_another_file_do_not_differ():
    table = HERE.tables["price"].with_columns(pl.lit("elsewhere.csv").alias("_source"))
    assert facts_between(HERE, replace(HERE, digest="other", tables={**HERE.tables, "price": table})) == ()


def test_prices_and_costs_are_facts_of_their_own():
    there = raised("item_cost", "standard_cost", 1.1, raised("price", "price", 0.9))
    assert [fact.kind for fact in facts_between(HERE, there)] == ["prices", "costs"]


def test_a_mix_has_the_prices_of_one_and_the_costs_of_the_other():
    there = raised("item_cost", "standard_cost", 1.1, raised("price", "price", 0.9))
    mixed = Mixing(HERE, there).mixed(["prices"])
    assert mixed.tables["price"] is there.tables["price"]
    assert mixed.tables["item_cost"] is HERE.tables["item_cost"]
    assert mixed.digest not in (HERE.digest, there.digest)


def test_on_another_day_stock_and_orders_belong_to_the_month_that_has_passed():
    there = company(items=4, customers=2, as_of=date(2026, 1, 31), periods=25)
    kinds = [fact.kind for fact in facts_between(HERE, there)]
    assert kinds[0] == PAST
    assert "open orders" not in kinds


def test_new_items_come_along_with_the_facts_about_them():
    there = company(items=5, customers=2)
    assert "I4" in Mixing(HERE, there).mixed([PAST]).tables["item"]["item_id"].to_list()


def test_what_volume_and_price_do_together_is_shared_evenly(base):
    both = base.branch("both", **DANA)
    both.change("consensus_demand", percent=-20, **DANA)
    both.change("price", percent=10, **DANA)
    volume = base.branch("volume", **DANA)
    volume.change("consensus_demand", percent=-20, **DANA)
    price = base.branch("price", **DANA)
    price.change("price", percent=10, **DANA)
    none, v, p, vp = (one.plan().value("revenue") for one in (base, volume, price, both))
    steps = bridge(base.plan(), both.plan(), "revenue").steps
    assert float(steps[0].effect) == pytest.approx((v - none + vp - p) / 2)
    assert float(steps[1].effect) == pytest.approx((p - none + vp - v) / 2)


def test_prices_costs_and_settings_of_another_extract_are_steps_of_their_own(workspace, base):
    there = raised("item_cost", "standard_cost", 1.1, raised("price", "price", 0.9, company(items=6, customers=3)))
    workspace.add_extract(there, at=AT)
    other = workspace.create_scenario("next", extract=there.digest, horizon=12, statistical_weight=0.5, **DANA)
    other.append(Change(SetParameter("finite_capacity", False), author="dana", at=AT))
    built = bridge(base.plan(), other.plan(), "gross_margin")
    named = {step.name: step.effect for step in built.steps}
    assert named["prices"] < 0
    assert named["costs"] < 0
    assert built.start + sum(step.effect for step in built.steps) == built.end


def test_every_number_of_two_plans_is_explained_on_one_way(base):
    other = base.branch("other", **DANA)
    other.change("consensus_demand", percent=8, **DANA)
    one, two = base.plan(), other.plan()
    way = way_between(one, two)
    for measure in ("revenue", "inventory_value", "capacity_load"):
        bridge(one, two, measure)
        assert way_between(one, two) is way


def test_a_change_of_a_row_that_only_one_extract_holds_does_not_stop_the_way(workspace, base):
    there = company(items=7, customers=3)
    workspace.add_extract(there, at=AT)
    other = workspace.create_scenario("next", extract=there.digest, horizon=12, **DANA)
    longer = SetMasterData("source", {"source_id": "make-I6"}, "lead_time_days", 60)
    other.append(Change(longer, author="luis", at=AT), Change(Percent(5), "consensus_demand", author="luis", at=AT))
    built = bridge(base.plan(), other.plan(), "revenue")
    assert built.start + sum(step.effect for step in built.steps) == built.end


def test_plans_of_different_companies_have_no_way(workspace, base):
    stranger = sealed(replace(company(items=6, customers=3, seed=9), company="Another Company"))
    workspace.add_extract(stranger, at=AT)
    other = workspace.create_scenario("other", extract=stranger.digest, horizon=12, **DANA)
    with pytest.raises(PlanError, match="different companies"):
        bridge(base.plan(), other.plan(), "revenue")


def test_a_reader_of_a_part_is_told_the_steps_of_that_part(base):
    other = base.branch("other", **DANA)
    other.change("consensus_demand", percent=8, **DANA)
    other.change("price", percent=3, **DANA)
    eyes = Sight(parts=(part_of({"product_family": ("F0",)}),))
    whole = bridge(base.plan(), other.plan(), "revenue", scope={"product_family": "F0"})
    part = bridge(seen(base.plan(), eyes), seen(other.plan(), eyes), "revenue")
    assert [step.effect for step in part.steps] == [step.effect for step in whole.steps]
