"""Touchpoint: who has had a hand in a forecast, in the order of the month, and what it said after each hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array
from steelyard.plan.change import Change
from steelyard.plan.measuring.archive import Version
from steelyard.plan.measuring.demand_replay import BEFORE_CHANGES, consensus_with
from steelyard.plan.measuring.stream_steps import heard_one_by_one

TARGET = "consensus_demand"
SPEAKERS = ("customer", "sales", "marketing", "finance", "")
"""Streams of changes in the order in which they are heard; the planner, who has none, is heard last."""
OPINIONS = ("sales_forecast", "marketing_forecast", "customer_forecast", "finance_forecast")
"""Streams that stand beside the forecast, each for itself, where somebody has spoken."""


@dataclass(frozen=True)
class Touchpoint:
    """One step on the way from the naive forecast to the consensus."""

    name: str
    label: str


TOUCHPOINTS: tuple[Touchpoint, ...] = (
    Touchpoint("naive", "Naive"),
    Touchpoint("statistical", "Statistical"),
    Touchpoint("promotion", "Promotions"),
    Touchpoint("driver", "Price and indicators"),
    Touchpoint("launch", "Launches and phase-outs"),
    Touchpoint("intelligence", "Intelligence"),
    Touchpoint("heard_customer", "Customers' forecast heard"),
    Touchpoint("heard_sales", "Sales' forecast heard"),
    Touchpoint("heard_marketing", "Marketing's forecast heard"),
    Touchpoint("heard_finance", "Finance's forecast heard"),
    Touchpoint("streams", "Commitments kept"),
    Touchpoint("customer", "Customers' changes"),
    Touchpoint("sales", "Sales' changes"),
    Touchpoint("marketing", "Marketing's changes"),
    Touchpoint("finance", "Finance's changes"),
    Touchpoint("consensus", "Planner's changes: consensus"),
)
LABELS: Mapping[str, str] = {point.name: point.label for point in TOUCHPOINTS} | {
    name: name.replace("_", " ").capitalize() for name in OPINIONS
}


def forecasts(version: Version, periods: int) -> dict[str, Array]:
    """What a version said after each touchpoint it can tell apart, period x series [units].

    The last one is its consensus; a step that the plan does not keep is left out. A stream that speaks of some series
    only is completed by what the plan held without it, so that all are graded on the same demand.
    """
    found: dict[str, Array] = {}
    for name, make in _CALCULATED.items():
        made = make(version, periods)
        if name == "streams":
            found |= heard_one_by_one(version, periods)
        if made is not None:
            found[name] = made
    for name in OPINIONS:
        if version.holds(name) and np.isfinite(opinion := version.values(name, periods)).any():
            without = version.values("unconstrained_demand", periods)
            found[name] = np.where(np.isfinite(opinion), opinion, without)
    return found | _spoken(version, periods)


def _spoken(version: Version, periods: int) -> dict[str, Array]:
    """The consensus as it grew with the changes of each stream; only streams that have spoken."""
    changes = [change for change in version.plan.changes if change.measure == TARGET]
    speaking = {_speaker(change) for change in changes}
    found: dict[str, Array] = {}
    heard: set[str] = set()
    for speaker in SPEAKERS[:-1]:
        heard.add(speaker)
        if speaker in speaking:
            kept = [change for change in changes if _speaker(change) in heard]
            found[speaker] = consensus_with(version.plan, kept, periods)
    return found | {"consensus": version.values(TARGET, periods)}


def _speaker(change: Change) -> str:
    return change.stream if change.stream in SPEAKERS else ""


def _before(version: Version, periods: int) -> Array | None:
    name = BEFORE_CHANGES if version.holds(BEFORE_CHANGES) else TARGET
    return version.values(name, periods)


def _sum(*names: str) -> Callable[[Version, int], Array | None]:
    """The statistical forecast with some terms, never below zero; nothing where the plan lacks the first new term."""

    def make(version: Version, periods: int) -> Array | None:
        if not any(version.holds(name) for name in names[-3:]) or not version.holds("statistical_forecast"):
            return None
        parts = [version.values(name, periods) for name in ("statistical_forecast", *names) if version.holds(name)]
        total: Array = np.maximum(np.sum(parts, axis=0), 0.0)
        return total

    return make


def _measure(name: str) -> Callable[[Version, int], Array | None]:
    return lambda version, periods: version.values(name, periods) if version.holds(name) else None


_LAUNCH = ("launch_forecast", "cannibalisation", "phase_out_effect")
_CALCULATED: Mapping[str, Callable[[Version, int], Array | None]] = {
    "naive": _measure("naive_forecast"),
    "statistical": _measure("statistical_forecast"),
    "promotion": _sum("promotion_uplift"),
    "driver": lambda v, n: _sum("promotion_uplift", "driver_effect")(v, n) if v.holds("driver_effect") else None,
    "launch": lambda v, n: _sum("promotion_uplift", "driver_effect", *_LAUNCH)(v, n) if v.holds(_LAUNCH[0]) else None,
    "intelligence": _measure("unconstrained_demand"),
    "streams": _before,
}
