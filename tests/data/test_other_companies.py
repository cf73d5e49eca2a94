"""Two other companies by mapping alone: wide daily files, and a flat file with old line ends and two date formats."""

from datetime import date
from pathlib import Path
from statistics import median

import polars as pl
import pytest

from steelyard.data.extract import Extract
from steelyard.data.importing import check_extract
from steelyard.data.reconciliation import adds_up
from tests.data.conftest import AT, rules_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _read(extract: Extract) -> dict[str, float]:
    row = extract.reconciliation.filter(pl.col("table") == "sales_line").to_dicts()[0]
    return {name: float(value) for name, value in row.items() if name != "table"}


def test_supplygraph_comes_in(shared: Path) -> None:
    mapping = EXAMPLES / "supplygraph" / "mapping.toml"
    extract = check_extract(shared / "data" / "supplygraph_fmcg", mapping=mapping, at=AT)
    sales = _read(extract)
    assert sales["rows_read"] == 221 * 41
    assert sales["quantity_read"] == pytest.approx(7_753_000, rel=1e-3)
    assert extract.tables["sales_line"]["order_date"].max() == date(2023, 7, 31)
    assert extract.tables["item"].height == 40
    assert adds_up(extract.reconciliation)
    assert not extract.quarantine


def test_usaid_comes_in(shared: Path) -> None:
    mapping = EXAMPLES / "usaid_scms" / "mapping.toml"
    extract = check_extract(shared / "data" / "usaid_scms", mapping=mapping, at=AT)
    sales = _read(extract)
    assert sales["rows_read"] == 10_324
    assert sales["money_read"] == pytest.approx(1_627_584_457.29)
    assert extract.tables["item"].height == 182
    assert extract.tables["customer"]["country"].n_unique() == 43
    assert "files_are_plain" in rules_of(extract)
    direct = extract.tables["source"].filter(pl.col("location_id") == "direct")["lead_time_days"].to_list()
    assert median(direct) > 30
    assert adds_up(extract.reconciliation)
    assert not extract.quarantine
