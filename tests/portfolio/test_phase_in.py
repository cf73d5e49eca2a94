"""Phase-in curves and run-downs."""

import numpy as np
import pytest

from steelyard.errors import ModelError
from steelyard.portfolio.phase_in import phase_in, phase_in_shares, run_down


def test_own_curve_that_does_not_sum_to_one_is_refused_with_a_way_out() -> None:
    with pytest.raises(ModelError, match=r"sums to 1.1, not to 1.*0.5, 0.6.*all gains together are 1"):
        phase_in_shares("own", 1, (0.5, 0.6))


@pytest.mark.parametrize("shares", [(), (1.2, -0.2), (float("nan"), 1.0)])
def test_own_curve_needs_sound_shares(shares: tuple[float, ...]) -> None:
    with pytest.raises(ModelError, match="zero or more"):
        phase_in_shares("own", 1, shares)


def test_exponential_gains_most_first_and_s_curve_in_the_middle() -> None:
    fast, slow = phase_in_shares("exponential", 6), phase_in_shares("s_curve", 6)
    assert (np.diff(fast) < 0).all()
    assert slow.argmax() in (2, 3)
    assert slow[0] < 0.05 > slow[-1]


def test_launch_in_the_middle_of_a_period_sells_for_the_rest_of_it() -> None:
    assert phase_in(np.array([1.0]), 1, 3, first_share=0.25).tolist() == [0.0, 0.25, 1.0]


@pytest.mark.parametrize(("start", "expected"), [(-9, [1.0, 1.0]), (9, [0.0, 0.0]), (-1, [1.0, 1.0])])
def test_launch_outside_the_timeline(start: int, expected: list[float]) -> None:
    assert phase_in(np.array([0.5, 0.5]), start, 2).tolist() == expected


def test_run_down_without_shares_is_a_clean_cut() -> None:
    assert run_down(np.empty(0), 1, 4).tolist() == [1.0, 1.0, 0.0, 0.0]
    assert run_down(np.empty(0), -1, 2).tolist() == [0.0, 0.0]
