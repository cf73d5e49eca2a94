"""Official numbers: the KPIs of a month are those of the scenario its cycle is run on, and of the plan it published."""

from django.db.models import Q

from steelyard.errors import NotFound
from steelyard.web.company import workspace
from steelyard.web.cycles.models import Cycle
from steelyard.web.scorecard.official import official_rule


@official_rule
def a_cycle_says_which_plan_counts(month: str) -> set[str]:
    """The scenario of the month's cycle, the one whose plan came out of it, and those of months that are on."""
    mine = Cycle.objects.filter(Q(key=month) | Q(state__in=("open", "closing")), kind="monthly")
    return {name for cycle in mine for name in (cycle.scenario, _published(cycle)) if name}


def _published(cycle: Cycle) -> str:
    try:
        return workspace().published_plan(cycle.published).scenario if cycle.published else ""
    except NotFound:
        return ""
