"""Product: the items that are sold, with their volume, growth and life from launch to end."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import FAMILIES, SPARES, family_counts
from steelyard.data.synthetic.shape import (
    NEVER,
    Dates,
    Flags,
    Floats,
    Ints,
    Shape,
    Texts,
    first_day,
    last_day,
    numbered,
)

_SOUNDS = ("Ar", "Bel", "Cor", "Dal", "Er", "Fal", "Gar", "Hel", "Is", "Jor", "Kel", "Lor", "Mir", "Nor", "Or", "Pel")
_ENDS = ("ax", "ena", "ido", "on", "ura", "ys", "ett", "ano", "iva", "um", "ero", "ia", "ok", "est")
_FINISH = ("white", "slate", "copper", "steel", "oak", "graphite")
BRANDS = ("Tarn", "Bell", "Tarn Pro", "Bell Works")


@dataclass(frozen=True)
class Products:
    """Sold items as arrays of one length, sorted by id."""

    item_id: Texts
    family: Ints
    description: list[str]
    volume: Floats
    """Mean units a month over all customers when fully alive."""
    growth: Floats
    """Yearly growth."""
    launch: Ints
    """Month number of the first sale; below zero is before the history."""
    end: Ints
    """Month number of the last sale, NEVER for none."""
    follows: Ints
    """Item number this one succeeds or is like, -1 for none."""
    intermittent: Flags
    bought: Flags
    """Bought in ready, not made."""

    @property
    def count(self) -> int:
        """How many."""
        return len(self.item_id)

    @property
    def story_launch(self) -> int:
        """The launch of the story: the next one of the largest item due after the history."""
        ahead = np.flatnonzero((self.launch < NEVER) & (self.launch == self.launch.max()))
        return int(ahead[np.argmax(self.volume[ahead])])


def make_products(shape: Shape) -> Products:
    """Invent the sold items: volumes skewed within a family, 6 % launches, 7 % phase-outs, spares intermittent."""
    chance = shape.stream("product")
    counts = family_counts(shape.items)
    family = np.repeat(np.arange(len(FAMILIES)), counts)
    ids = np.concatenate(
        [numbered(f"{f.code}-", n, first=1001, width=4) for f, n in zip(FAMILIES, counts, strict=True)]
    )
    order = np.argsort(ids, kind="stable")
    family = family[order]
    volume = np.array([f.volume for f in FAMILIES])[family] * chance.lognormal(0.0, 1.15, family.size)
    growth = np.array([f.growth for f in FAMILIES])[family] + chance.normal(0.0, 0.05, family.size)
    launch, end, follows = _make_lives(shape, chance, family, volume)
    return Products(
        item_id=ids[order],
        family=family,
        description=_describe(chance, family),
        volume=volume,
        growth=growth,
        launch=launch,
        end=end,
        follows=follows,
        intermittent=(family == SPARES) & (chance.random(family.size) < 0.8),
        bought=(family == SPARES) & (np.arange(family.size) % 2 == 0),
    )


def _describe(chance: np.random.Generator, family: Ints) -> list[str]:
    sound, end, noun, size, finish = (chance.integers(k, size=family.size) for k in (16, 14, 60, 4, 6))
    return [
        f"{_SOUNDS[sound[n]]}{_ENDS[end[n]]} {FAMILIES[f].nouns[noun[n] % len(FAMILIES[f].nouns)]} "
        f"{FAMILIES[f].capacities[size[n]]}, {_FINISH[finish[n]]}"
        for n, f in enumerate(family)
    ]


def _make_lives(shape: Shape, chance: np.random.Generator, family: Ints, volume: Floats) -> tuple[Ints, Ints, Ints]:
    """Launch month, end month and the item followed; the story's launch is a large kitchen scale in month +4."""
    launch = np.full(family.size, -1)
    end = np.full(family.size, NEVER)
    follows = np.full(family.size, -1)
    for number in range(SPARES):
        members = chance.permutation(np.flatnonzero(family == number))
        gone = members[: max(1, round(0.07 * members.size))]
        fresh = members[gone.size : gone.size + max(1, round(0.06 * members.size))]
        end[gone] = _end_months(shape, chance, gone.size)
        launch[fresh] = _launch_months(shape, chance, fresh.size)
        follows[fresh] = np.resize(gone, fresh.size)
        launch[fresh] = np.where(
            end[follows[fresh]] <= shape.history_months + 1, end[follows[fresh]] - 1, launch[fresh]
        )
    _tell_story_launch(shape, family, volume, launch, follows)
    return launch, end, follows


