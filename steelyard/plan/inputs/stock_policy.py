"""Stock policy: how every item-location of a plan is served and replenished, by its own line or its class.

A line that nobody can read counts as none: the check of the table names it when it is imported, and a change that
brings one is refused.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.demand.segmentation import XYZ, classify_xyz, forecastability, label
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.rollup import scatter_add
from steelyard.inventory.stock_policy import (
    ABC,
    DYNAMIC_RULES,
    RULES,
    StockPolicy,
    policy_of,
    read_class_policies,
    read_policy,
)
from steelyard.plan.inputs import supply
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.rows import PlanRows
from steelyard.supply.lot_cover import LOT_RULES
from steelyard.supply.lot_size import LotSizes, OrderRules

RULE_NAMES = tuple(RULES)


class PlacePolicies(NamedTuple):
    """The different policies of a plan, and which of them each item-location has."""

    policies: list[StockPolicy]
    of_place: IntArray

    def numbers(self, of: Callable[[StockPolicy], float | None]) -> Array:
        """A number of each item-location's policy; NaN where it says none."""
        each = (of(one) for one in self.policies)
        return np.array([np.nan if value is None else value for value in each], np.float64)[self.of_place]


def place_policies(
    extract: Extract,
    rows: PlanRows,
    horizon: Calendar,
    parameters: PlanParameters,
    *,
    abc: IntArray,
    history: Array,
) -> PlacePolicies:
    """Read the policy of every item-location.

    Args:
        extract: The accepted tables.
        rows: The series of the plan.
        horizon: The planned periods.
        parameters: Class defaults and rules.
        abc: ABC class of each item-location, 0 for A.
        history: Demand by series, period x series [units]; read only where a rule speaks of X, Y or Z.
    """
    return PlacePolicies(*_distinct(extract, rows, parameters, abc, history, horizon))


def policy_inputs(
    found: PlacePolicies,
    extract: Extract,
    rows: PlanRows,
    horizon: Calendar,
    parameters: PlanParameters,
    *,
    abc: IntArray,
) -> dict[str, Array]:
    """Service level and what it means, law of demand, review and rule of every item-location, by name of the input."""
    stated = supply.service_targets(extract, rows)
    usual = np.array([parameters.service_level_a, parameters.service_level_b, parameters.service_level_c])[abc]
    own = found.numbers(lambda one: one.level)
    return {
        "service_level": np.where(~np.isnan(stated), stated, np.where(np.isnan(own), usual, own)),
        "service_measure": found.numbers(lambda one: one.measure_code),
        "demand_law": found.numbers(lambda one: one.law_code),
        "review_periods": _review(found, horizon),
        "stock_rule": found.numbers(lambda one: RULE_NAMES.index(one.rule)),
    }


def ordered_lots(
    lots: LotSizes, found: PlacePolicies, horizon: Calendar, *, order_cost: Array, holding_cost: Array
) -> LotSizes:
    """Lots of master data with what written rules of ordering add; the same where no policy writes one.

    order_up_to covers the periods of a review; reorder_point orders at least a usual order, min_max brings one on top
    of the need; reviewed_band does both. `lot` is the usual order: fixed for reorder_point, a container for kanban.
    economic_order orders at least the economic quantity; the dynamic rules weigh order cost against holding anew with
    each order. Where an order costs nothing, period_order covers a review and the other ones order what is needed.

    Args:
        lots: Lots of sources and item-locations.
        found: The policies.
        horizon: The planned periods.
        order_cost: Money for each order, by item-location; 0 leaves the economic quantity out.
        holding_cost: Money to hold a unit for a period, by item-location.
    """
    if not any(one.written for one in found.policies):
        return lots
    size, review = found.numbers(lambda one: one.lot if one.written else None), _review(found, horizon)
    band, point, cover, economic = (_written(found, *names) for names in _SHAPES)
    free = np.isnan(size)
    fixed = ~free & ~band
    minimum = np.where(free, lots.minimum, np.maximum(size, lots.minimum))
    multiple = np.where(fixed, np.where(lots.multiple > 0, _whole(size, lots.multiple), size), lots.multiple)
    worth = order_cost / np.where(holding_cost > 0, holding_cost, np.inf)
    rule = _lot_rule(found)
    by_review = cover | ((rule == LOT_RULES.index("period_order")) & (worth <= 0))
    rules = OrderRules(
        cover=np.where(by_review, np.maximum(np.floor(review + 0.5), 1.0), 1.0).astype(np.int64),
        span=np.where(free & (band | point), review, 0.0),
        economic=np.where(free & (band | point | economic), np.sqrt(2.0 * worth), 0.0),
        up_to=band.astype(np.float64),
        lot_rule=np.where(by_review, 0, rule),
        worth=worth,
    )
    return LotSizes(minimum, multiple, np.maximum(lots.maximum, np.maximum(minimum, multiple)), rules)


