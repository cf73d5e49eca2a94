"""Variance: why money differs between two plans, cell by cell: volume, mix, price, cost, currency, new and exit."""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add


class MoneySide(NamedTuple):
    """Quantities and values of one side of a bridge, each period x series."""

    quantity: Array
    """Units sold."""
    price: Array
    """Net price of a unit in base currency [money/unit]."""
    unit_cost: Array
    """Cost of a unit in base currency [money/unit]; zeros give a bridge of revenue."""


@dataclass(frozen=True)
class Variance:
    """What moved the money, each period x series [money]; the effects of a cell add up to its difference."""

    volume: Array
    """More or less in all, at the mix, prices and costs of before."""
    mix: Array
    """Another share of rich and poor series within the same total."""
    price: Array
    """Other prices in the currency in which is sold."""
    cost: Array
    """Other unit costs, at the rates of before."""
    currency: Array
    """Other exchange rates."""
    new: Array
    """Series that sold nothing before."""
    exit: Array
    """Series that sell nothing any more."""

    @property
    def total(self) -> Array:
        """All effects together, period x series [money]."""
        return sum((getattr(self, name) for name in EFFECTS), np.zeros_like(self.volume))


EFFECTS: tuple[str, ...] = tuple(entry.name for entry in fields(Variance))
"""Names of the effects, in the order in which they are told."""


def explain_variance(
    before: MoneySide, after: MoneySide, group: IntArray, *, at_rates_before: MoneySide | None = None
) -> Variance:
    """Take the difference of two sides apart.

    With m = price - unit cost, T the quantity of a group in a period, 0 before and 1 after:

        volume = (q0 T1/T0 - q0) m0           mix  = (q1 - q0 T1/T0) m0
        price  = q1 (p1' - p0)                cost = -q1 (c1' - c0)
        currency = q1 ((p1 - p1') - (c1 - c1'))

    where ' marks the values of after at the exchange rates of before. A series without any quantity on one side is new
    or exits with all its money. Where a group sold nothing before, its quantity is volume. (The usual price-volume-mix
    analysis, e.g. Horngren, Cost Accounting, sales-mix and sales-quantity variances.)

    Args:
        before: One side.
        after: The other, the same series and periods.
        group: Group of each series within which quantities can be added.
        at_rates_before: The other side at the exchange rates of before; None where the rates are the same.

    Returns:
        The effects; over any cells they add up to the difference of quantity x (price - unit cost).

    Example:
        >>> one = MoneySide(np.array([[10.0, 10.0]]), np.array([[5.0, 2.0]]), np.zeros((1, 2)))
        >>> two = MoneySide(np.array([[12.0, 12.0]]), np.array([[5.0, 2.5]]), np.zeros((1, 2)))
        >>> found = explain_variance(one, two, np.array([0, 0]))
        >>> float(found.volume.sum()), float(found.mix.sum()), float(found.price.sum())
        (14.0, 0.0, 6.0)
    """
    held = after if at_rates_before is None else at_rates_before
    sold_before, sold_after = (np.any(side.quantity != 0, axis=0) for side in (before, after))
    goes_on = sold_before & sold_after
    at_mix = _at_mix_before(before.quantity, after.quantity, group, goes_on)
    unit = before.price - before.unit_cost
    return Variance(
        volume=_where(goes_on, (at_mix - before.quantity) * unit),
        mix=_where(goes_on, (after.quantity - at_mix) * unit),
        price=_where(goes_on, after.quantity * (held.price - before.price)),
        cost=_where(goes_on, -after.quantity * (held.unit_cost - before.unit_cost)),
        currency=_where(goes_on, after.quantity * ((after.price - held.price) - (after.unit_cost - held.unit_cost))),
        new=_where(sold_after & ~sold_before, after.quantity * (after.price - after.unit_cost)),
        exit=_where(sold_before & ~sold_after, -before.quantity * unit),
    )


def _at_mix_before(before: Array, after: Array, group: IntArray, goes_on: BoolArray) -> Array:
    """The quantity of after, shared out within each group as before; as it is where nothing was sold before."""
    size = int(group.max(initial=-1)) + 1
    start = scatter_add(_where(goes_on, before), group, size)[:, group]
    end = scatter_add(_where(goes_on, after), group, size)[:, group]
    growth = np.divide(end, start, out=np.zeros_like(end), where=start != 0)
    return np.where(start != 0, before * growth, after)


def _where(series: BoolArray, values: Array) -> Array:
    return np.where(series, values, 0.0)
