"""Outlook: what an option is expected to bring, in the figures by which options are held side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from steelyard.cycle.grading.expectation import Expectation, expect
from steelyard.errors import ModelError, PlanError, SteelyardError
from steelyard.grid.block import join
from steelyard.plan.canonical import Json
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.monte_carlo import PlanFutures, simulate_plan
from steelyard.plan.uncertainty.register import Assumption, Risk

PERCENT = 100.0
CELLS = 8_000_000
"""Futures are played until about so many cells have been drawn; never fewer than 200, never more than 1000."""
COURSES = ("shipments", "revenue", "gross_margin", "inventory_value")
"""Measures whose way over time is shown."""


@dataclass(frozen=True)
class Figure:
    """One figure of the comparison."""

    name: str
    label: str
    unit: str
    """units, money, percent or hours."""
    group: str
    better: str = "higher"
    """Which way is good."""

    @property
    def is_money(self) -> bool:
        """Whether it tells money."""
        return self.unit == "money"


FIGURES = (
    Figure("demand", "Demand asked", "units", "Volume"),
    Figure("shipments", "Volume served", "units", "Volume"),
    Figure("revenue", "Revenue", "money", "Money"),
    Figure("gross_margin", "Gross margin", "money", "Money"),
    Figure("gross_margin_percent", "Gross margin, share", "percent", "Money"),
    Figure("fill_rate", "Fill rate, served when due", "percent", "Service"),
    Figure("peak_load", "Peak load, worst resource and period", "percent", "Load", "lower"),
    Figure("overload", "Overload, all periods", "hours", "Load", "lower"),
    Figure("inventory_value", "Stock at the end", "money", "Stock", "lower"),
    Figure("excess_value", "Stock without use", "money", "Stock", "lower"),
    Figure("cash", "Margin less growth of stock", "money", "Cash"),
    Figure("margin_low", "Gross margin, P10", "money", "Risk"),
    Figure("margin_high", "Gross margin, P90", "money", "Risk"),
    Figure("budget_chance", "Chance to reach the budget", "percent", "Risk"),
)
"""Figures in the order in which they are read, over the whole horizon."""


@dataclass(frozen=True)
class Outlook:
    """What an option is expected to bring."""

    figures: Mapping[str, float | None]
    """By name; None where the plan does not say."""
    periods: tuple[str, ...]
    courses: Mapping[str, tuple[float, ...]]
    """Measures by period."""
    expected: tuple[Expectation, ...]
    """What will be graded."""
    note: str = ""
    """Why the futures could not be played, if so."""

    def to_json(self) -> dict[str, Json]:
        """As plain values."""
        return {
            "figures": dict(self.figures),
            "periods": list(self.periods),
            "courses": {name: list(values) for name, values in self.courses.items()},
            "expected": [one.to_json() for one in self.expected],
            "note": self.note,
        }


def read_outlook(spelled: Mapping[str, Json]) -> Outlook:
    """Read what `to_json` wrote."""
    figures: Mapping[str, float | None] = spelled["figures"]  # type: ignore[assignment]
    courses: Mapping[str, Sequence[float]] = spelled["courses"]  # type: ignore[assignment]
    expected: Sequence[Mapping[str, Json]] = spelled["expected"]  # type: ignore[assignment]
    return Outlook(
        dict(figures),
        tuple(spelled["periods"]),  # type: ignore[arg-type]
        {name: tuple(values) for name, values in courses.items()},
        tuple(Expectation.from_json(one) for one in expected),
        str(spelled["note"]),
    )


@dataclass
class _Found:
    plan: Plan
    values: dict[str, float | None] = field(default_factory=dict)

    def keep(self, name: str, value: float) -> None:
        self.values[name] = value if isfinite(value) else None

    def measure(self, name: str, measure: str, scale: float = 1.0) -> None:
        self.keep(name, scale * self.plan.value(measure) if measure in self.plan.measures else float("nan"))


def outlook_of(
    plan: Plan, *, seed: int = 1, risks: Sequence[Risk] = (), assumptions: Sequence[Assumption] = ()
) -> Outlook:
    """Read the figures of an option, and play it through many futures for its range.

    Every option is played through the same futures, so that their ranges differ by what the options do, not by luck.

    Args:
        plan: The plan of the option.
        seed: Of the futures.
        risks: Open risks and opportunities of the register.
        assumptions: Assumptions that count.
    """
    futures, note = _futures(plan, seed, risks, assumptions)
    found = _Found(plan)
    for name, measure in (("demand", "demand_plan"), *((name, name) for name in COURSES), ("excess_value",) * 2):
        found.measure(name, measure)
    found.measure("gross_margin_percent", "gross_margin_percent", _as_percent(plan))
    found.keep("cash", _cash(plan))
    _service_and_load(found)
    _risk(found, futures)
    courses = {name: _course(plan, name) for name in COURSES if name in plan.measures}
    return Outlook(found.values, tuple(plan.horizon.labels), courses, expect(plan, futures), note)


def amount_at_stake(option: Outlook, base: Outlook, *, capex: float = 0.0, yearly_gain: float = 0.0) -> float | None:
    """Money on which authority is judged: the largest of margin moved, stock moved, money spent and gained a year.

    Args:
        option: The option chosen or recommended.
        base: The option to do nothing.
        capex: Money spent first.
        yearly_gain: What it is said to earn a year.

    Returns:
        The amount; None where margin or stock of either is not known, so that nobody can say how much is at stake.
    """
    moved = [_moved(option, base, name) for name in ("gross_margin", "inventory_value")]
    known = [value for value in moved if value is not None]
    return max(abs(capex), abs(yearly_gain), *known) if len(known) == len(moved) else None


def _moved(option: Outlook, base: Outlook, name: str) -> float | None:
    after, before = option.figures.get(name), base.figures.get(name)
    return None if after is None or before is None else abs(after - before)


def _futures(
    plan: Plan, seed: int, risks: Sequence[Risk], assumptions: Sequence[Assumption]
) -> tuple[PlanFutures | None, str]:
    cells = max(plan.series("independent_demand").size * len(plan.horizon.labels), 1)
    draws = int(np.clip(CELLS // cells, 200, 1000))
    try:
        return simulate_plan(plan, draws=draws, seed=seed, risks=risks, assumptions=assumptions), ""
    except (PlanError, ModelError) as fault:
        return None, str(fault)


def _service_and_load(found: _Found) -> None:
    told = {kpi.name: kpi.value for kpi in found.plan.kpis()}
    loaded = bool(found.plan.inputs.series["resource"].size)
    found.keep("fill_rate", told.get("fill_rate", float("nan")))
    found.keep("overload", told.get("overload_hours", float("nan")) if loaded else float("nan"))
    found.keep("peak_load", _peak_load(found.plan) if loaded else float("nan"))


def _peak_load(plan: Plan) -> float:
    loads = plan.frame("utilisation", by=["resource"])["utilisation"].drop_nulls().drop_nans().to_list()
    return PERCENT * max(loads, default=float("nan"))


def _risk(found: _Found, futures: PlanFutures | None) -> None:
    if futures is None:
        found.values |= dict.fromkeys(("margin_low", "margin_high", "budget_chance"))
        return
    low, high = np.percentile(futures.by_draw("gross_margin"), [10, 90]).tolist()
    found.keep("margin_low", low)
    found.keep("margin_high", high)
    budget = futures.chance_of_budget
    found.keep("budget_chance", PERCENT * budget.value if budget is not None else float("nan"))


def _cash(plan: Plan) -> float:
    """Gross margin less the value by which stock grows over the horizon [money]."""
    try:
        opening = float(np.nansum(join(plan.blocks("opening_inventory")) * join(plan.blocks("standard_cost"))[0]))
        return plan.value("gross_margin") - (plan.value("inventory_value") - opening)
    except SteelyardError:
        return float("nan")


def _course(plan: Plan, measure: str) -> tuple[float, ...]:
    return tuple(float(value or 0.0) for value in plan.frame(measure)[measure].to_list())


def _as_percent(plan: Plan) -> float:
    return 1.0 if plan.measure("gross_margin_percent").unit in ("percent", "%") else PERCENT
