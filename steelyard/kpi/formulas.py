"""Formulas: the arithmetic of the KPIs, on plain arrays `[period, series]` in fixed order of sums."""

import numpy as np

from steelyard.grid.block import Array


def forecast_accuracy(forecast: Array, actual: Array) -> float:
    """100 % less WMAPE; below zero where errors exceed demand, NaN without demand.

    Example:
        >>> forecast_accuracy(np.array([8.0, 12.0]), np.array([10.0, 10.0]))
        80.0
    """
    return 100.0 - _percent(total(np.abs(forecast - actual)), total(actual))


def forecast_bias(forecast: Array, actual: Array) -> float:
    """Sum of errors as a share of demand [percent]; above zero is over-forecast.

    Example:
        >>> forecast_bias(np.array([11.0, 12.0]), np.array([10.0, 10.0]))
        15.0
    """
    return _percent(total(forecast) - total(actual), total(actual))


def forecast_value_added(naive: Array, forecast: Array, actual: Array) -> float:
    """Points of WMAPE by which a forecast beats the naive one [points]; below zero it is worse.

    Source: Gilliland 2010, The Business Forecasting Deal.

    Example:
        >>> forecast_value_added(np.array([6.0]), np.array([9.0]), np.array([10.0]))
        30.0
    """
    saved = total(np.abs(naive - actual)) - total(np.abs(forecast - actual))
    return _percent(saved, total(actual))


def fill_rate(demand: Array, served: Array, backlog: Array) -> float:
    """Units served in the period they were due, as a share of units due [percent].

    Args:
        demand: Demand due in the period, period x series [units].
        served: Served in the period, old backlog included, period x series [units].
        backlog: Due and not served at the end of the period, period x series [units].

    Example:
        >>> fill_rate(np.array([[10.0], [10.0]]), np.array([[6.0], [14.0]]), np.array([[4.0], [0.0]]))
        80.0
    """
    return on_time_share(demand, served_on_time(demand, served, backlog))


def on_time_share(demand: Array, on_time: Array) -> float:
    """Units served when due, as a share of units due [percent].

    Example:
        >>> on_time_share(np.array([[10.0], [10.0]]), np.array([[6.0], [10.0]]))
        80.0
    """
    return _percent(total(on_time), total(demand))


def served_on_time(demand: Array, served: Array, backlog: Array) -> Array:
    """Units served in the period they were due, period x series.

    What is served in a period goes first to the backlog of the period before, the rest to the demand of the period.

    Args:
        demand: Demand due in the period, period x series [units].
        served: Served in the period, old backlog included, period x series [units].
        backlog: Due and not served at the end of the period, period x series [units].

    Example:
        >>> served_on_time(np.array([[10.0], [10.0]]), np.array([[6.0], [14.0]]), np.array([[4.0], [0.0]])).ravel()
        array([ 6., 10.])
    """
    before = np.zeros_like(backlog)
    before[1:] = backlog[:-1]
    return np.minimum(np.maximum(served - before, 0.0), demand)


def share_of_lines(good: float, due: float) -> float:
    """Order lines that were as promised, as a share of the lines due [percent].

    Example:
        >>> share_of_lines(47.0, 50.0)
        94.0
    """
    return _percent(good, due)


def perfect_order(on_time_in_full: float, shipped: float, returned: float) -> float:
    """Share of lines on time and in full, times the share of units that did not come back [percent].

    Source: the perfect order as the product of its parts, as in the SCOR model (RL.1.1).

    Args:
        on_time_in_full: Share of lines on time and in full [percent].
        shipped: Units shipped.
        returned: Units that came back.

    Example:
        >>> perfect_order(90.0, 200.0, 10.0)
        85.5
    """
    return on_time_in_full * (1.0 - _ratio(returned, shipped))


