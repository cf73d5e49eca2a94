"""Multi-echelon: where in a plan's network, or in a network of a file, safety stock costs least."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import polars as pl

from steelyard.grid.block import Array, Blocks, join
from steelyard.inventory.multi_echelon.guarantee_check import GuaranteeCheck, check_guarantee
from steelyard.inventory.multi_echelon.guaranteed_service import ServicePlan, guard_alone, place_safety_stock
from steelyard.inventory.multi_echelon.stage_network import StageNetwork
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.stages.echelon import Search, daily_demand, network_plan
from steelyard.plan.stages.table import read_stage_table

_PERIODS, _COURSES = 250, 16
"""Length and number of the simulated courses of demand by which service is found."""
_SURE = 2.0
"""Standard errors beyond which a difference of service counts."""
PATIENT = Search(restarts=2, passes=300, patience=40)
"""How long the command searches on networks that are no trees."""


class Service(NamedTuple):
    """What customers can expect of a plan of safety stock, by simulated demand; weighted by their demand in money."""

    kept: float
    """Share of time in which the places that customers ask keep their promise."""
    error: float
    """Standard error of that share."""
    reached: float
    """The same where all that supply them, on all ways, must keep theirs, too."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Safety stock placed in a network.

    Args:
        network: The stages.
        plan: Where stock is kept.
        names: Level and name of each stage, one row a stage.
        deviation: Standard deviation of customers' demand in a time unit, by stage.
        alone: The same network where every stage guards its own time: what the placement is measured against.
        asked: Demand of customers in a time unit, by stage [money at cost].
    """

    network: StageNetwork
    plan: ServicePlan
    names: pl.DataFrame
    deviation: Array
    alone: ServicePlan
    asked: Array

    @property
    def local_cost(self) -> float:
        """Cost of safety stock where every stage guards itself [money]."""
        return self.alone.cost

    @property
    def saved(self) -> float:
        """Share of that cost which placing together saves; say it beside the service of both."""
        return 1.0 - self.plan.cost / self.alone.cost if self.alone.cost else 0.0

    @cached_property
    def service(self) -> Service:
        """Service of the placement, on the same simulated demand as `service_alone`."""
        return self._service(self.plan)

    @cached_property
    def service_alone(self) -> Service:
        """Service where every stage guards itself."""
        return self._service(self.alone)

    @property
    def service_lost(self) -> float:
        """Share of time in which customers are served less than if every stage guarded itself; 0 within the error."""
        lost = self.service_alone.kept - self.service.kept
        return lost if lost > _SURE * max(self.service.error, self.service_alone.error) else 0.0

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
        found = self._held(self.plan, periods=periods, courses=courses, seed=seed)
        return self.names.with_columns(
            kept=pl.Series(found.kept),
            standard_error=pl.Series(found.standard_error),
            excess=pl.Series(found.mean_excess),
        )

    def _held(self, plan: ServicePlan, *, periods: int, courses: int, seed: int) -> GuaranteeCheck:
        times = (self.plan.net_time, self.alone.net_time)
        longest = int(np.ceil(max(float(each.max(initial=0.0)) for each in times)))
        return check_guarantee(
            self.network, plan, deviation=self.deviation, periods=periods + longest, courses=courses, seed=seed
        )

    def _service(self, plan: ServicePlan) -> Service:
        found = self._held(plan, periods=_PERIODS, courses=_COURSES, seed=0)
        weight = self.asked / self.asked.sum() if self.asked.sum() else np.full(self.asked.size, 1 / self.asked.size)
        kept = found.kept_by_course @ weight
        error = float(kept.std(ddof=1) / np.sqrt(_COURSES))
        return Service(float(kept.mean()), error, float((found.reached_by_course @ weight).mean()))


def place_plan(plan: PlanNumbers, *, search: Search = PATIENT) -> Placement:
    """Place the safety stock of a plan's item-locations; cost is that of holding it for a period."""
    network, placed = network_plan(plan.values, search)
    days = cast(float, plan.values["days_per_period"])
    error = join(cast(Blocks, plan.values["forecast_error"])) / np.sqrt(days)
    names = plan.inputs.series["item_location"].members.select("item", "location")
    rate = cast(float, plan.values["holding_rate"])
    asked = daily_demand(plan.values, days, network.size) * network.unit_cost
    return Placement(network, placed, names, error, guard_alone(network, holding_rate=rate), asked)


def place_file(path: Path, *, holding_rate: float, safety_factor: float = 1.645, restarts: int = 4) -> Placement:
    """Place safety stock in a network that a file describes.

    Raises:
        FileUnreadable: The file cannot be read; the message says where.
    """
    table = read_stage_table(path)
    network = table.network(safety_factor=safety_factor)
    plan = place_safety_stock(network, holding_rate=holding_rate, restarts=restarts)
    alone, asked = guard_alone(network, holding_rate=holding_rate), table.deviation * network.unit_cost
    return Placement(network, plan, pl.DataFrame({"stage": table.names}), table.deviation, alone, asked)
