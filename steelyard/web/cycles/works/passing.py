"""Pass up: what the meeting of a step may not decide itself goes to the forum that may, and who signs there is told."""

from steelyard.web.cycles.neighbours import decisions_pass_up
from steelyard.web.cycles.plans import step_plan
from steelyard.web.cycles.works.place import Place, Said
from steelyard.web.decisions.labels import forum_label


def pass_up(place: Place) -> Said:
    """Pass on every open decision of the step's meeting that only another forum may take."""
    forum = step_plan(place.step).meeting if place.step else ""
    passed = decisions_pass_up(place.cycle.key, forum, by=place.by) if forum else []
    if not passed:
        return Said(f"Nothing that {forum_label(forum)} may not decide itself was left open.")
    told = "; ".join(f"“{one.question}” to {forum_label(one.forum)}" for one in passed)
    return Said(f"Passed up: {told}.", {"decisions": [one.pk for one in passed]})
