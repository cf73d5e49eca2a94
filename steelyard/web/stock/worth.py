"""Worth: who may see what stock is worth, and what the others get instead of it."""

import polars as pl

from steelyard.errors import NotAllowed
from steelyard.web.accounts.sight import sees_money

MONEY = ("money", "stock_value")
"""Columns of the inventory review that are money."""


def sees_worth() -> bool:
    """Whether the person sees what stock is worth and what shortages lose: all kinds of money."""
    return sees_money("cost") and sees_money("sales")


def require_worth() -> None:
    """Refuse who does not see all money: what stock is worth is made of it.

    Raises:
        NotAllowed: The role of the person does not see it.
    """
    if not sees_worth():
        raise NotAllowed(
            "Stock is weighed by money here, which your role does not see",
            mend="look at units in the inventory review, or ask a supply planner",
        )


def without_money(frame: pl.DataFrame) -> pl.DataFrame:
    """A table of the review with its columns of money emptied."""
    return frame.with_columns(pl.lit(None, pl.Float64).alias(name) for name in MONEY if name in frame.columns)
