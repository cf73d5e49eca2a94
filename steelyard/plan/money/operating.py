"""Operating plan: what came true up to now, and the plan from then on; and the same a year before."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from steelyard.errors import PlanError
from steelyard.grid.block import Array
from steelyard.plan.money.actual import Rates, actual_money
from steelyard.plan.money.version import MoneyVersion, plan_money
from steelyard.plan.numbers import PlanNumbers


def operating_plan(plan: PlanNumbers, *, rates: Rates = "actual") -> MoneyVersion:
    """Actuals to date and the plan after them, over history and horizon.

    Args:
        plan: The plan.
        rates: Exchange rates of the actuals: as they were, or those of the plan.
    """
    past, ahead = actual_money(plan, rates=rates), plan_money(plan)
    joined: dict[str, Any] = {
        entry.name: np.concatenate([getattr(past, entry.name), getattr(ahead, entry.name)])
        for entry in fields(MoneyVersion)
        if isinstance(getattr(past, entry.name), np.ndarray)
    }
    return replace(past, name="Operating plan", kind="operating_plan", calendar=plan.calendar, **joined)


def last_year(plan: PlanNumbers, *, rates: Rates = "actual") -> MoneyVersion:
    """The operating plan of a year before, under the names of the periods a year later.

    Raises:
        PlanError: The history is shorter than a year.
    """
    whole, year = operating_plan(plan, rates=rates), plan.calendar.periods_per_year
    if plan.history.size < year:
        raise PlanError(
            "There is no year of history to compare with", where=plan.history.labels[0], mend="import a longer history"
        )

    def earlier(values: Array) -> Array:
        return np.asarray(np.concatenate([np.zeros_like(values[:year]), values[:-year]]))

    moved: dict[str, Any] = {
        entry.name: earlier(getattr(whole, entry.name))
        for entry in fields(MoneyVersion)
        if isinstance(getattr(whole, entry.name), np.ndarray)
    }
    return replace(whole, name="Last year", kind="last_year", **moved)
