"""Lot sizes: the smallest allowed quantity that covers the need."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ManyFaults
from steelyard.supply.lot_size import LotSizes, order_quantity
from tests.supply import twins


@pytest.mark.parametrize(
    ("need", "lots", "wanted"),
    [
        (0.0, (10.0, 5.0, np.inf), 0.0),
        (-3.0, (10.0, 5.0, np.inf), 0.0),
        (1.0, (10.0, 5.0, np.inf), 10.0),
        (11.0, (10.0, 5.0, np.inf), 15.0),
        (7.25, (0.0, 0.0, np.inf), 7.25),
        (45.0, (0.0, 0.0, 20.0), 45.0),
        (41.0, (10.0, 0.0, 20.0), 50.0),
        (40.0, (10.0, 0.0, 20.0), 40.0),
        (18.0, (0.0, 15.0, 20.0), 30.0),
    ],
)
def test_a_need_is_covered_in_allowed_lots(need: float, lots: tuple[float, float, float], wanted: float) -> None:
    assert order_quantity(need, *lots) == wanted


def test_rounding_noise_does_not_order_another_lot() -> None:
    assert order_quantity(0.1 * 3 * 100, 0.0, 30.0, np.inf) == 30.0


@given(
    st.floats(0, 1e5),
    st.sampled_from([0.0, 1.0, 20.0]),
    st.sampled_from([0.0, 1.0, 12.0]),
    st.sampled_from([36.0, np.inf]),
)
def test_the_kernel_equals_its_twin_and_covers_the_need(need: float, least: float, step: float, most: float) -> None:
    quantity = order_quantity(need, least, step, most)
    assert quantity == twins.order_quantity(need, least, step, most)
    assert quantity >= need * (1 - 1e-8) - 1e-8


def test_lots_that_contradict_each_other_are_named_together() -> None:
    lots = LotSizes(np.array([50.0, 0.0, -1.0]), np.array([0.0, 30.0, 0.0]), np.array([40.0, 20.0, np.inf]))
    with pytest.raises(ManyFaults, match=r"3 faults.*row 0.*row 1.*row 2"):
        lots.check()


def test_lot_for_lot_orders_what_is_needed() -> None:
    LotSizes.lot_for_lot(3).check()
