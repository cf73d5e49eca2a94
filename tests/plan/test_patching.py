"""Patching: a block calculated for the series that moved holds the bits of one calculated as a whole."""

import numpy as np
import pytest

from steelyard.grid.block import Array, freeze
from steelyard.plan.calculation import Calculation
from steelyard.plan.moves import differing
from steelyard.plan.patching import MovedSeries, Part
from steelyard.plan.wiring import STANDARD

PERIODS, SERIES = 12, 40
BY_SERIES = [step for step in STANDARD.steps if isinstance(step, Calculation) and step.by_series]
PLAIN = {"days_per_period": 30.4, "holding_rate": 0.02}
VECTORS = {
    "opening_inventory", "forecast_error", "lead_time_days", "lead_time_std_days", "review_periods", "least_order",
    "order_cost", "variable_share",
}  # fmt: skip


def values(calculation: Calculation, seed: int) -> dict[str, object]:
    draw = np.random.default_rng(seed)
    shapes = {name: (SERIES,) if name in VECTORS else (PERIODS, SERIES) for name in calculation.inputs}
    found = {name: draw.gamma(1.0, 40.0, shape) for name, shape in shapes.items()}
    if "order_cost" in found:  # most orders cost nothing
        found["order_cost"][draw.random(SERIES) < 0.9] = 0.0
    return {name: PLAIN.get(name, freeze(numbers)) for name, numbers in found.items()}


def arrays(cell: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in cell.items() if isinstance(value, np.ndarray)}


def moved(cell: dict[str, object], series: list[int]) -> dict[str, object]:
    """The same cell with other numbers of some series in every array."""
    out = dict(cell)
    for name, value in cell.items():
        if isinstance(value, np.ndarray):
            other: Array = value.copy()
            other[..., series] *= 1.7
            out[name] = freeze(other)
    return out


@pytest.mark.parametrize("calculation", BY_SERIES, ids=lambda one: one.outputs[0])
@pytest.mark.parametrize("series", [[7], [0, 39], [3, 4, 5, 11, 20]])
def test_a_patched_block_holds_the_bits_of_a_whole_one(calculation: Calculation, series: list[int]) -> None:
    before = values(calculation, 1)
    after, old = moved(before, series), calculation(before)
    found = MovedSeries().patched(calculation, [Part(after, arrays(before), old)])[0]
    assert found is not None
    for left, right in zip(found, calculation(after), strict=True):
        assert left.tobytes() == np.ascontiguousarray(right).tobytes()


@pytest.mark.parametrize("calculation", BY_SERIES, ids=lambda one: one.outputs[0])
def test_other_objects_with_the_same_bits_leave_the_old_blocks(calculation: Calculation) -> None:
    before = values(calculation, 1)
    old = calculation(before)
    found = MovedSeries().patched(calculation, [Part(moved(before, []), arrays(before), old)])[0]
    assert found is not None
    assert all(left is right for left, right in zip(found, old, strict=True))


@pytest.mark.parametrize("calculation", BY_SERIES[:1])
def test_where_much_moved_the_whole_block_is_calculated(calculation: Calculation) -> None:
    before = values(calculation, 1)
    after = moved(before, list(range(SERIES)))
    assert MovedSeries().patched(calculation, [Part(after, arrays(before), calculation(before))]) == [None]


def test_a_number_for_the_whole_plan_moves_every_series() -> None:
    assert differing(1.0, 2.0, SERIES) is None


def test_nan_that_stays_has_not_moved() -> None:
    rows = np.full((2, 8), np.nan)
    assert not np.any(differing(rows, rows.copy(), 8))


def test_blocks_without_series_differ_nowhere() -> None:
    none = np.empty((PERIODS, 0))
    found = differing(none, none.copy(), 0)
    assert found is not None
    assert not found.size


@pytest.mark.parametrize("calculation", BY_SERIES, ids=lambda one: one.outputs[0])
def test_blocks_patched_together_hold_the_bits_of_blocks_patched_alone(calculation: Calculation) -> None:
    cells = [(values(calculation, seed), series) for seed, series in ((1, [7]), (2, [0, 39]), (3, []), (4, [5, 6]))]
    parts = [Part(moved(cell, series), arrays(cell), calculation(cell)) for cell, series in cells]
    together = MovedSeries().patched(calculation, parts)
    for part, found in zip(parts, together, strict=True):
        assert found is not None
        for left, right in zip(found, calculation(part.cell), strict=True):
            assert left.tobytes() == np.ascontiguousarray(right).tobytes()


def test_a_block_that_stood_twice_stands_twice_again() -> None:
    pick = Calculation(lambda a: a * 1.0, ("b",), ("a",), by_series=True)
    before: dict[str, object] = {"a": freeze(np.arange(480.0).reshape(PERIODS, SERIES))}
    after = moved(before, [3])
    assert MovedSeries().patched(pick, [Part(after, before, [before["a"]])]) == [(after["a"],)]
