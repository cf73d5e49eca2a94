"""Lines: the income statement, the balance-sheet lines and the cash of a version, period by period."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from steelyard.finance.payment_term import open_invoices
from steelyard.finance.standard_cost import PARTS, CostParts
from steelyard.grid.block import Array
from steelyard.grid.calendar import Calendar
from steelyard.grid.series import Scope
from steelyard.plan.inputs import money
from steelyard.plan.money.actual import actual_conversion, actual_money, extract_of
from steelyard.plan.money.expected import budget_money, finance_forecast_money
from steelyard.plan.money.ledger import BALANCES, FLOWS, actual_ledger, expected_ledger, planned_ledger
from steelyard.plan.money.net import net_lines
from steelyard.plan.money.operating import last_year, operating_plan
from steelyard.plan.money.version import MoneyVersion, VersionKind, plan_money, rows_of, series_value
from steelyard.plan.numbers import PlanNumbers

WHOLE_STOCK = 0.9
"""Share of today's stock value that past counts have to know of, so that they speak for the company."""
Named = dict[str, Array]
_HALVES: tuple[VersionKind, VersionKind] = ("actual", "plan")
VERSIONS: tuple[VersionKind, ...] = (
    "plan", "operating_plan", "budget", "latest_estimate", "finance_forecast", "actual", "last_year",
)  # fmt: skip
"""Versions that a plan alone can show; the plan published last is another plan."""


@dataclass(frozen=True, eq=False)
class MoneyLines:
    """Lines of a version by period [money]; NaN where the version says nothing.

    Args:
        name: What people read.
        kind: Whose figures they are.
        calendar: The periods.
        values: Line -> money by period. Flows add up over time; balances stand at the end of the period.
        opening: Balance -> money before the first period.
        sources: Line -> where it comes from.
    """

    name: str
    kind: VersionKind
    calendar: Calendar
    values: Mapping[str, Array]
    opening: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def version_of(plan: PlanNumbers, kind: VersionKind) -> MoneyVersion:
    """A version of the money by series.

    Raises:
        PlanError: There is no such version.
    """
    match kind:
        case "actual":
            return actual_money(plan)
        case "budget" | "latest_estimate":
            return budget_money(plan, kind)
        case "finance_forecast":
            return finance_forecast_money(plan)
        case "operating_plan":
            return operating_plan(plan)
        case "last_year":
            return last_year(plan)
        case _:
            return plan_money(plan, kind=kind)


def lines_of(
    plan: PlanNumbers, kind: VersionKind = "plan", *, scope: Scope | None = None, whole: bool = True
) -> MoneyLines:
    """The lines of a version.

    Args:
        plan: The plan; for "last_plan" the one published last.
        kind: Which version.
        scope: Members by level; below contribution a part of the company has no lines.
        whole: False where the reader sees a part of the company, which has no lines below contribution either.

    Raises:
        PlanError: There is no such version.
        UnknownMember: There is no such level or member.
    """
    if kind == "last_year":
        return _a_year_on(lines_of(plan, "operating_plan", scope=scope, whole=whole), plan)
    if kind == "operating_plan":
        past, ahead = (lines_of(plan, part, scope=scope, whole=whole) for part in _HALVES)
        return _joined(past, ahead, plan)
    version = version_of(plan, kind)
    lines = _income(plan, version, scope or {})
    if scope or not whole:
        return MoneyLines(version.name, kind, version.calendar, lines, {}, _SOURCES)
    expenses, told = _expenses(plan, version)
    expenses["lever_cost"] = _lever_cost(plan, version)
    net, said = net_lines(plan, version, {**lines, **expenses})
    balances, opening = _balances(plan, version)
    return MoneyLines(
        version.name, kind, version.calendar, {**lines, **expenses, **net, **balances}, opening,
        {**_SOURCES, **told, **said},
    )  # fmt: skip


_SOURCES = {
    "gross_sales": "units shipped x list price; net price where no list price is known",
    "discounts": "list price less net price of what is shipped",
    "revenue": "units shipped x net price, in the period of shipment",
    "material": "standard cost of what is shipped, its share of material",
    "conversion": "its share of hours x rate",
    "overhead": "its share of overhead",
    "freight": "its share of freight",
    "lever_cost": "premiums, crews, freight and incentives of the levers that were taken",
    "contribution": "revenue less the part of standard cost that grows with volume",
    "inventory": "stock at the end of the period at standard cost",
    "receivables": "revenue that customers have not paid by their terms",
    "payables": "purchases that are not paid by the suppliers' terms",
}


