"""Segments of demand series."""

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from steelyard.demand.segmentation import (
    ABC,
    DEMAND_CLASSES,
    LIFE_CYCLE,
    XYZ,
    classify_abc,
    classify_demand,
    classify_life_cycle,
    classify_xyz,
    forecastability,
    label,
)
from steelyard.demand.signal import OrderLines, build_signal
from tests.demand.histories import mixed


def test_abc_cuts_at_80_and_95_percent() -> None:
    assert label(classify_abc(np.array([70.0, 10, 10, 5, 5])), ABC) == ("A", "A", "B", "B", "C")


def test_a_single_dominant_series_is_a() -> None:
    assert label(classify_abc(np.array([990.0, 10])), ABC) == ("A", "C")


def test_without_revenue_all_are_c() -> None:
    assert label(classify_abc(np.array([0.0, np.nan, -5])), ABC) == ("C", "C", "C")


def test_a_seasonal_item_is_easy_to_forecast_however_much_it_varies() -> None:
    swing = 100 * (1 + 0.9 * np.sin(np.arange(60) * np.pi / 6))[:, None]
    assert swing.std() / swing.mean() > 0.5
    assert label(classify_xyz(forecastability(swing, 12)), XYZ) == ("X",)


def test_a_steady_trend_is_easy_to_forecast() -> None:
    assert forecastability(np.arange(1.0, 41.0)[:, None], 12)[0] < 1e-9


def test_forecastability_of_noise_is_its_coefficient_of_variation() -> None:
    noise = np.random.default_rng(4).normal(100, 30, (48, 400))
    assert abs(np.median(forecastability(noise, 12)) - 0.3) < 0.02


def test_a_series_too_young_to_judge_is_z() -> None:
    assert label(classify_xyz(forecastability(np.array([[5.0], [6.0]]), 12)), XYZ) == ("Z",)


def test_life_cycle_states() -> None:
    states = label(classify_life_cycle(mixed(), period=12), LIFE_CYCLE)
    assert (states[0], states[4], states[7], states[8], states[9]) == ("mature", "new", "planned", "planned", "ended")


def test_an_end_date_makes_a_phase_out_and_then_an_end() -> None:
    history = np.full((36, 3), 10.0)
    states = classify_life_cycle(history, period=12, last_period=np.array([30, 40, 90]), horizon=24)
    assert label(states, LIFE_CYCLE) == ("ended", "phase_out", "mature")


@pytest.mark.shared_data
def test_demand_classes_of_a_bicycle_maker(shared: Path) -> None:
    """266 items on the company's own 36 periods: the classes an independent profile of the same data found."""
    history = _bicycle_items(shared / "data" / "adventureworks" / "dw")
    sold = np.nan_to_num(history) > 0
    last = np.where(sold, np.arange(len(history))[:, None], -1).max(axis=0)
    within_sales = np.where(np.arange(len(history))[:, None] <= last, history, np.nan)
    classes = Counter(label(classify_demand(within_sales), DEMAND_CLASSES))
    assert classes == {"smooth": 209, "erratic": 4, "intermittent": 30, "lumpy": 8, "too_short": 15}


def _bicycle_items(folder: Path) -> np.ndarray:
    columns = ["ProductKey", "OrderDate", "OrderQuantity"]
    sales = [pl.read_parquet(folder / f"Fact{name}Sales.parquet").select(columns) for name in ("Reseller", "Internet")]
    product = pl.read_parquet(folder / "DimProduct.parquet").select("ProductKey", "ProductAlternateKey")
    lines = pl.concat(sales).join(product, on="ProductKey")
    days = np.sort(sales[0]["OrderDate"].dt.date().unique().to_numpy().astype("datetime64[D]"))
    starts = days[np.concatenate([[True], np.diff(days).astype(int) >= 25])]
    items = lines["ProductAlternateKey"].rank("dense").to_numpy().astype(np.int64) - 1
    day = lines["OrderDate"].dt.date().to_numpy().astype("datetime64[D]")
    quantity, no = lines["OrderQuantity"].cast(pl.Float64).to_numpy(), np.zeros(lines.height, dtype=bool)
    columns_of_lines = OrderLines(items, np.searchsorted(starts, day, "right") - 1, quantity, quantity, no, no, no)
    return build_signal(columns_of_lines, series=int(items.max()) + 1, periods=len(starts)).demand_history
