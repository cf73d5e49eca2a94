"""Statement: income, balance-sheet lines and cash by month, quarter or year, several versions side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.finance.cash import cash_cycle
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.series import Scope
from steelyard.plan.money.lines import MoneyLines, lines_of
from steelyard.plan.money.net import unset_lines
from steelyard.plan.money.version import VersionKind
from steelyard.plan.numbers import Periods, PlanNumbers, span_of

Time = Literal["period", "month", "quarter", "year", "fiscal_year", "all"]
Role = Literal["line", "total", "share", "balance"]


@dataclass(frozen=True)
class LineKind:
    """A line of the statement, as it is declared."""

    key: str
    label: str
    role: Role
    part: str
    """income, balance or cash."""
    meaning: str


LINES: tuple[LineKind, ...] = (
    LineKind("gross_sales", "Gross sales", "line", "income", "Units shipped at list price."),
    LineKind("discounts", "Discounts", "line", "income", "List price less net price of what is shipped."),
    LineKind("revenue", "Revenue", "total", "income", "Gross sales less discounts, on shipment."),
    LineKind("material", "Material", "line", "income", "Material in the standard cost of what is shipped."),
    LineKind("conversion", "Conversion", "line", "income", "Hours x rate in it."),
    LineKind("overhead", "Overhead", "line", "income", "Overhead in it."),
    LineKind("freight", "Freight", "line", "income", "Freight in it."),
    LineKind("cogs", "Cost of goods sold", "line", "income", "Standard cost of what is shipped."),
    LineKind("gross_margin", "Gross margin", "total", "income", "Revenue less cost of goods sold."),
    LineKind("gross_margin_percent", "Gross margin %", "share", "income", "Gross margin as a share of revenue."),
    LineKind("contribution", "Contribution", "line", "income", "Revenue less variable cost; a memo line."),
    LineKind("lever_cost", "Cost of levers", "line", "income", "What levers cost beside standard cost."),
    LineKind("operating_expense", "Operating expense", "line", "income", "Selling, administration and the like."),
    LineKind("depreciation", "Depreciation", "line", "income", "Depreciation and amortisation."),
    LineKind("operating_profit", "Operating profit", "total", "income", "Gross margin less the lines above."),
    LineKind("operating_profit_percent", "Operating profit %", "share", "income", "As a share of revenue."),
    LineKind("interest", "Interest", "line", "income", "Interest on money borrowed."),
    LineKind("profit_before_tax", "Profit before tax", "total", "income", "Operating profit less interest."),
    LineKind("tax", "Tax", "line", "income", "Tax on profit before tax; a loss takes tax back."),
    LineKind("net_income", "Net income", "total", "income", "Profit before tax less tax."),
    LineKind("inventory", "Inventory", "balance", "balance", "Stock at standard cost, at the end."),
    LineKind("receivables", "Receivables", "balance", "balance", "What customers owe, at the end."),
    LineKind("payables", "Payables", "balance", "balance", "What suppliers are owed, at the end."),
    LineKind("working_capital", "Working capital", "balance", "balance", "Inventory + receivables - payables."),
    LineKind("cash_to_cash", "Cash-to-cash [days]", "balance", "balance", "Days that money is bound."),
    LineKind("customer_receipts", "Received from customers", "line", "cash", "Revenue less the rise of receivables."),
    LineKind("supplier_payments", "Paid to suppliers", "line", "cash", "Purchases less the rise of payables."),
    LineKind("working_capital_change", "Rise of working capital", "line", "cash", "What growth binds."),
    LineKind("capex", "Capital spending", "line", "cash", "Spending on plant and equipment."),
    LineKind("interest_and_tax", "Interest and tax paid", "line", "cash", "In their own period, where they are set."),
    LineKind("cash_flow", "Cash flow", "total", "cash", "Operating profit + depreciation - rise of working capital "
             "- capital spending - interest and tax paid."),
)  # fmt: skip
"""The statement from top to bottom."""
_FLOWS = (
    "units", "gross_sales", "discounts", "revenue", "material", "conversion", "overhead", "freight", "cogs",
    "gross_margin", "contribution", "lever_cost", "operating_expense", "depreciation", "capex", "purchases", "interest",
    "tax",
)  # fmt: skip
_HELD = ("inventory", "receivables", "payables")


@dataclass(frozen=True, eq=False)
class StatementColumn:
    """One version over one period of the statement."""

    version: VersionKind
    name: str
    period: str
    values: dict[str, float | None]
    """Line -> money; None where the version says nothing about all of the period."""


@dataclass(frozen=True, eq=False)
class Statement:
    """Versions side by side over some periods."""

    periods: tuple[str, ...]
    versions: tuple[tuple[VersionKind, str], ...]
    columns: tuple[StatementColumn, ...]
    lines: tuple[LineKind, ...]
    sources: dict[str, str]
    """Line -> where it comes from."""
    missing: dict[VersionKind, str]
    """Versions that were asked for and are not there, with the reason."""
    short: dict[str, str]
    """Quarters and years of which the calendar holds only a part -> how much, in words."""
    unset: dict[str, str] = field(default_factory=dict)
    """Lines that no account and no setting states -> what to set."""

    def value(self, version: VersionKind, period: str, line: str) -> float | None:
        """One number; None where there is none."""
        found = [c for c in self.columns if c.version == version and c.period == period]
        return found[0].values.get(line) if found else None

    def frame(self) -> pl.DataFrame:
        """One row a line and version, one column a period."""
        rows = [
            {"line": line.key, "label": line.label, "version": name,
             **{period: self.value(version, period, line.key) for period in self.periods}}
            for line in self.lines
            for version, name in self.versions
        ]  # fmt: skip
        kinds = {"line": pl.String, "label": pl.String, "version": pl.String}
        return pl.DataFrame(rows, schema=kinds | dict.fromkeys(self.periods, pl.Float64))


def make_statement(
    plan: PlanNumbers,
    versions: Sequence[VersionKind] = ("plan", "budget"),
    *,
    time: Time = "quarter",
    scope: Scope | None = None,
    periods: Periods = None,
    last_plan: PlanNumbers | None = None,
    whole: bool = True,
) -> Statement:
    """Put versions of the statement side by side.

    A version that is not there, such as a budget nobody has imported, is left out and named with its reason. A quarter
    or year of which a version knows only some periods is left empty for it, except where the calendar itself ends.

    Args:
        plan: The plan.
        versions: Which versions, in this order.
        time: By period, month, quarter, year, fiscal year, or all.
        scope: Members by level; a part of the company has lines down to contribution.
        periods: A period, a first and last period, or all of the plan's calendar that a version covers.
        last_plan: The plan published last, for the version "last_plan".
        whole: False for a reader who sees a part of the company; the lines then end at contribution.

    Raises:
        UnknownPeriod: The calendar has no such period or time level.
        UnknownMember: There is no such level or member.
    """
    found: list[MoneyLines] = []
    missing: dict[VersionKind, str] = {}
    for kind in versions:
        if kind == "last_plan" and last_plan is None:
            missing[kind] = "No plan has been published yet"
            continue
        try:
            source = last_plan if kind == "last_plan" and last_plan is not None else plan
            found.append(lines_of(source, kind, scope=scope, whole=whole))
        except PlanError as fault:
            missing[kind] = str(fault)
    calendar = _calendar_of(plan, found, periods)
    names, groups = calendar.members(time)
    columns = tuple(c for lines in found for c in _columns(lines, calendar, names, groups))
    shown = tuple(line for line in LINES if (whole and not scope) or line.key in _SCOPED)
    sources = {line: text for lines in reversed(found) for line, text in lines.sources.items()}
    heads = tuple((lines.kind, lines.name) for lines in found)
    short, unset = _short(calendar, names, groups, time), unset_lines(plan.inputs.parameters)
    known = {line for column in columns for line in unset if column.values.get(line) is not None}
    left = {line: told for line, told in unset.items() if line not in known}
    return Statement(names, heads, columns, shown, sources, missing, short, left)


_SCOPED = frozenset(
    {"gross_sales", "discounts", "revenue", "material", "conversion", "overhead", "freight", "cogs", "gross_margin",
     "gross_margin_percent", "contribution"}
)  # fmt: skip


def _calendar_of(plan: PlanNumbers, found: Sequence[MoneyLines], periods: Periods) -> Calendar:
    """The periods asked for; without any, the fiscal years that the horizon touches, or the horizon alone."""
    whole = plan.calendar
    if periods is not None:
        window = span_of(whole, periods)
        return whole.window(window.start, window.stop)
    reaches_back = any(lines.kind in ("actual", "operating_plan", "last_year") for lines in found)
    first = plan.history.size
    if reaches_back:
        years = whole.levels.get("fiscal_year", whole.labels)
        first = years.index(years[min(first, whole.size - 1)])
    return whole.window(first, whole.size)


def _short(calendar: Calendar, names: tuple[str, ...], groups: IntArray, time: Time) -> dict[str, str]:
    whole = {"quarter": calendar.periods_per_year // 4, "year": calendar.periods_per_year}
    length = whole.get(time.removeprefix("fiscal_"), 0)
    counts = np.bincount(groups, minlength=len(names)).tolist()
    return {name: f"{count} of {length} periods" for name, count in zip(names, counts, strict=True) if count < length}


def _columns(lines: MoneyLines, calendar: Calendar, names: tuple[str, ...], groups: IntArray) -> list[StatementColumn]:
    own = {label: t for t, label in enumerate(lines.calendar.labels)}
    at = np.array([own.get(label, -1) for label in calendar.labels])
    series = {name: _aligned(values, at) for name, values in lines.values.items()}
    before = {name: _before(lines, name, at) for name in _HELD if name in series}
    days = calendar.days
    columns = []
    for group, name in enumerate(names):
        inside = np.flatnonzero(groups == group)
        values = {line: _sum(series[line][inside]) for line in _FLOWS if line in series}
        held = {line: _number(series[line][inside[-1]]) for line in _HELD if line in series}
        opening = {line: _number(before[line][inside[0]]) for line in before}
        columns.append(
            StatementColumn(lines.kind, lines.name, name, _finished(values, held, opening, float(days[inside].sum())))
        )
    return columns


def _aligned(values: Array, at: IntArray) -> Array:
    return np.where(at >= 0, values[np.maximum(at, 0)], np.nan)


def _before(lines: MoneyLines, name: str, at: IntArray) -> Array:
    """The balance at the beginning of each period: that of the end of the one before, or the opening one."""
    values = np.concatenate([[lines.opening.get(name, np.nan)], lines.values[name][:-1]])
    return np.where(at >= 0, values[np.maximum(at, 0)], np.nan)


def _sum(values: Array) -> float | None:
    return None if np.isnan(values).any() else float(values.sum())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


Values = dict[str, float | None]


def _finished(values: Values, held: Values, opening: Values, days: float) -> Values:
    """The lines that follow from others; None wherever one of them is."""
    out = {**values, **held}
    revenue, margin = out.get("revenue"), out.get("gross_margin")
    out["gross_margin_percent"] = _ratio(margin, revenue)
    kept = _less(margin, out.get("lever_cost"))
    out["operating_profit"] = _less(_less(kept, out.get("operating_expense")), out.get("depreciation"))
    out["operating_profit_percent"] = _ratio(out["operating_profit"], revenue)
    out["working_capital"] = _capital(held)
    out["cash_to_cash"] = _cycle(out, days)
    rise = _less(out["working_capital"], _capital(opening))
    out["working_capital_change"] = rise
    out["customer_receipts"] = _less(revenue, _less(held.get("receivables"), opening.get("receivables")))
    out["supplier_payments"] = _less(out.get("purchases"), _less(held.get("payables"), opening.get("payables")))
    out["profit_before_tax"] = _less(out["operating_profit"], out.get("interest"))
    out["net_income"] = _less(out["profit_before_tax"], out.get("tax"))
    paid = None if out["operating_profit"] is None else (out.get("interest") or 0.0) + (out.get("tax") or 0.0)
    out["interest_and_tax"] = paid
    earned = _plus(out["operating_profit"], out.get("depreciation"))
    out["cash_flow"] = _less(_less(_less(earned, rise), out.get("capex")), paid)
    return out


def _capital(balances: Values) -> float | None:
    return _less(_plus(balances.get("inventory"), balances.get("receivables")), balances.get("payables"))


def _plus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _ratio(a: float | None, b: float | None) -> float | None:
    return None if a is None or not b else a / b


def _cycle(values: Values, days: float) -> float | None:
    names = ("revenue", "cogs", "inventory", "receivables", "payables")
    known = [values.get(name) for name in names]
    if any(value is None for value in known) or not values["revenue"] or not values["cogs"]:
        return None
    given = {name: float(values[name] or 0.0) for name in names}
    return float(cash_cycle(**given, days=days).cash_to_cash_days)
