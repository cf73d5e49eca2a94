"""Business case: what a decision spends first, what it earns later, and when the money is back."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from steelyard.errors import DecisionInvalid
from steelyard.finance.investment import internal_rate, net_present_value, payback_period
from steelyard.grid.block import Array

MOST_YEARS = 40


@dataclass(frozen=True)
class BusinessCase:
    """Money of an option beside its plan."""

    capex: float = 0.0
    """Money spent first."""
    yearly_gain: float = 0.0
    """What it earns a year against the option to do nothing, running cost taken off [money]."""
    years: int = 1
    """For how long it earns."""
    residual: float = 0.0
    """What it is worth at the end [money]."""
    rate: float = 0.10
    """Discount rate of a year."""

    def __post_init__(self) -> None:
        numbers = (self.capex, self.yearly_gain, self.residual, self.rate)
        if not all(map(isfinite, numbers)) or self.capex < 0 or self.rate <= -1:
            raise DecisionInvalid("The business case has a number that makes no sense", mend="correct capex and rate")
        if not 1 <= self.years <= MOST_YEARS:
            raise DecisionInvalid(f"A business case over {self.years} years", mend=f"give 1 to {MOST_YEARS} years")

    @property
    def cash(self) -> Array:
        """Cash by year, the outlay first [money]."""
        flow = np.full(self.years + 1, self.yearly_gain)
        flow[0] = -self.capex
        flow[-1] += self.residual
        return flow

    @property
    def npv(self) -> float:
        """Net present value [money].

        Example:
            >>> round(BusinessCase(capex=1000.0, yearly_gain=500.0, years=3).npv, 2)
            243.43
        """
        return net_present_value(self.cash, self.rate)

    @property
    def payback(self) -> float | None:
        """Years until the money is back; None if never.

        Example:
            >>> BusinessCase(capex=1000.0, yearly_gain=400.0, years=3).payback
            2.5
        """
        years = payback_period(self.cash)
        return years if isfinite(years) else None

    @property
    def internal_rate(self) -> float | None:
        """Rate at which it is worth nothing; None where there is none."""
        rate = internal_rate(self.cash)
        return rate if isfinite(rate) else None
