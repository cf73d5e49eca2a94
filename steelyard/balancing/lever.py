"""Lever: a way to bring demand and supply together, in steps that move hours, stock or demand within a limit at a cost.

A step is one thing that can be done in one period: an hour of overtime, a unit ordered elsewhere, a unit of demand that
comes a month later. All steps of a lever act on the same model, so that any of them can be combined.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from steelyard.errors import ChangeInvalid, ModelError
from steelyard.grid.block import Array, IntArray

LeverKind = Literal[
    "overtime", "shift", "hire", "layoff", "option", "subcontract", "alternative_source", "schedule_change",
    "pre_build", "deployment", "expedite", "price", "promotion_timing", "shift_in_time", "substitution",
    "rationing", "channel",
]  # fmt: skip
Side = Literal["demand", "supply"]
LABELS: Mapping[LeverKind, str] = MappingProxyType(
    {
        "overtime": "Overtime", "shift": "Further shift", "hire": "Hire", "layoff": "Lay off",
        "option": "Capacity option", "subcontract": "Subcontract", "alternative_source": "Alternative source",
        "schedule_change": "Schedule change", "pre_build": "Build ahead", "deployment": "Move between sites",
        "expedite": "Expedite", "price": "Price", "promotion_timing": "Promotion timing",
        "shift_in_time": "Shift demand in time", "substitution": "Substitute", "rationing": "Ration",
        "channel": "Put a channel first",
    }
)  # fmt: skip
"""Kinds of lever, as people read them."""
DEMAND_SIDE: frozenset[LeverKind] = frozenset(
    {"price", "promotion_timing", "shift_in_time", "substitution", "rationing", "channel"}
)
HOURS, STOCK, DEMAND = 0, 1, 2
"""What an entry of a step moves: hours of a resource, stock of a node, demand of a row."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of a lever and what one unit of each moves.

    Args:
        about: Resource, node or demand row that each step is about.
        period: Period in which it acts.
        limit: Most units of it: hours, units, or 1 where it is done or not.
        cost: Money per unit, beyond what the plan counts already.
        stake: Money a unit stands for, by which a company that wants few changes weighs it.
        entry_step: Step of each entry.
        entry_kind: What it moves: `HOURS`, `STOCK` or `DEMAND`.
        entry_thing: Resource, node or row that it moves.
        entry_period: Period in which.
        entry_value: By how much per unit of the step; hours and stock more, demand more.
    """

    about: IntArray
    period: IntArray
    limit: Array
    cost: Array
    stake: Array
    entry_step: IntArray
    entry_kind: IntArray
    entry_thing: IntArray
    entry_period: IntArray
    entry_value: Array

    @property
    def count(self) -> int:
        """How many steps there are."""
        return int(self.limit.size)

    def moved(self, quantity: Array, kind: int, periods: int, things: int) -> Array:
        """What some quantities of the steps move of one kind, `[period, thing]`."""
        out = np.zeros((periods, things))
        chosen = self.entry_kind == kind
        amount = quantity[self.entry_step[chosen]] * self.entry_value[chosen]
        np.add.at(out, (self.entry_period[chosen], self.entry_thing[chosen]), amount)
        return out

    def only(self, chosen: IntArray) -> "Steps":
        """Some of the steps, renumbered."""
        place = np.full(self.count, -1)
        place[chosen] = np.arange(chosen.size)
        kept = place[self.entry_step] >= 0
        return Steps(
            self.about[chosen], self.period[chosen], self.limit[chosen], self.cost[chosen], self.stake[chosen],
            place[self.entry_step[kept]], self.entry_kind[kept], self.entry_thing[kept], self.entry_period[kept],
            self.entry_value[kept],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lever:
    """One lever.

    Args:
        key: Its name in addresses and on the command line, unique in a catalogue.
        kind: What sort it is.
        name: What it is called.
        scope: What it acts on, in words.
        unit: Unit of its steps: hours, units, share.
        lead_periods: Periods from deciding to the first effect.
        steps: What can be done.
        side_effect: What else it does, in one sentence.
        source: Where limit and cost come from, in one sentence.
        step_size: Quantities are multiples of this; 0 for any.
        joint: Most of all steps together, beside the limit of each.
        spend: Money per unit that the books see beyond standard cost, by step, or `[step, period]` where it is spent
            over time; what the step costs by default.
        option: Source of the supply model behind each step; none where no source is chosen.
        carried: Where steps carry over the end of their period, what a unit of each stands for in the lever's unit; the
            same unit carried on and on counts once.
        room: Most of the lever in its unit where its steps carry, since they cannot all be at their limits.
    """

    key: str
    kind: LeverKind
    name: str
    scope: str
    unit: str
    lead_periods: int
    steps: Steps
    side_effect: str = ""
    source: str = ""
    step_size: float = 0.0
    joint: float = math.inf
    spend: Array | None = None
    option: IntArray | None = None
    carried: Array | None = None
    room: float = math.inf

    @property
    def side(self) -> Side:
        """Whether it works on demand or on supply."""
        return "demand" if self.kind in DEMAND_SIDE else "supply"

    @property
    def limit(self) -> float:
        """All its steps at their limits, or what they may reach together."""
        return min(float(self.steps.limit.sum()), self.joint, self.room)

    def amount(self, quantity: Array) -> float:
        """How much some quantities are in the lever's unit; what is carried on from period to period counts once."""
        if self.carried is None:
            return float(quantity.sum())
        held = np.bincount(self.steps.period, quantity * self.carried)
        return float(np.maximum(np.diff(held, prepend=0.0), 0.0).sum())

    def spent(self, quantity: Array, periods: int) -> Array:
        """What some quantities cost the books by period."""
        out, spend = np.zeros(periods), self.steps.cost if self.spend is None else self.spend
        if spend.ndim > 1:
            return np.asarray(quantity @ spend)
        np.add.at(out, self.steps.period, quantity * spend)
        return out

    def in_whole_steps(self, quantity: Array, *, up: bool) -> Array:
        """Quantities in multiples of the step, within all limits; what comes last gives way first."""
        way = np.ceil if up else np.floor
        out = np.minimum(way(quantity / self.step_size - _CRUMB * (1 if up else -1)) * self.step_size, self.steps.limit)
        for step in np.flatnonzero(out)[::-1].tolist():
            over = float(out.sum()) - self.joint
            if over <= _CRUMB:
                break
            out[step] -= min(out[step], math.ceil(over / self.step_size - _CRUMB) * self.step_size)
        return np.asarray(np.maximum(out, 0.0))


