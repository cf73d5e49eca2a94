"""Supply what-if: one question at a time to the best plan of a scenario, answered by a live solver."""

from dataclasses import dataclass
from math import inf
from time import process_time
from typing import Literal, cast

import numpy as np

from steelyard.errors import NotFound, PlanError
from steelyard.grid.block import Blocks, BoolArray, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.supply import supply_model_of
from steelyard.plan.stages.engine import check_exact_size
from steelyard.supply.evaluate import Evaluation, evaluate
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_changes import (
    with_capacity,
    with_demand,
    with_lead_time,
    with_overtime_cost,
    with_unit_cost,
    without_source,
)
from steelyard.supply.session import PlanSession
from steelyard.supply.supply_plan import SupplyPlan

Kind = Literal["capacity", "demand", "overtime_cost", "unit_cost", "lead_time", "close_source"]
KINDS = ("capacity", "demand", "overtime_cost", "unit_cost", "lead_time", "close_source")
"""Kinds of question."""
_COSTS = ("overtime_cost", "unit_cost")


@dataclass(frozen=True)
class WhatIf:
    """A question to the supply model.

    Args:
        kind: capacity, demand, overtime_cost, unit_cost, lead_time or close_source.
        name: Resource, family or item-location asked about; empty for all.
        factor: What hours, demand or cost are multiplied by.
        periods: New lead time, for `lead_time`.
        first: First period, by number from 0.
        last: Last period.
    """

    kind: Kind
    name: str = ""
    factor: float = 1.0
    periods: int = 0
    first: int = 0
    last: int | None = None


@dataclass(frozen=True)
class WhatIfAnswer:
    """What a what-if does to the best plan."""

    objective_before: float
    objective_after: float
    service_before: float
    service_after: float
    stock_before: float
    stock_after: float
    seconds: float
    complete: bool
    """False where the solver ran out of time before or after: then the difference says nothing."""
    uncertain: float = 0.0
    """Money by which the difference may be off, because the plans are proven to be within a gap only."""

    @property
    def gain(self) -> float:
        """Money that the what-if brings."""
        return self.objective_before - self.objective_after

    @property
    def profit_before(self) -> float:
        """Revenue less costs of the best plan."""
        return -self.objective_before

    @property
    def profit_after(self) -> float:
        """Revenue less costs after the what-if."""
        return -self.objective_after

    @property
    def service_change(self) -> float:
        """Share of demand more on time."""
        return self.service_after - self.service_before

    @property
    def stock_change(self) -> float:
        """Mean stock value more."""
        return self.stock_after - self.stock_before


def read_question(
    plan: PlanNumbers,
    kind: str,
    name: str = "",
    *,
    percent: float = 0.0,
    lead_time: int = 0,
    first: str = "",
    last: str = "",
) -> WhatIf:
    """Make a question out of what somebody typed.

    Raises:
        NotFound: There is no such kind of question.
        PlanError: A number is out of range, or the question ends before it begins.
        UnknownPeriod: The plan has no such period.
    """
    if kind not in KINDS:
        raise NotFound(f"There is no what-if called {kind}", mend=f"use {', '.join(KINDS)}")
    if not -100 <= percent < inf or lead_time < 0:
        raise PlanError("A what-if takes away more than there is", mend="use a percentage from -100 up")
    horizon = plan.horizon
    since = horizon.position(first) if first else 0
    until = horizon.position(last) if last else None
    if until is not None and until < since:
        raise PlanError(f"A what-if from {first} to {last} ends before it begins", mend="swap the periods")
    return WhatIf(
        kind=cast(Kind, kind),
        name=name,
        factor=1.0 + percent / 100.0,
        periods=lead_time,
        first=since,
        last=until,
    )


