"""Family bills: what a unit of a family asks of each resource, weighted by the plan's own mix of items."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import cast

import numpy as np
import polars as pl

from steelyard.errors import NotFound, PlanError
from steelyard.grid.block import Array, BoolArray, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.capacity import CapacityView
from steelyard.plan.review.stores import stored_places
from steelyard.supply.rough_cut import overload
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import work_of_places

_CRUMB = 1e-6


@dataclass(frozen=True, eq=False)
class FamilyBills:
    """Bills of resources of families, or of the members of another level.

    The mix is that of the plan's independent demand: what customers shall get of each item at each place. All that
    goes into an item is in its bill, in the period in which the item is due. Stores are left out.

    Args:
        plan: The plan.
        level: Level whose members have bills.
    """

    plan: PlanNumbers
    level: str = "product_family"

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Members that are asked for and need a resource, in order of their name."""
        needed = self._hours.sum(axis=(0, 2)) > 0
        return tuple(name for name, some in zip(self._names, needed.tolist(), strict=True) if some)

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """Resources that some unit takes, stores left out."""
        return tuple(self.view.resources[number] for number in np.flatnonzero(self._counted).tolist())

    @cached_property
    def view(self) -> CapacityView:
        """Load and capacity of the plan."""
        return CapacityView(self.plan)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a member, resource and period: member, resource, unit, period, quantity, per_unit, hours."""
        per_unit, quantity = self.per_unit, self.quantity
        t, m, r = np.nonzero(per_unit)
        units = [one.unit for one in self.view.facts]
        frame = pl.DataFrame(
            {
                "member": [self._names[number] for number in m.tolist()],
                "resource": [self.view.resources[number] for number in r.tolist()],
                "unit": [units[number] for number in r.tolist()],
                "period": [self.view.periods[number] for number in t.tolist()],
                "at": t,
                "quantity": quantity[t, m],
                "per_unit": per_unit[t, m, r],
                "hours": per_unit[t, m, r] * quantity[t, m],
            }
        )
        return frame.sort("member", "resource", "at").drop("at")

    @cached_property
    def mean(self) -> pl.DataFrame:
        """One row a member and resource over the horizon: per_unit, least and most of a period, hours, share of all."""
        hours, quantity = self._hours.sum(axis=0), self.quantity.sum(axis=0)
        m, r = np.nonzero(hours)
        some = np.where(self.quantity[:, :, None] > 0, self.per_unit, np.nan)
        load = hours.sum(axis=0)
        units = [one.unit for one in self.view.facts]
        return pl.DataFrame(
            {
                "member": [self._names[number] for number in m.tolist()],
                "resource": [self.view.resources[number] for number in r.tolist()],
                "unit": [units[number] for number in r.tolist()],
                "per_unit": hours[m, r] / quantity[m],
                "least": np.nanmin(some[:, m, r], axis=0) if m.size else np.empty(0),
                "most": np.nanmax(some[:, m, r], axis=0) if m.size else np.empty(0),
                "quantity": quantity[m],
                "hours": hours[m, r],
                "share": hours[m, r] / load[r],
            }
        ).sort("member", "hours", descending=[False, True])

    @cached_property
    def quantity(self) -> Array:
        """What is asked of each member, `[period, member]` [units]."""
        return self._of_members(self._demand)

    @cached_property
    def per_unit(self) -> Array:
        """What a unit of each member takes, `[period, member, resource]`; without demand by the mean mix."""
        mean = _per_unit(self._hours.sum(axis=0), self.quantity.sum(axis=0))
        return np.where(self.quantity[:, :, None] > 0, _per_unit(self._hours, self.quantity), mean)

    def number(self, member: str) -> int:
        """Place of a member.

        Raises:
            NotFound: The plan asks for no such member, or it needs no resource.
        """
        if member not in self.members:
            said, near = self.level.replace("_", " "), ", ".join(self.members[:12])
            raise NotFound(f"There is no {said} {member!r} that loads a resource", mend=f"use one of {near}")
        return self._names.index(member)

    @cached_property
    def _demand(self) -> Array:
        return np.maximum(join(self.plan.blocks("independent_demand")), 0.0)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.plan.series("independent_demand").names(self.level))

    @cached_property
    def _counted(self) -> BoolArray:
        counted = np.ones(len(self.view.resources), np.bool_)
        counted[list(stored_places(self.plan))] = False
        return np.asarray(counted & (self._hours.sum(axis=(0, 1)) > 0))

    @cached_property
    def _hours(self) -> Array:
        """Work asked by each member, `[period, member, resource]`, in the unit of the resource."""
        work = work_of_places(cast(SourceRows, self.plan.values["source_rows"]))
        found = np.empty((self._demand.shape[0], len(self._names), work.shape[1]))
        for number in range(work.shape[1]):
            per_unit = np.asarray(work[:, [number]].todense()).reshape(-1)
            found[:, :, number] = self._of_members(self._demand * per_unit)
        found[:, :, list(stored_places(self.plan))] = 0.0
        return found

    def _of_members(self, cells: Array) -> Array:
        codes = self.plan.series("independent_demand").codes(self.level)
        return np.stack([np.bincount(codes, row, len(self._names)) for row in cells])


@dataclass(frozen=True)
class FamilyQuantity:
    """A quantity of a family that somebody asks about.

    Args:
        member: The family, or another member of the level.
        percent: More (or less) of what the plan asks for, in percent; or
        units: more (or less) units in every period.
        first: First period, the first of the plan if empty.
        last: Last period, the last of the plan if empty.
    """

    member: str
    percent: float | None = None
    units: float | None = None
    first: str = ""
    last: str = ""


def load_of_quantity(bills: FamilyBills, asked: FamilyQuantity) -> pl.DataFrame:
    """What more of a family would load, by its bill at the plan's own mix.

    Args:
        bills: Bills of the plan.
        asked: How much more, when.

    Returns:
        One row a resource that the family uses and a period: resource, unit, period, quantity (more units), more
        (load), asked (load of the plan), available, overload_before, overload (with it).

    Raises:
        NotFound: The plan asks for no such member.
        PlanError: Not exactly one of percent and units is given, it is no finite number, or more is taken off than the
            plan asks for.
        UnknownPeriod: The plan has no such period.
    """
    if (asked.percent is None) == (asked.units is None):
        raise PlanError("How much more is not said", mend="give percent or units, one of the two")
    if not isfinite(cast(float, asked.units if asked.percent is None else asked.percent)):
        raise PlanError("How much more is no finite number", mend="give a number such as 10 or -5")
    view, number = bills.view, bills.number(asked.member)
    chosen = np.zeros(len(view.periods))
    chosen[bills.plan.horizon.span(asked.first or None, asked.last or None)] = 1.0
    if asked.units is None:
        quantity = bills.quantity[:, number] * ((asked.percent or 0.0) / 100.0) * chosen
    else:
        quantity = asked.units * chosen
    if (quantity < -bills.quantity[:, number] - _CRUMB).any():
        raise PlanError("More is taken off than the plan asks for", mend="take off less, or 100 percent at most")
    more = quantity[:, None] * bills.per_unit[:, number]
    used = np.flatnonzero(bills.per_unit[:, number].any(axis=0)).tolist()
    before, after = overload(view.load, view.available), overload(view.load + more, view.available)
    return pl.concat(
        pl.DataFrame(
            {
                "resource": [view.resources[r]] * len(view.periods),
                "unit": [view.facts[r].unit] * len(view.periods),
                "period": list(view.periods),
                "quantity": quantity,
                "more": more[:, r],
                "asked": view.load[:, r],
                "available": view.available[:, r],
                "overload_before": before[:, r],
                "overload": after[:, r],
            }
        )
        for r in used
    )


def load_in_sum(load: pl.DataFrame) -> pl.DataFrame:
    """The same over the horizon: one row a resource with its unit, more, overload before and after, and the worst."""
    share = pl.when(pl.col("available") > 0).then((pl.col("asked") + pl.col("more")) / pl.col("available"))
    worst = load.with_columns(share.alias("share"))
    return worst.group_by("resource", "unit", maintain_order=True).agg(
        pl.col("quantity").sum(),
        pl.col("more").sum(),
        pl.col("asked").sum(),
        pl.col("available").sum(),
        pl.col("overload_before").sum(),
        pl.col("overload").sum(),
        pl.col("share").max().alias("worst"),
        pl.col("period").sort_by("share", descending=True, nulls_last=True).first().alias("when"),
    )


def _per_unit(hours: Array, quantity: Array) -> Array:
    divisor = quantity[..., None]
    return np.divide(hours, divisor, out=np.zeros_like(hours), where=divisor > 0)
