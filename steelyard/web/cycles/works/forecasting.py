"""Forecast: calculate statistics and plan, so that nobody waits for them."""

from steelyard.web.cycles.works.place import Place, Said
from steelyard.web.scenarios.plans import moment_of


def forecast(place: Place) -> Said:
    """Calculate the plan of the cycle."""
    moment = moment_of(place.cycle.scenario)
    first, last = moment.plan.horizon.labels[0], moment.plan.horizon.labels[-1]
    return Said(
        f"{moment.name} is calculated at revision {moment.revision}, {first} to {last}.",
        {"revision": moment.revision, "digest": moment.plan.digest},
    )