def _income(plan: PlanNumbers, version: MoneyVersion, scope: Scope) -> Named:
    """From gross sales to contribution."""
    chosen = plan.series("revenue").select(scope)
    shares = _shares(plan)
    said = version.covered

    def total(values: Array, weight: Array | None = None) -> Array:
        part = values[:, chosen]
        return np.where(said, (part if weight is None else part * weight[chosen]).sum(axis=1), np.nan)

    revenue, discounts = total(version.revenue), total(version.discounts)
    cost = {part: total(version.cogs, getattr(shares, part)) for part in PARTS}
    cogs = total(version.cogs)
    return {
        "units": total(version.quantity),
        "gross_sales": revenue + discounts,
        "discounts": discounts,
        "revenue": revenue,
        **cost,
        "cogs": cogs,
        "gross_margin": revenue - cogs,
        "contribution": total(version.contribution),
    }


def _shares(plan: PlanNumbers) -> CostParts:
    """Parts of cost by demand series; all of it is material in a plan published before the parts were kept."""
    place = rows_of(plan).place_of_demand
    if "material_share" not in plan.values:
        whole, none = np.ones(place.size), np.zeros(place.size)
        return CostParts(whole, none, none, none)
    return CostParts(*(series_value(plan, f"{part}_share")[place] for part in PARTS))


def _lever_cost(plan: PlanNumbers, version: MoneyVersion) -> Array:
    """What levers cost in a plan; in every other version it stands in the accounts."""
    taken = version.kind in ("plan", "last_plan") and "lever_cost" in plan.measures
    spent = plan.totals("lever_cost")[1][:, 0] if taken else np.zeros(version.calendar.size)
    return np.where(version.covered, spent, np.nan)


def _expenses(plan: PlanNumbers, version: MoneyVersion) -> tuple[Named, dict[str, str]]:
    """Operating expense, depreciation and capital spending of a version."""
    extract, knobs = extract_of(plan), plan.inputs.parameters
    rates = money.currency_conversion(extract, knobs)
    found, told = {}, {}
    for line in FLOWS:
        match version.kind:
            case "actual":
                ledger = actual_ledger(extract, version.calendar, actual_conversion(extract, knobs), line)
            case "budget" | "latest_estimate":
                ledger = planned_ledger(extract, version.calendar, rates, line, (version.kind,))
            case _:
                order = ("latest_estimate", "budget")
                ledger = expected_ledger(extract, plan.history, version.calendar, rates, line, order)
        found[line], told[line] = ledger.values, ledger.source
    return found, told


def _balances(plan: PlanNumbers, version: MoneyVersion) -> tuple[Named, dict[str, float]]:
    """Inventory, receivables and payables; only the plan and what came true have them."""
    match version.kind:
        case "plan" | "last_plan":
            return _planned_balances(plan)
        case "actual":
            return _past_balances(plan, version)
        case _:
            nothing = np.full(version.calendar.size, np.nan)
            return {"inventory": nothing, "receivables": nothing, "payables": nothing, "purchases": nothing}, {}


def _planned_balances(plan: PlanNumbers) -> tuple[Named, dict[str, float]]:
    names = {"inventory": "inventory_value", "receivables": "receivables", "payables": "payables"}
    nothing = np.full(plan.horizon.size, np.nan)
    held = {
        line: plan.totals(measure)[1][:, 0] if measure in plan.measures else nothing for line, measure in names.items()
    }
    held["purchases"] = plan.totals("purchases")[1][:, 0] if "purchases" in plan.measures else nothing
    return held, opening_balances(plan)


def opening_balances(plan: PlanNumbers) -> dict[str, float]:
    """Inventory, receivables and payables on the day the plan begins [money]."""
    if "purchase_history" not in plan.values:
        return {}
    stock = float((series_value(plan, "opening_inventory") * series_value(plan, "standard_cost")[0]).sum())
    length = float(plan.horizon.days.mean())
    owed = _open_at_end(series_value(plan, "revenue_history"), series_value(plan, "customer_payment_days"), length)
    owing = _open_at_end(series_value(plan, "purchase_history"), series_value(plan, "supplier_payment_days"), length)
    return {"inventory": stock, "receivables": float(owed.sum()), "payables": float(owing.sum())}


