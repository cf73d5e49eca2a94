"""Signatures asked: the functions that the gates of the month that is on want to have signed the consensus."""

from steelyard.web.cycles.models import Step
from steelyard.web.cycles.plans import step_plan
from steelyard.web.demand_review.asked import signature_rule
from steelyard.web.demand_review.board import REVIEWERS


@signature_rule
def the_gates_of_the_month_name_them(scenario: str) -> set[str]:
    """What the gates of the steps of every cycle that is on with this scenario name."""
    on = Step.objects.filter(cycle__scenario=scenario, cycle__state="open").select_related("cycle")
    return {function for step in on for gate in step_plan(step).gates for function in _named(gate.rule, gate.arguments)}


def _named(rule: str, arguments: tuple[float | str, ...]) -> tuple[str, ...]:
    if rule == "every_forecast_is_signed":
        return REVIEWERS
    return tuple(str(one) for one in arguments) if rule == "the_consensus_is_signed_by" else ()
