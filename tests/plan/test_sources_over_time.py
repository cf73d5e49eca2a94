"""What tables say of bills and sources over time: phantoms, alternatives, co-products, quotas, sources that change."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from steelyard.plan.inputs.alternatives import with_alternatives
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.phantoms import lines_per_unit, passed_through
from steelyard.plan.inputs.recall import Reading, Recall
from steelyard.plan.review.supply import Way, compare_ways, supply_model_of
from steelyard.plan.review.supply_model import plan_supply_model
from steelyard.plan.run import Results, run_plan
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace
from tests.company import COMPONENT, LINE, PLANT, _bought, _resource, _sources, company

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)
ENGINES: tuple[Way, ...] = ("infinite", "priority", "decomposition", "exact")
Row = Mapping[str, object]
Rows = Sequence[Row]


def run(engine: str = "infinite", *, items: int = 1, **tables: Rows) -> Results:
    parameters = PlanParameters(horizon=8, supply_engine=engine)  # type: ignore[arg-type]
    return run_plan(freeze_inputs(company(items=items, replace=tables), parameters), (), wiring=STANDARD)


def cells(results: Results, measure: str, item: str, place: str = PLANT) -> np.ndarray:
    row = results.inputs.series["item_location"].row_of_key[item, place]
    return np.concatenate(results.blocks(measure), axis=1)[:, row]


def line(item: str, component: str, quantity: float, **named: object) -> Row:
    return {
        "bom_id": f"B-{item}", "item_id": item, "component_id": component, "quantity_per": quantity,
        "per_quantity": 1.0, **named,
    }  # fmt: skip


def part(name: str) -> Row:
    return {"item_id": name, "description": name, "base_uom": "pcs", "item_type": "semi", "make_buy": "buy"}


def items(*names: str) -> Rows:
    plain = {"description": "thing", "base_uom": "pcs", "make_buy": "make", "category": "C", "family": "F"}
    sold = {**plain, "item_id": "I0", "item_type": "finished"}
    return [sold, part(COMPONENT), *(part(name) for name in names)]


def bought(**named: object) -> Rows:
    return [*_sources("I0"), {**_bought(), **named}]


# ---- phantoms


def test_a_phantom_is_passed_through_with_all_its_quantities() -> None:
    bom = [line("I0", "KIT", 2.0, phantom=True), line("KIT", COMPONENT, 3.0, scrap_ratio=0.25)]
    done = run(bom=bom, item=items("KIT"))
    made, needed = cells(done, "planned_releases", "I0"), cells(done, "dependent_demand", COMPONENT)
    assert made.sum() > 0
    assert needed == pytest.approx(2.0 * 3.0 / 0.75 * made)
    assert not cells(done, "gross_requirement", "KIT").any()


def test_hours_of_phantoms_load_what_calls_for_them() -> None:
    def load(*more: Row) -> np.ndarray:
        bom = [line("I0", "KIT", 2.0, phantom=True), line("KIT", "SET", 3.0, phantom=True), line("SET", COMPONENT, 1.0)]
        done = run(bom=bom, item=items("KIT", "SET"), routing=[step("I0", 0.5), *more])
        return np.concatenate(done.blocks("capacity_load"), axis=1)[:, 0]

    def step(item: str, hours: float) -> Row:
        return {
            "routing_id": f"R-{item}", "operation_no": "10", "resource_id": LINE, "item_id": item,
            "hours_per_unit": hours,
        }  # fmt: skip

    alone = load()
    assert alone.any()
    assert load(step("KIT", 0.25), step("SET", 0.05)) == pytest.approx(alone * (0.5 + 2 * 0.25 + 6 * 0.05) / 0.5)


def test_phantoms_in_phantoms_hold_only_while_both_do() -> None:
    day = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30)}
    late = {"valid_from": date(2026, 3, 1), "valid_to": None}
    rows = [
        line("A", "P", 2.0, phantom=True, **day), line("P", "Q", 3.0, phantom=True, **late), line("Q", "X", 5.0),
        line("P", "Y", 1.0),
    ]  # fmt: skip
    columns: dict[str, pl.DataType | type[pl.DataType]] = {
        "location_id": pl.String,
        "alternative": pl.String,
        "scrap_ratio": pl.Float64,
        "phantom": pl.Boolean,
    }
    dates: dict[str, pl.DataType | type[pl.DataType]] = {"valid_from": pl.Date, "valid_to": pl.Date}
    table = pl.DataFrame(
        [{**dict.fromkeys((*columns, *dates)), **row} for row in rows], schema_overrides=columns | dates
    )
    found = passed_through(lines_per_unit(table)).filter(pl.col("item_id") == "A").sort("component_id")
    assert found["component_id"].to_list() == ["X", "Y"]
    assert found["quantity_per"].to_list() == [30.0, 2.0]
    assert found["valid_from"].to_list() == [date(2026, 3, 1), date(2026, 1, 1)]
    assert found["valid_to"].to_list() == [date(2026, 6, 30)] * 2


# ---- alternatives


def test_the_next_alternative_follows_when_the_first_one_ends() -> None:
    bom = [
        line("I0", COMPONENT, 2.0, alternative="1", valid_to=date(2026, 3, 31)),
        line("I0", "NEW", 1.0, alternative="2", valid_from=date(2026, 1, 1)),
    ]
    done = run(bom=bom, item=items("NEW"))
    made = cells(done, "planned_releases", "I0")
    assert cells(done, "dependent_demand", COMPONENT) == pytest.approx(np.where(np.arange(8) < 3, 2.0 * made, 0.0))
    assert cells(done, "dependent_demand", "NEW") == pytest.approx(np.where(np.arange(8) < 3, 0.0, made))


def rivals(**first: object) -> Rows:
    """A bill with two alternatives: the first takes two of one component, the second one of another."""
    return [line("I0", COMPONENT, 2.0, alternative="1", **first), line("I0", "NEW", 1.0, alternative="2")]


def made_by(*named: Row) -> Rows:
    """Sources of I0: those that bring it, and ways to make it."""
    made = next(source for source in _sources("I0") if source["source_type"] == "make")
    others = [source for source in _sources("I0") if source["source_type"] != "make"]
    ways = [{**made, "source_id": f"make-{n}", **each} for n, each in enumerate(named)]
    return [*others, *ways, _bought(), {**_bought(), "source_id": "buy-new", "item_id": "NEW"}]


@pytest.mark.parametrize("engine", ["infinite", "priority"])
def test_a_source_follows_the_alternative_a_planner_names(engine: str) -> None:
    done = run(engine, bom=rivals(), item=items("NEW"), source=made_by({"alternative": "2"}))
    assert cells(done, "component_issues", "NEW") == pytest.approx(cells(done, "constrained_releases", "I0"))
    assert not cells(done, "component_issues", COMPONENT).any()


@pytest.mark.parametrize("engine", ["infinite", "priority"])
def test_alternatives_share_by_quota_and_change_over_by_period(engine: str) -> None:
    shared = made_by({"alternative": "1", "split_ratio": 0.25}, {"alternative": "2", "split_ratio": 0.75})
    done = run(engine, bom=rivals(), item=items("NEW"), source=shared)
    first, second = (cells(done, "component_issues", name).sum() for name in (COMPONENT, "NEW"))
    assert first / 2 / (first / 2 + second) == pytest.approx(0.25)
    until = made_by({"alternative": "2", "valid_to": date(2026, 3, 31)}, {"alternative": "1", "priority": 2.0})
    done = run(engine, bom=rivals(), item=items("NEW"), source=until)
    assert cells(done, "dependent_demand", "NEW")[:3].sum() > 0
    assert not cells(done, "dependent_demand", "NEW")[3:].any()
    assert cells(done, "dependent_demand", COMPONENT)[3:].sum() > 0


@pytest.mark.parametrize("engine", ["exact", "decomposition"])
def test_engines_that_weigh_money_take_the_next_alternative_where_the_first_cannot_be_supplied(engine: str) -> None:
    tables = {"bom": rivals(), "item": items("NEW")}
    tables["inventory"] = []
    tables["item_cost"] = [
        {"item_id": name, "standard_cost": cost, "currency": "USD"}
        for name, cost in (("I0", 9.0), (COMPONENT, 1.0), ("NEW", 5.0))
    ]
    plenty = run(engine, source=made_by({}), **tables)
    assert not cells(plenty, "component_issues", "NEW").any()
    scarce = [{**each, "max_per_period": 8.0} if each["item_id"] == COMPONENT else each for each in made_by({})]
    done = run(engine, source=scarce, **tables)
    assert cells(done, "component_issues", COMPONENT).sum() > 0
    assert cells(done, "component_issues", "NEW").sum() > 0


def test_an_alternative_is_no_way_while_its_lines_do_not_hold() -> None:
    late = [rivals()[0], {**rivals()[1], "valid_from": date(2026, 5, 1)}]
    model = plan_supply_model(run("infinite", bom=late, item=items("NEW"), source=made_by({})).values)
    other = len(model.nodes.names)
    assert not model.options.maximum[:4, other].any()
    assert model.options.maximum[6:, other].all()


def test_a_second_routing_is_a_way_of_its_own_for_engines_that_weigh_money() -> None:
    def step(routing: str, operation: str, resource: str, hours: float, rank: float | None) -> Row:
        return {
            "routing_id": routing, "operation_no": operation, "resource_id": resource, "item_id": "I0",
            "hours_per_unit": hours, "alternative_priority": rank,
        }  # fmt: skip

    slow = {**_resource(), "resource_id": "SLOW"}
    routing = [
        step("R-I0", "10", LINE, 0.5, None),
        step("R-I0", "10", "SLOW", 0.9, 2.0),
        step("R-I0", "20", LINE, 0.1, None),
    ]
    hours = [{"resource_id": LINE, "available": 9.0}, {"resource_id": "SLOW", "available": 500.0}]
    tables = {"routing": routing, "resource": [_resource(), slow], "resource_capacity": hours}
    done = run("exact", **tables)
    names = done.inputs.series["resource"].members["resource"].to_list()
    load = np.concatenate(done.blocks("constrained_load"), axis=1)
    assert load[:, names.index("SLOW")].sum() > 0
    received = cells(done, "constrained_receipts", "I0")
    by_slow = load[:, names.index("SLOW")] / 0.9
    assert load[:, names.index(LINE)] == pytest.approx(0.5 * (received - by_slow) + 0.1 * received, abs=1e-6)
    follows_first = run("infinite", **tables)
    assert not np.concatenate(follows_first.blocks("capacity_load"), axis=1)[:, names.index("SLOW")].any()


def test_without_alternatives_the_extract_is_the_same_object() -> None:
    extract = company(items=1)
    assert with_alternatives(Reading(Recall(), PlanParameters()), extract) is extract


# ---- co-products


def test_a_co_product_covers_need_without_an_order() -> None:
    bom = [line("I0", COMPONENT, 2.0), line("I0", "OFFCUT", 0.5, co_product=True)]
    for engine in ("infinite", "priority"):
        done = run(engine, bom=bom, item=items("OFFCUT"))
        received = cells(done, "constrained_receipts", "I0")
        assert cells(done, "component_issues", "OFFCUT") == pytest.approx(-0.5 * received)
        stock = cells(done, "projected_inventory", "OFFCUT")
        assert stock[-1] == pytest.approx(0.5 * received.sum())


def test_a_co_product_that_is_never_asked_for_has_no_usual_order() -> None:
    bom = [line("I0", COMPONENT, 2.0), line("I0", "OFFCUT", 0.5, co_product=True)]
    costs = [{"item_id": name, "standard_cost": 6.0, "currency": "USD"} for name in ("I0", COMPONENT, "OFFCUT")]
    tables = {"bom": bom, "item": items("OFFCUT"), "item_cost": costs}
    inputs = freeze_inputs(company(items=1, replace=tables), PlanParameters(horizon=8, order_cost=40.0))
    done = run_plan(inputs, (), wiring=STANDARD)
    assert (cells(done, "gross_requirement", "OFFCUT") < 0).any()
    for measure in ("cycle_stock", "anticipation_stock"):
        assert np.isfinite(cells(done, measure, "OFFCUT")).all(), measure


@pytest.mark.parametrize("engine", ["exact", "decomposition"])
def test_engines_that_weigh_money_count_on_co_products(engine: str) -> None:
    bom = [line("I0", COMPONENT, 2.0), line("I0", "OFFCUT", 0.5, co_product=True)]
    done = run(engine, bom=bom, item=items("OFFCUT"))
    received = cells(done, "constrained_receipts", "I0")
    assert received.sum() > 0
    assert cells(done, "component_issues", "OFFCUT") == pytest.approx(-0.5 * received)
    assert cells(done, "projected_inventory", "OFFCUT")[-1] == pytest.approx(0.5 * received.sum())


def test_no_engine_earns_more_than_the_exact_one_where_co_products_are_used(tmp_path: Path) -> None:
    bom = [
        line("I0", COMPONENT, 2.0), line("I0", "OFFCUT", 0.5, co_product=True),
        line("I1", COMPONENT, 1.0), line("I1", "OFFCUT", 1.0),
    ]  # fmt: skip
    sold = {**items()[0], "item_id": "I1"}
    offcut = {**_bought(), "source_id": "buy-offcut", "item_id": "OFFCUT"}
    tables = {
        "bom": bom,
        "item": [*items("OFFCUT"), sold],
        "source": [*_sources("I0"), *_sources("I1"), _bought(), offcut],
    }
    with Workspace.create(tmp_path / "company", company="Offcuts") as workspace:
        workspace.add_extract(company(items=2, replace=tables), at=AT)
        plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=8).plan()
        model = supply_model_of(plan)
        assert model.options.co_products.lines == 1
        earned = {one.way: one.evaluation.profit for one in compare_ways(plan, ENGINES, model=model)}
    assert earned["exact"] >= max(earned.values()) - 1e-6 * abs(earned["exact"])
    assert earned["decomposition"] >= earned["exact"] - 0.02 * abs(earned["exact"])


# ---- sources


def test_a_source_that_ends_hands_over_to_the_next_one() -> None:
    other = {**_bought(), "source_id": "buy-later", "lead_time_days": 62.0, "valid_from": date(2026, 4, 1)}
    done = run(source=[*bought(valid_to=date(2026, 3, 31), lead_time_days=1.0), other], inventory=[])
    received, released = (cells(done, name, COMPONENT) for name in ("planned_receipts", "planned_releases"))
    expected = np.zeros(8)
    expected[:3] = received[:3]
    expected[1:6] += received[3:]
    assert received[3:].sum() > 0
    assert released == pytest.approx(expected)


def test_quotas_split_orders_and_load_between_sources() -> None:
    bench = {
        "resource_id": "BENCH", "location_id": PLANT, "resource_type": "machine", "capacity_unit": "hours_per_period",
    }  # fmt: skip
    line_one = {**bench, "resource_id": "LINE"}
    made = {"item_id": "I0", "location_id": PLANT, "source_type": "make", "lead_time_days": 5.0, "bom_id": "B-I0"}
    source = [
        {**made, "source_id": "one", "routing_id": "R1", "split_ratio": 0.7},
        {**made, "source_id": "two", "routing_id": "R2", "split_ratio": 0.3},
        *[each for each in _sources("I0") if each["source_type"] == "transfer"],
        _bought(),
    ]
    work = {"operation_no": "10", "item_id": "I0", "hours_per_unit": 0.5, "location_id": PLANT}
    routing = [
        {**work, "routing_id": "R1", "resource_id": "LINE"},
        {**work, "routing_id": "R2", "resource_id": "BENCH"},
    ]
    hours = [{"resource_id": name, "available": 1000.0} for name in ("LINE", "BENCH")]
    done = run("priority", source=source, routing=routing, resource=[line_one, bench], resource_capacity=hours)
    load = np.concatenate(done.blocks("constrained_load"), axis=1)
    names = done.inputs.series["resource"].members["resource"].to_list()
    made_units = cells(done, "constrained_receipts", "I0")
    assert load[:, names.index("LINE")] == pytest.approx(0.5 * 0.7 * made_units)
    assert load[:, names.index("BENCH")] == pytest.approx(0.5 * 0.3 * made_units)
    assert cells(done, "dependent_demand", COMPONENT) == pytest.approx(2.0 * cells(done, "planned_releases", "I0"))


def worked_ahead(engine: str) -> Results:
    """The item is made in two months, on the line in the first of them."""
    sources = [{**one, "lead_time_days": 60.0} if one["source_type"] == "make" else one for one in _sources("I0")]
    routing = {
        "routing_id": "R-I0", "operation_no": "10", "resource_id": LINE, "item_id": "I0", "hours_per_unit": 0.5,
        "location_id": PLANT, "offset_days": 30.0,
    }  # fmt: skip
    return run(engine, source=[*sources, _bought()], routing=[routing])


def test_load_falls_as_many_periods_before_the_receipt_as_the_routing_says() -> None:
    found = worked_ahead("infinite")
    made, load = cells(found, "planned_receipts", "I0"), found.blocks("capacity_load")[0][:, 0]
    assert made[2:].sum() > 0
    assert load[1:-1] == pytest.approx(0.5 * made[2:])
    assert load[0] == pytest.approx(0.5 * (made[0] + made[1]))
    assert load[-1] == 0.0


@pytest.mark.parametrize("engine", ["priority", "exact"])
def test_plans_with_limits_work_ahead_of_the_receipt(engine: str) -> None:
    found = worked_ahead(engine)
    made, load = cells(found, "constrained_receipts", "I0"), found.blocks("constrained_load")[0][:, 0]
    assert made.sum() > 0
    assert load[:-1] == pytest.approx(0.5 * made[1:], abs=1e-6)
