"""AdventureWorks planned by all four engines: what each earns, what binds, what an hour is worth, what is late and why.

The extract stands in the folder `shared` beside the project and is mapped by `examples/adventureworks`. Its two known
bottlenecks are Subassembly and Final Assembly.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from steelyard.plan.review.capacity import CapacityView
from steelyard.plan.review.moves import move_table, move_totals
from steelyard.plan.review.pricing import PricedPlan
from steelyard.plan.review.supply import Way, WayResult, compare_ways, supply_model_of
from steelyard.plan.workspace import Workspace
from steelyard.supply.supply_plan import ENGINES

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "adventureworks"
_KINDS = {
    "resource": "hours",
    "component": "a part",
    "lead time": "lead time",
    "cost": "nothing the best plan would miss",
}
BOTTLENECKS = {"Subassembly", "Final Assembly"}


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def engines(ways: Mapping[Way, WayResult]) -> None:
    """What each engine earns and serves, and what it proves."""
    best = -ways["exact"].plan.objective
    bars = {"infinite": "hours too many", "priority": "can be done", "decomposition": "gap <= 2 %", "exact": "optimal"}
    for name, one in ways.items():
        plan, profit = one.plan, one.evaluation.revenue - one.money
        told = f"profit {profit / 1e6:.1f} M USD, {one.service:.1%} on time, stock {one.stock_value / 1e6:.1f} M USD"
        told += f", {one.overload:,.0f} hours too many" if one.overload else ""
        told += f", gap {plan.gap:.2%}" if plan.gap == plan.gap else ""
        met = {
            "infinite": not one.possible,
            "priority": one.possible,
            "decomposition": one.possible and plan.gap <= 0.02 and -plan.lower_bound >= best * (1 - 1e-9),
            "exact": one.possible and plan.gap <= 1e-6,
        }[name]
        report(f"AdventureWorks, {name}", f"{told}; {plan.seconds:.1f} s", bars[name], met)


def main() -> None:
    """Import, plan, print."""
    with TemporaryDirectory() as folder, Workspace.create(Path(folder) / "aw", company="AdventureWorks") as workspace:
        workspace.import_extract(DATA, mapping=ROOT / "examples" / "adventureworks" / "mapping.toml", at=AT)
        plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=12).plan()
        model = supply_model_of(plan)
        ways = {one.way: one for one in compare_ways(plan, ENGINES, model=model)}
        engines(ways)
        view = CapacityView(plan)
        over = {name for name, r in zip(view.resources, range(99), strict=False) if (view.slack[:, r] < 0).any()}
        load = [
            f"{name} {view.load[:, view.number(name)].sum() / view.available[:, view.number(name)].sum():.0%}"
            for name in sorted(over)
        ]
        report("AdventureWorks, overloaded", ", ".join(load), "Final Assembly, Subassembly", over == BOTTLENECKS)
        priced = PricedPlan(plan)
        lines = priced.bottlenecks()
        told = "; ".join(
            f"{one.resource} {one.found.worth / 1e6:.2f} M USD, dearest hour {one.found.price:.0f}" for one in lines
        )
        report("AdventureWorks, hours in money", told, "these two", {one.resource for one in lines} == BOTTLENECKS)
        gates = Counter(one.gate.kind for one in priced.shortages(most=1000))
        told = ", ".join(f"{count} by {_KINDS.get(kind, kind)}" for kind, count in gates.most_common())
        report("AdventureWorks, late item-locations", told, "each with what gates it", set(gates) <= set(_KINDS))
        totals = move_totals(move_table(plan, model, ways["priority"]))
        told = ", ".join(
            f"{row['move']} {row['moves']:,} ({row['money'] / 1e6:.2f} M USD)" for row in totals.to_dicts()
        )
        report("AdventureWorks, moves by priority", told, "with their money", totals.height > 0)


if __name__ == "__main__":
    main()
