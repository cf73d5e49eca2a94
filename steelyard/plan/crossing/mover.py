"""Mover: one thing in which two plans differ and that can move a number: a kind of facts, settings, or changes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanParameters

Kind = Literal["extract", "parameters", "removed", "moved", "added"]
Changes = tuple[Change, ...]

MOST_STEPS = 60
"""With more changes than this, neighbours share a step."""

SETTINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Model of the forecast": (
            "history", "forecast_level", "forecast_mode", "extra_methods", "reconciliation", "segment_method",
            "rebase_level_shifts", "price_response", "indicators", "split_periods", "adi_cut", "cv2_cut",
        ),
        "Weights of the consensus": (
            "statistical_weight", "sales_weight", "marketing_weight", "customer_weight", "finance_weight",
            "stream_weights", "stream_precedence",
        ),
        "Limits of supply": (
            "finite_capacity", "supply_engine", "supply_goal", "supply_ranking", "whole_lots", "frozen_periods",
            "planning_fence_periods",
            "source_preference", "quota_weight", "stability_weight", "approved_plan", "shortfall_factor",
            "overtime_premium", "overtime_by_priority", "allocation_rule", "stock_basis", "hold_above_target",
            "undertime_paid", "backlog_allowed", "end_backlog", "rate_increase_cost", "rate_decrease_cost",
            "rate_basis", "whole_rate", "idle_workers", "whole_output", "subcontract_material",
        ),
        "Stock policy": (
            "service_level_a", "service_level_b", "service_level_c", "segment_service", "stock_policies", "order_cost",
            "seasonal_safety_stock", "error_window", "error_smoothing", "multi_echelon", "default_lead_time_days",
        ),
        "Money": (
            "plan_rate", "budget_version", "price_periods", "holding_rate", "backlog_rate", "goodwill_rate",
            "class_terms", "customer_payment_days", "supplier_payment_days", "cost_basis", "overhead_rate",
            "fixed_conversion", "fixed_overhead", "discount_rate", "tax_rate", "interest_rate", "debt",
            "fiscal_year_start",
        ),
        "Levers": (
            "lever_overtime_lead", "lever_shift_lead", "lever_hire_lead", "lever_layoff_lead",
            "lever_assumed_overtime", "lever_assumed_hour_cost", "lever_expedite_premium", "lever_freight_share",
            "lever_transit_periods", "lever_build_ahead_periods", "lever_price_step", "lever_elasticity",
            "lever_shift_share", "lever_shift_incentive", "lever_substitution_share", "lever_substitution_incentive",
            "lever_promotion_reach", "lever_residual",
        ),
    }
)  # fmt: skip
"""Settings by what they govern; what is not named is another setting."""
OTHER_SETTINGS = "Other settings"


@dataclass(frozen=True)
class Mover:
    """One thing in which two plans differ."""

    kind: Kind
    name: str = ""
    """The kind of facts or the group of settings; empty for changes."""
    facts: tuple[str, ...] = ()
    """Kinds of facts."""
    settings: tuple[str, ...] = ()
    """Names of settings."""
    changes: Changes = ()
    """One change, or neighbours where there are very many."""


def movers_between(
    facts: Sequence[tuple[str, ...]],
    parameters: tuple[PlanParameters, PlanParameters],
    changes: "ChangeOrder",
) -> tuple[Mover, ...]:
    """Everything in which two plans differ, in the order in which it is told."""
    return (
        *(Mover("extract", ", ".join(kinds), facts=kinds) for kinds in facts),
        *_settings_between(*parameters),
        *changes.movers,
    )


def settings_moved(before: PlanParameters, after: PlanParameters, names: Collection[str]) -> PlanParameters:
    """The settings before, with some of them as they are after."""
    there = asdict(after)
    return replace(before, **{name: there[name] for name in sorted(names)})


def _settings_between(before: PlanParameters, after: PlanParameters) -> Iterator[Mover]:
    here, there = asdict(before), asdict(after)
    moved = [name for name in here if here[name] != there[name]]
    group_of = {name: group for group, names in SETTINGS.items() for name in names}
    for group in (*SETTINGS, OTHER_SETTINGS):
        names = tuple(name for name in moved if group_of.get(name, OTHER_SETTINGS) == group)
        if names:
            yield Mover("parameters", group, settings=names)


class ChangeOrder:
    """How the changes of two plans differ, and every list of changes between the two.

    Args:
        before: Changes of the plan at the start.
        after: Changes of the plan at the end; one carried over under another id is recognised.
    """

    def __init__(self, before: Sequence[Change], after: Sequence[Change]) -> None:
        there = _recognised(before, after)
        self._kept = set(_kept(before, there))
        old = [change for change in before if change not in self._kept]
        new = [change for change in there if change not in self._kept]
        self._swapped = set(old) & set(new)
        self._merged = list(_merged(before, there, self._kept))
        dropped: list[tuple[Kind, Change]] = [
            ("removed", change) for change in reversed(old) if change not in self._swapped
        ]
        swapped: list[tuple[Kind, Change]] = [("moved", change) for change in old if change in self._swapped]
        added: list[tuple[Kind, Change]] = [("added", change) for change in new if change not in self._swapped]
        self.movers: tuple[Mover, ...] = tuple(_bunched([*dropped, *swapped, *added]))

    def laid(self, moved: Collection[Mover]) -> Changes:
        """The changes that count when some movers have moved, in order."""
        gone = {change for mover in moved for change in mover.changes}
        return tuple(change for change, side in self._merged if self._counts(change, side, gone))

    def _counts(self, change: Change, side: int, gone: Collection[Change]) -> bool:
        """A kept change always counts; of the others, those before until moved, and those after from then on."""
        return side == 0 or (side > 0) == (change in gone)


def _bunched(steps: Sequence[tuple[Kind, Change]]) -> Iterator[Mover]:
    size = 1 if len(steps) <= MOST_STEPS else -(-len(steps) // MOST_STEPS)
    for kind, run in groupby(steps, key=lambda step: step[0]):
        same = [change for _, change in run]
        for start in range(0, len(same), size):
            yield Mover(kind, changes=tuple(same[start : start + size]))


def _merged(before: Sequence[Change], after: Sequence[Change], kept: set[Change]) -> Iterator[tuple[Change, int]]:
    """Both lists woven into one around what they share: 0 kept, -1 only before, 1 only after."""
    waiting = list(after)
    for change in before:
        if change not in kept:
            yield change, -1
            continue
        place = waiting.index(change)
        yield from ((other, 1) for other in waiting[:place])
        del waiting[: place + 1]
        yield change, 0
    yield from ((other, 1) for other in waiting)


def _recognised(before: Sequence[Change], after: Sequence[Change]) -> list[Change]:
    """The changes after, each that was carried over under another id as the change it was before."""
    known: dict[Change, list[Change]] = {}
    for change in reversed(before):
        known.setdefault(replace(change, id=""), []).append(change)
    waiting: Iterable[tuple[Change, list[Change] | None]] = (
        (change, known.get(replace(change, id=""))) for change in after
    )
    return [same.pop() if same else change for change, same in waiting]


def _kept(before: Sequence[Change], after: Sequence[Change]) -> list[Change]:
    """Changes that both have in the same order; where the order differs, only the common beginning."""
    there = set(after)
    both = [change for change in before if change in there]
    shared = set(both)
    if both == [change for change in after if change in shared]:
        return both
    common = 0
    while common < min(len(before), len(after)) and before[common] == after[common]:
        common += 1
    return list(before[:common])
