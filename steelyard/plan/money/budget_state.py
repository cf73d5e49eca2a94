"""Budget state: how far each version of the budget reaches, at which level it was made, and what was spread down."""

from dataclasses import dataclass

import numpy as np

from steelyard.data.finance_quality import BUDGET_LEVELS
from steelyard.errors import PlanError
from steelyard.plan.inputs.budget import revenue_rows
from steelyard.plan.money.actual import extract_of
from steelyard.plan.money.expected import LABELS, budget_money, loaded_revenue
from steelyard.plan.money.version import VersionKind
from steelyard.plan.numbers import PlanNumbers

VERSIONS: tuple[VersionKind, ...] = ("budget", "latest_estimate")


@dataclass(frozen=True)
class BudgetState:
    """One version of the budget."""

    version: VersionKind
    label: str
    rows: int
    levels: tuple[str, ...]
    """Levels it was made at, such as family x territory."""
    first: str
    last: str
    """First and last period of the plan's calendar it says something about."""
    missing: tuple[str, ...]
    """Planned periods it says nothing about."""
    loaded: float
    """What was loaded for the periods of the plan, in base currency [money]; NaN where nothing is stated."""
    spread: float
    """What arrived at the series [money]."""

    @property
    def lost(self) -> float:
        """What was loaded for members that the plan does not have [money]."""
        return self.loaded - self.spread

    @property
    def is_lost(self) -> bool:
        """Whether more than a cent in a thousand did not arrive."""
        return abs(self.lost) > max(1.0, 1e-5 * abs(self.loaded))

    @property
    def loaded_thousands(self) -> float:
        """Loaded, in thousands."""
        return self.loaded / 1e3

    @property
    def spread_thousands(self) -> float:
        """Spread, in thousands."""
        return self.spread / 1e3

    @property
    def lost_thousands(self) -> float:
        """What did not arrive, in thousands."""
        return self.lost / 1e3


def budget_states(plan: PlanNumbers) -> tuple[BudgetState, ...]:
    """The versions of the budget that the extract of a plan holds."""
    found = []
    for version in VERSIONS:
        try:
            found.append(_state(plan, version))
        except PlanError:
            continue
    return tuple(found)


def _state(plan: PlanNumbers, version: VersionKind) -> BudgetState:
    money = budget_money(plan, version)
    table = revenue_rows(extract_of(plan).tables["budget"], version)
    named = table.select(name for name in BUDGET_LEVELS if table[name].null_count() < table.height).columns
    at = np.flatnonzero(money.covered)
    ahead = money.covered[plan.history.size :]
    missing = tuple(label for label, said in zip(plan.horizon.labels, ahead.tolist(), strict=True) if not said)
    spread = float(money.revenue_at_plan_rates.sum())
    return BudgetState(
        version, LABELS[version], table.height, tuple(name.removesuffix("_id") for name in named),
        money.calendar.labels[int(at[0])], money.calendar.labels[int(at[-1])], missing,
        loaded_revenue(plan, version), spread,
    )  # fmt: skip
