"""Past story: what the people of the demo company believed in the months before, each in their own way."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from steelyard.data.synthetic.family import CHANNELS, FAMILIES
from steelyard.data.synthetic.site import TERRITORIES
from steelyard.data.synthetic.story import StoryChange


def tell_past(as_of: date) -> tuple[StoryChange, ...]:
    """The judgements of one month of the past: sales hopes, marketing promotes, finance is careful.

    They turn through families and territories with the months, and are the same for every seed.

    Args:
        as_of: Last day of the history they were made on.

    Example:
        >>> [change.stream for change in tell_past(date(2026, 5, 31))]
        ['sales', 'sales', 'marketing', 'finance', '', '']
    """
    return tuple(_judgements(int(np.datetime64(as_of, "M").astype(np.int64)), as_of))


def _judgements(month: int, as_of: date) -> Iterator[StoryChange]:
    family, next_family, third = (FAMILIES[(month + n) % len(FAMILIES)].name for n in (0, 2, 3))
    territory = TERRITORIES[month % len(TERRITORIES)].name
    yield _belief(
        (6.0, 4.0, 9.0)[month % 3], {"product_family": family}, _ahead(as_of, 0, 2), "sam",
        "sales", "customer_information", "the chains talk of larger listings",
    )  # fmt: skip
    yield _belief(
        3.0, {"territory": territory}, _ahead(as_of, 1, 3), "sam", "sales", "market_intelligence",
        "dealers are in good spirits",
    )  # fmt: skip
    yield _belief(
        (10.0, 6.0)[month % 2], {"product_family": next_family}, _ahead(as_of, 0, 1), "petra",
        "marketing", "promotion", "campaign agreed with the shops",
    )  # fmt: skip
    yield _belief(
        -4.0, {"territory": TERRITORIES[(month + 1) % len(TERRITORIES)].name}, _ahead(as_of, 0, 5), "fiona", "finance",
        "management_decision", "careful until the order books say more",
    )  # fmt: skip
    yield _belief(
        (6.0, -7.0)[month % 2], {"product_family": third}, _ahead(as_of, 0, 2), "dana",
        "", "market_intelligence", "dealers told of their stock",
    )  # fmt: skip
    yield _belief(
        -2.0, {"channel": CHANNELS[month % len(CHANNELS)]}, _ahead(as_of, 0, 1), "dana", "", "correction",
        "customers were stocked up last month",
    )  # fmt: skip


def _belief(
    percent: float, scope: dict[str, str], periods: tuple[str, str], actor: str, stream: str, reason: str, note: str
) -> StoryChange:
    return StoryChange("consensus_demand", "percent", percent, scope, periods, actor, reason, note, stream=stream)


def _ahead(as_of: date, first: int, last: int) -> tuple[str, str]:
    """Labels of the months first and last of the horizon, counted from 0."""
    month = np.datetime64(as_of, "M")
    return str(month + 1 + first), str(month + 1 + last)
