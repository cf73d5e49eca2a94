"""Measured: the archive worked out once for each plan, shared by all requests of the process."""

from collections import OrderedDict
from threading import Lock

from steelyard.grid.series import Scope
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.record import BY, ForecastRecord
from steelyard.plan.plan import Plan
from steelyard.plan.sight import Sight
from steelyard.web.accounts.sight import sight
from steelyard.web.answers.answers import Answers
from steelyard.web.answers.once import once
from steelyard.web.company import workspace
from steelyard.web.scenarios.plans import plan_of

KEPT = 4
KEPT_RECORDS = 12
Key = tuple[int, tuple[str, ...], str, Sight]
_kept: OrderedDict[Key, Measuring] = OrderedDict()
_guard = Lock()
_records: Answers[ForecastRecord] = Answers("Grading published plans", KEPT_RECORDS)


def measuring_of(scenario: str) -> Measuring:
    """The archive as of the plan of a scenario; what was worked out once stays while neither has moved.

    Raises:
        NotFound: There is no such scenario.
    """
    return once(("measuring", scenario), lambda: _measuring_of(plan_of(scenario)))


def _measuring_of(plan: Plan) -> Measuring:
    key = _key(plan)
    with _guard:
        found = _kept.pop(key, None) or Measuring(workspace(), plan)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return found


def record_of(scenario: str, by: tuple[str, ...] = BY, scope: Scope | None = None) -> ForecastRecord:
    """What was said and what came, at a level, of a slice or of everything: a heavy answer, for it opens the archive.

    Raises:
        NotFound: There is no such scenario, or no archived plan has a period that is over.
        UnknownMember: There is no such level or member.
        BeingWorkedOut: The page has to show that it is coming.
    """
    measuring = measuring_of(scenario)
    part = tuple(sorted((level, (m,) if isinstance(m, str) else tuple(m)) for level, m in (scope or {}).items()))
    return _records.made((_key(plan_of(scenario)), by, part), lambda: measuring.record(by, scope))


def _key(plan: Plan) -> Key:
    published = tuple(record.id for record in workspace().published())
    return id(workspace()), published, plan.inputs.extract, sight()
