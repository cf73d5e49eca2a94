"""Multi-echelon: where in a plan's network, or in a network of a file, safety stock costs least."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl

from steelyard.grid.block import Array, Blocks, join
from steelyard.inventory.multi_echelon.guarantee_check import check_guarantee
from steelyard.inventory.multi_echelon.guaranteed_service import ServicePlan, place_safety_stock
from steelyard.inventory.multi_echelon.stage_network import StageNetwork
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.stages.echelon import Search, network_plan
from steelyard.plan.stages.table import read_stage_table

PATIENT = Search(restarts=2, passes=300, patience=40)
"""How long the command searches on networks that are no trees."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Safety stock placed in a network.

    Args:
        network: The stages.
        plan: Where stock is kept.
        names: Level and name of each stage, one row a stage.
        deviation: Standard deviation of customers' demand in a time unit, by stage.
        local_cost: Cost of safety stock where each stage that is asked for by customers or others guards itself.
    """

    network: StageNetwork
    plan: ServicePlan
    names: pl.DataFrame
    deviation: Array
    local_cost: float

    @property
    def table(self) -> pl.DataFrame:
        """One row a stage, most money first."""
        frame = self.names.with_columns(
            service_time=pl.Series(self.plan.service_time),
            inbound_time=pl.Series(self.plan.inbound_time),
            net_time=pl.Series(self.plan.net_time),
            safety_stock=pl.Series(self.plan.safety_stock),
            pipeline_stock=pl.Series(self.plan.pipeline_stock),
            cost=pl.Series(self.plan.stage_cost),
        )
        return frame.sort("cost", *self.names.columns, descending=[True, *(False for _ in self.names.columns)])

    def check(self, *, periods: int = 500, courses: int = 10, seed: int = 0) -> pl.DataFrame:
        """How often simulated demand stays within each stage's stock; see `check_guarantee`."""
        longest = int(np.ceil(self.plan.net_time.max(initial=0.0)))
        found = check_guarantee(
            self.network, self.plan, deviation=self.deviation, periods=periods + longest, courses=courses, seed=seed
        )
        return self.names.with_columns(
            kept=pl.Series(found.kept),
            standard_error=pl.Series(found.standard_error),
            excess=pl.Series(found.mean_excess),
        )


def place_plan(plan: PlanNumbers, *, search: Search = PATIENT) -> Placement:
    """Place the safety stock of a plan's item-locations; cost is that of holding it for a period."""
    network, placed = network_plan(plan.values, search)
    days = cast(float, plan.values["days_per_period"])
    error = join(cast(Blocks, plan.values["forecast_error"])) / np.sqrt(days)
    names = plan.inputs.series["item_location"].members.select("item", "location")
    rate = cast(float, plan.values["holding_rate"])
    alone = rate * network.unit_cost * network.bound * np.sqrt(network.processing_time)
    return Placement(network, placed, names, error, float(alone.sum()))


def place_file(path: Path, *, holding_rate: float, safety_factor: float = 1.645, restarts: int = 4) -> Placement:
    """Place safety stock in a network that a file describes.

    Raises:
        FileUnreadable: The file cannot be read; the message says where.
    """
    table = read_stage_table(path)
    network = table.network(safety_factor=safety_factor)
    plan = place_safety_stock(network, holding_rate=holding_rate, restarts=restarts)
    alone = holding_rate * network.unit_cost * network.bound * np.sqrt(network.processing_time)
    return Placement(network, plan, pl.DataFrame({"stage": table.names}), table.deviation, float(alone.sum()))
