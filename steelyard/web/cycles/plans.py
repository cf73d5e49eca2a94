"""Plans of steps: steps and cycles of the records as the rules know them."""

from collections.abc import Iterable, Mapping

from steelyard.cycle.step import GateUse, Standing, StepPlan, StepState, Task
from steelyard.cycle.template import step_from_json
from steelyard.cycle.working_days import WorkingDays, days_from_json
from steelyard.errors import NotFound
from steelyard.web.cycles.models import Cycle, GateResult, Step


def step_plan(step: Step) -> StepPlan:
    """What a step is planned to be."""
    return step_from_json(step.plan)


def days_of(cycle: Cycle) -> WorkingDays:
    """The working days of a cycle."""
    return days_from_json(cycle.days)


def gate_of(step: Step, key: str) -> GateUse:
    """A gate of a step by its key.

    Raises:
        NotFound: The step has no such gate.
    """
    for gate in step_plan(step).gates:
        if gate.key == key:
            return gate
    raise NotFound(f"The step has no gate {key!r}", mend="look at the gates of the step")


def latest_results(step: Step) -> dict[str, GateResult]:
    """What each gate of a step found last."""
    found: dict[str, GateResult] = {}
    for result in step.results.all():
        found.setdefault(result.gate, result)
    return found


def waived_gates(step: Step) -> set[str]:
    """Gates of a step that are waived in this round."""
    return {w.gate for w in step.waivers.all() if w.taken_back_at is None and w.round == step.round}


def standing_of(step: Step) -> Standing:
    """A step as it stands."""
    plan, results, waived = step_plan(step), latest_results(step), waived_gates(step)
    met = sum((gate.key in results and results[gate.key].met) or gate.key in waived for gate in plan.gates)
    done = done_by_hand(step) | {task.key for task in plan.tasks if is_met(results, task)}
    return Standing(plan, StepState(step.state), step.starts, step.ends, done, met)


def is_met(results: Mapping[str, GateResult], task: Task) -> bool:
    """Whether the rule that ticks a task was found to hold when it was judged last."""
    found = results.get(task.done_when.key) if task.done_when else None
    return found is not None and found.met


def done_by_hand(step: Step) -> frozenset[str]:
    """Tasks that people have ticked; of a step that is over those as well that the work itself ticks."""
    marked = frozenset(one.task for one in step.tasks_done.all())
    if StepState(step.state).is_over:
        return marked
    return marked - {task.key for task in step_plan(step).tasks if task.done_when}


def standings(steps: Iterable[Step]) -> list[Standing]:
    """Steps as they stand, in order."""
    return [standing_of(step) for step in steps]
