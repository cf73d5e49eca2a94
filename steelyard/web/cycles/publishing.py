"""Publishing: while a month runs whose template asks for approval, its plan is published by decision."""

from django.urls import reverse

from steelyard.cycle.step import GateUse, StepState
from steelyard.web.cycles.authority import labels
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.cycles.plans import standing_of, step_plan
from steelyard.web.cycles.selectors import open_cycles, steps_of
from steelyard.web.scenarios.publishing_rule import Hold, publishing_rule

APPROVAL = "the_plan_is_approved"
"""The rule with which a template says that the plan needs a decision."""


@publishing_rule
def a_decision_publishes(scenario: str) -> Hold | None:
    """Hold every publication while the running month asks for approval, unless its gate is waived."""
    for cycle in open_cycles():
        for step in steps_of(cycle) if cycle.kind == "monthly" else ():
            for gate in step_plan(step).gates:
                if gate.rule == APPROVAL and not _let_go(step, gate):
                    return _hold(cycle, step, gate)
    return None


def _let_go(step: Step, gate: GateUse) -> bool:
    """Whether somebody with authority has waived the approval, or the step is over."""
    waived = {one.gate for one in step.waivers.all() if one.taken_back_at is None and one.round == step.round}
    return gate.key in waived or standing_of(step).state in (StepState.FINISHED, StepState.SKIPPED)


def _hold(cycle: Cycle, step: Step, gate: GateUse) -> Hold:
    label = step_plan(step).label
    why = f"In {cycle.label} a plan is published by decision: {label} asks that its plan approval is signed"
    queue = f"{reverse('decisions:start')}?cycle={cycle.key}"
    return Hold(
        why,
        f"sign the plan approval of {cycle.key} ({queue}); {labels(gate.waived_by)} may waive this with a reason",
        tuple(gate.waived_by),
    )