class SupplyWhatIf:
    """A live solver of one plan's supply model.

    Args:
        plan: The plan of a scenario.
        model: Its supply model, if it is there already.

    Raises:
        PlanError: The plan is too large for the exact engine.
    """

    def __init__(self, plan: PlanNumbers, model: SupplyModel | None = None) -> None:
        model = model or supply_model_of(plan)
        check_exact_size(model)
        self._plan, self.session = plan, PlanSession(model)
        self.base = self.session.plan()
        self._before = evaluate(model, self.base.decisions)

    def fits(self, model: SupplyModel) -> bool:
        """Whether a model is of the same things, so that the live solver can go on with it."""
        own = self.session.base
        parts = ("nodes", "options", "resources", "workforce", "demand")
        same = all(getattr(own, part).names == getattr(model, part).names for part in parts)
        return same and own.periods == model.periods

    def go_on(self, plan: PlanNumbers, model: SupplyModel) -> None:
        """Take another plan as the base, from the last solution on.

        Args:
            plan: A plan of the same things, such as one with other demand or capacity.
            model: Its supply model.
        """
        self._plan, self.base = plan, self.session.rebase(model)
        self._before = evaluate(model, self.base.decisions)

    def ask(self, question: WhatIf) -> WhatIfAnswer:
        """Solve a what-if from the last plan on, and take it back.

        Raises:
            ModelError: The model has no such resource or option.
            PlanError: The question does not fit.
        """
        self.session.reset()
        began = process_time()
        changed = changed_model(self._plan, self.session.model, question)
        after = self.session.set_model(changed, "costs" if question.kind in _COSTS else "bounds")
        return what_if_answer(
            self._plan,
            (self.session.base, self.base, self._before),
            (self.session.model, after),
            seconds=process_time() - began,
        )


def changed_model(plan: PlanNumbers, model: SupplyModel, question: WhatIf) -> SupplyModel:
    """The model as a question changes it.

    Args:
        plan: The plan it was made of.
        model: Its supply model, laid out.
        question: The question.

    Raises:
        ModelError: The model has no such resource or option.
        NotFound: No demand is asked of the family.
    """
    window = slice(question.first, None if question.last is None else question.last + 1)
    match question.kind:
        case "capacity":
            return with_capacity(model, question.name, factor=question.factor, periods=window)
        case "demand":
            return with_demand(model, _rows_of(plan, model, question.name), factor=question.factor, periods=window)
        case "overtime_cost":
            return with_overtime_cost(model, slice(None), factor=question.factor)
        case "unit_cost":
            return with_unit_cost(model, _options_of(plan, model, question.name), factor=question.factor)
        case "lead_time":
            return with_lead_time(model, question.name, question.periods)
        case "close_source":
            return without_source(model, question.name, window)


def _rows_of(plan: PlanNumbers, model: SupplyModel, family: str) -> BoolArray:
    """Demand rows of a family; all where none is named."""
    rows = _inside(plan, family)[model.demand.node]
    if not rows.any():
        raise NotFound(f"No demand is asked of {family}", mend="name a product family of the plan")
    return rows


def _options_of(plan: PlanNumbers, model: SupplyModel, family: str) -> BoolArray:
    return np.asarray(_inside(plan, family)[model.options.node])


def _inside(plan: PlanNumbers, family: str) -> BoolArray:
    places = plan.inputs.series["item_location"].members
    return np.asarray((places["product_family"] == family).to_numpy() if family else np.ones(places.height, bool))


def what_if_answer(
    plan: PlanNumbers,
    before: tuple[SupplyModel, SupplyPlan, Evaluation],
    after: tuple[SupplyModel, SupplyPlan],
    *,
    seconds: float,
    uncertain: float = 0.0,
) -> WhatIfAnswer:
    """Set two plans of a what-if side by side.

    Args:
        plan: The plan of the scenario.
        before: Model, best plan and its count as they stand.
        after: The changed model and its best plan.
        seconds: CPU seconds it took.
        uncertain: Money by which the difference may be off.
    """
    cost = join(cast(Blocks, plan.values["standard_cost"]))
    evaluation = evaluate(after[0], after[1].decisions)

    def stock_value(of: Evaluation) -> float:
        return float((of.stock * cost).sum() / cost.shape[0])

    return WhatIfAnswer(
        objective_before=before[1].objective,
        objective_after=after[1].objective,
        service_before=before[2].service(before[0]),
        service_after=evaluation.service(after[0]),
        stock_before=stock_value(before[2]),
        stock_after=stock_value(evaluation),
        seconds=seconds,
        complete=before[1].complete and after[1].complete,
        uncertain=uncertain,
    )
