"""Promotion: past and coming campaigns of a family in a channel, and what they do to demand."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import CHANNELS, FAMILIES
from steelyard.data.synthetic.shape import Floats, Ints, Shape, Texts, first_day, numbered

PER_YEAR = 7
ANNOUNCED_MONTHS = 12
PULL_FORWARD = 0.15
"""Share of the uplift that is missing in the month after."""
_KINDS = ("price cut", "bundle", "trade fair", "cashback")


@dataclass(frozen=True)
class Promotions:
    """Campaigns as arrays of one length, in order of time."""

    promotion_id: Texts
    month: Ints
    family: Ints
    channel: Ints
    discount: Floats
    uplift: Floats
    """Rise of demand in the month as a share of normal demand."""
    kind: Ints


def make_promotions(shape: Shape) -> Promotions:
    """Invent campaigns for the first three families; those of the next twelve months are announced already."""
    chance = shape.stream("promotion")
    months = shape.history_months + min(ANNOUNCED_MONTHS, shape.horizon_months)
    count = PER_YEAR * months // 12
    slots = np.sort(chance.choice(months * 3, size=count, replace=False))
    discount = chance.choice([0.10, 0.15, 0.20, 0.25], size=count)
    return Promotions(
        promotion_id=numbered("PR", count, first=1, width=3),
        month=slots // 3,
        family=slots % 3,
        channel=chance.choice(3, size=count, p=[0.5, 0.2, 0.3]),
        discount=discount,
        uplift=(discount * chance.uniform(1.6, 3.0, count)).round(2),
        kind=chance.integers(4, size=count),
    )


def demand_factor(shape: Shape, promotions: Promotions) -> Floats:
    """What campaigns do to demand: factor by month x family x channel, with the dip of the month after."""
    factor = np.ones((shape.months.size + 1, len(FAMILIES), len(CHANNELS)))
    np.add.at(factor, (promotions.month, promotions.family, promotions.channel), promotions.uplift)
    after = (promotions.month + 1, promotions.family, promotions.channel)
    np.add.at(factor, after, -PULL_FORWARD * promotions.uplift)
    return factor[:-1]


def discount_table(shape: Shape, promotions: Promotions) -> tuple[Floats, Ints]:
    """Discount and number of the campaign (-1 none) by month x family x channel."""
    size = (shape.months.size, len(FAMILIES), len(CHANNELS))
    discount, number = np.zeros(size), np.full(size, -1)
    place = (promotions.month, promotions.family, promotions.channel)
    discount[place], number[place] = promotions.discount, np.arange(promotions.month.size)
    return discount, number


def promotion_table(shape: Shape, promotions: Promotions) -> pl.DataFrame:
    """Table `promotion`."""
    begin = first_day(shape.months[promotions.month])
    names = [
        f"{FAMILIES[f].name}: {_KINDS[k]} {CHANNELS[c]}"
        for f, c, k in zip(promotions.family, promotions.channel, promotions.kind, strict=True)
    ]
    return pl.DataFrame(
        {
            "promotion_id": promotions.promotion_id.tolist(),
            "name": names,
            "start_date": pl.Series(begin),
            "end_date": pl.Series(begin + 24),
            "family": [FAMILIES[f].name for f in promotions.family],
            "channel": [CHANNELS[c] for c in promotions.channel],
            "type": [_KINDS[k] for k in promotions.kind],
            "discount": promotions.discount,
            "expected_uplift": promotions.uplift,
            "cost": (promotions.uplift * 20000).round(-2),
        }
    )
