"""Capacity review: load against hours, and what stands behind it."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl

from steelyard.errors import NotFound
from steelyard.grid.block import Array, IntArray, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.past_hours import demonstrated_capacity
from steelyard.plan.review.resource_facts import ResourceFacts, resource_facts
from steelyard.plan.review.rough_cut_ways import RoughCutLoad, RoughCutWay, rough_cut
from steelyard.plan.review.stores import stock_in, stock_of, stored_places, with_stock
from steelyard.supply.rough_cut import cumulative_slack
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import work_of_places


@dataclass(frozen=True, eq=False)
class CapacityView:
    """Load and hours of every resource.

    Args:
        plan: The plan.
        way: How its load is cut.
    """

    plan: PlanNumbers
    way: RoughCutWay = "resource_profile"

    @property
    def resources(self) -> tuple[str, ...]:
        """Names of the resources."""
        return tuple(self.plan.series("capacity_load").members["resource"].to_list())

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods."""
        return tuple(self.plan.horizon.labels)

    @cached_property
    def stores(self) -> frozenset[str]:
        """Names of the resources whose load is stock, in units, and not work."""
        return frozenset(self.resources[number] for number in stored_places(self.plan))

    @cached_property
    def facts(self) -> tuple[ResourceFacts, ...]:
        """What each resource is, in the order of their names."""
        return resource_facts(self.plan)

    @cached_property
    def available(self) -> Array:
        """Rated capacity: what is offered less downtime x utilisation x efficiency, `[period, resource]`."""
        return _only(self.plan, "capacity_available")

    @cached_property
    def past_due(self) -> Array:
        """Hours that should have been worked before the first period, by resource."""
        return self.cut.past_due

    @cached_property
    def load(self) -> Array:
        """Hours asked without limits, work that is past due left out, `[period, resource]`; of stores their stock."""
        return with_stock(self.plan, self.cut.load, planned=False)

    @cached_property
    def planned(self) -> Array:
        """Hours of the plan that can be made, `[period, resource]`; of stores their stock."""
        return with_stock(self.plan, _only(self.plan, "constrained_load"), planned=True)

    @cached_property
    def slack(self) -> Array:
        """Hours free up to each period, past due work done first; below zero no building ahead can help.

        Of stores the room that is free at the end of the period: room of an earlier one is of no use.
        """
        asked = self.load.copy()
        asked[0] += self.past_due
        slack, stores = np.array(cumulative_slack(asked, self.available)), list(stored_places(self.plan))
        slack[:, stores] = self.available[:, stores] - self.load[:, stores]
        return slack

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a resource and period: unit, available, asked, planned, overload, slack, utilisation."""
        size = len(self.periods)
        columns = {
            "available": self.available, "asked": self.load, "planned": self.planned,
            "overload": np.maximum(self.load - self.available, 0.0), "slack": self.slack,
        }  # fmt: skip
        return pl.DataFrame(
            {
                "resource": [name for name in self.resources for _ in range(size)],
                "period": list(self.periods) * len(self.resources),
                "unit": [one.unit for one in self.facts for _ in range(size)],
                **{name: cells.T.reshape(-1) for name, cells in columns.items()},
            }
        ).with_columns(
            pl.when(pl.col("available") > 0).then(pl.col("asked") / pl.col("available")).alias("utilisation")
        )

    @cached_property
    def cut(self) -> RoughCutLoad:
        """Load by the way asked for, as it is before stores show their stock."""
        return rough_cut(self.plan, self.way)

    @cached_property
    def kinds(self) -> pl.DataFrame:
        """One row a resource: unit, offered, utilisation, efficiency, rated, demonstrated, best, by, asked, planned.

        Figures are means of a planned period in the unit of the resource. Demonstrated is what it delivered in a past
        period at standard hours, best the most in one, by what tells it; empty where neither record nor order does.
        """
        seen, facts = demonstrated_capacity(self.plan), self.facts
        used = np.array([one.utilisation * one.efficiency for one in facts])
        rated = self.available.mean(axis=0)
        return pl.DataFrame(
            {
                "resource": [one.name for one in facts],
                "kind": [one.kind for one in facts],
                "unit": [one.unit for one in facts],
                "offered": np.divide(rated, used, out=np.zeros_like(rated), where=used > 0),
                "utilisation": [one.utilisation for one in facts],
                "efficiency": [one.efficiency for one in facts],
                "rated": rated,
                "demonstrated": pl.Series(seen.mean).fill_nan(None),
                "best": pl.Series(seen.best).fill_nan(None),
                "by": list(seen.basis),
                "asked": self.load.mean(axis=0),
                "planned": self.planned.mean(axis=0),
            }
        )

    def number(self, resource: str) -> int:
        """Place of a resource.

        Raises:
            NotFound: The plan has no such resource.
        """
        if resource not in self.resources:
            raise NotFound(f"There is no resource {resource!r}", mend=f"use one of {', '.join(self.resources[:12])}")
        return self.resources.index(resource)


def work_on(plan: PlanNumbers, resource: str, period: str = "", *, planned: bool = False) -> pl.DataFrame:
    """Items that use a resource, most hours first; of an item with several sources the part made there.

    Args:
        plan: The plan.
        resource: The resource.
        period: One period; all of them where none is named. Work counts where it is done, not where it is received.
            Of a store it is the stock at the end of that period, or the mean.
        planned: Whether to look at what can be made instead of what is asked for.

    Returns:
        item, location, units received, hours_per_unit, hours.

    Raises:
        NotFound: The plan has no such resource.
        UnknownPeriod: The plan has no such period.
    """
    sources, view = _source_rows(plan), CapacityView(plan)
    lines = sources.bill.by_resource
    number = view.number(resource)
    if number in stored_places(plan):
        return stock_in(plan, number, period, planned=planned)
    part = slice(int(lines.start[number]), int(lines.start[number + 1]))
    rows, offset = lines.other[part].astype(np.int64), lines.offset[part].astype(np.int64)
    receipts = sources.planned(join(plan.blocks("constrained_receipts" if planned else "planned_receipts")))
    units = _received(receipts, rows, offset, plan.horizon.position(period) if period else None)
    work = pl.DataFrame({"row": rows, "units": units, "hours": units * lines.hours_per_unit[part]})
    return _by_place(plan, sources, work.filter(pl.col("hours") > 0))


def _by_place(plan: PlanNumbers, sources: SourceRows, work: pl.DataFrame) -> pl.DataFrame:
    """Work gathered by item-location: hours of all operations, units of all sources."""
    by_row = work.group_by("row", maintain_order=True).agg(pl.col("units").max(), pl.col("hours").sum())
    by_row = by_row.with_columns(pl.Series("place", sources.feeds[by_row["row"].to_numpy()]))
    found = by_row.group_by("place", maintain_order=True).agg(pl.col("units", "hours").sum())
    names: pl.DataFrame = plan.series("planned_receipts").members[found["place"].to_list()].select("item", "location")
    frame = names.with_columns(
        found["units"], (found["hours"] / found["units"]).alias("hours_per_unit"), found["hours"]
    )
    return frame.sort("hours", "item", descending=[True, False], maintain_order=True)


def _source_rows(plan: PlanNumbers) -> SourceRows:
    return cast(SourceRows, plan.values["source_rows"])


def _received(receipts: Array, rows: IntArray, offset: IntArray, period: int | None) -> Array:
    """Units whose work falls into a period, by line; all units where no period is given."""
    if period is None:
        return np.asarray(receipts[:, rows].sum(axis=0))
    when = period + offset
    inside = when < receipts.shape[0]
    return np.where(inside, receipts[np.minimum(when, receipts.shape[0] - 1), rows], 0.0)


def load_by_source(plan: PlanNumbers, resource: str, *, level: str = "product_family") -> pl.DataFrame:
    """Hours that the demand of each member asks of a resource by period, all that goes into its items included.

    Demand is taken in the period in which it is due, so that the hours differ from the load by stock and lead times.
    Of a store it is the stock of each member.

    Args:
        plan: The plan.
        resource: The resource.
        level: Level by which item-locations are gathered.

    Returns:
        One row a member with `member`, `total`, and a column of hours a period; most hours first.
    """
    view = CapacityView(plan)
    series = plan.series("independent_demand")
    number, stored = view.number(resource), stored_places(plan)
    if number in stored:
        inside = np.zeros(series.members.height)
        inside[stored[number]] = 1.0
        hours = stock_of(plan, planned=False) * inside
    else:
        per_unit = np.asarray(work_of_places(_source_rows(plan))[:, [number]].todense()).reshape(-1)
        hours = join(plan.blocks("independent_demand")) * per_unit
    codes, names = series.codes(level), series.names(level)
    sums = np.stack([np.bincount(codes, row, len(names)) for row in hours], axis=1)
    frame = pl.DataFrame({"member": list(names), "total": sums.sum(axis=1)})
    frame = frame.with_columns(pl.Series(label, sums[:, t]) for t, label in enumerate(view.periods))
    return frame.filter(pl.col("total") > 0).sort("total", descending=True)


def _only(plan: PlanNumbers, measure: str) -> Array:
    return join(plan.blocks(measure))
