"""Graded: how a month that is over turned out: its decisions and its forecast, or what they wait for to be graded."""

from dataclasses import dataclass

from steelyard.cycle.cycle import cycle_label, next_keys
from steelyard.web.accounts.sight import sight
from steelyard.web.cycles.models import Cycle, Work
from steelyard.web.cycles.neighbours import decided_and_graded


@dataclass(frozen=True)
class GradedDecision:
    """A decision of the month, and what came of it."""

    question: str
    url: str
    told: str
    """What came against what was expected; empty while nothing is known."""


@dataclass(frozen=True)
class MonthGraded:
    """How a month turned out."""

    cycle: Cycle
    decisions: tuple[GradedDecision, ...]
    accuracy: dict[str, object]
    """Score of the forecast its plan was made on; empty while nothing is known, and for who sees a part."""
    waits_for: str
    """What is to happen before more is known; empty where all of it is."""

    @property
    def is_known(self) -> bool:
        """Whether anything is known yet."""
        return bool(self.accuracy) or any(one.told for one in self.decisions)

    @property
    def invites(self) -> str:
        """What a link to it says.

        Example: "How November 2026 was graded".
        """
        return f"How {self.cycle.label} {'was' if self.is_known else 'will be'} graded"


def month_graded(cycle: Cycle) -> MonthGraded:
    """How a month turned out, as far as it is known."""
    decisions = tuple(
        GradedDecision(question, url, told) for question, url, told in decided_and_graded(cycle.key)
    )  # fmt: skip
    accuracy = {} if sight().limited else _accuracy(cycle.key)
    open_ones = not accuracy or any(not one.told for one in decisions)
    return MonthGraded(cycle, decisions, accuracy, _waits_for(cycle.key) if open_ones else "")


def last_month(before: Cycle | None) -> MonthGraded | None:
    """How the latest month that is closed turned out, of those before a cycle; None where no month is closed."""
    closed = Cycle.objects.filter(kind="monthly", state__in=("closing", "closed"))
    if before is not None:
        closed = closed.filter(anchor__lt=before.anchor)
    found = closed.order_by("-anchor").first()
    return month_graded(found) if found is not None else None


def _accuracy(key: str) -> dict[str, object]:
    """The score of the plan of a month, wherever it was scored last."""
    for work in Work.objects.filter(kind="score", state="done").order_by("-finished_at", "-id"):
        found = work.result.get("accuracy")
        if isinstance(found, dict) and found.get("version") == key:
            return found
    return {}


def _waits_for(key: str) -> str:
    """Which extract tells, and which step brings it in."""
    following = cycle_label(next_keys(key, 1)[0])
    return f"The extract that knows {cycle_label(key)} grades it: data gathering of {following} imports it."
