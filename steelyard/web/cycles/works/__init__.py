"""Works: what a step or a cycle does by itself, one file each; every one may be cut off at any point and done again."""

from collections.abc import Callable, Mapping

from steelyard.web.cycles.works.alerting import look_at_alerts
from steelyard.web.cycles.works.carrying import carry
from steelyard.web.cycles.works.forecasting import forecast
from steelyard.web.cycles.works.grading import grade
from steelyard.web.cycles.works.importing import import_newest
from steelyard.web.cycles.works.locking import lock
from steelyard.web.cycles.works.observing import observe
from steelyard.web.cycles.works.opening import open_next
from steelyard.web.cycles.works.passing import pass_up
from steelyard.web.cycles.works.place import Place, Said
from steelyard.web.cycles.works.problems import list_problems
from steelyard.web.cycles.works.publishing import publish
from steelyard.web.cycles.works.rolling import roll
from steelyard.web.cycles.works.scoring import score
from steelyard.web.cycles.works.snapshot import snapshot

WORKERS: Mapping[str, Callable[[Place], Said]] = {
    "import": import_newest,
    "roll": roll,
    "forecast": forecast,
    "lock": lock,
    "pass_up": pass_up,
    "snapshot": snapshot,
    "publish": publish,
    "observe": observe,
    "grade": grade,
    "score": score,
    "alerts": look_at_alerts,
    "problems": list_problems,
    "carry": carry,
    "next": open_next,
}
"""Who does which kind of work of `cycle.work.WORK`."""
