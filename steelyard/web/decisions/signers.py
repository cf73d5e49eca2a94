"""Signers: who signs an open decision, in which forum and when they meet."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from steelyard.cycle.authority import AuthorityMatrix, AuthorityRule
from steelyard.errors import DecisionInvalid
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import role_label
from steelyard.web.decisions import models
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.papers import authority_matrix
from steelyard.web.decisions.people import active
from steelyard.web.ui.dates import day_words


@dataclass(frozen=True)
class Signing:
    """Who signs a decision, where and when."""

    who: str
    """Names with their roles; for who reads it as a sentence."""
    forum: str
    """Key of the forum whose authority it is; empty where nobody may decide so much."""
    day: date | None
    """When that forum meets; None while no meeting is called."""

    @property
    def where(self) -> str:
        """Forum and day.

        Example: "Executive S&OP on 8 Dec 2026".
        """
        met = f" on {day_words(self.day)}" if self.day else ""
        return f"{forum_label(self.forum)}{met}" if self.forum else ""


@dataclass
class Signers:
    """Who signs what today; the matrix, the people and the meetings are read once for a whole list."""

    @cached_property
    def _matrix(self) -> AuthorityMatrix:
        return authority_matrix()

    @cached_property
    def _people(self) -> dict[str, User]:
        return active()

    @cached_property
    def _meetings(self) -> dict[tuple[str, str], models.Meeting]:
        to_come = models.Meeting.objects.filter(closed_at=None).order_by("-starts_at")
        return {(one.cycle, one.forum): one for one in to_come}

    def rule(self, row: models.Decision) -> AuthorityRule | None:
        """The rule by which a decision is taken; None where nobody may decide so much."""
        try:
            return self._matrix.rule_for(row.kind, row.amount)
        except DecisionInvalid:
            return None

    def words(self, row: models.Decision) -> str:
        """Who signs a decision, where and when, in words.

        Example: "Edgar Frost (Executive), Executive S&OP on 8 Dec 2026".
        """
        signing = self.signing(row)
        needed = f", needed by {day_words(row.due)}" if signing.forum and not signing.day and row.due else ""
        return f"{signing.who}, {signing.where}{needed}" if signing.forum else signing.who

    def signing(self, row: models.Decision) -> Signing:
        """Who signs a decision by the authority matrix, in which forum and on which day."""
        rule = self.rule(row)
        if rule is None:
            return Signing("nobody: the authority matrix lacks a line for so much", "", None)
        names = [name for role in rule.roles for name in self._of_role(role)]
        who = " or ".join(names) or " or ".join(role_label(role) for role in rule.roles)
        count = f", {rule.quorum} signatures" if rule.quorum > 1 else ""
        meeting = self._meetings.get((row.cycle, rule.forum))
        return Signing(f"{who}{count}", rule.forum, meeting.starts_at.date() if meeting is not None else None)

    def _of_role(self, role: str) -> list[str]:
        people = (user for user in self._people.values() if user.role == role)
        return [f"{user.get_full_name() or user.username} ({user.role_label})" for user in people]
