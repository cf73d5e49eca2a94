"""Rules on the whole extract: each has a company that breaks it."""

from datetime import date

import pytest

from tests.data.conftest import CUSTOMERS, ITEMS, MANIFEST, SALES, SALES_HEAD, ImportFolder, rules_of

SOURCE = "source_id,item_id,location_id,source_type,lead_time_days,split_ratio\n"
BOM = "bom_id,item_id,component_id,quantity_per,per_quantity\n"
PARTS = ITEMS + "C,Comp,EA,semi,F2\nD,Deep,EA,raw,F2\n"
MADE = PARTS.replace("family\n", "family,make_buy\n").replace("F1\n", "F1,make\n").replace("F2\n", "F2,buy\n")
COST = "item_id,standard_cost,currency,valid_from\n"
PRICE = "item_id,price,currency,valid_from,valid_to,price_type\n"
ROUTING = "routing_id,operation_no,resource_id,item_id,hours_per_unit\nA,10,R1,A,0.5\n"

BROKEN: list[tuple[str, str, dict[str, str]]] = [
    ("every_item_has_a_family", "item", {"item__csv": ITEMS.replace("EA,finished,F1\nB", "EA,finished,\nB")}),
    ("sold_items_are_not_raw_material", "item", {"item__csv": ITEMS.replace("Beta,EA,finished", "Beta,EA,raw")}),
    ("sold_items_have_a_cost", "item_cost", {"item_cost__csv": COST + "A,5,EUR,2024-01-01\n"}),
    ("sold_items_have_a_price", "price", {"price__csv": PRICE + "A,5,EUR,2024-01-01,,list\n"}),
    (
        "items_cost_less_than_their_price",
        "price",
        {"price__csv": PRICE + "A,5,EUR,2024-01-01,,list\n", "item_cost__csv": COST + "A,6,EUR,2024-01-01\n"},
    ),
    (
        "prices_do_not_overlap",
        "price",
        {"price__csv": PRICE + "A,5,EUR,2024-01-01,2024-06-30,list\nA,6,EUR,2024-06-01,,list\n"},
    ),
    ("every_currency_has_a_rate", "sales_line", {"sales_line__csv": SALES.replace("50,EUR", "50,USD")}),
    (
        "hierarchies_have_no_rings",
        "customer",
        {"customer__csv": "customer_id,name,channel,parent\nK1,First,retail,K2\nK2,Second,retail,K1\n"},
    ),
    (
        "periods_have_no_gap",
        "period",
        {"period__csv": "period_id,start_date,end_date\np1,2024-01-01,2024-01-30\np2,2024-02-01,2024-02-29\n"},
    ),
    ("customers_have_a_channel", "customer", {"customer__csv": CUSTOMERS.replace("retail", "")}),
    ("sales_lines_have_an_amount", "sales_line", {"sales_line__csv": SALES.replace("closed,50,", "closed,,")}),
    (
        "orders_and_history_are_not_mixed",
        "demand_history",
        {"demand_history__csv": "item_id,period_id,measure,quantity\nA,2024-01,ordered,5\n"},
    ),
    ("history_reaches_the_as_of_date", "sales_line", {"manifest__toml": MANIFEST.replace("2024-12", "2026-12")}),
    ("planned_items_have_a_source", "source", {"source__csv": SOURCE + "s1,A,P,buy,5,\n"}),
    (
        "components_have_a_source",
        "source",
        {"item__csv": PARTS, "bom__csv": BOM + "A,A,C,1,1\n", "source__csv": SOURCE + "s1,A,P,buy,5,\ns2,B,P,buy,5,\n"},
    ),
    (
        "bill_of_material_has_no_ring",
        "bom",
        {"item__csv": PARTS, "bom__csv": BOM + "A,A,C,1,1\nC,C,D,1,1\nD,D,A,1,1\n"},
    ),
    ("made_items_have_a_bill_of_material", "bom", {"item__csv": MADE, "bom__csv": BOM + "A,A,C,1,1\n"}),
    ("made_items_have_a_routing", "routing", {"item__csv": MADE, "routing__csv": ROUTING}),
    ("resources_have_capacity", "resource_capacity", {"routing__csv": ROUTING}),
    (
        "phantoms_have_a_bill_of_material",
        "bom",
        {"item__csv": PARTS, "bom__csv": BOM.replace("\n", ",phantom\n") + "A,A,C,1,1,1\n"},
    ),
    (
        "phantoms_have_no_stock",
        "inventory",
        {
            "item__csv": PARTS,
            "bom__csv": BOM.replace("\n", ",phantom\n") + "A,A,C,1,1,1\nC,C,D,1,1,0\n",
            "inventory__csv": "item_id,location_id,as_of_date,stock_type,on_hand_qty\nC,P,2024-12-31,unrestricted,4\n",
        },
    ),
    ("quotas_sum_to_one", "source", {"source__csv": SOURCE + "s1,A,P,buy,5,0.5\ns2,A,P,buy,5,0.4\n"}),
    (
        "sources_follow_alternatives_of_a_bill",
        "source",
        {
            "item__csv": PARTS,
            "bom__csv": BOM.replace("\n", ",alternative\n") + "A,A,C,1,1,1\n",
            "source__csv": "source_id,item_id,location_id,source_type,lead_time_days,alternative\ns1,A,P,make,5,2\n",
        },
    ),
    (
        "stock_has_not_expired",
        "inventory",
        {
            "inventory__csv": "item_id,location_id,as_of_date,stock_type,lot,on_hand_qty,expiry_date\n"
            "A,P,2024-12-31,unrestricted,L1,4,2024-11-30\n"
        },
    ),
    ("lead_time_is_positive", "source", {"source__csv": SOURCE + "s1,A,P,buy,0,\n"}),
    (
        "lots_fit_each_other",
        "item_location",
        {"item_location__csv": "item_id,location_id,stocked,min_lot,max_lot\nA,P,1,50,10\n"},
    ),
    (
        "min_lot_is_positive",
        "item_location",
        {"item_location__csv": "item_id,location_id,stocked,min_lot\nA,P,1,-50\n"},
    ),
    (
        "stocked_items_that_sell_have_stock_rows",
        "inventory",
        {"inventory__csv": "item_id,location_id,as_of_date,stock_type,on_hand_qty\nA,P,2024-12-31,unrestricted,4\n"},
    ),
    (
        "units_convert_to_the_base_unit",
        "bom",
        {"item__csv": PARTS, "bom__csv": "bom_id,item_id,component_id,quantity_per,per_quantity,uom\nA,A,C,1,1,KG\n"},
    ),
    (
        "supply_order_is_not_overdue",
        "supply_order",
        {
            "supply_order__csv": "order_id,line_id,order_type,item_id,location_id,quantity_open,due_date,status\n"
            "1,1,purchase,A,P,5,2024-11-01,open\n"
        },
    ),
    (
        "sales_amount_is_quantity_times_price",
        "sales_line",
        {
            "sales_line__csv": SALES.replace("currency", "currency,unit_price")
            .replace("100,EUR", "100,EUR,99")
            .replace("50,EUR", "50,EUR,10")
        },
    ),
    (
        "implied_load_is_plausible",
        "resource_capacity",
        {
            "item__csv": PARTS,
            "bom__csv": BOM + "A,A,C,2,1\n",
            "routing__csv": "routing_id,operation_no,resource_id,item_id,hours_per_unit\nC,10,R1,C,0.5\n",
            "resource_capacity__csv": "resource_id,available\nR1,0.5\n",
        },
    ),
    (
        "order_totals_are_not_repeated_on_lines",
        "sales_line",
        {
            "sales_line__csv": SALES_HEAD
            + "".join(f"{n},{m},A,K1,P,2024-12-05,{m},closed,70,EUR\n" for n in range(30) for m in (1, 2))
        },
    ),
    (
        "closing_stock_follows_from_movements",
        "inventory_history",
        {
            "inventory_history__csv": "item_id,location_id,date,closing_qty,receipts,issues\n"
            "A,P,2024-10-31,10,,\nA,P,2024-11-30,12,5,3\nA,P,2024-12-31,20,5,3\n"
        },
    ),
    (
        "items_do_not_follow_in_a_ring",
        "item_link",
        {"item_link__csv": "item_id,other_id,type,ratio\nA,B,successor,1\nB,A,successor,1\n"},
    ),
    ("tables_of_the_next_level_are_there", "inventory", {}),
]


