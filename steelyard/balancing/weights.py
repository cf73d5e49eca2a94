"""Weights: what a company puts first when it chooses between levers."""

from dataclasses import dataclass, fields

from steelyard.errors import ModelError


@dataclass(frozen=True)
class Weights:
    """How much each aim counts, 0 to 10."""

    profit: float = 1.0
    """Revenue less costs; a unit of it is money."""
    service: float = 0.0
    """A unit that is late or lost weighs its price so many times more."""
    cash: float = 0.0
    """Stock weighs the cost of its capital so many times more."""
    stability: float = 0.0
    """Every change to what was planned weighs so many times a twentieth of what it stands for."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not 0 <= value <= MOST:
                raise ModelError(f"The weight of {each.name} is {value:g}", mend=f"give 0 to {MOST:g}")
        if self.profit + self.service + self.cash <= 0:
            raise ModelError("Nothing counts", mend="give profit, service or cash a weight above 0")


MOST = 10.0
CAPITAL_RATE = 0.10
"""Cost of capital of a year by which stock is weighed for cash."""
UNREST = 0.05
"""Part of what a step stands for by which changing it is weighed for stability."""
