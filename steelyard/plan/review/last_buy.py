"""Last buy: how much to buy where there is one chance, for items that end and for a season."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.inventory.newsvendor import best_for_season, season_profit
from steelyard.inventory.target import law_of
from steelyard.plan.change import Change
from steelyard.plan.operation import SetValue
from steelyard.plan.review.stock import StockReview
from steelyard.plan.review.stock_terms import StockTerms
from steelyard.supply.requirements import lead_time_periods

_SMALL = 1e-6


@dataclass(frozen=True)
class SeasonTerms:
    """What is left over and what is short costs.

    Raises:
        ChangeInvalid: A share is out of range.
    """

    salvage: float = 0.3
    """What a unit left over still brings, as a share of its cost, 0 to below 1."""
    goodwill: float = 0.0
    """What a customer who goes without costs beside the margin, as a share of the price, 0 to 10."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.salvage < 1.0:
            mend = "a unit left over brings 0 or more, and less than it cost"
            raise ChangeInvalid(f"Salvage of {self.salvage:g} makes leftovers free", mend=mend)
        if not 0.0 <= self.goodwill <= 10.0:
            raise ChangeInvalid(f"Goodwill of {self.goodwill:g} is out of range", mend="give 0 to 10 of the price")


@dataclass(frozen=True)
class LastBuy:
    """The best single order."""

    item: str
    location: str
    first: str
    last: str
    """Periods whose demand it serves."""
    mean: float
    deviation: float
    available: float
    """Stock and open orders that serve that demand already [units]."""
    price: float
    cost: float
    service: float
    """Chance that it is enough: the critical ratio."""
    level: float
    """Units that shall be there in all."""
    quantity: float
    """Units to buy beside what is available."""
    profit: float
    """Expected profit of the season with what is available [money]."""
    profit_of_plan: float
    """The same where exactly the planned demand is there [money]."""
    leftover: float
    shortage: float


