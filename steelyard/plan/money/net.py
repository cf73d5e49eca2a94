"""Net: interest and tax of a version, as the accounts or the settings state them; unknown where neither does."""

from collections.abc import Mapping

import numpy as np

from steelyard.finance.net_income import income_tax, interest_on_debt
from steelyard.grid.block import Array
from steelyard.plan.inputs import money
from steelyard.plan.inputs.parameters import PlanParameters, optional_number
from steelyard.plan.money.actual import actual_conversion, extract_of
from steelyard.plan.money.ledger import LedgerLine, actual_ledger, planned_ledger
from steelyard.plan.money.version import MoneyVersion
from steelyard.plan.numbers import PlanNumbers

NEEDED: Mapping[str, tuple[str, ...]] = {"interest": ("debt", "interest_rate"), "tax": ("tax_rate",)}
"""Settings that a line needs."""


def unset_lines(parameters: PlanParameters) -> dict[str, str]:
    """Lines whose settings nobody has made, with what to set."""
    missing = {line: [name for name in names if not getattr(parameters, name)] for line, names in NEEDED.items()}
    found = {line: f"not set: give {' and '.join(names)} in the settings" for line, names in missing.items() if names}
    if found:
        found["profit_before_tax" if "interest" in found else "net_income"] = "not set: it needs the lines above"
        found["net_income"] = "not set: it needs the lines above"
    return found


def net_lines(
    plan: PlanNumbers, version: MoneyVersion, lines: Mapping[str, Array]
) -> tuple[dict[str, Array], dict[str, str]]:
    """Interest and tax by period [money]; NaN where neither account nor setting states them.

    What came true and what was budgeted is as the accounts state it, and as the settings do where they are silent. The
    plan goes by the settings, and by the budget where nothing is set.

    Args:
        plan: The plan.
        version: Which version.
        lines: Its lines down to depreciation.

    Returns:
        The lines, and where each comes from.
    """
    knobs, calendar = plan.inputs.parameters, version.calendar
    debt, rate, share = (optional_number(getattr(knobs, name)) for name in ("debt", "interest_rate", "tax_rate"))
    unknown = np.full(calendar.size, np.nan)
    charged = unknown if debt is None or rate is None else interest_on_debt(
        debt, rate, calendar.size, calendar.periods_per_year
    )  # fmt: skip
    interest, told = _either(plan, version, "interest", charged, f"{rate or 0:.2%} a year on debt of {debt or 0:,.0f}")
    spent = lines["lever_cost"] + lines["operating_expense"] + lines["depreciation"]
    profit = lines["gross_margin"] - spent - interest
    due = unknown if share is None else income_tax(profit, share)
    tax, said = _either(plan, version, "tax", due, f"{share or 0:.1%} of profit before tax")
    return {"interest": interest, "tax": tax}, {"interest": told, "tax": said}


def _either(plan: PlanNumbers, version: MoneyVersion, line: str, by_setting: Array, words: str) -> tuple[Array, str]:
    """What goes first for a version, and the other where it is silent."""
    ledger = _ledger(plan, version, line)
    plans = version.kind not in ("actual", "budget", "latest_estimate")
    first, then = (by_setting, ledger.values) if plans else (ledger.values, by_setting)
    values = np.where(np.isnan(first), then, first)
    sources = [(by_setting, f"settings: {words}"), (ledger.values, ledger.source)]
    told = [name for cells, name in (sources if plans else sources[::-1]) if np.isfinite(cells).any()]
    return values, ", then ".join(told) or f"not set: give {' and '.join(NEEDED[line])} in the settings"


def _ledger(plan: PlanNumbers, version: MoneyVersion, line: str) -> LedgerLine:
    extract, knobs = extract_of(plan), plan.inputs.parameters
    if version.kind == "actual":
        return actual_ledger(extract, version.calendar, actual_conversion(extract, knobs), line)
    order = (version.kind,) if version.kind in ("budget", "latest_estimate") else ("latest_estimate", "budget")
    return planned_ledger(extract, version.calendar, money.currency_conversion(extract, knobs), line, order)
