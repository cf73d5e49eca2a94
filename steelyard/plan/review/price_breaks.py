"""Price breaks: the order size that costs least where suppliers give quantity discounts, beside today's."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import Array
from steelyard.inventory.order_quantity import quantity_with_discounts, quantity_with_incremental_discounts
from steelyard.plan.change import Change
from steelyard.plan.inputs.money import currency_conversion, to_base
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import SetMasterData
from steelyard.plan.review.bought import bought_places
from steelyard.plan.review.stock_terms import StockTerms

FREE_ORDER = 1e-9
"""Order cost in place of none, so that a lot is never smaller than a break."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Prices of a supplier for an item at a place, in base currency.

    Args:
        prices: Price of a unit, by step.
        from_quantity: Order quantity from which each holds, ascending, the first 0.
        incremental: Whether a price holds only for the units above its break.
    """

    prices: Array
    from_quantity: Array
    incremental: bool

    def paid(self, quantity: float) -> float:
        """What a unit costs on average in an order of that quantity."""
        step = int(np.searchsorted(self.from_quantity, quantity, side="right")) - 1
        if not self.incremental:
            return float(self.prices[max(step, 0)])
        upper = np.append(self.from_quantity[1:], np.inf)
        units = np.clip(quantity - self.from_quantity, 0.0, upper - self.from_quantity)
        return float((units * self.prices).sum() / quantity)


@dataclass(frozen=True, eq=False)
class PriceBreaks:
    """Order sizes under quantity discounts, of all item-locations that are bought from a supplier with a scale.

    Demand is the plan's, a year; holding costs the rate of the plan of the price paid.
    """

    terms: StockTerms

    def table(self) -> pl.DataFrame:
        """One row an item-location with a scale, the largest saving first.

        Returns:
            item, location, supplier, discount_type, demand (a year), now_lot, now_price, now_cost, lot, price, cost,
            saving (all in a year, with purchases), weeks (of demand that the lot lasts), source_id.
        """
        scales, rows = self._scales(), []
        bought = bought_places(self.terms)
        orders = self.terms.rows("planned_receipts")
        for place in bought.iter_rows(named=True):
            breaks = scales.get((place["supplier"], place["item"]))
            row = int(place["row"])
            if breaks is not None and self.terms.demand[row] > 0 and place["price"] > 0:
                rows.append(self._line(place, _with_base(breaks, float(place["price"])), row, orders[:, row]))
        if not rows:
            return pl.DataFrame(schema=_SCHEMA)
        return pl.DataFrame(rows, schema=_SCHEMA).sort("saving", descending=True, maintain_order=True)

    def changes(
        self, item: str, location: str, *, author: str, at: datetime, note: str = "",
        reason: str = "management_decision",
    ) -> tuple[Change, ...]:  # fmt: skip
        """The cheapest order size as the least order of the source, with the price paid for it.

        Raises:
            NotFound: The supplier of the item-location gives no discount.
            ChangeInvalid: Today's order is the cheapest already.
        """
        found = self.table().filter((pl.col("item") == item) & (pl.col("location") == location))
        if not found.height:
            mend = "import price_break with its supplier and item"
            raise NotFound(f"No quantity discount holds for {item} at {location}", mend=mend)
        line = found.row(0, named=True)
        if line["saving"] <= 0:
            raise ChangeInvalid("Today's order costs no more", where=f"{item} at {location}", mend="keep it")
        key, told = {"source_id": str(line["source_id"])}, f"Quantity discount of {line['supplier']}"
        told = f"{told}: {note}" if note.strip() else told
        base = self.terms.extract.base_currency
        columns = (("min_lot", float(line["lot"])), ("unit_price", float(line["price"])), ("currency", base))
        return tuple(
            Change(SetMasterData("source", key, column, value), author=author, at=at, reason=reason, note=told)
            for column, value in columns
        )

    def _line(self, place: dict[str, object], scale: Scale, row: int, orders: Array) -> dict[str, object]:
        year = float(self.terms.periods_per_year)
        demand, order_cost = float(self.terms.demand[row]) * year, max(float(self.terms.order_cost[row]), FREE_ORDER)
        rate = cast(float, self.terms.plan.inputs.values["holding_rate"]) * year
        placed = orders[orders > 0]
        now = float(placed.mean()) if placed.size else float(self.terms.usual_order[row])
        best = quantity_with_incremental_discounts if scale.incremental else quantity_with_discounts
        lot, _ = best(demand, order_cost, rate, scale.prices, scale.from_quantity)
        lot = float(np.ceil(lot - 1e-6))
        now_cost, cost = (_yearly(scale, size, demand, order_cost, rate) for size in (now, lot))
        if now_cost <= cost:
            lot, cost = now, now_cost
        return {
            "item": place["item"], "location": place["location"], "supplier": place["supplier"],
            "discount_type": "incremental" if scale.incremental else "all_units", "demand": demand, "now_lot": now,
            "now_price": scale.paid(now), "now_cost": now_cost, "lot": lot, "price": scale.paid(lot), "cost": cost,
            "saving": now_cost - cost, "weeks": 52.0 * lot / demand, "source_id": place["source_id"],
        }  # fmt: skip

    def _scales(self) -> dict[tuple[str, str], Scale]:
        """Scales that hold on the day of the extract, by supplier and item, without the price of the source."""
        extract = self.terms.extract
        table, day = extract.tables["price_break"], pl.lit(extract.as_of)
        valid = table.filter(
            (pl.col("valid_from").fill_null(extract.as_of) <= extract.as_of)
            & (pl.col("valid_to").fill_null(extract.as_of) >= extract.as_of)
        )
        conversion = currency_conversion(extract, self.terms.plan.inputs.parameters)
        priced = valid.with_columns(price=to_base(valid, "unit_price", day, conversion))
        found = {}
        for (supplier, item), steps in priced.sort("min_quantity").group_by("supplier_id", "item_id"):
            steps = steps.unique("min_quantity", keep="last", maintain_order=True)
            found[str(supplier), str(item)] = Scale(
                steps["price"].cast(pl.Float64).to_numpy(), steps["min_quantity"].cast(pl.Float64).to_numpy(),
                bool((steps["discount_type"] == "incremental").fill_null(False).any()),
            )  # fmt: skip
        return found


def price_breaks(plan: PlanNumbers, *, order_cost: float = 0.0) -> PriceBreaks:
    """Weigh quantity discounts.

    Args:
        plan: The plan.
        order_cost: Money for an order where neither the item-location nor the setting says one.
    """
    return PriceBreaks(StockTerms(plan, order_cost))


def _with_base(scale: Scale, price: float) -> Scale:
    """The scale with the price of the source below its first break."""
    if scale.from_quantity[0] <= 1.0:
        return Scale(scale.prices, np.concatenate(([0.0], scale.from_quantity[1:])), scale.incremental)
    prices, starts = np.concatenate(([price], scale.prices)), np.concatenate(([0.0], scale.from_quantity))
    return Scale(prices, starts, scale.incremental)


def _yearly(scale: Scale, lot: float, demand: float, order_cost: float, rate: float) -> float:
    """Purchases, orders and holding of a year [money]."""
    paid = scale.paid(lot)
    return demand * paid + order_cost * demand / lot + rate * paid * lot / 2.0


_SCHEMA = {
    "item": pl.String, "location": pl.String, "supplier": pl.String, "discount_type": pl.String,
    "demand": pl.Float64, "now_lot": pl.Float64, "now_price": pl.Float64, "now_cost": pl.Float64, "lot": pl.Float64,
    "price": pl.Float64, "cost": pl.Float64, "saving": pl.Float64, "weeks": pl.Float64, "source_id": pl.String,
}  # fmt: skip
