"""A plan seen with a limited sight: totals of the part, no money that is hidden, nothing of the others."""

from datetime import UTC, datetime
from typing import cast

import numpy as np
import pytest

from steelyard.errors import NotAllowed
from steelyard.grid.block import join
from steelyard.grid.measure import Grain
from steelyard.plan.plan import Plan
from steelyard.plan.review.stock import stock_review
from steelyard.plan.sight import EVERYTHING, Sight, part_of, seen
from steelyard.plan.workspace import Workspace
from steelyard.supply.rough_cut import ResourceBill
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAMILY = Sight(parts=(part_of({"product_family": ["F0"]}),))
CUSTOMER = Sight(parts=(part_of({"customer": ["C1"]}),))
BOTH = Sight(parts=(*FAMILY.parts, *CUSTOMER.parts))
NO_COST = Sight(hidden=frozenset({"cost"}))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    with Workspace.create(tmp_path_factory.mktemp("made") / "c", company="Small") as made:
        made.add_extract(company(items=6, customers=3), at=AT, actor="dana")
        base = made.create_scenario("base", actor="dana", at=AT, horizon=12)
        base.change("consensus_demand", percent=5, scope={"product_family": "F0"}, actor="dana", at=AT, reason="launch")
        return base.plan()


def test_who_sees_everything_sees_the_plan_itself(plan: Plan) -> None:
    assert seen(plan, EVERYTHING) is plan


@pytest.mark.parametrize("grain", ["demand", "item_location"])
def test_a_total_is_the_total_of_the_part(plan: Plan, grain: Grain) -> None:
    small, scope = seen(plan, FAMILY), {"product_family": "F0"}
    for measure in small.measures.values():
        if measure.grain == grain:
            whole = plan.frame(measure.name, by=["product_family"], scope=scope)
            part = small.frame(measure.name, by=["product_family"])
            assert part.equals(whole), measure.name
            assert small.value(measure.name) == pytest.approx(plan.value(measure.name, scope=scope), nan_ok=True)


def test_no_member_of_others_is_named(plan: Plan) -> None:
    small = seen(plan, FAMILY)
    for series in small.inputs.series.values():
        if "product_family" in series.levels:
            assert series.names("product_family") == ("F0",)


def test_demand_is_the_union_of_the_parts(plan: Plan) -> None:
    members = seen(plan, BOTH).series("consensus_demand").members
    assert all(f == "F0" or c == "C1" for f, c in members.select("product_family", "customer").iter_rows())
    assert {"F0", "F1"} == set(members["product_family"])


def test_who_sees_a_customer_sees_the_stock_that_serves_it(plan: Plan) -> None:
    small = seen(plan, CUSTOMER)
    assert set(small.series("consensus_demand").members["customer"]) == {"C1"}
    places = small.series("projected_inventory").members.select("item", "location")
    served = plan.series("consensus_demand").members.filter(customer="C1").select("item", "location").unique()
    assert set(places.iter_rows()) == set(served.iter_rows())


def test_a_part_that_is_not_in_the_plan_shows_nothing(plan: Plan) -> None:
    with pytest.raises(NotAllowed, match="holds nothing"):
        seen(plan, Sight(parts=(part_of({"product_family": ["F9"]}),)))
    with pytest.raises(NotAllowed, match="holds nothing"):
        seen(plan, Sight(parts=(part_of({"unheard_of": ["F0"]}),)))


def test_hidden_money_is_neither_listed_nor_read(plan: Plan) -> None:
    small = seen(plan, NO_COST)
    gone = set(plan.measures) - set(small.measures)
    assert {"cogs", "gross_margin", "gross_margin_percent", "inventory_value", "unit_cost", "hour_price"} <= gone
    assert gone.isdisjoint({"revenue", "price", "consensus_demand"})
    assert np.isnan(small.value("gross_margin"))
    assert small.frame(["revenue", "gross_margin_percent"])["gross_margin_percent"].is_null().all()
    assert small.value("revenue") == plan.value("revenue")
    assert np.isnan(join(small.blocks("cogs"))).all()
    assert np.isnan(join(cast(tuple[np.ndarray, ...], small.values["cogs"]))).all()
    for name in ("supply_terms", "supply_prices"):
        with pytest.raises(NotAllowed, match="money"):
            small.values[name]


def test_what_an_order_costs_is_cut_to_the_part_and_empty_without_money(plan: Plan) -> None:
    small, poor = seen(plan, FAMILY), seen(plan, NO_COST)
    held = join(cast(tuple[np.ndarray, ...], small.values["order_cost"]))
    assert held.shape[-1] == small.series("projected_inventory").size < plan.series("projected_inventory").size
    assert np.isnan(join(cast(tuple[np.ndarray, ...], poor.values["order_cost"]))).all()
    for one in (small, poor):
        assert np.isfinite(stock_review(one).stocked.lot_size).all()


def test_without_money_no_money_measure_is_left(plan: Plan) -> None:
    small = seen(plan, Sight(hidden=frozenset({"sales", "cost"})))
    assert [m.name for m in small.measures.values() if m.is_money] == []
    assert "gross_margin_percent" not in small.measures


def test_what_is_about_the_whole_network_is_refused(plan: Plan) -> None:
    for name in ("network", "life_plan", "supply_terms"):
        with pytest.raises(NotAllowed, match="whole company"):
            seen(plan, FAMILY).values[name]


def test_the_place_of_demand_is_counted_among_the_seen(plan: Plan) -> None:
    for sight in (FAMILY, CUSTOMER, BOTH):
        small = seen(plan, sight)
        at = join(cast(tuple[np.ndarray, ...], small.inputs.values["place_of_demand"]))
        keys = small.series("projected_inventory").members.select("item", "location")
        assert keys[at.tolist()].equals(small.series("consensus_demand").members.select("item", "location"))


def test_the_bill_keeps_the_lines_of_the_seen(plan: Plan) -> None:
    whole, part = (cast(ResourceBill, one.values["bill"]) for one in (plan, seen(plan, FAMILY)))
    places = plan.series("projected_inventory").members
    mine = places.with_row_index("n").filter(product_family="F0")["n"].to_list()
    lines = [whole.by_row.hours_per_unit[whole.by_row.start[n] : whole.by_row.start[n + 1]] for n in mine]
    assert part.by_row.hours_per_unit.tolist() == np.concatenate(lines).tolist()


def test_an_explanation_is_seen_with_the_same_eyes(plan: Plan) -> None:
    small = seen(plan, FAMILY)
    told = small.explain("consensus_demand")
    assert told.value == pytest.approx(plan.value("consensus_demand", scope={"product_family": "F0"}))
    extract = small.maker.extract(small.inputs.extract)
    assert set(extract.tables["sales_line"]["item_id"]) == {"I0", "I2", "I4"}


def test_two_sights_have_two_digests(plan: Plan) -> None:
    digests = {seen(plan, sight).digest for sight in (EVERYTHING, FAMILY, CUSTOMER, BOTH, NO_COST)}
    assert len(digests) == 5
