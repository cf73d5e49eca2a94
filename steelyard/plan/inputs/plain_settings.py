"""Plain settings: the settings of the model that calculations read by their name."""

from steelyard.grid.calendar import Calendar
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.counting import counting
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.supply_terms import supply_prices


def plain_settings(parameters: PlanParameters, horizon: Calendar) -> dict[str, Value]:
    """What calculations read as it is set, by name of the input."""
    return {
        "days_per_period": float(horizon.days.mean()),
        "holding_rate": parameters.holding_rate / horizon.periods_per_year,
        "seasonal_safety_stock": parameters.seasonal_safety_stock,
        "error_window": parameters.error_window,
        "error_smoothing": parameters.error_smoothing,
        "multi_echelon": parameters.multi_echelon,
        "season": horizon.periods_per_year,
        "forecast_level": parameters.forecast_level,
        "forecast_mode": parameters.forecast_mode,
        "reconciliation": parameters.reconciliation,
        "extra_methods": parameters.extra_methods,
        "split_periods": parameters.split_periods,
        "allocation_rule": parameters.allocation_rule,
        "finite_capacity": parameters.finite_capacity,
        "supply_engine": parameters.supply_engine,
        "supply_goal": parameters.supply_goal,
        "supply_ranking": parameters.supply_ranking,
        "overtime_by_priority": parameters.overtime_by_priority,
        "whole_lots": parameters.whole_lots,
        "supply_prices": supply_prices(parameters),
        "supply_counting": counting(parameters, horizon),
        "adi_cut": parameters.adi_cut,
        "rebase_level_shifts": parameters.rebase_level_shifts,
        "netting_backward": parameters.netting_backward,
        "netting_forward": parameters.netting_forward,
    }
