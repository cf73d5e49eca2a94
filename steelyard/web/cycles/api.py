"""Cycle API: the months with their steps, gates, tasks and work; and the home of a person."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.cycles import cycle_services, judging, selectors, step_services, work_services
from steelyard.web.cycles.api_schema import (
    ActIn,
    AheadIn,
    CycleIn,
    CycleOut,
    CyclePageOut,
    DuplicateIn,
    MoveIn,
    ReasonIn,
    TemplateIn,
    TemplateOut,
    WaiveIn,
    WorkOut,
    cycle_json,
    work_json,
)
from steelyard.web.cycles.home import Item, home_of
from steelyard.web.cycles.models import Cycle, Template
from steelyard.web.cycles.step_lines import work_line
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS

router = Router(tags=["cycles"])
PAGE = {200: CyclePageOut, **WRITE_REFUSALS}


@router.get("/", response={200: list[CycleOut], **REFUSALS}, summary="Cycles")
def cycles(request: HttpRequest) -> list[Cycle]:
    """All cycles, in the order of time."""
    return list(selectors.cycles())


@router.post("/", response={201: CycleOut, **WRITE_REFUSALS}, summary="Make a cycle")
def create(request: HttpRequest, asked: CycleIn) -> Status[Cycle]:
    """Make a cycle from a template: a month, or an event with its first day."""
    made = cycle_services.cycle_create(
        asked.template, asked.key, user=person(request), anchor=asked.anchor, label=asked.label,
        scenario=asked.scenario,
    )  # fmt: skip
    return Status(201, made)


@router.post("/ahead", response={200: list[CycleOut], **WRITE_REFUSALS}, summary="Fill the calendar")
def ahead(request: HttpRequest, asked: AheadIn) -> list[Cycle]:
    """Make the months from one on, as far as they are not there."""
    user = person(request)
    return cycle_services.cycles_create_ahead(asked.month, user=user, template=asked.template, months=asked.months)


@router.get("/templates", response={200: list[TemplateOut], **REFUSALS}, summary="Templates")
def templates(request: HttpRequest) -> list[Template]:
    """All templates of cycles."""
    return list(selectors.templates())


@router.put("/templates/{name}", response={200: TemplateOut, **WRITE_REFUSALS}, summary="Keep a template")
def template_keep(request: HttpRequest, name: str, asked: TemplateIn) -> Template:
    """Keep a template, a new one or a changed one; cycles that exist keep the steps they have."""
    return cycle_services.template_save(name, asked.body, user=person(request), expected=asked.revision)


@router.get("/home", response={200: dict, **REFUSALS}, summary="My home")
def home(request: HttpRequest) -> dict[str, Any]:
    """What is mine, due, late and blocked, and what has changed since I was last here."""
    found = home_of(person(request))
    groups = {"late": found.late, "due": found.due, "later": found.mine, "blocked": found.blocked}
    return {
        "cycle": found.view.cycle.key if found.view else "",
        **{name: [_item(item) for item in items] for name, items in groups.items()},
        "since": found.since,
        "changes": [{"at": c.at, "who": c.who, "text": c.text, "url": c.url} for c in found.changes],
    }


@router.get("/{key}", response={200: CyclePageOut, **REFUSALS}, summary="A cycle")
def cycle(request: HttpRequest, key: str) -> dict[str, object]:
    """A cycle with its steps, gates, tasks and work."""
    return _page(request, key)


@router.post("/{key}/open", response=PAGE, summary="Open a cycle")
def open_(request: HttpRequest, key: str) -> dict[str, object]:
    """Open a cycle, so that its steps may begin."""
    cycle_services.cycle_open(key, user=person(request))
    return _page(request, key)


@router.post("/{key}/close", response=PAGE, summary="Close a cycle")
def close(request: HttpRequest, key: str, asked: ActIn) -> dict[str, object]:
    """Close a cycle whose steps are over; the work of its close goes on as a job."""
    cycle_services.cycle_close(key, user=person(request), expected=asked.revision)
    return _page(request, key)


@router.post("/{key}/move", response=PAGE, summary="Move a cycle")
def move(request: HttpRequest, key: str, asked: MoveIn) -> dict[str, object]:
    """Move what is not over by working days."""
    cycle_services.cycle_move(key, asked.working_days, user=person(request))
    return _page(request, key)


@router.post("/{key}/duplicate", response={201: CycleOut, **WRITE_REFUSALS}, summary="Duplicate a cycle")
def duplicate(request: HttpRequest, key: str, asked: DuplicateIn) -> Status[Cycle]:
    """Make a cycle with the steps of another."""
    return Status(201, cycle_services.cycle_duplicate(key, asked.key, user=person(request), anchor=asked.anchor))


@router.post("/{key}/{step}/start", response=PAGE, summary="Start a step")
def step_start(request: HttpRequest, key: str, step: str, asked: ActIn) -> dict[str, object]:
    """Begin a step; with a revision, only if nobody has moved it since."""
    step_services.step_start(key, step, user=person(request), expected=asked.revision)
    return _page(request, key)


@router.post("/{key}/{step}/finish", response=PAGE, summary="Finish a step")
def step_finish(request: HttpRequest, key: str, step: str, asked: ActIn) -> dict[str, object]:
    """Finish a step whose gates hold or are waived."""
    step_services.step_finish(key, step, user=person(request), expected=asked.revision)
    return _page(request, key)


@router.post("/{key}/{step}/reopen", response=PAGE, summary="Reopen a step")
def step_reopen(request: HttpRequest, key: str, step: str, asked: ReasonIn) -> dict[str, object]:
    """Open a step again that was over."""
    step_services.step_reopen(key, step, reason=asked.reason, user=person(request), expected=asked.revision)
    return _page(request, key)


@router.post("/{key}/{step}/skip", response=PAGE, summary="Skip a step")
def step_skip(request: HttpRequest, key: str, step: str, asked: ReasonIn) -> dict[str, object]:
    """Leave out a step that may be left out."""
    step_services.step_skip(key, step, reason=asked.reason, user=person(request), expected=asked.revision)
    return _page(request, key)


@router.post("/{key}/{step}/gates", response=PAGE, summary="Judge the gates of a step")
def gates(request: HttpRequest, key: str, step: str) -> dict[str, object]:
    """Judge the gates on the numbers of now, and keep what was found."""
    judging.gates_judge(key, step, by=person(request).username)
    return _page(request, key)


@router.post("/{key}/{step}/waive", response=PAGE, summary="Waive a gate")
def waive(request: HttpRequest, key: str, step: str, asked: WaiveIn) -> dict[str, object]:
    """Let a step end although a rule does not hold: by authority, with a reason, in the record."""
    step_services.gate_waive(key, step, asked.gate, reason=asked.reason, user=person(request))
    return _page(request, key)


@router.post("/{key}/{step}/tasks/{task}", response=PAGE, summary="Mark a task as done")
def task_done(request: HttpRequest, key: str, step: str, task: str) -> dict[str, object]:
    """Mark a task as done."""
    step_services.task_do(key, step, task, user=person(request))
    return _page(request, key)


@router.delete("/{key}/{step}/tasks/{task}", response=PAGE, summary="Take back that a task is done")
def task_open(request: HttpRequest, key: str, step: str, task: str) -> dict[str, object]:
    """Take back that a task is done."""
    step_services.task_undo(key, step, task, user=person(request))
    return _page(request, key)


@router.post("/work/{number}/again", response={200: WorkOut, **WRITE_REFUSALS}, summary="Do work again")
def work_again(request: HttpRequest, number: int) -> dict[str, object]:
    """Do a piece of work again that has failed, or before which the world has moved on."""
    return work_json(work_line(work_services.work_again(number, user=person(request))))


@router.post("/work/{number}/leave", response={200: WorkOut, **WRITE_REFUSALS}, summary="Leave work")
def work_leave(request: HttpRequest, number: int, asked: ReasonIn) -> dict[str, object]:
    """Leave a piece of work that has failed, so that the rest goes on."""
    return work_json(work_line(work_services.work_leave(number, reason=asked.reason, user=person(request))))


def _page(request: HttpRequest, key: str) -> dict[str, object]:
    return cycle_json(selectors.cycle_view(key, person(request)))


def _item(item: Item) -> dict[str, object]:
    return {
        "kind": item.kind, "text": item.text, "where": item.where, "due": item.due, "late": item.late,
        "blocked": item.blocked, "url": item.url,
    }  # fmt: skip