@pytest.mark.parametrize(("rule", "table", "files"), BROKEN, ids=[case[0] for case in BROKEN])
def test_a_broken_company_is_found(import_folder: ImportFolder, rule: str, table: str, files: dict[str, str]) -> None:
    extract = import_folder(**files)
    found = [finding for finding in extract.findings if finding.rule == rule and finding.table == table]
    assert found, sorted(rules_of(extract))
    assert all(finding.mend and finding.owner for finding in found)


def test_the_good_company_has_no_warning(import_folder: ImportFolder) -> None:
    assert [found for found in import_folder().findings if found.severity != "note"] == []


def test_a_finding_carries_the_money_of_the_last_year(import_folder: ImportFolder) -> None:
    extract = import_folder(item_cost__csv=COST + "A,5,EUR,2024-01-01\n")
    finding = next(found for found in extract.findings if found.rule == "sold_items_have_a_cost")
    assert (finding.rows, finding.money, finding.quantity, finding.examples) == (1, 50.0, 5.0, ("B",))


def test_money_in_another_currency_is_converted(import_folder: ImportFolder) -> None:
    rates = "from_currency,to_currency,valid_from,rate\nUSD,EUR,2024-01-01,0.5\n"
    extract = import_folder(
        sales_line__csv=SALES.replace("50,EUR", "50,USD"),
        currency_rate__csv=rates,
        item_cost__csv=COST + "A,5,EUR,2024-01-01\n",
    )
    assert next(found.money for found in extract.findings if found.rule == "sold_items_have_a_cost") == 25.0


