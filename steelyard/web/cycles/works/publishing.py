"""Publish: keep the plan of the cycle for ever; the same content again is the same plan."""

from steelyard.web.audit.services import audit_record
from steelyard.web.company import workspace
from steelyard.web.cycles.models import Cycle
from steelyard.web.cycles.neighbours import approved_plan
from steelyard.web.cycles.works.place import Place, Said


def publish(place: Place) -> Said:
    """Publish the plan of the cycle, unless a decision has done so."""
    decided = approved_plan(place.cycle.key)
    if decided:
        plan, told = workspace().published_plan(decided), "published by decision"
    else:
        plan = place.scenario.publish(actor=place.by, at=place.at, note=f"Plan of {place.cycle.label}")
        audit_record(
            actor=place.by,
            action="plan.publish",
            subject=plan.id,
            detail={"scenario": place.cycle.scenario},
            run=plan.id,
        )
        told = "published"
    Cycle.objects.filter(pk=place.cycle.pk).update(published=plan.id)
    return Said(f"Plan {plan.id[:12]} is {told}.", {"plan": plan.id})
