"""Carry: what is not done and not decided goes with people into the next cycle."""

from steelyard.cycle.cycle import next_keys
from steelyard.web.cycles.neighbours import carry_over
from steelyard.web.cycles.works.place import Place, Said


def carry(place: Place) -> Said:
    """Hand open actions and decisions to the next cycle."""
    following = next_keys(place.cycle.key, 1)[0] if place.cycle.kind == "monthly" else place.cycle.key
    actions, decisions = carry_over(place.cycle.key)
    told = f"{actions} open actions and {decisions} open decisions go with {following}."
    return Said(told, {"actions": actions, "decisions": decisions, "to": following})
