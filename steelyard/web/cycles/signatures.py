"""Signatures asked: the functions whose signature the gates of a month ask for, by the last day of the step."""

from datetime import date

from steelyard.web.cycles.models import Step
from steelyard.web.cycles.plans import step_plan
from steelyard.web.demand_review.board import REVIEWERS
from steelyard.web.scorecard.inputs_asked import inputs_rule


@inputs_rule
def the_gates_of_a_month_name_them(month: str) -> dict[str, date]:
    """What the gates of the steps of a month name; nothing where the calendar lacks the month or no gate asks."""
    asked: dict[str, date] = {}
    for step in Step.objects.filter(cycle__key=month, cycle__kind="monthly").order_by("number"):
        for function in functions_of(step):
            asked.setdefault(function, step.ends)
    return asked


def functions_of(step: Step) -> tuple[str, ...]:
    """Functions whose signature the gates of a step ask for."""
    return tuple(f for gate in step_plan(step).gates for f in _named(gate.rule, gate.arguments))


def _named(rule: str, arguments: tuple[float | str, ...]) -> tuple[str, ...]:
    if rule == "every_forecast_is_signed":
        return REVIEWERS
    return tuple(str(one) for one in arguments) if rule == "the_consensus_is_signed_by" else ()
