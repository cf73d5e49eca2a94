"""What tables say of stock that expires."""

from datetime import date, timedelta

import numpy as np
import pytest

from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.run import run_plan
from steelyard.plan.wiring import STANDARD
from tests.company import PLANT, company

AS_OF = date(2025, 12, 31)
Lot = tuple[float, int | None]


def expired(*lots: Lot) -> tuple[np.ndarray, np.ndarray]:
    """What expires of lots (units, days until they expire) of one item, and its projected stock, by period."""
    rows = [
        {
            "item_id": "I0", "location_id": PLANT, "as_of_date": AS_OF, "stock_type": "unrestricted", "lot": f"L{n}",
            "on_hand_qty": units, "expiry_date": None if days is None else AS_OF + timedelta(days=days),
        }
        for n, (units, days) in enumerate(lots)
    ]  # fmt: skip
    inputs = freeze_inputs(company(items=1, replace={"inventory": rows}), PlanParameters(horizon=6))
    done = run_plan(inputs, (), wiring=STANDARD)
    row = inputs.series["item_location"].row_of_key["I0", PLANT]
    gone, stock = (
        np.concatenate(done.blocks(name), axis=1)[:, row] for name in ("expiring_stock", "projected_inventory")
    )
    return gone, stock


def test_no_more_expires_than_lies_there_where_another_lot_is_below_zero() -> None:
    gone, stock = expired((5000.0, 20), (-4900.0, None))
    assert 0 < gone.sum() <= 100.0
    assert (stock >= -1e-6).all()


def test_what_a_lot_below_zero_lacks_was_used_of_the_lot_that_expires_first() -> None:
    assert expired((500.0, 20), (800.0, 80), (-500.0, None))[0] == pytest.approx(expired((800.0, 80))[0])


def test_lots_that_have_expired_are_no_stock() -> None:
    for with_it, without in zip(expired((5000.0, -1), (300.0, 20)), expired((300.0, 20)), strict=True):
        assert with_it == pytest.approx(without)
