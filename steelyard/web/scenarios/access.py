"""Access: the one question whether the person of a request sees a scenario, and whether they may change it.

Its author, whoever may archive any scenario, and the system itself (jobs, commands) see and change all of them.
"""

from collections.abc import Iterable

from steelyard.errors import NotAllowed
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.plan.scenario import Scenario
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import viewing
from steelyard.web.company import workspace
from steelyard.web.scenarios.audience import Access
from steelyard.web.scenarios.models import ScenarioAccess


def access_of(number: int) -> Access:
    """Who sees and changes a scenario."""
    found = ScenarioAccess.objects.filter(scenario=number).first()
    return found.access if found else Access()


def accesses() -> dict[int, Access]:
    """Who sees and changes each scenario that is not open to all, by number."""
    return {row.scenario: row.access for row in ScenarioAccess.objects.all()}


def seen_records(records: Iterable[ScenarioRecord]) -> list[ScenarioRecord]:
    """The scenarios that the person of the request sees."""
    user = viewing()
    if user is None or user.may(Ability.ARCHIVE):
        return list(records)
    known = accesses()
    return [one for one in records if _holds(user, one, known.get(one.id, Access()), changes=False)]


def require_seen(record: ScenarioRecord) -> None:
    """Go on only when the person of the request sees a scenario.

    Raises:
        NotAllowed: It is not shared with them.
    """
    user = viewing()
    if user is not None and not may_see(user, record):
        mend = f"ask {record.actor} to share it"
        raise NotAllowed("This scenario is not shared with you", where=record.name, mend=mend)


def require_changing(user: User, name: str) -> None:
    """Go on only when a person may change a scenario.

    Raises:
        NotFound: There is no such scenario.
        NotAllowed: It is not shared with them, or to look at only.
    """
    record = workspace().records.scenario(name)
    require_seen(record)
    if not may_change(user, record):
        mend = f"branch from it, or ask {record.actor} to let you change it"
        raise NotAllowed("This scenario is shared with you to look at", where=record.name, mend=mend)


def scenario_to_change(user: User, name: str) -> Scenario:
    """A scenario that a person is about to write to: the door for every service that moves one.

    Raises:
        NotFound: There is no such scenario.
        NotAllowed: It is not shared with them, or to look at only.
    """
    require_changing(user, name)
    return workspace().scenario(name)


def may_see(user: User, record: ScenarioRecord) -> bool:
    """Whether a person sees a scenario."""
    return _holds(user, record, access_of(record.id), changes=False)


def may_change(user: User, record: ScenarioRecord) -> bool:
    """Whether a person may change a scenario, as far as their role edits at all."""
    return _holds(user, record, access_of(record.id), changes=True)


def may_govern(user: User, record: ScenarioRecord) -> bool:
    """Whether a person may rename, lock and share a scenario: its author, and who may archive any."""
    return record.actor == user.username or user.may(Ability.ARCHIVE)


def _holds(user: User, record: ScenarioRecord, access: Access, *, changes: bool) -> bool:
    if may_govern(user, record):
        return True
    seen = access.seen_by.holds(user.username, user.role)
    return seen and (not changes or access.changed_by.holds(user.username, user.role))
