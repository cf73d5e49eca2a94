"""Override check: which overrides are large, and which are smaller than the forecast's own noise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.errors import GridError, PlanError
from steelyard.grid.block import Array, IntArray
from steelyard.plan.change import Change
from steelyard.plan.formula import parse_formula
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Add, Formula, Percent, SetValue
from steelyard.plan.overlay import per_of
from steelyard.plan.sign_off.signature import Slice
from steelyard.plan.sign_off.signed_slice import rows_of, window_of

LARGE = 0.2
"""Share of the demand from which on an override is large, where the company sets none."""
BASIS = "unconstrained_demand"

Size = Literal["large", "within_noise", "usual"]


@dataclass(frozen=True)
class OverrideSize:
    """How much an override moves, held against the demand it moves and the noise of its forecast."""

    change: Change
    before: float
    """Demand of the slice without the override [units]."""
    after: float
    """Demand of the slice with it [units]."""
    noise: float
    """Standard deviation of the forecast error of the slice over the periods [units]."""
    money: float
    """What the move is worth at price [money]."""
    large: float
    """Share from which on it is large."""

    @property
    def moved(self) -> float:
        """By how many units."""
        return self.after - self.before

    @property
    def share(self) -> float:
        """By which share of the demand; NaN where there was none."""
        return self.moved / self.before if self.before else float("nan")

    @property
    def size(self) -> Size:
        """large, within_noise or usual."""
        if abs(self.moved) > self.large * abs(self.before) and abs(self.moved) > self.noise:
            return "large"
        return "within_noise" if 0 < abs(self.moved) < self.noise else "usual"

    @property
    def words(self) -> str:
        """What to think of it, in one sentence; empty where it is usual."""
        if self.size == "large":
            grown = f"{self.share:+.0%} of the demand" if self.before else "demand where there was none"
            return f"Large override: {self.moved:+,.0f} units, {grown} there."
        if self.size == "within_noise":
            return (
                f"Within the noise: {self.moved:+,.0f} units, while the forecast itself errs by "
                f"{self.noise:,.0f} there. It cannot be told from chance."
            )
        return ""


def check_overrides(
    plan: PlanNumbers, changes: Iterable[Change], *, large: float = LARGE, against: str = ""
) -> list[OverrideSize]:
    """Size up overrides of demand; those of other measures, and those that move nothing here, are left out.

    Args:
        plan: The plan they are held against.
        changes: Overrides, made or about to be made.
        large: Share of the demand from which on one is large.
        against: Measure that tells the demand before; empty takes the measure that is overridden.
    """
    noise = _Noise(plan)
    sized = (_size(plan, change, large, against, noise) for change in changes if _overrides_demand(plan, change))
    return [one for one in sized if one is not None]


def _overrides_demand(plan: PlanNumbers, change: Change) -> bool:
    measure = plan.wiring.measures.get(change.measure)
    basis = measure is not None and measure.spread_basis == BASIS
    return basis and isinstance(change.operation, SetValue | Add | Percent | Formula)


def _size(plan: PlanNumbers, change: Change, large: float, against: str, noise: "_Noise") -> OverrideSize | None:
    series, horizon = plan.series(change.measure), plan.horizon
    rows, window = rows_of(change.scope, series), window_of(Slice("", {}, change.periods), horizon)
    if not rows.size or window.stop <= window.start:
        return None
    basis = _cells(plan, BASIS, rows, window)
    held = _cells(plan, against or change.measure, rows, window)
    held = np.where(np.isfinite(held), held, basis)
    try:
        after = _after(change, held, per_of(getattr(change.operation, "per", "scope"), plan.measure(change.measure)))
    except (PlanError, GridError):
        return None
    before = float(held.sum())
    price = _mean_price(plan, rows, window, held)
    return OverrideSize(change, before, after, noise.of(rows, window, basis), abs(after - before) * price, large)


def _after(change: Change, held: Array, per: str) -> float:
    """The total of the slice after the change, without locks."""
    operation, before = change.operation, float(held.sum())
    parts = {"scope": np.array([before]), "period": held.sum(axis=1), "cell": held.reshape(-1)}[per]
    match operation:
        case SetValue(value):
            return float(value * parts.size)
        case Add(value):
            return float(before + value * parts.size)
        case Percent(percent):
            return before * (1 + percent / 100)
        case Formula(text):
            return float(parse_formula(text)(parts).sum())
    return before


class _Noise:
    """The noise of forecasts, with what is looked up once for many overrides of a plan."""

    def __init__(self, plan: PlanNumbers) -> None:
        self._plan = plan
        self._errors = np.concatenate([np.atleast_1d(block) for block in plan.blocks("forecast_error")])
        self._places = _places(plan)
        self._demand: dict[tuple[int, int], Array] = {}

    def of(self, rows: IntArray, window: slice, demand: Array) -> float:
        """Standard deviation of the forecast error of some series together.

            noise = sqrt(sum over places of error^2 x share of the place's demand x periods)

        Errors of places and periods are taken as independent; a place's variance is split over its customers by demand.
        """
        own, places = demand.sum(axis=0), self._places[rows]
        whole = self._of_places(window)[places]
        share = np.divide(own, whole, out=np.zeros_like(own), where=whole > 0)
        variance = np.nan_to_num(self._errors[places]) ** 2 * share
        return float(np.sqrt(variance.sum() * (window.stop - window.start)))

    def _of_places(self, window: slice) -> Array:
        key = (window.start, window.stop)
        if key not in self._demand:
            total = np.concatenate([block[window].sum(axis=0) for block in self._plan.blocks(BASIS)])
            self._demand[key] = np.bincount(self._places, total, self._errors.size).astype(np.float64)
        return self._demand[key]


def _places(plan: PlanNumbers) -> IntArray:
    """Item-location row of each demand series."""
    local = plan.values["place_of_demand"]
    assert isinstance(local, tuple)
    cuts = plan.inputs.series["item_location"].cuts
    return np.concatenate([part + first for part, (first, _) in zip(local, cuts, strict=True)])


def _mean_price(plan: PlanNumbers, rows: IntArray, window: slice, demand: Array) -> float:
    price = _cells(plan, "price", rows, window)
    known = np.isfinite(price)
    weight = np.where(known, demand, 0.0)
    if weight.sum() > 0:
        return float((np.nan_to_num(price) * weight).sum() / weight.sum())
    return float(price[known].mean()) if known.any() else 0.0


def _cells(plan: PlanNumbers, measure: str, rows: IntArray, window: slice) -> Array:
    series = plan.series(measure)
    parts = [plan.blocks(measure)[j][window, local] for j, local in series.by_block(rows).items()]
    return np.concatenate(parts, axis=1)
