"""AdventureWorks by mapping alone: the numbers tie to the source, and its quirks are seen."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from steelyard.data.company import Company
from steelyard.data.extract import Extract
from steelyard.data.finance_quality import ledger_against_sales
from steelyard.data.importing import check_extract
from steelyard.data.manifest import manifest_of
from steelyard.data.mapping import ColumnRule, SourceRule
from steelyard.data.mapping_file import load_mapping, mapping_of
from steelyard.data.reconciliation import adds_up
from steelyard.data.worth import Worth
from tests.data.conftest import AT, rules_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "adventureworks"

HEAD = {"company": "AdventureWorks", "as_of_date": "2008-06-30", "base_currency": "USD"}


@pytest.fixture(scope="module")
def company(shared: Path) -> Extract:
    """The whole company, out of both extracts."""
    return check_extract(shared / "data" / "adventureworks", mapping=EXAMPLES / "mapping.toml", at=AT)


def _totals(extract: Extract, table: str) -> dict[str, float]:
    row = extract.reconciliation.filter(pl.col("table") == table).to_dicts()[0]
    return {name: value if name == "table" else float(value) for name, value in row.items()}


def test_order_lines_tie_to_the_source(company: Extract) -> None:
    sales = _totals(company, "sales_line")
    assert (sales["rows_read"], sales["quantity_read"]) == (121_253, 274_776)
    assert sales["money_read"] == pytest.approx(109_809_274.2030)
    assert (sales["rows_filtered"], sales["money_filtered"]) == (2_209, 50_840.63)
    assert (sales["rows_accepted"], sales["rows_quarantined"]) == (119_044, 0)
    assert adds_up(company.reconciliation)


def test_the_history_is_36_clean_months(company: Extract) -> None:
    months = company.tables["sales_line"].select(pl.col("order_date").dt.strftime("%Y-%m").alias("m"), "channel")
    assert sorted(months["m"].unique()) == [f"{2005 + (n + 6) // 12}-{(n + 6) % 12 + 1:02d}" for n in range(36)]
    assert months.group_by("channel").agg(pl.col("m").n_unique()).sort("channel").rows() == [
        ("internet", 36),
        ("reseller", 36),
    ]
    assert company.as_of == date(2008, 6, 30)
    assert "no_month_is_empty_or_doubled" not in rules_of(company)


def test_the_company_reaches_finance(company: Extract) -> None:
    rows = {name: frame.height for name, frame in company.tables.items()}
    assert company.level == 3
    assert (rows["item"], rows["customer"], rows["supplier"], rows["resource"]) == (504, 20, 104, 7)
    assert (rows["bom"], rows["routing"], rows["inventory"]) == (2_576, 213, 504)
    assert company.tables["item"]["category"].n_unique() == 5
    assert company.tables["item"]["family"].n_unique() == 39
    assert not company.quarantine


def test_the_yearly_model_change_is_seen(company: Extract) -> None:
    items = company.tables["item"]
    ends = items["end_date"].drop_nulls().value_counts().sort("end_date")
    assert ends.rows() == [(date(2006, 6, 30), 29), (date(2007, 6, 30), 69)]
    starts = dict(items["launch_date"].value_counts().rows())
    assert (starts[date(2005, 7, 1)], starts[date(2006, 7, 1)], starts[date(2007, 7, 1)]) == (72, 85, 136)


def test_the_two_bottlenecks_are_seen(company: Extract) -> None:
    """Sales of the last two years, through the bill of material, against Availability read as hours per working day."""
    load = _monthly_load(company)
    peaks = {name: max(values) for name, values in load.items()}
    means = {name: sum(values) / len(values) for name, values in load.items()}
    assert sorted(means, key=lambda name: -means[name])[:2] == ["Subassembly", "Final Assembly"]
    assert {name for name, peak in peaks.items() if peak > 1.0} == {"Subassembly", "Final Assembly"}


def _monthly_load(company: Extract) -> dict[str, list[float]]:
    items = company.tables["item"]["item_id"].to_list()
    number = {item: n for n, item in enumerate(items)}
    lines = company.tables["sales_line"].filter(pl.col("order_date") >= date(2006, 7, 1))
    months = sorted(lines["order_date"].dt.strftime("%Y-%m").unique())
    need = np.zeros((len(items), len(months)))
    for item, day, quantity in lines.select(
        "item_id", pl.col("order_date").dt.strftime("%Y-%m"), "quantity"
    ).iter_rows():
        need[number[item], months.index(day)] += quantity
    bom = company.tables["bom"].filter(pl.col("valid_to").is_null())
    step = need.copy()
    for _ in range(5):
        below = np.zeros_like(step)
        for item, component, quantity in bom.select("item_id", "component_id", "quantity_per").iter_rows():
            below[number[component]] += quantity * step[number[item]]
        need, step = need + below, below
    capacity = dict(company.tables["resource_capacity"].select("resource_id", "available").iter_rows())
    load = {resource: np.zeros(len(months)) for resource in capacity}
    for item, resource, hours in (
        company.tables["routing"].select("item_id", "resource_id", "hours_per_unit").iter_rows()
    ):
        load[resource] += hours * need[number[item]]
    return {resource: (hours / capacity[resource]).tolist() for resource, hours in load.items()}


def test_capacity_without_a_period_is_an_assumption(company: Extract) -> None:
    noted = company.assumptions.filter(pl.col("scope") == "resource_capacity.available").to_dicts()[0]
    assert "per day x 21.67" in noted["value"]
    assert "no period" in noted["reason"]
    capacity = dict(company.tables["resource_capacity"].select("resource_id", "available").iter_rows())
    assert capacity["Final Assembly"] == pytest.approx(120 * 21.67)
    assert company.assumptions.height >= 15
    assert company.assumptions["reason"].null_count() == 0


def test_what_is_weak_is_found(company: Extract) -> None:
    found = {finding.rule: finding for finding in company.findings}
    assert found["made_items_have_a_routing"].rows == 68
    assert found["stock_is_not_negative"].rows == 6
    assert found["items_cost_less_than_their_price"].money > 20e6


def test_the_ledger_is_held_against_sales(company: Extract) -> None:
    """108.5 M USD of revenue in the ledger, 109.8 M of sales: tied as a whole, apart in single months."""
    both = ledger_against_sales(Company(company.tables, manifest_of(HEAD, "test"), Worth(pl.DataFrame(), 0.0)))
    assert both.height == 36
    assert both["ledger"].sum() == pytest.approx(108_486_309, abs=1)
    assert both["sales"].sum() == pytest.approx(109_758_433, abs=1)
    found = {finding.rule: finding for finding in company.findings}
    assert "ledger_ties_to_sales" not in found
    assert found["ledger_ties_to_sales_in_each_period"].rows == 19
    told = found["ledger_cost_ties_to_sales"].message
    assert "cost of sales in the ledger is 32,651,199 USD" in told, told
    assert "order lines 97,235,433 USD" in told, told
    assert found["budget_covers_the_horizon"].rows == 18


def test_volume_discounts_are_no_promotions(company: Extract) -> None:
    promotions = company.tables["promotion"]
    assert set(promotions["type"]) == {"clearance", "seasonal", "overstock", "launch"}
    sales = company.tables["sales_line"]
    assert sales["promotion_id"].drop_nulls().is_in(promotions["promotion_id"].implode()).all()
    assert sales.filter(pl.col("promotion_id").is_not_null() & pl.col("volume_discount").is_not_null()).height == 0


def test_open_orders_are_those_of_the_as_of_date(company: Extract) -> None:
    orders = company.tables["supply_order"]
    production = orders.filter(pl.col("order_type") == "production", pl.col("status") == "in_process")
    assert (production.height, production["quantity_open"].sum()) == (1_478, 20_401)
    assert (orders["order_date"] <= company.as_of).all()


def test_an_earlier_as_of_date_leaves_months_for_testing(shared: Path) -> None:
    extract = check_extract(
        shared / "data" / "adventureworks", mapping=EXAMPLES / "mapping.toml", at=AT, as_of=date(2007, 12, 31)
    )
    sales = extract.tables["sales_line"]
    assert sales["order_date"].max() == date(2007, 12, 31)
    assert sales["order_date"].dt.strftime("%Y-%m").n_unique() == 30
    assert extract.tables["inventory"]["as_of_date"].unique().to_list() == [date(2007, 12, 31)]


@pytest.mark.parametrize(("name", "level", "lines"), [("oltp", 3, 60_919), ("dw", 1, 121_253)])
def test_each_extract_comes_in_alone(shared: Path, name: str, level: int, lines: int) -> None:
    extract = check_extract(shared / "data" / "adventureworks" / name, mapping=EXAMPLES / f"{name}.toml", at=AT)
    assert extract.level == level
    assert _totals(extract, "sales_line")["rows_read"] == lines
    assert adds_up(extract.reconciliation)


def test_without_the_shift_the_calendar_is_warned_of(shared: Path) -> None:
    mapping = load_mapping(EXAMPLES / "dw.toml")
    plain = mapping_of({"name": "plain", "extract": {**mapping.head, "as_of_date": date(2013, 12, 28)}}, "plain")
    unshifted = type(mapping)(plain.name, plain.head, mapping.tables, mapping.views)
    assert manifest_of(plain.head, "plain").as_of == date(2013, 12, 28)
    extract = check_extract(shared / "data" / "adventureworks" / "dw", mapping=unshifted, at=AT)
    messages = [f.message for f in extract.findings if f.rule == "no_month_is_empty_or_doubled"]
    assert any(message.startswith("channel reseller has no sales in Feb 2011") for message in messages)


def test_the_calendar_may_be_imported_instead_of_shifted(shared: Path) -> None:
    """The days with more than a stray reseller order are the starts of the 36 periods."""
    mapping = load_mapping(EXAMPLES / "dw.toml")
    count = ColumnRule(column="SalesOrderNumber", aggregate="count")
    days = SourceRule({"day": ColumnRule("OrderDate"), "lines": count}, source="FactResellerSales", group=("day",))
    periods = SourceRule({}, source="order_day", where=("lines > 10",), starts="day")
    tables = {name: mapping.tables[name] for name in ("item", "customer", "location", "sales_line")}
    head = {**mapping.head, "as_of_date": date(2013, 12, 28), "calendar": "table"}
    unshifted = replace(
        mapping,
        head=head,
        folders={},
        tables={**tables, "period": (periods,)},
        views={**mapping.views, "order_day": days},
    )
    extract = check_extract(shared / "data" / "adventureworks" / "dw", mapping=unshifted, at=AT)
    starts = extract.tables["period"]["start_date"].to_list()
    assert len(starts) == 36
    assert starts[:4] == [date(2010, 12, 29), date(2011, 1, 29), date(2011, 3, 1), date(2011, 3, 31)]
    assert extract.tables["period"]["end_date"].to_list()[-1] == date(2013, 12, 28)
    assert "periods_have_no_gap" not in rules_of(extract)
    assert "no_month_is_empty_or_doubled" not in rules_of(extract)


def test_the_digest_is_the_same_again(shared: Path, company: Extract) -> None:
    again = check_extract(shared / "data" / "adventureworks", mapping=EXAMPLES / "mapping.toml", at=AT)
    assert again.digest == company.digest


def test_capacity_read_as_hours_per_week_is_doubted(shared: Path, company: Extract) -> None:
    mapping = load_mapping(EXAMPLES / "mapping.toml")
    (rule,) = mapping.tables["resource_capacity"]
    weekly = replace(rule.columns["available"], per="week", times=None)
    changed = replace(rule, columns={**rule.columns, "available": weekly})
    tables = {**mapping.tables, "resource_capacity": (changed,)}
    extract = check_extract(shared / "data" / "adventureworks", mapping=replace(mapping, tables=tables), at=AT)
    finding = next(found for found in extract.findings if found.rule == "implied_load_is_plausible")
    assert {example.split(":")[0] for example in finding.examples} >= {"Subassembly", "Final Assembly", "Frame Forming"}
    assert "implied_load_is_plausible" not in rules_of(company)
