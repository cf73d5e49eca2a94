"""Plans: calculated plans kept in memory by scenario and revision, shared by all requests of the process."""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from steelyard.errors import SteelyardError
from steelyard.plan.bridge import bridge
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.plan.scenario import Scenario
from steelyard.web.company import workspace
from steelyard.web.scenarios.choice import BASE

KEPT = 16
"""Plans kept; blocks that plans share are held once."""

KEPT_PUBLISHED = 4

Key = tuple[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Moment:
    """A scenario as it was at one revision, with its plan."""

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
_kept: OrderedDict[Key, Moment] = OrderedDict()
_published: OrderedDict[tuple[int, str], Plan] = OrderedDict()
_guard = Lock()


def moment_of(name: str) -> Moment:
    """A scenario at its present revision; calculated if no request has done so.

    Raises:
        NotFound: There is no such scenario.
    """
    record = workspace().records.scenario(name)
    key = _key(record)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    scenario = workspace().scenario(record.id)
    moment = Moment(scenario, record, scenario.plan())
    moved_meanwhile = _key(workspace().records.scenario(record.id)) != key
    return moment_of(name) if moved_meanwhile else _keep(key, moment)


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
    """The numbers of a published plan; the blocks read of the latest few stay in memory."""
    key = (id(workspace()), published.id)
    with _guard:
        plan = _published.pop(key, None) or workspace().numbers_of(published)
        _published[key] = plan
        while len(_published) > KEPT_PUBLISHED:
            _published.popitem(last=False)
        return plan


def _key(record: ScenarioRecord) -> Key:
    """The revisions of a scenario and of all it stands on: a change of the base shines through."""
    chain = [(record.id, record.revision)]
    while record.base_scenario is not None:
        record = workspace().records.scenario(record.base_scenario)
        chain.append((record.id, record.revision))
    return id(workspace()), tuple(chain)


def _keep(key: Key, moment: Moment) -> Moment:
    with _guard:
        kept = _kept.setdefault(key, moment)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return kept


def warm_up() -> None:
    """Calculate the base plan and the way to it from the plan published last; faults are left to the page they hit."""
    try:
        names = [record.name for record in workspace().records.scenarios() if not record.archived]
        if names:
            _warm_chain(moment_of(BASE if BASE in names else names[0]).plan)
    except SteelyardError as fault:
        log.info("No plan to begin with: %s", fault)


def _warm_chain(plan: Plan) -> None:
    published = workspace().published()
    if published:
        before = published_numbers(workspace().published_plan(published[-1].id))
        bridge(before, plan, "revenue")
