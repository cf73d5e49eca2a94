"""What a question about replenishment may say, from a form or from a call."""

import pytest

from steelyard.errors import ChangeInvalid
from steelyard.web.stock.asked import Ask


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e12])
@pytest.mark.parametrize(
    "name", ["order_cost", "shared_cost", "item_cost", "salvage", "goodwill", "lot", "review_days"]
)
def test_a_number_beyond_all_reason_is_refused_from_a_form_and_from_a_call(name: str, value: float) -> None:
    with pytest.raises(ChangeInvalid, match="enter a number from 0"):
        Ask(**{name: value})
    with pytest.raises(ChangeInvalid, match="enter a number from 0"):
        Ask.of({name: str(value)})


def test_numbers_may_be_left_out_and_grouped() -> None:
    asked = Ask.of({"order_cost": "1,250", "lot": " "})
    assert (asked.order_cost, asked.lot) == (1250.0, None)
