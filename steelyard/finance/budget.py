"""Budget: from sales to production, purchases, labour and cash, period by period.

Every schedule follows the same rule: what leaves, plus what shall be left, less what was there.
"""

from typing import Literal, NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array

Base = Literal["next_need", "own_need"]


class StockSchedule(NamedTuple):
    """What comes in and what is left, by period [units]."""

    need: Array
    """What leaves: sales, or what production uses."""
    ending: Array
    """What shall be left at the end."""
    opening: Array
    """What was there at the beginning."""
    received: Array
    """need + ending - opening: what must be made or bought."""


def stock_schedule(
    need: Array, *, ending_share: float = 0.0, opening: float | None = None, following_need: float | None = None,
    ending: Array | float | None = None, last_ending: float | None = None, base: Base = "next_need",
    buffer: float = 0.0,
) -> StockSchedule:  # fmt: skip
    """A production or purchases budget.

        ending[t]   = buffer + ending share x need[t + 1]
        received[t] = need[t] + ending[t] - opening[t]

    Args:
        need: What leaves by period: sales of a product, or use of a material [units].
        ending_share: Share of the next period's need (of the own with `base="own_need"`) that shall be left.
        opening: Stock before the first period; by default what the rule would have left.
        following_need: Need of the period after the last.
        ending: The stock to be left, instead of the rule, by period or the same for all.
        last_ending: The stock to be left at the very end, instead of the rule.
        base: Whose need the share is taken of.
        buffer: Stock to be left whatever the need [units].

    Raises:
        ModelError: The rule needs what follows the last period, and nothing states it.

    Source: Garrison, Noreen & Brewer, Managerial Accounting, chapter on master budgeting.

    Example:
        >>> sales = np.array([10000.0, 30000.0, 40000.0, 20000.0])
        >>> stock_schedule(sales, ending_share=0.2, opening=2000, following_need=15000).received.tolist()
        [14000.0, 32000.0, 36000.0, 19000.0]
    """
    left = _endings(need, ending_share, following_need, ending, last_ending, base, buffer)
    first = opening if opening is not None else buffer + ending_share * float(need[0])
    before = np.concatenate([[first], left[:-1]])
    return StockSchedule(need, left, before, need + left - before)


def _endings(
    need: Array, share: float, following: float | None, ending: Array | float | None, last: float | None, base: Base,
    buffer: float,
) -> Array:  # fmt: skip
    if ending is not None:
        left = np.array(np.broadcast_to(np.asarray(ending, np.float64), need.shape))
    elif base == "own_need":
        left = buffer + share * need
    elif following is None and last is None and share > 0:
        raise ModelError("Nothing says what the last period shall leave", mend="give following_need or last_ending")
    else:
        left = buffer + share * np.append(need[1:], following or 0.0)
    if last is not None:
        left[-1] = last
    return np.asarray(left, np.float64)


class Labour(NamedTuple):
    """Direct labour by period."""

    hours: Array
    """Hours that production needs."""
    paid_hours: Array
    """Hours paid at the usual rate: at least those guaranteed."""
    overtime_hours: Array
    """Hours above what the workforce has."""
    cost: Array
    """Wages [money]."""


def labour_budget(
    production: Array, hours_per_unit: float, rate: float, *, guaranteed_hours: Array | float = 0.0,
    regular_hours: Array | float = np.inf, overtime_rate: float = 0.0,
) -> Labour:  # fmt: skip
    """Hours and wages of production.

    Args:
        production: Units made by period.
        hours_per_unit: Hours of direct labour in a unit.
        rate: Money an hour.
        guaranteed_hours: Hours paid even where there is no work for them.
        regular_hours: Hours above which overtime is paid.
        overtime_rate: Money an hour of overtime.

    Example:
        >>> labour_budget(np.array([14000.0, 32000.0]), 0.4, 15.0).cost.tolist()
        [84000.0, 192000.0]
    """
    hours = production * hours_per_unit
    over = np.maximum(hours - regular_hours, 0.0)
    paid = np.maximum(hours - over, guaranteed_hours)
    return Labour(hours, paid, over, paid * rate + over * overtime_rate)


class Overhead(NamedTuple):
    """Overhead by period [money]."""

    total: Array
    """Variable and fixed overhead."""
    cash: Array
    """Overhead that is paid: all but depreciation."""
    rate: float
    """Overhead for each unit of the basis over all periods [money]."""


def overhead_budget(
    basis: Array, variable_rate: float, fixed: Array | float, *, depreciation: Array | float = 0.0
) -> Overhead:
    """Overhead that grows with a basis, such as labour hours or units sold, and a fixed part.

    Example:
        >>> overhead_budget(np.array([5600.0, 12800.0]), 4.0, 60600.0, depreciation=15000.0).cash.tolist()
        [68000.0, 96800.0]
    """
    total = variable_rate * basis + fixed
    return Overhead(total, total - depreciation, float(total.sum() / basis.sum()) if basis.sum() else np.nan)


