"""Target: the stock that each item-location shall keep, given or calculated."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.inventory.coverage import forward_demand
from steelyard.inventory.safety_stock import cycle_service_factor, safety_stock


def target_safety_stock(
    forecast_error: Array,
    independent_demand: Array,
    lead_time_days: Array,
    lead_time_std_days: Array,
    days_per_period: float,
    service_level: Array,
    given_safety_stock: Array,
) -> Array:
    """Safety stock by period: what the company states, else what forecast error and lead time ask for.

        sigma        = sqrt((lead time + review) x error^2 + demand^2 x lead time deviation^2)
        safety stock = service factor x sigma, rounded to whole units above 10

    Stock is reviewed once a period. Without demand and error there is nothing to guard.

    Args:
        forecast_error: Standard deviation of the one-period forecast error, by series [units].
        independent_demand: Demand of customers, period x series [units].
        lead_time_days: Mean lead time, by series [days].
        lead_time_std_days: Standard deviation of the lead time, by series [days].
        days_per_period: Mean length of a period [days].
        service_level: Chance of no shortage in a replenishment cycle, by series.
        given_safety_stock: Stated safety stock, by series [units]; NaN where it is to be calculated.

    Returns:
        Units, period x series.
    """
    calculated = safety_stock(
        forecast_error,
        forward_demand(independent_demand),
        lead_time_days / days_per_period,
        lead_time_std_days / days_per_period,
        np.ones_like(lead_time_days),
        cycle_service_factor(service_level),
    )
    wanted = np.where(np.isnan(given_safety_stock), calculated, given_safety_stock)
    return np.where(wanted >= 10, np.ceil(wanted - 1e-6), np.round(wanted, 3))
