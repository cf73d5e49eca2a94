"""Allocation: who gets what is short, by priority, fair share or profit, and who loses how much by which rule."""

from typing import Literal, NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray

Rule = Literal["priority", "fair_share", "profit"]
RULES: tuple[Rule, ...] = ("priority", "fair_share", "profit")
CRUMB = 1e-9


class Loss(NamedTuple):
    """What one rule takes from whom; all `[period, row]` unless said otherwise."""

    given: Array
    """Units given."""
    lost: Array
    """Units asked for and not given."""
    margin: float
    """Margin of all that is given [money]."""


def allocate(available: Array, asked: Array, pool: IntArray, order: Array) -> Array:
    """Give what is there row by row, lowest order first; rows of one order share in proportion to what they ask.

    Args:
        available: Units there are, `[period, pool]`.
        asked: Units asked for, `[period, row]`.
        pool: Pool from which each row is served.
        order: Place of each row in the queue, `[row]` or `[period, row]`; lower goes first.

    Returns:
        Units given, `[period, row]`; never more than asked, and of a pool never more than there is.

    Example:
        >>> asked = np.array([[60.0, 60.0, 30.0]])
        >>> allocate(np.array([[100.0]]), asked, np.array([0, 0, 0]), np.array([1.0, 0.0, 1.0])).round(2)
        array([[26.67, 60.  , 13.33]])
    """
    if pool.size and int(pool.max()) >= available.shape[1]:
        raise ModelError("A row asks of a pool that is not there", mend="number pools from 0")
    ranked = np.broadcast_to(np.asarray(order, np.float64), asked.shape)
    left, given = np.maximum(np.array(available, np.float64), 0.0), np.zeros(asked.shape)
    for step in np.unique(ranked).tolist():
        wants = np.where(ranked == step, asked, 0.0)
        total = _by_pool(wants, pool, available.shape[1])
        share = np.divide(left, total, out=np.ones_like(total), where=total > CRUMB)
        given += wants * np.clip(share, 0.0, 1.0)[:, pool]
        left = np.maximum(left - total, 0.0)
    return given


def ration(
    rule: Rule, available: Array, asked: Array, pool: IntArray, *, rank: IntArray, unit_margin: Array
) -> Loss:  # fmt: skip
    """Share out what is short by a rule.

    priority: rows of lower rank are served in full before the next.
    fair_share: all rows of a pool get the same share of what they ask.
    profit: rows with the highest margin per unit are served first.

    Args:
        rule: The rule.
        available: Units there are, `[period, pool]`.
        asked: Units asked for, `[period, row]`.
        pool: Pool of each row.
        rank: Rank of each row's customer class; lower goes first.
        unit_margin: Money earned per unit, `[period, row]`.
    """
    if rule not in RULES:
        raise ModelError(f"There is no rule {rule!r}", mend=f"use one of {', '.join(RULES)}")
    orders = {"priority": rank.astype(np.float64), "fair_share": np.zeros(rank.size), "profit": -unit_margin}
    given = allocate(available, asked, pool, orders[rule])
    return Loss(given, asked - given, float((given * unit_margin).sum()))


def _by_pool(cells: Array, pool: IntArray, pools: int) -> Array:
    out = np.zeros((cells.shape[0], pools))
    np.add.at(out.T, pool, cells.T)
    return out
