"""The demo company a month later: the past stays, the month is known, and what a planner expects holds."""

import polars as pl
import pytest

from steelyard.data.schema import TABLES
from steelyard.data.synthetic import Shape, SyntheticCompany, advance, make_company, rewind, write_company

SHAPE = Shape(items=60)


@pytest.fixture(scope="module")
def company() -> SyntheticCompany:
    return make_company(SHAPE)


@pytest.fixture(scope="module")
def later(company) -> SyntheticCompany:
    return advance(company, SHAPE)


def test_the_past_stays_and_one_month_comes(company, later) -> None:
    before, now = (one.tables["sales_line"] for one in (company, later))
    assert now.filter(pl.col("requested_date") <= company.as_of).equals(before)
    new = now.filter(pl.col("requested_date") > company.as_of)
    assert new["requested_date"].dt.strftime("%Y-%m").unique().to_list() == ["2026-11"]
    assert new["shipped_date"].max() <= later.as_of
    ledger = later.tables["actuals_gl"].filter(pl.col("period_id") == "2026-11")
    assert set(ledger["account"]) == set(company.tables["actuals_gl"]["account"])


def test_a_month_back_from_it_is_the_company_again(company, later) -> None:
    shipped = [
        one.tables["sales_line"].filter((pl.col("status") == "shipped") & (pl.col("shipped_date") < company.as_of))
        for one in (rewind(later), company)
    ]
    orphans = {defect.rows for defect in company.defects}
    assert 0 <= shipped[1].height - shipped[0].height <= max(orphans)


def test_what_came_lies_around_what_was_to_be_expected(company, later) -> None:
    by_month = (
        later.tables["sales_line"]
        .filter(pl.col("status") == "shipped")
        .group_by(pl.col("requested_date").dt.strftime("%Y-%m").alias("month"))
        .agg(pl.col("quantity").sum())
    )
    units = dict(by_month.iter_rows())
    assert 0.8 < units["2026-11"] / units["2025-11"] < 1.5


def test_stock_moves_by_receipts_and_issues(company, later) -> None:
    history = later.tables["inventory_history"].sort("item_id", "location_id", "date")
    place = ["item_id", "location_id"]
    moved = history.with_columns(pl.col("closing_qty").shift(1).over(place).alias("opening")).drop_nulls("opening")
    off = (moved["opening"] + moved["receipts"] - moved["issues"] - moved["closing_qty"]).abs().max()
    assert off == pytest.approx(0.0, abs=1e-6)
    assert moved["receipts"].min() >= 0
    assert later.tables["inventory"]["as_of_date"].unique().to_list() == [later.as_of]


def test_keys_are_unique_and_tables_keep_to_the_contract(later, tmp_path) -> None:
    for name, frame in later.tables.items():
        key = [column for column in TABLES[name].key if column in frame.columns]
        assert frame.select(key).is_duplicated().sum() == 0, name
        for column in TABLES[name].required:
            assert frame[column].null_count() == 0, (name, column)
    write_company(later, tmp_path)


def test_what_is_told_by_month_reaches_a_month_further(company, later) -> None:
    for name in ("budget", "resource_capacity"):
        ends = [one.tables[name].filter(pl.col("period_id").str.len_chars() == 7)["period_id"].max()
                for one in (company, later)]  # fmt: skip
        assert ends == ["2028-10", "2028-11"], name
