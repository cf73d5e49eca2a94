"""Plans: calculated plans kept in memory by scenario and revision, shared by all requests of the process.

Each is handed out as the person of the request sees it: a part of the company, some of the money, or all.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock

from steelyard.errors import SteelyardError
from steelyard.plan.bridge import keep_way
from steelyard.plan.cache import Cache
from steelyard.plan.change import Change
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.plan.scenario import Scenario
from steelyard.plan.sight import Sight, seen, sees_change
from steelyard.web.accounts.sight import sight
from steelyard.web.answers.answers import Answers
from steelyard.web.answers.desk import Desk
from steelyard.web.answers.once import once
from steelyard.web.company import workspace
from steelyard.web.scenarios.access import require_seen
from steelyard.web.scenarios.choice import BASE

PLANNERS = 2
"""Plans calculated at a time; what pages say of a plan never keeps one waiting."""
KEPT = 16
"""Plans kept; blocks that plans share are held once."""

KEPT_PUBLISHED = 4
KEPT_SEEN = 32
"""Plans kept as somebody with a limited sight sees them."""

Key = tuple[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Moment:
    """A scenario as it was at one revision, with its plan as the person of the request sees it."""

    scenario: Scenario
    record: ScenarioRecord
    plan: Plan

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.record.name

    @property
    def revision(self) -> int:
        """The revision of the plan."""
        return self.record.revision

    @property
    def open(self) -> bool:
        """Whether it takes changes."""
        return not (self.record.archived or self.record.closed)


log = logging.getLogger(__name__)
_kept: Answers[Moment] = Answers("Calculating the plan", KEPT, Desk(PLANNERS))
_published: OrderedDict[tuple[int, str], Plan] = OrderedDict()
_seen: Cache[tuple[int, str, Sight], Plan] = Cache(KEPT_SEEN)
_guard = Lock()


def moment_of(name: str) -> Moment:
    """A scenario at its present revision; calculated if no request has done so.

    Raises:
        NotFound: There is no such scenario.
        NotAllowed: It is not shared with the person, or their part of the company holds nothing in it.
    """
    return once(("moment", name), lambda: _moment_of(name))


def _moment_of(name: str) -> Moment:
    whole = _whole_moment(name)
    require_seen(whole.record)
    plan = as_seen(whole.plan)
    return whole if plan is whole.plan else replace(whole, plan=plan)


def as_seen(plan: Plan) -> Plan:
    """A plan as the person of the request sees it; the same object for as long as it is kept.

    Raises:
        NotAllowed: The person's part of the company holds nothing in it.
    """
    eyes = sight()
    return plan if eyes.everything else _seen.made((id(plan), plan.digest, eyes), lambda: seen(plan, eyes))


def seen_changes(name: str, changes: Iterable[Change]) -> list[Change]:
    """Those of a scenario's changes that the person of the request sees: they move something of their part."""
    if sight().everything:
        return list(changes)
    plan = plan_of(name)
    return [change for change in changes if sees_change(plan, change)]


def _whole_moment(name: str) -> Moment:
    record = workspace().records.scenario(name)
    return _kept.made(_key(record), lambda: _calculated(record))


def _calculated(record: ScenarioRecord) -> Moment:
    """A scenario with its plan, at the revision it has when the plan is there."""
    scenario = workspace().scenario(record.id)
    moment = Moment(scenario, record, scenario.plan())
    now = workspace().records.scenario(record.id)
    return moment if _key(now) == _key(record) else _calculated(now)


def plan_of(name: str) -> Plan:
    """The plan of a scenario at its present revision.

    Raises:
        NotFound: There is no such scenario.
    """
    return moment_of(name).plan


def any_plan(name: str) -> Plan:
    """The plan of a scenario, or a published plan when the name is `plan:<id>`.

    Raises:
        NotFound: There is neither.
    """
    if not name.startswith("plan:"):
        return plan_of(name)
    return published_numbers(workspace().published_plan(name.removeprefix("plan:")))


def published_numbers(published: PublishedPlan) -> Plan:
    """The numbers of a published plan, as the person sees them; the blocks read of the latest few stay in memory."""
    key = (id(workspace()), published.id)
    with _guard:
        plan = _published.pop(key, None) or workspace().numbers_of(published)
        _published[key] = plan
        while len(_published) > KEPT_PUBLISHED:
            _published.popitem(last=False)
    return as_seen(plan)


def _key(record: ScenarioRecord) -> Key:
    """The revisions of a scenario and of all it stands on: a change of the base shines through."""
    chain = [(record.id, record.revision)]
    while record.base_scenario is not None:
        record = workspace().records.scenario(record.base_scenario)
        chain.append((record.id, record.revision))
    return id(workspace()), tuple(chain)


def warm_up() -> None:
    """Calculate the base plan and the way to it from the plan published last; faults are left to the page they hit."""
    try:
        names = [record.name for record in workspace().records.scenarios() if not record.archived]
        if names:
            find_way_from_last_plan(moment_of(BASE if BASE in names else names[0]).plan)
    except SteelyardError as fault:
        log.info("No plan to begin with: %s", fault)


def find_way_from_last_plan(plan: Plan) -> None:
    """Find and keep the way to a plan from the one published last, on which every number is then explained at once."""
    published = workspace().published()
    if published:
        before = published_numbers(workspace().published_plan(published[-1].id))
        keep_way(before, plan)