def join_steps(parts: Sequence[Steps]) -> Steps:
    """Put the steps of several levers behind one another."""
    first = np.cumsum([0, *(part.count for part in parts)]).tolist()
    shifted = [part.entry_step + start for part, start in zip(parts, first, strict=False)]

    def whole(name: str) -> IntArray:
        return np.concatenate([np.empty(0, np.int64), *(getattr(part, name) for part in parts)])

    def real(name: str) -> Array:
        return np.concatenate([np.empty(0), *(getattr(part, name) for part in parts)])

    return Steps(
        whole("about"), whole("period"), real("limit"), real("cost"), real("stake"),
        np.concatenate([np.empty(0, np.int64), *shifted]), whole("entry_kind"), whole("entry_thing"),
        whole("entry_period"), real("entry_value"),
    )  # fmt: skip


def plain_steps(
    about: IntArray, period: IntArray, limit: Array, cost: Array, stake: Array, kind: int, value: Array | float = 1.0
) -> Steps:
    """Steps that each move the thing they are about, in their own period."""
    number = np.arange(limit.size)
    return Steps(
        about, period, limit, cost, stake, number, np.full(limit.size, kind), about, period,
        np.broadcast_to(np.asarray(value, np.float64), limit.shape).copy(),
    )  # fmt: skip


def check_levers(levers: Sequence[Lever]) -> None:
    """Refuse a catalogue that cannot be.

    Raises:
        ModelError: Two levers have one key, a limit is below zero, or a cost is no number.
    """
    keys = [one.key for one in levers]
    double = next((key for key in keys if keys.count(key) > 1), "")
    if double:
        raise ModelError("Two levers have the same key", where=double, mend="name one of them otherwise")
    for one in levers:
        if (one.steps.limit < 0).any() or not np.isfinite(one.steps.cost).all():
            raise ModelError("A lever is not described", where=one.key, mend="give limits from 0 on and costs in money")


def check_quantity(lever: Lever, quantity: Array, periods: Sequence[str]) -> None:
    """Refuse to pull a lever beyond its limit.

    Args:
        lever: The lever.
        quantity: What shall be done, by step.
        periods: Names of the periods.

    Raises:
        ChangeInvalid: A step goes beyond its limit, or below zero, or all together go beyond theirs.
    """
    over = np.flatnonzero((quantity > lever.steps.limit * (1 + _CRUMB) + _CRUMB) | (quantity < -_CRUMB))
    if over.size:
        step = int(over[0])
        raise ChangeInvalid(
            f"{lever.name} goes beyond its limit: {quantity[step]:,.2f} {lever.unit}",
            where=f"{lever.key} in {periods[int(lever.steps.period[step])]}",
            mend=f"take 0 to {lever.steps.limit[step]:,.2f} {lever.unit}",
        )
    if float(quantity.sum()) > lever.joint * (1 + _CRUMB) + _CRUMB:
        raise ChangeInvalid(
            f"{lever.name} goes beyond its limit: {quantity.sum():,.2f} {lever.unit} in all", where=lever.key,
            mend=f"take 0 to {lever.joint:,.2f} {lever.unit} over all periods",
        )  # fmt: skip


_CRUMB = 1e-6
