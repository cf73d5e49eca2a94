"""Gap board: demand against supply of a plan by family and period, in units, hours and money."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.balancing.gap import GapCells, gap_by_group
from steelyard.plan.balancing.standing_model import BalanceBase


@dataclass(frozen=True, eq=False)
class GapBoard:
    """The gap of a plan as it stands.

    Args:
        base: The plan.
    """

    base: BalanceBase

    @cached_property
    def cells(self) -> GapCells:
        """Demand, what is served in time, and the gap, `[period, family]`."""
        base, asked = self.base, self.base.cells("demand_plan")
        place = base.place_of_series
        return gap_by_group(
            asked, asked - base.late_or_lost, base.cells("price"), base.hours_per_unit[place], base.family[place],
            len(base.family_names),
        )  # fmt: skip

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a family and period: demand, served, gap [units], gap_money, gap_hours, service."""
        size, cells = len(self.base.periods), self.cells
        columns = {
            "demand": cells.demand, "served": cells.served, "gap": cells.gap, "gap_money": cells.money,
            "gap_hours": cells.hours,
        }  # fmt: skip
        frame = pl.DataFrame(
            {
                "family": [name for name in self.base.family_names for _ in range(size)],
                "period": list(self.base.periods) * len(self.base.family_names),
                **{name: np.ascontiguousarray(values.T).reshape(-1) for name, values in columns.items()},
            }
        )
        served = pl.col("served") / pl.col("demand")
        return frame.with_columns(pl.when(pl.col("demand") > 0).then(served).alias("service"))

    @cached_property
    def families(self) -> pl.DataFrame:
        """One row a family over the horizon, the dearest gap first."""
        summed = self.frame.group_by("family", maintain_order=True).agg(
            pl.col("demand", "served", "gap", "gap_money", "gap_hours").sum()
        )
        service = pl.when(pl.col("demand") > 0).then(pl.col("served") / pl.col("demand")).alias("service")
        sold = summed.filter(pl.col("demand") > 0).with_columns(service)
        return sold.sort("gap_money", "family", descending=[True, False])

    @property
    def demand(self) -> float:
        """Units asked for."""
        return float(self.cells.demand.sum())

    @property
    def served(self) -> float:
        """Units shipped in the period they were asked for."""
        return float(self.cells.served.sum())

    @property
    def units(self) -> float:
        """Units late or lost."""
        return float(self.cells.gap.sum())

    @property
    def money(self) -> float:
        """The same at price."""
        return float(self.cells.money.sum())

    @property
    def hours(self) -> float:
        """Hours in those units, all that goes into them included, on the resources that are short.

        More than `missing_hours` where a shortage is carried on: what is caught up makes late what is asked for next.
        """
        return float(self.cells.hours.sum())

    @property
    def missing_hours(self) -> float:
        """Hours that the plan without limits asks of those resources beyond what each has in a period."""
        return float(self.base.cells("overload").sum())

    @property
    def short_resources(self) -> tuple[str, ...]:
        """Resources of which the plan without limits asks more hours than there are."""
        names = self.base.full.resources.names
        return tuple(names[number] for number in np.flatnonzero(self.base.short_resources).tolist())

    @property
    def service(self) -> float:
        """Share of demand served in its own period."""
        demand = float(self.cells.demand.sum())
        return float(self.cells.served.sum()) / demand if demand else 1.0