def adherence(planned: Array, happened: Array) -> float:
    """Share of the plan that came as planned [percent], from 0 to 100.

    Of each item as much counts as the plan less its difference, either way, and never less than nothing: one item that
    is far off cannot take away what others kept. What happened unplanned adds to the base.

    Example:
        >>> adherence(np.array([10.0, 10.0]), np.array([9.0, 12.0]))
        85.0
        >>> adherence(np.array([10.0, 10.0, 0.0]), np.array([10.0, 70.0, 5.0]))
        40.0
    """
    kept = np.maximum(planned - np.abs(happened - planned), 0.0)
    unplanned = np.where(planned > 0.0, 0.0, np.maximum(happened, 0.0))
    return _percent(total(kept), total(np.maximum(planned, 0.0)) + total(unplanned))


def money_against_budget(money: Array, budget: Array) -> float:
    """Money less its budget as a share of the budget [percent], over the periods that have a budget at all.

    Example:
        >>> money_against_budget(np.array([[36.0], [20.0]]), np.array([[40.0], [0.0]]))
        -10.0
    """
    return revenue_against_budget(money, budget) if budget.size else float("nan")


def backlog_value(open_demand: Array, price: Array) -> float:
    """Demand still waiting at the end of the horizon, at price [money].

    Example:
        >>> backlog_value(np.array([[9.0], [2.0]]), np.array([[5.0], [5.0]]))
        10.0
    """
    return total(open_demand[-1] * price[-1])


def inventory_turns(cogs: Array, inventory_value: Array, *, periods_per_year: int = 12) -> float:
    """Yearly cost of goods sold divided by mean inventory value.

    Example:
        >>> inventory_turns(np.array([[10.0], [10.0]]), np.array([[20.0], [20.0]]))
        6.0
    """
    yearly = total(cogs) / cogs.shape[0] * periods_per_year
    return _ratio(yearly, total(inventory_value) / inventory_value.shape[0])


def days_of_supply(cogs: Array, inventory_value: Array, *, periods_per_year: int = 12) -> float:
    """Days that the mean inventory lasts at the mean cost of goods sold: 365 / turns.

    Example:
        >>> round(days_of_supply(np.array([[10.0]]), np.array([[20.0]])), 2)
        60.83
    """
    return _ratio(365.0, inventory_turns(cogs, inventory_value, periods_per_year=periods_per_year))


def closing_value(value: Array) -> float:
    """Sum over the series at the end of the horizon.

    Example:
        >>> closing_value(np.array([[9.0, 9.0], [1.0, 2.0]]))
        3.0
    """
    return total(value[-1])


def bottleneck_utilisation(capacity_load: Array, capacity_available: Array) -> float:
    """Largest load of a resource over the horizon, as a share of its hours [percent].

    Args:
        capacity_load: Hours asked, period x resource.
        capacity_available: Hours available, period x resource.

    Example:
        >>> bottleneck_utilisation(np.array([[50.0, 90.0]]), np.array([[100.0, 100.0]]))
        90.0
    """
    load, available = capacity_load.sum(axis=0), capacity_available.sum(axis=0)
    able = available > 0
    return float((100.0 * load[able] / available[able]).max()) if able.any() else float("nan")


def overload_hours(capacity_load: Array, capacity_available: Array) -> float:
    """Hours asked beyond what is available.

    Example:
        >>> overload_hours(np.array([[50.0, 120.0]]), np.array([[100.0, 100.0]]))
        20.0
    """
    return total(np.maximum(capacity_load - capacity_available, 0.0))


def revenue_against_budget(revenue: Array, budget_revenue: Array) -> float:
    """Revenue less budget as a share of budget [percent], over the periods that have a budget at all.

    Example:
        >>> revenue_against_budget(np.array([[90.0], [50.0]]), np.array([[100.0], [0.0]]))
        -10.0
    """
    covered = budget_revenue.sum(axis=1) != 0
    budget = total(budget_revenue[covered])
    return _percent(total(revenue[covered]) - budget, abs(budget))


