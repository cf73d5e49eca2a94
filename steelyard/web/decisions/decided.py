"""Decided: what decisions of a cycle are about, so that gates know which trouble is dealt with, or asked about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from steelyard.cycle.decision.state import OPEN, State
from steelyard.web.decisions import models
from steelyard.web.decisions.papers import recipe_read
from steelyard.web.decisions.signers import Signers


@dataclass(frozen=True)
class Decided:
    """A decision and the parts of the company it deals with."""

    number: int
    question: str
    members: Mapping[str, frozenset[str]]
    """Members by level: of the question's scope, and of what the option changes beyond the first; of a question that is
    open, what any of its options does."""
    waits_for: str = ""
    """State of an open one, who signs it, where and when."""

    def deals_with(self, level: str, member: str) -> bool:
        """Whether it names a member of a level, in its scope, in its changes or in its words."""
        named = re.search(rf"(?<!\w){re.escape(member)}(?!\w)", self.question, re.IGNORECASE)
        return member in self.members.get(level, frozenset()) or named is not None

    @property
    def told(self) -> str:
        """The decision in words.

        Example: "Decision 4: Do we run a Saturday shift?".
        """
        return f"Decision {self.number}: {self.question}"


def decided_parts(cycle: str) -> tuple[Decided, ...]:
    """Approved decisions of a cycle with what they deal with."""
    rows = models.Decision.objects.filter(cycle=cycle, state=State.APPROVED.value).prefetch_related("options")
    return tuple(Decided(row.pk, row.question, _members(row, [row.chosen or 0])) for row in rows.order_by("pk"))


def asked_parts(cycle: str) -> tuple[Decided, ...]:
    """Open decisions of a cycle with what they would deal with, and with whom they wait."""
    states = [state.value for state in OPEN]
    rows = models.Decision.objects.filter(cycle=cycle, state__in=states).prefetch_related("options")
    signers = Signers()
    return tuple(
        Decided(row.pk, row.question, _members(row, [one.number for one in row.options.all()]),
                f"{row.state}, waits for {signers.words(row)}")
        for row in rows.order_by("pk")
    )  # fmt: skip


def _members(row: models.Decision, options: Sequence[int]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for scope in (row.scope, *(scope for number in options for scope in _changed(row, number))):
        for level, members in scope.items():
            found.setdefault(level, set()).update([members] if isinstance(members, str) else members)
    return {level: frozenset(members) for level, members in found.items()}


def _changed(row: models.Decision, option: int) -> Iterator[Mapping[str, object]]:
    """Scopes of the changes that an option has beyond the first one, which is to do nothing."""
    weighed = {one.number: recipe_read(one) for one in row.options.all() if one.recipe_id}
    chosen, first = weighed.get(option), weighed.get(1)
    if chosen is not None and first is not None:
        known = {change.id for change in first.changes}
        yield from (change.scope for change in chosen.changes if change.id not in known)
