"""Resource facts: what each resource is, in which unit it counts, and how much of what it offers it can use."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import SetMasterData

HOURS = "hours"
_UNITS: Mapping[str, str] = {
    "hours_per_period": HOURS, "units_per_period": "units", "weight_per_period": "kg", "volume_per_period": "m³",
}  # fmt: skip
_IN_UNITS = ("storage", "supplier")


@dataclass(frozen=True)
class ResourceFacts:
    """One resource as its master data state it.

    Args:
        name: The resource.
        kind: Its type.
        unit: What its capacity and load are counted in: hours, units, kg or m³.
        utilisation: Share of what it offers in which it works.
        efficiency: Share of that which produces.
    """

    name: str
    kind: str
    unit: str
    utilisation: float = 1.0
    efficiency: float = 1.0

    @property
    def works_hours(self) -> bool:
        """Whether it is worked by the hour, and no supplier, store or carrier."""
        return self.unit == HOURS and self.kind not in (*_IN_UNITS, "transport")


def resource_facts(plan: PlanNumbers) -> tuple[ResourceFacts, ...]:
    """Facts of every resource of a plan in the order of its series, with changes of master data laid on."""
    own = [c for c in plan.changes if isinstance(c.operation, SetMasterData) and c.operation.table == "resource"]
    table = amend_extract(plan.maker.extract(plan.inputs.extract), own).tables["resource"]
    known = {
        name: ResourceFacts(name, kind, _unit(kind, unit), utilisation, efficiency)
        for name, kind, unit, utilisation, efficiency in table.select(
            "resource_id",
            "resource_type",
            "capacity_unit",
            pl.col("utilisation").fill_null(1.0),
            pl.col("efficiency").fill_null(1.0),
        ).iter_rows()
    }
    members = plan.series("capacity_load").members.select("resource", "resource_type")
    return tuple(known.get(name, ResourceFacts(name, kind, HOURS)) for name, kind in members.iter_rows())


def _unit(kind: str, unit: str) -> str:
    """Stores and suppliers count units; a carrier that states hours is read as counting units, too."""
    if kind in _IN_UNITS:
        return "units"
    found = _UNITS.get(unit, HOURS)
    return "units" if kind == "transport" and found == HOURS else found
