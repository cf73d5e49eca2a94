"""What tables and planners say of supply: sources, quotas, fences, limits, crews, shifts and the plan approved last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.review.supply import supply_findings, supply_model_of
from steelyard.plan.review.supply_model import plan_supply_model
from steelyard.plan.run import Results, run_plan
from steelyard.plan.stages.engine import plan_model
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace
from steelyard.supply.evaluate import evaluate
from tests.company import COMPONENT, LINE, PLANT, _bought, _resource, _sources, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
Rows = Sequence[Mapping[str, object]]
ITEMS = 3


def run(engine: str = "exact", *, horizon: int = 8, settings: Mapping[str, object] | None = None, **tables: Rows):
    parameters = PlanParameters(horizon=horizon, supply_engine=engine, **(settings or {}))  # type: ignore[arg-type]
    return run_plan(freeze_inputs(company(items=ITEMS, replace=tables), parameters), (), wiring=STANDARD)


def table(results: Results, measure: str) -> np.ndarray:
    return np.concatenate(results.blocks(measure), axis=1)


def row_of(results: Results, item: str, place: str = PLANT) -> int:
    return results.inputs.series["item_location"].row_of_key[item, place]


def sources(*more: Mapping[str, object], component: Mapping[str, object] | None = None) -> Rows:
    made = [source for n in range(ITEMS) for source in _sources(f"I{n}")]
    return [*made, {**_bought(), **(component or {})}, *more]


def second(**named: object) -> Mapping[str, object]:
    return {**_bought(), "source_id": "buy-elsewhere", **named}


def option(model, start: str) -> int:
    return next(n for n, name in enumerate(model.options.names) if name.startswith(start))


# ---- sources


def test_a_second_way_to_make_an_item_has_its_own_recipe():
    slow = {"source_id": "slow", "item_id": "I0", "location_id": PLANT, "source_type": "make", "lead_time_days": 10.0}
    done = run("priority", source=sources(slow))
    model = plan_supply_model(done.values)
    first, other = row_of(done, "I0"), len(model.options.names) - 1
    assert model.options.node[other] == model.options.node[first]
    for start in (model.options.component_start, model.options.hour_start):
        assert start[other + 1] - start[other] == start[first + 1] - start[first] == 1


def test_nothing_comes_from_a_source_outside_its_validity():
    ends, begins = date(2026, 3, 31), date(2026, 4, 1)
    done = run(source=sources(second(valid_from=begins), component={"valid_to": ends}))
    model = plan_supply_model(done.values)
    first, other = row_of(done, COMPONENT), len(model.options.names) - 1
    assert (model.options.maximum[:, first] > 0).tolist() == [False, *[True] * 2, *[False] * 5]
    assert (model.options.maximum[:, other] > 0).tolist() == [False] * 3 + [True] * 5
    assert table(done, "constrained_receipts")[3:, first].sum() > 0


def test_requirements_follow_a_source_that_is_valid_later_where_none_is_valid_yet():
    done = run("infinite", source=sources(component={"valid_from": date(2026, 3, 1), "lead_time_days": 45}))
    lead = np.concatenate(done.blocks("lead_time_days"), axis=-1)
    assert lead[..., row_of(done, COMPONENT)] == 45


def test_quotas_are_kept_where_money_would_choose_one_source():
    cheap = second(split_ratio=0.4, unit_price=0.01, currency="USD")
    two = sources(cheap, component={"split_ratio": 0.6})
    bought = {}
    for weight in (0.0, 10.0):
        done = run(settings={"quota_weight": weight}, source=two)
        model = plan_supply_model(done.values)
        quantity = plan_model(model, "exact").decisions.quantity
        first, other = row_of(done, COMPONENT), len(model.options.names) - 1
        bought[weight] = quantity[:, other].sum() / quantity[:, [first, other]].sum()
    assert bought[0.0] == pytest.approx(1.0)
    assert bought[10.0] == pytest.approx(0.4, abs=1e-6)


def test_priority_settles_ties_and_more_if_it_is_preferred():
    for preference, price, expected in ((0.0, None, 0.0), (0.0, 0.5, 1.0), (10.0, 0.5, 0.0)):
        other = second(priority=2.0, unit_price=price, currency="USD")
        done = run(settings={"source_preference": preference}, source=sources(other, component={"priority": 1.0}))
        model = plan_supply_model(done.values)
        quantity = plan_model(model, "exact").decisions.quantity
        share = quantity[:, -1].sum() / quantity[:, [row_of(done, COMPONENT), -1]].sum()
        assert share == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("engine", ["priority", "exact"])
def test_a_supplier_gives_no_more_than_its_resource_has(engine: str):
    supplier = {"resource_id": "ACME", "location_id": PLANT, "resource_type": "supplier"}
    supplier["capacity_unit"] = "units_per_period"
    done = run(
        engine,
        source=sources(component={"supplier_id": "ACME"}),
        supplier=[{"supplier_id": "ACME", "name": "Acme"}],
        resource=[_resource(), supplier],
        resource_capacity=[{"resource_id": LINE, "available": 1e4}, {"resource_id": "ACME", "available": 90.0}],
    )
    received = table(done, "constrained_receipts")[:, row_of(done, COMPONENT)]
    assert received.max() == pytest.approx(90.0)


# ---- what planners fix


@pytest.mark.parametrize("engine", ["infinite", "priority", "decomposition", "exact"])
def test_nothing_new_comes_inside_the_frozen_zone_and_open_orders_stay(engine: str):
    done = run(engine, settings={"frozen_periods": 2})
    assert table(done, "constrained_receipts")[:2].sum() == 0
    assert table(done, "constrained_receipts")[2:].sum() > 0
    free = run(engine)
    assert np.array_equal(table(free, "scheduled_receipts"), table(done, "scheduled_receipts"))


def test_an_item_location_may_be_frozen_longer_than_the_rest():
    frozen = [{"item_id": "I1", "location_id": PLANT, "stocked": True, "frozen_days": 91}]
    done = run("infinite", settings={"frozen_periods": 1}, item_location=frozen)
    fence = done.values["planning_fence"]
    assert fence[row_of(done, "I1")] == 3
    assert fence[row_of(done, "I0")] == 1


@pytest.fixture
def workspace(tmp_path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "small", company="Small") as made:
        made.add_extract(company(items=ITEMS), at=AT, actor="dana")
        yield made


@pytest.mark.parametrize("engine", ["infinite", "priority", "decomposition", "exact"])
def test_receipts_that_a_planner_fixes_come_as_fixed(workspace: Workspace, engine: str):
    scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8, supply_engine=engine)
    here = {"item": "I0", "location": PLANT}
    for measure in ("minimum_receipts", "maximum_receipts"):
        scenario.change(measure, set=77.0, scope=here, periods="2026-03", actor="dana", at=AT)
    plan = scenario.plan()
    assert plan.value("constrained_receipts", scope=here, periods="2026-03") == pytest.approx(77.0)
    assert np.isnan(plan.value("minimum_receipts", scope=here, periods="2026-04"))


def test_a_most_holds_the_requirements_and_what_is_missing_comes_later(workspace: Workspace):
    scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8)
    here = {"item": "I0", "location": PLANT}
    before = scenario.plan()
    wanted = [before.value("planned_receipts", scope=here, periods=label) for label in before.horizon.labels]
    busy = next(t for t, quantity in enumerate(wanted[:-1]) if quantity > 3.0)
    month, two = before.horizon.labels[busy], tuple(before.horizon.labels[busy : busy + 2])
    scenario.change("maximum_receipts", set=3.0, scope=here, periods=month, actor="dana", at=AT)
    after = scenario.plan()
    assert after.value("planned_receipts", scope=here, periods=month) == 3.0
    assert after.value("planned_receipts", scope=here, periods=two) == pytest.approx(sum(wanted[busy : busy + 2]))


def test_limits_recalculated_equal_a_fresh_run(workspace: Workspace):
    scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8)
    scenario.plan()
    scenario.change("minimum_receipts", set=50.0, scope={"item": "I1"}, periods="2026-03", actor="dana", at=AT)
    scenario.change("maximum_receipts", set=9.0, scope={"item": "I2"}, periods="2026-04", actor="dana", at=AT)
    plan = scenario.plan()
    fresh = workspace.calculator.fresh_plan("base", scenario.extract, scenario.parameters, scenario.changes)
    for measure in ("planned_receipts", "planned_releases", "gross_requirement", "constrained_receipts", "shipments"):
        for one, other in zip(plan.blocks(measure), fresh.blocks(measure), strict=True):
            assert one.tobytes() == other.tobytes()


def test_a_least_above_the_most_is_a_finding_and_the_least_is_kept(workspace: Workspace):
    scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8)
    here = {"item": "I1", "location": PLANT}
    for measure, units in (("minimum_receipts", 50.0), ("maximum_receipts", 20.0)):
        scenario.change(measure, set=units, scope=here, periods="2026-03", actor="dana", at=AT)
    plan = scenario.plan()
    assert plan.value("planned_receipts", scope=here, periods="2026-03") == 50.0
    told = {one.rule: one for one in supply_findings(plan, supply_model_of(plan))}
    assert told["least_receipts_are_not_above_most_receipts"].examples == (f"I1 at {PLANT}",)


# ---- people and shifts


def crew(**named: object) -> dict[str, Rows]:
    resource = {**_resource(), "resource_type": "labour", "workers": 3.0, "wage": 10.0, **named}
    return {"resource": [resource], "resource_capacity": [{"resource_id": LINE, "available": 90.0}]}


def test_a_crew_of_whom_nobody_is_hired_or_laid_off_brings_the_stated_capacity():
    model = plan_supply_model(run(**crew()).values)
    plan = plan_model(model, "exact")
    assert np.allclose(plan.decisions.workers, 3.0)
    assert np.allclose(model.workforce.hours_per_worker, 30.0)
    assert evaluate(model, plan.decisions).load.max() <= 90.0 + 1e-6


def test_workers_are_hired_where_hours_are_short_and_whole_ones_if_asked():
    rules = crew(hire_cost=5.0, layoff_cost=5.0, max_workers=20.0)
    model = plan_supply_model(run(**rules).values)
    assert plan_model(model, "exact").decisions.workers.max() > 3.0
    whole = plan_supply_model(run("priority", settings={"whole_lots": True}, **rules).values)
    workers = plan_model(whole, "exact", whole_lots=True).decisions.workers
    assert np.allclose(workers, np.round(workers), atol=1e-6)
    assert workers.max() > 3.0


def test_wages_are_not_paid_twice():
    paid, unpaid = (plan_supply_model(run("priority", **crew(wage=wage)).values) for wage in (10.0, None))
    made = option(paid, "make")
    hours = paid.options.hours_per_unit[paid.options.hour_start[made]]
    assert unpaid.options.unit_cost[0, made] - paid.options.unit_cost[0, made] == pytest.approx(hours * 10.0 / 30.0)


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        ({}, 10.0 / 30.0 * 1.5),
        ({"cost_per_hour": 2.0}, 2.0 * 1.5),
        ({"cost_per_hour": 2.0, "overtime_cost_per_hour": 2.5}, 2.5),
        ({"overtime_cost_per_hour": 0.9}, 0.9),
        ({"cost_per_hour": 2.0, "wage": None}, 2.0 * 0.5),
    ],
)
def test_overtime_of_a_crew_with_a_wage_costs_the_whole_hour_of_another_its_premium(money, expected):
    model = plan_supply_model(run("priority", **crew(currency="USD", **money)).values)
    assert model.resources.overtime_cost[..., 0] == pytest.approx(expected)


def test_a_further_shift_brings_its_hours_at_its_cost():
    short = [{"resource_id": LINE, "available": 40.0}]
    one = {**_resource(), "extra_shifts": 1.0, "hours_per_extra_shift": 30.0, "extra_shift_cost": 1.0}
    done = run(resource=[one], resource_capacity=short)
    plan = plan_model(plan_supply_model(done.values), "exact")
    assert plan.decisions.shifts.max() == pytest.approx(1.0)
    assert table(done, "constrained_load").max() == pytest.approx(70.0)


# ---- least change


# ---- storage


def stock_at(results: Results, place: str) -> np.ndarray:
    """Units of all items at a place at each period end."""
    members = results.inputs.series["item_location"].members
    return table(results, "projected_inventory")[:, (members["location"] == place).to_numpy()].sum(axis=1)


def store(room: float) -> dict[str, Rows]:
    kept = {
        "resource_id": "STORE",
        "location_id": PLANT,
        "resource_type": "storage",
        "capacity_unit": "units_per_period",
    }
    hours = [{"resource_id": LINE, "available": 400.0}, {"resource_id": "STORE", "available": room}]
    return {"resource": [_resource(), kept], "resource_capacity": hours}


@pytest.mark.parametrize("engine", ["decomposition", "exact"])
def test_a_store_holds_no_more_than_its_room(engine: str):
    roomy = run(engine, **store(1e9))
    most = float(stock_at(roomy, PLANT)[2:].max())
    tight = run(engine, **store(0.5 * most))
    assert (stock_at(tight, PLANT)[2:] <= 0.5 * most + 1e-6).all()


def test_stock_above_its_limit_costs_as_stock_below_its_target_does():
    done = run()
    members = done.inputs.series["item_location"].members
    row = row_of(done, "I0")
    limited = [
        {"item_id": item, "location_id": place, "stocked": True, "storage_limit": 7.0 if item == "I0" else None}
        for item, place in members.select("item", "location").iter_rows()
    ]
    model = plan_supply_model(run(item_location=limited).values)
    assert model.nodes.maximum[:, row] == pytest.approx(7.0)
    assert model.nodes.excess_cost[:, row] == pytest.approx(model.nodes.shortfall_cost[:, row])
    other = row_of(done, "I1")
    assert np.isinf(model.nodes.maximum[:, other]).all()


def covered(**named: object) -> dict[str, Rows]:
    """Rules of item-locations in which I0 states something at the plant."""
    members = run().inputs.series["item_location"].members
    return {
        "item_location": [
            {
                "item_id": item,
                "location_id": place,
                "stocked": True,
                **(named if (item, place) == ("I0", PLANT) else {}),
            }
            for item, place in members.select("item", "location").iter_rows()
        ]
    }


def test_days_of_cover_are_the_target_of_stock():
    plain, told = run(**covered()), run(**covered(target_cover_days=60.0))
    row, days = row_of(plain, "I0"), float(plain.values["days_per_period"])
    need = table(plain, "gross_requirement")[:, row]
    before, after = (plan_supply_model(done.values).nodes.target[:, row] for done in (plain, told))
    assert after[1] == pytest.approx(need[2] + (60.0 / days - 1) * need[3])
    assert after[-1] == pytest.approx(60.0 / days * need[-1])
    assert (after > before).all()
    come = [np.cumsum(table(done, "constrained_receipts")[:, row]).sum() for done in (plain, told)]
    assert come[1] > come[0]


def test_stock_above_the_most_days_of_cover_costs():
    done = run(**covered(max_cover_days=45.0, storage_limit=1e6))
    row, days = row_of(done, "I0"), float(done.values["days_per_period"])
    model, need = plan_supply_model(done.values), table(done, "gross_requirement")[:, row]
    most = need[1] + (45.0 / days - 1) * need[2]
    assert model.nodes.maximum[0, row] == pytest.approx(max(most, model.nodes.target[0, row]))
    assert (model.nodes.excess_cost[:, row] > 0).all()
    tight = plan_supply_model(run(**covered(max_cover_days=0.0)).values).nodes
    assert np.allclose(tight.maximum[:, row], tight.target[:, row])


def test_nothing_is_built_ahead_by_priority_beyond_the_most_days_of_cover():
    shut = [{"resource_id": LINE, "period_id": f"2026-{month:02}", "available": 0.001} for month in (4, 5, 6)]
    hours = [{"resource_id": LINE, "available": 200.0}, *shut]
    early = {}
    for most in (None, 30.0):
        rules = covered(max_cover_days=most)
        rules["item_location"] = [{**each, "max_cover_days": most} for each in rules["item_location"]]
        done = run("priority", resource_capacity=hours, **rules)
        early[most] = table(done, "constrained_receipts")[:3, [row_of(done, f"I{n}") for n in range(ITEMS)]].sum()
    assert early[30.0] < 0.9 * early[None]


def test_the_plan_stays_near_the_one_approved_last(workspace: Workspace):
    scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=8, supply_engine="exact")
    approved = scenario.publish(actor="dana", at=AT)
    before = np.concatenate(scenario.plan().blocks("constrained_receipts"), axis=1)
    changed = []
    for name, weight in (("free", 0.0), ("held", 10.0)):
        settings = {"horizon": 8, "supply_engine": "exact", "approved_plan": approved.id, "stability_weight": weight}
        other = workspace.create_scenario(name, actor="dana", at=AT, **settings)
        other.change("consensus_demand", percent=-30.0, actor="dana", at=AT)
        after = np.concatenate(other.plan().blocks("constrained_receipts"), axis=1)
        changed.append(np.abs(after - before).sum())
    assert changed[1] < 0.5 * changed[0]


def test_a_plan_that_is_not_there_is_refused(workspace: Workspace):
    with pytest.raises(ChangeInvalid, match="approved_plan"):
        workspace.create_scenario("x", actor="dana", at=AT, approved_plan="deadbeef").plan()


def test_what_nobody_sets_changes_nothing():
    plain, same = run("exact"), run("exact", settings={"stability_weight": 5.0, "source_preference": 5.0})
    assert np.array_equal(table(plain, "constrained_receipts"), table(same, "constrained_receipts"))
    assert replace(PlanParameters(), frozen_periods=0) == PlanParameters()
