"""Effect: what an assumption or a risk does to a measure, in percent, between a low and a high end."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal

from steelyard.errors import ChangeInvalid
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Percent

End = Literal["low", "likely", "high"]
LARGEST = 1000.0


@dataclass(frozen=True)
class Effect:
    """How far a measure may move.

    Example:
        >>> Effect("consensus_demand", {"product_family": "Road"}, low=-20, likely=-5, high=0).at_end("low")
        -20
    """

    measure: str
    """An editable measure."""
    scope: Scope
    """Members by level; nothing means everything."""
    periods: tuple[str, str] | None = None
    """First and last period; None means all."""
    low: float = 0.0
    """Low end [percent]."""
    likely: float = 0.0
    """Most likely [percent]."""
    high: float = 0.0
    """High end [percent]."""

    def __post_init__(self) -> None:
        scope = {level: _members(members) for level, members in sorted(self.scope.items())}
        object.__setattr__(self, "scope", MappingProxyType(scope))
        if not all(isfinite(value) and -100 <= value <= LARGEST for value in (self.low, self.likely, self.high)):
            where = f"{self.low:g}, {self.likely:g}, {self.high:g}"
            raise ChangeInvalid("The range is out of bounds", where=where, mend=f"give -100 to {LARGEST:g} percent")
        if not self.low <= self.likely <= self.high:
            where = f"low {self.low:g}, likely {self.likely:g}, high {self.high:g}"
            raise ChangeInvalid("The range is out of order", where=where, mend="give low <= likely <= high")
        if self.periods is not None and self.periods[0] > self.periods[1]:
            where = f"{self.periods[0]} to {self.periods[1]}"
            raise ChangeInvalid("The periods run backwards", where=where, mend="name the earlier one first")

    @property
    def mean(self) -> float:
        """Mean of the three-point range, (low + 4 likely + high) / 6 [percent] (PERT; Malcolm et al. 1959)."""
        return (self.low + 4 * self.likely + self.high) / 6

    def at_end(self, end: End) -> float:
        """The percentage at one of its three points."""
        return {"low": self.low, "likely": self.likely, "high": self.high}[end]

    def change(self, percent: float, *, actor: str, at: datetime, note: str) -> Change:
        """The change that brings a percentage into a plan."""
        return Change(
            Percent(percent), self.measure, self.scope, self.periods, actor, at, reason="market_intelligence", note=note
        )


def effect_of(content: dict[str, Any]) -> Effect:
    """The effect that was spelled by its fields."""
    periods = content["periods"]
    return Effect(**{**content, "periods": (periods[0], periods[1]) if periods else None})


def check_effect(plan: PlanNumbers, effect: Effect) -> None:
    """Refuse an effect that a plan cannot have.

    Raises:
        UnknownMember: The plan has no such member or level.
        UnknownPeriod: It has no such period.
        NotFound: It has no such measure.
    """
    plan.series(effect.measure).select(effect.scope)
    for period in effect.periods or ():
        plan.calendar.position(period)


def _members(members: object) -> tuple[str, ...]:
    return (members,) if isinstance(members, str) else tuple(sorted({str(member) for member in members}))  # type: ignore[attr-defined]
