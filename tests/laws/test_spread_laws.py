"""Laws of spreading: rolling a spread up is identity, whatever the weights and locks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.grid.spread import spread_down

CELLS = st.floats(0, 1e9, allow_nan=False)


@given(total=st.floats(0, 1e12), weights=arrays(float, (4, 7), elements=CELLS))
def test_roll_up_of_a_spread_is_identity(total, weights):
    out = spread_down(total, weights, current=np.zeros((4, 7)), locked=np.zeros((4, 7), bool))
    assert abs(out.sum() - total) <= np.spacing(total) * 2
    assert (out >= -np.spacing(total) * 28).all()


@given(
    extra=st.floats(0, 1e9),
    current=arrays(float, 9, elements=CELLS),
    locked=arrays(bool, 9),
)
def test_locked_cells_never_move(extra, current, locked):
    total = float(current[locked].sum()) + extra
    if locked.all():
        return
    out = spread_down(total, current, current=current, locked=locked)
    assert np.array_equal(out[locked], current[locked])
    assert abs(out.sum() - total) <= np.spacing(max(total, 1.0)) * 8


@given(weights=arrays(float, 12, elements=st.floats(0.01, 1e6)), total=st.floats(1, 1e9), factor=st.floats(0.1, 10))
def test_proportions_survive(weights, total, factor):
    none = np.zeros(12, bool)
    once = spread_down(total, weights, current=weights, locked=none)
    again = spread_down(total, weights * factor, current=weights, locked=none)
    assert np.allclose(once, again, rtol=1e-9)
