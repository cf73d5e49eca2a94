"""Steelyard: Sales & Operations Planning a company can run itself.

A month in ten lines:

    import steelyard as sy

    ws = sy.Workspace.create("bikes", company="Bikes")
    ws.import_extract("extract/", at=now)
    base = ws.create_scenario("base", horizon=18, actor="dana", at=now)
    promo = base.branch("promo", actor="dana", at=now)
    promo.change("consensus_demand", percent=8, scope={"product_family": "Road Bikes"}, actor="dana", at=now)
    sy.compare(base.plan(), promo.plan()).kpis
    sy.bridge(base.plan(), promo.plan(), "revenue").steps
    promo.plan().explain("revenue", scope={"product_family": "Road Bikes"})
    published = promo.publish(actor="dana", at=now)
    ws.replay(published.id).same
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steelyard.data.extract import Extract
    from steelyard.data.synthetic import demo_company
    from steelyard.errors import SteelyardError
    from steelyard.grid.calendar import Calendar
    from steelyard.grid.measure import Measure
    from steelyard.plan.bridge import Bridge, bridge
    from steelyard.plan.change import REASONS, Change
    from steelyard.plan.compare import Comparison, compare
    from steelyard.plan.explain import Explanation
    from steelyard.plan.operation import (
        Add,
        Assume,
        Formula,
        Lock,
        Percent,
        SetMasterData,
        SetParameter,
        SetValue,
        Unlock,
    )
    from steelyard.plan.plan import Plan
    from steelyard.plan.published import PublishedPlan
    from steelyard.plan.scenario import Scenario
    from steelyard.plan.workspace import Workspace

__all__ = [
    "Workspace",
    "Extract",
    "Scenario",
    "Plan",
    "PublishedPlan",
    "Change",
    "SetValue",
    "Add",
    "Percent",
    "Formula",
    "Lock",
    "Unlock",
    "SetParameter",
    "SetMasterData",
    "Assume",
    "REASONS",
    "compare",
    "Comparison",
    "bridge",
    "Bridge",
    "Explanation",
    "Calendar",
    "Measure",
    "demo_company",
    "SteelyardError",
]

_HOMES = {
    "steelyard.data.extract": ("Extract",),
    "steelyard.data.synthetic": ("demo_company",),
    "steelyard.errors": ("SteelyardError",),
    "steelyard.grid.calendar": ("Calendar",),
    "steelyard.grid.measure": ("Measure",),
    "steelyard.plan.bridge": ("Bridge", "bridge"),
    "steelyard.plan.change": ("REASONS", "Change"),
    "steelyard.plan.compare": ("Comparison", "compare"),
    "steelyard.plan.explain": ("Explanation",),
    "steelyard.plan.operation": (
        "Add", "Assume", "Formula", "Lock", "Percent", "SetMasterData", "SetParameter", "SetValue", "Unlock",
    ),
    "steelyard.plan.plan": ("Plan",),
    "steelyard.plan.published": ("PublishedPlan",),
    "steelyard.plan.scenario": ("Scenario",),
    "steelyard.plan.workspace": ("Workspace",),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names."""
    return sorted(__all__)
