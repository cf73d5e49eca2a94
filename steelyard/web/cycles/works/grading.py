"""Grade: hold what was decided against what came, as soon as a newer extract knows more."""

from steelyard.cycle.gates.rule import counted
from steelyard.web.cycles.neighbours import decisions_grade_now
from steelyard.web.cycles.works.place import Place, Said


def grade(place: Place) -> Said:
    """Grade every decision of which the newest extract knows more than its grade."""
    graded = decisions_grade_now()
    told = f"{counted(graded, 'decision')} graded against the newest extract."
    if not graded:
        told = "No decision has more to be graded by."
    return Said(told, {"graded": graded})
