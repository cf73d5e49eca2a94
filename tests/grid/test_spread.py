"""Spread: parts sum to the total, locks hold, impossible totals are refused."""

import numpy as np
import pytest

from steelyard.errors import SpreadImpossible
from steelyard.grid.spread import spread_down

NONE = np.zeros(3, bool)


def test_equal_where_there_is_no_weight():
    assert spread_down(9.0, np.zeros(3), current=np.zeros(3), locked=NONE).tolist() == [3.0, 3.0, 3.0]


def test_locked_cells_stay():
    out = spread_down(10.0, np.ones(3), current=np.array([4.0, 1.0, 1.0]), locked=np.array([True, False, False]))
    assert out.tolist() == [4.0, 3.0, 3.0]


def test_locks_that_hold_more_are_refused():
    with pytest.raises(SpreadImpossible, match="12"):
        spread_down(10.0, np.ones(3), current=np.array([12.0, 0.0, 0.0]), locked=np.array([True, False, False]))
    with pytest.raises(SpreadImpossible, match="locked"):
        spread_down(10.0, np.ones(3), current=np.ones(3), locked=~NONE)
