"""Neighbours: what decisions and actions say to the month, as plain values."""

from dataclasses import dataclass
from datetime import date

from steelyard.cycle.gates.facts import DecisionFacts, Line
from steelyard.plan.plan import Plan
from steelyard.web.accounts.permissions import User
from steelyard.web.comments.selectors import mentions_of


@dataclass(frozen=True)
class Asked:
    """Something a person is asked for by another room."""

    kind: str
    text: str
    where: str
    due: date | None
    url: str


def decisions_open(cycle: str, due: tuple[Line, ...]) -> DecisionFacts | None:
    """Decisions asked for in a cycle, and actions that are past their day."""
    return None


def actions_late(today: date) -> tuple[Line, ...]:
    """Actions that are past their day, of all cycles."""
    return ()


def decided_resources(cycle: str) -> dict[str, str]:
    """Resources that a decision of the cycle deals with, each with the decision in words."""
    return {}


def gap_explanations(plan: Plan, cycle: str, against: str) -> dict[str, str]:
    """Families whose gap is explained or being closed, each with by what."""
    return {}


def approved_plan(cycle: str) -> str:
    """Id of the plan that a decision of the cycle has published; empty where none has."""
    return ""


def carry_over(cycle: str, following: str) -> tuple[int, int]:
    """Hand open actions and decisions of a cycle to the next; answers how many of each."""
    return 0, 0


def adherence(scenario: str) -> tuple[dict[str, object], ...]:
    """Key figures on how the plan was kept: name, label, value, target."""
    return ()


def decision_grades() -> tuple[dict[str, object], ...]:
    """Decisions of which something is known by now: question, expected, actual."""
    return ()


def asked_of(user: User) -> tuple[Asked, ...]:
    """Decisions and actions that wait for a person."""
    return ()


def mentions_to(user: User) -> tuple[Asked, ...]:
    """Places where somebody has mentioned a person, and that they have not read."""
    return tuple(
        Asked("mention", f"{one.author}: {one.text[:160]}", one.title or one.subject, None, one.url)
        for one in mentions_of(user, unread=True)
    )
