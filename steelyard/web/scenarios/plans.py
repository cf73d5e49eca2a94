"""Plans: calculated plans kept in memory by scenario and revision, shared by all requests of the process."""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from steelyard.errors import SteelyardError
from steelyard.plan.plan import Plan
from steelyard.plan.scenario import Scenario
from steelyard.web.company import workspace

KEPT = 16
"""Plans kept; blocks that plans share are held once."""

Key = tuple[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Moment:
    """A scenario as it was at one revision, with its plan."""

    scenario: Scenario
    name: str
    revision: int
    plan: Plan


log = logging.getLogger(__name__)
_kept: OrderedDict[Key, Moment] = OrderedDict()
_guard = Lock()


def moment_of(name: str) -> Moment:
    """A scenario at its present revision; calculated if no request has done so.

    Raises:
        NotFound: There is no such scenario.
    """
    scenario = workspace().scenario(name)
    key = _key(scenario)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    moment = Moment(scenario, name, key[1][0][1], scenario.plan())
    return _keep(key, moment) if _key(scenario) == key else moment_of(name)


def plan_of(name: str) -> Plan:
    """The plan of a scenario at its present revision.

    Raises:
        NotFound: There is no such scenario.
    """
    return moment_of(name).plan


def _key(scenario: Scenario) -> Key:
    """The revisions of a scenario and of all it stands on: a change of the base shines through."""
    chain: list[tuple[int, int]] = []
    records = workspace().records
    number: int | None = scenario.number
    while number is not None:
        record = records.scenario(number)
        chain.append((record.id, record.revision))
        number = record.base_scenario
    return id(workspace()), tuple(chain)


def _keep(key: Key, moment: Moment) -> Moment:
    with _guard:
        kept = _kept.setdefault(key, moment)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return kept


def warm_up() -> None:
    """Calculate the base plan, if there is one; faults are left to the page that meets them."""
    try:
        open_scenarios = workspace().scenarios()
        if open_scenarios:
            moment_of(open_scenarios[0].name)
    except SteelyardError as fault:
        log.info("No plan to begin with: %s", fault)
