"""Cycle selectors: the months, one of them with its steps, and what is on now."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from steelyard.cycle.cycle import current_step, day_of_cycle, day_words
from steelyard.cycle.page import page_from_json
from steelyard.cycle.step import StepState, lateness
from steelyard.cycle.template import CycleTemplate, template_from_json
from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Role, role_label
from steelyard.web.accounts.sight import sees_money, sight
from steelyard.web.company import now
from steelyard.web.cycles.authority import who_by_role
from steelyard.web.cycles.graded import MonthGraded, last_month, month_graded
from steelyard.web.cycles.links import page_url
from steelyard.web.cycles.models import Cycle, Problem, Step, Template
from steelyard.web.cycles.neighbours import CaseGroup, grouped, seen_before
from steelyard.web.cycles.plans import days_of, standing_of
from steelyard.web.cycles.step_lines import BADGES, StepLine, WorkLine, step_line, work_line

LEAD = Role.SOP_LEAD.value


@dataclass(frozen=True)
class CycleView:
    """A cycle with everything its page shows."""

    cycle: Cycle
    steps: tuple[StepLine, ...]
    works: tuple[WorkLine, ...]
    """Work of the cycle itself."""
    day: int
    today: date
    late: int
    current: StepLine | None
    problems: tuple["ProblemLine", ...] = ()
    seen_before: tuple[CaseGroup, ...] = ()
    """Cases seen for two months in a row or more; while the cycle is on."""
    score: dict[str, object] = field(default_factory=dict)
    graded: MonthGraded | None = None
    """How the month turned out, once it is closed."""
    before: MonthGraded | None = None
    """How the month before turned out, while this one is on."""
    following: Cycle | None = None
    """The next month, once this one is closed."""
    closers: str = ""
    """Who closes it, roles with their people."""

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return BADGES.get(self.cycle.state, "is-running")

    @property
    def today_words(self) -> str:
        """Which working day of the cycle today is, in words.

        Example: "is working day 7", or "is 5 working days before it begins".
        """
        return f"is {day_words(self.day)}"

    @property
    def percent(self) -> int:
        """Progress of all steps in whole percent."""
        whole = [line.standing.progress for line in self.steps]
        return round(100 * sum(whole) / len(whole)) if whole else 0

    @property
    def problem_groups(self) -> list[tuple[str, list["ProblemLine"]]]:
        """Problems by kind, in the order of the first of each."""
        found: dict[str, list[ProblemLine]] = {}
        for line in self.problems:
            found.setdefault(line.problem.kind, []).append(line)
        return list(found.items())

    @property
    def may_close(self) -> bool:
        """Whether all steps are over."""
        return self.cycle.state == "open" and all(line.over for line in self.steps)


@dataclass(frozen=True)
class ProblemLine:
    """A problem, and in how many months in a row it was seen."""

    problem: Problem
    months: int
    url: str

    @property
    def words(self) -> str:
        """How long it has lasted.

        Example: "third month in a row".
        """
        return f"{ordinal(self.months)} month in a row" if self.months > 1 else "first seen this month"


def cycles() -> QuerySet[Cycle]:
    """All cycles, in the order of time."""
    return Cycle.objects.all()


def cycle_of(key: str) -> Cycle:
    """A cycle by its key.

    Raises:
        NotFound: There is none.
    """
    found = Cycle.objects.filter(key=key).first()
    if found is None:
        raise NotFound(f"There is no cycle {key!r}", mend="look at the list of cycles")
    return found


def current_cycle() -> Cycle | None:
    """The monthly cycle that is on: the earliest that is open or closing; else the next that is planned."""
    monthly = Cycle.objects.filter(kind="monthly")
    on = monthly.filter(state__in=("open", "closing")).order_by("anchor").first()
    return on or monthly.filter(state="planned").order_by("anchor").first()


def current_step_key() -> str:
    """Key of the step that is on; empty where there is none."""
    found = current_cycle()
    on = current_step([standing_of(step) for step in steps_of(found)]) if found else None
    return on.plan.key if on else ""


def open_cycles() -> list[Cycle]:
    """Every cycle that is on, events included."""
    return list(Cycle.objects.filter(state__in=("open", "closing")).order_by("kind", "anchor"))


def works_go_on(cycle: Cycle) -> bool:
    """Whether work of a cycle is under way, or through while what waits for it has not come to its end yet."""
    if cycle.works.filter(state__in=("waiting", "running")).exists():
        return True
    closing = Q(state=StepState.CLOSING.value) & ~Q(works__state="failed")
    return cycle.steps.filter(closing).exists() or (
        Cycle.objects.filter(pk=cycle.pk, state="closing").exclude(works__state="failed").exists()
    )


def steps_of(cycle: Cycle) -> list[Step]:
    """The steps of a cycle with all that hangs on them."""
    found = cycle.steps.order_by("number").prefetch_related("tasks_done", "results", "waivers", "works")
    return [_with_cycle(step, cycle) for step in found]


def step_of(key: str, step: str) -> Step:
    """A step of a cycle.

    Raises:
        NotFound: There is none.
    """
    cycle = cycle_of(key)
    found = cycle.steps.filter(key=step).first()
    if found is None:
        known = ", ".join(cycle.steps.values_list("key", flat=True))
        raise NotFound(f"Cycle {key} has no step {step!r}", mend=f"use one of {known}")
    return _with_cycle(found, cycle)


def template_of(name: str) -> Template:
    """A template of the company.

    Raises:
        NotFound: There is none.
    """
    found = Template.objects.filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no template {name!r}", mend="look at the list of templates")
    return found


def templates() -> QuerySet[Template]:
    """All templates, by name."""
    return Template.objects.all()


def template_read(template: Template) -> CycleTemplate:
    """A template as the rules know it."""
    return template_from_json(template.body)


def cycle_view(key: str, user: User) -> CycleView:
    """Everything the page of a cycle shows.

    Raises:
        NotFound: There is none.
    """
    cycle = cycle_of(key)
    steps, days, today = steps_of(cycle), days_of(cycle), now().date()
    stand = [standing_of(step) for step in steps]
    on = current_step(stand) if cycle.state in ("open", "closing") else None
    who = who_by_role()
    lines = tuple(
        step_line(step, one, stand, user, lateness(one, today, days) if cycle.state == "open" else 0, one is on, who)
        for step, one in zip(steps, stand, strict=True)
    )
    monthly = cycle.kind == "monthly"
    works = tuple(work_line(work) for work in cycle.works.filter(step__isnull=True))
    score: dict[str, object] = next(
        (w.result for w in cycle.works.filter(kind="score", state="done").order_by("-id") if w.result), {}
    )
    return CycleView(
        cycle, lines, works, day_of_cycle(cycle.anchor, today, days), today,
        max((line.late for line in lines), default=0), next((line for line in lines if line.is_current), None),
        problem_lines(cycle), _seen_before(cycle), seen_score(score),
        month_graded(cycle) if monthly and cycle.state in ("closing", "closed") else None,
        last_month(cycle) if monthly and cycle.state == "open" else None,
        _following(cycle) if monthly and cycle.state in ("closing", "closed") else None,
        who.get(LEAD, role_label(LEAD)),
    )  # fmt: skip


def _following(cycle: Cycle) -> Cycle | None:
    return Cycle.objects.filter(kind="monthly", anchor__gt=cycle.anchor).order_by("anchor").first()


def _seen_before(cycle: Cycle) -> tuple[CaseGroup, ...]:
    return grouped(seen_before(cycle.scenario)) if cycle.state in ("open", "closing") else ()


def problem_lines(cycle: Cycle) -> tuple[ProblemLine, ...]:
    """Problems of a cycle, the longest first."""
    found = [ProblemLine(p, months_in_a_row(cycle, p.key), _problem_url(p, cycle)) for p in cycle.problems.all()]
    if sight().limited or not (sees_money("cost") and sees_money("sales")):
        return ()
    return tuple(sorted(found, key=lambda line: (-line.months, -(line.problem.amount or 0.0), line.problem.key)))


def months_in_a_row(cycle: Cycle, key: str) -> int:
    """In how many monthly cycles in a row, this one included, a problem was seen."""
    before = Cycle.objects.filter(kind="monthly", anchor__lte=cycle.anchor, state__in=("closing", "closed"))
    count = 0
    for one in before.order_by("-anchor"):
        if not Problem.objects.filter(cycle=one, key=key).exists():
            break
        count += 1
    return count


def ordinal(count: int) -> str:
    """A small number in its order.

    Example:
        >>> ordinal(3), ordinal(11)
        ('third', '11th')
    """
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return words[count - 1] if 1 <= count <= len(words) else f"{count}th"


def seen_score(score: dict[str, object]) -> dict[str, object]:
    """The score of last month, of the whole company; nothing for people who see a part of it."""
    return {} if sight().limited else score


def _problem_url(problem: Problem, cycle: Cycle) -> str:
    return page_url(page_from_json(problem.page), cycle) if problem.page else reverse("cycles:cycle", args=[cycle.key])


def _with_cycle(step: Step, cycle: Cycle) -> Step:
    step.cycle = cycle
    return step
