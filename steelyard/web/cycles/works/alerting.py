"""Alerts: look at the alert rules and at variances of money, so that cases open, go on or are gone."""

from steelyard.web.cycles.neighbours import alerts_evaluate, seen_before
from steelyard.web.cycles.works.place import Place, Said


def look_at_alerts(place: Place) -> Said:
    """Evaluate alerts on the plan of the cycle; a second look in the same month takes the place of the first."""
    found = alerts_evaluate(place.cycle.scenario, actor=place.by)
    again = len(seen_before(place.cycle.scenario))
    told = f"{len(found.opened)} cases opened, {len(found.followed)} go on, {len(found.gone)} no longer seen"
    return Said(
        f"{told}; {again} seen for two months or more.",
        {"opened": len(found.opened), "followed": len(found.followed), "gone": len(found.gone), "again": again},
    )
