"""Plans: calculated plans kept in memory, one for each scenario and revision, shared by all requests of the process."""

from collections import OrderedDict
from threading import Lock, RLock

from steelyard.plan.workspace import Plan, Scenario
from steelyard.web.company import workspace

KEPT = 12
"""Plans kept; blocks they share are held once."""

_plans: OrderedDict[tuple[int, int], Plan] = OrderedDict()
_guard = Lock()
_busy: dict[int, RLock] = {}


def plan_of(name: str) -> Plan:
    """The plan of a scenario at its present revision; calculated once, from the nearest plan before.

    Raises:
        NotFound: There is no such scenario.
    """
    return plan_at(workspace().scenario(name))


def plan_at(scenario: Scenario) -> Plan:
    """The plan of a scenario as it was read."""
    key = (id(workspace()), scenario.id, scenario.revision)
    with _guard:
        if key in _plans:
            _plans.move_to_end(key)
            return _plans[key]
        busy = _busy.setdefault(scenario.id, RLock())
    with busy:
        with _guard:
            if key in _plans:
                return _plans[key]
        plan = scenario.plan()
        with _guard:
            _plans[key] = plan
            while len(_plans) > KEPT:
                _plans.popitem(last=False)
        return plan
