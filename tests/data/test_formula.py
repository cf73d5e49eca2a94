"""Formulas: what mapping files may compute, and what they say when they cannot."""

from datetime import date

import polars as pl
import pytest

from steelyard.data.formula import compile_formula
from steelyard.errors import MappingInvalid

FRAME = pl.DataFrame(
    {
        "qty": ["6", "x", None],
        "price": [1.5, 2.0, None],
        "code": ["AB-12", "CD-7", None],
        "day": [date(2024, 1, 31), date(2024, 2, 1), None],
        "made": [True, False, None],
        "Unit of Measure": ["KG", "EA", None],
        "product.Name": ["Bike", None, None],
        "typed": ["31/12/2023", "2024-01-05", None],
    }
)


def _values(formula: str) -> list[object]:
    term = compile_formula(formula, FRAME.schema, as_of=date(2024, 1, 31), where="test")
    return FRAME.select(term.expr.alias("x")).to_series().to_list() if term.literal is None else [term.literal]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("qty * price", [9.0, None, None]),
        ("-price + 2 * (qty - 1)", [8.5, None, None]),
        ("price / 0.5", [3.0, 4.0, None]),
        ("coalesce(qty, price, 0)", ["6", "x", "0"]),
        ("coalesce(number(qty), price)", [6.0, 2.0, None]),
        ("concat(code, '/', price)", ["AB-12/1.5", "CD-7/2", None]),
        ("extract(code, '(\\d+)')", ["12", "7", None]),
        ("slice(code, 0, 2)", ["AB", "CD", None]),
        ("replace(lower(code), '-', '_')", ["ab_12", "cd_7", None]),
        ("if_else(made, 'make', 'buy')", ["make", "buy", "buy"]),
        ("if_else(price > 1.6, price, None)", [None, 2.0, None]),
        ("`Unit of Measure` == 'KG'", [True, False, False]),
        ("`Unit of Measure` in ('KG', 'G')", [True, False, False]),
        ("`Unit of Measure` not in ('KG',)", [False, True, True]),
        ("qty == 6", [True, False, False]),
        ("product.Name is not None", [True, False, False]),
        ("day <= as_of and not made", [False, False, False]),
        ("day > as_of or made", [True, True, False]),
        ("day - date('2024-01-01')", [30.0, 31.0, None]),
        ("day + 2", [date(2024, 2, 2), date(2024, 2, 3), None]),
        ("add_days(day, 1)", [date(2024, 2, 1), date(2024, 2, 2), None]),
        ("date(typed, '%d/%m/%Y')", [date(2023, 12, 31), date(2024, 1, 5), None]),
        ("month_start(day)", [date(2024, 1, 1), date(2024, 2, 1), None]),
        ("month_end(day)", [date(2024, 1, 31), date(2024, 2, 29), None]),
        ("period(day)", ["2024-01", "2024-02", None]),
        ("round(price / 3, 2)", [0.5, 0.67, None]),
        ("greatest(price, 1.75)", [1.75, 2.0, 1.75]),
        ("least(price, 1.75)", [1.5, 1.75, 1.75]),
        ("text(price)", ["1.5", "2", None]),
    ],
)
def test_formulas_compute(formula: str, expected: list[object]) -> None:
    assert _values(formula) == expected


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("qty *", "not complete"),
        ("quantity + 1", "no column 'quantity'"),
        ("open('x')", "no function 'open'"),
        ("slice(code)", "1 arguments"),
        ("[x for x in qty]", "ListComp"),
        ("__import__('os').system('ls')", "Call|dot"),
        ("qty in code", "needs a list"),
        ("if_else(price, 1, 2)", "neither true nor false"),
        ("lambda: 1", "Lambda"),
    ],
)
def test_what_is_no_formula_says_so(formula: str, words: str) -> None:
    with pytest.raises(MappingInvalid, match=words) as caught:
        _values(formula)
    assert "test" in caught.value.where
