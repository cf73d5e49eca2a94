"""Rounding: quantities of whole orders next to those a linear program finds; and slopes that gather orders."""

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.model import RESOURCE_KINDS, Options, SupplyModel, option_of_lines
from steelyard.supply.order_count import largest_order, orders_for

_CRUMB = 1e-6
_STORAGE = RESOURCE_KINDS.index("storage")


def whole_orders(model: SupplyModel, quantity: Array) -> Array:
    """Quantities of whole orders that follow a plan, `[period, option]` [units].

    Period after period, components first, each option orders until it has brought what the plan has by then, rounded
    up; an order for which components or hours do not suffice waits until they do.

    Args:
        model: The supply model, laid out.
        quantity: Received in the plan, `[period, option]` [units].
    """
    shop, done = _Shop(model), np.zeros(len(model.options.names))
    wanted, out = np.cumsum(np.where(quantity > _CRUMB, quantity, 0.0), axis=0), np.zeros(quantity.shape)
    for release in range(model.length):
        shop.begin(release)
        for option in shop.order:
            receipt = release + int(model.options.lead_time[option])
            if receipt >= model.length:
                continue
            units = shop.start(option, receipt, wanted[receipt, option] - done[option])
            out[receipt, option], done[option] = units, done[option] + units
    return out


def slopes(options: Options, quantity: Array, before: Array) -> Array:
    """What a unit of a quantity bears of the cost of its orders; where nothing is ordered, what it bore before.

    Source: Kim & Pardalos, A solution approach to the fixed charge network flow problem by dynamic slope scaling, 1999.

    Args:
        options: The options.
        quantity: Received, `[period, option]` [units].
        before: The slopes before, `[period, option]` [money/unit].
    """
    ordered = quantity > _CRUMB
    each = options.fixed_cost * orders_for(options, quantity) / np.where(ordered, quantity, 1.0)
    return np.asarray(np.where(ordered, each, before))


class _Shop:
    """Stock and hours while orders are started."""

    def __init__(self, model: SupplyModel) -> None:
        options, resources = model.options, model.resources
        self._options, self._largest = options, largest_order(options)
        self._stock = np.array(model.nodes.opening)
        self._coming = np.array(model.nodes.receipts)
        hours = resources.regular + resources.overtime + resources.shift_limit * resources.shift_hours
        group = model.workforce
        people = np.maximum(group.minimum, group.opening) * (group.hours_per_worker + group.overtime_per_worker)
        np.add.at(hours.T, group.resource, people.T)
        self._hours = np.where(resources.kind == _STORAGE, np.inf, hours)
        self.order = _components_first(model)

    def begin(self, period: int) -> None:
        """Receive what comes in a period."""
        self._now = period
        self._stock += self._coming[period]

    def start(self, option: int, receipt: int, wanted: float) -> float:
        """Start orders for what is wanted, as far as components and hours suffice; gives the units."""
        options = self._options
        least, most = options.minimum[receipt, option], options.maximum[receipt, option]
        units = self._in_orders(option, max(wanted, least), most, up=True) if max(wanted, least) > _CRUMB else 0.0
        can = self._possible(option, receipt)
        if units > can:
            units = self._in_orders(option, can, most, up=False)
        units = float(max(units, min(least, most)))
        if units > 0.0:
            self._take(option, receipt, units)
        return units

    def _in_orders(self, option: int, units: float, most: float, *, up: bool) -> float:
        """The nearest quantity above or below that whole orders bring."""
        options = self._options
        step, least, largest = options.lot_multiple[option], options.lot_minimum[option], self._largest[option]
        units = min(units, most)
        if step > 0:
            units = (np.ceil(units / step - _CRUMB) if up else np.floor(units / step + _CRUMB)) * step
            units = min(units, np.floor(most / step + _CRUMB) * step) if np.isfinite(most) else units
        orders = max(np.ceil(units / largest - _CRUMB), 1.0) if np.isfinite(largest) else 1.0
        if least > 0 and units < orders * least - _CRUMB:
            fewer = (orders - 1.0) * largest if orders > 1 else 0.0
            more = np.ceil(orders * least / step - _CRUMB) * step if step > 0 else orders * least
            units = more if up and more <= most else fewer
        return float(units)

    def _possible(self, option: int, receipt: int) -> float:
        """Units for which components and hours suffice."""
        options, can = self._options, np.inf
        for line in range(int(options.component_start[option]), int(options.component_start[option + 1])):
            if options.component_from[line] <= self._now < options.component_to[line]:
                can = min(can, max(self._stock[options.component[line]], 0.0) / options.quantity_per[line])
        for line in range(int(options.hour_start[option]), int(options.hour_start[option + 1])):
            if options.hours_per_unit[line] > 0:
                left = self._hours[receipt - options.hour_offset[line], options.resource[line]]
                can = min(can, max(left, 0.0) / options.hours_per_unit[line])
        return float(can)

    def _take(self, option: int, receipt: int, units: float) -> None:
        options, beside = self._options, self._options.co_products
        for line in range(int(options.component_start[option]), int(options.component_start[option + 1])):
            if options.component_from[line] <= self._now < options.component_to[line]:
                self._stock[options.component[line]] -= units * options.quantity_per[line]
        for line in range(int(options.hour_start[option]), int(options.hour_start[option + 1])):
            self._hours[receipt - options.hour_offset[line], options.resource[line]] -= (
                units * options.hours_per_unit[line]
            )
        self._bring(int(options.node[option]), receipt, units)
        if beside.lines:
            for line in np.flatnonzero((beside.option == option) & (beside.first <= receipt)).tolist():
                if receipt < beside.last[line]:
                    self._bring(int(beside.node[line]), receipt, units * float(beside.per_unit[line]))

    def _bring(self, node: int, receipt: int, units: float) -> None:
        if receipt == self._now:
            self._stock[node] += units
        else:
            self._coming[receipt, node] += units


def _components_first(model: SupplyModel) -> list[int]:
    """Options in an order in which what is received at once is there for what takes it."""
    options, level = model.options, np.zeros(len(model.nodes.names), np.int64)
    line: IntArray = option_of_lines(options.component_start)
    for _ in range(_DEEPEST):
        deeper = level.copy()
        np.maximum.at(deeper, options.node[line], level[options.component] + 1)
        if np.array_equal(deeper, level):
            break
        level = deeper
    return np.argsort(level[options.node], kind="stable").tolist()  # type: ignore[no-any-return]


_DEEPEST = 50
"""Levels of consumption that are followed."""
