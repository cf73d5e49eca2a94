"""Lock: close the consensus, so that it moves only when the step is opened again."""

from datetime import datetime

from steelyard.errors import AlreadySigned, NotFound, SliceClosed
from steelyard.plan.scenario import Scenario
from steelyard.plan.sign_off.signature import CONSENSUS, Slice
from steelyard.web.cycles.works.place import Place, Said

FUNCTION = "demand_planning"
NOTE = "Closed with the step"


def lock(place: Place) -> Said:
    """Close the consensus of everything."""
    try:
        signed = place.scenario.sign(FUNCTION, actor=place.by, at=place.at, act="closed", note=NOTE)
    except (SliceClosed, AlreadySigned):
        return Said("The consensus is closed already.")
    return Said(
        f"The consensus is closed at revision {signed.revision}: {signed.value:,.0f} units.",
        {"revision": signed.revision, "digest": signed.digest, "units": signed.value},
    )


def slices_reopen(scenario: Scenario, *, actor: str, at: datetime, note: str) -> bool:
    """Open what the lock has closed; answers whether anything was."""
    closed = [one for one in scenario.sign_offs if one.act == "closed" and one.function == FUNCTION]
    if Slice(CONSENSUS) not in [one.slice for one in closed]:
        return False
    try:
        scenario.sign(FUNCTION, actor=actor, at=at, act="reopened", note=note)
    except NotFound:
        return False
    return True
