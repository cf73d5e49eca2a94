"""Figures as the server writes them."""

import pytest

from steelyard.web.ui.figures import figure, number, plain, short, signed, unit_label


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (number(-1234567.4), "−1,234,567"),
        (number(-0.2), "0"),
        (number(-0.25, 1), "−0.2"),
        (number(float("nan")), "–"),
        (number(None), "–"),
        (signed(3.0), "+3"),
        (signed(-3.0), "−3"),
        (signed(0.01, 1), "0.0"),
        (plain(-3.25), "−3.25"),
        (plain(120.0), "120"),
        (short(-84_120.0), "−84.1 k"),
        (short(109_812_000.0), "110 m"),
        (figure(-0.0512, "ratio"), "−5.1"),
        (figure(0.0001, "units"), "0"),
        (figure(12.34, "money/unit"), "12.34"),
        (unit_label("money/unit", "EUR"), "EUR/unit"),
    ],
)
def test_numbers_have_true_minus_signs_and_no_more_digits_than_matter(told, text):
    assert told == text
