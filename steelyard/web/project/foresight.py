"""Foresight: the answers people usually ask for first, worked out ahead once a plan has settled, one at a time.

After a start, an import, a run, an edit or a publication the base plan is another one. When it has rested for a while
and nobody waits for anything, its usual answers are made ready in the order in which a month asks for them.
"""

import logging
import time
from collections.abc import Callable

from django.db import close_old_connections

from steelyard.errors import SteelyardError
from steelyard.plan.plan import Plan
from steelyard.web.accuracy.measured import record_of
from steelyard.web.answers.answers import DESK
from steelyard.web.balance.selectors import board_of, levers_of
from steelyard.web.capacity.selectors import priced_of
from steelyard.web.executive.selectors import executive_view
from steelyard.web.finance_review.selectors import bridge_of, statement_of, variances_of
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.risk.futures import futures_of
from steelyard.web.scenarios.choice import BASE
from steelyard.web.scenarios.plans import find_way_from_last_plan, moment_of, warm_up
from steelyard.web.scorecard.kpi_selectors import judged
from steelyard.web.scorecard.selectors import plan_page
from steelyard.web.segmentation.selectors import segments_of
from steelyard.web.sourcing.selectors import lead_times
from steelyard.web.stock.selectors import curves_of
from steelyard.web.supply_review.planned import planned_of

LOOK_SECONDS, REST_SECONDS = 3.0, 10.0
"""How often the base plan is looked at, and how long it must have rested."""
USUAL: tuple[tuple[str, Callable[[str, Plan], object]], ...] = (
    ("plan", lambda name, plan: plan_page(plan, base_currency(plan.inputs.extract))),
    ("why numbers moved", lambda name, plan: find_way_from_last_plan(plan)),
    ("biased items", lambda name, plan: record_of(name, ("item",))),
    ("published plans", lambda name, plan: record_of(name)),
    ("kpis", lambda name, plan: judged(plan)),
    ("executive", lambda name, plan: executive_view(name)),
    ("statement", lambda name, plan: statement_of(name)),
    ("capital", lambda name, plan: statement_of(name, ["plan"], time="month")),
    ("bridge", lambda name, plan: bridge_of(name)),
    ("variances", lambda name, plan: variances_of(name)),
    ("gap", lambda name, plan: board_of(plan)),
    ("stock", lambda name, plan: curves_of(plan)),
    ("lead times", lambda name, plan: lead_times(plan)),
    ("segments", lambda name, plan: segments_of(moment_of(name))),
    ("ways to plan", lambda name, plan: planned_of(plan, 1)),
    ("futures", lambda name, plan: futures_of(name)),
    ("levers", lambda name, plan: levers_of(plan)),
    ("hours", lambda name, plan: priced_of(plan)),
)  # fmt: skip
"""What is asked for first: what takes seconds before what takes minutes."""

log = logging.getLogger(__name__)


def foresee() -> None:
    """Make usual answers ready for as long as the server runs; a fault is logged and looked at again next time."""
    warm_up()
    seen, done = "", ""
    while True:
        try:
            digest = _settled()
            if digest and digest == seen != done:
                done = digest
                _make_ready(digest)
            seen = digest
        except Exception:
            log.exception("The usual answers could not be made ready")
        close_old_connections()
        time.sleep(LOOK_SECONDS if seen == done else REST_SECONDS)


def _settled() -> str:
    """The digest of the base plan; nothing where there is none."""
    try:
        return moment_of(BASE).plan.digest
    except SteelyardError:
        return ""


def _make_ready(digest: str) -> None:
    """Work out the usual answers of a plan one after the other, until it is another plan."""
    for what, make in USUAL:
        moment = moment_of(BASE)
        if moment.plan.digest != digest:
            return
        DESK.foresee((what, digest), lambda make=make, plan=moment.plan: make(BASE, plan)).done.wait()  # type: ignore[misc]
