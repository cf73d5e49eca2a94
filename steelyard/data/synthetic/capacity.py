"""Capacity: eight resources, their routings, and capacities set so that two of them bind in season."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import BASE_CURRENCY, SPARES
from steelyard.data.synthetic.shape import Dates, Floats, Ints, Shape, working_days
from steelyard.data.synthetic.site import PLANTS
from steelyard.data.synthetic.structure import Kind, Make, Structure


@dataclass(frozen=True)
class Resource:
    """One shared resource."""

    resource_id: str
    name: str
    plant: int
    resource_type: str
    cost_per_hour: float
    peak: float
    """Load over capacity in the busiest months of the year behind and the year ahead, at expected demand."""


RESOURCES = (
    Resource("MOULD", "Moulding cell", 0, "machine", 46.0, 0.84),
    Resource("HOUSE-ASM", "Household assembly", 0, "labour", 34.0, 1.20),
    Resource("HOUSE-CAL", "Household calibration", 0, "machine", 41.0, 0.90),
    Resource("PACK", "Packing line", 0, "labour", 29.0, 0.78),
    Resource("SMT", "Board line (SMT)", 1, "machine", 88.0, 1.22),
    Resource("MODULE", "Module bench", 1, "labour", 38.0, 0.88),
    Resource("PRESS", "Press and weld shop", 1, "machine", 62.0, 0.80),
    Resource("TRADE-ASM", "Trade assembly", 1, "labour", 42.0, 0.88),
)
NUMBER = {resource.resource_id: number for number, resource in enumerate(RESOURCES)}
BINDING_PEAK = 1.05
"""A resource binds if its peak is above this."""
BUSY_MONTHS = 4
"""How many of 24 months set the peak."""


@dataclass(frozen=True)
class Work:
    """Operations as arrays of one length, sorted by item and operation."""

    item: Ints
    operation: Ints
    resource: Ints
    hours: Floats

    def load(self, production: Floats) -> Floats:
        """Hours of each resource, month x resource, for a production month x item."""
        need = production[:, self.item] * self.hours
        return np.stack([need[:, self.resource == number].sum(axis=1) for number in range(len(RESOURCES))], axis=1)


def make_work(shape: Shape, structure: Structure) -> Work:
    """Draw the operations of every made item."""
    chance = shape.stream("work")
    parts = [_operations(chance, structure, *rule) for rule in _ROUTES]
    item, operation, resource, hours = (np.concatenate(column) for column in zip(*parts, strict=True))
    by = np.lexsort((operation, item))
    return Work(item[by], operation[by], resource[by], hours[by])


_Rule = tuple[Kind, int, str, int, float]
_ROUTES: tuple[_Rule, ...] = (
    # kind, family or technology, resource, operation, median hours
    (Kind.FINISHED, 0, "HOUSE-ASM", 10, 0.055),
    (Kind.FINISHED, 0, "HOUSE-CAL", 20, 0.020),
    (Kind.FINISHED, 0, "PACK", 30, 0.012),
    (Kind.FINISHED, 1, "HOUSE-ASM", 10, 0.080),
    (Kind.FINISHED, 1, "HOUSE-CAL", 20, 0.030),
    (Kind.FINISHED, 1, "PACK", 30, 0.015),
    (Kind.FINISHED, 2, "TRADE-ASM", 10, 0.55),
    (Kind.FINISHED, 3, "TRADE-ASM", 10, 2.40),
    (Kind.FINISHED, SPARES, "PACK", 10, 0.02),
    (Kind.MODULE, Make.HOUSING, "MOULD", 10, 0.016),
    (Kind.MODULE, Make.ELECTRONIC, "MODULE", 10, 0.035),
    (Kind.MODULE, Make.FRAME, "MODULE", 10, 0.09),
    (Kind.SUBASSEMBLY, Make.HOUSING, "MOULD", 10, 0.012),
    (Kind.SUBASSEMBLY, Make.ELECTRONIC, "SMT", 10, 0.018),
    (Kind.SUBASSEMBLY, Make.FRAME, "PRESS", 10, 0.14),
)


def _operations(
    chance: np.random.Generator,
    structure: Structure,
    kind: Kind,
    group: int,
    resource: str,
    operation: int,
    median: float,
) -> tuple[Ints, Ints, Ints, Floats]:
    belongs = structure.family if kind is Kind.FINISHED else structure.make
    item = np.flatnonzero((structure.kind == kind) & (belongs == group) & ~structure.bought)
    number = np.full(item.size, NUMBER[resource])
    home = np.array([r.plant for r in RESOURCES])[number] == structure.plant[item]
    if resource == "PACK":
        number = np.where(home, number, NUMBER["TRADE-ASM"])
    hours = (median * chance.lognormal(0.0, 0.25, item.size)).round(4)
    return item, np.full(item.size, operation), number, np.maximum(hours, 0.001)


def daily_hours(work: Work, production: Floats, months: Dates) -> Floats:
    """Hours a working day of each resource, so that it is loaded to its peak in the busiest months.

    Args:
        work: The operations.
        production: Requirement of two years, the last one behind and the first one ahead, month x item [units].
        months: Those months.
    """
    per_day = np.sort(work.load(production) / working_days(months)[:, None], axis=0)
    wanted = per_day[-BUSY_MONTHS:].mean(axis=0) / np.array([resource.peak for resource in RESOURCES])
    daily: Floats = np.maximum(np.ceil(wanted * 10.0) / 10.0, 0.1)
    return daily


def resource_table() -> pl.DataFrame:
    """Table `resource`."""
    return pl.DataFrame(
        {
            "resource_id": [r.resource_id for r in RESOURCES],
            "name": [r.name for r in RESOURCES],
            "location_id": [PLANTS[r.plant] for r in RESOURCES],
            "resource_type": [r.resource_type for r in RESOURCES],
            "capacity_unit": ["hours_per_period"] * len(RESOURCES),
            "cost_per_hour": [r.cost_per_hour for r in RESOURCES],
            "overtime_cost_per_hour": [round(r.cost_per_hour * 1.4, 2) for r in RESOURCES],
            "currency": [BASE_CURRENCY] * len(RESOURCES),
            "bottleneck_flag": [r.peak > BINDING_PEAK for r in RESOURCES],
        }
    )


def resource_capacity_table(shape: Shape, hours: Floats) -> pl.DataFrame:
    """Table `resource_capacity`: working days times daily hours, from twelve months back to the end of the horizon."""
    months = shape.months[shape.history_months - 12 :]
    available = (working_days(months)[None, :] * hours[:, None]).round(1)
    return pl.DataFrame(
        {
            "resource_id": np.repeat([r.resource_id for r in RESOURCES], months.size).tolist(),
            "period_id": np.tile(months.astype(str), len(RESOURCES)).tolist(),
            "available": available.ravel(),
            "shifts": np.full(available.size, 2.0),
            "overtime_max": (available * 0.1).round(1).ravel(),
        }
    )


def routing_table(structure: Structure, work: Work) -> pl.DataFrame:
    """Table `routing`."""
    item = structure.item_id[work.item]
    return pl.DataFrame(
        {
            "routing_id": [f"T-{name}" for name in item],
            "operation_no": work.operation.astype(str).tolist(),
            "resource_id": np.array([r.resource_id for r in RESOURCES])[work.resource].tolist(),
            "item_id": item.tolist(),
            "hours_per_unit": work.hours,
            "location_id": np.array(PLANTS)[structure.plant[work.item]].tolist(),
            "cost_per_hour": np.array([r.cost_per_hour for r in RESOURCES])[work.resource],
        }
    )
