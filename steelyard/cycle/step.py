"""Step: one stage of the month: whose it is, what is done in it, and what must hold before it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from steelyard.cycle.page import Page
from steelyard.cycle.working_days import WorkingDays
from steelyard.errors import StepRefused

Act = Literal["start", "finish", "end", "fail", "reopen", "skip"]


class StepState(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSING = "closing"
    """It has been finished by its owner; the work that is done by itself is not through yet."""
    FINISHED = "finished"
    SKIPPED = "skipped"

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do in it."""
        return self in (StepState.FINISHED, StepState.SKIPPED)


MOVES: Mapping[tuple[StepState, Act], StepState] = MappingProxyType(
    {
        (StepState.WAITING, "start"): StepState.OPEN,
        (StepState.WAITING, "skip"): StepState.SKIPPED,
        (StepState.OPEN, "finish"): StepState.CLOSING,
        (StepState.OPEN, "skip"): StepState.SKIPPED,
        (StepState.CLOSING, "end"): StepState.FINISHED,
        (StepState.CLOSING, "fail"): StepState.OPEN,
        (StepState.FINISHED, "reopen"): StepState.OPEN,
        (StepState.SKIPPED, "reopen"): StepState.OPEN,
    }
)
"""Which act leads from which state to which."""
DONE_WORDS: Mapping[Act, str] = MappingProxyType(
    {"start": "started", "finish": "finished", "end": "ended", "fail": "sent back", "reopen": "reopened",
     "skip": "skipped"}
)  # fmt: skip


@dataclass(frozen=True)
class GateUse:
    """A rule that must hold before a step ends, with the arguments of the company."""

    rule: str
    arguments: tuple[float | str, ...] = ()
    waived_by: tuple[str, ...] = ("sop_lead", "administrator")
    """Roles that may let the step end although the rule does not hold."""

    @property
    def key(self) -> str:
        """Rule and arguments, which name it in the step.

        Example:
            >>> GateUse("data_score_is_at_least", (95.0,)).key
            'data_score_is_at_least(95)'
        """
        told = ", ".join(f"{a:g}" if isinstance(a, float | int) else str(a) for a in self.arguments)
        return f"{self.rule}({told})" if self.arguments else self.rule


@dataclass(frozen=True)
class Task:
    """Something a role does in a step, and where."""

    key: str
    text: str
    role: str
    """Who does it; a role of the company."""
    page: Page | None = None
    done_when: GateUse | None = None
    """The rule that ticks it, where it stands for work in the system: then nobody ticks it by hand."""


@dataclass(frozen=True)
class StepPlan:
    """A step as a template plans it; days are working days from the anchor of the cycle."""

    key: str
    label: str
    owner: str
    """Role that starts and finishes it."""
    starts: int
    """Working day on which it begins, 1 is the first of the month."""
    ends: int
    """Working day by whose end it is finished."""
    participants: tuple[str, ...] = ()
    purpose: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    """What is decided in it, and by which measure, in words."""
    tasks: tuple[Task, ...] = ()
    gates: tuple[GateUse, ...] = ()
    work_at_open: tuple[str, ...] = ()
    """Work done by itself when it begins, in order; see `cycle.work`."""
    work_at_close: tuple[str, ...] = ()
    meeting: str = ""
    """Forum that meets in it."""
    optional: bool = False
    """Whether it may be skipped."""


@dataclass(frozen=True)
class Standing:
    """A step of a cycle as it stands."""

    plan: StepPlan
    state: StepState
    starts: date
    ends: date
    tasks_done: frozenset[str] = field(default_factory=frozenset)
    gates_met: int = 0
    """Gates that hold or are waived, of those judged last."""

    @property
    def progress(self) -> float:
        """Share of tasks and gates that are through; 1 once the step is over."""
        if self.state.is_over:
            return 1.0
        whole = len(self.plan.tasks) + len(self.plan.gates)
        done = sum(task.key in self.tasks_done for task in self.plan.tasks) + self.gates_met
        return done / whole if whole else 0.0


def after(state: StepState, act: Act, *, optional: bool = True) -> StepState:
    """The state after an act.

    Raises:
        StepRefused: The state does not allow it.

    Example:
        >>> after(StepState.WAITING, "start")
        <StepState.OPEN: 'open'>
    """
    if (state, act) not in MOVES or (act == "skip" and not optional):
        allowed = [DONE_WORDS[a] for s, a in MOVES if s is state and (a != "skip" or optional)]
        mend = f"now it can be {' or '.join(allowed)}" if allowed else "look at the cycle page"
        raise StepRefused(f"A step that is {state.value} cannot be {DONE_WORDS[act]}", mend=mend)
    return MOVES[state, act]


def lateness(standing: Standing, today: date, days: WorkingDays) -> int:
    """Working days by which a step is late: past its end and not over, or past its start and not begun; else 0."""
    if standing.state.is_over:
        return 0
    due = standing.starts if standing.state is StepState.WAITING and today <= standing.ends else standing.ends
    return max(0, days.between(due, today))


def reminder_days(standing: Standing, days: WorkingDays, *, ahead: int = 2) -> tuple[date, ...]:
    """Days on which people are reminded of a step that is not over: some working days ahead, and on its last day."""
    return tuple(sorted({days.nth(standing.ends, -ahead + 1), days.nth(standing.ends, 1)}))
