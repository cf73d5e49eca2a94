"""Generated inputs: plans of any size made straight in memory, for measuring the engine alone."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import polars as pl

from steelyard.data.importing import import_extract
from steelyard.data.synthetic.folder import write_company
from steelyard.data.synthetic.generated import make_generated_company
from steelyard.grid.block import SILENT, Array, cut, uniform_block
from steelyard.grid.calendar import Calendar
from steelyard.grid.series import SeriesIndex, cut_at_items
from steelyard.plan.calculation import Value
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import freeze_inputs
from steelyard.plan.inputs.bundle import PlanInputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.wiring import STANDARD
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.open_supply import OpenSupply
from steelyard.supply.rough_cut import build_resource_bill
from steelyard.supply.source_rows import without_sources

FAMILY = 1000
"""Items in a family."""


def downstream_wiring() -> Wiring:
    """The standard plan from the statistical forecast on; the forecast repeats only where history changes."""
    past = {name for name, measure in STANDARD.measures.items() if measure.span == "history"}
    steps = tuple(step for step in STANDARD.steps if (past | {"statistical_forecast"}).isdisjoint(step.outputs))
    return Wiring(STANDARD.measures, steps)


def independent_items(items: int, periods: int = 36, *, seed: int = 1) -> PlanInputs:
    """Items without components or shared resources: every series stands alone."""
    none = np.empty(0, np.int64)
    network = build_network(items, periods, component=none, consumer=none, quantity_per=np.empty(0))
    return _inputs(items, periods, network, np.random.default_rng(seed))


def linked_items(items: int, periods: int = 36, *, levels: int = 6, common: float = 0.1, seed: int = 1) -> PlanInputs:
    """Items in one network of several BOM levels; a share of the components is common to many families.

    About 3.3 components an assembly; families are neighbours on every level, so blocks follow product families.
    """
    rng = np.random.default_rng(seed)
    level = np.arange(items) % levels
    component, consumer = _arcs(items, levels, level, common, rng)
    quantity = rng.integers(1, 4, component.size).astype(np.float64)
    network = build_network(items, periods, component=component, consumer=consumer, quantity_per=quantity)
    return _inputs(items, periods, network, rng, sold=level == 0)


def _arcs(items: int, levels: int, level: Array, common: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Components of the next level, mostly from the own neighbourhood, some from anywhere."""
    consumers = np.flatnonzero(level < levels - 1)
    counts = rng.integers(2, 6, consumers.size)
    consumer = np.repeat(consumers, counts)
    near = consumer + rng.integers(-100, 101, consumer.size) * levels + 1
    far = rng.integers(0, items // levels, consumer.size) * levels + level[consumer] + 1
    component = np.where(rng.random(consumer.size) < common, far, near)
    inside = (component >= 0) & (component < items)
    pairs = np.unique(np.stack([component[inside], consumer[inside]]), axis=1)
    return pairs[0], pairs[1]


def _inputs(
    items: int, periods: int, network: SupplyNetwork, rng: np.random.Generator, sold: Array | None = None
) -> PlanInputs:
    index = _index(items)
    sells = np.ones(items, bool) if sold is None else sold
    demand = rng.gamma(2.0, 50.0, items) * sells
    flow = (
        demand * (1 + 0.3 * np.sin(np.arange(periods)[:, None] * np.pi / 6)) * rng.uniform(0.8, 1.2, (periods, items))
    )
    days = rng.choice([10.0, 30.0, 60.0], items)
    past = cut(flow[::-1] * rng.uniform(0.8, 1.2, (periods, items)), index.cuts)
    values: dict[str, Value] = {
        "demand_history": past,
        "baseline_history": past,
        "lead_time_quantile": cut(demand * (days / 30.4 + 2), index.cuts),
        "statistical_forecast": cut(flow, index.cuts),
        "forecast_error": cut(demand * 0.2, index.cuts),
        "promotion_effect": cut((rng.random((periods, items)) < 0.03) * 0.3, index.cuts),
        "open_orders": cut(flow * (np.arange(periods)[:, None] == 0) * 0.5, index.cuts),
        "place_of_demand": tuple(np.arange(b - a) for a, b in index.cuts),
        "opening_inventory": cut(demand * 0.7, index.cuts),
        "scheduled_receipts": cut(flow * (np.arange(periods)[:, None] < 2) * 0.6, index.cuts),
        "lead_time_days": cut(days, index.cuts),
        "lead_time_std_days": cut(days * 0.1, index.cuts),
        "given_safety_stock": cut(np.full(items, np.nan), index.cuts),
        "service_level": cut(np.full(items, 0.95), index.cuts),
        "price": cut(np.tile(rng.uniform(5, 50, items), (periods, 1)), index.cuts),
        "unit_cost": cut(np.tile(rng.uniform(2, 20, items), (periods, 1)), index.cuts),
        "standard_cost": cut(np.tile(rng.uniform(2, 20, items), (periods, 1)), index.cuts),
        "budget_revenue": cut(flow * 20, index.cuts),
        "network": network,
        "lots": LotSizes(np.zeros(items), rng.choice([1.0, 10.0, 50.0], items), np.full(items, np.inf)),
        "bill": build_resource_bill(
            items, 0, row=np.empty(0, np.int64), resource=np.empty(0, np.int64), hours_per_unit=np.empty(0)
        ),
        "capacity_available": (np.empty((periods, 0)),),
        "supply_priority": np.zeros(items),
        "planning_fence": np.zeros(items, np.int64),
        "open_supply": OpenSupply.none(items, periods),
        "days_per_period": 30.4,
        "finite_capacity": False,
    }
    values["source_rows"] = without_sources(network, values["bill"], values["lots"])
    values |= _as_elsewhere(values, index, periods)
    resources = SeriesIndex(pl.DataFrame({"resource": pl.Series([], dtype=pl.String)}), ("resource",), ((0, 0),))
    series = {"demand": index, "item_location": index, "resource": resources}
    calendar = PlanPeriods(Calendar.months("2026-01-01", 1 + periods), 1)
    return PlanInputs("generated", PlanParameters(horizon=periods), calendar, series, MappingProxyType(values))


def _as_elsewhere(values: dict[str, Value], index: SeriesIndex, periods: int) -> dict[str, Value]:
    """What the plan reads beside that, as it is in a company that says nothing about it."""
    known = _plain_inputs(periods)
    wiring = downstream_wiring()
    wanted = {name for step in wiring.steps for name in step.inputs} - wiring.writer.keys() - values.keys()
    spread = {name: _spread(known[name], index) for name in sorted(wanted) if name in known}
    spread["reference_price"] = tuple(block[0] for block in values["price"])
    missing = sorted(wanted - known.keys())
    if missing:
        raise LookupError(f"The plan reads {', '.join(missing)}, which no generated company has: make it in _inputs")
    return spread


def _spread(value: Value, index: SeriesIndex) -> Value:
    """The first cell of a measure for every series; anything else as it is."""
    if not (isinstance(value, tuple) and value and isinstance(value[0], np.ndarray)):
        return value
    shape, first = value[0].shape[:-1], float(value[0].flat[0])
    return tuple(uniform_block((*shape, b - a), SILENT if np.isnan(first) else first) for a, b in index.cuts)


@lru_cache
def _plain_inputs(periods: int) -> Mapping[str, Value]:
    """Inputs of a small generated company."""
    with tempfile.TemporaryDirectory() as folder:
        write_company(make_generated_company(20, periods), Path(folder) / "files")
        extract = import_extract(
            Path(folder) / "files", into=Path(folder) / "extracts", at=datetime(2026, 11, 1, tzinfo=UTC)
        )
        return freeze_inputs(extract, PlanParameters(horizon=periods)).values


def _index(items: int) -> SeriesIndex:
    number = np.arange(items)
    names = {
        "item": [f"I{i:06d}" for i in number],
        "location": ["DC"] * items,
        "customer": ["ALL"] * items,
        "product_family": [f"F{i // FAMILY:04d}" for i in number],
        "territory": [f"T{i % 8}" for i in number],
    }
    cuts, _ = cut_at_items(number, number, items)
    return SeriesIndex(pl.DataFrame(names), ("item", "location", "customer"), cuts)
