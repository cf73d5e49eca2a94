"""Governance selectors: the charter as it stands, who answers for what, who sits where, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from steelyard.errors import GovernanceInvalid
from steelyard.governance.absence import Absence
from steelyard.governance.charter import Charter, Part, charter_of, entry_of
from steelyard.governance.forum import Forum, ForumFinding, Seat, check_forum, seats
from steelyard.governance.matter import Matter, Scope, matter_of
from steelyard.governance.ownership import Ownership, Thing, owner_of
from steelyard.governance.raci import Answerer, Duty
from steelyard.governance.raci import who_is as answerers
from steelyard.governance.raci_check import Matrix, RaciFinding, check_raci
from steelyard.governance.role import Person, Role, holders
from steelyard.governance.standard_charter import STANDARD
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.selectors import people
from steelyard.web.accounts.sight import free_words
from steelyard.web.company import now
from steelyard.web.governance.models import AbsenceRecord, CharterEntry, RecordSeen, RoleHolder


@dataclass(frozen=True)
class AbsenceLine:
    """An absence as a page shows it."""

    id: int
    absence: Absence
    person: str
    """Full name."""
    delegate: str
    over: bool


@dataclass(frozen=True)
class ForumView:
    """A forum with those who sit in it."""

    forum: Forum
    seats: tuple[tuple[Seat, str], ...]
    """Seats with the full names."""
    findings: tuple[ForumFinding, ...]
    revision: int


def adopted() -> bool:
    """Whether the company has a charter of its own; until then the standard one holds."""
    return CharterEntry.objects.exists()


def charter() -> Charter:
    """All that the company has agreed on; the standard charter until it has."""
    kept = [entry_of(one.part, one.body) for one in CharterEntry.objects.order_by("part", "position", "id")]  # type: ignore[arg-type]
    return charter_of(kept) if kept else STANDARD


def revisions(part: Part) -> dict[str, int]:
    """Revision of every entry of a part by its name; empty while the standard charter holds."""
    return dict(CharterEntry.objects.filter(part=part).values_list("name", "revision"))


def persons() -> list[Person]:
    """Everybody who signs in."""
    return [Person(one.username, one.get_full_name(), one.role, one.is_active) for one in people()]


def called() -> dict[str, str]:
    """What people are called, by the name they sign in with."""
    return {one.name: one.called for one in persons()}


def named_holders() -> dict[str, list[str]]:
    """Names of those who hold a role beyond that of their sign-in, by key of the role."""
    found: dict[str, list[str]] = {}
    for role, name in RoleHolder.objects.values_list("role", "user__username"):
        found.setdefault(role, []).append(name)
    return found


def held_by(roles: Sequence[Role] | None = None) -> dict[str, list[str]]:
    """Names of the active people who hold each role, by its key."""
    return holders(charter().roles if roles is None else roles, persons(), named_holders())


def roles_of(user: User) -> list[str]:
    """Keys of the roles a person holds, in the order of the charter."""
    return [role for role, names in held_by().items() if user.username in names]


def absences() -> list[Absence]:
    """All absences that are kept."""
    return [_absence(one) for one in AbsenceRecord.objects.select_related("user", "delegate")]


def absence_lines() -> list[AbsenceLine]:
    """All absences as a page shows them."""
    names, today = called(), _today()
    return [
        AbsenceLine(
            one.pk, absence, names.get(absence.person, absence.person), names.get(absence.delegate, absence.delegate),
            absence.last < today,
        )
        for one in AbsenceRecord.objects.select_related("user", "delegate")
        for absence in [_seen(_absence(one))]
    ]  # fmt: skip


def _seen(one: Absence) -> Absence:
    return replace(one, note=free_words(one.note, one.person, one.delegate))


def who_is(
    duty: Duty, for_: str | Matter, *, scope: Scope | None = None, day: date | None = None
) -> tuple[Answerer, ...]:
    """Who has a duty for a step, measure or kind of decision; delegates stand in for those away.

    Args:
        duty: responsible, accountable, consulted or informed.
        for_: Such as `step:demand_planning`, `measure:consensus_demand`, `decision:major_resource`.
        scope: The slice it is about; the row with the narrowest slice around it answers.
        day: The day, today without one.

    Raises:
        GovernanceInvalid: The text names nothing that somebody answers for.
    """
    matter = matter_of(for_) if isinstance(for_, str) else for_
    asked = Matter(matter.kind, matter.key, {**matter.scope, **(scope or {})})
    agreed = charter()
    return tuple(
        answerers(
            duty, asked, rows=agreed.rows, held_by=held_by(agreed.roles), absences=absences(), day=day or _today()
        )
    )  # fmt: skip


def forums() -> tuple[Forum, ...]:
    """The company's forums, in the order of the month."""
    return charter().forums


def forum_members(key: str, *, day: date | None = None) -> tuple[Seat, ...]:
    """Who sits in a forum on a day, delegates in place of those away.

    Raises:
        GovernanceInvalid: There is no such forum.
    """
    agreed = charter()
    return tuple(seats(agreed.forum(key), held_by(agreed.roles), absences=absences(), day=day or _today()))


def forum_views() -> list[ForumView]:
    """Every forum with its people and what keeps it from deciding."""
    agreed, away, today, names, kept = charter(), absences(), _today(), called(), revisions("forum")
    holding = held_by(agreed.roles)
    return [
        ForumView(
            forum,
            tuple(
                (seat, names.get(seat.person, seat.person)) for seat in seats(forum, holding, absences=away, day=today)
            ),
            tuple(check_forum(forum, holding, away, today)),
            kept.get(forum.key, 0),
        )
        for forum in agreed.forums
    ]


def owner_people(thing: Thing, key: str, *, scope: Scope | None = None) -> tuple[Ownership | None, list[str]]:
    """Whose something is: the ownership that holds, and the names of the people behind it."""
    agreed = charter()
    found = owner_of(thing, key, agreed.ownership, scope)
    if found is None:
        return None, []
    return found, [found.person] if found.person else held_by(agreed.roles).get(found.role, [])


def matrix() -> Matrix:
    """The duties with the people behind the roles, as of today."""
    agreed = charter()
    return Matrix(agreed.rows, agreed.roles, held_by(agreed.roles), _today(), tuple(absences()), called())


def raci_findings() -> list[RaciFinding]:
    """What is wrong with the duties today."""
    return check_raci(matrix())


def role_label(key: str) -> str:
    """A role as people read it."""
    return next((role.label for role in charter().roles if role.key == key), key.replace("_", " "))


def seen_at(record: str) -> Mapping[str, datetime]:
    """When each person first looked at the own record, by name; those who have not are left out."""
    return dict(RecordSeen.objects.filter(record=record).values_list("user__username", "at"))


def check_role(key: str) -> str:
    """Give back the key of a role.

    Raises:
        GovernanceInvalid: There is no such role.
    """
    known = [role.key for role in charter().roles]
    if key not in known:
        raise GovernanceInvalid(f"There is no role {key!r}", mend=f"use one of {', '.join(known)}")
    return key


def _absence(one: AbsenceRecord) -> Absence:
    return Absence(one.user.username, one.first, one.last, one.delegate.username if one.delegate else "", one.note)


def _today() -> date:
    return now().date()
