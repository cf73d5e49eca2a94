"""What is corrected by rule, and what only suggested."""

import numpy as np

from steelyard.demand.correction import automatic_correction, cleaned_demand
from tests.demand.histories import seasonal


def corrected(
    history: np.ndarray, *, stockout: np.ndarray | None = None, promoted: np.ndarray | None = None, driver: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    none = np.zeros(history.shape)
    flags = none if stockout is None else stockout
    campaign = none if promoted is None else promoted
    return automatic_correction(history, none + 1, flags, campaign, none + driver, 12)


def test_a_flagged_stock_out_is_raised_and_counted_as_lost_sales() -> None:
    history = seasonal(noise=0.03)
    flagged = np.zeros(history.shape)
    flagged[52, 0] = 1
    short = history.copy()
    short[52, 0] *= 0.2
    automatic, suggested, lost = corrected(short, stockout=flagged)
    assert np.flatnonzero(automatic).tolist() == [52 * history.shape[1]]
    assert automatic[52, 0] == lost[52, 0] > 0
    assert abs((short + automatic)[52, 0] / history[52, 0] - 1) < 0.15
    assert not suggested.any()


def test_a_stock_out_nobody_flagged_is_no_lost_sale() -> None:
    short = seasonal(noise=0.03)
    short[52, 0] *= 0.2
    assert not corrected(short)[2].any()


def test_a_spike_goes_and_a_doubtful_period_is_only_suggested() -> None:
    history = seasonal(noise=0.05, series=6)
    history[50, 1] *= 4
    automatic, suggested, lost = corrected(history)
    assert automatic[50, 1] < 0
    assert not lost.any()
    assert not ((automatic != 0) & (suggested != 0)).any()


def test_a_promoted_period_is_no_spike() -> None:
    history = seasonal(noise=0.03)
    history[50, 1] *= 4
    promoted = np.zeros(history.shape)
    promoted[50, 1] = 1
    assert corrected(history)[0][50, 1] < 0
    assert corrected(history, promoted=promoted)[0][50, 1] == 0


def test_nothing_is_corrected_without_a_reason() -> None:
    assert not any(part.any() for part in corrected(np.full((36, 3), 20.0)))


def test_a_correction_scales_with_what_drivers_did() -> None:
    history = seasonal(noise=0.03)
    history[50, 1] *= 4
    assert np.allclose(corrected(history * 2, driver=2.0)[0], corrected(history)[0] * 2)


def test_cleaned_demand_is_never_below_zero_and_shares_what_is_not_corrected() -> None:
    history = np.array([[10.0, 5.0]])
    assert cleaned_demand(history, np.array([[-30.0, 0.0]])).tolist() == [[0.0, 5.0]]
    assert cleaned_demand(history, np.zeros((1, 2))) is history
