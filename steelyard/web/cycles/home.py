"""Home: what is mine, due, late and blocked in the month, and what has changed since I was last here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from steelyard.cycle.working_days import WorkingDays
from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.company import now, workspace
from steelyard.web.cycles.graded import MonthGraded
from steelyard.web.cycles.judging import gates_are_old, gates_foresee
from steelyard.web.cycles.models import Cycle, Step, Visit
from steelyard.web.cycles.neighbours import Asked, asked_of, mentions_to
from steelyard.web.cycles.plans import days_of
from steelyard.web.cycles.selectors import CycleView, current_cycle, cycle_view, open_cycles, steps_of
from steelyard.web.cycles.step_lines import StepLine, TaskLine
from steelyard.web.notices.models import Notice
from steelyard.web.notices.selectors import notices_of
from steelyard.web.scenarios.plans import seen_changes
from steelyard.web.scenarios.selectors import events
from steelyard.web.ui.dates import day_words

SOON = 2
"""Working days ahead of its end from which on something is due."""
SITTING = timedelta(minutes=30)
"""Someone who comes back within this time has not been away."""
MOST_CHANGES = 12


@dataclass(frozen=True)
class Item:
    """Something for a person to do or to know."""

    kind: str
    """task, step, decision, action, mention."""
    text: str
    where: str
    due: date | None
    late: int
    blocked: str
    url: str
    act: str = ""
    """Where a press posts to; empty leads to the page only."""
    act_label: str = ""
    revision: int | None = None
    late_by: str = "working day"
    """What its lateness is counted in: steps in working days, what people promised each other in days."""


@dataclass(frozen=True)
class Change:
    """Something that has happened since."""

    at: datetime
    who: str
    text: str
    url: str


@dataclass(frozen=True)
class Home:
    """The home of a person."""

    view: CycleView | None
    events: tuple[CycleView, ...]
    """Event cycles that are on."""
    late: tuple[Item, ...]
    due: tuple[Item, ...]
    mine: tuple[Item, ...]
    """What comes later in this month."""
    blocked: tuple[Item, ...]
    changes: tuple[Change, ...]
    since: datetime | None
    notices: tuple[Notice, ...]
    graded: MonthGraded | None = None
    """How the month before turned out."""

    @property
    def clear(self) -> bool:
        """Whether nothing is left to do for now."""
        return not (self.late or self.due or self.blocked)


def home_of(user: User) -> Home:
    """Gather the home of a person."""
    since = visit(user)
    current = current_cycle()
    running = open_cycles()
    views = [cycle_view(one.key, user) for one in running]
    for step in (step for one in running for step in steps_of(one)):
        gates_foresee(step)
    if current is not None and current.state == "planned":
        views.insert(0, cycle_view(current.key, user))
    items = [item for view in views for item in _items(view, user)]
    days = days_of(views[0].cycle) if views else WorkingDays()
    today = now().date()
    held = _held_up(views)
    items += [_asked(one, today, held.get(one.decision)) for one in (*asked_of(user), *mentions_to(user))]
    main = next((view for view in views if view.cycle.kind == "monthly"), None)
    return Home(
        main, tuple(view for view in views if view.cycle.kind == "event"),
        tuple(sorted((i for i in items if i.late and not i.blocked), key=lambda i: (-i.late, i.due or today))),
        tuple(_by_day(i for i in items if not i.late and not i.blocked and _soon(i, today, days))),
        tuple(_by_day(i for i in items if not i.late and not i.blocked and not _soon(i, today, days))),
        tuple(_by_day(i for i in items if i.blocked)),
        tuple(_changes(main, since, user)) if since else (), since, tuple(notices_of(user)[:6]),
        main.before if main is not None else None,
    )  # fmt: skip


def visit(user: User) -> datetime | None:
    """Note that a person is here, and answer when they were here before; None at the first time."""
    seen, at = Visit.objects.filter(username=user.username).first(), now()
    if seen is None:
        Visit.objects.get_or_create(username=user.username, defaults={"at": at, "before": at})
        return None
    if at - seen.at > SITTING:
        Visit.objects.filter(pk=seen.pk).update(before=seen.at, at=at)
        return seen.at
    Visit.objects.filter(pk=seen.pk).update(at=at)
    return seen.before


def _items(view: CycleView, user: User) -> list[Item]:
    found: list[Item] = []
    for line in view.steps:
        if not line.over:
            found += [_step_item(view.cycle, line)] if line.plan.owner == user.role else []
            found += _task_items(view.cycle, line, user)
    return found + _last_items(view, user)


def _last_items(view: CycleView, user: User) -> list[Item]:
    """What remains when every step is over, for who owns the last one: the book, and closing."""
    over = bool(view.steps) and all(line.over for line in view.steps)
    if not over or view.cycle.state != "open" or view.steps[-1].plan.owner != user.role:
        return []
    label, due, late = view.cycle.label, view.steps[-1].step.ends, view.steps[-1].late
    return [
        Item("task", f"Make the book of {label}", label, due, late, "", reverse("book:books")),
        Item("step", f"Close {label}", label, due, late, "", reverse("cycles:cycle", args=[view.cycle.key])),
    ]


def _step_item(cycle: Cycle, line: StepLine) -> Item:
    url = f"{reverse('cycles:cycle', args=[cycle.key])}#{line.step.key}"
    gates = f"{line.open_gates} of {len(line.gates)} gates open" if line.gates else "no gates"
    gates += " when they were judged last; they are being judged anew" if gates_are_old(line.step) else ""
    waiting = line.step.state == "waiting"
    text = f"Start {line.plan.label}" if waiting else f"Finish {line.plan.label}: {gates}"
    if line.closing_words:
        text, blocked = f"{line.plan.label} is closing", line.closing_words
    due = line.step.starts if waiting else line.step.ends
    blocked = f"waits for {line.waits_for}" if line.waits_for else _planned(cycle)
    act = {"waiting": "start", "open": "" if line.open_gates else "finish"}.get(line.step.state, "")
    path = reverse("cycles:step", args=[cycle.key, line.step.key, act]) if act and not blocked else ""
    return Item(
        "step", text, cycle.label, due, line.late, blocked, url, path, act.capitalize(), line.step.revision
    )  # fmt: skip


def _task_items(cycle: Cycle, line: StepLine, user: User) -> list[Item]:
    return [
        Item(
            "task", one.task.text, f"{line.plan.label}, {cycle.label}", line.step.ends,
            0 if line.is_waiting else line.late, _blocks_tasks(cycle, line),
            one.url or reverse("cycles:cycle", args=[cycle.key]), *_task_act(cycle, line, one),
        )
        for one in line.tasks
        if one.task.role == user.role and not one.is_done
    ]  # fmt: skip


def _blocks_tasks(cycle: Cycle, line: StepLine) -> str:
    """What keeps the tasks of a step from being done; nothing where the person may start it now."""
    if not line.is_waiting or _planned(cycle):
        return _planned(cycle)
    if line.waits_for:
        return f"waits for {line.waits_for}"
    return "" if line.may_move else f"waits for {line.owner} to start {line.plan.label}"


def _task_act(cycle: Cycle, line: StepLine, one: TaskLine) -> tuple[str, str]:
    """What a press beside a task does: tick it; nothing before its step is on, and where the work ticks it."""
    if line.is_waiting or one.ticks_itself:
        return "", ""
    return reverse("cycles:task", args=[cycle.key, line.step.key, one.task.key]), "Done"


def _planned(cycle: Cycle) -> str:
    return f"waits for {cycle.label} to be opened" if cycle.state == "planned" else ""


def _held_up(views: Iterable[CycleView]) -> dict[int, StepLine]:
    """Steps that are on and cannot end before a decision is taken, by the number of the decision."""
    gates = ((line, gate) for view in views for line in view.steps if not line.over for gate in line.gates)
    return {
        row["decision"]: line
        for line, gate in gates
        if gate.standing == "open" and gate.result is not None
        for row in gate.result.rows
        if isinstance(row, dict) and row.get("decision")
    }


def _asked(one: Asked, today: date, holds: StepLine | None) -> Item:
    where, due = one.where, one.due
    if holds is not None:
        where = f"{where}; {holds.plan.label} waits for it and ends on {day_words(holds.step.ends)}"
        due = min(holds.step.ends, due or holds.step.ends)
    late = max(0, (today - due).days) if due else 0
    return Item(one.kind, one.text, where, due, late, "", one.url, late_by="day")


def _soon(item: Item, today: date, days: WorkingDays) -> bool:
    return item.due is None or days.between(today, item.due) <= SOON


def _by_day(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.due or date.max, item.kind, item.text))


def _changes(view: CycleView | None, since: datetime, user: User) -> list[Change]:
    """What others did: steps, extracts, published plans, and changes of the plan that lie in the person's part."""
    found = [*_steps_moved(since, user), *_new_plans(since, user)]
    if view is not None:
        found += _plan_changes(view.cycle, since, user)
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_CHANGES]