def margin_percent(revenue: Array, cogs: Array) -> float:
    """Revenue less cost of goods sold, as a share of revenue [percent].

    Example:
        >>> margin_percent(np.array([100.0]), np.array([60.0]))
        40.0
    """
    return _percent(total(revenue) - total(cogs), total(revenue))


def plan_stability(releases: Array, previous_releases: Array) -> float:
    """100 % less the absolute change of releases, as a share of the previous plan; over the periods both plans have.

    Example:
        >>> plan_stability(np.array([[9.0], [10.0]]), np.array([[10.0], [10.0]]))
        95.0
    """
    return 100.0 - _percent(total(np.abs(releases - previous_releases)), total(previous_releases))


def utilisation(load: Array, available: Array) -> float:
    """Hours used as a share of the hours available, over all resources [percent].

    Example:
        >>> utilisation(np.array([[60.0, 30.0]]), np.array([[100.0, 20.0]]))
        75.0
    """
    return _percent(total(load), total(available))


def obsolete_value(value: Array, requirement: Array) -> float:
    """Value of stock at the end of the first period that nothing ahead asks for [money].

    Args:
        value: Inventory value at the end of each period, period x series [money].
        requirement: What is asked of the stock in each period, period x series [units].

    Example:
        >>> obsolete_value(np.array([[9.0, 4.0], [9.0, 0.0]]), np.array([[0.0, 2.0], [0.0, 2.0]]))
        9.0
    """
    idle = requirement.sum(axis=0) <= 0.0
    return total(np.where(idle, value[0], 0.0))


def margin(revenue: Array, cogs: Array) -> float:
    """Revenue less cost of goods sold [money].

    Example:
        >>> margin(np.array([100.0]), np.array([60.0]))
        40.0
    """
    return total(revenue) - total(cogs)


def return_on_stock(margin: Array, inventory_value: Array, *, periods_per_year: int = 12) -> float:
    """Yearly gross margin divided by mean inventory value [percent]: GMROI.

    Source: Chopra and Meindl, Supply Chain Management (gross margin return on inventory).

    Example:
        >>> return_on_stock(np.array([[5.0], [5.0]]), np.array([[20.0], [20.0]]))
        300.0
    """
    yearly = total(margin) / margin.shape[0] * periods_per_year
    return _percent(yearly, total(inventory_value) / inventory_value.shape[0])


def cash_to_cash(
    revenue: Array,
    cogs: Array,
    receivables: Array,
    payables: Array,
    inventory_value: Array,
    *,
    periods_per_year: int = 12,
) -> float:
    """Days of stock plus days of receivables less days of payables [days].

    Source: Farris and Hutchison 2002, Cash-to-cash; payables by cost of goods sold.

    Args:
        revenue: Revenue by period [money].
        cogs: Cost of goods sold by period [money].
        receivables: What customers owe at the end of each period [money].
        payables: What is owed to suppliers at the end of each period [money].
        inventory_value: Stock at cost at the end of each period [money].
        periods_per_year: How many periods make a year.

    Example:
        >>> one = np.array([[73.0]])
        >>> round(cash_to_cash(one, one, one, one / 2, one, periods_per_year=5))
        110
    """
    year = periods_per_year / revenue.shape[0]
    of_revenue = _ratio(365.0 * float(receivables.mean(axis=0).sum()), total(revenue) * year)
    of_cost = float((inventory_value.mean(axis=0).sum()) - payables.mean(axis=0).sum())
    return of_revenue + _ratio(365.0 * of_cost, total(cogs) * year)


def given(value: float) -> float:
    """A number that the records of the process give as it is.

    Example:
        >>> given(97.5)
        97.5
    """
    return value


def total(values: Array) -> float:
    """Sum of everything, period by period in order.

    Example:
        >>> total(np.array([[1.0, 2.0], [3.0, 4.0]]))
        10.0
    """
    return float(np.sum(values))


def _percent(part: float, whole: float) -> float:
    return 100.0 * _ratio(part, whole)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
