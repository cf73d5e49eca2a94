"""Ascent: prices of hours by small steps up the lower bound, and the mean of the plans made on the way.

Each row's step grows while its hours stay too many or too few, and shrinks where that turns around. The mean of what
was planned at the prices of all steps needs hardly more hours than there are, so that little of it has to be moved.

Source: Riedmiller & Braun, A direct adaptive method for faster backpropagation learning (RPROP), 1993, for the steps;
Barahona & Anbil, The volume algorithm: producing primal solutions with a subgradient method, 2000, for the mean.
"""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._master import Steps
from steelyard.supply._pricer import Pricer
from steelyard.supply.model import option_of_lines
from steelyard.supply.price_network import PriceNetwork

_BEGIN, _MOST, _LONGER, _SHORTER = 0.03, 0.15, 1.2, 0.5
"""First and longest step as a share of what an hour costs, and how steps change."""
_SATURATED = 0.05
"""A row that misses this share of its hours goes the whole step."""
_LATEST = 0.1
"""Least weight of the latest plan in the mean."""
_OF_VALUE, _OF_FRESH, _OF_ELASTIC = 0.2, 0.3, 0.05
"""Of what size prices are, where hours cannot be bought: as a share of what is made in an hour, of a fresh unit of
what is limited or scarce, and of the elastic price of room."""
_DISCOUNT_STEP = 0.2


@dataclass(frozen=True)
class Pass:
    """One pricing of all nodes.

    Args:
        hour_price: Money per hour, by row (resource x period).
        discount: Taken off the price of a unit where stock is plenty, by stage and period.
        worth: Least money of all nodes at these prices.
    """

    hour_price: Array
    discount: Array
    worth: float


class Ascent:
    """Prices on their way up.

    Args:
        network: The supply model laid out for pricing, in one group without copies.
        steps: What hours cost.
    """

    def __init__(self, network: PriceNetwork, steps: Steps) -> None:
        self._pricer, self._steps = Pricer(network), steps
        self._price, self._discount = np.zeros(network.rows), self._pricer.undiscounted
        self._before = np.zeros(network.rows)
        self._size, self._step = np.zeros(0), np.zeros(0)
        self._count = 0
        self.mean = np.zeros((network.model.length, len(network.model.options.names)))
        """Mean of the plans, `[period, option]` [units]."""

    def change_hours(self, steps: Steps) -> None:
        """Go on with other hours."""
        self._steps = steps

    def climb(self) -> Pass:
        """Price once, add to the mean, and go a step further."""
        done = Pass(self._price, self._discount, self._pricer.respond(self._price, self._discount))
        self._count += 1
        self.mean += max(1.0 / self._count, _LATEST) * (self._pricer.quantity() - self.mean)
        self._discount = self._discount + _DISCOUNT_STEP * (self._pricer.plenty() - self._discount)
        self._go()
        return done

    def _go(self) -> None:
        if self._count == 1:
            self._size = self._sizes()
            self._step = _BEGIN * self._size
        lack = self._pricer.add_up()[0].sum(axis=0) - self._steps.offered(self._price)
        sign = np.sign(lack)
        turned, self._before = sign * self._before, sign
        longer = np.minimum(self._step * _LONGER, _MOST * self._size)
        self._step = np.where(turned > 0, longer, np.where(turned < 0, self._step * _SHORTER, self._step))
        share = np.clip(lack / (_SATURATED * np.maximum(self._steps.free, _CRUMB)), -1.0, 1.0)
        self._price = np.clip(self._price + self._step * share, 0.0, self._steps.most())

    def _sizes(self) -> Array:
        """Of what size a price of each row may be: the dearest hour that can be bought, else a part of what it adds."""
        steps, network = self._steps, self._pricer.network
        size, finite = np.zeros(network.rows), np.isfinite(steps.limit)
        np.maximum.at(size, steps.row[finite], steps.price[finite])
        size = np.where(size > 0, size, self._size_by_value())
        return np.minimum(np.where(size > 0, size, _OF_ELASTIC * steps.most()), steps.most())

    def _size_by_value(self) -> Array:
        """A part of what passes through an hour of each resource; of a fresh unit for limited options and stock."""
        network, model, length = self._pricer.network, self._pricer.network.model, self._pricer.network.model.length
        options, quantity = model.options, self._pricer.quantity()
        fresh = np.where(quantity > 0, self._pricer.prices.fresh.T[:, options.node], 0.0)
        line = option_of_lines(options.hour_start)
        value = np.bincount(options.resource, (quantity * fresh).sum(axis=0)[line], len(model.resources.names))
        hours = np.bincount(
            options.resource, quantity.sum(axis=0)[line] * np.abs(options.hours_per_unit), len(model.resources.names)
        )
        by_resource = np.divide(value, hours, out=np.zeros(value.size), where=hours > 0)
        return np.concatenate((
            np.repeat(_OF_VALUE * by_resource, length),
            np.repeat(_OF_FRESH * self._fresh(options.node[network.limited]), length),
            _OF_FRESH * self._fresh(network.scarce),
        ))  # fmt: skip

    def _fresh(self, node: IntArray) -> Array:
        """Price of the first fresh unit, the elastic one where there is none."""
        first = np.minimum(self._pricer.network.layout.window[node], self._pricer.network.model.length - 1)
        fresh = self._pricer.prices.fresh[node, first]
        return np.where(np.isfinite(fresh), fresh, self._pricer.network.layout.elastic[node])


_CRUMB = 1e-6
