"""Threshold: how far figures may differ before a check speaks; the company sets each one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from steelyard.errors import DataError


def _within(unit: str, low: float, high: float) -> dict[str, object]:
    return {"unit": unit, "low": low, "high": high}


@dataclass(frozen=True)
class Thresholds:
    """How far figures may differ before a check speaks, each with its unit and range."""

    horizon_periods: int = field(default=18, metadata=_within("periods", 1, 260))
    """Periods ahead that capacity, budget and rates are expected to cover."""
    ledger_difference: float = field(default=0.02, metadata=_within("share", 0, 10))
    """Most that revenue of the ledger may differ from sales over the whole history."""
    ledger_period_difference: float = field(default=0.10, metadata=_within("share", 0, 10))
    """Most that revenue of the ledger may differ from sales in one period."""
    budget_level_difference: float = field(default=0.01, metadata=_within("share", 0, 10))
    """Most that the sums of a budget on two levels may differ in one period."""
    rate_triangle_difference: float = field(default=0.01, metadata=_within("share", 0, 10))
    """Most that a rate may differ from the same rate by way of the base currency."""
    rate_gap_days: int = field(default=45, metadata=_within("days", 1, 3660))
    """Days after which the next rate of a currency must have come."""
    unit_round_trip_difference: float = field(default=0.001, metadata=_within("share", 0, 1))
    """Most that a conversion there and back, or by way of a third unit, may differ."""
    successor_gap_days: int = field(default=92, metadata=_within("days", 0, 3660))
    """Days that a successor may start before or after the end of its predecessor."""
    overdue_days: int = field(default=0, metadata=_within("days", 0, 3660))
    """Days that an open order may be late before it is called overdue."""
    stock_difference: float = field(default=0.001, metadata=_within("units", 0, 1e12))
    """Most that closing stock may differ from opening stock plus receipts less issues."""
    split_difference: float = field(default=0.001, metadata=_within("share", 0, 1))
    """Most that the split ratios of the sources of an item may sum beside 1."""
    amount_difference: float = field(default=0.02, metadata=_within("share", 0, 10))
    """Most that an amount may differ from quantity x price x (1 - discount)."""
    resource_load: float = field(default=1.5, metadata=_within("ratio", 0.1, 100))
    """Mean load of a resource by the sales of the last year, beyond which its capacity figure is doubted."""
    table_jump: float = field(default=0.3, metadata=_within("share", 0, 1000))
    """Change of rows, quantity or money of a table since the last extract that is asked about."""
    price_jump: float = field(default=0.2, metadata=_within("share", 0, 1000))
    """Change of an item's price or cost since the last extract that is asked about."""
    doubled_month: float = field(default=1.4, metadata=_within("ratio", 1, 100))
    """A month counts as doubled with this many times the lines of the typical month around it."""
    empty_month: float = field(default=0.02, metadata=_within("share", 0, 1))
    """A month counts as empty with less than this share of the lines of the typical month around it."""
    least_lines: int = field(default=20, metadata=_within("lines", 1, 1_000_000))
    """Months, and orders of several lines, are judged only if there are this many."""
    repeated_amounts: float = field(default=0.8, metadata=_within("share", 0, 1))
    """Share of the orders from which on amounts are taken for those of the order, not of the line."""
    history_days: int = field(default=730, metadata=_within("days", 0, 36_600))
    """Least length of the history; a season is learned from two years."""
    silent_days: int = field(default=31, metadata=_within("days", 0, 3660))
    """Days that may lie between the last sale and the as-of date."""
    ended_item_days: int = field(default=365, metadata=_within("days", 0, 3660))
    """Days after its end from which on an item should sell no more."""
    large_override: float = field(default=0.2, metadata=_within("share", 0, 1000))
    """Share of the demand from which on an override counts as large."""

    tracking_signal: float = field(default=4.0, metadata=_within("mean errors", 1, 1000))
    """Running sum of forecast errors, in mean absolute errors, beyond which a forecast is called biased."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            low, high, value = entry.metadata["low"], entry.metadata["high"], getattr(self, entry.name)
            if not low <= value <= high:
                mend = f"use a value from {low:g} to {high:g} {entry.metadata['unit']}"
                raise DataError(f"The threshold {entry.name} is {value:g}", where="thresholds", mend=mend)

    def with_values(self, values: Mapping[str, object], where: str) -> "Thresholds":
        """The same thresholds with some of them set.

        Args:
            values: Value by name.
            where: Place shown in messages.

        Raises:
            DataError: There is no such threshold, or its value is no number or out of range.

        Example:
            >>> Thresholds().with_values({"overdue_days": 5}, "steelyard.toml").overdue_days
            5
        """
        kinds = {entry.name: type(entry.default) for entry in fields(self)}
        try:
            known: dict[str, Any] = {name: _value(kinds, name, value, where) for name, value in values.items()}
            return replace(self, **known)
        except DataError as fault:
            raise DataError(fault.what, where=where, mend=fault.mend) from fault


def _value(kinds: Mapping[str, type], name: str, value: object, where: str) -> float:
    if name not in kinds:
        near = get_close_matches(name, kinds, 1)
        mend = f"use {near[0] if near else 'one of ' + ', '.join(kinds)}"
        raise DataError(f"There is no threshold {name!r}", where=where, mend=mend)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"The threshold {name} is {value!r}", where=where, mend="write a number")
    if kinds[name] is int and value != int(value):
        raise DataError(f"The threshold {name} is {value!r}", where=where, mend="write a whole number")
    return int(value) if kinds[name] is int else float(value)


STANDARD = Thresholds()
"""Thresholds where the company sets none."""
