"""Structure: parts, the four-level bill of material with common parts, and the work each made item takes."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import FAMILIES, SPARES
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Flags, Floats, Ints, Shape, Texts, numbered
from steelyard.data.synthetic.site import PLANTS


class Kind(IntEnum):
    """What an item is in the structure; a parent's kind is always lower than its component's."""

    FINISHED = 0
    MODULE = 1
    SUBASSEMBLY = 2
    RAW = 3


class Make(IntEnum):
    """Which technology a part belongs to."""

    HOUSING = 0
    ELECTRONIC = 1
    FRAME = 2


_SHARES = (0.3, 0.4, 0.3)
_PLANT_OF_MAKE = np.array([0, 1, 1])
_MODULE_NOUNS = (("housing module", "platform cover"), ("display module", "weighing module"), ("frame module", "deck"))
_SUB_NOUNS = (("moulded shell", "foot ring"), ("cell board", "display board"), ("load cell arm", "welded frame"))
_RAW_NOUNS = (
    ("resin granulate", "tempered glass", "spring strip", "carton", "screw set"),
    ("strain gauge", "converter chip", "bare board", "display glass", "connector"),
    ("steel profile", "load cell blank", "stainless sheet", "bearing set", "cable set"),
)
_RAW_COST = np.array([0.35, 1.10, 6.5])
"""Median cost of a raw part by technology [EUR]."""


@dataclass(frozen=True)
class Structure:
    """All items, sold ones first; arrays over items, and arrays over the rows of the bill."""

    item_id: Texts
    kind: Ints
    plant: Ints
    """Home plant: where it is made, or first bought to."""
    make: Ints
    """Technology; of a sold item -1."""
    family: Ints
    """Family of a sold item, -1 of a part."""
    bought: Flags
    raw_cost: Floats
    """Purchase price of what is bought, zero of what is made [EUR]."""
    description: list[str]
    parent: Ints
    component: Ints
    quantity: Floats
    scrap: Floats

    @property
    def count(self) -> int:
        """How many items."""
        return self.item_id.size

    @property
    def made(self) -> Ints:
        """Numbers of the items that are made."""
        return np.flatnonzero(~self.bought)

    @cached_property
    def rows_by_kind(self) -> dict[int, Ints]:
        """Rows of the bill by the kind of the parent, top first."""
        return {kind: np.flatnonzero(self.kind[self.parent] == kind) for kind in (0, 1, 2)}

    def explode(self, demand: Floats) -> Floats:
        """Total requirement of every item, month x item, from the demand for sold items (no lead times)."""
        total = np.zeros((demand.shape[0], self.count))
        total[:, : demand.shape[1]] = demand
        for rows in self.rows_by_kind.values():
            need = total[:, self.parent[rows]] * (self.quantity * (1.0 + self.scrap))[rows]
            np.add.at(total.T, self.component[rows], need.T)
        return total

    def used_at(self) -> Flags:
        """Whether a part is used at a plant, item x plant; sold items and made parts are at home anyway."""
        used = np.zeros((self.count, len(PLANTS)), dtype=bool)
        used[np.arange(self.count), self.plant] = True
        used[self.kind == Kind.RAW] = False
        used[self.component, self.plant[self.parent]] = True
        return used


def make_structure(shape: Shape, products: Products) -> Structure:
    """Build parts and bills: sold item > module > subassembly > raw part."""
    chance = shape.stream("structure")
    modules, subs, raws = _pools(shape.items)
    part_make = np.concatenate([modules, subs, raws])
    kind = np.repeat([0, 1, 2, 3], [products.count, modules.size, subs.size, raws.size])
    make = np.concatenate([np.full(products.count, -1), part_make])
    bill = _make_bill(chance, products, kind, make)
    plant = _home_plants(products, kind, make, bill)
    bought = np.concatenate([products.bought, np.zeros(modules.size + subs.size, bool), np.ones(raws.size, bool)])
    ids = [products.item_id, numbered("M-", modules.size, first=5001), numbered("U-", subs.size, first=6001)]
    return Structure(
        item_id=np.concatenate([*ids, numbered("R-", raws.size, first=7001)]),
        kind=kind,
        plant=plant,
        make=make,
        family=np.concatenate([products.family, np.full(part_make.size, -1)]),
        bought=bought,
        raw_cost=_raw_costs(chance, kind, make, bought),
        description=_describe(products, kind, make),
        parent=bill[0],
        component=bill[1],
        quantity=bill[2],
        scrap=np.where(kind[bill[1]] == Kind.RAW, 0.02, 0.0),
    )


def _pools(items: int) -> tuple[Ints, Ints, Ints]:
    """Technology of each module, subassembly and raw part; each technology has at least two."""
    return tuple(  # type: ignore[return-value]
        np.repeat(np.arange(3), [max(low, round(share * items / per)) for share in _SHARES])
        for per, low in ((8, 2), (16, 2), (8, 5))
    )


Bill = tuple[Ints, Ints, Floats]


def _make_bill(chance: np.random.Generator, products: Products, kind: Ints, make: Ints) -> Bill:
    finished = _finished_bill(chance, products, kind, make)
    modules = _part_bill(chance, kind, make, Kind.MODULE, Kind.SUBASSEMBLY, raws=1)
    subs = _part_bill(chance, kind, make, Kind.SUBASSEMBLY, None, raws=3)
    joined = [np.concatenate(columns) for columns in zip(finished, modules, subs, strict=True)]
    return joined[0].astype(np.int64), joined[1].astype(np.int64), joined[2]


def _finished_bill(chance: np.random.Generator, products: Products, kind: Ints, make: Ints) -> Bill:
    """Household and trade: body module, electronic module, packing; made spares: one module."""
    family = products.family
    scale = np.flatnonzero(family != SPARES)
    spare = np.flatnonzero((family == SPARES) & ~products.bought)
    body = np.where(np.array([f.plant for f in FAMILIES])[family[scale]] == 0, Make.HOUSING, Make.FRAME)
    body_part = _members(kind, make, Kind.MODULE, body, np.arange(scale.size))
    brain = _members(kind, make, Kind.MODULE, np.full(scale.size, Make.ELECTRONIC), np.arange(scale.size))
    pack = _members(kind, make, Kind.RAW, np.full(scale.size, Make.HOUSING), chance.integers(0, 10_000, scale.size))
    any_module = np.flatnonzero(kind == Kind.MODULE)[np.arange(spare.size) % int((kind == Kind.MODULE).sum())]
    bodies = np.array([1.0, 1.0, 1.0, 4.0, 1.0])[family[scale]]
    brains = np.array([1.0, 1.0, 2.0, 2.0, 1.0])[family[scale]]
    return (
        np.concatenate([scale, scale, scale, spare]),
        np.concatenate([body_part, brain, pack, any_module]),
        np.concatenate([bodies, brains, np.ones(scale.size + spare.size)]),
    )


def _members(kind: Ints, make: Ints, wanted: Kind, of_make: Ints, turn: Ints) -> Ints:
    """The turn-th part of a kind and technology, round and round."""
    chosen = np.zeros(of_make.size, dtype=np.int64)
    for number in Make:
        rows = np.flatnonzero(of_make == number)
        pool = np.flatnonzero((kind == wanted) & (make == number))
        chosen[rows] = pool[turn[rows] % pool.size]
    return chosen


def _part_bill(
    chance: np.random.Generator, kind: Ints, make: Ints, parent_kind: Kind, child_kind: Kind | None, *, raws: int
) -> Bill:
    """Parts of one kind: a subassembly of their technology (if any) and some different raw parts."""
    parents = np.flatnonzero(kind == parent_kind)
    turn = np.arange(parents.size)
    rows: list[Bill] = []
    if child_kind is not None:
        child = _members(kind, make, child_kind, make[parents], turn)
        rows.append((parents, child, chance.choice([1.0, 1.0, 2.0], parents.size)))
    for number in range(raws):
        raw = _members(kind, make, Kind.RAW, make[parents], turn * raws + number)
        rows.append((parents, raw, chance.choice([1.0, 1.0, 2.0, 4.0], parents.size)))
    return tuple(np.concatenate(columns) for columns in zip(*rows, strict=True))  # type: ignore[return-value]


def _home_plants(products: Products, kind: Ints, make: Ints, bill: Bill) -> Ints:
    plant = np.concatenate([np.array([f.plant for f in FAMILIES])[products.family], _PLANT_OF_MAKE[make[make >= 0]]])
    spare = np.flatnonzero((kind[bill[0]] == Kind.FINISHED) & (kind[bill[1]] == Kind.MODULE))
    rows = spare[products.family[bill[0][spare]] == SPARES]
    plant[bill[0][rows]] = plant[bill[1][rows]]
    return plant


def _raw_costs(chance: np.random.Generator, kind: Ints, make: Ints, bought: Flags) -> Floats:
    median = np.where(kind == Kind.RAW, _RAW_COST[make], 9.0)
    drawn = median * chance.lognormal(0.0, 0.6, kind.size)
    return np.where(bought, np.maximum(drawn, 0.05).round(4), 0.0)


def _describe(products: Products, kind: Ints, make: Ints) -> list[str]:
    nouns = {Kind.MODULE: _MODULE_NOUNS, Kind.SUBASSEMBLY: _SUB_NOUNS, Kind.RAW: _RAW_NOUNS}
    parts = range(products.count, kind.size)
    names = [nouns[Kind(int(kind[n]))][make[n]] for n in parts]
    return products.description + [
        f"{words[n % len(words)]}, type {n % 97 + 1}" for n, words in zip(parts, names, strict=True)
    ]


def part_table(structure: Structure, sold: int) -> pl.DataFrame:
    """Rows of table `item` for parts."""
    parts = np.arange(sold, structure.count)
    raw = structure.kind[parts] == Kind.RAW
    labels = np.array(["", "Modules", "Subassemblies", "Raw parts"])
    return pl.DataFrame(
        {
            "item_id": structure.item_id[parts].tolist(),
            "description": [structure.description[n] for n in parts],
            "base_uom": ["EA"] * parts.size,
            "item_type": np.where(raw, "raw", "semi").tolist(),
            "make_buy": np.where(raw, "buy", "make").tolist(),
            "category": ["Parts"] * parts.size,
            "family": labels[structure.kind[parts]].tolist(),
            "status": ["active"] * parts.size,
        }
    )


def bom_table(shape: Shape, structure: Structure) -> pl.DataFrame:
    """Table `bom`: one bill per made item, the same at every plant."""
    parent = structure.item_id[structure.parent]
    return pl.DataFrame(
        {
            "bom_id": [f"B-{name}" for name in parent],
            "item_id": parent.tolist(),
            "component_id": structure.item_id[structure.component].tolist(),
            "quantity_per": structure.quantity,
            "per_quantity": np.ones(parent.size),
            "scrap_ratio": structure.scrap,
            "uom": ["EA"] * parent.size,
            "valid_from": pl.Series(np.full(parent.size, np.datetime64(shape.months[0], "D"))),
        }
    ).sort("bom_id", "component_id")
