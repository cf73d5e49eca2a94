"""Preview: what levers do to a plan by its own engine, each alone and all together, before any of them is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.errors import ChangeInvalid, SteelyardError
from steelyard.plan.balancing.catalogue import Catalogue
from steelyard.plan.balancing.mix import Mix
from steelyard.plan.balancing.take import TakenCheck, check_taken
from steelyard.plan.balancing.taking import SCHEDULE, changes_of_levers, changes_of_mix


@dataclass(frozen=True)
class LeverPreview:
    """One lever, or all that were asked for.

    Args:
        key: Of the lever; nothing for all together.
        name: What it is called.
        modelled: Money it brings as the supply model weighs it, solved as well as can be; None where it does not say.
        check: What it does in the plan, planned again by its own engine; None where it cannot be taken.
        fault: Why it cannot be taken.
    """

    key: str
    name: str
    modelled: float | None
    check: TakenCheck | None
    fault: str = ""


@dataclass(frozen=True)
class Preview:
    """What levers do by the plan's own engine.

    Args:
        levers: One by one, in the order in which they were asked for.
        together: All that can be taken; the only lever where there is one.
    """

    levers: tuple[LeverPreview, ...]
    together: TakenCheck | None


def preview_levers(catalogue: Catalogue, shares: Mapping[str, float], *, author: str, at: datetime) -> Preview:
    """Lay levers on a plan that nobody keeps, each alone and all together, and plan again by the engine of the plan.

    Args:
        catalogue: The levers of the plan.
        shares: Share of what is best alone, by key.
        author: Who asks.
        at: When.

    Raises:
        ChangeInvalid: No lever is named.
        NotFound: The plan has no such lever.
    """
    if not shares:
        raise ChangeInvalid("No lever is named", mend="tick at least one")
    found = [_of(catalogue, key, share, author, at) for key, share in shares.items()]
    fitting = {one.key: shares[one.key] for one in found if one.check is not None}
    if len(fitting) < 2:
        return Preview(tuple(found), next((one.check for one in found if one.check is not None), None))
    changes = changes_of_levers(catalogue, fitting, author=author, at=at)
    return Preview(tuple(found), check_taken(catalogue.base.plan, changes))


def preview_mix(catalogue: Catalogue, mix: Mix, *, author: str, at: datetime, keys: Sequence[str] = ()) -> Preview:
    """The same of the best mix, or of some levers of it, at the quantities of the mix.

    Raises:
        ChangeInvalid: The mix holds no such lever, or one of them cannot be taken.
    """
    changes = changes_of_mix(catalogue, mix, author=author, at=at, keys=keys)
    check = check_taken(catalogue.base.plan, changes)
    whole = not keys or len(keys) == len(mix.parts)
    name = "The mix" if whole else f"{len(keys)} of {len(mix.parts)} levers of the mix"
    return Preview((LeverPreview("", name, mix.together.gain if whole else None, check),), check)


def _of(catalogue: Catalogue, key: str, share: float, author: str, at: datetime) -> LeverPreview:
    name, modelled = _known(catalogue, key)
    try:
        changes = changes_of_levers(catalogue, {key: share}, author=author, at=at)
        return LeverPreview(key, name, modelled, check_taken(catalogue.base.plan, changes))
    except ChangeInvalid as fault:
        return LeverPreview(key, name, modelled, None, _words(fault))


def _known(catalogue: Catalogue, key: str) -> tuple[str, float | None]:
    if key == SCHEDULE:
        return "Schedule change", catalogue.schedule.gain if catalogue.schedule else None
    queue = next((one for one in catalogue.queues if one.key == key), None)
    if queue is not None:
        return queue.name, None
    worth = catalogue.worth(key)
    return worth.lever.name, worth.gain


def _words(fault: SteelyardError) -> str:
    return f"{fault.what}; {fault.mend}" if fault.mend else str(fault.what)
