"""Whole companies as supply models: bills of several levels, co-products, quotas, two places, lots and slow parts."""

import numpy as np

from steelyard.supply.model import SupplyModel
from steelyard.supply.model_builder import ModelBuilder

CLASSES = ("key", "rest")


def whole_company(seed: int) -> SupplyModel:
    """Products of assemblies of parts, made on shared lines, sold at two places; drawn from a seed."""
    draw = np.random.default_rng(seed)
    periods, products = int(draw.integers(4, 8)), int(draw.integers(2, 5))
    write = ModelBuilder(periods)
    for line in ("press", "assembly"):
        write.resource(
            line, regular=draw.uniform(15, 60, periods).round(1), overtime=float(draw.integers(0, 12)), overtime_cost=4
        )
    parts = _parts(write, draw)
    assemblies = _assemblies(write, draw, parts)
    for number in range(products):
        _product(write, draw, f"product {number}", assemblies, periods)
    return write.build()


def _parts(write: ModelBuilder, draw: np.random.Generator) -> list[str]:
    """Bought parts; the first from two suppliers of which each shall have its share."""
    names = [f"part {number}" for number in range(3)]
    for name in names:
        write.node(name, opening=float(draw.integers(0, 60)), holding_cost=0.05, shelf_life=int(draw.choice([0, 0, 3])))
    share = round(float(draw.uniform(0.2, 0.8)), 2)
    write.buy(names[0], name="first supplier", unit_cost=1.0, share=share, share_cost=0.2)
    write.buy(names[0], name="second supplier", unit_cost=1.1, lead_time=1, share=1 - share, share_cost=0.2)
    for name in names[1:]:
        write.buy(name, unit_cost=1.0, lead_time=int(draw.integers(0, 3)))
    return names


def _assemblies(write: ModelBuilder, draw: np.random.Generator, parts: list[str]) -> list[str]:
    """Two assemblies, the second one out of the first; trimmings come out beside the first and replace a part."""
    names = ["frame", "body"]
    for name in names:
        write.node(name, opening=float(draw.integers(0, 20)), holding_cost=0.2)
    write.make(
        "frame", unit_cost=1.0, components={parts[0]: 2.0, parts[1]: 1.0}, hours={"press": 0.5},
        co_products={parts[2]: round(float(draw.uniform(0.1, 1.0)), 2)},
    )  # fmt: skip
    write.make(
        "body", unit_cost=1.0, components={"frame": 1.0, parts[2]: 1.0}, hours={"press": 0.3, "assembly": 0.2},
        lead_time=int(draw.integers(0, 2)),
    )  # fmt: skip
    return names


def _product(write: ModelBuilder, draw: np.random.Generator, name: str, assemblies: list[str], periods: int) -> None:
    target = float(draw.integers(0, 8))
    write.node(name, opening=float(draw.integers(0, 15)), target=target, holding_cost=0.4, shortfall_cost=0.8)
    write.node(f"{name} east", opening=float(draw.integers(0, 10)), holding_cost=0.5)
    taken = str(draw.choice(assemblies))
    write.make(
        name, unit_cost=2.0, components={taken: float(draw.integers(1, 3))}, hours={"assembly": 0.8}, lead_time=0
    )  # fmt: skip
    write.transfer(name, f"{name} east", unit_cost=0.3, lead_time=int(draw.integers(0, 2)))
    for place in (name, f"{name} east"):
        for rank, customer in enumerate(CLASSES):
            asked = draw.uniform(0, 12, periods).round(1)
            price = float(draw.uniform(25, 45))
            write.demand(
                place,
                asked,
                customer_class=customer,
                rank=rank,
                price=price,
                backlog_cost=1.5 - rank * 0.5,
                lost_cost=6.0,
            )
