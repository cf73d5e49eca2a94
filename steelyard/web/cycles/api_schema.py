"""API schema: how cycles, steps, gates and templates look in the API."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema

from steelyard.web.cycles.selectors import CycleView
from steelyard.web.cycles.step_lines import GateLine, StepLine, WorkLine

Reason = Annotated[str, Field(min_length=1, max_length=1000)]
Key = Annotated[str, Field(max_length=20)]
Day = date


class GateOut(Schema):
    """A gate with what was found last."""

    gate: str
    sentence: str
    standing: str
    found: str
    rows: list[dict[str, str]]
    waived_by: str
    waiver_reason: str
    may_be_waived_by: str
    judged_at: datetime | None
    how: str
    page: str


class TaskOut(Schema):
    """A task."""

    task: str
    text: str
    role: str
    url: str
    done: bool
    ticks_itself: bool
    done_by: str
    done_at: datetime | None


class WorkOut(Schema):
    """Work done by itself."""

    id: int
    kind: str
    moment: str
    state: str
    said: str
    job: int | None
    finished_at: datetime | None


class StepOut(Schema):
    """A step of a cycle."""

    key: str
    label: str
    owner: str
    state: str
    revision: int
    starts: Day
    ends: Day
    late: int
    blocked: str
    progress: float
    gates: list[GateOut]
    tasks: list[TaskOut]
    works: list[WorkOut]


class CycleOut(Schema):
    """A cycle in the list."""

    key: str
    label: str
    kind: str
    state: str
    template: str
    scenario: str
    anchor: Day
    published: str
    revision: int


class CyclePageOut(CycleOut):
    """A cycle with its steps."""

    day: int
    late: int
    current: str
    steps: list[StepOut]
    works: list[WorkOut]
    score: dict[str, Any]
    problems: list[dict[str, Any]]


class CycleIn(Schema):
    """A cycle to be made."""

    key: Key
    template: str = "month"
    anchor: Day | None = None
    label: Annotated[str, Field(max_length=100)] = ""
    scenario: Annotated[str, Field(max_length=60)] = "base"


class AheadIn(Schema):
    """Months to be made."""

    month: Key
    months: Annotated[int, Field(ge=1, le=36)] = 12
    template: str = "month"


class DuplicateIn(Schema):
    """A cycle to be made after another."""

    key: Key
    anchor: Day | None = None


class MoveIn(Schema):
    """By how far a cycle moves."""

    working_days: Annotated[int, Field(ge=-60, le=60)]


class ActIn(Schema):
    """What a person saw when they acted."""

    revision: int | None = None


class ReasonIn(ActIn):
    """Why."""

    reason: Reason


class WaiveIn(Schema):
    """A gate and why the step may end without it."""

    gate: Annotated[str, Field(max_length=120)]
    reason: Reason


class TemplateOut(Schema):
    """A template."""

    name: str
    label: str
    kind: str
    revision: int
    at: datetime
    by: str
    body: dict[str, Any]


class TemplateIn(Schema):
    """A template to be kept."""

    body: dict[str, Any]
    revision: int | None = None


def cycle_json(view: CycleView) -> dict[str, object]:
    """A cycle with its steps as plain values."""
    cycle = view.cycle
    return {
        **{name: getattr(cycle, name) for name in CycleOut.model_fields},
        "day": view.day, "late": view.late, "current": view.current.step.key if view.current else "",
        "steps": [step_json(line) for line in view.steps], "works": [work_json(line) for line in view.works],
        "score": view.score,
        "problems": [
            {"kind": p.problem.kind, "text": p.problem.text, "amount": p.problem.amount, "months_in_a_row": p.months}
            for p in view.problems
        ],
    }  # fmt: skip


def step_json(line: StepLine) -> dict[str, object]:
    """A step as plain values."""
    step = line.step
    return {
        "key": step.key, "label": line.plan.label, "owner": line.plan.owner, "state": step.state,
        "revision": step.revision, "starts": step.starts, "ends": step.ends, "late": line.late,
        "blocked": line.blocked, "progress": line.standing.progress, "gates": [gate_json(one) for one in line.gates],
        "tasks": [
            {"task": t.task.key, "text": t.task.text, "role": t.task.role, "url": t.url,
             "done": t.is_done, "ticks_itself": t.ticks_itself,
             "done_by": t.done.by if t.done else "", "done_at": t.done.at if t.done else None}
            for t in line.tasks
        ],
        "works": [work_json(one) for one in line.works],
    }  # fmt: skip


def work_json(line: WorkLine) -> dict[str, object]:
    """Work as plain values; what it told as far as the person may read it."""
    told = {name: getattr(line.work, name) for name in WorkOut.model_fields if name != "said"}
    return told | {"said": line.said}


def gate_json(one: GateLine) -> dict[str, object]:
    """A gate as plain values."""
    return {
        "gate": one.gate.key, "sentence": one.sentence, "standing": one.standing,
        "found": one.result.sentence if one.result else "",
        "rows": [{"subject": r.subject, "text": r.text, "amount": r.amount, "url": r.url} for r in one.rows],
        "waived_by": one.waiver.by if one.waiver else "", "waiver_reason": one.reason,
        "may_be_waived_by": one.waivers, "judged_at": one.result.at if one.result else None, "how": one.how,
        "page": one.url,
    }  # fmt: skip