_SHAPES = (("min_max", "reviewed_band"), ("reorder_point",), ("order_up_to", "reviewed_band"), ("economic_order",))
"""Rules that bring a usual order on top of the need, that order at least one, that cover a review, and that order at
least the economic quantity."""


def _lot_rule(found: PlacePolicies) -> IntArray:
    """Number of the rule of lot sizing that somebody wrote, by item-location; 0 for none."""
    each = [LOT_RULES.index(one.rule) if one.written and one.rule in DYNAMIC_RULES else 0 for one in found.policies]
    return np.array(each, np.int64)[found.of_place]


def _written(found: PlacePolicies, *names: str) -> BoolArray:
    return found.numbers(lambda one: float(one.written and one.rule in names)) > 0


def _whole(size: Array, multiple: Array) -> Array:
    """A fixed quantity in whole multiples."""
    step = np.where(multiple > 0, multiple, 1.0)
    return np.asarray(np.ceil(size / step - 1e-9) * step)


def _review(found: PlacePolicies, horizon: Calendar) -> Array:
    days = found.numbers(lambda one: one.review_days)
    return np.where(np.isnan(days), 1.0, days / float(horizon.days.mean()))


def _distinct(
    extract: Extract, rows: PlanRows, parameters: PlanParameters, abc: IntArray, history: Array, horizon: Calendar
) -> tuple[list[StockPolicy], IntArray]:
    """The different policies, and which of them each item-location has."""
    rules = read_class_policies(parameters.stock_policies)
    speaks_of_xyz = any(len(name) == 2 for name in rules)
    xyz = _xyz(rows, history, horizon) if speaks_of_xyz else np.zeros(rows.places.size, np.int64)
    kinds = [(a, x) for a in ABC for x in "XYZ"]
    policies = [policy_of(rules, a, x) for a, x in kinds]
    of_place = (abc * 3 + xyz).astype(np.int64)
    for row, line in _lines(extract, rows):
        try:
            policies.append(read_policy(line, policies[of_place[row]]))
        except ChangeInvalid:
            continue
        of_place[row] = len(policies) - 1
    return policies, of_place


def _xyz(rows: PlanRows, history: Array, horizon: Calendar) -> IntArray:
    """XYZ class of each item-location, by how much of its demand neither season nor trend explains."""
    demand = scatter_add(history, rows.place_of_demand, rows.places.size)
    names = label(classify_xyz(forecastability(demand, horizon.periods_per_year)), XYZ)
    return np.array(["XYZ".index(name) for name in names], dtype=np.int64)


def _lines(extract: Extract, rows: PlanRows) -> list[tuple[int, str]]:
    """Item-locations that state a policy of their own."""
    table = extract.tables["item_location"]
    if "stock_policy" not in table.columns:
        return []
    named = table.filter(pl.col("stock_policy").str.strip_chars().str.len_chars() > 0)
    row = rows.find("item_location", named.rename({"item_id": "item", "location_id": "location"}))
    return [(int(r), line) for r, line in zip(row, named["stock_policy"].to_list(), strict=True) if r >= 0]
