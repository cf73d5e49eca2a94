"""RACI check: what is wrong with a matrix, such as nobody accountable, an owner away, a role without a user."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from steelyard.governance.absence import Absence, acting
from steelyard.governance.raci import RaciRow
from steelyard.governance.role import Role

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class RaciFinding:
    """Something wrong with the matrix."""

    rule: str
    """Name of the rule, which says what should hold."""
    severity: Severity
    row: str
    """The matter; empty when it is about a role."""
    role: str
    """The role; empty when it is about the whole row."""
    text: str
    mend: str


@dataclass(frozen=True)
class Matrix:
    """A matrix with the people behind its roles."""

    rows: tuple[RaciRow, ...]
    roles: tuple[Role, ...]
    held_by: Mapping[str, Sequence[str]]
    """Names by key of the role."""
    day: date
    """The day on which it is looked at."""
    absences: tuple[Absence, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    """How people are called, by name; who is not in it is called by the name."""

    def people(self, names: Iterable[str]) -> str:
        """People as others call them, in a row."""
        return ", ".join(self.called.get(name, name) for name in names)

    def label(self, role: str) -> str:
        """A role as people read it."""
        return next((one.label for one in self.roles if one.key == role), role)


def check_raci(matrix: Matrix) -> list[RaciFinding]:
    """Everything that is wrong, errors first, in the order of the matrix."""
    found = [finding for rule in RULES for finding in rule(matrix)]
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda one: rank[one.severity])


def somebody_is_accountable(matrix: Matrix) -> Iterator[RaciFinding]:
    """Every row has an accountable role."""
    for row in matrix.rows:
        if not row.roles("accountable"):
            yield _of(row, "somebody_is_accountable", "error", "Nobody is accountable", "give one role the letter A")


def only_one_is_accountable(matrix: Matrix) -> Iterator[RaciFinding]:
    """No row has two accountable roles."""
    for row in matrix.rows:
        roles = row.roles("accountable")
        if len(roles) > 1:
            said = f"{len(roles)} roles are accountable: {', '.join(matrix.label(role) for role in roles)}"
            yield _of(row, "only_one_is_accountable", "error", said, "leave the letter A to one of them")


def somebody_does_the_work(matrix: Matrix) -> Iterator[RaciFinding]:
    """Every row has a responsible role."""
    for row in matrix.rows:
        if not row.roles("responsible"):
            yield _of(row, "somebody_does_the_work", "warning", "Nobody is responsible", "give a role the letter R")


def no_accountable_is_absent(matrix: Matrix) -> Iterator[RaciFinding]:
    """Whoever is accountable is there, or somebody stands in."""
    for row in matrix.rows:
        names = [name for role in row.roles("accountable") for name in matrix.held_by.get(role, ())]
        if names and not any(acting(name, matrix.day, matrix.absences) for name in names):
            said = f"Accountable, but away without a delegate: {matrix.people(names)}"
            yield _of(row, "no_accountable_is_absent", "error", said, "name a delegate for the absence")


def every_role_has_a_user(matrix: Matrix) -> Iterator[RaciFinding]:
    """Every role that has a duty is held by somebody who signs in."""
    used = {role for row in matrix.rows for role, letters in row.duties.items() if letters}
    for role in sorted(used):
        if not matrix.held_by.get(role):
            rows = sum(bool(row.duties.get(role)) for row in matrix.rows)
            yield RaciFinding(
                "every_role_has_a_user", "error", "", role,
                f"{matrix.label(role)} has duties in {rows} rows and nobody holds the role",
                "name a holder, or give the duties to another role",
            )  # fmt: skip


def one_person_is_accountable(matrix: Matrix) -> Iterator[RaciFinding]:
    """Accountability rests with one person: a role that many hold says nothing about whom to ask."""
    for row in matrix.rows:
        names = {name for role in row.roles("accountable") for name in matrix.held_by.get(role, ())}
        if len(row.roles("accountable")) == 1 and len(names) > 1:
            said = f"{len(names)} people hold the accountable role: {matrix.people(sorted(names))}"
            yield _of(row, "one_person_is_accountable", "note", said, "add a row for each slice, or a role of its own")


Rule = Callable[[Matrix], Iterable[RaciFinding]]
RULES: tuple[Rule, ...] = (
    somebody_is_accountable,
    only_one_is_accountable,
    every_role_has_a_user,
    no_accountable_is_absent,
    somebody_does_the_work,
    one_person_is_accountable,
)


def _of(row: RaciRow, rule: str, severity: Severity, text: str, mend: str) -> RaciFinding:
    return RaciFinding(rule, severity, str(row.matter), "", f"{row.label}: {text[0].lower()}{text[1:]}", mend)