def _end_months(shape: Shape, chance: np.random.Generator, count: int) -> Ints:
    now = shape.history_months
    past = chance.integers(now - 16, now - 2, count)
    ahead = chance.integers(now + 2, now + 9, count)
    return np.where(np.arange(count) % 2 == 0, ahead, past)


def _launch_months(shape: Shape, chance: np.random.Generator, count: int) -> Ints:
    now = shape.history_months
    return np.where(np.arange(count) % 3 == 2, now + chance.integers(1, 3, count), now - chance.integers(3, 14, count))


def _tell_story_launch(shape: Shape, family: Ints, volume: Floats, launch: Ints, follows: Ints) -> None:
    star = np.flatnonzero((family == 0) & (launch >= 0))[0]
    launch[star] = shape.history_months + 3
    volume[star] = max(4 * FAMILIES[0].volume, float(np.quantile(volume[family == 0], 0.9)))
    follows[star] = int(np.flatnonzero((family == 0) & (launch < 0))[0])


def item_table(shape: Shape, products: Products) -> pl.DataFrame:
    """Rows of table `item` for what is sold."""
    family = products.family
    return pl.DataFrame(
        {
            "item_id": products.item_id.tolist(),
            "description": products.description,
            "base_uom": ["EA"] * products.count,
            "item_type": ["finished"] * products.count,
            "make_buy": np.where(products.bought, "buy", "make").tolist(),
            "category": [FAMILIES[f].category for f in family],
            "family": [FAMILIES[f].name for f in family],
            "brand": [BRANDS[(n + f) % 2 + 2 * (FAMILIES[f].plant)] for n, f in enumerate(family)],
            "launch_date": pl.Series(_launch_dates(shape, products)),
            "end_date": pl.Series(_end_dates(shape, products)),
            "status": _status(shape, products),
            "units_per_case": np.array([4, 2, 1, 1, 10])[family],
        }
    )


def _launch_dates(shape: Shape, products: Products) -> Dates:
    dates = first_day(shape.months[0] + products.launch)
    old = first_day(shape.months[0] - 12 - np.arange(products.count) * 7 % 90)
    return np.where(products.launch < 0, old, dates)


def _end_dates(shape: Shape, products: Products) -> Dates:
    dates = last_day(shape.months[0] + np.where(products.end < NEVER, products.end, 0))
    return np.where(products.end < NEVER, dates, np.datetime64("NaT"))


def _status(shape: Shape, products: Products) -> list[str]:
    now = shape.history_months
    ended, ending, coming = products.end < now, products.end < NEVER, products.launch >= now
    fresh = products.launch >= now - 6
    names = ["ended", "phase_out", "announced", "launch"]
    status: list[str] = np.select([ended, ending, coming, fresh], names, "active").tolist()
    return status


def item_link_table(shape: Shape, products: Products) -> pl.DataFrame:
    """Table `item_link`: a launch succeeds an item that ends, else it is like one that stays."""
    new = np.flatnonzero(products.follows >= 0)
    old = products.follows[new]
    _, first_use = np.unique(old, return_index=True)
    succeeds = (products.end[old] < NEVER) & np.isin(np.arange(new.size), first_use)
    overlap = np.maximum(products.end[old] - products.launch[new], 0)
    return pl.DataFrame(
        {
            "item_id": products.item_id[new].tolist(),
            "other_id": products.item_id[old].tolist(),
            "type": np.where(succeeds, "successor", "like").tolist(),
            "start_date": pl.Series(first_day(shape.months[0] + products.launch[new])),
            "ratio": np.where(succeeds, 1.0, 0.8),
            "overlap_periods": pl.Series(np.where(succeeds, overlap, np.nan)).fill_nan(None),
        }
    )
