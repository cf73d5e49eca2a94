"""Supply as printed in textbooks: rough cut, master schedule, production plans, capacity."""

from pathlib import Path

import numpy as np

from steelyard.grid.block import Array
from steelyard.inventory.projection import project_inventory
from steelyard.supply.capacity import design_capacity, expected_output, share_of_capacity
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.master_schedule import master_schedule
from steelyard.supply.network import build_network
from steelyard.supply.requirements import RequirementInputs, plan_requirements
from steelyard.supply.rough_cut import build_resource_bill, load_by_overall_factors, load_resources
from tests.textbook.cases import Case

CENTRES = ("WC100", "WC200", "WC300")


def schedule_of(case: Case) -> Array:
    return np.array([case.inputs["mps"]["A"], case.inputs["mps"]["B"]], np.float64).T


def test_capacity_by_overall_factors_of_vollmann(shared: Path) -> None:
    case = Case(shared, "rccp_vollmann_cpof")
    hours = np.array([case.inputs["direct_labour_hours"][item] for item in "AB"])
    share = np.array([case.inputs["historical_share"][centre] for centre in CENTRES])
    load = load_by_overall_factors(schedule_of(case), hours, share)
    assert case.agrees(load.sum(axis=1), case.expected["total_hours_period"])
    assert case.agrees(load.sum(), case.expected["total_hours"])
    assert case.agrees(load[0], [case.expected[f"{centre}_first"] for centre in CENTRES])
    assert case.agrees(load.sum(axis=0), [case.expected["totals"][centre] for centre in CENTRES])


def test_bill_of_capacity_of_vollmann(shared: Path) -> None:
    case = Case(shared, "rccp_vollmann_bill_of_capacity")
    bill = case.inputs["bill_hours_per_unit"]
    lines = [
        (item, centre, bill[name][label])
        for item, name in enumerate("AB")
        for centre, label in enumerate(CENTRES)
        if bill[name][label] > 0
    ]
    row, resource, hours = (np.array(column) for column in zip(*lines, strict=True))
    load = load_resources(
        build_resource_bill(2, 3, row=row, resource=resource, hours_per_unit=hours), schedule_of(case)
    ).load
    total = load.sum(axis=0)
    assert case.agrees(load[0], [case.expected["period1"][centre] for centre in CENTRES])
    assert case.agrees(total, [case.expected["totals"][centre] for centre in CENTRES])
    assert case.agrees(100 * total / total.sum(), [case.expected["projected_share_pct"][centre] for centre in CENTRES])


def test_master_schedule_of_stevenson(shared: Path) -> None:
    case = Case(shared, "mps_atp_stevenson_pumps")
    forecast, orders = np.array(case.inputs["forecast"]), np.array(case.inputs["customer_orders"])
    plan = master_schedule(case.inputs["initial_inventory"], forecast, orders, lot=case.inputs["lot"])
    assert case.agrees(plan.lots, case.expected["mps"])
    assert case.agrees(plan.on_hand, case.expected["projected_on_hand"])
    for period, promise in case.expected["atp"].items():
        assert case.agrees(plan.available_to_promise[int(period) - 1], promise)


def test_level_production_of_arnold(shared: Path) -> None:
    case = Case(shared, "prodplan_arnold_level_chase")
    forecast = np.array(case.inputs["forecast"], np.float64)[:, None]
    opening = np.array([case.inputs["opening_inventory"]], np.float64)
    total = forecast.sum() + case.inputs["ending_inventory"] - opening[0]
    stock = project_inventory(opening, np.full(forecast.shape, total / forecast.size), forecast)
    level = case.expected["level"]
    assert case.agrees(total, level["total_production"])
    assert case.agrees(stock.ravel(), level["ending_inventory"])
    assert case.agrees(
        stock.sum() * case.inputs["level_carrying_cost_per_case_period_on_ending"], level["carrying_cost"]
    )


def test_chase_production_of_arnold(shared: Path) -> None:
    """Chase is what requirements give for a constant stock target without lots."""
    case = Case(shared, "prodplan_arnold_level_chase")
    chase, wanted = case.inputs["chase"], case.expected["chase"]
    made = production([case.inputs["forecast"]], [case.inputs["opening_inventory"]], [[chase["target_inventory"]] * 5])[
        0
    ]
    change = np.abs(np.diff(made, prepend=chase["previous_period_production"])).sum() * chase["change_cost_per_case"]
    assert case.agrees(made, wanted["production"])
    assert case.agrees(change, wanted["change_cost"])
    assert case.agrees(change + made.size * chase["target_inventory"] * chase["carrying"], wanted["total"])


def production(
    demand: list[list[float]], opening: list[float], target: list[list[float]], *, per_unit: float | None = None
) -> Array:
    """Planned receipts by row; with `per_unit` row 1 is the component of row 0."""
    rows, periods = len(demand), len(demand[0])
    arc = np.array([0] if per_unit else [], np.int64)
    network = build_network(
        rows, periods, component=arc + 1, consumer=arc, quantity_per=np.array([per_unit] if per_unit else [])
    )
    asked = np.array(demand, np.float64)
    inputs = RequirementInputs(
        asked,
        np.zeros_like(asked),
        np.array(target, np.float64),
        np.array(opening, np.float64),
        np.zeros(rows, np.int64),
        LotSizes.lot_for_lot(rows),
    )
    return plan_requirements(network, inputs).planned_receipts.dense()


def test_production_and_purchases_of_garrison(shared: Path) -> None:
    """The master budget of Hampton Freeze: stock targets are shares of next quarter's sales and production."""
    case = Case(shared, "fin_garrison_hampton_freeze")
    given, wanted = case.inputs, case.expected
    sales = given["sales_units"]
    finished = [
        given["finished_goods_end_share_of_next_quarter"] * x for x in [*sales[1:], given["next_year_q1_units"]]
    ]
    raw_share = given["raw_end_share_of_next_quarter"] * given["material_lb_per_unit"]
    raw = [raw_share * made for made in wanted["production"][1:]] + [given["ending_raw_lb"]]
    plan = production(
        [sales, [0] * 4],
        [given["opening_finished_goods"], given["opening_raw_lb"]],
        [finished, raw],
        per_unit=given["material_lb_per_unit"],
    )
    assert case.agrees(plan[0], wanted["production"])
    assert case.agrees(plan[1], wanted["material_purchases_lb"])
    labour = plan[0] * given["labour_hours_per_unit"] * given["labour_rate"]
    assert case.agrees(labour, wanted["labour_cost"])


def test_capacity_of_the_bakery_of_heizer(shared: Path) -> None:
    case = Case(shared, "capacity_heizer_sara_james")
    given, wanted = case.inputs, case.expected
    design = design_capacity(given["line_hours"], given["rolls_per_hour"])
    expansion = given["expansion"]
    assert case.agrees(design, wanted["design_capacity"])
    assert case.agrees(100 * share_of_capacity(given["actual_output"], design), wanted["utilization_pct"])
    efficiency = share_of_capacity(given["actual_output"], given["effective_capacity"])
    assert case.agrees(100 * efficiency, wanted["efficiency_pct"])
    output = expected_output(expansion["effective_capacity"], expansion["expected_efficiency"])
    assert case.agrees(output, wanted["expected_output"])
