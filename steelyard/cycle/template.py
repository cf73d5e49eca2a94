"""Template: the steps of a cycle with their days, people, tasks, gates and work, from which each month is made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from steelyard.cycle.escalation import STANDARD as ESCALATIONS
from steelyard.cycle.escalation import EscalationRule, rules_from_json, rules_json
from steelyard.cycle.gates import check_gate
from steelyard.cycle.page import page_from_json, page_json
from steelyard.cycle.step import GateUse, StepPlan, Task
from steelyard.cycle.work import check_work
from steelyard.cycle.working_days import WorkingDays, days_from_json, days_json
from steelyard.errors import CycleInvalid, SteelyardError

KINDS = ("monthly", "event")
LATEST_DAY = 60


@dataclass(frozen=True)
class CycleTemplate:
    """A cycle as it is planned, before it has a month."""

    name: str
    label: str
    steps: tuple[StepPlan, ...]
    kind: str = "monthly"
    """`monthly` comes every month; `event` is called off-cycle, such as for a strike or a lost customer."""
    days: WorkingDays = field(default_factory=WorkingDays)
    escalations: tuple[EscalationRule, ...] = ESCALATIONS

    def step(self, key: str) -> StepPlan:
        """A step by its key.

        Raises:
            CycleInvalid: There is none.
        """
        for step in self.steps:
            if step.key == key:
                return step
        known = ", ".join(one.key for one in self.steps)
        raise CycleInvalid(f"The template has no step {key!r}", where=self.name, mend=f"use one of {known}")


def check_template(template: CycleTemplate, roles: Sequence[str] = ()) -> None:
    """Go on only when a template holds together.

    Args:
        template: The template.
        roles: Roles of the company; empty does not look at roles.

    Raises:
        CycleInvalid: Steps overlap backwards, a rule, role or work is not known, two steps have one key.
    """
    faults = list(_faults(template, roles))
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise CycleInvalid(f"{faults[0]}{more}", where=template.name, mend="correct the template, then keep it")


def _faults(template: CycleTemplate, roles: Sequence[str]) -> Iterator[str]:
    keys = [step.key for step in template.steps]
    if not keys:
        yield "A template has at least one step"
    if template.kind not in KINDS:
        yield f"There is no kind of cycle {template.kind!r}"
    yield from (f"Two steps are called {key}" for key in sorted({key for key in keys if keys.count(key) > 1}))
    for step in template.steps:
        yield from _step_faults(step, roles)
    for before, step in zip(template.steps, template.steps[1:], strict=False):
        if step.ends < before.ends:
            yield f"{step.label} ends before {before.label} does"


def _step_faults(step: StepPlan, roles: Sequence[str]) -> Iterator[str]:
    if not step.key.isidentifier() or not step.label:
        yield f"A step needs a key of letters, digits and underscores, and a label: {step.key!r}"
    if not -LATEST_DAY <= step.starts <= step.ends <= LATEST_DAY:
        yield f"{step.label} starts on working day {step.starts} and ends on {step.ends}"
    named = {step.owner, *step.participants, *(task.role for task in step.tasks)}
    named |= {role for gate in step.gates for role in gate.waived_by}
    if roles and (unknown := sorted(named - set(roles))):
        yield f"{step.label} names roles that the company has not: {', '.join(unknown)}"
    if len({task.key for task in step.tasks}) < len(step.tasks):
        yield f"Two tasks of {step.label} have one key"
    try:
        check_work((*step.work_at_open, *step.work_at_close))
        for gate in (*step.gates, *(task.done_when for task in step.tasks if task.done_when)):
            check_gate(gate)
    except SteelyardError as fault:
        yield f"{step.label}: {fault.what}"


def renamed(template: CycleTemplate, name: str, label: str) -> CycleTemplate:
    """The same template under another name."""
    return replace(template, name=name, label=label)


def template_json(template: CycleTemplate) -> dict[str, object]:
    """A template as it is kept."""
    return {
        "name": template.name, "label": template.label, "kind": template.kind, "days": days_json(template.days),
        "steps": [step_json(step) for step in template.steps], "escalations": rules_json(template.escalations),
    }  # fmt: skip


def template_from_json(told: Mapping[str, object]) -> CycleTemplate:
    """Read a template as it is kept.

    Raises:
        CycleInvalid: Something is missing or of the wrong kind.
    """
    steps, days = told.get("steps"), told.get("days", {})
    if not isinstance(steps, list) or not isinstance(days, Mapping):
        raise CycleInvalid("A template has a list of steps and a calendar of days", mend="start from the standard one")
    return CycleTemplate(
        str(told.get("name", "")), str(told.get("label", "")), tuple(step_from_json(one) for one in steps),
        str(told.get("kind", "monthly")), days_from_json(days),
        rules_from_json(told["escalations"]) if "escalations" in told else ESCALATIONS,
    )  # fmt: skip


def step_json(step: StepPlan) -> dict[str, object]:
    """A step as it is kept."""
    told = asdict(replace(step, tasks=()))
    told["gates"] = [_gate_json(gate) for gate in step.gates]
    told["tasks"] = [
        {"key": t.key, "text": t.text, "role": t.role, "page": page_json(t.page) if t.page else None,
         "done_when": _gate_json(t.done_when) if t.done_when else None}
        for t in step.tasks
    ]  # fmt: skip
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def step_from_json(told: object) -> StepPlan:
    """Read a step as it is kept.

    Raises:
        CycleInvalid: Something is missing or of the wrong kind.
    """
    if not isinstance(told, Mapping):
        raise CycleInvalid("A step is a record of names and values")
    try:
        return StepPlan(
            key=str(told["key"]), label=str(told["label"]), owner=str(told["owner"]), starts=int(told["starts"]),
            ends=int(told["ends"]), purpose=str(told.get("purpose", "")), meeting=str(told.get("meeting", "")),
            optional=bool(told.get("optional", False)),
            tasks=tuple(_task(one) for one in told.get("tasks", [])),
            gates=tuple(_gate(one) for one in told.get("gates", [])),
            **{name: tuple(map(str, told.get(name, []))) for name in _LISTS},
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as fault:
        raise CycleInvalid(
            "A step lacks something", where=str(fault), mend="give key, label, owner and days"
        ) from fault


_LISTS = ("participants", "inputs", "outputs", "criteria", "work_at_open", "work_at_close")


def _gate_json(gate: GateUse) -> dict[str, object]:
    return {"rule": gate.rule, "arguments": list(gate.arguments), "waived_by": list(gate.waived_by)}


def _task(told: Mapping[str, object]) -> Task:
    page, rule = told.get("page"), told.get("done_when")
    return Task(
        str(told["key"]), str(told["text"]), str(told["role"]), page_from_json(page) if page else None,
        _gate(rule) if isinstance(rule, Mapping) else None,
    )  # fmt: skip


def _gate(told: Mapping[str, object]) -> GateUse:
    arguments = tuple(a if isinstance(a, str) else float(a) for a in _list(told.get("arguments")))  # type: ignore[arg-type]
    waived = told.get("waived_by")
    return GateUse(
        str(told["rule"]), arguments, tuple(map(str, _list(waived))) if waived is not None else GateUse("").waived_by
    )


def _list(told: object) -> list[object]:
    return list(told) if isinstance(told, list | tuple) else []
