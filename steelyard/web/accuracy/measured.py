"""Measured: the archive worked out once for each plan, shared by all requests of the process."""

from collections import OrderedDict
from threading import Lock

from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.sight import Sight
from steelyard.web.accounts.sight import sight
from steelyard.web.company import workspace
from steelyard.web.scenarios.plans import plan_of

KEPT = 4
Key = tuple[int, tuple[str, ...], str, Sight]
_kept: OrderedDict[Key, Measuring] = OrderedDict()
_guard = Lock()


def measuring_of(scenario: str) -> Measuring:
    """The archive as of the plan of a scenario; what was worked out once stays while neither has moved.

    Raises:
        NotFound: There is no such scenario.
    """
    plan = plan_of(scenario)
    published = tuple(record.id for record in workspace().published())
    key = (id(workspace()), published, plan.inputs.extract, sight())
    with _guard:
        found = _kept.pop(key, None) or Measuring(workspace(), plan)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return found