def _open_at_end(past: Array, days: Array, length: float) -> Array:
    return np.asarray(open_invoices(past[-1:], days, past[:-1], length)[0], np.float64)


def _past_balances(plan: PlanNumbers, version: MoneyVersion) -> tuple[Named, dict[str, float]]:
    """As the ledger keeps them; where it does not, by counts of stock and terms of payment.

    NOTE: what is owed on the first days of the history stands on sales and purchases before it, which nobody knows; a
    balance begins when the longest terms of payment have passed.
    """
    extract, knobs = extract_of(plan), plan.inputs.parameters
    rates, length = actual_conversion(extract, knobs), float(plan.horizon.days.mean())
    none = np.zeros((0, version.revenue.shape[1]))
    allowed = series_value(plan, "customer_payment_days")
    owed = open_invoices(version.revenue, allowed, none, length).sum(axis=1)
    bought = series_value(plan, "purchase_history")
    without = np.zeros((0, bought.shape[1]))
    terms = series_value(plan, "supplier_payment_days")
    silent = np.full(version.calendar.size, np.nan)
    since = _since_known(bought, terms, length)
    owing = np.where(since, open_invoices(bought, terms, without, length).sum(axis=1), silent)
    reckoned = {
        "inventory": _counted_stock(plan),
        "receivables": np.where(_since_known(version.revenue, allowed, length), owed, silent),
        "payables": owing,
        "purchases": np.where(since, bought.sum(axis=1), silent),
    }
    for line, today in opening_balances(plan).items():
        reckoned[line] = np.append(reckoned[line][:-1], today)
    for line in BALANCES:
        kept = actual_ledger(extract, version.calendar, rates, line).values
        reckoned[line] = np.where(np.isfinite(kept), kept, reckoned.get(line, silent))
    return reckoned, {}


def _counted_stock(plan: PlanNumbers) -> Array:
    """Closing stock of each past period at the plan's standard cost; NaN where little of today's stock was counted."""
    table = extract_of(plan).tables["inventory_history"]
    periods = plan.inputs.plan_periods
    named = table.rename({"item_id": "item", "location_id": "location"})
    period = periods.locate_history(named["date"])
    placed = named.with_columns(pl.Series("t", period), pl.Series("row", rows_of(plan).find("item_location", named)))
    last = placed.filter((pl.col("t") >= 0) & (pl.col("row") >= 0)).sort("date", maintain_order=True)
    last = last.unique(["t", "row"], keep="last", maintain_order=True)
    cost = series_value(plan, "standard_cost")[0]
    today = series_value(plan, "opening_inventory") * cost
    if not last.height or today[last["row"].unique().to_numpy()].sum() < WHOLE_STOCK * today.sum():
        return np.full(plan.history.size, np.nan)
    worth = last["closing_qty"].cast(pl.Float64).to_numpy() * cost[last["row"].to_numpy()]
    sums = np.bincount(last["t"].to_numpy(), worth, plan.history.size)
    said = np.bincount(last["t"].to_numpy(), minlength=plan.history.size) > 0
    return np.where(said, sums, np.nan)


def _since_known(bought: Array, days: Array, length: float) -> Array:
    """Whether sales or purchases have been known for as long as they are waited for to be paid, by period."""
    known = np.flatnonzero(bought.any(axis=1))
    first = int(known[0]) + int(np.ceil(float(days.max()) / length)) if known.size else bought.shape[0]
    return np.asarray(np.arange(bought.shape[0]) >= first)


def _joined(past: MoneyLines, ahead: MoneyLines, plan: PlanNumbers) -> MoneyLines:
    names = [name for name in ahead.values if name in past.values]
    values = {name: np.concatenate([past.values[name], ahead.values[name]]) for name in names}
    return MoneyLines("Operating plan", "operating_plan", plan.calendar, values, past.opening, ahead.sources)


def _a_year_on(lines: MoneyLines, plan: PlanNumbers) -> MoneyLines:
    year = plan.calendar.periods_per_year
    moved = {
        name: np.concatenate([np.full(min(year, values.size), np.nan), values[:-year]])[: values.size]
        for name, values in lines.values.items()
    }
    return replace(lines, name="Last year", kind="last_year", values=moved, opening={})
