"""Future money: operating profit and cash of a plan in many futures, beside what is decided whatever comes."""

from dataclasses import dataclass

import numpy as np

from steelyard.errors import PlanError
from steelyard.finance.net_income import income_tax
from steelyard.finance.payment_term import open_invoices
from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import divide, scatter_add
from steelyard.plan.inputs.parameters import optional_number
from steelyard.plan.money.lines import lines_of
from steelyard.plan.money.version import positions, series_value
from steelyard.plan.numbers import PlanNumbers
from steelyard.risk.simulation import Futures


@dataclass(frozen=True, eq=False)
class DecidedMoney:
    """What a plan spends and owes in every future, by period [money]."""

    expenses: Array
    """Levers, operating expense and depreciation."""
    depreciation: Array
    capex: Array
    interest: Array
    tax: Array | float
    """Tax as stated, or the share of profit where it is a setting."""
    payables: Array
    """On the day the plan begins, and at the end of each period: purchases are decided."""
    owed: Array
    """What customers still owe of what was shipped before the plan, at the same times."""
    inventory: float
    """On the day the plan begins."""

    def operating_profit(self, futures: Futures) -> Array:
        """Gross margin less expenses, draw x period."""
        return futures.gross_margin - self.expenses

    def cash_flow(self, futures: Futures) -> Array:
        """Operating profit + depreciation - rise of working capital - capital spending - interest and tax."""
        profit = self.operating_profit(futures)
        tax = income_tax(profit - self.interest, self.tax) if isinstance(self.tax, float) else self.tax
        start = np.full((profit.shape[0], 1), self.inventory)
        bound = np.hstack([start, futures.inventory_value + futures.receivables]) + self.owed - self.payables
        return np.asarray(profit + self.depreciation - np.diff(bound, axis=1) - self.capex - self.interest - tax)


def decided_money(plan: PlanNumbers) -> DecidedMoney | None:
    """What a plan spends and owes whatever comes; None where the plan does not know, or its reader does not see it."""
    lines = lines_of(plan)
    values, opening = lines.values, lines.opening
    spent = values["lever_cost"] + values["operating_expense"] + values["depreciation"]
    capex, payables = values["capex"], values["payables"]
    if not opening or np.isnan(np.concatenate([spent, capex, payables])).any():
        return None
    share = optional_number(plan.inputs.parameters.tax_rate)
    tax = np.nan_to_num(values["tax"]) if share is None else share
    owed = np.concatenate([[opening["receivables"]], _owed_before(plan)])
    owing = np.concatenate([[opening["payables"]], payables])
    interest = np.nan_to_num(values["interest"])
    return DecidedMoney(spent, values["depreciation"], capex, interest, tax, owing, owed, opening["inventory"])


def budget_goals(plan: PlanNumbers) -> dict[str, Array]:
    """Budgeted gross margin and operating profit by planned period [money]; NaN where the budget says nothing."""
    try:
        lines = lines_of(plan, "budget")
    except PlanError:
        return {}
    at, values = positions(plan.horizon.labels, lines.calendar), lines.values
    goals = {"gross_margin": values["gross_margin"]}
    if "operating_expense" in values:
        goals["operating_profit"] = values["gross_margin"] - values["operating_expense"] - values["depreciation"]
    return {name: np.where(at >= 0, goal[np.maximum(at, 0)], np.nan) for name, goal in goals.items()}


def open_shares(plan: PlanNumbers, places: IntArray) -> Array:
    """Share of a period's invoices still open some periods later, item-location x lag, by the terms of its customers.

    Args:
        plan: The plan.
        places: Row of the item-location that serves each row of demand.
    """
    days, revenue = series_value(plan, "customer_payment_days"), series_value(plan, "revenue").sum(axis=0)
    lag = np.minimum(days / float(plan.horizon.days.mean()), plan.horizon.size)
    back = np.arange(int(np.ceil(lag.max(initial=0.0))) + 1)
    open_then = np.clip(lag[None] - back[:, None], 0.0, 1.0)
    size = plan.series("independent_demand").size
    weight = np.maximum(np.nan_to_num(revenue), 0.0) + _CRUMB
    owed, all_of = scatter_add(open_then * weight, places, size), scatter_add(weight[None], places, size)
    return np.ascontiguousarray(np.nan_to_num(divide(owed, np.broadcast_to(all_of, owed.shape))).T)


def _owed_before(plan: PlanNumbers) -> Array:
    """What is open at the end of each period of what was shipped before the first."""
    past, days = series_value(plan, "revenue_history"), series_value(plan, "customer_payment_days")
    nothing = np.zeros((plan.horizon.size, past.shape[1]))
    still = open_invoices(nothing, days, past, float(plan.horizon.days.mean()))
    return np.asarray(still.sum(axis=1))


_CRUMB = 1e-9
