"""Life cycle: where an item stands between announcement and end, and whether its launch may go ahead."""

from enum import StrEnum
from typing import Literal, get_args

GateStatus = Literal["open", "passed", "held", "stopped"]
"""What the launch gate has decided: not yet, go, wait, or no."""

GATE_STATUSES: tuple[GateStatus, ...] = get_args(GateStatus)


class LifeState(StrEnum):
    """States of an item, in order of life."""

    ANNOUNCED = "announced"
    LAUNCHED = "launched"
    PHASE_IN = "phase_in"
    SETTLED = "settled"
    PHASE_OUT = "phase_out"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The state as people read it."""
        return self.value.replace("_", " ").capitalize()


def life_state(to_launch: int | None, to_end: int | None, *, ramp: int, actuals: int, settled_after: int) -> LifeState:
    """State of an item by its distance to launch and end.

    Args:
        to_launch: Periods until the launch; zero or less: it has happened. None: long ago.
        to_end: Periods until the end; below zero: it has happened. None: no end in sight.
        ramp: Periods until full volume.
        actuals: Periods sold so far.
        settled_after: Actuals after which it is history like any other.

    Example:
        >>> life_state(-2, None, ramp=6, actuals=2, settled_after=24)
        <LifeState.LAUNCHED: 'launched'>
        >>> life_state(-8, None, ramp=6, actuals=8, settled_after=24)
        <LifeState.PHASE_IN: 'phase_in'>
    """
    if to_end is not None:
        return LifeState.ENDED if to_end < 0 else LifeState.PHASE_OUT
    if to_launch is None or (to_launch <= 0 and actuals >= settled_after):
        return LifeState.SETTLED
    if to_launch > 0:
        return LifeState.ANNOUNCED
    return LifeState.LAUNCHED if -to_launch < ramp else LifeState.PHASE_IN


def gate_word(status: GateStatus, days_to_gate: int | None, days_to_launch: int, lead_days: float) -> str:
    """What the launch needs next, in a few words; empty where nothing is due.

    Args:
        status: What the gate decided.
        days_to_gate: Days until the date of the gate; below zero: past. None: no date.
        days_to_launch: Days until the launch.
        lead_days: Days from ordering the slowest part to selling the item.

    Example:
        >>> gate_word("open", -3, 40, 20.0)
        'gate 3 days late'
        >>> gate_word("passed", None, 10, 60.0)
        'stock comes 50 days after the launch'
    """
    if status == "stopped":
        return "stopped: sells nothing"
    if status == "held":
        return "held: the date is not certain"
    if days_to_launch <= 0:
        return ""
    if status == "open" and days_to_gate is not None and days_to_gate < 0:
        return f"gate {-days_to_gate} days late"
    late = lead_days - days_to_launch
    if late > 0:
        return f"stock comes {late:.0f} days after the launch"
    return "gate open" if status == "open" else ""
