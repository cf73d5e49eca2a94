"""Monte Carlo: a plan whose supply is decided, played through many futures of demand, risks and opportunities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.grid.block import Array, join
from steelyard.grid.rollup import divide
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.drawn_events import (
    HoursMoved,
    available_hours,
    draw_events,
    drawn_assumptions,
    effect_on,
    open_risks,
)
from steelyard.plan.uncertainty.fixed_supply import cells_of, demand_error, no_error, uncertain_supply
from steelyard.plan.uncertainty.future_kpis import KpiFutures
from steelyard.plan.uncertainty.future_load import Breach, LoadFutures
from steelyard.plan.uncertainty.future_money import DecidedMoney, budget_goals, decided_money
from steelyard.plan.uncertainty.register import Assumption, Risk
from steelyard.risk.futures import Risks
from steelyard.risk.outcome import LEVELS, Chance, chance, percentiles, value_at_risk
from steelyard.risk.simulation import FixedSupply, Futures, simulate

OUTCOMES: dict[str, str] = {
    "demand": "Demand [units]",
    "shipped": "Shipments [units]",
    "revenue": "Revenue",
    "gross_margin": "Gross margin",
    "operating_profit": "Operating profit",
    "cash_flow": "Cash flow",
    "inventory_value": "Inventory value",
    "backlog": "Backlog [units]",
    "fill_rate": "Fill rate",
}
"""What is watched in every future, by name; profit and cash where the plan knows its expenses."""
MONEY = ("operating_profit", "cash_flow")


PERSISTENCE, SHARED = 0.3, 0.5
"""How errors of demand hang together where nobody says otherwise: over time, and within a family."""
ALONE_DRAWS = 100
"""Futures in which one thing errs alone: enough to tell points of service apart."""


class FillAlone(NamedTuple):
    """Fill rate of the horizon, as a share: of the plan, and mean of the futures in which one thing errs alone."""

    plan: float
    receipts: float
    """Receipts come early and late, and what is made waits for its components; demand is as planned."""
    demand: float
    """Demand errs; receipts come on time."""


class BudgetChance(NamedTuple):
    """How probable it is that an outcome reaches its budget over the periods that the budget covers."""

    outcome: str
    label: str
    target: float
    chance: Chance


@dataclass(frozen=True, eq=False)
class PlanFutures:
    """What became of a plan.

    Args:
        plan: The plan.
        supply: Its supply, as it is decided.
        futures: Every draw.
        draws: How many.
        seed: Of the random numbers.
        risks: The risks that were drawn, in the order of their effects.
        assumptions: The assumptions that were drawn within their ranges.
        undrawn: Assumptions with a range that no future can draw.
        hours: Hours of each resource, draw x period x resource; one draw where they are the same in every future.
        persistence: Correlation of the demand error from one period to the next.
        shared: Correlation of the demand errors of two items of one family.
    """

    plan: PlanNumbers
    supply: FixedSupply
    futures: Futures
    draws: int
    seed: int
    risks: tuple[Risk, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    undrawn: tuple[Assumption, ...] = ()
    hours: Array | None = None
    persistence: float = PERSISTENCE
    shared: float = SHARED

    @cached_property
    def outcomes(self) -> dict[str, str]:
        """Outcomes that are known and that the reader of the plan sees, with their labels."""
        hidden = {name for name in OUTCOMES if name in self.plan.wiring.measures and name not in self.plan.measures}
        if "gross_margin" in hidden or self._decided is None:
            hidden |= set(MONEY)
        return {name: label for name, label in OUTCOMES.items() if name not in hidden}

    def by_draw(self, outcome: str) -> Array:
        """An outcome over the horizon by draw: flows add up, stock and backlog are those of the last period."""
        if outcome == "fill_rate":
            return np.asarray(divide(self.futures.on_time.sum(axis=1), self.futures.demand.sum(axis=1)))
        cells = self.by_period(outcome)
        return cells[:, -1] if outcome in ("inventory_value", "backlog") else cells.sum(axis=1)

    def by_period(self, outcome: str) -> Array:
        """An outcome, draw x period."""
        if outcome == "fill_rate":
            return np.asarray(divide(self.futures.on_time, self.futures.demand))
        if outcome in MONEY:
            return self._money[outcome]
        return cast(Array, getattr(self.futures, outcome))

    def planned(self, outcome: str) -> Array | None:
        """What the plan itself says by period; None where it says nothing."""
        if outcome in self.plan.measures:
            return self.plan.frame([outcome])[outcome].to_numpy()
        if outcome == "fill_rate":
            return np.asarray(divide(self._sure.on_time[0], self._sure.demand[0]))
        if outcome not in MONEY or self._decided is None:
            return None
        return cast(Array, getattr(self._decided, outcome)(self._sure)[0])

    def planned_total(self, outcome: str) -> float | None:
        """What the plan itself says over the horizon, counted as `by_draw` counts; None where it says nothing."""
        if outcome == "fill_rate":
            return _fill(self._sure)
        planned = self.planned(outcome)
        if planned is None:
            return None
        return float(planned[-1] if outcome in ("inventory_value", "backlog") else planned.sum())

    @cached_property
    def fill_alone(self) -> FillAlone:
        """Fill rate of the plan, and what becomes of it if receipts or demand err alone."""
        draws = min(self.draws, ALONE_DRAWS)
        late = simulate(self.supply, no_error(self.supply), draws=draws, seed=self.seed)
        error = demand_error(self.plan, persistence=self.persistence, shared=self.shared)
        moved = simulate(self.supply_sure, error, draws=draws, seed=self.seed)
        return FillAlone(_fill(self._sure), _fill(late), _fill(moved))

    @cached_property
    def _sure(self) -> Futures:
        """The one future in which nothing errs: the plan, counted as the futures are."""
        return simulate(self.supply_sure, no_error(self.supply), draws=1, seed=0)

    def fan(self, outcome: str) -> pl.DataFrame:
        """Percentiles of an outcome by period.

        Returns:
            period, p10, p50, p90, and the standard error of each as p10_error, p50_error, p90_error.
        """
        found = percentiles(self.by_period(outcome))
        columns = {f"p{round(100 * level)}": found.value[i] for i, level in enumerate(LEVELS)}
        columns |= {f"p{round(100 * level)}_error": found.error[i] for i, level in enumerate(LEVELS)}
        return pl.DataFrame({"period": list(self.plan.horizon.labels), **columns})

    @cached_property
    def summary(self) -> pl.DataFrame:
        """One row an outcome over the horizon: mean, its standard error, P10, P50, P90 and value at risk (95 %)."""
        rows = []
        for name, label in self.outcomes.items():
            draws = self.by_draw(name)
            low, middle, high = percentiles(draws).value.tolist()
            rows.append(
                {"outcome": name, "label": label, "mean": float(draws.mean()),
                 "error": float(draws.std(ddof=1) / np.sqrt(draws.size)) if draws.size > 1 else 0.0,
                 "p10": low, "p50": middle, "p90": high, "value_at_risk": value_at_risk(draws)}
            )  # fmt: skip
        return pl.DataFrame(rows)

    def chance_of(self, outcome: str, target: float) -> Chance:
        """How probable it is that an outcome over the horizon reaches a target."""
        return chance(self.by_draw(outcome) >= target)

    @cached_property
    def chance_of_budget(self) -> Chance | None:
        """How probable it is that revenue reaches the budget, over the periods it covers; None without a budget."""
        covered = self._budget > 0
        if not covered.any():
            return None
        earned = self.by_period("revenue")[:, covered].sum(axis=1)
        return chance(earned >= self._budget[covered].sum())

    @cached_property
    def budget_chances(self) -> tuple[BudgetChance, ...]:
        """How probable it is that revenue, gross margin and operating profit reach the budget, where it states them."""
        found = []
        goals = {"revenue": np.where(self._budget > 0, self._budget, np.nan), **budget_goals(self.plan)}
        for name in self.outcomes:
            covered = np.isfinite(goals[name]) if name in goals else np.zeros(0, bool)
            if covered.any():
                target = float(goals[name][covered].sum())
                reached = self.by_period(name)[:, covered].sum(axis=1) >= target
                found.append(BudgetChance(name, OUTCOMES[name], target, chance(reached)))
        return tuple(found)

    @property
    def budget_words(self) -> str:
        """Which periods the budget covers, and with them the chance to reach it.

        Example: `2026-11 to 2026-12, 2 of 24 periods`
        """
        covered, labels = np.flatnonzero(self._budget > 0), self.plan.horizon.labels
        runs = np.split(covered, np.flatnonzero(np.diff(covered) > 1) + 1) if covered.size else []
        told = [" to ".join(dict.fromkeys((labels[run[0]], labels[run[-1]]))) for run in runs]
        share = f"all {len(labels)}" if covered.size == len(labels) else f"{covered.size} of {len(labels)}"
        return f"{', '.join(told)}, {share} periods" if told else "no period"

    @cached_property
    def _decided(self) -> DecidedMoney | None:
        return decided_money(self.plan)

    @cached_property
    def _money(self) -> dict[str, Array]:
        """Profit and cash, draw x period.

        Raises:
            PlanError: The plan does not know its expenses.
        """
        if self._decided is None:
            raise PlanError("Profit and cash need expenses, capital spending and stock", mend="import the table ledger")
        return {name: getattr(self._decided, name)(self.futures) for name in MONEY}

    @cached_property
    def _budget(self) -> Array:
        """Budgeted revenue by period [money]; zero where the budget says nothing."""
        return np.asarray(np.nan_to_num(join(self.plan.blocks("budget_revenue"))).sum(axis=1))

    @cached_property
    def loads(self) -> LoadFutures:
        """Hours asked of each resource in each future, beside those it has."""
        planned = self._sure.load[0]
        stated = cells_of(self.plan, "capacity_load") if "capacity_load" in self.plan.measures else planned
        hours = cells_of(self.plan, "capacity_available")[None] if self.hours is None else self.hours
        series = self.plan.series("capacity_available")
        names = tuple(series.members[series.keys[0]].to_list())
        asked = np.maximum(stated + (self.futures.load - planned), 0.0)
        return LoadFutures(names, tuple(self.plan.horizon.labels), asked, hours)

    @property
    def supply_sure(self) -> FixedSupply:
        """The supply as it comes when nothing is late."""
        return replace(self.supply, lateness=None)

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """Resources and periods in which hours may be missing, the most probable first."""
        return self.loads.breaches

    def kpis(self, targets: Mapping[str, float] | None = None) -> KpiFutures:
        """Every KPI that the futures tell.

        Args:
            targets: The company's targets by name of the KPI, in place of the default ones.
        """
        return KpiFutures(self.plan, self.futures, self.loads, self._decided, targets or {})


def simulate_plan(
    plan: PlanNumbers,
    *,
    draws: int = 1000,
    seed: int = 1,
    risks: Sequence[Risk] = (),
    assumptions: Sequence[Assumption] = (),
    persistence: float = PERSISTENCE,
    shared: float = SHARED,
) -> PlanFutures:
    """Play a plan through many futures; what is ordered stays as it is.

    Demand errs as the forecast has erred (`forecast_error`), over time and within families. Receipts come early and
    late as lead times spread (`lead_time_std_days`), and what is made or shipped waits for the last of its components.
    Open risks and opportunities happen or not, together within their groups, and strike within their range; those
    already in the plan are left out. Assumptions turn out anywhere in their range.

    Args:
        plan: The plan.
        draws: How many futures, 1 to 100,000.
        seed: Of all random numbers; the same seed gives every plan the same futures.
        risks: Risks and opportunities of the register.
        assumptions: Assumptions that count; those without a range are left out.
        persistence: Correlation of the demand error from one period to the next.
        shared: Correlation of the demand errors of two items of one family.

    Raises:
        PlanError: The number of draws is out of range.
        ChangeInvalid: A risk works on a measure that cannot be drawn.
        ModelError: A probability or correlation is out of range, or correlations contradict each other.
    """
    if not 1 <= draws <= 100_000:
        raise PlanError(f"{draws} draws cannot be made", mend="ask for 1 to 100,000")
    open_ones, (assumed, left) = open_risks(risks), drawn_assumptions(assumptions)
    events, moved = draw_events(plan, open_ones, assumed)
    supply, error = uncertain_supply(plan), demand_error(plan, persistence=persistence, shared=shared)
    played = simulate(supply, error, draws=draws, seed=seed, risks=events)
    hours = _hours(plan, events, moved, draws, seed)
    return PlanFutures(plan, supply, played, draws, seed, open_ones, assumed, left, hours, persistence, shared)


def _fill(futures: Futures) -> float:
    """Mean fill rate of the horizon, as a share."""
    return float(divide(futures.on_time.sum(axis=1), futures.demand.sum(axis=1)).mean())


def _hours(plan: PlanNumbers, events: Risks | None, moved: Sequence[HoursMoved], draws: int, seed: int) -> Array | None:
    if events is None or not moved:
        return None
    return available_hours(plan, moved, events.strength(seed, draws))


def struck_money(plan: PlanNumbers, risk: Risk, measure: str) -> float:
    """What a risk on supply moves over the horizon if it happens at its mean effect and nobody plans again.

    What a missing component does to what is made of it is followed.

    Args:
        plan: The plan.
        risk: The risk.
        measure: revenue, gross_margin or inventory_value.

    Raises:
        ChangeInvalid: It works on a measure that cannot be drawn.
    """
    supply, mean = replace(uncertain_supply(plan), lateness=None), risk.effect.mean / 100
    strike = Risks(np.ones(1), (effect_on(plan, 0, risk.effect),), ranges=np.full((1, 3), mean))
    quiet, struck = (
        PlanFutures(plan, supply, simulate(supply, no_error(supply), draws=1, seed=0, risks=risks), 1, 0)
        for risks in (None, strike)
    )
    return float(struck.by_draw(measure)[0] - quiet.by_draw(measure)[0])
