"""Block: the part of a large plan on which its levers are weighed, with the rest of the best plan held as it is.

A plan too large to be solved with every lever is first planned by prices, to a proven distance from the best. Families
that are short come into the block with all that goes into them, the dearest gap first, then what works on the same
short resources, as far as a solver answers quickly. Of the block's plan every solution is one of the whole, so that a
lever brings at least what it brings in the block, less that distance, and more where the rest can answer, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import isfinite
from typing import cast

import numpy as np

from steelyard.balancing.gap import late_or_lost
from steelyard.balancing.lever import DEMAND, HOURS, STOCK, Lever, Steps
from steelyard.errors import PlanError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plan.balancing.focus import NO_FOCUS, Focus, within
from steelyard.plan.balancing.program import LeverProgram
from steelyard.plan.balancing.standing_model import BalanceBase, is_large
from steelyard.plan.review.supply import Way, plan_way
from steelyard.supply.decomposition import plan_decomposed
from steelyard.supply.evaluate import Evaluation, evaluate
from steelyard.supply.held_rest import HeldRest, columns_of, hold_rest, made_of
from steelyard.supply.model import SupplyModel
from steelyard.supply.supply_plan import Decisions, SupplyPlan

MOST_COLUMNS = 60_000
"""Unknowns of a block up to which each of its levers is weighed in a second or so."""


@dataclass(frozen=True)
class BlockTold:
    """What a reader has to know of values of a block; plain values.

    Args:
        families: Families in the block, with a gap of their own or on the same short hours, the dearest gap first.
        item_locations: Item-locations in it.
        of: Item-locations of the plan.
        gap_share: Part of the plan's gap at price that is in it.
        uncertain: Money by which a lever may bring less in the whole plan; inf where nothing is proven.
        left_out: Levers that act outside it only, by key.
        focus: What it was to be about, in words; nothing where it is about the dearest gaps.
    """

    families: tuple[str, ...]
    item_locations: int
    of: int
    gap_share: float
    uncertain: float
    left_out: tuple[str, ...]
    focus: str = ""

    def __str__(self) -> str:
        names = ", ".join(self.families[:_NAMED]) + (" and others" if len(self.families) > _NAMED else "")
        known = isfinite(self.uncertain)
        away = f", proven within {self.uncertain:,.0f} of the best" if known else ""
        less = f"up to {self.uncertain:,.0f} less" if known else "less"
        chosen = f" (chosen for {self.focus})" if self.focus else ""
        return (
            "The plan is too large to be solved with every lever. Values are of a block of "
            f"{self.item_locations:,} of {self.of:,} item-locations, with {self.gap_share:.0%} of the gap at price: "
            f"{names}{chosen}. The rest is held as it is planned{away}; with it the values are exact. In the whole "
            f"plan a lever may bring more, where the rest can answer, or {less}."
        )


def block_told(told: BlockTold | None) -> dict[str, object] | None:
    """What to know of values of a block, for machines and in words; None where they are of the whole plan."""
    if told is None:
        return None
    return vars(told) | {"uncertain": told.uncertain if isfinite(told.uncertain) else None, "told": str(told)}


class LeverBlock:
    """The block of a large plan.

    Args:
        base: The plan's balance base.
        focus: What it is to be about; the dearest gaps by default.
        full: Whether all that the data allow is in it, as for what-ifs, and not only what the plan's engine uses; then
            families without a gap may be in it, too.
        seed: Item-locations that must be in it, with all that goes into them.

    Raises:
        PlanError: Not even what one item-location is made of is small enough, or nothing is short in the focus.
        ChangeInvalid: The focus names a family, resource or period that the plan does not have.
    """

    def __init__(
        self, base: BalanceBase, focus: Focus = NO_FOCUS, *, full: bool = False, seed: BoolArray | None = None
    ) -> None:  # fmt: skip
        self._base, self.focus = base, focus
        self._model = base.full if full else base.bare
        priced: SupplyPlan = plan_decomposed(self._model, gap=_GAP, passes=_PASSES, seconds=np.inf)
        self._bound = priced.lower_bound
        self._decisions, self._told = _better(base, self._model, priced)
        self.families, self._inside = _chosen(base, focus, seed, full=full)
        self.part: HeldRest = hold_rest(self._model, self._decisions, self._told, self._inside)
        self._rows = self._inside[self._model.demand.node]
        self._worked = np.bincount(self.part.model.options.resource, minlength=len(self._model.resources.names)) > 0
        self._number = np.cumsum(self._inside) - 1
        self._row_number = np.cumsum(self._rows) - 1

    @property
    def rows(self) -> IntArray:
        """Demand rows of the whole that are in it."""
        return np.flatnonzero(self._rows)

    def whole_objective(self, part: float) -> float:
        """What the whole costs where the block costs so much."""
        return self._told.objective - self.part.objective + part

    def objective(self, program: LeverProgram) -> float:
        """What the whole costs with no lever pulled, the block planned as well as can be."""
        return self.whole_objective(program.base_objective)

    def units(self, program: LeverProgram) -> float:
        """Units late or lost in that plan."""
        demand, done = self._model.demand, self._decisions
        gap = late_or_lost(demand.quantity, self._told.backlog, done.lost)
        return float(gap[:, ~self._rows].sum()) + program.shut.units

    def told(self, program: LeverProgram, left_out: Iterable[str] = ()) -> BlockTold:
        """What to say beside the values of its levers."""
        return self.told_of(self.objective(program), left_out)

    def told_of(self, objective: float, left_out: Iterable[str] = ()) -> BlockTold:
        """What to say beside its values, where the whole costs so much."""
        money = self._base.short_place * self._base.price_of_place
        total = float(money.sum())
        return BlockTold(
            self.families, int(self._inside.sum()), self._inside.size,
            float(money[:, self._inside].sum()) / total if total > 0 else 1.0,
            max(objective - self._bound, 0.0), tuple(left_out), str(self.focus),
        )  # fmt: skip

    def own(self, levers: Iterable[Lever]) -> Iterator[Lever]:
        """The levers with those of their steps that move nothing outside; those of hours it works stay whole."""
        for one in levers:
            kept = self._kept(one.steps)
            if kept.size == one.steps.count:
                yield one
            elif kept.size:
                spend = None if one.spend is None else one.spend[kept]
                option = None if one.option is None else one.option[kept]
                carried = None if one.carried is None else one.carried[kept]
                yield replace(one, steps=one.steps.only(kept), spend=spend, option=option, carried=carried)

    def numbered(self, lever: Lever) -> Lever:
        """A lever of its own by the numbers of the block's model."""
        steps, kind = lever.steps, lever.steps.entry_kind
        thing = steps.entry_thing.copy()
        thing[kind == STOCK] = self._number[thing[kind == STOCK]]
        thing[kind == DEMAND] = self._row_number[thing[kind == DEMAND]]
        about = self._number[steps.about] if lever.kind == "pre_build" else steps.about
        return replace(lever, steps=replace(steps, entry_thing=thing, about=about))

    def _kept(self, steps: Steps) -> IntArray:
        kind, thing, out = steps.entry_kind, steps.entry_thing, np.zeros(steps.entry_kind.size, np.bool_)
        out[kind == STOCK] = ~self._inside[thing[kind == STOCK]]
        out[kind == DEMAND] = ~self._rows[thing[kind == DEMAND]]
        if not (kind != HOURS).any():
            return np.arange(steps.count if self._worked[thing].any() else 0)
        return np.flatnonzero(np.bincount(steps.entry_step, out, steps.count) == 0)


