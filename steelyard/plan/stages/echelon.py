"""Echelon stage: safety stock placed where in the network it costs least, or left where each place needs it."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np

from steelyard.grid.block import Array, Blocks, cut, freeze, join, same
from steelyard.inventory.multi_echelon.guaranteed_service import ServicePlan, place_safety_stock
from steelyard.inventory.multi_echelon.split_lead_time import split_lead_time
from steelyard.inventory.multi_echelon.stage_network import StageNetwork, build_stage_network
from steelyard.inventory.safety_stock import cycle_service_factor
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value
from steelyard.supply.layout import cuts_of
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import place_arcs

Values = Mapping[str, Value]

STEPS = 100
"""Steps of time into which the longest way through the network is cut at most."""


class Search(NamedTuple):
    """How long to search on a network that is no tree; see `place_safety_stock`."""

    restarts: int = 1
    passes: int = 60
    patience: int = 12


QUICK = Search()
"""How long a plan searches on networks that are no trees; the command `multi-echelon` searches longer."""


@dataclass(frozen=True)
class EchelonStage:
    """Safety stock of every item-location."""

    inputs: tuple[str, ...] = (
        "local_safety_stock", "multi_echelon", "source_rows", "forecast_error", "lead_time_days", "lead_time_std_days",
        "review_periods", "days_per_period", "service_level", "standard_cost", "given_safety_stock",
        "given_safety_days",
    )  # fmt: skip
    outputs: tuple[str, ...] = ("safety_stock",)

    @property
    def name(self) -> str:
        """Where it lives."""
        return "steelyard.plan.stages.echelon.place_in_network"

    @property
    def formula(self) -> str:
        """What it does, in words."""
        return inspect.getdoc(place_in_network) or ""

    def full(self, values: Values) -> NetworkOutcome:
        """Take the local safety stock, or place it in the network."""
        local = cast(Blocks, values["local_safety_stock"])
        if not values["multi_echelon"]:
            return NetworkOutcome({"safety_stock": local})
        placed = np.broadcast_to(place_in_network(values), (len(local[0]), join(local).shape[1]))
        return NetworkOutcome({"safety_stock": cut(placed, cuts_of(local))})

    def update(self, values: Values, previous: NetworkOutcome, before: Values, dirty: Dirty) -> NetworkOutcome:
        """Place again only where something that placing reads differs; demand of single periods does not."""
        if not values["multi_echelon"]:
            return self.full(values)
        if before["multi_echelon"] and not dirty.any(self.inputs[1:]):
            return previous
        fresh = cast(Blocks, self.full(values).values["safety_stock"])
        old = cast(Blocks, previous.values["safety_stock"])
        kept = (was if same(block, was) else block for block, was in zip(fresh, old, strict=True))
        return NetworkOutcome({"safety_stock": tuple(kept)})


def place_in_network(values: Values) -> Array:
    """Place safety stock where it costs least while customers are served from stock at their service level.

    safety stock = service factor x error of a day x root(net days), the net days found for all places together

    Every place quotes a service time to those it supplies; who waits longer for his suppliers, or promises less, keeps
    more stock. What the item-location states stays. Uncertain lead times of a place's own source come on top.

    Returns:
        Units, by item-location.
    """
    return stock_in_network(values, *network_plan(values))


def stock_in_network(values: Values, network: StageNetwork, plan: ServicePlan) -> Array:
    """Safety stock of every item-location where the network is placed so: what is stated stays, late supply on top."""
    days = cast(float, values["days_per_period"])
    spread = join(cast(Blocks, values["lead_time_std_days"])) / days
    late = cycle_service_factor(join(cast(Blocks, values["service_level"]))) * network.demand * days * spread
    stock = np.sqrt(np.square(plan.safety_stock) + np.where(plan.net_time > 0, np.square(late), 0.0))
    given, given_days = (join(cast(Blocks, values[name])) for name in ("given_safety_stock", "given_safety_days"))
    local = join(cast(Blocks, values["local_safety_stock"])).mean(axis=0)
    wanted = np.where(~np.isnan(given), given, np.where(np.isnan(given_days), stock, local))
    return freeze(np.where(wanted >= 10, np.ceil(wanted - 1e-6), np.round(wanted, 3)))


def network_plan(values: Values, search: Search = QUICK) -> tuple[StageNetwork, ServicePlan]:
    """The network of a plan's item-locations, in days, and where safety stock costs least in it.

    Args:
        values: Inputs and measures of the plan.
        search: How long to search; see `place_safety_stock`.
    """
    network = stages_of(values)
    longest = max(float(network.processing_time.sum()) if network.size < 3 else _longest(values, network), 1.0)
    step = float(np.ceil(longest / STEPS))
    rate = cast(float, values.get("holding_rate", 1.0))
    return network, place_safety_stock(network, holding_rate=rate, time_step=step, **search._asdict())


def stages_of(values: Values) -> StageNetwork:
    """Item-locations as stages: lead time in days, standard cost, and the demand bound of a day.

    Sources that share the orders of an item-location count by their share of the horizon.
    """
    rows, days = cast(SourceRows, values["source_rows"]), cast(float, values["days_per_period"])
    arcs = place_arcs(rows)
    error = join(cast(Blocks, values["forecast_error"])) / np.sqrt(days)
    review = np.where(error > 0, join(cast(Blocks, values["review_periods"])) * days, 0.0)
    cost = np.nan_to_num(join(tuple(block[0] for block in cast(Blocks, values["standard_cost"]))))
    return build_stage_network(
        _lead_times(rows, join(cast(Blocks, values["lead_time_days"])), days) + review,
        supplier=arcs.component,
        customer=arcs.consumer,
        unit_cost=np.maximum(cost, 0.0),
        demand_deviation=error,
        safety_factor=cycle_service_factor(join(cast(Blocks, values["service_level"]))),
        demand_mean=daily_demand(values, days, error.size),
        most_service_time=np.where(error > 0, 0.0, np.nan),
        quantity_per=arcs.quantity_per,
    )


def _lead_times(rows: SourceRows, own: Array, days: float) -> Array:
    """Days from all inputs to being there, by item-location; one time stands for sources that share its orders."""
    if not rows.place.size:
        return own
    each = np.where(rows.lead_time < 0, own[rows.place], rows.lead_time * days)
    shared = split_lead_time(each, rows.share.mean(axis=0), rows.place, own.size)
    return np.where(np.bincount(rows.place, minlength=own.size) > 0, shared, own)


def daily_demand(values: Values, days: float, size: int) -> Array:
    """Mean demand of customers in a day, by item-location [units]."""
    if "independent_demand" not in values:
        return np.zeros(size)
    return np.asarray(join(cast(Blocks, values["independent_demand"])).mean(axis=0) / days)


def _longest(values: Values, network: StageNetwork) -> float:
    """Days of a way through all levels, no shorter than the longest there is."""
    level = cast(SourceRows, values["source_rows"]).network.level[: network.size]
    longest = np.zeros(int(level.max(initial=0)) + 1)
    np.maximum.at(longest, level, network.processing_time)
    return float(longest.sum())
