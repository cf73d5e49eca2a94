"""Measure: one kind of number, declared once and meant the same everywhere."""

from dataclasses import dataclass
from typing import Literal

Grain = Literal["demand", "item_location", "resource"]
Span = Literal["history", "horizon", "static"]
Rollup = Literal["sum", "mean", "last", "ratio"]
SpreadBasis = str

GRAINS: tuple[Grain, ...] = ("demand", "item_location", "resource")
GRAIN_KEYS: dict[Grain, tuple[str, ...]] = {
    "demand": ("item", "location", "customer"),
    "item_location": ("item", "location"),
    "resource": ("resource",),
}


@dataclass(frozen=True)
class Measure:
    """A declared measure."""

    name: str
    """The trade's word in snake_case; the same in code, screen, API and docs."""
    label: str
    """What people read."""
    meaning: str
    """One sentence."""
    grain: Grain
    """Which series it has: demand (item x location x customer), item_location or resource."""
    unit: str
    """units, money, money/unit, hours, periods, or ratio: a share of one, which people read in percent."""
    span: Span = "horizon"
    """Periods it covers: the history, the planning horizon, or static (one number a series)."""
    over_series: Rollup = "sum"
    over_time: Rollup = "sum"
    """How it rolls up; ratio divides the rolled-up numerator by the rolled-up denominator."""
    numerator: str = ""
    denominator: str = ""
    editable: bool = False
    """Whether a person may change it; the change is applied after the measure is calculated."""
    signed: bool = False
    """Whether a person's change may take it below zero; a demand, a price or a capacity stops at zero."""
    optional: bool = False
    """Whether a cell may hold nothing (NaN), as a stream does where nobody has an opinion; totals leave it out."""
    most: float = float("inf")
    """The largest value a person may enter."""
    spread_basis: SpreadBasis = ""
    """Measure whose proportions split an aggregate entry; empty: its own value before the change."""
    area: str = ""
    """The area that declares it: demand, supply, inventory, finance."""

    def __post_init__(self) -> None:
        ratio = "ratio" in (self.over_series, self.over_time)
        if ratio != bool(self.numerator and self.denominator):
            raise ValueError(f"{self.name}: a ratio needs a numerator and a denominator, and only a ratio has them")

    @property
    def is_ratio(self) -> bool:
        """Whether totals are a ratio of sums."""
        return self.over_series == "ratio"

    @property
    def is_money(self) -> bool:
        """Whether the number is money, and so hidden from roles that may not see money."""
        return self.unit.startswith("money")