def _steps_moved(since: datetime, user: User) -> list[Change]:
    moved = Step.objects.filter(moved_at__gt=since).exclude(moved_by=user.username).select_related("cycle")
    return [
        Change(
            step.moved_at, step.moved_by, f"{step.plan['label']} of {step.cycle.label} is {step.state}",
            f"{reverse('cycles:cycle', args=[step.cycle.key])}#{step.key}",
        )
        for step in moved
        if step.moved_at
    ]  # fmt: skip


def _new_plans(since: datetime, user: User) -> list[Change]:
    home = workspace()
    plans = [
        Change(one.at, one.actor, f"Plan {one.id[:12]} was published from {one.scenario}",
               reverse("scenarios:published_plan", args=[one.id]))
        for one in home.published() if one.at > since and one.actor != user.username
    ]  # fmt: skip
    extracts = [
        Change(one.at, one.actor, f"Extract as of {one.as_of} was imported",
               reverse("masterdata:extract", args=[one.digest]))
        for one in home.extracts() if one.at > since and one.actor != user.username
    ]  # fmt: skip
    return plans + extracts


def _plan_changes(cycle: Cycle, since: datetime, user: User) -> list[Change]:
    try:
        scenario = workspace().scenario(cycle.scenario)
    except NotFound:
        return []
    own = [change for change in scenario.own_changes if change.at > since and change.author != user.username]
    seen = {change.id for change in seen_changes(cycle.scenario, own)}
    url = reverse("scenarios:scenario", args=[cycle.scenario])
    lines = [line for line in events(cycle.scenario) if line.event.at > since and line.event.actor != user.username]
    return [
        Change(line.event.at, line.event.actor, line.words, url)
        for line in lines
        if {change.id for change in line.event.changes} & seen
    ]
