"""Step lines: a step of a cycle with its gates, tasks and work, as pages show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from steelyard.cycle.cycle import blocking_step, day_of_cycle, day_span_words
from steelyard.cycle.gates import rule_named
from steelyard.cycle.page import page_from_json
from steelyard.cycle.step import GateUse, Standing, StepPlan, StepState, Task
from steelyard.cycle.work import WORK
from steelyard.errors import CycleInvalid
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import role_label
from steelyard.web.accounts.sight import free_words, sees_money, sight
from steelyard.web.cycles.authority import may_do, may_explain, may_move, may_waive
from steelyard.web.cycles.links import ask_url, page_url
from steelyard.web.cycles.models import Cycle, GateResult, Step, TaskDone, Waiver, Work
from steelyard.web.cycles.plans import days_of, done_by_hand, latest_results, step_plan
from steelyard.web.ui.figures import number

READS_ON = (" least", " most", " than", " by")
"""Ends of rules' names after which an argument reads on."""
BADGES = {
    "waiting": "is-plain", "open": "is-running", "closing": "is-running", "finished": "is-good", "skipped": "is-plain",
    "planned": "is-plain", "closed": "is-locked",
}  # fmt: skip


@dataclass(frozen=True)
class EvidenceRow:
    """One row of evidence as a page shows it."""

    subject: str
    text: str
    amount: str
    is_money: bool
    """Whether the amount is in the company's currency."""
    url: str
    decision: int
    """Number of the decision it is about, or that is asked; 0 is none."""
    ask_url: str
    """Where the question is put that would settle it, with its words filled in."""
    explain: str
    """What the gap is held against, where words explain it."""


@dataclass(frozen=True)
class GateLine:
    """A gate with what was found last."""

    gate: GateUse
    sentence: str
    """The rule in words."""
    meaning: str
    result: GateResult | None
    waiver: Waiver | None
    rows: tuple[EvidenceRow, ...]
    hidden: int
    """Rows that are about another part of the company than the person sees."""
    url: str
    page: str
    how: str
    """How it is mended, in words."""
    waivers: str
    """Who may waive it: roles with their people."""
    may_waive: bool
    may_explain: bool
    """Whether the person may say in a row why money is off."""
    reason: str
    """Why it was waived, for who sees the whole company."""

    @property
    def standing(self) -> str:
        """met, waived, open, or not judged."""
        if self.result is not None and self.result.met:
            return "met"
        if self.waiver is not None:
            return "waived"
        return "open" if self.result is not None and self.result.judged else "not judged"

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return {"met": "is-good", "waived": "is-warning", "open": "is-alert"}.get(self.standing, "is-plain")


@dataclass(frozen=True)
class TaskLine:
    """A task, and whether it is done."""

    task: Task
    role: str
    done: TaskDone | None
    """Who ticked it by hand, and when."""
    url: str
    may_do: bool
    itself: GateResult | None = None
    """What the rule that ticks it found last; None where people tick it, or nobody has judged it yet."""

    @property
    def is_done(self) -> bool:
        """Whether it is ticked, by hand or by the work itself."""
        return self.done is not None or (self.itself is not None and self.itself.met)

    @property
    def ticks_itself(self) -> bool:
        """Whether it stands for work in the system, so that nobody ticks it by hand."""
        return self.task.done_when is not None


@dataclass(frozen=True)
class WorkLine:
    """Work done by itself."""

    work: Work
    words: str
    said: str
    """What it told, for those from whom nothing of the company is kept."""

    @property
    def badge(self) -> str:
        """How its badge looks."""
        looks = {"done": "is-good", "failed": "is-alert", "running": "is-running"}
        return looks.get(self.work.state, "is-plain")


