"""Policies side by side: what every rule of replenishment would keep, serve and cost at an item-location."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from steelyard.grid.block import Array, IntArray
from steelyard.inventory.demand_law import DemandLaw, NegativeBinomialDemand, whole_chances
from steelyard.inventory.min_max import BufferZones, buffer_zones, kanban_cards
from steelyard.inventory.order_up_to import best_band_policy
from steelyard.inventory.policy_performance import Levels, Performance, Supplied, expected_performance
from steelyard.inventory.reorder_point import best_lot_policy
from steelyard.inventory.stock_policy import MEASURES, RULES
from steelyard.inventory.target import kept_service, law_of, promised_level
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.stock_terms import StockTerms

COMPARED = ("reorder_point", "min_max", "order_up_to", "reviewed_band", "lot_for_lot", "kanban", "buffer")
"""Rules that are held against each other; those of lot sizing are held against demand that differs by period."""
BEST_LOT, BEST_BAND = "best (s, Q)", "best (s, S)"
SHORT_LEAD, LONG_LEAD = 14.0, 42.0
"""Days up to which a lead time is short, and from which it is long."""
_RULES = tuple(RULES)
_WHOLE, _WIDE = 60.0, 1000.0
"""Deviations of demand, and economic orders, beyond this many units are searched in coarser units."""


class RuleLevels(NamedTuple):
    """Levels of a rule, and the quantity it orders at once, by item-location."""

    levels: Levels
    lot: Array


@dataclass(frozen=True, eq=False)
class PolicySheet:
    """Every rule at every item-location, at the service that each of them promises.

    A rule keeps the promise over its own exposure: lead time and a day where the stock is looked at every day, lead
    time and review where it is not. Kanban keeps the plan's safety stock in whole containers; buffers follow their
    zones. Waiting costs what makes the promise worth its stock.
    """

    terms: StockTerms

    @cached_property
    def rules(self) -> dict[str, RuleLevels]:
        """Levels by rule."""
        terms, day = self.terms, self.terms.day
        lot, review = terms.economic_order, np.maximum(terms.rows("review_periods"), 1e-6)
        watched = self._level(day, lot)
        looked = self._level(review, np.maximum(terms.demand * review, 1e-9))
        needed = self._level(np.ones(terms.size), np.maximum(terms.demand, 1e-9))
        container, cards = self.kanban
        zones = self.zones
        return {
            "reorder_point": RuleLevels(Levels(watched, watched + lot, day), lot),
            "min_max": RuleLevels(Levels(watched, watched + lot, day), lot),
            "order_up_to": RuleLevels(Levels(looked, looked, review), terms.demand * review),
            "reviewed_band": RuleLevels(Levels(looked, looked + lot, review), lot),
            "lot_for_lot": RuleLevels(Levels(needed, needed, np.ones(terms.size)), terms.demand),
            "kanban": RuleLevels(Levels((cards - 1.0) * container, cards * container, day), container),
            "buffer": RuleLevels(Levels(zones.reorder_point, zones.order_up_to, day), zones.green),
        }

    @cached_property
    def kanban(self) -> tuple[Array, Array]:
        """Units in a container, a quarter of a usual order or the least one, and how many circulate: two at least."""
        terms = self.terms
        container = np.maximum(np.maximum(terms.rows("least_order"), np.ceil(terms.usual_order / 4.0)), 1.0)
        safety = terms.rows("safety_stock").mean(axis=0)
        cards = kanban_cards(
            terms.demand, lead_time=terms.supplied.lead_time, container=container, quantity=safety
        )  # fmt: skip
        return container, np.maximum(cards, 2.0)

    @cached_property
    def zones(self) -> BufferZones:
        """Zones of a demand-driven buffer, by length of the lead time and by how uneven demand is."""
        terms = self.terms
        lead = terms.supplied.lead_time * terms.days
        by_lead = np.select([lead <= SHORT_LEAD, lead < LONG_LEAD], [0.8, 0.5], 0.3)
        uneven = np.divide(terms.supplied.deviation, terms.demand, out=np.zeros(terms.size), where=terms.demand > 0)
        by_spread = np.select([uneven <= 0.3, uneven <= 0.7], [0.2, 0.5], 0.8)
        return buffer_zones(
            terms.demand / terms.days, lead_time=lead, lead_time_factor=by_lead, variability_factor=by_spread,
            min_lot=terms.rows("least_order"), order_cycle=terms.rows("review_periods") * terms.days,
        )  # fmt: skip

    @cached_property
    def planned_rule(self) -> list[str]:
        """Rule of each item-location as the plan has it."""
        return [_RULES[int(code)] for code in self.terms.rows("stock_rule")]

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row an item-location and rule that is weighed; levels and stock in units, cost in money a year.

        `service` is what the rule keeps by the `measure` of the item-location, to be held against its `promise`;
        `fill_rate` is the share of demand served from stock, whatever was promised.
        """
        return pl.concat([self._frame(rule, found) for rule, found in self.rules.items()]).sort(
            "item", "location", maintain_order=True
        )

    @cached_property
    def best(self) -> pl.DataFrame:
        """One row an item-location: its rule of today beside the cheapest that keeps the promise, most saved first."""
        ranked = self.table.filter("kept").sort("item", "location", "cost", maintain_order=True)
        cheapest = ranked.group_by("item", "location", maintain_order=True).first()
        today = self.table.filter("planned").select("item", "location", now="rule", now_cost="cost")
        joined = cheapest.join(today, on=["item", "location"], how="left", maintain_order="left")
        saved = (pl.col("now_cost") - pl.col("cost")).fill_null(0.0)
        return joined.with_columns(saving=saved).sort("saving", descending=True, maintain_order=True)

    def of_place(self, item: str, location: str) -> pl.DataFrame:
        """Every rule of one item-location, with the two best policies that weigh order, holding and waiting cost.

        Raises:
            NotFound: The plan does not hold it.
        """
        row = self.terms.row_of(item, location)
        shown = self.table.filter((pl.col("item") == item) & (pl.col("location") == location))
        if not self.terms.weighed[row]:
            return shown
        return pl.concat([shown, *self._optimal(row)])

    def _optimal(self, row: int) -> list[pl.DataFrame]:
        terms, at = self.terms, np.array([row], np.int64)
        costs = {
            "order_cost": float(terms.order_cost[row]),
            "holding_cost": float(terms.holding_cost[row]),
            "backorder_cost": float(terms.backorder_cost[row]),
        }
        if not costs["order_cost"] > 0:
            return []
        lead = self._law_of_row(row, terms.supplied.lead_time[row] + terms.day[row])
        lot = best_lot_policy(
            lead, demand=float(terms.demand[row]), order_cost=costs["order_cost"], holding_cost=costs["holding_cost"],
            backorder_cost=costs["backorder_cost"],
        )  # fmt: skip
        levels = Levels(np.array([lot.reorder_point]), np.array([lot.reorder_point + lot.lot_size]), terms.day[:1])
        band = self._best_band(row, costs)
        both = [(BEST_LOT, RuleLevels(levels, np.array([lot.lot_size]))), (BEST_BAND, band)]
        return [self._frame(name, found, at) for name, found in both]

    def _best_band(self, row: int, costs: dict[str, float]) -> RuleLevels:
        """The exactly best (s, S) looked at each period, in units coarse enough to be searched."""
        terms = self.terms
        lead, one = terms.supplied.lead_time[row] + 1.0, np.ones(())
        spread = max(float(self._law_of_row(row, lead).deviation), 1e-6)
        wide = float(np.sqrt(2.0 * costs["order_cost"] * terms.demand[row] / costs["holding_cost"]))
        unit = max(spread / _WHOLE, wide / _WIDE, 1.0 if terms.demand[row] >= 1.0 else 0.1)

        def law(time: Array) -> DemandLaw:
            own = self._law_of_row(row, time)
            return NegativeBinomialDemand(np.asarray(own.mean / unit), np.asarray(own.deviation / unit))

        found = best_band_policy(
            whole_chances(law(one)), law(lead * one), order_cost=costs["order_cost"],
            holding_cost=costs["holding_cost"] * unit, backorder_cost=costs["backorder_cost"] * unit,
        )  # fmt: skip
        low, high = found.reorder_point.reshape(1) * unit, found.order_up_to.reshape(1) * unit
        return RuleLevels(Levels(low, high, np.ones(1)), high - low)

    def _law_of_row(self, row: int, time: Array) -> DemandLaw:
        return _taken(self.terms, row).law(law_of(int(self.terms.rows("demand_law")[row])), np.asarray(time))

    def _level(self, exposed: Array, lot: Array, at: IntArray | None = None) -> Array:
        """Level that keeps the promise of item-locations over lead time and some periods more."""
        at = np.arange(self.terms.size) if at is None else at
        return self._by_measure(promised_level, self.terms.rows("service_level")[at], exposed, lot, at)

    def _by_measure(
        self, work_out: Callable[[int, DemandLaw, Array, Array], Array], given: Array, exposed: Array, lot: Array,
        at: IntArray,
    ) -> Array:  # fmt: skip
        """Levels of promises, or service of levels, of some item-locations; each by its own measure and law."""
        terms, out = self.terms, np.zeros(at.size)
        codes = np.stack((terms.rows("service_measure"), terms.rows("demand_law")), axis=1).astype(np.int64)[at]
        for measure, code in np.unique(codes, axis=0).tolist():
            rows = np.flatnonzero((codes == (measure, code)).all(axis=1))
            law = _taken(terms, at[rows]).law(law_of(code), terms.supplied.lead_time[at[rows]] + exposed[rows])
            out[rows] = work_out(measure, law, given[rows], np.maximum(lot[rows], 1e-9))
        return out

    def _performance(self, found: RuleLevels, rows: IntArray) -> Performance:
        """What the rule does at some item-locations, whose levels stand in the same order."""
        terms, codes = self.terms, self.terms.rows("demand_law")[rows].astype(np.int64)
        out = Performance(*(np.zeros(rows.size) for _ in Performance._fields))
        for code in np.unique(codes).tolist():
            inside = np.flatnonzero(codes == code)
            levels = Levels(*(each[inside] for each in found.levels))
            part = expected_performance(levels, _taken(terms, rows[inside]), law_of(code))
            for whole, values in zip(out, part, strict=True):
                whole[inside] = values
        return out

    def _frame(self, rule: str, found: RuleLevels, at: IntArray | None = None) -> pl.DataFrame:
        terms = self.terms
        rows = np.flatnonzero(terms.weighed) if at is None else at
        taken = found if at is not None else RuleLevels(Levels(*(x[rows] for x in found.levels)), found.lot[rows])
        done, year = self._performance(taken, rows), float(terms.periods_per_year)
        cost = done.cost(
            order_cost=terms.order_cost[rows], holding_cost=terms.holding_cost[rows],
            backorder_cost=terms.backorder_cost[rows],
        )  # fmt: skip
        promised = self._level(taken.levels.review, taken.lot, rows)
        reached = self._by_measure(kept_service, taken.levels.low, taken.levels.review, taken.lot, rows)
        usual = np.array([name == rule for name in self.planned_rule])[rows]
        measures = [MEASURES[int(code)] for code in terms.rows("service_measure")[rows]]
        frame: pl.DataFrame = terms.members[rows.tolist()].with_columns(
            rule=pl.lit(rule),
            planned=pl.Series(usual),
            kept=pl.Series(taken.levels.low >= promised - 1e-6 * np.maximum(np.abs(promised), 1.0)),
            reorder_point=pl.Series(taken.levels.low),
            order_up_to=pl.Series(taken.levels.high),
            lot=pl.Series(taken.lot),
            review_days=pl.Series(taken.levels.review * terms.days),
            mean_stock=pl.Series(done.mean_stock),
            stock_value=pl.Series(done.mean_stock * terms.unit_cost[rows]),
            measure=pl.Series(measures, dtype=pl.String),
            promise=pl.Series(terms.rows("service_level")[rows]),
            service=pl.Series(reached),
            fill_rate=pl.Series(done.fill_rate),
            orders=pl.Series(done.orders * year),
            ordering=pl.Series(done.orders * terms.order_cost[rows] * year),
            holding=pl.Series(done.mean_stock * terms.holding_cost[rows] * year),
            waiting=pl.Series(done.mean_backlog * terms.backorder_cost[rows] * year),
            cost=pl.Series(cost * year),
        )
        return frame


def policy_sheet(plan: PlanNumbers, *, order_cost: float = 0.0) -> PolicySheet:
    """Hold every rule of replenishment against the others.

    Args:
        plan: The plan.
        order_cost: Money for an order where neither the item-location nor the setting says one.
    """
    return PolicySheet(StockTerms(plan, order_cost))


def _taken(terms: StockTerms, rows: IntArray | int) -> Supplied:
    return Supplied(*(values[rows] for values in terms.supplied))
