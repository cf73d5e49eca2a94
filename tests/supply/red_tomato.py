"""Red Tomato Tools as a supply model: the worked company of several tests."""

from collections.abc import Sequence

from steelyard.supply.model import Conventions, SupplyModel
from steelyard.supply.model_builder import ModelBuilder

DEMAND = (1600, 3000, 3200, 3800, 2200, 2200)


def red_tomato(demand: Sequence[float] = DEMAND, *, whole_workers: bool = False) -> SupplyModel:
    write = ModelBuilder(6, conventions=Conventions(whole_workers=whole_workers, end_backlog="forbidden"))
    write.node("tool", opening=1000, holding_cost=2, minimum=[0, 0, 0, 0, 0, 500])
    write.resource("labour", overtime_cost=6)
    write.workers(
        "labour", opening=80, hours_per_worker=160, overtime_per_worker=10, wage=640, hire_cost=300, layoff_cost=500
    )
    write.make("tool", unit_cost=10, hours={"labour": 4})
    write.subcontract("tool", unit_cost=30)
    write.demand("tool", list(demand), price=40, backlog_cost=5)
    return write.build()
