"""Rough-cut ways: three ways to see what a plan asks of resources, from coarse to fine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np

from steelyard.errors import NotFound
from steelyard.grid.block import Array, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.past_hours import HistoricalShares, historical_shares
from steelyard.plan.review.resource_facts import resource_facts
from steelyard.supply.rough_cut import load_by_overall_factors, load_resources
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import work_of_places

RoughCutWay = Literal["resource_profile", "bill_of_resources", "overall_factors"]
ROUGH_CUT_WAYS: Mapping[RoughCutWay, str] = {
    "resource_profile": "Resource profile",
    "bill_of_resources": "Bill of resources",
    "overall_factors": "Overall factors (CPOF)",
}
"""Ways to load, with what they are called."""


@dataclass(frozen=True, eq=False)
class RoughCutLoad:
    """Load of all resources by one way.

    Args:
        load: Hours asked, `[period, resource]`; stock of stores is not in it.
        past_due: Hours that should have been worked before the first period, by resource.
        shares: Past shares that split the hours, of overall factors only.
    """

    load: Array
    past_due: Array
    shares: HistoricalShares | None = None


def rough_cut_way(name: str) -> RoughCutWay:
    """A way by its name.

    Raises:
        NotFound: There is no such way.
    """
    if name not in get_args(RoughCutWay):
        raise NotFound(f"There is no way {name!r} to load resources", mend=f"use one of {', '.join(ROUGH_CUT_WAYS)}")
    return cast(RoughCutWay, name)


def rough_cut(plan: PlanNumbers, way: RoughCutWay) -> RoughCutLoad:
    """Load resources with the plan that nothing limits.

    - resource_profile: every order of every level, net of stock, by its own routing and its offset before the receipt.
    - bill_of_resources: what the master schedule asks of each resource, all that goes into its items included, in
      the period in which they are received.
    - overall_factors: the hours of the master schedule as one sum, split by the shares resources had in the past.
      Suppliers and carriers, who work no hours, are loaded by the bill of resources.

    Args:
        plan: The plan.
        way: How to load.

    Source: Vollmann, Berry, Whybark & Jacobs, Manufacturing Planning and Control Systems, capacity planning.
    """
    rows = cast(SourceRows, plan.values["source_rows"])
    if way == "resource_profile":
        found = load_resources(rows.bill, rows.planned(join(plan.blocks("planned_receipts"))))
        return RoughCutLoad(found.load, found.past_due)
    work, schedule = work_of_places(rows), master_schedule(plan)
    by_bill = np.asarray(schedule @ work)
    nothing = np.zeros(by_bill.shape[1])
    if way == "bill_of_resources":
        return RoughCutLoad(by_bill, nothing)
    counted = np.array([one.works_hours for one in resource_facts(plan)], np.bool_)
    shares = historical_shares(plan, counted)
    hours_per_unit = np.asarray(work @ counted.astype(np.float64))
    shared = load_by_overall_factors(schedule, hours_per_unit, shares.share)
    return RoughCutLoad(np.where(counted, shared, by_bill), nothing, shares)


def master_schedule(plan: PlanNumbers) -> Array:
    """What is received of each item-location for its own customers, `[period, item-location]` [units].

    Of what serves customers and assemblies alike it is the part of the customers over the horizon.
    """
    asked, whole = (join(plan.blocks(name)).sum(axis=0) for name in ("independent_demand", "gross_requirement"))
    part = np.divide(asked, whole, out=np.zeros_like(whole), where=whole > 0)
    schedule: Array = join(plan.blocks("planned_receipts")) * np.clip(part, 0.0, 1.0)
    return schedule
