"""Golden plan: totals of the demo company by family and quarter, read in review like code.

Renew with `STEELYARD_RENEW_GOLDEN=1 python -m pytest tests/golden`, and look at the difference before it is committed.
"""

import json
import os
from pathlib import Path

import pytest

from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace
from tests.small_demo import small_demo

GOLDEN = Path(__file__).with_name("demo_plan.json")
MEASURES = (
    "statistical_forecast",
    "consensus_demand",
    "demand_plan",
    "constrained_demand",
    "revenue",
    "cogs",
    "budget_revenue",
)
STOCK = ("inventory_value", "planned_receipts", "backlog")
LOAD = ("capacity_load", "constrained_load", "overload")
SCENARIOS = ("last-month", "base", "launch-slips", "supplier-fails", "north-grows")


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PlanNumbers]:
    folder = small_demo(tmp_path_factory, tmp_path_factory.mktemp("golden") / "company")
    with Workspace.open(folder) as workspace:
        return {name: workspace.scenario(name).plan() for name in SCENARIOS}


def totals(plan: PlanNumbers, measures: tuple[str, ...], by: str) -> dict[str, dict[str, list[float]]]:
    """Measure -> group -> one number a quarter, to six significant digits."""
    frame = plan.frame(list(measures), by=[by], time="quarter")
    found: dict[str, dict[str, list[float]]] = {name: {} for name in measures}
    for (group,), rows in frame.group_by(by, maintain_order=True):
        for name in measures:
            found[name][str(group)] = [_short(value) for value in rows[name].to_list()]
    return found


def _short(value: float | None) -> float:
    return float(f"{value or 0.0:.6g}") + 0.0


def golden_of(plans: dict[str, PlanNumbers]) -> dict[str, object]:
    base = plans["base"]
    headlines = ("demand_plan", "constrained_demand", "revenue", "gross_margin", "backlog")
    return {
        "families": totals(base, MEASURES, "product_family"),
        "stock": totals(base, STOCK, "product_family"),
        "resources": totals(base, LOAD, "resource"),
        "scenarios": {name: {m: _short(plan.value(m)) for m in headlines} for name, plan in plans.items()},
    }


def test_demo_plan_is_as_agreed(plans: dict[str, PlanNumbers]) -> None:
    found = golden_of(plans)
    if os.environ.get("STEELYARD_RENEW_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    agreed = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert differences(agreed, found) == []


def differences(agreed: object, found: object, path: str = "") -> list[str]:
    """Where two trees differ by more than one part in ten thousand, as `path: agreed -> found`."""
    if isinstance(agreed, dict) and isinstance(found, dict):
        names = sorted(agreed.keys() | found.keys())
        return [d for name in names for d in differences(agreed.get(name), found.get(name), f"{path}/{name}")]
    if isinstance(agreed, list) and isinstance(found, list) and len(agreed) == len(found):
        return [d for n, pair in enumerate(zip(agreed, found, strict=True)) for d in differences(*pair, f"{path}[{n}]")]
    same = found == (pytest.approx(agreed, rel=1e-4, abs=0.01) if isinstance(agreed, float | int) else agreed)
    return [] if same else [f"{path}: {agreed} -> {found}"]


def test_differences_are_found() -> None:
    assert differences({"a": [1.0, 2.0]}, {"a": [1.0, 2.1]}) == ["/a[1]: 2.0 -> 2.1"]
    assert differences({"a": 1.0}, {"b": 1.0}) == ["/a: 1.0 -> None", "/b: None -> 1.0"]
    assert differences({"a": 1000.0}, {"a": 1000.01}) == []
