"""Decimal comma: numbers written 1.234,56 become 1234.56, column by column."""

import polars as pl

SAMPLE_ROWS = 20_000
_COMMA = r"^\s*[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+\s*$"
_POINT = r"^\s*[+-]?(\d{1,3}(,\d{3})+|\d+)\.\d+\s*$"
_WHOLE = r"^\s*[+-]?(\d{1,3}(\.\d{3})+|\d+)\s*$"
_GROUPED = r"^\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*$"


def mend_decimal_commas(frame: pl.DataFrame, delimiter: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rewrite the columns that write numbers with a decimal comma, or group thousands with commas.

    A column is taken for decimal comma if every number in its sample that has a decimal sign has a comma there
    (and, in comma-delimited files, not only groups of three digits, which are thousands).

    Returns:
        The frame, and the names of the columns with a decimal comma.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and not name.startswith("_")]
    sample = frame.select(texts).head(SAMPLE_ROWS)
    with_comma = [name for name in texts if bool(sample[name].str.contains(",", literal=True).any())]
    commas = tuple(name for name in with_comma if _writes_comma(sample[name], delimiter))
    grouped = [name for name in with_comma if name not in commas and _groups_thousands(sample[name])]
    expressions = [_with_point(name) for name in commas] + [_without_groups(name) for name in grouped]
    return frame.with_columns(expressions), commas


def _writes_comma(sample: pl.Series, delimiter: str) -> bool:
    values = sample.drop_nulls()
    comma, point = int(values.str.contains(_COMMA).sum()), int(values.str.contains(_POINT).sum())
    whole = int(values.str.contains(_WHOLE).sum())
    if delimiter == "," and bool(values.filter(values.str.contains(",", literal=True)).str.contains(_GROUPED).all()):
        return False
    return comma > 0 and point == 0 and comma + whole >= 0.9 * len(values)


def _groups_thousands(sample: pl.Series) -> bool:
    values = sample.drop_nulls()
    numbers = values.str.contains(r"^\s*[+-]?[\d,]+(\.\d+)?\s*$")
    return bool(numbers.all()) and bool(
        values.filter(values.str.contains(",", literal=True)).str.contains(_GROUPED).all()
    )


def _with_point(name: str) -> pl.Expr:
    column = pl.col(name)
    mended = column.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.when(column.str.contains(_COMMA) | column.str.contains(_WHOLE)).then(mended).otherwise(column).alias(name)


def _without_groups(name: str) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.str.contains(_GROUPED)).then(column.str.replace_all(",", "")).otherwise(column).alias(name)
