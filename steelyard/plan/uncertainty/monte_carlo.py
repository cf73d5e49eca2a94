"""Monte Carlo: a plan whose supply is decided, played through many futures of demand, risks and opportunities."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.grid.block import Array, Blocks, IntArray, join
from steelyard.grid.rollup import divide, scatter_add
from steelyard.plan.money.version import series_value
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.overlay import window_of
from steelyard.plan.uncertainty.drawing import SUPPLY_MEASURES, require_drawn
from steelyard.plan.uncertainty.future_money import DecidedMoney, budget_goals, decided_money, open_shares
from steelyard.plan.uncertainty.group import check_groups, group_correlation
from steelyard.plan.uncertainty.register import Risk
from steelyard.risk.futures import DemandError, RiskEffect, Risks
from steelyard.risk.outcome import LEVELS, Chance, chance, percentiles, value_at_risk
from steelyard.risk.simulation import FixedSupply, Futures, simulate
from steelyard.supply.source_rows import SourceRows
from steelyard.supply.source_shares import work_of_places

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


class BudgetChance(NamedTuple):
    """How probable it is that an outcome reaches its budget over the periods that the budget covers."""

    outcome: str
    label: str
    target: float
    chance: Chance


class Breach(NamedTuple):
    """How probable it is that demand asks more of a resource than it has."""

    resource: str
    period: str
    chance: Chance
    hours_short: float
    """Mean hours that are missing in the futures in which some are missing."""


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
    """

    plan: PlanNumbers
    supply: FixedSupply
    futures: Futures
    draws: int
    seed: int
    risks: tuple[Risk, ...] = ()

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
        if outcome not in MONEY or self._decided is None:
            return None
        sure = simulate(replace(self.supply, lateness=None), _no_error(self.supply), draws=1, seed=0)
        return cast(Array, getattr(self._decided, outcome)(sure)[0])

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
    def breaches(self) -> tuple[Breach, ...]:
        """Resources and periods in which hours may be missing, the most probable first."""
        capacity = join(self.plan.blocks("capacity_available"))
        missing = self.futures.load - capacity[None]
        names = self.plan.series("capacity_available").members[self.plan.series("capacity_available").keys[0]].to_list()
        found = []
        for period, resource in zip(*np.nonzero((missing > 0).any(axis=0)), strict=True):
            short = missing[:, period, resource]
            label = self.plan.horizon.labels[period]
            found.append(Breach(names[resource], label, chance(short > 0), float(short[short > 0].mean())))
        return tuple(sorted(found, key=lambda breach: (-breach.chance.value, -breach.hours_short)))


def simulate_plan(
    plan: PlanNumbers,
    *,
    draws: int = 1000,
    seed: int = 1,
    risks: Sequence[Risk] = (),
    persistence: float = 0.3,
    shared: float = 0.5,
) -> PlanFutures:
    """Play a plan through many futures; its receipts stay as they are.

    Demand errs as the forecast has erred (`forecast_error`), over time and within families. Receipts come early and
    late as lead times spread (`lead_time_std_days`). Open risks and opportunities happen or not, together within their
    groups, and strike within their range; those already in the plan are left out.

    Args:
        plan: The plan.
        draws: How many futures, 1 to 100,000.
        seed: Of all random numbers; the same seed gives every plan the same futures.
        risks: Risks and opportunities of the register.
        persistence: Correlation of the demand error from one period to the next.
        shared: Correlation of the demand errors of two items of one family.

    Raises:
        PlanError: The number of draws is out of range.
        ChangeInvalid: A risk works on a measure that cannot be drawn.
        ModelError: A probability or correlation is out of range, or correlations contradict each other.
    """
    if not 1 <= draws <= 100_000:
        raise PlanError(f"{draws} draws cannot be made", mend="ask for 1 to 100,000")
    open_ones = tuple(risk for risk in risks if risk.status == "open" and not risk.in_plan)
    drawn = _risks(plan, open_ones)
    error = DemandError(_deviation(plan), _families(plan), persistence, shared)
    supply = replace(
        fixed_supply(plan), lateness=_lateness(plan), open_share=open_shares(plan, place_of_demand(plan))
    )  # fmt: skip
    played = simulate(supply, error, draws=draws, seed=seed, risks=drawn)
    return PlanFutures(plan, supply, played, draws, seed, open_ones)


def struck_money(plan: PlanNumbers, risk: Risk, measure: str) -> float:
    """What a risk on supply moves over the horizon if it happens at its mean effect and nobody plans again.

    Args:
        plan: The plan.
        risk: The risk.
        measure: revenue, gross_margin or inventory_value.

    Raises:
        ChangeInvalid: It works on a measure that cannot be drawn.
    """
    supply, mean = fixed_supply(plan), risk.effect.mean / 100
    strike = Risks(np.ones(1), (_effect(plan, 0, risk),), ranges=np.full((1, 3), mean))
    quiet, struck = (
        PlanFutures(plan, supply, simulate(supply, _no_error(supply), draws=1, seed=0, risks=risks), 1, 0)
        for risks in (None, strike)
    )
    return float(struck.by_draw(measure)[0] - quiet.by_draw(measure)[0])


