"""Like proposal: which items a new one resembles most, by family, name and price."""

from difflib import SequenceMatcher

import numpy as np
import polars as pl

from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.product_facts import ProductFacts

MOST = 5
NAME_WEIGHT, PRICE_WEIGHT = 0.6, 0.4
"""How much name and price count in the likeness."""


def propose_like_items(
    plan: PlanNumbers, item: str, facts: ProductFacts | None = None, *, price: float | None = None, most: int = MOST
) -> pl.DataFrame:
    """Items of the same family that have sold for a season, the likest first.

        likeness = 0.6 x likeness of names + 0.4 x min(price, other) / max(price, other)

    Without a price only the names count. Weights share the likeness of the proposals, so that together they are 1.

    Args:
        plan: The plan.
        item: The item to be launched; it may be new.
        facts: Facts read already.
        price: Its price, where the plan does not know it.
        most: How many are proposed at most.

    Returns:
        Columns item, description, price, units_past (of the year past), likeness, weight.
    """
    known = facts or ProductFacts(plan)
    own = known.extract.tables["item"].filter(pl.col("item_id") == item)
    family = own["family"][0] if own.height else None
    name = str(own["description"][0]) if own.height else item
    sold = known.year_past("demand_history")
    worth = price if price is not None else _price(known, item)
    going = [*known.life.launches, *known.life.phase_outs]
    frame = known.items.select("item", "description", "family").with_columns(
        pl.Series("price", known.unit_price), pl.Series("units_past", sold)
    )
    family_is = pl.col("family").is_null() if family is None else pl.col("family") == family
    pool = frame.filter(
        family_is & (pl.col("item") != item) & (pl.col("units_past") > 0) & ~pl.col("item").is_in(going)
    )
    scores = [
        _likeness(name, worth, str(other), float(cost))
        for other, cost in pool.select("description", "price").iter_rows()
    ]
    ranked = pool.with_columns(pl.Series("likeness", scores, dtype=pl.Float64)).sort(
        "likeness", "units_past", descending=True, maintain_order=True
    )
    best = ranked.head(most)
    return best.with_columns((pl.col("likeness") / pl.col("likeness").sum()).round(2).alias("weight")).drop("family")


def _price(facts: ProductFacts, item: str) -> float:
    at = facts.place_of.get(item)
    return float(facts.unit_price[at]) if at is not None else float("nan")


def _likeness(name: str, price: float, other: str, other_price: float) -> float:
    alike = SequenceMatcher(None, name.lower(), other.lower()).ratio()
    if not (np.isfinite(price) and price > 0 and other_price > 0):
        return alike
    return NAME_WEIGHT * alike + PRICE_WEIGHT * min(price, other_price) / max(price, other_price)
