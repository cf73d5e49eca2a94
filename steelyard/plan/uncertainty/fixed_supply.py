"""Fixed supply: what a plan has decided, as the futures play it, and how its demand and receipts may err."""

import hashlib
from dataclasses import replace
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, IntArray, join
from steelyard.grid.rollup import divide, scatter_add
from steelyard.inventory.excess import EXCESS_AHEAD
from steelyard.plan.money.version import series_value
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.stages.open_supply import counted_on
from steelyard.plan.uncertainty.future_money import open_shares
from steelyard.risk.futures import DemandError
from steelyard.risk.simulation import FixedSupply, MadeFrom
from steelyard.supply.requirements import lead_time_periods
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import work_of_places


def fixed_supply(plan: PlanNumbers) -> FixedSupply:
    """The supply of a plan as it is decided, with the demand it was made for."""
    receipts = counted_on(plan.values) + cells_of(plan, "constrained_receipts")
    resources = plan.series("capacity_available").size
    entries = work_of_places(_rows(plan)).tocoo()
    price, cost = (_mean_of_places(plan, name) for name in ("price", "unit_cost"))
    return FixedSupply(
        demand=cells_of(plan, "independent_demand"),
        receipts=receipts,
        issues=cells_of(plan, "component_issues"),
        opening_inventory=cells_of(plan, "opening_inventory"),
        price=price,
        unit_cost=cost,
        standard_cost=cells_of(plan, "standard_cost"),
        name=_names(plan),
        hours=(entries.coords[0].astype(np.int64), entries.coords[1].astype(np.int64), entries.data),
        resources=resources,
    )


def uncertain_supply(plan: PlanNumbers) -> FixedSupply:
    """The same with all that chance may do to it: late suppliers, components that others wait for, excess, invoices."""
    return replace(
        fixed_supply(plan),
        lateness=series_value(plan, "lead_time_std_days") / float(plan.horizon.days.mean()),
        open_share=open_shares(plan, place_of_demand(plan)),
        keep=_kept(plan),
        idle=cells_of(plan, "gross_requirement").sum(axis=0) <= 0.0,
        made_from=_made_from(plan),
    )


def demand_error(plan: PlanNumbers, *, persistence: float, shared: float) -> DemandError:
    """How demand errs: as the forecast has erred, as a share of the mean planned demand, at most 2."""
    mean = cells_of(plan, "independent_demand").mean(axis=0)
    deviation = np.clip(np.nan_to_num(divide(cells_of(plan, "forecast_error"), mean)), 0.0, 2.0)
    series = plan.series("independent_demand")
    family = series.codes("product_family" if "product_family" in series.levels else series.keys[0])
    return DemandError(deviation, family, persistence, shared)


def no_error(supply: FixedSupply) -> DemandError:
    """Demand that comes as planned."""
    size = supply.demand.shape[1]
    return DemandError(np.zeros(size), np.zeros(size, dtype=np.int64), 0.0, 0.0)


def cells_of(plan: PlanNumbers, measure: str) -> Array:
    """A measure in one piece, `[period, series]`."""
    return join(plan.blocks(measure))


def place_of_demand(plan: PlanNumbers) -> IntArray:
    """Row of the item-location that serves each row of demand."""
    starts = [start for start, _ in plan.series("independent_demand").cuts]
    parts = cast(Blocks, plan.inputs.values["place_of_demand"])
    return np.concatenate([part + start for part, start in zip(parts, starts, strict=True)]).astype(np.int64)


def _mean_of_places(plan: PlanNumbers, measure: str) -> Array:
    """Mean price or cost of what a place ships, by planned demand; of an idle cell that of its other cells."""
    places = place_of_demand(plan)
    size = plan.series("independent_demand").size
    demand, value = cells_of(plan, "demand_plan"), cells_of(plan, measure)
    sold, worth = (scatter_add(cells, places, size) for cells in (demand, demand * value))
    usual = divide(worth.sum(axis=0), sold.sum(axis=0))
    return np.nan_to_num(np.where(sold > 0, divide(worth, sold), usual[None]))


def _kept(plan: PlanNumbers) -> Array:
    """Stock above which the plan calls it excess: its safety stock and the demand it plans for the time ahead."""
    safety, ahead = cells_of(plan, "safety_stock"), cells_of(plan, "forward_demand")
    return np.asarray(np.nan_to_num(safety) + EXCESS_AHEAD * ahead)


def _made_from(plan: PlanNumbers) -> MadeFrom:
    """Sources with the components they take, lead time before the receipt; what they bring is the plan's."""
    rows = _rows(plan)
    arcs = rows.network.components
    of_arc = np.repeat(np.arange(rows.network.rows), np.diff(arcs.start))
    plain = (arcs.row < rows.places) & (arcs.quantity_per > 0)
    source = np.unique(of_arc[plain])
    source = source[np.argsort(rows.feeds[source], kind="stable")]
    at = np.flatnonzero(plain)[np.argsort(_rank(source, rows.network.rows)[of_arc[plain]], kind="stable")]
    days = float(plan.horizon.days.mean())
    lead = rows.lead_times(lead_time_periods(series_value(plan, "lead_time_days"), days))
    return MadeFrom(
        series=rows.feeds[source],
        receipts=np.ascontiguousarray(rows.planned(cells_of(plan, "constrained_receipts"))[:, source].T),
        lead=lead[source],
        first_part=np.concatenate([[0], np.cumsum(np.bincount(of_arc[plain], minlength=rows.network.rows)[source])]),
        part=arcs.row[at].astype(np.int64),
        part_from=arcs.valid_from[at].astype(np.int64),
        part_to=arcs.valid_to[at].astype(np.int64),
        order=np.argsort(-rows.network.level[: rows.places], kind="stable"),
    )


def _rank(members: IntArray, size: int) -> IntArray:
    """Position of each member, of 0 to size."""
    found = np.zeros(size, np.int64)
    found[members] = np.arange(members.size)
    return found


def _names(plan: PlanNumbers) -> IntArray:
    """A number for each item-location that is its own in every plan."""
    series = plan.series("independent_demand")
    keys = ("\x1f".join(key).encode() for key in series.members.select(series.keys).iter_rows())
    drawn = [int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little", signed=True) for key in keys]
    return np.array(drawn, dtype=np.int64)


def _rows(plan: PlanNumbers) -> SourceRows:
    return cast(SourceRows, plan.inputs.values["source_rows"])