def _cells(plan: PlanNumbers, measure: str) -> Array:
    return join(plan.blocks(measure))


def fixed_supply(plan: PlanNumbers) -> FixedSupply:
    """The supply of a plan as it is decided, with the demand it was made for."""
    receipts = _cells(plan, "scheduled_receipts") + _cells(plan, "constrained_receipts")
    resources = plan.series("capacity_available").size
    entries = work_of_places(cast(SourceRows, plan.inputs.values["source_rows"])).tocoo()
    return FixedSupply(
        demand=_cells(plan, "independent_demand"),
        receipts=receipts,
        issues=_cells(plan, "component_issues"),
        opening_inventory=_cells(plan, "opening_inventory"),
        price=_price_of_places(plan),
        unit_cost=_cells(plan, "standard_cost"),
        name=_names(plan),
        hours=(entries.coords[0].astype(np.int64), entries.coords[1].astype(np.int64), entries.data),
        resources=resources,
    )


def _price_of_places(plan: PlanNumbers) -> Array:
    """Mean price of what a place ships, by planned demand; of an idle cell that of the other cells of the place."""
    places = place_of_demand(plan)
    size = plan.series("independent_demand").size
    demand, price = _cells(plan, "demand_plan"), _cells(plan, "price")
    sold, worth = (scatter_add(cells, places, size) for cells in (demand, demand * price))
    usual = divide(worth.sum(axis=0), sold.sum(axis=0))
    return np.nan_to_num(np.where(sold > 0, divide(worth, sold), usual[None]))


def place_of_demand(plan: PlanNumbers) -> IntArray:
    """Row of the item-location that serves each row of demand."""
    starts = [start for start, _ in plan.series("independent_demand").cuts]
    parts = cast(Blocks, plan.inputs.values["place_of_demand"])
    return np.concatenate([part + start for part, start in zip(parts, starts, strict=True)]).astype(np.int64)


def _deviation(plan: PlanNumbers) -> Array:
    """Forecast error as a share of the mean planned demand, at most 2."""
    mean = _cells(plan, "independent_demand").mean(axis=0)
    return np.clip(np.nan_to_num(divide(_cells(plan, "forecast_error"), mean)), 0.0, 2.0)


def _lateness(plan: PlanNumbers) -> Array:
    """Standard deviation of the lead time by item-location [periods]."""
    return series_value(plan, "lead_time_std_days") / float(plan.horizon.days.mean())


def _no_error(supply: FixedSupply) -> DemandError:
    size = supply.demand.shape[1]
    return DemandError(np.zeros(size), np.zeros(size, dtype=np.int64), 0.0, 0.0)


def _families(plan: PlanNumbers) -> IntArray:
    series = plan.series("independent_demand")
    return series.codes("product_family" if "product_family" in series.levels else series.keys[0])


def _names(plan: PlanNumbers) -> IntArray:
    """A number for each item-location that is its own in every plan."""
    series = plan.series("independent_demand")
    keys = ("\x1f".join(key).encode() for key in series.members.select(series.keys).iter_rows())
    drawn = [int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little", signed=True) for key in keys]
    return np.array(drawn, dtype=np.int64)


def _risks(plan: PlanNumbers, risks: Sequence[Risk]) -> Risks | None:
    if not risks:
        return None
    check_groups(risks)
    effects = tuple(_effect(plan, number, risk) for number, risk in enumerate(risks))
    ranges = np.array([(risk.effect.low, risk.effect.likely, risk.effect.high) for risk in risks]) / 100
    return Risks(np.array([risk.probability for risk in risks]), effects, group_correlation(risks), ranges)


def _effect(plan: PlanNumbers, number: int, risk: Risk) -> RiskEffect:
    """Whom a risk touches when, and for which part; how hard it strikes is drawn."""
    measure = risk.effect.measure
    require_drawn(risk)
    change = risk.effect.change(0.0, actor=risk.actor, at=risk.at, note="")
    window = window_of(change, plan.horizon) or slice(0, 0)
    if measure in SUPPLY_MEASURES:
        return RiskEffect(number, plan.series("independent_demand").select(risk.effect.scope), window, supply=1.0)
    part = _part_in_scope(plan, risk)
    touched = np.flatnonzero(part)
    return RiskEffect(number, touched, window, demand=part[touched])


def _part_in_scope(plan: PlanNumbers, risk: Risk) -> Array:
    """Part of each item-location's planned demand that lies in the scope of a risk, which may name customers."""
    series, places = plan.series("demand_plan"), place_of_demand(plan)
    inside = np.zeros(series.size)
    inside[series.select(risk.effect.scope)] = 1.0
    asked = _cells(plan, "demand_plan").sum(axis=0)
    size = plan.series("independent_demand").size
    whole, part = (scatter_add(cells[None], places, size)[0] for cells in (asked, asked * inside))
    return np.nan_to_num(divide(part, whole))
