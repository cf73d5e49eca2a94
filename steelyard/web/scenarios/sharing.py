"""Sharing services: who sees and changes a scenario; its name, note and lock."""

from steelyard.errors import ChangeInvalid, NotAllowed
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.selectors import people
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.access import may_govern, require_seen
from steelyard.web.scenarios.audience import Access, Audience
from steelyard.web.scenarios.models import ScenarioAccess
from steelyard.web.scenarios.services import valid_name

LONGEST_NOTE = 500


def scenario_share(name: str, access: Access, *, user: User) -> Access:
    """Say who sees a scenario and who changes it.

    Raises:
        NotAllowed: It is somebody else's.
        ChangeInvalid: There is no such person or role.
    """
    return access_set(_governed(name, user), access, actor=user.username)


def access_set(record: ScenarioRecord, access: Access, *, actor: str) -> Access:
    """Keep who sees a scenario and who changes it, for whoever was asked before whether they may say so.

    Raises:
        ChangeInvalid: There is no such person or role.
    """
    for audience in (access.seen_by, access.changed_by):
        _check(audience)
    ScenarioAccess.objects.update_or_create(scenario=record.id, defaults=ScenarioAccess.values_of(access))
    detail = {"seen": _told(access.seen_by), "changed": _told(access.changed_by)}
    audit_record(actor=actor, action="scenario.share", subject=record.name, detail=detail)
    return access


def scenario_lock(name: str, *, user: User) -> None:
    """Lock a scenario against changes.

    Raises:
        NotAllowed: It is somebody else's.
    """
    record = _governed(name, user)
    workspace().scenario(record.id).close(actor=user.username, at=now())
    audit_record(actor=user.username, action="scenario.lock", subject=record.name)


def scenario_unlock(name: str, *, user: User) -> None:
    """Let a scenario take changes again.

    Raises:
        NotAllowed: It is somebody else's.
    """
    record = _governed(name, user)
    workspace().scenario(record.id).reopen(actor=user.username, at=now())
    audit_record(actor=user.username, action="scenario.unlock", subject=record.name)


def scenario_describe(name: str, *, user: User, new_name: str = "", note: str | None = None) -> str:
    """Give a scenario another name or note, or both; answers its name.

    Raises:
        NotAllowed: It is somebody else's.
        NameTaken: Another scenario has the name.
    """
    record = _governed(name, user)
    scenario, wanted = workspace().scenario(record.id), valid_name(new_name) if new_name else record.name
    if note is not None and len(note) > LONGEST_NOTE:
        raise ChangeInvalid("The note is too long", where=record.name, mend=f"write up to {LONGEST_NOTE} letters")
    if wanted != record.name:
        scenario.rename(wanted, actor=user.username, at=now())
    if note is not None and note != record.note:
        scenario.annotate(note, actor=user.username, at=now())
    audit_record(actor=user.username, action="scenario.describe", subject=wanted, detail={"before": record.name})
    return wanted


def _governed(name: str, user: User) -> ScenarioRecord:
    record = workspace().records.scenario(name)
    require_seen(record)
    if not may_govern(user, record):
        raise NotAllowed("This scenario is somebody else's", where=record.name, mend=f"ask {record.actor}")
    return record


def _check(audience: Audience) -> None:
    names, roles = {one.username for one in people()}, {role.value for role in Role}
    strangers = sorted(set(audience.people) - names)
    if strangers:
        raise ChangeInvalid("There is no such person", where=", ".join(strangers), mend="see the list of people")
    unknown = sorted(set(audience.roles) - roles)
    if unknown:
        raise ChangeInvalid("There is no such role", where=", ".join(unknown), mend=f"use {', '.join(sorted(roles))}")


def _told(audience: Audience) -> str:
    return ", ".join((*audience.roles, *audience.people)) if audience.reach == "some" else audience.reach
