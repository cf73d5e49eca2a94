"""The demo company: believable, whole, the same bytes for the same seed."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from steelyard.data.manifest import read_manifest
from steelyard.data.schema import TABLES
from steelyard.data.synthetic import Shape, SyntheticCompany, demo_company, make_company
from steelyard.data.synthetic.capacity import RESOURCES
from steelyard.data.synthetic.family import FAMILIES, family_counts


@pytest.fixture(scope="module")
def company() -> SyntheticCompany:
    return make_company(Shape(items=400))


def test_the_company_has_the_size_it_was_asked_for(company: SyntheticCompany) -> None:
    tables = company.tables
    sold = tables["item"].filter(pl.col("item_type") == "finished")
    assert sold.height == 400
    assert sold["family"].n_unique() == 5
    assert tables["location"]["location_type"].value_counts().sort("location_type")["count"].to_list() == [3, 2]
    assert tables["customer"].height == 40
    assert tables["customer"]["territory"].n_unique() == 4
    assert tables["customer"]["channel"].n_unique() == 3
    assert tables["customer"]["currency"].n_unique() == 3
    assert tables["resource"].height == 8
    budget = tables["budget"].filter(pl.col("version") == "budget")
    assert budget.filter(pl.col("period_id") > "2026-10")["period_id"].n_unique() == 24


def test_history_has_48_months_and_ends_at_the_as_of_date(company: SyntheticCompany) -> None:
    wanted = company.tables["sales_line"]["requested_date"]
    assert wanted.dt.truncate("1mo").n_unique() == 48
    assert wanted.max() <= company.as_of
    assert company.tables["sales_line"]["shipped_date"].max() <= company.as_of


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    demo_company(tmp_path / "one", items=40)
    demo_company(tmp_path / "two", items=40)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())


def test_another_seed_gives_another_company() -> None:
    one, two = make_company(Shape(items=40, seed=1)), make_company(Shape(items=40, seed=2))
    assert not one.tables["sales_line"].equals(two.tables["sales_line"])


def test_every_table_keeps_to_the_contract(company: SyntheticCompany) -> None:
    for name, frame in company.tables.items():
        table = TABLES[name]
        assert set(frame.columns) <= set(table.names), name
        for column in table.required:
            assert frame[column].null_count() == 0, (name, column)
        for column in (c for c in table.columns if c.choices and c.name in frame.columns):
            assert set(frame[column.name].drop_nulls().unique()) <= set(column.choices), (name, column.name)


def test_keys_are_unique(company: SyntheticCompany) -> None:
    for name, frame in company.tables.items():
        key = [column for column in TABLES[name].key if column in frame.columns]
        assert frame.select(key).is_duplicated().sum() == 0, name


def test_manifest_states_what_the_files_hold(tmp_path: Path) -> None:
    demo_company(tmp_path, items=40)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    for name, total in manifest.totals.items():
        frame = pl.read_csv(tmp_path / f"{name}.csv", infer_schema_length=None)
        assert frame.height == total.rows
        if total.money is not None:
            assert frame[TABLES[name].money or ""].sum() == pytest.approx(total.money)


def test_only_the_known_defects_are_in_it(company: SyntheticCompany) -> None:
    orphans, negative = company.defects
    items = company.tables["item"]["item_id"]
    lines = company.tables["sales_line"].filter(~pl.col("item_id").is_in(items.implode()))
    assert (lines.height, lines["quantity"].sum()) == (orphans.rows, orphans.quantity)
    assert lines["amount_net"].sum() == pytest.approx(orphans.money)
    below = company.tables["inventory"].filter(pl.col("on_hand_qty") < 0)
    assert below.height == negative.rows == 1
    assert below["value"].sum() == pytest.approx(negative.money)


def test_two_items_in_ten_make_most_of_the_revenue(company: SyntheticCompany) -> None:
    value = company.tables["sales_line"].group_by("item_id").agg(pl.col("amount_net").sum())["amount_net"]
    ranked = value.sort(descending=True).to_numpy()
    share = ranked[: len(ranked) // 5].sum() / ranked.sum()
    assert 0.6 < share < 0.9


def test_kitchen_scales_sell_before_christmas_and_spares_now_and_then(company: SyntheticCompany) -> None:
    lines = company.tables["sales_line"].join(company.tables["item"].select("item_id", "family"), on="item_id")
    month = lines.group_by("family", pl.col("requested_date").dt.month().alias("m")).agg(pl.col("quantity").sum())
    kitchen = month.filter(pl.col("family") == FAMILIES[0].name).sort("quantity", descending=True)["m"]
    assert set(kitchen[:2]) == {11, 12}
    spares = lines.filter(pl.col("family") == FAMILIES[4].name)
    active = spares.group_by("item_id", "customer_id").agg(pl.col("requested_date").dt.truncate("1mo").n_unique())
    assert active["requested_date"].median() < 24


def test_launches_and_ends_hold_in_the_history(company: SyntheticCompany) -> None:
    items = company.tables["item"].select("item_id", "launch_date", "end_date")
    lines = company.tables["sales_line"].filter(pl.col("order_type") == "standard").join(items, on="item_id")
    assert lines.filter(pl.col("requested_date") < pl.col("launch_date")).height == 0
    assert lines.filter(pl.col("requested_date") > pl.col("end_date")).height == 0
    coming = items.filter(pl.col("launch_date") > company.as_of)
    assert coming.height >= 2
    ended = items.filter(pl.col("end_date") <= company.as_of)
    assert ended.height >= 5


def test_promotions_lie_behind_and_ahead(company: SyntheticCompany) -> None:
    start = company.tables["promotion"]["start_date"]
    assert (start > company.as_of).sum() >= 3
    assert (start <= company.as_of).sum() >= 20


def test_amounts_are_quantity_times_price_less_discount(company: SyntheticCompany) -> None:
    lines = company.tables["sales_line"]
    value = lines["quantity"] * lines["unit_price"] * (1 - lines["discount"])
    assert (value - lines["amount_net"]).abs().max() < 0.006


def test_ledger_ties_to_the_sales_lines(company: SyntheticCompany) -> None:
    lines = company.tables["sales_line"].filter((pl.col("currency") == "EUR") & (pl.col("status") != "cancelled"))
    euro = company.tables["customer"].filter(pl.col("currency") == "EUR")["territory"].unique()
    ledger = company.tables["actuals_gl"].filter(pl.col("organisation").is_in(euro.implode()))
    assert ledger["amount"].sum() == pytest.approx(lines["amount_net"].sum(), abs=1.0)


def test_family_counts_add_up_at_any_size() -> None:
    for items in (10, 40, 400, 1234, 100_000):
        assert sum(family_counts(items)) == items


def test_two_resources_are_marked_as_bottlenecks(company: SyntheticCompany) -> None:
    marked = company.tables["resource"].filter("bottleneck_flag")["resource_id"].to_list()
    assert marked == [r.resource_id for r in RESOURCES if r.peak > 1.0] == ["HOUSE-ASM", "SMT"]


def test_the_story_speaks_of_things_that_exist(company: SyntheticCompany) -> None:
    known = {
        "item": set(company.tables["item"]["item_id"]),
        "product_family": {family.name for family in FAMILIES},
        "territory": set(company.tables["customer"]["territory"]),
        "channel": set(company.tables["customer"]["channel"]),
        "resource": set(company.tables["resource"]["resource_id"]),
        "location_region": set(company.tables["location"]["region"]),
    }
    scopes = [change.scope for scenario in company.story for change in scenario.changes]
    assert all(member in known[level] for scope in scopes for level, member in scope.items())
    assert [scenario.name for scenario in company.story] == ["base", "launch-slips", "supplier-fails", "north-grows"]


def test_large_companies_keep_their_parts_in_proportion() -> None:
    company = make_company(Shape(items=5000))
    assert company.tables["item"].height == pytest.approx(5000 * 1.31, rel=0.03)
    pairs = company.tables["sales_line"].select("item_id", "customer_id").unique().height
    assert pairs / 5000 == pytest.approx(3.7, abs=0.5)
    assert np.isfinite(company.tables["item_cost"]["standard_cost"].to_numpy()).all()


def test_plants_have_delivered_what_was_sold(company: SyntheticCompany) -> None:
    """Closed production of sold items is near the past year's sales, and none arrives after the as-of date."""
    closed = (pl.col("order_type") == "production") & (pl.col("status") == "closed")
    made = company.tables["supply_order"].filter(closed)
    assert made["received_date"].max() <= company.as_of
    assert (made["start_date"] < made["received_date"]).all()
    year = company.tables["sales_line"].filter(pl.col("requested_date") > pl.lit(company.as_of).dt.offset_by("-12mo"))
    delivered = made.filter(pl.col("item_id").is_in(year["item_id"].unique().to_list()))["quantity_received"].sum()
    assert delivered == pytest.approx(year["quantity"].sum(), rel=0.1)


def test_more_of_a_part_costs_less_each(company: SyntheticCompany) -> None:
    """Every scale falls with the quantity and begins below what the source asks."""
    steps = company.tables["price_break"].sort("supplier_id", "item_id", "min_quantity")
    assert steps["item_id"].n_unique() > 10
    fall = steps.with_columns(pl.col("unit_price").diff().over("supplier_id", "item_id").alias("step"))["step"]
    assert (fall.drop_nulls() < 0).all()
    asked = company.tables["source"].filter(pl.col("priority") == 1).group_by("supplier_id", "item_id")
    dear = steps.join(asked.agg(pl.col("unit_price").max().alias("asked")), on=["supplier_id", "item_id"])
    assert dear.height == steps.height
    assert (dear["unit_price"] < dear["asked"]).all()