def block_of(base: BalanceBase, focus: Focus = NO_FOCUS, *, full: bool = False) -> LeverBlock | None:
    """The block on which levers of a plan are weighed; None where the whole plan can be solved.

    Args:
        base: The plan's balance base.
        focus: What the block is to be about.
        full: Whether all that the data allow is in it.

    Raises:
        PlanError: No block of the plan is small enough, or nothing is short in the focus.
        ChangeInvalid: The focus names a family, resource or period that the plan does not have.
    """
    return LeverBlock(base, focus, full=full) if is_large(base.full) else None


def program_of(base: BalanceBase, block: LeverBlock | None, levers: Iterable[Lever]) -> LeverProgram:
    """Levers of a plan on a live solver.

    Args:
        base: The plan's balance base.
        block: Its block; None for the whole plan.
        levers: The levers; of a block its own.
    """
    yearly = base.plan.horizon.periods_per_year
    if block is None:
        return LeverProgram(base.bare, list(levers), base.cost, periods_per_year=yearly)
    cost = base.cost[:, block.part.node]
    return LeverProgram(block.part.model, [block.numbered(one) for one in levers], cost, periods_per_year=yearly)


def _better(base: BalanceBase, model: SupplyModel, priced: SupplyPlan) -> tuple[Decisions, Evaluation]:
    """The plan by prices, or the plan as it stands where that is the better one, and what it does."""
    engine = cast(Way, base.plan.inputs.parameters.supply_engine)
    found = [priced.decisions]
    if not base.weighs_money:
        found.append(plan_way(base.plan, model, engine).decisions)
    told = [evaluate(model, one) for one in found]
    best = min(range(len(found)), key=lambda number: told[number].objective)
    return found[best], told[best]


