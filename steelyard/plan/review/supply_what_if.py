"""Supply what-if: one question at a time to the best plan of a scenario, answered by a live solver."""

from dataclasses import dataclass
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
from steelyard.supply.session import PlanSession
from steelyard.supply.supply_plan import SupplyPlan

Kind = Literal["capacity", "demand", "overtime_cost", "unit_cost", "lead_time", "close_source"]
KINDS = ("capacity", "demand", "overtime_cost", "unit_cost", "lead_time", "close_source")
"""Kinds of question."""


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
        PlanError: A number is out of range.
        UnknownPeriod: The plan has no such period.
    """
    if kind not in KINDS:
        raise NotFound(f"There is no what-if called {kind}", mend=f"use {', '.join(KINDS)}")
    if percent < -100 or lead_time < 0:
        raise PlanError("A what-if takes away more than there is", mend="use a percentage from -100 up")
    horizon = plan.horizon
    return WhatIf(
        kind=cast(Kind, kind),
        name=name,
        factor=1.0 + percent / 100.0,
        periods=lead_time,
        first=horizon.position(first) if first else 0,
        last=horizon.position(last) if last else None,
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
        after = self._asked(question)
        evaluation, model = evaluate(self.session.model, after.decisions), self.session.model
        return WhatIfAnswer(
            objective_before=self.base.objective,
            objective_after=after.objective,
            service_before=self._before.service(self.session.base),
            service_after=evaluation.service(model),
            stock_before=self._stock_value(self._before),
            stock_after=self._stock_value(evaluation),
            seconds=process_time() - began,
            complete=self.base.complete and after.complete,
        )

    def _stock_value(self, evaluation: Evaluation) -> float:
        cost = join(cast(Blocks, self._plan.values["standard_cost"]))
        return float((evaluation.stock * cost).sum() / cost.shape[0])

    def _asked(self, question: WhatIf) -> SupplyPlan:
        session, window = self.session, slice(question.first, None if question.last is None else question.last + 1)
        match question.kind:
            case "capacity":
                return session.set_capacity(question.name, factor=question.factor, periods=window)
            case "demand":
                return session.set_demand(self._rows_of(question.name), factor=question.factor, periods=window)
            case "overtime_cost":
                return session.set_overtime_cost(slice(None), factor=question.factor)
            case "unit_cost":
                return session.set_unit_cost(self._options_of(question.name), factor=question.factor)
            case "lead_time":
                return session.set_lead_time(question.name, question.periods)
            case "close_source":
                return session.close_source(question.name, window)

    def _rows_of(self, family: str) -> BoolArray:
        """Demand rows of a family; all where none is named."""
        places = self._plan.inputs.series["item_location"].members
        rows = np.ones(len(self.session.model.demand.names), bool)
        if family:
            inside = (places["product_family"] == family).to_numpy()
            rows = inside[self.session.model.demand.node]
        if not rows.any():
            raise NotFound(f"No demand is asked of {family}", mend="name a product family of the plan")
        return rows

    def _options_of(self, family: str) -> BoolArray:
        places = self._plan.inputs.series["item_location"].members
        if not family:
            return np.ones(len(self.session.model.options.names), bool)
        inside = (places["product_family"] == family).to_numpy()
        return np.asarray(inside[self.session.model.options.node])
