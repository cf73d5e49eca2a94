"""Min-max, kanban and buffer zones: simple rules by which shops and planners replenish."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array


class MinMax(NamedTuple):
    """Order up to the maximum when stock falls to the minimum."""

    minimum: Array
    """Demand of the protection interval plus safety stock [units]."""
    maximum: Array
    """Minimum plus an order [units]."""


def min_max_levels(
    demand: Array, *, lead_time: Array, safety_stock: Array, lot_size: Array, review: Array | float = 0.0
) -> MinMax:
    """Levels of a min-max rule.

        minimum = demand x (lead time + review) + safety stock
        maximum = minimum + lot size

    Args:
        demand: Mean demand of a period [units].
        lead_time: Lead time [periods].
        safety_stock: Safety stock [units].
        lot_size: Usual order [units].
        review: Time between reviews [periods].

    Example:
        >>> min_max_levels(np.array([100.0]), lead_time=np.array([0.5]), safety_stock=np.array([20.0]),
        ...     lot_size=np.array([80.0]))
        MinMax(minimum=array([70.]), maximum=array([150.]))
    """
    low = demand * (lead_time + review) + safety_stock
    return MinMax(low, low + lot_size)


def kanban_cards(
    demand: Array, *, lead_time: Array, container: Array, safety: Array | float = 0.0, quantity: Array | float = 0.0
) -> Array:
    """How many containers shall circulate, rounded up.

        cards = (demand x lead time x (1 + safety) + quantity) / container

    Args:
        demand: Mean demand in a time unit [units].
        lead_time: Time from freeing a card to the full container being back [time unit].
        container: Units in a container.
        safety: Share added for safety.
        quantity: Safety stock added as units instead.

    Source: Monden, Toyota Production System; Heizer & Render, Operations Management, chapter on lean operations.

    Example:
        >>> kanban_cards(np.array([500.0]), lead_time=np.array([2.0]), container=np.array([250.0]), quantity=250.0)
        array([5.])
    """
    return np.ceil((demand * lead_time * (1.0 + safety) + quantity) / container - 1e-9)


class BufferZones(NamedTuple):
    """Zones of a demand-driven buffer [units]."""

    red_base: Array
    red_safety: Array
    yellow: Array
    green: Array

    @property
    def red(self) -> Array:
        """Top of red: what is never planned to be used."""
        return self.red_base + self.red_safety

    @property
    def reorder_point(self) -> Array:
        """Top of yellow: order when the net flow position is at or below."""
        return self.red + self.yellow

    @property
    def order_up_to(self) -> Array:
        """Top of green."""
        return self.reorder_point + self.green

    @property
    def mean_stock(self) -> Array:
        """Stock to expect on hand: red plus half of green."""
        return self.red + self.green / 2.0


def buffer_zones(
    daily_usage: Array,
    *,
    lead_time: Array,
    lead_time_factor: Array,
    variability_factor: Array,
    min_lot: Array | float = 0.0,
    order_cycle: Array | float = 0.0,
    demand_factor: Array | float = 1.0,
) -> BufferZones:
    """Red, yellow and green zones of a demand-driven buffer.

        yellow = usage x lead time                 red base   = yellow x lead time factor
        green  = max(min lot, usage x order cycle, red base)     red safety = red base x variability factor

    Args:
        daily_usage: Mean usage a day [units].
        lead_time: Decoupled lead time [days].
        lead_time_factor: 0.2 to 0.4 for long, 0.41 to 0.6 for medium, 0.61 to 1 for short lead times.
        variability_factor: 0 to 0.4 for low, 0.41 to 0.6 for medium, 0.61 to 1 for high variability.
        min_lot: Least order [units].
        order_cycle: Wanted days between orders.
        demand_factor: Adjusts the usage for season or a promotion.

    Source: Ptak & Smith, Demand Driven Material Requirements Planning, chapter 7.

    Example:
        >>> zones = buffer_zones(np.array([10.0]), lead_time=np.array([12.0]), lead_time_factor=np.array([0.5]),
        ...     variability_factor=np.array([0.5]), min_lot=50.0, order_cycle=7.0)
        >>> zones.red.tolist(), zones.yellow.tolist(), zones.green.tolist(), zones.order_up_to.tolist()
        ([90.0], [120.0], [70.0], [280.0])
    """
    usage = daily_usage * demand_factor
    yellow = usage * lead_time
    base = yellow * lead_time_factor
    green = np.maximum(np.maximum(min_lot, usage * order_cycle), base)
    return BufferZones(base, base * variability_factor, yellow, green)


def net_flow_order(on_hand: Array, on_order: Array, qualified_demand: Array, zones: BufferZones) -> Array:
    """What to order now: up to the top of green when the net flow position is not above the top of yellow [units].

    net flow position = on hand + on order - orders due today and qualified spikes
    """
    position = on_hand + on_order - qualified_demand
    return np.where(position <= zones.reorder_point, np.maximum(zones.order_up_to - position, 0.0), 0.0)
