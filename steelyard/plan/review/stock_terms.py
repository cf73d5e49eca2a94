"""Stock terms: what every weighing of replenishment needs to know of a plan's item-locations."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import NotFound
from steelyard.grid.block import Array, Blocks, BoolArray, join
from steelyard.inventory.order_quantity import usual_order
from steelyard.inventory.policy_performance import Supplied
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.inputs.supply import best_sources
from steelyard.plan.numbers import PlanNumbers

HIGHEST_RATIO = 0.9999


@dataclass(frozen=True, eq=False)
class StockTerms:
    """Demand, supply and money of the item-locations of a plan, by row of its series.

    Args:
        plan: The plan.
        asked_order_cost: Money for an order where neither the item-location nor the setting says one.
    """

    plan: PlanNumbers
    asked_order_cost: float = 0.0

    def rows(self, name: str) -> Array:
        """A measure or an input by item-location, period x series or by series; laid side by side once."""
        if name not in self._laid:
            self._laid[name] = join(cast(Blocks, self.plan.values[name]))
        return self._laid[name]

    @cached_property
    def _laid(self) -> dict[str, Array]:
        return {}

    @property
    def members(self) -> pl.DataFrame:
        """Item and location, one row an item-location."""
        return self.plan.inputs.series["item_location"].members.select("item", "location")

    @property
    def size(self) -> int:
        """How many item-locations there are."""
        return self.plan.inputs.series["item_location"].size

    def row_of(self, item: str, location: str) -> int:
        """Row of an item-location.

        Raises:
            NotFound: The plan does not hold it.
        """
        row = self.plan.inputs.series["item_location"].row_of_key.get((item, location))
        if row is None:
            raise NotFound(f"{item} is not stocked at {location}", mend="choose a row of the inventory review")
        return row

    @cached_property
    def extract(self) -> Extract:
        """The tables with the changes of the scenario laid on."""
        return amend_extract(self.plan.maker.extract(self.plan.inputs.extract), self.plan.changes)

    @property
    def days(self) -> float:
        """Mean length of a period [days]."""
        return cast(float, self.plan.inputs.values["days_per_period"])

    @property
    def periods_per_year(self) -> int:
        """Periods in a year."""
        return self.plan.horizon.periods_per_year

    @cached_property
    def demand(self) -> Array:
        """Mean requirement of a period, of customers and of what is made of it [units]."""
        return np.asarray(np.maximum(self.rows("gross_requirement").mean(axis=0), 0.0))

    @cached_property
    def supplied(self) -> Supplied:
        """Demand and lead time, with the forecast error of a period."""
        return Supplied(
            self.demand, self.rows("forecast_error"), self.rows("lead_time_days") / self.days,
            self.rows("lead_time_std_days") / self.days,
        )  # fmt: skip

    @cached_property
    def stated_lots(self) -> tuple[Array, Array]:
        """Least order and lot multiple of the master data, whatever the policy says; the source's go first [units]."""
        places, sources = self.extract.tables["item_location"], best_sources(self.extract)
        found = []
        for column in ("min_lot", "lot_multiple"):
            values = np.zeros(self.size)
            for table in (places, sources):
                stated = table.filter(pl.col(column).is_not_null()).select("item_id", "location_id", column)
                for item, location, value in stated.iter_rows():
                    row = self.plan.inputs.series["item_location"].row_of_key.get((item, location))
                    if row is not None:
                        values[row] = float(value)
            found.append(values)
        return found[0], found[1]

    @cached_property
    def unit_cost(self) -> Array:
        """Standard cost in the first period [money]."""
        return np.asarray(np.maximum(np.nan_to_num(self.rows("standard_cost")[0]), 0.0))

    @cached_property
    def holding_cost(self) -> Array:
        """Money to hold a unit for a period."""
        return self.unit_cost * cast(float, self.plan.inputs.values["holding_rate"])

    @property
    def day(self) -> Array:
        """A day, as a part of a period, by item-location."""
        return np.full(self.size, 1.0 / self.days)

    @cached_property
    def order_cost(self) -> Array:
        """Money for each order: as stated, else as set, else as asked."""
        stated = self.rows("order_cost")
        return np.asarray(np.where(stated > 0, stated, self.asked_order_cost))

    @cached_property
    def backorder_cost(self) -> Array:
        """What a unit and period of waiting costs where the promise of service is worth its stock [money]."""
        promise = np.minimum(self.rows("service_level"), HIGHEST_RATIO)
        return self.holding_cost * promise / (1.0 - promise)

    @cached_property
    def usual_order(self) -> Array:
        """Units of a usual order: of a review, the least order, or the economic quantity."""
        return np.asarray(
            usual_order(
                self.demand[None], self.rows("review_periods"), self.rows("least_order"), self.order_cost,
                self.holding_cost[None],
            )[0]
        )  # fmt: skip

    @cached_property
    def weighed(self) -> BoolArray:
        """Which item-locations have demand and cost, so that there is something to weigh."""
        return np.asarray((self.demand > 0) & (self.unit_cost > 0))

    @cached_property
    def economic_order(self) -> Array:
        """Units of an order of a stock that is watched: the economic quantity; the usual one where an order is free."""
        held = np.where(self.holding_cost > 0, self.holding_cost, np.inf)
        economic = np.sqrt(2.0 * self.order_cost * self.demand / held)
        return np.asarray(np.where(economic > 0, np.maximum(economic, self.rows("least_order")), self.usual_order))