class CashBudget(NamedTuple):
    """Cash by period [money]."""

    opening: Array
    excess: Array
    """Opening plus receipts less disbursements, before financing."""
    borrowed: Array
    repaid: Array
    interest: Array
    ending: Array
    debt: Array
    """Loan outstanding at the end."""


def cash_budget(
    receipts: Array,
    disbursements: Array,
    *,
    opening: float,
    minimum: float = 0.0,
    interest_rate: float = 0.0,
    increment: float = 0.0,
    opening_debt: float = 0.0,
    borrow_at: Literal["start", "end"] = "start",
    interest_on: Literal["repaid", "outstanding"] = "repaid",
    repay_at: Literal["when_possible", "last"] = "when_possible",
) -> CashBudget:
    """Cash with a credit line: borrow up to a minimum balance, repay when there is more.

    Args:
        receipts: Cash that comes in by period.
        disbursements: Cash that goes out by period.
        opening: Cash before the first period.
        minimum: Cash to keep at least.
        interest_rate: Interest of one period.
        increment: Loans and repayments are whole multiples of this; 0 for any amount.
        opening_debt: Loan before the first period, free of interest until then.
        borrow_at: Whether a loan is drawn at the start of the period, so that it bears interest in it, or at its end.
        interest_on: Whether interest is paid on what is repaid, for the time it was borrowed, or each period on all.
        repay_at: Whether loans are repaid as soon as cash allows, or all in the last period.

    Source: Garrison, Noreen & Brewer, Managerial Accounting, cash budget.

    Example:
        >>> budget = cash_budget(np.array([230000.0, 480000.0, 740000.0, 520000.0]),
        ...     np.array([362500.0, 471300.0, 535050.0, 381350.0]), opening=42500, minimum=30000, interest_rate=0.03,
        ...     increment=10000, repay_at="last")
        >>> budget.borrowed.tolist(), budget.interest.tolist(), budget.ending.tolist()
        ([120000.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 14400.0], [30000.0, 38700.0, 243650.0, 247900.0])
    """
    line = _CreditLine(minimum, interest_rate, increment, borrow_at, interest_on)
    rows = []
    cash, loans = opening, [[opening_debt, 0.0]] if opening_debt > 0 else []
    for t in range(receipts.size):
        excess = cash + float(receipts[t]) - float(disbursements[t])
        may_repay = repay_at == "when_possible" or t == receipts.size - 1
        borrowed, repaid, interest = line.settle(excess, loans, may_repay=may_repay)
        ending = excess + borrowed - repaid - interest
        rows.append((cash, excess, borrowed, repaid, interest, ending, sum(amount for amount, _ in loans)))
        cash = ending
    return CashBudget(*(np.array(column, np.float64) for column in zip(*rows, strict=True)))


class _CreditLine:
    """Loans, each an amount and the interest it has gathered, oldest first."""

    def __init__(self, minimum: float, rate: float, increment: float, borrow_at: str, interest_on: str) -> None:
        self._minimum, self._rate, self._increment = minimum, rate, increment
        self._at_start, self._on_repaid = borrow_at == "start", interest_on == "repaid"

    def settle(self, excess: float, loans: list[list[float]], *, may_repay: bool) -> tuple[float, float, float]:
        """Gather interest, then borrow or repay; returns what is borrowed, repaid and paid as interest."""
        for loan in loans:
            loan[1] += loan[0] * self._rate
        due = 0.0 if self._on_repaid else sum(loan[1] for loan in loans)
        for loan in loans:
            loan[1] = loan[1] if self._on_repaid else 0.0
        short = self._minimum - (excess - due)
        if short > 1e-9:
            return self._borrow(short, loans, due), 0.0, due
        repaid, interest = self._repay(-short, loans) if may_repay else (0.0, 0.0)
        return 0.0, repaid, due + interest

    def _borrow(self, short: float, loans: list[list[float]], due: float) -> float:
        amount = float(np.ceil(short / self._increment - 1e-9) * self._increment) if self._increment else short
        loans.append([amount, amount * self._rate if self._at_start and self._on_repaid else 0.0])
        return amount

    def _repay(self, spare: float, loans: list[list[float]]) -> tuple[float, float]:
        repaid, interest = 0.0, 0.0
        for loan in loans:
            factor = 1.0 + loan[1] / loan[0]
            amount = min(loan[0], spare / factor)
            if self._increment and amount < loan[0]:
                amount = float(np.floor(amount / self._increment + 1e-9) * self._increment)
            paid = loan[1] * amount / loan[0]
            loan[1] -= paid
            loan[0] -= amount
            spare, repaid, interest = spare - amount - paid, repaid + amount, interest + paid
        loans[:] = [loan for loan in loans if loan[0] > 1e-9]
        return repaid, interest
