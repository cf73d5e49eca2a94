"""Family: what each line of Tarn & Bell is like: its season, its buyers, its volume, its work."""

from dataclasses import dataclass

import numpy as np

from steelyard.data.synthetic.shape import Floats

COMPANY = "Tarn & Bell Weighing Instruments"
SOURCE_SYSTEM = "generated"
BASE_CURRENCY = "EUR"
CHANNELS = ("Retail", "Trade", "Online")
SPARES = 4


@dataclass(frozen=True)
class Family:
    """One product family."""

    code: str
    name: str
    category: str
    share: float
    """Share of the items."""
    plant: int
    """Home plant by number; spares go where their module is made."""
    volume: float
    """Median units a month of one item over all customers."""
    channels: tuple[float, float, float]
    """Weight of Retail, Trade, Online."""
    season: tuple[float, ...]
    """Twelve factors January .. December; scaled to mean one."""
    growth: float
    """Mean yearly growth."""
    markup: float
    """List price over standard cost."""
    nouns: tuple[str, ...]
    capacities: tuple[str, ...]


FAMILIES: tuple[Family, ...] = (
    Family(
        "KS",
        "Kitchen scales",
        "Household",
        0.30,
        0,
        300.0,
        (0.55, 0.05, 0.40),
        (0.85, 0.80, 0.85, 0.85, 0.85, 0.80, 0.75, 0.80, 0.95, 1.15, 1.55, 1.80),
        0.04,
        2.05,
        ("kitchen scale", "bowl scale", "baker's scale", "coffee scale"),
        ("2 kg", "3 kg", "5 kg", "10 kg"),
    ),
    Family(
        "PS",
        "Personal scales",
        "Household",
        0.18,
        0,
        330.0,
        (0.60, 0.05, 0.35),
        (1.70, 1.25, 1.00, 0.95, 0.95, 0.85, 0.80, 0.80, 0.90, 0.95, 1.00, 0.95),
        0.01,
        1.95,
        ("bathroom scale", "body analyser", "baby scale"),
        ("20 kg", "150 kg", "180 kg", "200 kg"),
    ),
    Family(
        "CS",
        "Counter scales",
        "Trade",
        0.20,
        1,
        75.0,
        (0.10, 0.80, 0.10),
        (0.80, 0.85, 1.10, 1.30, 1.35, 1.15, 0.95, 0.80, 0.95, 0.95, 0.95, 0.85),
        0.03,
        1.85,
        ("counter scale", "price-computing scale", "hanging scale", "label scale"),
        ("6 kg", "15 kg", "30 kg", "60 kg"),
    ),
    Family(
        "IP",
        "Industrial platforms",
        "Trade",
        0.14,
        1,
        20.0,
        (0.02, 0.93, 0.05),
        (0.85, 0.90, 1.05, 1.10, 1.10, 1.05, 0.85, 0.75, 1.20, 1.20, 1.05, 0.90),
        0.06,
        1.75,
        ("floor platform", "pallet scale", "crane scale", "steelyard"),
        ("300 kg", "600 kg", "1.5 t", "3 t"),
    ),
    Family(
        "SP",
        "Spares and accessories",
        "Service",
        0.18,
        0,
        22.0,
        (0.15, 0.70, 0.15),
        (1.0, 1.0, 1.05, 1.0, 1.0, 1.0, 0.95, 0.9, 1.0, 1.05, 1.05, 1.0),
        0.00,
        2.40,
        ("load cell kit", "display board", "foot set", "mains adapter", "weighing pan"),
        ("S", "M", "L", "XL"),
    ),
)


def seasons() -> Floats:
    """Season factors, family x month of the year, mean one."""
    raw: Floats = np.array([family.season for family in FAMILIES])
    scaled: Floats = raw / raw.mean(axis=1, keepdims=True)
    return scaled


def family_counts(items: int) -> list[int]:
    """How many items each family has; the first family takes the rest.

    Example:
        >>> family_counts(400)
        [120, 72, 80, 56, 72]
    """
    counts = [max(2, round(family.share * items)) for family in FAMILIES]
    counts[0] = max(2, items - sum(counts[1:]))
    return counts
