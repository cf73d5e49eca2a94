"""Parameters: words and numbers that people enter, read or refused."""

import pytest

from steelyard.errors import ChangeInvalid
from steelyard.plan.inputs import PlanParameters

PLAIN = PlanParameters()


@pytest.mark.parametrize("word", ["false", "no", "0", False, 0.0])
def test_a_switch_is_off_when_people_say_no(word):
    assert PLAIN.with_value("finite_capacity", word).finite_capacity is False


@pytest.mark.parametrize("word", ["true", "Yes", "1", True, 1.0])
def test_a_switch_is_on_when_people_say_yes(word):
    assert PLAIN.with_value("finite_capacity", word).finite_capacity is True


@pytest.mark.parametrize(("name", "value"), [("horizon", 12.0), ("horizon", "12"), ("horizon", 12)])
def test_whole_numbers_come_as_text_or_float(name, value):
    assert PLAIN.with_value(name, value).horizon == 12


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("finite_capacity", "maybe"),
        ("horizon", 12.5),
        ("horizon", "a year"),
        ("horizon", None),
        ("customer_level", "customr"),
        ("forecast_level", "item"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_way_to_mend_it(name, value):
    with pytest.raises(ChangeInvalid, match=name) as caught:
        PLAIN.with_value(name, value)
    assert caught.value.mend
