"""Stock policy: how every item-location of a plan is served and replenished, by its own line or its class.

A line that nobody can read counts as none: the check of the table names it when it is imported, and a change that
brings one is refused.
"""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.demand.segmentation import XYZ, classify_xyz, forecastability, label
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.rollup import scatter_add
from steelyard.inventory.stock_policy import ABC, RULES, StockPolicy, policy_of, read_class_policies, read_policy
from steelyard.plan.inputs import supply
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.rows import PlanRows

RULE_NAMES = tuple(RULES)


def policy_inputs(
    extract: Extract,
    rows: PlanRows,
    horizon: Calendar,
    parameters: PlanParameters,
    *,
    abc: IntArray,
    history: Array,
) -> dict[str, Array]:
    """Service level and what it means, law of demand, review and rule of every item-location, by name of the input.

    Args:
        extract: The accepted tables.
        rows: The series of the plan.
        horizon: The planned periods.
        parameters: Class defaults and rules.
        abc: ABC class of each item-location, 0 for A.
        history: Demand by series, period x series [units]; read only where a rule speaks of X, Y or Z.
    """
    stated = supply.service_targets(extract, rows)
    usual = np.array([parameters.service_level_a, parameters.service_level_b, parameters.service_level_c])[abc]
    policies, of_place = _distinct(extract, rows, parameters, abc, history, horizon)
    own = np.array([np.nan if one.level is None else one.level for one in policies])[of_place]
    days = np.array([np.nan if one.review_days is None else one.review_days for one in policies])[of_place]
    return {
        "service_level": np.where(~np.isnan(stated), stated, np.where(np.isnan(own), usual, own)),
        "service_measure": np.array([float(one.measure_code) for one in policies])[of_place],
        "demand_law": np.array([float(one.law_code) for one in policies])[of_place],
        "review_periods": np.where(np.isnan(days), 1.0, days / float(horizon.days.mean())),
        "stock_rule": np.array([float(RULE_NAMES.index(one.rule)) for one in policies])[of_place],
    }


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