def _chosen(
    base: BalanceBase, focus: Focus, seed: BoolArray | None, *, full: bool
) -> tuple[tuple[str, ...], BoolArray]:  # fmt: skip
    """Families of the block, those of the focus first, and its nodes."""
    short = base.short_place * base.price_of_place
    money, meant = short.sum(axis=0), (short * within(base, focus)).sum(axis=0)
    hours = base.hours_per_unit * base.cells("gross_requirement").sum(axis=0)
    size = len(base.family_names)
    gap, load = np.bincount(base.family, money, size), np.bincount(base.family, hours, size)
    first = np.bincount(base.family, meant, size)
    if focus and not first.any():
        raise PlanError(f"Nothing is short for {focus}", mend="choose another focus, or none for the dearest gaps")
    inside, chosen = _seeded(base, seed)
    money = meant if focus else money
    sold = np.bincount(base.family[base.full.demand.node], base.full.demand.quantity.sum(axis=0), size)
    for family in np.lexsort((-sold, -load, -gap, -first)).tolist():
        if gap[family] <= _CENT and load[family] <= _CENT and not (full and sold[family] > 0):
            break
        with_it = made_of(base.full, inside | (base.family == family))
        if columns_of(base.full, with_it) <= MOST_COLUMNS:
            inside = with_it
            chosen += [name for name in (base.family_names[family],) if name not in chosen]
        elif not chosen:
            inside = _dearest_of(base.full, money * (base.family == family))
            chosen.append(f"part of {base.family_names[family]}")
    if not chosen:
        raise PlanError("Nothing is short, so that no lever is weighed", mend="balance a plan that has a gap")
    return tuple(chosen), inside


def _seeded(base: BalanceBase, seed: BoolArray | None) -> tuple[BoolArray, list[str]]:
    """Nodes that must be in a block, and their families."""
    if seed is None or not seed.any():
        return np.zeros(base.places, np.bool_), []
    inside = made_of(base.full, seed)
    if columns_of(base.full, inside) > MOST_COLUMNS:
        mend = "name fewer items, or a scenario at a coarser customer level or with a shorter horizon"
        raise PlanError("What is asked about is too large to be solved again and again", mend=mend)
    return inside, [base.family_names[number] for number in np.unique(base.family[seed]).tolist()]


def _dearest_of(model: SupplyModel, money: Array) -> BoolArray:
    """As many places of the dearest gap as fit, with what goes into them."""
    order = np.argsort(-money, kind="stable")[: int((money > 0).sum())]
    few, many, found = 0, order.size, np.zeros(money.size, np.bool_)
    while few < many:
        count = (few + many + 1) // 2
        seed = np.zeros(money.size, np.bool_)
        seed[order[:count]] = True
        tried = made_of(model, seed)
        if columns_of(model, tried) <= MOST_COLUMNS:
            few, found = count, tried
        else:
            many = count - 1
    if not few:
        what = "What the dearest gap is made of is too large to be solved with levers"
        raise PlanError(what, mend="balance a scenario at a coarser customer level, or with a shorter horizon")
    return found


_GAP, _PASSES = 0.002, 3
"""How near to the best the rest is planned, and after how many passes to look no further: the block is exact anyway."""
_CENT, _NAMED = 0.01, 4
