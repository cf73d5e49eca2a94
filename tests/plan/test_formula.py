"""Formulas as planners type them, and what the parser refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid
from steelyard.plan.formula import parse_formula


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("*1.2+100", 50, 160),
        ("-5", 50, 45),
        ("+10*2", 50, 70),
        ("/4", 50, 12.5),
        ("x*x", 3, 9),
        ("= 2*(x+1)", 3, 8),
        ("max(x, 60)", 50, 60),
        ("min(x*2, 60) - 1", 50, 59),
        ("-x", 50, 0),
        ("(0-x)", 50, -50),
        ("1e3", 50, 1000),
        (".5*x", 50, 25),
        ("x - -3", 50, 53),
    ],
)
def test_a_formula_gives_what_a_planner_expects(text, value, expected):
    if text == "-x":
        expected = 0  # it goes on from the value: x - x
    assert parse_formula(text)(np.array([float(value)]))[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "*",
        "1.2.3",
        "x y",
        "(x",
        "max(x)",
        "max(x,1",
        "__import__('os')",
        "x**2",
        "y+1",
        "1,2",
        "%",
        "x" * 300,
    ],
)
def test_what_is_not_a_formula_is_refused(text):
    with pytest.raises(ChangeInvalid):
        parse_formula(text)


def test_dividing_by_zero_is_refused():
    with pytest.raises(ChangeInvalid, match="zero"):
        parse_formula("100/x")(np.array([0.0]))


@given(st.text(max_size=40))
def test_any_text_is_a_formula_or_refused(text):
    try:
        formula = parse_formula(text)
    except ChangeInvalid:
        return
    with np.errstate(all="ignore"):
        try:
            formula(np.array([2.0]))
        except ChangeInvalid:
            return
