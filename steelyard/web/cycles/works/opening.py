"""Open the next: the month that follows is opened, and the calendar is filled a year ahead."""

from steelyard.cycle.cycle import next_keys
from steelyard.web.cycles.making import cycle_opened, cycles_ahead
from steelyard.web.cycles.models import Cycle
from steelyard.web.cycles.works.place import Place, Said


def open_next(place: Place) -> Said:
    """Open the cycle of the month that follows; an event opens none."""
    if place.cycle.kind != "monthly":
        return Said("An event has no cycle that follows.")
    following = next_keys(place.cycle.key, 1)[0]
    cycles_ahead(place.cycle.template, place.cycle.key, by=place.by, scenario=place.cycle.scenario)
    found = Cycle.objects.get(key=following)
    cycle_opened(found, by=place.by)
    return Said(f"{found.label} is open.", {"cycle": following})
