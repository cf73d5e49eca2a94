"""Large what-if: questions to a plan that is too large to be solved exactly, answered by the price decomposition."""

from time import process_time

import numpy as np

from steelyard.errors import PlanError
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.supply import supply_model_of
from steelyard.plan.review.supply_what_if import SupplyWhatIf, WhatIf, WhatIfAnswer, changed_model, what_if_answer
from steelyard.supply.decomposition import PriceSession, usual_passes
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model import SupplyModel
from steelyard.supply.supply_plan import SupplyPlan

_GAP = 0.002
"""Gap from which on a plan is good enough to be compared."""
_FAR, _LOOKS = 0.01, 15
"""Gap after a change of hours above which units are priced again, and how often at most."""


class LargeWhatIf:
    """A live decomposition of one plan's supply model.

    Other hours keep every proposal valid and cost one small solve, and a few more where the gap grows; any other
    change is priced from the start. Both plans are proven within a gap, which says by how much their difference may
    be off.

    Args:
        plan: The plan of a scenario.
        model: Its supply model, if it is there already.
    """

    def __init__(self, plan: PlanNumbers, model: SupplyModel | None = None) -> None:
        self._plan, self._model = plan, model or supply_model_of(plan)
        self._session = _priced(self._model)
        self.base: SupplyPlan = self._session.plan()
        self._before = evaluate(self._model, self.base.decisions)

    def ask(self, question: WhatIf) -> WhatIfAnswer:
        """Plan with a change, and take it back.

        Raises:
            ModelError: The model has no such resource or option.
            NotFound: No demand is asked of the family.
        """
        began, changed = process_time(), changed_model(self._plan, self._model, question)
        after = self._with_hours(changed) if question.kind == "capacity" else _priced(changed).plan()
        return what_if_answer(
            self._plan,
            (self._model, self.base, self._before),
            (changed, after),
            seconds=process_time() - began,
            uncertain=_room(self.base) + _room(after),
        )

    def _with_hours(self, changed: SupplyModel) -> SupplyPlan:
        gap = self._session.change_hours(changed).gap
        if gap > _FAR:
            self._session.improve(gap=_FAR, passes=_LOOKS, seconds=np.inf)
        try:
            return self._session.plan()
        finally:
            self._session.change_hours(self._model)


def what_if_solver(plan: PlanNumbers, model: SupplyModel | None = None) -> SupplyWhatIf | LargeWhatIf:
    """The live solver that fits the size of a plan: exact where it can be.

    Args:
        plan: The plan of a scenario.
        model: Its supply model, if it is there already.
    """
    model = model or supply_model_of(plan)
    try:
        return SupplyWhatIf(plan, model)
    except PlanError:
        return LargeWhatIf(plan, model)


def _priced(model: SupplyModel) -> PriceSession:
    session = PriceSession(model)
    session.improve(gap=_GAP, passes=usual_passes(model), seconds=np.inf)
    return session


def _room(plan: SupplyPlan) -> float:
    """Money by which a plan may be dearer than the best one."""
    return max(plan.objective - plan.lower_bound, 0.0)
