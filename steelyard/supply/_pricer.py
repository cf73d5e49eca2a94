"""Pricer: a price network with room to work in; it asks every node what it would do at given prices."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply import _pricing
from steelyard.supply._pricing import Responses, UnitPrices
from steelyard.supply.price_network import PriceNetwork


class Pricer:
    """A network and what its nodes did at the prices asked last.

    Args:
        network: A supply model laid out for pricing.
    """

    def __init__(self, network: PriceNetwork) -> None:
        self.network = network
        shape = network.layout.net.shape
        whole = (np.empty(shape, np.int64), np.empty(shape, np.int64))
        real = [np.empty(shape) for _ in range(4)]
        self.prices = UnitPrices(real[0], whole[0], real[1], whole[1], real[2], real[3])
        self.done = Responses(*(np.zeros(shape) for _ in range(6)))
        self._worth, self._keep = np.empty(shape[0]), np.empty(shape)

    @property
    def undiscounted(self) -> Array:
        """A discount of nothing, stage x period."""
        return np.zeros((self.network.layout.stage_start.size, self.network.model.length))

    def respond(self, hour_price: Array, discount: Array) -> float:
        """Let every node do what is best at the prices; give the least money of all of them.

        Args:
            hour_price: Money per hour, by row of the network.
            discount: Taken off the price of a unit where stock is plenty, stage x period.
        """
        network, layout = self.network, self.network.layout
        split = network.rows - network.scarce.size
        table, scarcity = hour_price[:split].reshape(-1, network.model.length), hour_price[split:]
        _pricing.price_keeping(layout, table, self._keep)
        _pricing.price_units(layout, table, scarcity, self._keep, discount, self.prices)
        _pricing.respond(layout, self._keep, self.prices, self.done, self._worth)
        return float(self._worth.sum())

    def add_up(self) -> tuple[Array, Array]:
        """Hours and room that each group uses, group x row, and the money it costs without them."""
        network = self.network
        usage, money = np.empty((network.groups, network.rows)), np.empty(network.groups)
        _pricing.add_up(
            network.layout, network.group_start, network.group_node, self.prices, self.done, usage, money
        )  # fmt: skip
        return usage, money

    def plenty(self) -> Array:
        """The discount that fits what was done: by how much stock is worth less than the unit at hand."""
        out = self.undiscounted
        _pricing.value_stock(self.network.layout, self._keep, self.prices, self.done, out)
        return out

    def quantity(self) -> Array:
        """Received by option of the network's model, `[period, option]` [units]."""
        network = self.network
        out = np.zeros((len(network.model.options.names), network.model.length))
        node, t = np.nonzero(self.done.received > 0)
        np.add.at(out, (network.option[self.prices.way[node, t]], t), self.done.received[node, t])
        return np.ascontiguousarray(out.T)
