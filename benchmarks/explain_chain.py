"""Explaining: the first number asked between two months, the next one, after one more change, in another process.

Run: python benchmarks/explain_chain.py [FOLDER ...] [--items 10000]

Without a folder, a generated company is imported and planned, and changes of demand, price and cost laid on it; with
folders of companies (as `steelyard demo` makes one), the way leads from the plan published last to the base. Ways that
a folder keeps are removed first.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from steelyard.data.synthetic import generated_company
from steelyard.plan.bridge import Bridge, bridge, keep_way
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace

BAR = 1.0
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
CHANGES = (("consensus_demand", 5.0), ("price", 2.0), ("consensus_demand", -3.0), ("unit_cost", 4.0), ("price", -1.0))


def explained(before: PlanNumbers, after: PlanNumbers, what: str) -> None:
    """Print how long the first number takes, and the mean of numbers asked after it."""
    built = timed(before, after, "revenue", f"{what}, first number")
    families = after.series("revenue").names("product_family")
    wall, cpu = zip(*(asked(before, after, family) for family in families), strict=True)
    told = f"{what}, median of {len(families)} numbers after it ({len(built.steps)} steps)"
    row(told, statistics.median(wall), statistics.median(cpu))


def asked(before: PlanNumbers, after: PlanNumbers, family: str) -> tuple[float, float]:
    """Seconds and processor seconds for one more number."""
    start, cpu = time.perf_counter(), time.process_time()
    built = bridge(before, after, "gross_margin", scope={"product_family": family})
    spent = time.perf_counter() - start, time.process_time() - cpu
    exact(built)
    return spent


def timed(before: PlanNumbers, after: PlanNumbers, measure: str, what: str) -> Bridge:
    """Build one bridge and print its row."""
    start, cpu = time.perf_counter(), time.process_time()
    built = bridge(before, after, measure)
    seconds = time.perf_counter() - start
    row(f"{what} ({len(built.steps)} steps)", seconds, time.process_time() - cpu)
    exact(built)
    return built


def exact(built: Bridge) -> None:
    """Go on only where the steps sum to the last decimal place."""
    assert built.start + sum((step.effect for step in built.steps), Decimal(0)) == built.end


def row(what: str, seconds: float, cpu: float) -> None:
    """Print a row."""
    told = {"what": what, "measured": f"{seconds:.3f} s", "cpu": f"{cpu:.3f} s", "bar": f"<= {BAR:g} s"}
    print(json.dumps(told | {"met": seconds <= BAR}), flush=True)


def first_elsewhere(folder: str | Path) -> None:
    """The first number again, in a process of its own that finds the way kept."""
    subprocess.run([sys.executable, __file__, "--kept", str(folder)], check=True)


def of_kept(folder: str) -> None:
    """The first number between a company's last published plan and its base, whose way was gone before."""
    with Workspace.open(folder) as home:
        before, after = ends(home)
        timed(before, after, "revenue", f"{Path(folder).name}: published to base, first number in another process")


def ends(home: Workspace) -> tuple[PlanNumbers, PlanNumbers]:
    """The plan published last, and that of the base."""
    return home.numbers_of(home.published_plan(home.published()[-1].id)), home.scenario("base").plan()


def of_company(folder: str) -> None:
    """The chain between a company's last published plan and its base, and on a branch with one more change."""
    shutil.rmtree(Path(folder) / "plans" / "ways", ignore_errors=True)
    with Workspace.open(folder) as home:
        base = home.scenario("base")
        before, after = ends(home)
        explained(before, after, f"{Path(folder).name}: published to base")
        keep_way(before, after)
        first_elsewhere(folder)
        name = f"explain {datetime.now(UTC).isoformat()}"
        more = base.branch(name, actor="bench", at=AT)
        more.change("consensus_demand", percent=1, actor="bench", at=AT)
        timed(before, more.plan(), "revenue", f"{Path(folder).name}: after one more change, first number")
        more.archive(actor="bench", at=AT)


def of_generated(items: int) -> None:
    """The chain between a published plan of a generated company and the same with changes of demand, price and cost."""
    with tempfile.TemporaryDirectory() as place:
        generated_company(Path(place) / "extract", items=items)
        with Workspace.create(Path(place) / "company", company="generated") as home:
            extract = home.import_extract(Path(place) / "extract", at=AT, actor="bench")
            base = home.create_scenario("base", extract=extract.digest, horizon=24, actor="bench", at=AT)
            base.publish(actor="bench", at=AT)
            before = base.plan()
            for measure, percent in CHANGES:
                base.change(measure, percent=percent, actor="bench", at=AT)
            after = base.plan()
            explained(before, after, f"generated, {before.series('demand_plan').size:,} series")
            keep_way(before, after)
        first_elsewhere(Path(place) / "company")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--kept", action="store_true", help="only the first number of each folder, whose way is kept")
    parser.add_argument("--items", type=int, default=10_000)
    wanted = parser.parse_args()
    for given in wanted.folders:
        (of_kept if wanted.kept else of_company)(given)
    if not wanted.folders:
        of_generated(wanted.items)
