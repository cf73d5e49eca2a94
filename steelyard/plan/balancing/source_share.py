"""Source share: the split of a place's need among its sources that brings what a lever takes from another source."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from steelyard.balancing.lever import Lever
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, IntArray
from steelyard.plan.balancing.standing_model import BalanceBase
from steelyard.plan.operation import Scalar

LEAST, MOST = 0.005, 0.995
"""Shares below which a source is not worth splitting for, and above which the others still get a crumb."""
_SHARE_DIGITS = 4


def source_shares(base: BalanceBase, lever: Lever, quantity: Array) -> Iterator[tuple[str, str, Scalar]]:
    """What sources have to state so that a place takes from another one what a lever takes.

    The share is what is taken over what the plan has to receive in the periods from the first to the last in which
    something is taken. In these periods the other source is valid, so that the split holds in them only; a source
    that is valid for a shorter time stays so.

    Args:
        base: The plan.
        lever: A lever whose steps name their sources.
        quantity: How much of each step.

    Yields:
        Name of the source, column and value.

    Raises:
        ChangeInvalid: The lever names no sources, or takes too little to be a share of any place's need.
    """
    if lever.option is None:
        raise ChangeInvalid(f"{lever.name} names no source", where=lever.key, mend="take another lever")
    shares = _shares(base, lever.steps.period, lever.option, quantity)
    if not shares:
        raise ChangeInvalid(
            f"{lever.name} brings too little to be a share of any need", where=lever.key, mend="take another lever"
        )
    for place in dict.fromkeys(one.place for one in shares):
        yield from _split(base, place, [one for one in shares if one.place == place])


class _Share(NamedTuple):
    """Part of a place's need that goes to another source, and the periods in which it does."""

    place: int
    other: int
    share: float
    first: int
    last: int


def _shares(base: BalanceBase, period: IntArray, option_of: IntArray, quantity: Array) -> tuple[_Share, ...]:
    need, node = base.cells("planned_receipts"), base.full.options.node
    taken = np.zeros((need.shape[0], len(base.full.options.names)))
    np.add.at(taken, (period, option_of), quantity)
    found = []
    for option in np.flatnonzero(taken.sum(axis=0) > 0).tolist():
        used, place = np.flatnonzero(taken[:, option] > 0), int(node[option])
        first, last = int(used[0]), int(used[-1]) + 1
        asked = float(need[first:last, place].sum())
        share = float(taken[:, option].sum()) / asked if asked > 0 else 0.0
        if share >= LEAST:
            found.append(_Share(place, option - base.places, min(share, MOST), first, last))
    return tuple(found)


def _split(base: BalanceBase, place: int, moved: Sequence[_Share]) -> Iterator[tuple[str, str, Scalar]]:
    """The other sources of a place share what is left as they stated; the one it follows gets all where none did."""
    terms, moving = base.supply, {one.other for one in moved}
    others = [n for n in np.flatnonzero(terms.other_row == place).tolist() if n not in moving]
    stated = {terms.source[place]: float(terms.split[place])}
    stated |= {terms.other_source[n]: float(terms.other_split[n]) for n in others}
    if not sum(stated.values()):
        stated[terms.source[place]] = 1.0
    together = sum(one.share for one in moved)
    scale = min(1.0, MOST / together)
    left = (1.0 - scale * together) / sum(stated.values())
    for name, part in stated.items():
        if part:
            yield name, "split_ratio", round(part * left, _SHARE_DIGITS)
    for one in moved:
        yield terms.other_source[one.other], "split_ratio", round(scale * one.share, _SHARE_DIGITS)
        yield from _window(base, one.other, one.first, one.last)


def _window(base: BalanceBase, other: int, first: int, last: int) -> Iterator[tuple[str, str, Scalar]]:
    """Validity of a source, so that its share holds from one period to before another."""
    edges, rules, name = base.plan.horizon.edges, base.supply.other_rules, base.supply.other_source[other]
    if int(rules.first[other]) < first:
        yield name, "valid_from", str(edges[first].astype("datetime64[D]"))
    if last < base.plan.horizon.size and int(rules.last[other]) > last:
        yield name, "valid_to", str(edges[last].astype("datetime64[D]") - np.timedelta64(1, "D"))
