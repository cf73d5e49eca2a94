"""Planned: what engines and live solvers worked out for a plan, once for all requests of the process."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import RLock

import polars as pl

from steelyard.errors import NotFound, PlanError
from steelyard.plan.plan import Plan
from steelyard.plan.review.large_what_if import LargeWhatIf, what_if_solver
from steelyard.plan.review.moves import move_table
from steelyard.plan.review.supply import WAYS, Way, WayResult, compare_ways, supply_findings, supply_model_of
from steelyard.plan.review.supply_what_if import SupplyWhatIf, WhatIf, WhatIfAnswer
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_findings import ModelFinding
from steelyard.supply.penalties import Penalty, order_of_penalties
from steelyard.web.answers.answers import Answers

KEPT = 3
STEPS: tuple[tuple[Way, ...], ...] = (
    ("infinite", "priority", "level", "chase", "hybrid"), ("decomposition",), ("exact",),
)  # fmt: skip
"""Ways that a page asks for together: the quick ones first, so that nobody waits for the slowest."""


@dataclass(frozen=True, eq=False)
class Planned:
    """Ways to plan one plan's supply, as far as they are worked out."""

    steps: int
    model: SupplyModel
    ways: tuple[WayResult, ...]
    penalties: tuple[Penalty, ...]
    findings: tuple[ModelFinding, ...]


_quick: Answers[Planned] = Answers("Planning by the quick engines", 6)
_ways: Answers[Planned] = Answers("Planning by further ways", 12, long=True)
_asked: Answers[WhatIfAnswer] = Answers("Solving again", 64, long=True)
_moves: Answers[pl.DataFrame] = Answers("Writing down the moves", 12, long=True)
_live: OrderedDict[str, SupplyWhatIf | LargeWhatIf] = OrderedDict()
_guard = RLock()
"""Held while a live solver is asked or goes on to another plan: it answers one question at a time."""


def planned_of(plan: Plan, steps: int = len(STEPS)) -> Planned:
    """Engines and strategies of a plan; worked out when first asked for, kept while the plan stands.

    Args:
        plan: The plan.
        steps: How many of the steps are needed; what was worked out before is there in any case.
    """
    further = (_kept(step).at_hand(plan, step) for step in range(len(STEPS), steps, -1))
    known = next((found for found in further if found is not None), None)
    return known or _kept(steps).of(plan, lambda: _worked_out(plan, steps), steps)


def moves_of(plan: Plan, way: str) -> pl.DataFrame:
    """The move log of one way to plan; see `move_table`.

    Raises:
        NotFound: There is no such way.
        PlanError: The plan is too large for it.
    """
    return _moves.of(plan, lambda: _moved(plan, way), way)


def _moved(plan: Plan, way: str) -> pl.DataFrame:
    step = next((number for number, ways in enumerate(STEPS, start=1) if way in ways), None)
    if step is None:
        raise NotFound(f"There is no way to plan called {way}", mend=f"use {', '.join(WAYS)}")
    planned = planned_of(plan, step)
    result = next((one for one in planned.ways if one.way == way), None)
    if result is None:
        raise PlanError("The plan is too large for the exact engine", mend="look at the moves of another way")
    return move_table(plan, planned.model, result)


def _kept(steps: int) -> Answers[Planned]:
    return _ways if steps > 1 else _quick


def forget_ways() -> None:
    """Forget what was worked out."""
    _quick.forget()
    _ways.forget()


def _worked_out(plan: Plan, steps: int) -> Planned:
    return _next_step(plan, planned_of(plan, steps - 1)) if steps else _begun(plan)


def _begun(plan: Plan) -> Planned:
    model = supply_model_of(plan)
    return Planned(0, model, (), order_of_penalties(model), supply_findings(plan, model))


def _next_step(plan: Plan, before: Planned) -> Planned:
    more = compare_ways(plan, STEPS[before.steps], model=before.model)
    ways = sorted((*before.ways, *more), key=lambda one: WAYS.index(one.way))
    return replace(before, steps=before.steps + 1, ways=tuple(ways))


def _went_on(plan: Plan) -> SupplyWhatIf | LargeWhatIf:
    model = supply_model_of(plan)
    for digest, live in reversed(list(_live.items())):
        if isinstance(live, SupplyWhatIf) and live.fits(model):
            del _live[digest]
            live.go_on(plan, model)
            return live
    return what_if_solver(plan, model)


def ask_live(plan: Plan, question: WhatIf) -> WhatIfAnswer:
    """What the live solver of a plan answers; worked out once for a question."""
    return _asked.of(plan, lambda: _answered(plan, question), repr(question))


def _answered(plan: Plan, question: WhatIf) -> WhatIfAnswer:
    with _guard:
        return live_solver(plan).ask(question)


def live_solver(plan: Plan) -> SupplyWhatIf | LargeWhatIf:
    """The live solver of a plan; made when first asked for, kept while the plan stands.

    Where a solver of the same things is alive, such as that of the plan before an edit, it goes on from there. A plan
    too large for the exact engine has a live decomposition.
    """
    with _guard:
        found = _live.pop(plan.digest, None) or _went_on(plan)
        _live[plan.digest] = found
        while len(_live) > KEPT:
            _live.popitem(last=False)
        return found
