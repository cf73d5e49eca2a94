"""Focus: which gaps of a large plan its block is to be about: families, a resource, some periods."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array
from steelyard.plan.balancing.standing_model import BalanceBase


@dataclass(frozen=True)
class Focus:
    """What a block is to be about; all empty for the dearest gaps.

    Args:
        families: Families whose gap counts; all if none is named.
        resource: Only what this resource works on; anything if empty.
        periods: First and last period; all if None.
    """

    families: tuple[str, ...] = ()
    resource: str = ""
    periods: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.families or self.resource or self.periods)

    def __str__(self) -> str:
        parts = [", ".join(self.families), self.resource, " to ".join(dict.fromkeys(self.periods or ()))]
        return "; ".join(part for part in parts if part)


NO_FOCUS = Focus()


def read_focus(families: Sequence[str], resource: str, first: str, last: str) -> Focus:
    """A focus as it was typed; a period alone is the first and the last.

    Example:
        >>> str(read_focus(["Bikes"], "", "2026-03", ""))
        'Bikes; 2026-03'
    """
    periods = (first or last, last or first) if first or last else None
    return Focus(tuple(name for name in families if name), resource, periods)


def within(base: BalanceBase, focus: Focus) -> Array:
    """1 for cells of item-locations that the focus is about, `[period, place]`.

    Raises:
        ChangeInvalid: It names a family, resource or period that the plan does not have.
    """
    for name in focus.families:
        _require(name, base.family_names, base.level.replace("_", " "))
    inside = np.ones((base.full.length, base.places))
    if focus.families:
        chosen = [base.family_names.index(name) for name in focus.families]
        inside *= np.isin(base.family, chosen)
    if focus.resource:
        _require(focus.resource, base.full.resources.names, "resource")
        inside *= base.work[:, base.full.resources.names.index(focus.resource)] > 0
    if focus.periods is not None:
        for label in focus.periods:
            _require(label, base.periods, "period")
        first, last = (base.periods.index(label) for label in focus.periods)
        if first > last:
            raise ChangeInvalid(
                "The periods run backwards", where=" to ".join(focus.periods), mend="name the earlier one first"
            )
        number = np.arange(base.full.length)[:, None]
        inside *= (number >= first) & (number <= last)
    return inside


def _require(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        some = ", ".join(list(known)[:8]) + (" ..." if len(known) > 8 else "")
        raise ChangeInvalid(f"There is no {what} {name!r} in the plan", where="focus", mend=f"name one of {some}")
