"""Robust choice: which scenario one would regret least over all futures that somebody has stated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.grid.block import Array
from steelyard.plan.change import Change
from steelyard.plan.compare import common_periods
from steelyard.plan.numbers import Periods, PlanNumbers
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import BEGINNING, Assumption, Risk
from steelyard.plan.uncertainty.sensitivity import laid_on
from steelyard.risk.robust import Regret, regret

AS_PLANNED = "as planned"
Future = tuple[str, tuple[Change, ...]]
"""Name of a future, and what it changes."""


@dataclass(frozen=True)
class RobustChoice:
    """What each scenario brings in each future, and how sorry one would be."""

    scenarios: tuple[str, ...]
    futures: tuple[str, ...]
    outcomes: Array
    """scenario x future."""
    regret: Regret

    @property
    def safest(self) -> str:
        """The scenario whose largest regret is smallest."""
        return self.scenarios[self.regret.best_worst]

    @property
    def likeliest(self) -> str:
        """The scenario whose mean regret is smallest."""
        return self.scenarios[self.regret.best_expected]

    def frame(self) -> pl.DataFrame:
        """One row a future: `future`, then outcome and regret of each scenario under its name."""
        columns = {
            name: values
            for n, scenario in enumerate(self.scenarios)
            for name, values in ((scenario, self.outcomes[n]), (f"{scenario}: regret", self.regret.table[n]))
        }
        return pl.DataFrame({"future": list(self.futures), **columns})


def stated_futures(
    plan: PlanNumbers, assumptions: Sequence[Assumption], risks: Sequence[Risk]
) -> tuple[tuple[Future, ...], tuple[str, ...]]:
    """The plan as it is, every assumption at either end of its range, and every open risk happening at its mean.

    Args:
        plan: A plan, for its measures.
        assumptions: Those that count.
        risks: Risks and opportunities of the register.

    Returns:
        The futures, and the statements of risks that work on a calculated measure, which no plan can be laid on.
    """
    ends = [(one, end) for one in assumptions for end in ("low", "high") if getattr(one.effect, end)]
    found: list[Future] = [(AS_PLANNED, ())]
    found += [
        (f"{one.statement}: {getattr(one.effect, end):+g} %", _laid(one.effect, getattr(one.effect, end)))
        for one, end in ends
    ]
    open_ones = [one for one in risks if one.status == "open" and not one.in_plan]
    can = {one.id: plan.measure(one.effect.measure).editable for one in open_ones}
    found += [(f"{one.statement}: happens", _laid(one.effect, one.effect.mean)) for one in open_ones if can[one.id]]
    return tuple(found), tuple(one.statement for one in open_ones if not can[one.id])


def choose_robustly(
    plans: Sequence[PlanNumbers],
    futures: Sequence[tuple[str, Sequence[Change]]],
    measure: str = "gross_margin",
    *,
    probability: Array | None = None,
    periods: Periods = None,
) -> RobustChoice:
    """Calculate each plan in each future and tell by how much it misses the best one there.

    Args:
        plans: The options.
        futures: Name and changes of each future, such as the ends of the assumptions' ranges.
        measure: The number that counts; more is better.
        probability: Of each future; the same for all if not given.
        periods: A period, a first and last period, or all that every option plans.

    Raises:
        PlanError: There is no option or no future, the probabilities do not fit, or no period is planned by all.
    """
    if not plans or not futures:
        raise PlanError("A choice needs options and futures", mend="name at least one scenario and one future")
    if probability is not None and (probability.size != len(futures) or not np.isclose(probability.sum(), 1.0)):
        raise PlanError("The probabilities do not fit the futures", mend="give one for each; they sum to 1")
    if not set.intersection(*(set(plan.horizon.labels) for plan in plans)):
        raise PlanError("The options have no planned period in common", mend="choose scenarios of the same time")
    window = periods or common_periods(plans)
    outcomes = np.array(
        [[laid_on(plan, changes).value(measure, periods=window) for _, changes in futures] for plan in plans]
    )
    return RobustChoice(
        tuple(plan.name for plan in plans), tuple(name for name, _ in futures), outcomes, regret(outcomes, probability)
    )


def _laid(effect: Effect, percent: float) -> tuple[Change, ...]:
    return (effect.change(percent, actor="", at=BEGINNING, note=""),)
