"""Multi-echelon: guaranteed service on a tree of 20,000 stages and on the 38 published chains, and a serial system."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from steelyard.inventory.multi_echelon.guaranteed_service import place_safety_stock
from steelyard.inventory.multi_echelon.serial import serial_base_stock
from steelyard.inventory.multi_echelon.stage_network import StageNetwork, build_stage_network
from steelyard.plan.stages.table import read_stage_table

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
HOLDING_RATE = 0.35


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def seconds(function: Callable[[], object]) -> float:
    """Processor time of one run [s]."""
    start = time.process_time()
    function()
    return time.process_time() - start


def random_tree(size: int) -> StageNetwork:
    """A tree whose arcs lead up and down at random, 1 to 10 time units a stage, demand where nothing is supplied."""
    chance = np.random.default_rng(0)
    below = np.arange(1, size)
    other = (chance.random(size - 1) * below).astype(np.int64)
    turned = chance.random(size - 1) < 0.5
    supplier, customer = np.where(turned, other, below), np.where(turned, below, other)
    last = np.bincount(supplier, minlength=size) == 0
    return build_stage_network(
        chance.integers(1, 11, size).astype(float),
        supplier=supplier,
        customer=customer,
        added_cost=chance.uniform(1, 10, size),
        demand_deviation=np.where(last, chance.uniform(1, 20, size), 0.0),
        safety_factor=1.645,
    )


def published_chains() -> None:
    folder = CASES / "data" / "willems"
    if not folder.is_dir():
        return
    networks = [read_stage_table(path).network() for path in sorted(folder.glob("*.csv"))]
    took = [seconds(lambda net=net: place_safety_stock(net, holding_rate=HOLDING_RATE)) for net in networks]
    what = f"{len(networks)} Willems chains, {sum(net.size for net in networks):,} stages"
    report(what, f"{sum(took):.1f} s", "<= 15 s", sum(took) <= 15.0)
    case = json.loads((CASES / "meio_gsm_willems_2_4_17_18.json").read_text())
    for name, chain in case["inputs"]["chains"].items():
        found = place_safety_stock(read_stage_table(CASES / chain["data"]).network(), holding_rate=HOLDING_RATE)
        off = chain["scale"] * found.cost / case["expected"][name] - 1.0
        report(f"chain {name} above the published optimum", f"{100 * off:+.2f} %", "<= 0.5 %", off <= 0.005)


def main() -> None:
    place_safety_stock(random_tree(50))
    tree = random_tree(20_000)
    took = min(seconds(lambda: place_safety_stock(tree)) for _ in range(3))
    report("guaranteed service, tree of 20,000 stages, exact", f"{took:.3f} s", "<= 0.3 s", took <= 0.3)
    published_chains()
    system = {"echelon_holding": np.array([3.0, 2.0, 2.0]), "lead_time": np.array([1.0, 1.0, 2.0])}
    took = seconds(lambda: serial_base_stock(**system, backorder_cost=37.12, mean=5, deviation=1))
    report("serial system of three stages", f"{took:.3f} s", "<= 0.5 s", took <= 0.5)


if __name__ == "__main__":
    main()
