from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid
from steelyard.web.worksheet.entry import LARGEST, Entry, read_entry, read_number


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("500", "set", 500.0),
        ("0", "set", 0.0),
        ("+40", "add", 40.0),
        ("-40", "add", -40.0),
        ("=-40", "set", -40.0),
        ("+5%", "percent", 5.0),
        ("-2,5 %", "percent", -2.5),
        ("5%", "percent", 5.0),
        ("*1.2", "times", 1.2),
        ("×1,2", "times", 1.2),
        ("1.2k", "set", 1200.0),
        ("3M", "set", 3e6),
        ("+1.5k", "add", 1500.0),
        ("1,234", "set", 1234.0),
        ("1.234", "set", 1.234),
        ("1.234,5", "set", 1234.5),
        ("1,234.5", "set", 1234.5),
        ("12,5", "set", 12.5),
        ("1 234", "set", 1234.0),
        ("1'234'567", "set", 1234567.0),
        ("1\u00a0234,50", "set", 1234.5),
        ("\u221240", "add", -40.0),
        (".5", "set", 0.5),
    ],
)
def test_what_planners_type_is_understood(text, kind, value):
    assert read_entry(text) == Entry(kind, value)


NO_NUMBERS = ["", "abc", "5%%", "*", "1.2.3,4,5", "--5", "+-5", "1e5", "=1+1", "#REF!", "9" * 30, "k"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ChangeInvalid):
        read_entry(text)


@given(st.floats(min_value=0, max_value=LARGEST / 10, allow_nan=False))
def test_a_number_as_python_writes_it_reads_back(value):
    assert read_number(f"{value:.6f}") == pytest.approx(value, abs=1e-6)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_clear_refusal(text):
    with suppress(ChangeInvalid):
        assert abs(read_entry(text).value) <= LARGEST
