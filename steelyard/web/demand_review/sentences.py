"""Sentence: what the forecast of a slice and of its items saw, in words."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.plan.forecasting.view import forecast_sentence
from steelyard.plan.plan import Plan
from steelyard.plan.sign_off.signed_slice import rows_of
from steelyard.web.masterdata.names import member_names

Scope = dict[str, tuple[str, ...]]
SHOWN = 12
YEAR = 12


@dataclass(frozen=True)
class Sentence:
    """An item, what its forecast saw, and the year behind and ahead."""

    item: str
    name: str
    words: str
    past: float
    ahead: float


def slice_sentence(plan: Plan, scope: Scope) -> str:
    """What the forecast of a whole slice saw; empty where it has none."""
    return _ended(forecast_sentence(plan, scope))


def sentences(plan: Plan, scope: Scope) -> list[Sentence]:
    """The items of a slice that are to sell most in the year ahead, each with what its forecast saw."""
    series = plan.series("statistical_forecast")
    rows = rows_of(scope, series)
    codes, names = series.codes("item")[rows], series.names("item")
    past = np.bincount(codes, _sums(plan, "demand_history", rows, slice(-YEAR, None)), len(names))
    ahead = np.bincount(codes, _sums(plan, "statistical_forecast", rows, slice(0, YEAR)), len(names))
    items = np.unique(codes)
    largest = items[np.argsort(-ahead[items], kind="stable")[:SHOWN]].tolist()
    called = member_names(plan.inputs.extract)
    return [
        Sentence(
            names[item], called.of("item", names[item]),
            _ended(forecast_sentence(plan, {**scope, "item": (names[item],)})), float(past[item]), float(ahead[item]),
        )
        for item in largest
    ]  # fmt: skip


def _ended(words: str) -> str:
    plain = words.strip().rstrip(".")
    return f"{plain[0].upper()}{plain[1:]}." if plain else ""


def _sums(plan: Plan, measure: str, rows: IntArray, window: slice) -> Array:
    series = plan.series(measure)
    parts = [plan.blocks(measure)[j][window, local].sum(axis=0) for j, local in series.by_block(rows).items()]
    return np.concatenate(parts) if parts else np.zeros(0)