def _months(starts: list[date], lines: int = 30) -> str:
    rows = [f"{n}-{m},{m},A,K1,P,{start},1,closed,10,EUR" for n, start in enumerate(starts) for m in range(lines)]
    return SALES_HEAD + "\n".join(rows) + "\n"


def test_a_shifted_calendar_is_warned_of(import_folder: ImportFolder) -> None:
    """Orders dated the first of a month, moved by 153 days: some months are empty, others hold two periods."""
    starts = [date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1), date(2023, 4, 1), date(2023, 5, 1),
              date(2023, 6, 1), date(2023, 7, 1), date(2023, 8, 1), date(2023, 9, 1), date(2023, 10, 1),
              date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]  # fmt: skip
    moved = [date.fromordinal(start.toordinal() - 153 + 30) for start in starts]
    extract = import_folder(sales_line__csv=_months(moved))
    finding = next(found for found in extract.findings if found.rule == "no_month_is_empty_or_doubled")
    assert "channel retail has no sales in" in finding.message
    assert "shift" in finding.mend


def test_plain_months_are_not_warned_of(import_folder: ImportFolder) -> None:
    starts = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(24)]
    assert "no_month_is_empty_or_doubled" not in rules_of(import_folder(sales_line__csv=_months(starts)))


def test_gaps_become_assumption_rows(import_folder: ImportFolder) -> None:
    extract = import_folder(
        customer__csv=None,
        sales_line__csv=SALES.replace("K1", "")
        .replace("currency\n", "currency,channel\n")
        .replace("EUR\n", "EUR,web\n"),
    )
    scopes = set(extract.assumptions["scope"])
    assert {"sales_line.customer_id", "location", "item_location", "item.make_buy"} <= scopes
    assert extract.tables["customer"]["customer_id"].to_list() == ["web"]
    assert extract.tables["location"]["location_id"].to_list() == ["P"]
    assert extract.assumptions["reason"].null_count() == 0


def test_quality_is_scored_by_money(import_folder: ImportFolder) -> None:
    good = import_folder().score
    bad = import_folder(sales_line__csv=SALES + "3,1,X,K1,P,2024-12-05,7,closed,150,EUR\n").score
    assert good.overall == 100.0
    assert bad.tables["sales_line"] == 50.0
    assert bad.overall < good.overall
