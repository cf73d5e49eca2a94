"""Governance services: adopt a charter, change what is agreed, name holders, tell absences, note what was seen."""

import json
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from steelyard.errors import EntryMoved, GovernanceInvalid, NotAllowed, NotFound
from steelyard.governance.charter import Entry, Part, body_of, entry_of, name_of
from steelyard.governance.raci import RaciRow, letters_of
from steelyard.governance.standard_charter import STANDARD
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.selectors import people
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.governance.models import AbsenceRecord, CharterEntry, RecordSeen, RoleHolder
from steelyard.web.governance.selectors import check_role

LONGEST_TOLD = 400


@transaction.atomic
def charter_adopt(*, user: User) -> int:
    """Take the standard charter as the company's own, to be changed from then on; gives how many entries there are.

    Raises:
        NotAllowed: The role does not govern.
    """
    require(user, Ability.GOVERN)
    return _adopt(user.username)


def _adopt(actor: str) -> int:
    if CharterEntry.objects.exists():
        return 0
    made = [
        CharterEntry(part=part, name=name, body=body_of(entry), position=number)
        for number, (part, name, entry) in enumerate(STANDARD.entries())
    ]
    CharterEntry.objects.bulk_create(made)
    audit_record(actor=actor, action="governance.adopt", subject="charter", detail={"entries": len(made)})
    return len(made)


@transaction.atomic
def entry_put(part: Part, body: Mapping[str, object], *, user: User, expected: int | None = None) -> Entry:
    """Keep an entry of the charter: a new one, or in place of the one of its name.

    Args:
        part: Role, forum, row, ownership, standard or protocol.
        body: Its plain values.
        user: Who changes it.
        expected: The revision that was seen; without one the last word wins.

    Raises:
        NotAllowed: The role does not govern.
        GovernanceInvalid: It makes no sense.
        EntryMoved: Somebody has changed it meanwhile.
    """
    require(user, Ability.GOVERN)
    _adopt(user.username)
    entry = entry_of(part, body)
    _check_roles(entry)
    name = name_of(entry)[:200]
    before = CharterEntry.objects.filter(part=part, name=name).first()
    if before is None:
        _add(part, name, entry)
    else:
        _replace(before, entry, expected)
    _tell(user, "governance.put", f"{part} {name}", before.body if before else None, body_of(entry))
    return entry


def _add(part: Part, name: str, entry: Entry) -> None:
    last = CharterEntry.objects.filter(part=part).aggregate(last=Max("position"))["last"] or 0
    try:
        CharterEntry.objects.create(part=part, name=name, body=body_of(entry), position=last + 1)
    except IntegrityError as fault:
        raise _moved(name) from fault


def _replace(before: CharterEntry, entry: Entry, expected: int | None) -> None:
    seen = before.revision if expected is None else expected
    changed = CharterEntry.objects.filter(pk=before.pk, revision=seen).update(
        body=body_of(entry), revision=F("revision") + 1
    )
    if not changed:
        raise _moved(before.name)


@transaction.atomic
def entry_remove(part: Part, name: str, *, user: User) -> None:
    """Take an entry out of the charter.

    Raises:
        NotAllowed: The role does not govern.
        NotFound: There is none of this name.
        GovernanceInvalid: It is a role that still has duties.
    """
    require(user, Ability.GOVERN)
    _adopt(user.username)
    found = CharterEntry.objects.filter(part=part, name=name).first()
    if found is None:
        raise NotFound(f"There is no {part} {name!r} in the charter", mend="look at the list again")
    if part == "role":
        _refuse_used(name)
    found.delete()
    _tell(user, "governance.remove", f"{part} {name}", found.body, None)


@transaction.atomic
def duty_set(matter: str, role: str, letters: str, *, user: User, expected: int | None = None) -> RaciRow:
    """Write one cell of the matrix.

    Args:
        matter: Name of the row.
        role: Key of the role.
        letters: Letters of ARCI; nothing takes the duty away.
        user: Who changes it.
        expected: The revision of the row that was seen.

    Raises:
        NotAllowed: The role does not govern.
        NotFound: There is no such row.
        GovernanceInvalid: There is no such role or letter.
        EntryMoved: Somebody has changed the row meanwhile.
    """
    require(user, Ability.GOVERN)
    _adopt(user.username)
    found = CharterEntry.objects.filter(part="row", name=matter).first()
    if found is None:
        raise NotFound(f"There is no row {matter!r} of duties", mend="add the row first")
    duties = {**found.body["duties"], check_role(role): letters_of(letters)}
    entry = entry_put("row", {**found.body, "duties": duties}, user=user, expected=expected)
    assert isinstance(entry, RaciRow)
    return entry


