"""Cycle services: make months ahead, duplicate, move, open and close them; keep templates."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from steelyard.cycle.cycle import DatedCycle, DatedStep, check_key, first_day, lay_cycle, move_cycle
from steelyard.cycle.step import StepState
from steelyard.cycle.template import check_template, template_from_json, template_json
from steelyard.cycle.work import AT_CLOSE
from steelyard.errors import CycleInvalid, StepRefused, StepTaken
from steelyard.web.accounts.permissions import User
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.cycles.authority import ROLES, require_lead
from steelyard.web.cycles.making import AHEAD, cycle_kept, cycle_made, cycle_opened, cycles_ahead
from steelyard.web.cycles.models import Cycle, Step, Template, Work
from steelyard.web.cycles.plans import days_of, step_plan
from steelyard.web.cycles.selectors import cycle_of, steps_of, template_of, template_read
from steelyard.web.cycles.work_services import works_begin
from steelyard.web.notices.services import notices_close_on
from steelyard.web.scenarios.choice import BASE


def cycle_create(
    template: str, key: str, *, user: User, anchor: date | None = None, label: str = "", scenario: str = BASE
) -> Cycle:
    """Make a cycle; for an event, the day from which its working days count.

    Raises:
        NotAllowed: The role does not run the month.
        CycleInvalid: The key is none, or a month is asked of an event template.
        NameTaken: There is a cycle of this key.
        NotFound: There is no such template or scenario.
    """
    require_lead(user)
    event = template_of(template).kind == "event"
    if event != (len(check_key(key)) > len("2026-11")):
        asks = "a month and a word, such as 2026-11-strike" if event else "a month, such as 2026-11"
        raise CycleInvalid(f"{key!r} does not fit the template {template}", mend=f"use {asks}")
    workspace().scenario(scenario)
    made = cycle_made(template, key, anchor=anchor, label=label, scenario=scenario)
    audit_record(actor=user.username, action="cycle.create", subject=key, detail={"template": template})
    return made


def cycles_create_ahead(start: str, *, user: User, template: str = "month", months: int = AHEAD) -> list[Cycle]:
    """Make the months of the calendar from one on, as far as they are not there.

    Raises:
        NotAllowed: The role does not run the month.
        CycleInvalid: The key is none.
    """
    require_lead(user)
    first_day(start)
    before = f"{start[:4]}-{start[5:7]}"
    made = [] if Cycle.objects.filter(key=before).exists() else [cycle_made(template, before)]
    made += cycles_ahead(template, before, by=user.username, months=max(0, min(months, 36) - 1))
    audit_record(actor=user.username, action="cycle.ahead", subject=start, detail={"made": len(made)})
    return made


def cycle_duplicate(key: str, new: str, *, user: User, anchor: date | None = None) -> Cycle:
    """Make a cycle with the steps of another, as they are planned there.

    Raises:
        NotAllowed: The role does not run the month.
        NameTaken: There is a cycle of this key.
        CycleInvalid: The key is none, or of the other kind.
    """
    require_lead(user)
    source = cycle_of(key)
    if (len(check_key(new)) > len("2026-11")) != (source.kind == "event"):
        raise CycleInvalid(f"{new!r} is not of the kind of {key}", mend="a month stays a month, an event an event")
    template = template_read(template_of(source.template))
    own = template.__class__(
        template.name, template.label, tuple(step_plan(step) for step in steps_of(source)), source.kind,
        days_of(source), template.escalations,
    )  # fmt: skip
    made = cycle_kept(own, lay_cycle(own, new, anchor=anchor), source.scenario)
    audit_record(actor=user.username, action="cycle.duplicate", subject=new, detail={"from": key})
    return made


def cycle_move(key: str, working_days: int, *, user: User) -> Cycle:
    """Move what is not over of a cycle by working days; steps keep their distance.

    Raises:
        NotAllowed: The role does not run the month.
        StepRefused: The cycle is closed.
    """
    require_lead(user)
    cycle = cycle_of(key)
    if cycle.state in ("closing", "closed"):
        raise StepRefused(f"Cycle {key} is {cycle.state}", mend="move a cycle that is still to come")
    steps = [step for step in steps_of(cycle) if not StepState(step.state).is_over]
    dated = DatedCycle(key, cycle.label, cycle.anchor, tuple(DatedStep(step_plan(s), s.starts, s.ends) for s in steps))
    moved = move_cycle(dated, working_days, days_of(cycle))
    with transaction.atomic():
        for step, one in zip(steps, moved.steps, strict=True):
            Step.objects.filter(pk=step.pk).update(starts=one.starts, ends=one.ends)
        if len(steps) == cycle.steps.count():
            Cycle.objects.filter(pk=cycle.pk).update(anchor=moved.anchor)
    audit_record(actor=user.username, action="cycle.move", subject=key, detail={"working_days": working_days})
    return cycle_of(key)


def step_dates_set(key: str, step: str, *, starts: date, ends: date, user: User) -> Step:
    """Give a step other days.

    Raises:
        NotAllowed: The role does not run the month.
        CycleInvalid: It ends before it starts.
    """
    require_lead(user)
    if ends < starts:
        raise CycleInvalid("A step ends on or after the day it starts", where=step, mend="choose other days")
    found = next((one for one in steps_of(cycle_of(key)) if one.key == step), None)
    if found is None or StepState(found.state).is_over:
        raise StepRefused(f"Step {step!r} of {key} cannot be moved", mend="choose one that is not over")
    Step.objects.filter(pk=found.pk).update(starts=starts, ends=ends)
    detail = {"starts": starts.isoformat(), "ends": ends.isoformat(), "from": f"{found.starts} to {found.ends}"}
    audit_record(actor=user.username, action="step.move", subject=f"{key} {step}", detail=detail)
    found.starts, found.ends = starts, ends
    return found


def cycle_open(key: str, *, user: User) -> Cycle:
    """Open a cycle, so that its steps may begin.

    Raises:
        NotAllowed: The role does not run the month.
        StepRefused: It is open, or closed.
    """
    require_lead(user)
    cycle = cycle_of(key)
    if not cycle_opened(cycle, by=user.username):
        raise StepRefused(f"Cycle {key} is {cycle_of(key).state}", mend="open one that is planned")
    audit_record(actor=user.username, action="cycle.open", subject=key)
    return cycle_of(key)


def cycle_close(key: str, *, user: User, expected: int | None = None) -> Cycle:
    """Close a cycle whose steps are over: score, list problems, carry what is open, open the next.

    Raises:
        NotAllowed: The role does not run the month.
        StepRefused: A step is not over, or the cycle is not open.
        StepTaken: Somebody else was faster.
    """
    require_lead(user)
    cycle = cycle_of(key)
    left = [step_plan(step).label for step in steps_of(cycle) if not StepState(step.state).is_over]
    if cycle.state != "open" or left:
        why = f"{', '.join(left)} not over" if left else f"it is {cycle.state}"
        raise StepRefused(f"Cycle {key} cannot be closed: {why}", mend="finish or skip every step first")
    with transaction.atomic():
        seen = Cycle.objects.filter(
            pk=cycle.pk, state="open", revision=cycle.revision if expected is None else expected
        )
        if not seen.update(state="closing", closed_by=user.username, revision=cycle.revision + 1):
            raise StepTaken(f"Somebody was faster: cycle {key} is {cycle_of(key).state} now", mend="look at the cycle")
        Work.objects.bulk_create(
            Work(cycle=cycle, moment="close", number=n, kind=kind, by=user.username)
            for n, kind in enumerate(AT_CLOSE, start=1)
        )
    audit_record(actor=user.username, action="cycle.close", subject=key, run=cycle.published)
    for step in steps_of(cycle):
        notices_close_on(f"step {key} {step.key}")
    works_begin(cycle_of(key), None, "close", by=user.username)
    return cycle_of(key)


def template_save(name: str, body: Mapping[str, object], *, user: User, expected: int | None = None) -> Template:
    """Keep a template, a new one or a changed one; cycles that exist keep the steps they have.

    Raises:
        NotAllowed: The role does not run the month.
        CycleInvalid: The template does not hold together.
        StepTaken: Somebody else has changed it meanwhile.
    """
    require_lead(user)
    read = template_from_json({**body, "name": name})
    check_template(read, ROLES)
    if not name.isidentifier() or len(name) > 40:
        raise CycleInvalid(f"{name!r} is no name of a template", mend="use letters, digits and underscores")
    values = {
        "label": read.label[:100],
        "kind": read.kind,
        "body": template_json(read),
        "at": now(),
        "by": user.username,
    }
    known = Template.objects.filter(name=name).first()
    if known is None:
        Template.objects.create(name=name, **values)
    elif not Template.objects.filter(pk=known.pk, revision=known.revision if expected is None else expected).update(
        revision=known.revision + 1, **values
    ):
        raise StepTaken(f"{known.by} has changed the template {name} meanwhile", mend="reload it, then change it anew")
    audit_record(actor=user.username, action="template.save", subject=name, detail={"steps": len(read.steps)})
    return template_of(name)
