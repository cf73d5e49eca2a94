"""Crews and carriers: labour hours load the crew that works them, moves load the carrier, and engines keep both."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import numpy as np
import pytest

from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.review.supply import compare_ways
from steelyard.plan.review.supply_model import plan_supply_model
from steelyard.plan.run import Results, run_plan
from steelyard.plan.stages.engine import plan_model
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace
from steelyard.supply.model_findings import model_findings
from tests.company import (
    CENTRES,
    COMPONENT,
    LINE,
    PLANT,
    _bought,
    _component,
    _item,
    _resource,
    _routing,
    _sources,
    company,
)

Row = Mapping[str, object]
ITEMS = 2
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
CREW: Row = {
    "resource_id": "CREW", "location_id": PLANT, "resource_type": "labour", "capacity_unit": "hours_per_period",
}  # fmt: skip
TRUCK: Row = {
    "resource_id": "TRUCK", "location_id": PLANT, "resource_type": "transport", "capacity_unit": "units_per_period",
}  # fmt: skip
PLENTY: Row = {"resource_id": LINE, "available": 1e5}


def run(
    engine: str = "infinite", *, parameters: Mapping[str, object] | None = None, **tables: Sequence[Row]
) -> Results:
    knobs = PlanParameters(horizon=8, supply_engine=engine, **(parameters or {}))  # type: ignore[arg-type]
    return run_plan(freeze_inputs(company(items=ITEMS, replace=tables), knobs), (), wiring=STANDARD)


def table(results: Results, measure: str) -> np.ndarray:
    return np.concatenate(results.blocks(measure), axis=1)


def routings(**named: object) -> list[Row]:
    return [{**_routing(f"I{n}"), **named} for n in range(ITEMS)]


# ---- labour hours


def test_labour_hours_load_the_one_crew_of_the_place() -> None:
    done = run(routing=routings(labour_hours=0.25), resource=[_resource(), CREW], resource_capacity=[PLENTY])
    crew, line = table(done, "capacity_load").T
    assert crew == pytest.approx(0.5 * line)
    assert crew.sum() > 0


def test_labour_hours_load_the_crew_that_is_named_among_several() -> None:
    two = [_resource(), CREW, {**CREW, "resource_id": "OTHER"}]
    named = run(routing=routings(labour_hours=0.25, labour_resource_id="OTHER", yield_ratio=0.5), resource=two)
    crew, line, other = table(named, "capacity_load").T
    assert other == pytest.approx(0.5 * line)
    assert not crew.any()
    unnamed = table(run(routing=routings(labour_hours=0.25), resource=two), "capacity_load")
    assert not unnamed[:, [0, 2]].any()


def test_an_operation_on_a_crew_is_not_counted_twice() -> None:
    done = run(routing=routings(resource_id="CREW", labour_hours=0.5), resource=[_resource(), CREW])
    plain = run(routing=routings(resource_id="CREW"), resource=[_resource(), CREW])
    assert np.array_equal(table(done, "capacity_load"), table(plain, "capacity_load"))


@pytest.mark.parametrize("engine", ["priority", "exact", "decomposition"])
def test_a_short_crew_limits_what_is_made(engine: str) -> None:
    done = run(
        engine,
        routing=routings(labour_hours=1.0),
        resource=[_resource(), CREW],
        resource_capacity=[PLENTY, {"resource_id": "CREW", "available": 25.0}],
    )
    assert table(done, "constrained_load")[:, 0].max() <= 25.0 + 1e-6
    assert table(done, "constrained_load")[:, 0].max() == pytest.approx(25.0)


# ---- carriers


def sources(**of_moves: object) -> list[Row]:
    made = [source for n in range(ITEMS) for source in _sources(f"I{n}")]
    moved = [{**one, **of_moves} if one["source_type"] == "transfer" else one for one in made]
    return [*moved, _bought()]


def arriving(done: Results, measure: str = "constrained_receipts") -> np.ndarray:
    places = done.inputs.series["item_location"].members["location"].is_in(CENTRES).to_numpy()
    return table(done, measure)[:, places].sum(axis=1)


def carried(room: float, **truck: object) -> dict[str, Sequence[Row]]:
    return {
        "source": sources(carrier_id="TRUCK"),
        "resource": [_resource(), {**TRUCK, **truck}],
        "resource_capacity": [PLENTY, {"resource_id": "TRUCK", "available": room}],
    }


def test_moves_load_their_carrier_in_units() -> None:
    done = run(**carried(50.0))
    assert table(done, "capacity_load")[:, 1] == pytest.approx(arriving(done, "planned_receipts"))


@pytest.mark.parametrize(("unit", "column"), [("weight_per_period", "weight_kg"), ("volume_per_period", "volume_m3")])
def test_a_carrier_may_count_weight_or_volume(unit: str, column: str) -> None:
    items = [{**_item("I0", 0, 2), column: 2.5}, _item("I1", 1, 2), _component()]
    done = run(item=items, **carried(50.0, capacity_unit=unit))
    members = done.inputs.series["item_location"].members
    heavy = ((members["item"] == "I0") & members["location"].is_in(CENTRES)).to_numpy()
    expected = 2.5 * table(done, "planned_receipts")[:, heavy].sum(axis=1)
    assert table(done, "capacity_load")[:, 1] == pytest.approx(expected)
    assert expected.sum() > 0


@pytest.mark.parametrize("engine", ["priority", "exact", "decomposition"])
def test_no_more_is_moved_than_the_carrier_holds(engine: str) -> None:
    free = arriving(run(engine, **carried(1e6)))
    tight = arriving(run(engine, **carried(40.0)))
    assert free.max() > 60.0
    assert tight.max() == pytest.approx(40.0)
    assert tight.max() <= 40.0 + 1e-6


def test_room_of_a_carrier_has_a_price_and_overtime_is_further_room() -> None:
    more = {"resource_id": "TRUCK", "available": 40.0, "overtime_max": 25.0}
    tables = carried(40.0, overtime_cost_per_hour=0.01, currency="USD")
    done = run("exact", **{**tables, "resource_capacity": [PLENTY, more]})
    model = plan_supply_model(done.values)
    plan = plan_model(model, "exact")
    assert plan.hour_price is not None
    assert plan.hour_price[:, 1].max() > 0
    assert plan.decisions.overtime[:, 1].max() == pytest.approx(25.0)
    assert arriving(done).max() == pytest.approx(65.0)


def test_bought_goods_load_the_carrier_that_brings_them() -> None:
    done = run(
        source=[
            *(source for n in range(ITEMS) for source in _sources(f"I{n}")),
            {**_bought(), "carrier_id": "TRUCK"},
        ],
        resource=[_resource(), TRUCK],
    )
    row = done.inputs.series["item_location"].row_of_key[COMPONENT, PLANT]
    assert table(done, "capacity_load")[:, 1] == pytest.approx(table(done, "planned_receipts")[:, row])


def test_hours_too_many_count_no_kilograms(tmp_path) -> None:
    heavy = {**TRUCK, "capacity_unit": "weight_per_period"}
    items = [{**_item(f"I{n}", n, 2), "weight_kg": 1000.0} for n in range(ITEMS)]
    tables = {**carried(40.0), "resource": [_resource(), heavy], "item": [*items, _component()]}
    with Workspace.create(tmp_path / "w", company="Small") as workspace:
        workspace.add_extract(company(items=ITEMS, replace=tables), at=AT, actor="dana")
        plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=8).plan()
        (way,) = compare_ways(plan, ["infinite"])
        figures = figures_of(plan)
        hours = kpi_value("capacity_utilisation", figures)
    assert plan.blocks("overload")[0][:, 1].max() > 1000
    assert way.overload == 0
    assert kpi_value("overload_hours", figures) == 0
    line = (plan.blocks(name)[0][:, 0].sum() for name in ("constrained_load", "capacity_available"))
    assert hours == pytest.approx(100.0 * next(line) / next(line))


def test_what_one_lane_cannot_hold_comes_by_the_dearer_one() -> None:
    rail = {
        "source_id": "rail", "item_id": "I0", "location_id": CENTRES[0], "source_type": "transfer",
        "lead_time_days": 5.0, "from_location_id": PLANT, "transport_cost": 0.05, "currency": "USD",
        "carrier_id": "RAIL",
    }  # fmt: skip
    made = [source for n in range(ITEMS) for source in _sources(f"I{n}")]
    road = [{**one, "carrier_id": "TRUCK"} if one["source_id"] == f"move-I0-{CENTRES[0]}" else one for one in made]
    done = run(
        "exact",
        source=[*road, rail, _bought()],
        resource=[_resource(), {**TRUCK, "resource_id": "RAIL"}, TRUCK],
        resource_capacity=[PLENTY, *({"resource_id": name, "available": 8.0} for name in ("RAIL", "TRUCK"))],
    )
    _, by_rail, by_road = table(done, "constrained_load").T
    model = plan_supply_model(done.values)
    quantity = plan_model(model, "exact").decisions.quantity
    row = done.inputs.series["item_location"].row_of_key["I0", CENTRES[0]]
    assert quantity[:, row].max() == pytest.approx(8.0)
    assert quantity[:, -1].max() == pytest.approx(8.0)
    assert by_road.max() <= 8.0 + 1e-6
    assert by_rail.max() <= 8.0 + 1e-6


def test_a_month_that_is_shut_is_found_with_its_resource() -> None:
    shut = [{"calendar_id": "ALL", "start_date": date(2026, 2, 1), "end_date": date(2026, 2, 28)}]
    done = run(
        resource=[{**_resource(), "calendar_id": "ALL"}],
        resource_capacity=[{"resource_id": LINE, "shifts": 3.0, "hours_per_shift": 8.0}],
        working_calendar=[{"calendar_id": "ALL", "weekdays": "1234567"}],
        calendar_exception=shut,
    )
    assert table(done, "capacity_available")[:3, 0].tolist() == [24.0 * 31, 0.0, 24.0 * 31]
    (found,) = [one for one in model_findings(plan_supply_model(done.values)) if "no_period" in one.rule]
    assert "confirm the shutdown" in found.mend
    assert found.examples == ("resource 1",)
