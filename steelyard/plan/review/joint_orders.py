"""Joint orders: how often to order from a supplier and which items join each time, where an order has a shared cost."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import Array, IntArray
from steelyard.inventory.joint_replenishment import JointPolicy, joint_replenishment
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.bought import bought_places, supplier_order_cost
from steelyard.plan.review.policy_proposal import PlaceChange, PolicyProposal, policy_lines, with_words
from steelyard.plan.review.stock_terms import StockTerms

DAYS_A_YEAR = 365.0


@dataclass(frozen=True, eq=False)
class JointOrders:
    """Joint replenishment by supplier and place of arrival.

    Args:
        terms: The plan, with what an item in an order costs where nothing is stated.
        shared_cost: Money for an order to a supplier that states none.
    """

    terms: StockTerms
    shared_cost: float

    @cached_property
    def places(self) -> pl.DataFrame:
        """Item-locations that are bought and weighed, see `bought_places`."""
        found = bought_places(self.terms)
        return found.filter(pl.Series(self.terms.weighed[found["row"].to_numpy()]))

    def table(self) -> pl.DataFrame:
        """One row a supplier and place with two items or more, most saved first.

        Returns:
            supplier, location, items, shared_cost, cycle_days, cost (ordering and holding a year), separate (each item
            ordered alone at its best) and planned (as the plan
            orders; null where it orders nothing), saving against what is planned.
        """
        rows = []
        for (supplier, location), group in self.places.group_by("supplier", "location", maintain_order=True):
            if group.height < 2 or not self._cost_of(str(supplier)) > 0:
                continue
            found, at = self._policy(str(supplier), group), group["row"].to_numpy()
            planned = self._planned(str(supplier), at) or None
            rows.append((
                str(supplier), str(location), group.height, self._cost_of(str(supplier)),
                found.base_cycle * DAYS_A_YEAR, found.cost, self._separate(str(supplier), at), planned,
                None if planned is None else planned - found.cost,
            ))  # fmt: skip
        names = (
            "supplier", "location", "items", "shared_cost", "cycle_days", "cost", "separate", "planned", "saving"
        )  # fmt: skip
        kinds = {n: pl.String if n in names[:2] else pl.Int64 if n == "items" else pl.Float64 for n in names}
        return pl.DataFrame(rows, schema=kinds, orient="row").sort(
            "saving", descending=True, nulls_last=True, maintain_order=True
        )

    def items(self, supplier: str, location: str) -> pl.DataFrame:
        """What each item does in the joint order of a supplier.

        Returns:
            item, location, every (joint orders), days, quantity, demand and value of the order.

        Raises:
            NotFound: The supplier delivers nothing there.
            ChangeInvalid: An order to the supplier costs nothing.
        """
        group = self._group(supplier, location)
        found = self._policy(supplier, group)
        return group.select("item", "location").with_columns(
            every=pl.Series(found.multiples),
            days=pl.Series(found.multiples * found.base_cycle * DAYS_A_YEAR),
            quantity=pl.Series(found.quantity),
            demand=pl.Series(self.terms.demand[group["row"].to_numpy()] * self.terms.periods_per_year),
            value=pl.Series(found.quantity * self.terms.unit_cost[group["row"].to_numpy()]),
        )

    def proposal(self, supplier: str, location: str) -> PolicyProposal:
        """Every item of the supplier reviewed when it joins an order, and ordered up to its level then.

        Raises:
            NotFound: The supplier delivers nothing there.
            ChangeInvalid: An order to the supplier costs nothing.
        """
        lines, made = policy_lines(self.terms.extract), []
        for item, place, days in self.items(supplier, location).select("item", "location", "days").iter_rows():
            line, review = lines.get((item, place)), max(float(round(days)), 1.0)
            words = with_words(line or "", "order_up_to", review_days=review)
            made.append(PlaceChange(item, place, (("stock_policy", words),), line is not None))
        return PolicyProposal(f"Joint orders to {supplier}", tuple(made))

    def _group(self, supplier: str, location: str) -> pl.DataFrame:
        group = self.places.filter((pl.col("supplier") == supplier) & (pl.col("location") == location))
        if not group.height:
            raise NotFound(f"{supplier} delivers nothing to {location}", mend="choose a row of the joint orders")
        if not self._cost_of(supplier) > 0:
            mend = "enter what an order costs, or order_cost of the supplier"
            raise ChangeInvalid("An order costs nothing, so nothing is shared", where=supplier, mend=mend)
        return group

    @cached_property
    def _costs(self) -> dict[str, float]:
        names = self.places["supplier"].unique(maintain_order=True).to_list()
        costs = supplier_order_cost(self.terms, names, self.shared_cost).tolist()
        return dict(zip(names, costs, strict=True))

    def _cost_of(self, supplier: str) -> float:
        return self._costs.get(supplier, 0.0)

    def _policy(self, supplier: str, group: pl.DataFrame) -> JointPolicy:
        demand, holding, each = self._yearly(group["row"].to_numpy())
        return joint_replenishment(self._cost_of(supplier), each, holding, demand)

    def _yearly(self, rows: IntArray) -> tuple[Array, Array, Array]:
        """Demand and holding cost of a year, and what each item adds to the cost of an order."""
        year = float(self.terms.periods_per_year)
        return self.terms.demand[rows] * year, self.terms.holding_cost[rows] * year, self.terms.order_cost[rows]

    def _separate(self, supplier: str, rows: IntArray) -> float:
        demand, holding, each = self._yearly(rows)
        return float(np.sqrt(2.0 * (self._cost_of(supplier) + each) * holding * demand).sum())

    def _planned(self, supplier: str, rows: IntArray) -> float:
        """What the plan's own orders cost in a year: periods with an order, items in it, half of each order held."""
        orders = self.terms.rows("planned_receipts")[:, rows]
        placed, (_, holding, each) = orders > 0, self._yearly(rows)
        year = self.terms.periods_per_year / len(orders)
        lot = orders.sum(axis=0) / np.maximum(placed.sum(axis=0), 1)
        together = float(placed.any(axis=1).sum()) * self._cost_of(supplier)
        return year * (together + float((placed.sum(axis=0) * each).sum())) + float((lot / 2.0 * holding).sum())


def joint_orders(plan: PlanNumbers, *, shared_cost: float = 0.0, item_cost: float = 0.0) -> JointOrders:
    """Weigh joint orders.

    Args:
        plan: The plan.
        shared_cost: Money for an order to a supplier that states none.
        item_cost: Further money for each item in it, where neither the item-location nor the setting says one.
    """
    return JointOrders(StockTerms(plan, item_cost), shared_cost)
