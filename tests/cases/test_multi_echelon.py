"""Multi-echelon cases through the public functions: guaranteed service and serial systems."""

from typing import Any

import numpy as np

from steelyard.inventory.multi_echelon.guaranteed_service import place_safety_stock
from steelyard.inventory.multi_echelon.serial import serial_base_stock
from steelyard.inventory.multi_echelon.stage_network import StageNetwork, build_stage_network
from steelyard.plan.stages.table import read_stage_table
from tests.cases.case import FOLDER, Case


def network_of(stages: list[dict[str, Any]]) -> tuple[StageNetwork, list[str]]:
    names = [stage["stage"] for stage in stages]
    row = {name: i for i, name in enumerate(names)}
    arcs = [(row[above], row[stage["stage"]]) for stage in stages for above in stage["suppliers"]]
    supplier, customer = np.array(arcs, np.int64).T

    def column(name: str) -> np.ndarray:
        return np.array([np.nan if stage[name] is None else stage[name] for stage in stages], np.float64)

    net = build_stage_network(
        column("processing_time"), supplier=supplier, customer=customer, added_cost=column("added_cost"),
        demand_deviation=np.nan_to_num(column("demand_sd")), safety_factor=np.nan_to_num(column("safety_factor")),
        most_service_time=column("max_service_time"),
    )  # fmt: skip
    return net, names


def test_meio_gsm_bulldozer() -> None:
    case = Case("meio_gsm_bulldozer")
    net, names = network_of(case.inputs["stages"])
    plan = place_safety_stock(net, holding_rate=case.inputs["holding_rate"])
    quoted = dict(zip(names, plan.service_time, strict=True))
    assert plan.exact
    assert not case.differences({"annual_safety_stock_cost": plan.cost, "service_times": quoted})


def test_meio_gsm_digital_camera() -> None:
    case = Case("meio_gsm_digital_camera")
    net, names = network_of(case.inputs["stages"])
    result = {}
    for scenario, limits in case.inputs["scenarios"].items():
        most = np.array([limits.get(name, np.nan) for name in names], np.float64)
        result[scenario] = place_safety_stock(
            net, holding_rate=case.inputs["holding_rate"], most_service_time=most
        ).cost
    assert not case.differences(result)


def test_meio_gsm_snyder_6_5() -> None:
    case = Case("meio_gsm_snyder_6_5")
    stages = case.inputs["stages"]
    row = {stage["stage"]: i for i, stage in enumerate(stages)}
    arcs = [(row[stage["stage"]], row[below]) for stage in stages for below in stage.get("successors", [])]
    supplier, customer = np.array(arcs, np.int64).T

    def column(name: str, missing: float) -> np.ndarray:
        return np.array([stage.get(name, missing) for stage in stages], np.float64)

    net = build_stage_network(
        column("processing_time", 0), supplier=supplier, customer=customer, unit_cost=column("local_holding", 0),
        demand_deviation=column("demand_sd", 0), safety_factor=case.inputs["safety_factor"],
        most_service_time=column("max_service_time", np.nan),
        outside_service_time=column("external_inbound_service_time", 0),
    )  # fmt: skip
    plan = place_safety_stock(net)
    quoted = {str(name): plan.service_time[i] for name, i in row.items()}
    assert not case.differences({"cost": plan.cost, "service_times": quoted})


def test_meio_gsm_willems_2_4_17_18() -> None:
    case = Case("meio_gsm_willems_2_4_17_18")
    result = {}
    for name, chain in case.inputs["chains"].items():
        net = read_stage_table(FOLDER / chain["data"]).network()
        assert (net.size, net.supplier.size) == (chain["stages"], chain["arcs"])
        result[name] = chain["scale"] * place_safety_stock(net, holding_rate=case.inputs["holding_rate"]).cost
    assert not case.differences(result)


def test_meio_ssm_shang_song_rows_1_9() -> None:
    case = Case("meio_ssm_shang_song_rows_1_9")
    given, result = case.inputs, {}
    for row, system in given["rows"].items():
        policy = serial_base_stock(
            echelon_holding=np.array(system["echelon_holding_downstream_first"]),
            lead_time=np.array(given["lead_time"]),
            backorder_cost=system["backorder"], mean=given["demand_rate"], law="poisson",
        )  # fmt: skip
        result[row] = {"echelon_base_stock": policy.echelon_base_stock.tolist(), "cost": policy.cost}
    assert not case.differences(result)


def test_meio_ssm_snyder_6_1() -> None:
    case = Case("meio_ssm_snyder_6_1")
    given = case.inputs
    policy = serial_base_stock(
        echelon_holding=np.array(given["echelon_holding"], np.float64), lead_time=np.array(given["lead_time"], float),
        backorder_cost=given["backorder"], mean=given["demand"]["mean"], deviation=given["demand"]["sd"],
    )  # fmt: skip
    assert not case.differences({"echelon_base_stock": policy.echelon_base_stock.tolist(), "cost": policy.cost})