@transaction.atomic
def holder_add(role: str, name: str, *, user: User) -> None:
    """Let a person hold a role beyond that of the sign-in.

    Raises:
        NotAllowed: The role does not govern.
        GovernanceInvalid: There is no such role.
        NotFound: Nobody of this name signs in.
    """
    require(user, Ability.GOVERN)
    RoleHolder.objects.get_or_create(role=check_role(role), user=_person(name))
    audit_record(actor=user.username, action="governance.hold", subject=f"role {role}", detail={"person": name})


@transaction.atomic
def holder_remove(role: str, name: str, *, user: User) -> None:
    """Take a role from a person who was named for it.

    Raises:
        NotAllowed: The role does not govern.
        NotFound: The person was not named.
    """
    require(user, Ability.GOVERN)
    if not RoleHolder.objects.filter(role=role, user__username=name).delete()[0]:
        raise NotFound(f"{name} was not named for {role}", mend="change the role of the sign-in instead")
    audit_record(actor=user.username, action="governance.release", subject=f"role {role}", detail={"person": name})


@transaction.atomic
def absence_add(name: str, *, first: date, last: date, delegate: str = "", note: str = "", user: User) -> AbsenceRecord:
    """Tell that a person is away; one's own absence, or anybody's for who governs.

    Raises:
        NotAllowed: It is somebody else's.
        NotFound: Nobody of this name signs in.
        GovernanceInvalid: The days run backwards, or the delegate is the person.
    """
    _check_own(user, name)
    if last < first:
        raise GovernanceInvalid(f"The absence ends on {last}, before it begins on {first}", mend="swap the days")
    if delegate == name:
        raise GovernanceInvalid("Nobody can stand in for themselves", mend="name somebody else, or nobody")
    made = AbsenceRecord.objects.create(
        user=_person(name), first=first, last=last, delegate=_person(delegate) if delegate else None, note=note[:200]
    )
    told = {"first": first.isoformat(), "last": last.isoformat(), "delegate": delegate}
    audit_record(actor=user.username, action="governance.absence", subject=name, detail=told)
    return made


@transaction.atomic
def absence_remove(number: int, *, user: User) -> None:
    """Take an absence back.

    Raises:
        NotFound: There is none of this number.
        NotAllowed: It is somebody else's.
    """
    found = AbsenceRecord.objects.select_related("user").filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no absence {number}", mend="look at the list again")
    _check_own(user, found.user.username)
    found.delete()
    told = {"first": found.first.isoformat(), "last": found.last.isoformat()}
    audit_record(actor=user.username, action="governance.absence_remove", subject=found.user.username, detail=told)


def seen_mark(record: str, *, user: User) -> bool:
    """Note that a person has looked at the own record; gives whether it was the first time."""
    made = RecordSeen.objects.get_or_create(user=user, record=record[:80], defaults={"at": now()})[1]
    if made:
        audit_record(actor=user.username, action="governance.own_record_seen", subject=record)
    return made


def _check_own(user: User, name: str) -> None:
    if user.username != name and not user.may(Ability.GOVERN):
        raise NotAllowed("This is somebody else's absence", mend="ask them or the S&OP lead to tell it")


def _person(name: str) -> User:
    for one in people():
        if one.username == name:
            return one
    raise NotFound(f"Nobody signs in as {name!r}", mend="look at the people of the company")


def _check_roles(entry: Entry) -> None:
    """Refuse duties of roles that are not there."""
    if isinstance(entry, RaciRow):
        for role in entry.duties:
            check_role(role)


def _refuse_used(role: str) -> None:
    rows = CharterEntry.objects.filter(part="row")
    used = [one.body["label"] for one in rows if one.body["duties"].get(role)]
    if used:
        raise GovernanceInvalid(
            f"The role {role} still has duties", where=", ".join(used[:5]), mend="give them to another role first"
        )


def _moved(name: str) -> EntryMoved:
    return EntryMoved(f"{name} was changed by somebody else meanwhile", mend="look at it again, then change it")


def _tell(
    user: User, action: str, subject: str, before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> None:
    """Write to the trail what was different."""
    was, becomes = before or {}, after or {}
    names = [name for name in {**was, **becomes} if was.get(name) != becomes.get(name)]
    audit_record(
        actor=user.username,
        action=action,
        subject=subject,
        before={name: _spelled(was[name]) for name in names if name in was},
        after={name: _spelled(becomes[name]) for name in names if name in becomes},
    )


def _spelled(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)[:LONGEST_TOLD]