@dataclass(frozen=True, eq=False)
class LastBuys:
    """Single orders of a plan: what to buy before an item, or its season, ends."""

    terms: StockTerms
    review: StockReview

    def ending(self) -> pl.DataFrame:
        """Item-locations whose demand ends within the horizon: item, location, last period with demand, units."""
        demand = np.maximum(self.terms.rows("gross_requirement"), 0.0)
        asked = demand > _SMALL
        last = len(demand) - 1 - np.argmax(asked[::-1], axis=0)
        ends = asked.any(axis=0) & (last < len(demand) - 1)
        labels = np.array(self.terms.plan.horizon.labels)
        frame: pl.DataFrame = self.terms.members.with_columns(
            last=pl.Series(labels[last].tolist()), units=pl.Series(demand.sum(axis=0))
        ).filter(pl.Series(ends & self.terms.weighed))
        return frame.sort("last", "item", "location")

    def table(self, season: SeasonTerms) -> pl.DataFrame:
        """The last buy of every item-location that ends, most money first."""
        found = []
        for item, location, last in self.ending().select("item", "location", "last").iter_rows():
            row = self.terms.row_of(item, location)
            if self.review.price[row] > self.terms.unit_cost[row]:
                found.append(self.buy(item, location, season, last=last))
        frame = pl.DataFrame([one.__dict__ for one in found], schema=_SCHEMA)
        shown = frame.with_columns(
            money=pl.col("quantity") * pl.col("cost"), gained=pl.col("profit") - pl.col("profit_of_plan")
        )
        return shown.sort("money", descending=True)

    def buy(self, item: str, location: str, season: SeasonTerms, *, first: str = "", last: str = "") -> LastBuy:
        """The order that earns most for the demand of some periods.

        Args:
            item: The item.
            location: Where it is stocked.
            season: What leftovers bring and shortages cost.
            first: First period it serves; the first of the plan if not given.
            last: Last period it serves; the last one with demand if not given.

        Raises:
            NotFound: The plan does not hold the item-location.
            UnknownPeriod: The plan has no such period.
            ChangeInvalid: The periods run backwards, nothing is asked for in them, or selling earns nothing.
        """
        terms, row = self.terms, self.terms.row_of(item, location)
        demand, where = np.maximum(terms.rows("gross_requirement")[:, row], 0.0), f"{item} at {location}"
        asked = np.flatnonzero(demand > _SMALL)
        if not asked.size:
            raise ChangeInvalid("Nothing is asked for there", where=where, mend="choose an item-location with demand")
        horizon = terms.plan.horizon
        start = horizon.position(first) if first else 0
        stop = horizon.position(last) if last else int(asked[-1])
        if stop < start or demand[start : stop + 1].sum() <= _SMALL:
            mend = "choose a last period after the first, with demand in between"
            raise ChangeInvalid("No demand lies in these periods", where=where, mend=mend)
        price, cost = float(self.review.price[row]), float(terms.unit_cost[row])
        if not price > cost > 0:
            what = f"A unit costs {cost:,.2f} and sells at {price:,.2f}: buying it earns nothing"
            raise ChangeInvalid(what, where=where, mend="enter a price above the standard cost")
        mean, deviation = float(demand[start : stop + 1].sum()), self._deviation(row, stop - start + 1)
        law = law_of(int(terms.rows("demand_law")[row]))(np.asarray(mean), np.asarray(max(deviation, 1e-3 * mean)))
        money = (np.asarray(price), np.asarray(cost))
        best = best_for_season(
            law, price=money[0], cost=money[1], salvage=season.salvage * cost, goodwill=season.goodwill * price
        )
        available = self._available(row, start, stop)
        level = max(float(np.ceil(best.quantity)), 0.0)
        there = max(level, available)
        kept, plain = (
            season_profit(
                law, np.asarray(size), price=money[0], cost=money[1], salvage=season.salvage * cost,
                goodwill=season.goodwill * price,
            )
            for size in (there, max(mean, available))
        )  # fmt: skip
        return LastBuy(
            item, location, horizon.labels[start], horizon.labels[stop], mean, deviation, available, price, cost,
            float(best.service_level), level, max(level - available, 0.0), float(kept.profit), float(plain.profit),
            float(kept.leftover), float(kept.shortage),
        )  # fmt: skip

    def changes(
        self, found: LastBuy, *, author: str, at: datetime, note: str = "", reason: str = "management_decision"
    ) -> tuple[Change, ...]:
        """The last buy as receipts that a planner sets: all of it in the first period it can arrive, else none.

        Raises:
            ChangeInvalid: Stock and open orders are enough already.
        """
        where = f"{found.item} at {found.location}"
        if found.quantity <= 0:
            raise ChangeInvalid("What is there is enough: nothing needs to be bought", where=where, mend="keep it")
        labels, told = self.terms.plan.horizon.labels, "Last buy" + (f": {note}" if note.strip() else "")
        row = self.terms.row_of(found.item, found.location)
        lead = int(lead_time_periods(self.terms.rows("lead_time_days")[row : row + 1], self.terms.days)[0])
        first = labels.index(found.first)
        begin = min(max(first, lead), labels.index(found.last))
        scope = {"item": (found.item,), "location": (found.location,)}

        def change(measure: str, value: float, first: str, last: str) -> Change:
            return Change(
                SetValue(value, per="cell"), measure, scope, periods=(first, last), author=author, at=at,
                reason=reason, note=told,
            )  # fmt: skip

        once = change("minimum_receipts", found.quantity, labels[begin], labels[begin])
        most = change("maximum_receipts", found.quantity, labels[begin], labels[begin])
        before = () if begin == first else (change("maximum_receipts", 0.0, labels[first], labels[begin - 1]),)
        after = () if begin + 1 >= len(labels) else (change("maximum_receipts", 0.0, labels[begin + 1], labels[-1]),)
        return (*before, once, most, *after)

    def _deviation(self, row: int, periods: int) -> float:
        return float(self.terms.supplied.deviation[row]) * float(np.sqrt(periods))

    def _available(self, row: int, start: int, stop: int) -> float:
        """Stock before the first period and open orders up to the last one, less demand before it and what expires."""
        terms = self.terms
        come = terms.rows("scheduled_receipts")[: stop + 1, row] - terms.rows("expiring_stock")[: stop + 1, row]
        before = terms.rows("gross_requirement")[:start, row].sum()
        return float(max(terms.rows("opening_inventory")[row] + come.sum() - before, 0.0))


_SCHEMA = {
    name: pl.String if kind is str or kind == "str" else pl.Float64 for name, kind in LastBuy.__annotations__.items()
}


def last_buys(review: StockReview) -> LastBuys:
    """Weigh last buys of a plan."""
    return LastBuys(StockTerms(review.plan), review)
