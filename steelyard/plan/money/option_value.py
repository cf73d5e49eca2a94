"""Option value: what one scenario is worth more than another, in cash and over time."""

from dataclasses import dataclass

import numpy as np

from steelyard.errors import PlanError
from steelyard.finance.investment import internal_rate, net_present_value, payback_period
from steelyard.finance.net_income import income_tax
from steelyard.grid.block import Array
from steelyard.plan.inputs.parameters import optional_number
from steelyard.plan.money.lines import lines_of
from steelyard.plan.numbers import PlanNumbers

HELD = ("inventory", "receivables", "payables")


@dataclass(frozen=True)
class OptionValue:
    """What an option brings beyond the plan it is held against."""

    periods: tuple[str, ...]
    cash: tuple[float, ...]
    """Cash it brings by period, without the outlay [money]."""
    outlay: float
    """Spent at the start [money]."""
    released: float
    """Working capital it has bound at the end, which comes back after the last period [money]."""
    net_present_value: float
    """Of cash, outlay and what is released, at the discount rate [money]."""
    return_on_investment: float
    """Cash less outlay, as a share of the outlay; NaN without one."""
    payback_periods: float
    """Periods until the outlay is back; infinite if it never is."""
    internal_rate: float
    """Rate a year at which it is worth nothing; NaN where there is none."""


def value_option(
    base: PlanNumbers, option: PlanNumbers, *, outlay: float = 0.0, rate: float | None = None
) -> OptionValue:
    """Value the cash that an option brings beyond a base.

        cash[t] = difference of operating profit x (1 - tax rate) + depreciation - rise of working capital
                  - capital spending

    Tax counts where the parameter `tax_rate` is set. The outlay is spent before the first period; each period's cash
    falls at its end. Working capital that the option has bound at the end of the horizon comes back after it.

    Args:
        base: The plan without the option.
        option: The plan with it.
        outlay: What it costs at the start [money].
        rate: Discount rate a year; by default the parameter `discount_rate` of the base.

    Raises:
        PlanError: The plans have other periods.

    Source: Brealey, Myers & Allen, Principles of Corporate Finance, chapters 2 and 6 (incremental cash flows).
    """
    if base.horizon.labels != option.horizon.labels:
        raise PlanError(
            "The plans have other periods", where=f"{base.name} and {option.name}", mend="choose plans of one month"
        )
    yearly = base.inputs.parameters.discount_rate if rate is None else rate
    a_period = (1.0 + yearly) ** (1.0 / base.horizon.periods_per_year) - 1.0
    cash = _cash(option) - _cash(base)
    released = _bound(option) - _bound(base)
    whole = np.concatenate([[-outlay], cash])
    whole[-1] += released
    inner = internal_rate(whole)
    return OptionValue(
        tuple(base.horizon.labels),
        tuple(cash.tolist()),
        outlay,
        released,
        net_present_value(whole, a_period),
        (float(cash.sum()) + released - outlay) / outlay if outlay else float("nan"),
        payback_period(whole),
        (1.0 + inner) ** base.horizon.periods_per_year - 1.0,
    )


def _cash(plan: PlanNumbers) -> Array:
    lines = lines_of(plan)
    depreciation = lines.values["depreciation"]
    spent = lines.values["lever_cost"] + lines.values["operating_expense"] + depreciation
    profit = lines.values["gross_margin"] - spent
    kept = profit - income_tax(profit, optional_number(plan.inputs.parameters.tax_rate) or 0.0)
    return np.asarray(kept + depreciation - lines.values["capex"] - np.diff(_capital(plan)))


def _capital(plan: PlanNumbers) -> Array:
    """Working capital, on the day the plan begins and at the end of each period [money]."""
    lines = lines_of(plan)
    ends = lines.values["inventory"] + lines.values["receivables"] - lines.values["payables"]
    opening = lines.opening["inventory"] + lines.opening["receivables"] - lines.opening["payables"]
    return np.concatenate([[opening], ends])


def _bound(plan: PlanNumbers) -> float:
    capital = _capital(plan)
    return float(capital[-1] - capital[0])
