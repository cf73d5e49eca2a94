"""Comparison: deltas at any level, the cells that differ most, and an exact chain between two numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from steelyard.errors import PlanError
from steelyard.plan.bridge import bridge, bridge_span, say_span
from steelyard.plan.change import Change
from steelyard.plan.compare import compare
from steelyard.plan.operation import Percent, SetParameter
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = AT + timedelta(days=31)
DANA = {"actor": "dana", "at": AT}
F0 = {"product_family": "F0"}


@pytest.fixture
def promo(base):
    branch = base.branch("promo", **DANA)
    branch.change("consensus_demand", percent=10, scope=F0, periods=("2026-02", "2026-03"), **DANA)
    branch.change("price", percent=-5, scope={"item": "I1"}, **DANA)
    return branch


def test_kpis_stand_side_by_side(base, promo):
    kpis = compare(base.plan(), promo.plan(), measures=["demand_plan", "utilisation"]).kpis
    assert kpis.columns == ["measure", "label", "unit", "base", "promo", "promo - base", "promo %"]
    row = kpis.row(0, named=True)
    assert row["promo - base"] == pytest.approx(row["promo"] - row["base"])
    assert row["promo %"] == pytest.approx(100 * row["promo - base"] / row["base"])


def test_deltas_at_a_level_sum_to_the_delta_of_the_total(base, promo):
    frame = compare(base.plan(), promo.plan(), measures=["revenue"], by=["product_family"], time="quarter").frame
    total = promo.plan().value("revenue") - base.plan().value("revenue")
    assert frame["revenue: promo - base"].sum() == pytest.approx(total)


def test_the_largest_cells_are_the_largest_of_all(base, promo):
    cells = compare(base.plan(), promo.plan(), measures=["consensus_demand"]).cells(5)
    assert cells.height == 5
    every = compare(base.plan(), promo.plan(), measures=["consensus_demand"]).cells(10_000)
    assert cells.equals(every.head(5))
    assert set(every["period"]) == {"2026-02", "2026-03"}
    sizes = every["difference"].abs().to_list()
    assert sizes == sorted(sizes, reverse=True)


def test_scope_and_periods_limit_the_cells(base, promo):
    within = compare(base.plan(), promo.plan(), measures=["consensus_demand"], scope={"item": "I0"}, periods="2026-03")
    cells = within.cells()
    assert set(cells["item"]) == {"I0"}
    assert set(cells["period"]) == {"2026-03"}


def test_equal_plans_have_no_differing_cell_and_no_changed_measure(base):
    same = compare(base.plan(), base.branch("same", **DANA).plan())
    assert same.cells().is_empty()
    assert same.changed_measures() == ()


def test_changed_measures_are_those_downstream(base, promo):
    changed = compare(base.plan(), promo.plan()).changed_measures()
    assert {"consensus_demand", "price", "revenue"} <= set(changed)
    assert "statistical_forecast" not in changed


def test_a_comparison_needs_two_plans_and_gives_equal_names_apart(base):
    with pytest.raises(PlanError):
        compare(base.plan())
    assert compare(base.plan(), base.plan()).names == ("base", "base (2)")


def test_plans_of_other_extracts_compare_at_a_level(workspace, base):
    other = workspace.add_extract(company(items=5, customers=3), at=AT)
    smaller = workspace.create_scenario("smaller", extract=other.digest, horizon=12, **DANA)
    comparison = compare(base.plan(), smaller.plan(), measures=["revenue"], by=["product_family"])
    assert comparison.frame.height == 24
    with pytest.raises(PlanError, match="different series"):
        comparison.changed_measures()


def test_a_bridge_sums_exactly_and_names_each_change(base, promo):
    chain = bridge(base.plan(), promo.plan(), "revenue", scope=F0)
    assert chain.start + sum(step.effect for step in chain.steps) == chain.end
    assert [step.kind for step in chain.steps] == ["added", "added"]
    assert chain.steps[0].change == promo.changes[0]
    assert chain.end == Decimal(promo.plan().value("revenue", scope=F0)).quantize(Decimal("0.000001"))
    cents = chain.rounded(2)
    assert cents.start + sum(step.effect for step in cents.steps) == cents.end


def test_a_bridge_back_takes_the_changes_away_latest_first(base, promo):
    chain = bridge(promo.plan(), base.plan(), "revenue")
    assert [step.change for step in chain.steps] == list(reversed(promo.changes))
    assert {step.kind for step in chain.steps} == {"removed"}


def test_a_bridge_leads_over_facts_and_parameters(workspace, base, promo):
    facts = workspace.add_extract(company(items=6, customers=3, seed=8), at=AT)
    other = workspace.create_scenario("next", extract=facts.digest, horizon=12, price_periods=6, **DANA)
    other.append(Change(SetParameter("service_level_c", 0.99), author="dana", at=AT))
    other.change("consensus_demand", add=40, scope=F0, **DANA)
    chain = bridge(promo.plan(), other.plan(), "revenue", scope=F0)
    kinds = [step.kind for step in chain.steps]
    assert kinds[0] == "extract"
    assert kinds[-1] == "added"
    assert chain.start + sum(step.effect for step in chain.steps) == chain.end


def test_a_change_carried_over_to_the_next_month_is_no_step(workspace, base, promo):
    facts = workspace.add_extract(company(items=6, customers=3, seed=8), at=AT)
    following = workspace.create_scenario("next", extract=facts.digest, horizon=12, **DANA)
    following.append(*(replace(change, id="") for change in promo.changes))
    assert following.changes != promo.changes
    chain = bridge(promo.plan(), following.plan(), "revenue")
    assert [step.kind for step in chain.steps] == ["extract"]


def test_a_bridge_to_a_published_plan_is_exact(workspace, base, promo):
    published = workspace.numbers_of(base.publish(**DANA))
    chain = bridge(published, promo.plan(), "gross_margin")
    assert chain.start + sum(step.effect for step in chain.steps) == chain.end


def test_a_ratio_without_a_base_has_no_bridge(base, promo):
    with pytest.raises(PlanError, match="no value"):
        bridge(
            base.plan(), promo.plan(), "gross_margin_percent", scope={"item": "I0", "customer": "C0", "location": "D2"}
        )


def test_very_many_changes_share_steps_and_still_sum_exactly(base):
    busy = base.branch("busy", **DANA)
    items = [{"item": f"I{n % 6}"} for n in range(150)]
    busy.append(*(Change(Percent(1), "consensus_demand", scope, author="dana", at=AT) for scope in items))
    chain = bridge(base.plan(), busy.plan(), "revenue")
    assert len(chain.steps) == 50
    assert sum(len(step.changes) for step in chain.steps) == 150
    assert chain.start + sum(step.effect for step in chain.steps) == chain.end


def test_changes_that_cannot_move_a_measure_are_no_steps(base, promo):
    promo.change("safety_stock", percent=20, scope=F0, **DANA)
    chain = bridge(base.plan(), promo.plan(), "statistical_forecast")
    assert chain.steps == ()
    chain = bridge(base.plan(), promo.plan(), "demand_plan")
    assert [step.change.measure for step in chain.steps] == ["consensus_demand", "price"]


def test_a_price_that_moves_no_demand_is_a_step_without_effect(base, promo):
    """Price stands before demand, which may answer to it; here nobody has ever paid another price."""
    steps = bridge(base.plan(), promo.plan(), "demand_plan").steps
    assert {step.change.measure: step.effect != 0 for step in steps} == {"consensus_demand": True, "price": False}


def test_headlines_without_the_levels_asked_for_are_left_out(base, promo):
    comparison = compare(base.plan(), promo.plan(), scope={"channel": "retail"}, by=["product_family"])
    assert "revenue" in comparison.measures
    assert not {"utilisation", "inventory_value"} & set(comparison.measures)
    assert comparison.kpis.height == len(comparison.measures)
    assert comparison.frame.height == 24


def test_cells_of_plans_on_other_facts_are_held_against_each_other_by_name(workspace, base):
    count = base.plan().series("demand_plan").members["item"].n_unique()
    more = company(items=count + 1, customers=2, as_of=date(2026, 1, 31))
    workspace.add_extract(more, at=LATER, actor="dana")
    newer = workspace.create_scenario("newer", actor="dana", at=LATER, horizon=12).plan()
    plan = base.plan()
    found = compare(plan, newer, measures=["demand_plan"]).cells(10_000, measure="demand_plan")
    shared = set(plan.horizon.labels) & set(newer.horizon.labels)
    assert set(found["period"]) <= shared
    assert found["difference"].abs().is_sorted(descending=True)
    added = set(newer.series("demand_plan").members["item"]) - set(plan.series("demand_plan").members["item"])
    assert added
    new = found.filter(pl.col("item").is_in(sorted(added)))
    assert new["base"].sum() == 0.0
    assert new["newer"].sum() > 0.0
    total = sum(
        newer.value("demand_plan", periods=label) - plan.value("demand_plan", periods=label) for label in shared
    )  # fmt: skip
    assert found["difference"].sum() == pytest.approx(total)
    row = found.filter(pl.col("newer") > 0).row(0, named=True)
    scope = {"item": row["item"], "location": row["location"], "customer": row["customer"]}
    assert row["newer"] == pytest.approx(newer.value("demand_plan", scope=scope, periods=row["period"]))


def test_both_ends_of_a_bridge_say_over_which_periods_they_are_told(workspace):
    long, short = (
        workspace.create_scenario(f"{size} periods", actor="dana", at=AT, horizon=size).plan() for size in (12, 6)
    )
    labels = long.horizon.labels
    span = bridge_span(long, short, "revenue")
    assert (span.before, span.after) == ((labels[0], labels[-1]), (labels[0], labels[5]))
    assert span.differs
    assert span.common == (labels[0], labels[5])
    there = bridge_span(long, short, "revenue", periods=span.common)
    assert not there.differs
    assert bridge_span(long, short, "revenue", periods=labels[8]).after is None
    assert say_span(None) == "none of these periods"
    held = bridge(long, short, "revenue", periods=span.common)
    assert float(held.start) == pytest.approx(long.value("revenue", periods=span.common))
