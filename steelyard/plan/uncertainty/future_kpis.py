"""Future KPIs: every KPI of a plan in many futures, each by the formula that the scorecard uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.errors import NotFound
from steelyard.grid.block import Array
from steelyard.kpi.indicator import Indicator
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.kpi.figures import Figures
from steelyard.plan.kpi.past import PastFigures
from steelyard.plan.kpi.series import BY_PERIOD
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.future_load import LoadFutures
from steelyard.plan.uncertainty.future_money import DecidedMoney
from steelyard.risk.outcome import LEVELS, chance, percentiles, value_at_risk
from steelyard.risk.simulation import Futures

DECIDED = "supply is decided, so it is the same in every future"
JUDGED = "it tells of what is over, which no future moves"
RECORDED = "it comes from the records of the process, not from the plan"
UNKNOWN = "the plan does not hold what it needs, or you may not see it"
OF_RECORDS = frozenset({"data_score", "overrides_with_reason"})
SAME = frozenset({"capacity_utilisation"})
"""KPIs of the plan that no future moves."""


@dataclass(frozen=True)
class DrawnFigures(Figures):
    """The figures of one future: what the futures tell in place of what the plan says, the rest as planned."""

    sums: Mapping[str, Array] = field(default_factory=dict)
    """Figures of this future over the company, `[period]`."""
    parts: Mapping[str, Array] = field(default_factory=dict)
    """Figures of this future by what they are made of, `[period, part]`."""

    def totals(self, measure: str) -> Array:
        """`[period, 1]`."""
        return self.sums[measure][self.window, None] if measure in self.sums else super().totals(measure)

    def cells(self, measure: str) -> Array:
        """`[period, series]`; one column for the whole company where the future tells no more."""
        return self.parts[measure][self.window] if measure in self.parts else super().cells(measure)

    def asked(self) -> Array:
        """Units that customers ask for, those turned away included, `[period, 1]`."""
        return self.totals("asked")

    def on_time(self) -> Array:
        """Units served when due, `[period, 1]`."""
        return self.totals("on_time")

    def waiting(self) -> Array:
        """Demand due so far and not served, in money, `[period, 1]`; the price beside it is one."""
        return self.totals("waiting")


@dataclass(frozen=True, eq=False)
class KpiFutures:
    """Every KPI of a plan in every future.

    Args:
        plan: The plan.
        futures: Every draw.
        loads: Hours asked in every draw.
        decided: Expenses and balances that no future moves; None where the plan does not know them.
        targets: The company's targets by KPI, in place of the default ones.
    """

    plan: PlanNumbers
    futures: Futures
    loads: LoadFutures
    decided: DecidedMoney | None
    targets: Mapping[str, float]

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """KPIs that the futures tell."""
        return tuple(one for one in INDICATORS.values() if not self._why_not(one))

    @cached_property
    def left_out(self) -> tuple[tuple[Indicator, str], ...]:
        """KPIs that no future tells, with the reason."""
        told = ((one, self._why_not(one)) for one in INDICATORS.values())
        return tuple((one, why) for one, why in told if why)

    def by_draw(self, name: str) -> Array:
        """A KPI over the horizon, by draw.

        Raises:
            NotFound: No future tells this KPI.
        """
        self._require(name)
        return np.array([kpi_value(name, one) for one in self._figures])

    def by_period(self, name: str) -> Array:
        """A KPI, draw x period.

        Raises:
            NotFound: No future tells this KPI by period.
        """
        self._require(name)
        if name not in BY_PERIOD:
            raise NotFound(f"{name} is told over the horizon only", mend=f"ask for one of {', '.join(self.by_periods)}")
        windows = [slice(t, t + 1) for t in range(self.plan.horizon.size)]
        return np.array([[kpi_value(name, one.at(window)) for window in windows] for one in self._figures])

    @property
    def by_periods(self) -> tuple[str, ...]:
        """KPIs that are told by period too."""
        return tuple(one.name for one in self.indicators if one.name in BY_PERIOD)

    @cached_property
    def summary(self) -> pl.DataFrame:
        """One row a KPI over the horizon.

        Returns:
            kpi, label, unit, better, plan, mean, error (standard error of the mean), p10, p50, p90 and their standard
            errors, value_at_risk (how far the bad end, 1 of 20, lies from the mean), target, chance to reach it and
            its standard error; target and chance are null where there is no target.
        """
        rows = [self._row(one) for one in self.indicators]
        return pl.DataFrame(rows, infer_schema_length=None)

    def fan(self, name: str) -> pl.DataFrame:
        """Percentiles of a KPI by period.

        Returns:
            period, p10, p50, p90 with standard errors, and plan.

        Raises:
            NotFound: No future tells this KPI by period.
        """
        cells = self.by_period(name)
        found = percentiles(np.nan_to_num(cells))
        columns = {f"p{round(100 * level)}": found.value[i] for i, level in enumerate(LEVELS)}
        columns |= {f"p{round(100 * level)}_error": found.error[i] for i, level in enumerate(LEVELS)}
        planned = [kpi_value(name, self._planned.at(slice(t, t + 1))) for t in range(self.plan.horizon.size)]
        return pl.DataFrame({"period": list(self.plan.horizon.labels), **columns, "plan": planned})

    def _row(self, one: Indicator) -> dict[str, object]:
        draws = self.by_draw(one.name)
        found, planned = percentiles(draws), kpi_value(one.name, self._planned)
        row: dict[str, object] = {"kpi": one.name, "label": one.label, "unit": one.unit, "better": one.better}
        row |= {"plan": planned, "mean": float(draws.mean()), "error": float(draws.std() / np.sqrt(draws.size))}
        for i, level in enumerate(LEVELS):
            row |= {f"p{round(100 * level)}": float(found.value[i])}
        for i, level in enumerate(LEVELS):
            row |= {f"p{round(100 * level)}_error": float(found.error[i])}
        row["value_at_risk"] = value_at_risk(-draws if one.better == "lower" else draws)
        goal = self.targets.get(one.name, one.target)
        reached = None if goal is None else chance(_good(one, draws, goal))
        return row | {
            "target": goal,
            "chance": None if reached is None else reached.value,
            "chance_error": None if reached is None else reached.error,
        }

    def _require(self, name: str) -> None:
        if name not in INDICATORS:
            raise NotFound(f"There is no KPI {name!r}", mend=f"use one of {', '.join(i.name for i in self.indicators)}")
        why = self._why_not(INDICATORS[name])
        if why:
            raise NotFound(f"No future tells {name}: {why}", mend="choose another KPI")

    def _why_not(self, one: Indicator) -> str:
        if one.source == "records" or one.name in OF_RECORDS:
            return RECORDED
        if one.source == "past":
            return JUDGED
        if one.name in SAME:
            return DECIDED
        return "" if np.isfinite(kpi_value(one.name, self._figures[0])) else UNKNOWN

    @cached_property
    def _planned(self) -> Figures:
        return figures_of(self.plan)

    @cached_property
    def _figures(self) -> tuple[DrawnFigures, ...]:
        """One for each draw; what no future moves is read once for all."""
        kept: dict[tuple[str, str], Array] = {}
        past, sums, parts = PastFigures(self.plan, {}), self._sums(), self._parts()
        return tuple(
            DrawnFigures(
                self.plan, None, {}, past, _kept=kept,
                sums={name: cells[k] for name, cells in sums.items()},
                parts={name: cells[min(k, cells.shape[0] - 1)] for name, cells in parts.items()},
            )
            for k in range(self.futures.demand.shape[0])
        )  # fmt: skip

    def _sums(self) -> dict[str, Array]:
        """Draw x period; without what the reader may not see."""
        told = self.futures
        away = self.plan.totals("turned_away")[1][:, 0] if "turned_away" in self.plan.measures else 0.0
        unknown = np.full_like(told.demand, np.nan)
        money = {
            "revenue": told.revenue,
            "cogs": told.revenue - told.gross_margin,
            "gross_margin": told.gross_margin,
            "inventory_value": told.inventory_value,
            "excess_value": told.excess_value,
            "receivables": unknown if self.decided is None else told.receivables + self.decided.owed[1:],
        }
        seen = {name: cells for name, cells in money.items() if name in self.plan.measures}
        return {**seen, "asked": told.demand + away, "on_time": told.on_time, "waiting": told.backlog_value}

    def _parts(self) -> dict[str, Array]:
        """Draw x period x part; one draw of what is the same in all."""
        one = np.ones((1, self.plan.horizon.size, 1))
        found = {"capacity_load": self.loads.asked, "capacity_available": self.loads.hours}
        if "price" in self.plan.measures:
            found |= {"price": one}
        if "inventory_value" in self.plan.measures:
            found |= {"inventory_value": self.futures.idle_value[..., None], "gross_requirement": 0.0 * one}
        return found


def _good(one: Indicator, draws: Array, goal: float) -> np.ndarray:
    return draws >= goal if one.better == "higher" else draws <= goal if one.better == "lower" else abs(draws) <= goal
