"""Random supply models: small companies with everything a model may hold."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.model import Conventions, SupplyModel
from steelyard.supply.model_builder import ModelBuilder


def random_model(seed: int, *, whole: bool = False) -> SupplyModel:
    """Two finished items made of one part, in two places, for two classes of customers."""
    draw = np.random.default_rng(seed)
    periods = int(draw.integers(3, 8))

    def some(low: float, high: float) -> Array:
        return np.round(draw.uniform(low, high, periods), 2)

    write = ModelBuilder(periods, days=some(15, 23), conventions=_conventions(draw, whole))
    write.resource(
        "line", regular=some(20, 60), overtime=some(0, 15), overtime_cost=4, regular_cost=draw.choice([0, 1])
    )
    write.resource("store", kind="storage", regular=float(draw.uniform(50, 90)))
    write.resource("shop", shift_hours=20, shift_limit=draw.choice([0, 2]), shift_cost=50, minimum_load=some(0, 5))
    write.workers(
        "crew", resource="shop", opening=4, hours_per_worker=8, overtime_per_worker=1, wage=5, hire_cost=20,
        layoff_cost=30, maximum=9, hire_limit=2,
    )  # fmt: skip
    write.node("part", opening=30, holding_cost=0.1, receipts=some(0, 10), shelf_life=int(draw.integers(0, 4)))
    write.buy("part", unit_cost=1, lead_time=1, maximum=80, lot_multiple=5 if whole else 0,
              lot_maximum=22 if whole else np.inf, fixed_cost=2 if whole else 0)  # fmt: skip
    for item in ("chair", "table"):
        _add_item(write, item, draw, some, whole=whole)
    return write.build()


def _add_item(write: ModelBuilder, item: str, draw: np.random.Generator, some: object, *, whole: bool) -> None:
    assert callable(some)
    target = some(0, 8)
    write.node(item, opening=5, target=target, maximum=target + 20, holding_cost=0.3, shortfall_cost=0.5, excess_cost=1)
    write.node(f"{item} east", opening=3, target=4, holding_cost=0.4, shortfall_cost=0.7, storage="store",
               storage_per_unit=1, minimum=draw.choice([0, 3]), end_value=0.5)  # fmt: skip
    write.make(
        item, unit_cost=2, components={"part": 2}, hours={"line": 1, "shop": 0.5}, lead_time=1,
        hour_offset={"shop": 1}, increase_cost=0.2, decrease_cost=0.1, previous_rate=4, minimum=draw.choice([0, 2]),
        fixed_cost=5 if whole else 0, lot_minimum=3 if whole else 0, lot_maximum=5 if whole else np.inf,
    )  # fmt: skip
    write.subcontract(item, unit_cost=9, maximum=some(0, 10), reference=3, deviation_cost=0.3)
    write.transfer(item, f"{item} east", unit_cost=0.5, lead_time=int(draw.integers(0, 2)))
    write.buy(f"{item} east", unit_cost=14, share=0.2, share_cost=0.1, maximum=6)
    write.demand(item, some(0, 15), price=20, backlog_cost=draw.choice([0.4, 2.0]), lost_cost=3, customer_class="shop")
    write.demand(f"{item} east", some(0, 9), price=25, backlog_cost=2, customer_class="web", commitment=some(0, 3),
                 commitment_cost=4)  # fmt: skip
    write.demand(f"{item} east", some(0, 5), price=22, lost_cost=1, customer_class="retail")


def _conventions(draw: np.random.Generator, whole: bool) -> Conventions:
    return Conventions(
        stock_basis="average" if draw.random() < 0.5 else "ending",
        charge_only_excess=bool(draw.random() < 0.3),
        undertime_paid=bool(draw.random() < 0.5),
        end_backlog="forbidden" if draw.random() < 0.5 else "lost",
        rate="day" if draw.random() < 0.5 else "period",
        whole_workers=whole,
    )
