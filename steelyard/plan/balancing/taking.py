"""Taking: which levers a person wants and how much of each, and the changes that makes, all or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from steelyard.errors import ChangeInvalid
from steelyard.plan.balancing.catalogue import Catalogue
from steelyard.plan.balancing.mix import Mix
from steelyard.plan.balancing.queue import is_queue, queue_changes
from steelyard.plan.balancing.take import lever_changes, schedule_changes, shared_quantity
from steelyard.plan.change import Change

SCHEDULE = "schedule_change"
"""Key by which the schedule change is taken."""


def read_shares(asked: Sequence[str]) -> dict[str, float]:
    """Read `key` or `key=share`, where 0.5 takes half of what is best.

    Raises:
        ChangeInvalid: A share is no number, or a lever is named twice.

    Example:
        >>> read_shares(["overtime:LINE=0.5", "expedite:Bikes"])
        {'overtime:LINE': 0.5, 'expedite:Bikes': 1.0}
    """
    shares: dict[str, float] = {}
    for text in asked:
        key, _, share = text.rpartition("=") if "=" in text else (text, "", "1")
        try:
            number = float(share)
        except ValueError:
            raise ChangeInvalid(f"{share!r} is no share", where=text, mend="write lever=0.5 for half of it") from None
        if key.strip() in shares:
            raise ChangeInvalid("A lever is named twice", where=key, mend="name each once")
        shares[key.strip()] = number
    return shares


def changes_of_levers(
    catalogue: Catalogue, shares: Mapping[str, float], *, author: str, at: datetime, note: str = ""
) -> tuple[Change, ...]:
    """Changes of levers, each at a share of what is best alone; nothing is made where one of them does not fit.

    Raises:
        NotFound: The plan has no such lever.
        ChangeInvalid: A lever goes beyond its limit, or nothing is taken.
    """
    if not shares:
        raise ChangeInvalid("No lever is taken", mend="name at least one")
    made: list[Change] = []
    for key, share in shares.items():
        if key == SCHEDULE or is_queue(key):
            made.extend(_whole(catalogue, key, share, author=author, at=at, note=note))
            continue
        worth = catalogue.worth(key)
        quantity = shared_quantity(worth.lever, worth.outcome.quantities[key], share)
        made.extend(lever_changes(catalogue.base, worth.lever, quantity, author=author, at=at, note=note))
    return tuple(made)


def _whole(
    catalogue: Catalogue, key: str, share: float, *, author: str, at: datetime, note: str
) -> tuple[Change, ...]:  # fmt: skip
    """Changes of a lever that is pulled or not."""
    if share != 1.0:
        raise ChangeInvalid(f"{share:g} of {key} cannot be taken", where=key, mend="take it whole, or not at all")
    if key == SCHEDULE:
        return schedule_changes(catalogue.base, author=author, at=at)
    return queue_changes(catalogue.rationing, key, author=author, at=at, note=note)


def changes_of_mix(
    catalogue: Catalogue, mix: Mix, *, author: str, at: datetime, keys: Sequence[str] = (), note: str = ""
) -> tuple[Change, ...]:
    """Changes of the mix, or of some of its levers, at the quantities of the mix.

    Raises:
        ChangeInvalid: The mix holds no such lever, or none at all.
    """
    held = {part.worth.lever.key: part for part in mix.parts}
    unknown = [key for key in keys if key not in held]
    if unknown or not held:
        told = ", ".join(held) or "nothing"
        raise ChangeInvalid("The mix does not hold it", where=", ".join(unknown), mend=f"it holds {told}")
    wanted = [held[key] for key in keys] or list(mix.parts)
    return tuple(
        change
        for part in wanted
        for change in lever_changes(
            catalogue.base, part.worth.lever, part.quantity, author=author, at=at, note=note
        )
    )  # fmt: skip
