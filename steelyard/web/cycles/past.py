"""Past: enter how far a cycle had come before it stood in the records: in the demo, or when a company moves in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from steelyard.cycle.cycle import shift
from steelyard.cycle.step import StepState
from steelyard.plan.plan import Plan
from steelyard.web.audit.services import audit_record
from steelyard.web.cycles.doing import works_do
from steelyard.web.cycles.making import cycle_made, cycles_ahead
from steelyard.web.cycles.models import Cycle, Problem, Step, TaskDone, Work
from steelyard.web.cycles.plans import days_of, step_plan
from steelyard.web.cycles.works.problems import exceptions_of_plan

SCORED = ("observe", "grade", "score")
"""What closing does that can still be done when a month has long been over."""
MONTH = 21
"""Working days from one month to the next."""


@transaction.atomic
def month_over(
    key: str, *, anchor: date, people: Mapping[str, str], published: str = "", plan: Plan | None = None
) -> Cycle:
    """Enter a month that is over: every step finished on its last day by its owner, with the problems of its plan.

    Args:
        key: The month.
        anchor: Day from which its working days count.
        people: Who acts for a role, by role.
        published: Id of the plan that came out of it.
        plan: That plan, to list its problems.
    """
    cycle = cycle_made("month", key, anchor=anchor)
    for step in cycle.steps.all():
        _finish(step, people)
    last = max(cycle.steps.values_list("ends", flat=True))
    Cycle.objects.filter(pk=cycle.pk).update(
        state="closed", published=published, opened_at=_nine(anchor), closed_at=_nine(last), revision=2,
        opened_by=people["sop_lead"], closed_by=people["sop_lead"],
    )  # fmt: skip
    if plan is not None:
        Problem.objects.bulk_create(list(exceptions_of_plan(cycle, plan)), ignore_conflicts=True)
    audit_record(actor=people["sop_lead"], action="cycle.past", subject=key)
    return cycle


@transaction.atomic
def month_running(key: str, *, today: date, day: int, step: str, people: Mapping[str, str]) -> Cycle:
    """Enter a month that is on: today is a working day of it, the steps before one are finished, that one is open.

    Args:
        key: The month.
        today: The day.
        day: Which working day of the month it is.
        step: Key of the step that is on.
        people: Who acts for a role, by role.
    """
    cycle = cycle_made("month", key)
    anchor = shift(today, 1 - day, days_of(cycle))
    cycle.delete()
    cycle = cycle_made("month", key, anchor=anchor)
    for one in cycle.steps.order_by("number"):
        if one.key == step:
            _begin(one, people)
            break
        _finish(one, people)
    Cycle.objects.filter(pk=cycle.pk).update(
        state="open", opened_at=_nine(anchor), opened_by=people["sop_lead"], revision=1
    )
    cycles_ahead("month", key, by=people["sop_lead"])
    audit_record(actor=people["sop_lead"], action="cycle.past", subject=key)
    return cycle


def month_scored(key: str, *, by: str) -> bool:
    """Observe, grade and score a month that was entered as over, as its closing would have; once.

    Args:
        key: The month.
        by: In whose name.

    Returns:
        Whether it was done now.
    """
    cycle = Cycle.objects.get(key=key)
    if cycle.works.filter(step=None).exists():
        return False
    Work.objects.bulk_create(
        Work(cycle=cycle, moment="close", number=n, kind=kind, by=by) for n, kind in enumerate(SCORED, start=1)
    )
    return works_do(cycle, None, "close", by=by)


def month_before(anchor: date, cycle: Cycle) -> date:
    """The first day of the month before, in working days."""
    return shift(anchor, -MONTH, days_of(cycle))


def _finish(step: Step, people: Mapping[str, str]) -> None:
    plan, at = step_plan(step), _nine(step.ends)
    who = people.get(plan.owner, people["sop_lead"])
    Step.objects.filter(pk=step.pk).update(
        state=StepState.FINISHED.value, started_at=_nine(step.starts), finished_at=at, moved_at=at, moved_by=who,
        revision=3,
    )  # fmt: skip
    TaskDone.objects.bulk_create(
        TaskDone(step=step, task=task.key, at=at - timedelta(hours=3), by=people.get(task.role, who))
        for task in plan.tasks
    )
    Work.objects.bulk_create(
        Work(cycle=step.cycle, step=step, moment=moment, number=n, kind=kind, by=who, state="done", finished_at=at)
        for moment, kinds in (("open", plan.work_at_open), ("close", plan.work_at_close))
        for n, kind in enumerate(kinds, start=1)
    )


def _begin(step: Step, people: Mapping[str, str]) -> None:
    plan, at = step_plan(step), _nine(step.starts)
    who = people.get(plan.owner, people["sop_lead"])
    Step.objects.filter(pk=step.pk).update(
        state=StepState.OPEN.value, started_at=at, moved_at=at, moved_by=who, revision=1
    )
    for task in [task for task in plan.tasks if task.done_when is None][:1]:
        TaskDone.objects.create(step=step, task=task.key, at=at + timedelta(hours=5), by=people.get(task.role, who))


def _nine(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