@dataclass(frozen=True)
class StepLine:
    """A step of a cycle as pages show it."""

    step: Step
    plan: StepPlan
    standing: Standing
    owner: str
    participants: tuple[str, ...]
    late: int
    blocked: str
    """The step it waits for."""
    blocked_closes: bool
    """Whether that step is finished but for the work it does by itself."""
    gates: tuple[GateLine, ...]
    tasks: tuple[TaskLine, ...]
    works: tuple[WorkLine, ...]
    may_move: bool
    is_current: bool

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return BADGES[self.step.state]

    @property
    def first_day(self) -> int:
        """Working day of the cycle on which it starts."""
        return day_of_cycle(self.step.cycle.anchor, self.step.starts, days_of(self.step.cycle))

    @property
    def last_day(self) -> int:
        """Working day of the cycle on which it ends."""
        return day_of_cycle(self.step.cycle.anchor, self.step.ends, days_of(self.step.cycle))

    @property
    def days_words(self) -> str:
        """Its days of the cycle in words.

        Example: "working day 4 to 8".
        """
        return day_span_words(self.first_day, self.last_day)

    @property
    def judged_at(self) -> datetime | None:
        """When its gates were judged last."""
        return max((gate.result.at for gate in self.gates if gate.result is not None), default=None)

    @property
    def seen(self) -> str:
        """Names what its rules found last, so that a page knows whether it shows that."""
        results = [gate.result for gate in self.gates] + [task.itself for task in self.tasks]
        return "-".join(str(one.pk) for one in results if one is not None)

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun."""
        return self.standing.state is StepState.WAITING

    @property
    def waits_for(self) -> str:
        """The step it waits for, and where that stands; empty once it has begun, and where nothing holds it."""
        if not self.is_waiting or not self.blocked:
            return ""
        return f"{self.blocked}, which is closing" if self.blocked_closes else self.blocked

    @property
    def closing_words(self) -> str:
        """What it still does by itself before it is over, or what went wrong; empty unless it is closing.

        Example: "calculate forecast and plan runs by itself, 1 of 3 done".
        """
        if self.standing.state is not StepState.CLOSING:
            return ""
        works = [line for line in self.works if line.work.moment == "close"]
        failed = next((line for line in works if line.work.state == "failed"), None)
        if failed is not None:
            return f"“{failed.words}” has failed; {self.owner} does it again, leaves it or reopens the step"
        done = sum(line.work.state in ("done", "left") for line in works)
        doing = next((line for line in works if line.work.state in ("running", "waiting")), None)
        return f"“{doing.words}” runs by itself, {done} of {len(works)} done" if doing else "its last work is done"

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        return round(100 * self.standing.progress)

    @property
    def open_gates(self) -> int:
        """Gates that hold it up."""
        return sum(gate.standing not in ("met", "waived") for gate in self.gates)

    @property
    def met_gates(self) -> int:
        """Gates that hold it up no more."""
        return len(self.gates) - self.open_gates

    @property
    def note(self) -> str:
        """Why it was reopened, skipped or sent back, for who sees the whole company."""
        return free_words(self.step.note, self.step.moved_by)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.standing.state.is_over

    @property
    def failed(self) -> bool:
        """Whether work of its latest round has failed."""
        return any(line.work.state == "failed" for line in self.works)


def gate_line(
    step: Step, gate: GateUse, result: GateResult | None, waiver: Waiver | None, user: User, who: Mapping[str, str]
) -> GateLine:
    """A gate as pages show it: rows of other parts of the company are counted, not shown."""
    try:
        rule = rule_named(gate.rule)
        sentence, meaning, page, how = _spoken(rule.sentence, gate), rule.meaning, rule.page, rule.how
    except CycleInvalid:
        sentence, meaning, page, how = gate.key, "This rule is not known any more.", page_from_json("cycle"), ""
    rows = [row for row in (result.rows if result else []) if isinstance(row, dict)]
    shown = [] if sight().limited else rows
    evidence = tuple(_evidence_row(row, step.cycle) for row in shown)
    url = page_url(page, step.cycle)
    return GateLine(
        gate, sentence, meaning, result, waiver, evidence, len(rows) - len(shown), url, page.label, how,
        " or ".join(who[role] for role in gate.waived_by if role in who), may_waive(user, gate), may_explain(user),
        free_words(waiver.reason, waiver.by) if waiver else "",
    )  # fmt: skip


def work_line(work: Work) -> WorkLine:
    """Work as pages show it."""
    return WorkLine(work, WORK.get(work.kind, work.kind), work.said if sight().everything else "")


def step_line(
    step: Step, standing: Standing, all_steps: Iterable[Standing], user: User, late: int, current: bool,
    who: Mapping[str, str],
) -> StepLine:  # fmt: skip
    """A step as pages show it, with whom it belongs to and what holds it up; `who` names roles with their people."""
    plan, results = standing.plan, latest_results(step)
    waivers = {w.gate: w for w in step.waivers.all() if w.taken_back_at is None and w.round == step.round}
    by_hand, blocking = done_by_hand(step), blocking_step(list(all_steps), plan.key)
    done = {one.task: one for one in step.tasks_done.all() if one.task in by_hand}
    return StepLine(
        step, plan, standing, who.get(plan.owner, role_label(plan.owner)),
        tuple(role_label(role) for role in plan.participants), late,
        blocking.plan.label if blocking is not None and not standing.state.is_over else "",
        blocking is not None and blocking.state is StepState.CLOSING,
        tuple(gate_line(step, gate, results.get(gate.key), waivers.get(gate.key), user, who) for gate in plan.gates),
        tuple(_task_line(step, task, done.get(task.key), results, user) for task in plan.tasks),
        tuple(work_line(work) for work in step.works.all() if work.round == step.round),
        may_move(user, plan), current,
    )  # fmt: skip


def _task_line(
    step: Step, task: Task, done: TaskDone | None, results: Mapping[str, GateResult], user: User
) -> TaskLine:
    url = page_url(task.page, step.cycle) if task.page else ""
    may = task.done_when is None and may_do(user, step_plan(step), task.key)
    itself = results.get(task.done_when.key) if task.done_when else None
    return TaskLine(task, role_label(task.role), done, url, may, itself)


def _evidence_row(row: dict[str, object], cycle: Cycle) -> EvidenceRow:
    amount, unit = row.get("amount"), row.get("unit", "money")
    money = unit == "money"
    told = (
        isinstance(amount, int | float) and bool(amount) and (not money or (sees_money("cost") and sees_money("sales")))
    )
    shown = number(float(amount), 0) if told and isinstance(amount, int | float) else ""
    page, ask, decision = row.get("page"), row.get("ask"), row.get("decision")
    return EvidenceRow(
        str(row.get("subject", "")), str(row.get("text", "")), shown if money or not shown else f"{shown} h",
        money and bool(shown),
        page_url(page_from_json(page), cycle) if page else "",
        decision if isinstance(decision, int) else 0, ask_url(ask, cycle) if isinstance(ask, dict) else "",
        str(row.get("explain", "")),
    )  # fmt: skip


def _spoken(sentence: str, gate: GateUse) -> str:
    names = [argument.name for argument in rule_named(gate.rule).arguments]
    told = ", ".join(_told(a, name) for a, name in zip_longest(gate.arguments, names[: len(gate.arguments)]))
    if not told or sentence.endswith(READS_ON):
        return f"{sentence} {told}".strip()
    if names == ["days"]:
        return f"{sentence}, {told} days old at most when the month begins"
    return f"{sentence} ({'beyond ' if names == ['share'] else ', '.join(names) + ' '}{told})"


def _told(argument: float | str, name: str | None) -> str:
    """An argument as people read it: shares and percentages with their mark."""
    if isinstance(argument, str):
        return role_label(argument)
    return f"{100 * argument:g} %" if name == "share" else f"{argument:g}{' %' if name == 'percent' else ''}"
