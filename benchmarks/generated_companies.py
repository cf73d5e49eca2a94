"""Generated companies: gen-1k and gen-10k from CSV files to a published plan, in a fresh process each.

Run: python benchmarks/generated_companies.py [--sizes 1000 10000] [--months 24] [--profile]

The model is that of `steelyard.data.synthetic.generated`, made so that anyone can rebuild it: N items of one factory,
36 months of closed orders, one operation each on N/50 resources, two bought components out of N/5. Measured from the
start of the process to the published plan on disk: start, import with all checks, forecast, consensus, requirements,
plan within capacity, money, publishing.
"""

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from steelyard.data.synthetic import generated_company
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace

BARS = {1_000: 10.0, 10_000: 60.0}
PEER = {1_000: "18.5 s", 10_000: "465 s"}
"""frePPLe Community on the same kind of machine, for forecast, constrained plan and export alone."""
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def plan_company(folder: Path, months: int) -> dict[str, float]:
    """Import, plan and publish the extract of a folder; seconds of each step and what the plan is like."""
    marks = [time.perf_counter()]
    with Workspace.create(folder / "company", company="generated") as workspace:
        extract = workspace.import_extract(folder / "extract", at=AT, actor="bench")
        marks.append(time.perf_counter())
        base = workspace.create_scenario("base", extract=extract.digest, horizon=months, actor="bench", at=AT)
        plan = base.plan()
        marks.append(time.perf_counter())
        base.publish(actor="bench", at=AT)
        marks.append(time.perf_counter())
        steps = {name: b - a for name, a, b in zip(("import", "plan", "publish"), marks, marks[1:], strict=False)}
        return steps | {
            "rows": sum(frame.height for frame in extract.tables.values()),
            "series": plan.series("demand_plan").size,
            "in_time": _served_in_time(plan),
            "load": plan.value("constrained_load") / plan.value("capacity_available"),
            "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }


def _served_in_time(plan: PlanNumbers) -> float:
    """Share of the demand delivered in the month in which it is due; what is late counts once, oldest demand first."""
    frame = plan.frame(["demand_plan", "backlog"], by=["item"])
    late = frame.select(pl.min_horizontal("demand_plan", "backlog").sum()).item()
    return 1.0 - float(late) / plan.value("demand_plan")


def measure(items: int, months: int) -> dict[str, float]:
    """Generate, then plan in a fresh process; wall seconds of that process from its start to its end."""
    with tempfile.TemporaryDirectory() as place:
        generated_company(Path(place) / "extract", items=items, months=months)
        command = [sys.executable, __file__, "--plan", place, "--months", str(months)]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        said: dict[str, float] = json.loads(done.stdout)
        return said | {"seconds": time.perf_counter() - began}


def claims(items: int, months: int, found: dict[str, float]) -> list[dict[str, object]]:
    """The rows of the benchmark table for one size."""
    name = f"gen-{items // 1000}k x {months} months, from CSV to published plan"
    steps = ", ".join(f"{step} {found[step]:.1f}" for step in ("import", "plan", "publish"))
    peer = f"; frePPLe {PEER[items]}" if items in PEER and months == 24 else ""
    bar = BARS.get(items) if months == 24 else None
    wall: dict[str, object] = {"what": name, "measured": f"{found['seconds']:.1f} s ({steps}){peer}"}
    if bar:
        wall |= {"bar": f"<= {bar:.0f} s", "met": found["seconds"] <= bar}
    memory: dict[str, object] = {"what": f"{name}, peak memory", "measured": f"{found['peak_bytes'] / 1024**3:.2f} GB"}
    quality: dict[str, object] = {
        "what": f"{name}, demand served in its month",
        "measured": f"{found['in_time']:.1%} at a mean load of {found['load']:.1%} of capacity",
    }
    return [wall, memory, quality]


def profile_plan(folder: Path, months: int) -> None:
    """Where the time goes, on the error stream."""
    profiler = cProfile.Profile()
    profiler.runcall(plan_company, folder, months)
    pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(60)


def main() -> int:
    """Print one JSON object per claim; the exit code says whether all bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(BARS))
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--profile", type=Path, help="folder with an extract: print where the time goes")
    asked = parser.parse_args()
    if asked.plan:
        print(json.dumps(plan_company(asked.plan, asked.months)))
        return 0
    if asked.profile:
        profile_plan(asked.profile, asked.months)
        return 0
    rows = [row for items in asked.sizes for row in claims(items, asked.months, measure(items, asked.months))]
    for row in rows:
        print(json.dumps(row))
    return int(any(row.get("met") is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
