"""Expected: what the budget, the latest estimate and finance's own forecast say, by series and period."""

from typing import cast

import numpy as np

from steelyard.errors import PlanError
from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, join
from steelyard.grid.currency import CurrencyConversion
from steelyard.grid.rollup import divide
from steelyard.plan.inputs import money
from steelyard.plan.inputs.budget import BudgetSpread, season_of
from steelyard.plan.money.actual import extract_of
from steelyard.plan.money.version import MoneyVersion, VersionKind, rows_of, series_value
from steelyard.plan.numbers import PlanNumbers

LABELS: dict[str, str] = {"budget": "Budget", "latest_estimate": "Latest estimate", "quota": "Quota"}


def budget_money(plan: PlanNumbers, version: VersionKind = "budget") -> MoneyVersion:
    """A version of the budget, spread down to the series of a plan, over history and horizon.

    Where the budget states no quantity, it is revenue at the plan's price; cost is the plan's standard cost.

    Args:
        plan: Gives series, calendar and extract.
        version: budget or latest_estimate.

    Raises:
        PlanError: The extract has no such version.
    """
    sold = series_value(plan, "demand_history")
    held = _spread(plan, _budget_rates(plan))
    covered = held.covered(version, plan.calendar)
    if not covered.size:
        raise PlanError(
            f"There is no {LABELS.get(version, version)} of revenue from {plan.calendar.labels[0]} on",
            where=f"table budget, version {version}",
            mend="import budget rows whose measure is budget_revenue for the periods of the plan",
        )
    stated = held.revenue(version, plan.calendar, phase=0)
    at_plan = _spread(plan, _plan_rates(plan)).revenue(version, plan.calendar, phase=0)
    revenue = _with_people(plan, version, stated)
    units = _spread(plan, _plan_rates(plan), basis=sold).quantity(version, plan.calendar, phase=0)
    return _expected(plan, version, revenue, at_plan + (revenue - stated), units, covered)


def loaded_revenue(plan: PlanNumbers, version: VersionKind) -> float:
    """Revenue a version states for the periods of a plan, whatever members it names, at plan rates [money]."""
    return _spread(plan, _plan_rates(plan)).loaded(version, plan.calendar)


def _spread(plan: PlanNumbers, rates: CurrencyConversion, *, basis: Array | None = None) -> BudgetSpread:
    """What spreads a budget over the series of a plan: by recent revenue, or by another recent flow."""
    earned = series_value(plan, "revenue_history")
    recent = slice(-plan.inputs.parameters.price_periods, None)
    weight = (earned if basis is None else basis)[recent].sum(axis=0)
    season = season_of(earned, plan.calendar.periods_per_year)
    return BudgetSpread(extract_of(plan), rows_of(plan), rates, basis=weight, season=season)


def _plan_rates(plan: PlanNumbers) -> CurrencyConversion:
    return money.currency_conversion(extract_of(plan), plan.inputs.parameters)


def _budget_rates(plan: PlanNumbers) -> CurrencyConversion:
    """Rates at which the budget was made; those of the plan where none are stated for it."""
    extract, knobs = extract_of(plan), plan.inputs.parameters
    stated = "budget" in extract.tables["currency_rate"]["rate_type"].unique().to_list()
    return money.currency_conversion(extract, knobs.with_value("plan_rate", "budget") if stated else knobs)


def _with_people(plan: PlanNumbers, version: str, revenue: Array) -> Array:
    """What people have changed of the budget in the plan counts, where it is the version the plan is held against."""
    if version != plan.inputs.parameters.budget_version:
        return revenue
    changed = join(plan.blocks("budget_revenue"))
    entered = changed != join(cast(Blocks, plan.inputs.values["budget_revenue"]))
    out = np.array(revenue)
    out[plan.history.size :] = np.where(entered, changed, out[plan.history.size :])
    return out


def _expected(
    plan: PlanNumbers, version: VersionKind, revenue: Array, at_plan: Array, stated: Array, covered: IntArray
) -> MoneyVersion:
    price, cost = _whole(plan, "price"), _whole(plan, "unit_cost")
    derived = np.nan_to_num(divide(revenue, price))
    quantity = np.where(stated > 0, stated, derived)
    cogs = quantity * cost
    share = series_value(plan, "variable_share")
    listed = _whole(plan, "list_price")
    said = np.zeros(plan.calendar.size, bool)
    said[covered] = True
    return MoneyVersion(
        name=LABELS.get(version, version),
        kind=version,
        calendar=plan.calendar,
        covered=said,
        members=plan.series("revenue").members,
        quantity=quantity,
        revenue=revenue,
        discounts=np.where(listed > 0, np.maximum(quantity * listed - revenue, 0.0), 0.0),
        cogs=cogs,
        contribution=revenue - cogs * share,
        price=price,
        unit_cost=cost,
        revenue_at_plan_rates=at_plan,
        cogs_at_plan_rates=cogs,
    )


def _whole(plan: PlanNumbers, measure: str) -> Array:
    """A measure of the horizon over history and horizon: before the plan begins as in its first period."""
    planned = series_value(plan, measure)
    return np.concatenate([np.repeat(planned[:1], plan.history.size, axis=0), planned])


def finance_forecast_money(plan: PlanNumbers) -> MoneyVersion:
    """Finance's own forecast: its units at the plan's price and cost; where it is silent, that of consensus demand.

    Raises:
        PlanError: Finance has no forecast in this plan.
    """
    spoken = series_value(plan, "finance_forecast")
    said: BoolArray = np.asarray(np.isfinite(spoken).any(axis=1), np.bool_)
    if not said.any():
        raise PlanError(
            "Finance has no forecast of its own here",
            where=f"plan {plan.name}",
            mend="import forecast_in rows of source finance, or enter a finance forecast in the worksheet",
        )
    quantity = np.where(np.isfinite(spoken), spoken, series_value(plan, "consensus_demand"))
    price, cost = series_value(plan, "price"), series_value(plan, "unit_cost")
    revenue, cogs = quantity * price, quantity * cost
    return MoneyVersion(
        name="Finance forecast",
        kind="finance_forecast",
        calendar=plan.horizon,
        covered=said,
        members=plan.series("revenue").members,
        quantity=quantity,
        revenue=revenue,
        discounts=quantity * np.maximum(series_value(plan, "list_price") - price, 0.0),
        cogs=cogs,
        contribution=revenue - cogs * series_value(plan, "variable_share"),
        price=price,
        unit_cost=cost,
        revenue_at_plan_rates=revenue,
        cogs_at_plan_rates=cogs,
    )
