"""Checks across tables that the contract asks for: each has a company that breaks it, and one that does not."""

from datetime import date

import polars as pl
import pytest

from steelyard.data.extract import Extract
from steelyard.data.finding import Finding
from steelyard.data.order_quality import open_orders
from steelyard.data.period_name import days_of
from tests.data.conftest import MANIFEST, SALES, ImportFolder, rules_of

LEDGER = "period_id,account,organisation,amount,currency,account_type\n"
BUDGET = "version,period_id,measure,family,customer_id,amount,currency\n"
RATES = "from_currency,to_currency,rate_type,valid_from,rate\n"
UNITS = "item_id,from_uom,to_uom,factor\n"
COST = "item_id,location_id,standard_cost,currency,valid_from\n"
LINK = "item_id,other_id,type,ratio,start_date\n"
CAPACITY = "resource_id,period_id,available\n"
ROUTING = "routing_id,operation_no,resource_id,item_id,hours_per_unit\nA,10,R1,A,0.5\n"
MOVES = "item_id,location_id,date,closing_qty,receipts,issues\n"
LAST = "A,P,2024-11-30,10,,\n"
ENDED = "item_id,description,base_uom,item_type,family,launch_date,end_date\n"
MONTHS = [f"{2025 + n // 12}-{n % 12 + 1:02d}" for n in range(18)]


def _budget(*scopes: tuple[str, str, float], months: list[str] = MONTHS) -> str:
    rows = [f"budget,{m},budget_revenue,{f},{c},{amount},EUR\n" for m in months for f, c, amount in scopes]
    return BUDGET + "".join(rows)


def _monthly_rates(*left_out: str, kind: str = "average", ahead: int = 18) -> str:
    months = [f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(12 + ahead)]
    return RATES + "".join(f"USD,EUR,{kind},{m}-01,0.5\n" for m in months if m not in left_out)


def _capacity(months: list[str]) -> str:
    return CAPACITY + "".join(f"R1,{m},100\n" for m in months)


IN_DOLLARS = SALES.replace("50,EUR", "50,USD").replace("100,EUR", "100,USD").replace("2024-11", "2024-02")

BROKEN: list[tuple[str, str, float, dict[str, str]]] = [
    (
        "ledger_ties_to_sales",
        "actuals_gl",
        60.0,
        {"actuals_gl__csv": LEDGER + "2024-11,4000,X,100,EUR,Revenue\n2024-12,4000,X,-10,EUR,Revenue\n"},
    ),
    (
        "ledger_ties_to_sales_in_each_period",
        "actuals_gl",
        60.0,
        {"actuals_gl__csv": LEDGER + "2024-11,4000,X,70,EUR,Revenue\n2024-12,4000,X,80,EUR,Revenue\n"},
    ),
    ("budget_levels_agree", "budget", 18 * 20.0, {"budget__csv": _budget(("F1", "", 100), ("", "K1", 80))}),
    (
        "budget_covers_the_horizon",
        "budget",
        150 * 181 / 365,
        {"budget__csv": _budget(("F1", "", 100), months=MONTHS[:12])},
    ),
    ("period_names_are_known", "budget", 100.0, {"budget__csv": _budget(("F1", "", 100), months=["Q1/2025"])}),
    (
        "rates_agree_by_way_of_the_base",
        "currency_rate",
        75.0,
        {
            "sales_line__csv": IN_DOLLARS,
            "currency_rate__csv": _monthly_rates() + "GBP,EUR,average,2024-01-01,1.2\nUSD,GBP,average,2024-02-01,0.6\n",
        },
    ),
    (
        "rates_have_no_gap",
        "currency_rate",
        75.0,
        {"sales_line__csv": IN_DOLLARS, "currency_rate__csv": _monthly_rates("2024-06", "2024-07")},
    ),
    (
        "rates_cover_the_horizon",
        "currency_rate",
        75.0,
        {"sales_line__csv": IN_DOLLARS, "currency_rate__csv": _monthly_rates(ahead=0)},
    ),
    (
        "locations_keep_one_currency",
        "location",
        150.0,
        {
            "location__csv": "location_id,location_type,currency\nP,plant,GBP\n",
            "item_cost__csv": COST + "A,P,5,USD,2024-01-01\n",
        },
    ),
    (
        "unit_conversions_round_trip",
        "uom_conversion",
        100.0,
        {"uom_conversion__csv": UNITS + "A,BOX,EA,12\nA,EA,BOX,0.1\n"},
    ),
    (
        "unit_conversions_round_trip",
        "uom_conversion",
        150.0,
        {"uom_conversion__csv": UNITS + "*,PAL,BOX,10\n*,BOX,EA,12\n*,PAL,EA,100\n"},
    ),
    (
        "successors_start_near_the_end",
        "item_link",
        150.0,
        {
            "item__csv": ENDED + "A,Alpha,EA,finished,F1,,2023-01-31\nB,Beta,EA,finished,F1,2024-02-01,\n",
            "item_link__csv": LINK + "B,A,successor,1,\n",
        },
    ),
    (
        "capacity_covers_the_horizon",
        "resource_capacity",
        100.0,
        {"routing__csv": ROUTING, "resource_capacity__csv": _capacity(MONTHS[:6])},
    ),
    (
        "open_order_is_not_overdue",
        "open_order",
        70.0,
        {
            "open_order__csv": "order_id,line_id,item_id,quantity_open,due_date,amount,currency\n"
            "7,1,A,5,2024-12-01,70,EUR\n8,1,A,5,2025-02-01,30,EUR\n"
        },
    ),
    (
        "closing_stock_follows_from_movements",
        "inventory_history",
        100.0,
        {"inventory_history__csv": MOVES + LAST + "A,P,2024-12-31,20,5,3\n"},
    ),
]


def _found(extract: Extract, rule: str, table: str) -> list[Finding]:
    return [finding for finding in extract.findings if finding.rule == rule and finding.table == table]


@pytest.mark.parametrize(("rule", "table", "money", "files"), BROKEN, ids=[f"{n}-{c[0]}" for n, c in enumerate(BROKEN)])
def test_a_broken_company_is_found_with_its_money(
    import_folder: ImportFolder, rule: str, table: str, money: float, files: dict[str, str]
) -> None:
    extract = import_folder(**files)
    found = _found(extract, rule, table)
    assert found, sorted(rules_of(extract))
    assert found[0].money == pytest.approx(money, abs=0.01)
    assert found[0].severity == "warning"
    assert found[0].mend


GOOD: list[tuple[str, dict[str, str]]] = [
    (
        "ledger_ties_to_sales_in_each_period",
        {"actuals_gl__csv": LEDGER + "2024-11,4000,X,100,EUR,Revenue\n2024-12,4000,X,50,EUR,Revenue\n"},
    ),
    ("budget_levels_agree", {"budget__csv": _budget(("F1", "", 100), ("", "K1", 60), ("", "K2", 40))}),
    ("budget_covers_the_horizon", {"budget__csv": _budget(("F1", "", 100))}),
    (
        "rates_agree_by_way_of_the_base",
        {
            "currency_rate__csv": RATES
            + "GBP,EUR,average,2024-01-01,1.2\nUSD,EUR,average,2024-01-01,0.9\n"
            + "USD,GBP,average,2024-02-01,0.75\nEUR,GBP,average,2024-02-01,0.83333\n"
        },
    ),
    ("rates_have_no_gap", {"sales_line__csv": IN_DOLLARS, "currency_rate__csv": _monthly_rates()}),
    (
        "rates_cover_the_horizon",
        {
            "sales_line__csv": IN_DOLLARS,
            "currency_rate__csv": _monthly_rates(ahead=0) + "USD,EUR,plan,2025-01-01,0.5\n",
        },
    ),
    (
        "locations_keep_one_currency",
        {
            "location__csv": "location_id,location_type,currency\nP,plant,GBP\n",
            "item_cost__csv": COST + "A,P,5,GBP,2024-01-01\nB,P,5,EUR,2024-01-01\n",
        },
    ),
    ("unit_conversions_round_trip", {"uom_conversion__csv": UNITS + "A,BOX,EA,12\nA,EA,BOX,0.083333\nB,BOX,EA,6\n"}),
    (
        "successors_start_near_the_end",
        {
            "item__csv": ENDED + "A,Alpha,EA,finished,F1,,2024-01-31\nB,Beta,EA,finished,F1,2024-02-01,\n",
            "item_link__csv": LINK + "B,A,successor,1,\n",
        },
    ),
    ("capacity_covers_the_horizon", {"routing__csv": ROUTING, "resource_capacity__csv": _capacity(MONTHS)}),
    (
        "capacity_covers_the_horizon",
        {"routing__csv": ROUTING, "resource_capacity__csv": CAPACITY + "R1,,100\nR1,2025-02,80\n"},
    ),
    ("closing_stock_follows_from_movements", {"inventory_history__csv": MOVES + LAST + "A,P,2024-12-31,12,5,3\n"}),
]


@pytest.mark.parametrize(("rule", "files"), GOOD, ids=[f"{n}-{case[0]}" for n, case in enumerate(GOOD)])
def test_a_good_company_is_not_warned_of(import_folder: ImportFolder, rule: str, files: dict[str, str]) -> None:
    assert rule not in rules_of(import_folder(**files))


def test_only_accounts_marked_as_revenue_tie_to_sales(import_folder: ImportFolder) -> None:
    head = LEDGER.replace("account_type\n", "account_type,measure\n")
    rows = "2024-11,4000,X,100,EUR,Revenue,revenue\n2024-12,4000,X,50,EUR,Revenue,revenue\n"
    extract = import_folder(actuals_gl__csv=head + rows + "2024-12,8000,X,99,EUR,Revenue,\n")
    assert not {rule for rule in rules_of(extract) if rule.startswith("ledger_ties")}


def test_a_ledger_in_another_currency_is_converted(import_folder: ImportFolder) -> None:
    extract = import_folder(
        actuals_gl__csv=LEDGER + "2024-11,4000,X,200,USD,Revenue\n2024-12,4000,X,100,USD,Revenue\n",
        currency_rate__csv=_monthly_rates(),
    )
    assert not {rule for rule in rules_of(extract) if rule.startswith("ledger_ties")}


def test_capacity_that_is_carried_on_is_an_assumption(import_folder: ImportFolder) -> None:
    extract = import_folder(routing__csv=ROUTING, resource_capacity__csv=_capacity(MONTHS[:6]))
    noted = extract.assumptions.filter(pl.col("scope") == "resource_capacity.available").to_dicts()[0]
    assert (noted["value"], noted["rows"]) == ("the figure of 2025-06", 12.0)
    assert "carried on" in noted["reason"]
    message = _found(extract, "capacity_covers_the_horizon", "resource_capacity")[0].message
    assert "the plan carries the last figure on" in message


def test_the_horizon_of_a_period_table_follows_its_periods(import_folder: ImportFolder) -> None:
    periods = (
        "period_id,start_date,end_date\np1,2024-10-01,2024-11-15\np2,2024-11-16,2024-12-31\np3,2025-01-01,2025-02-15\n"
    )
    extract = import_folder(
        manifest__toml=MANIFEST + 'calendar = "table"\n',
        period__csv=periods,
        routing__csv=ROUTING,
        resource_capacity__csv=CAPACITY + "R1,p2,100\nR1,p3,100\n",
    )
    finding = _found(extract, "capacity_covers_the_horizon", "resource_capacity")[0]
    assert finding.examples == ("R1: up to p3, 17 of 18 planned periods without, the first from 2025-02-16",)


def test_a_hole_in_capacity_names_its_month(import_folder: ImportFolder) -> None:
    holed = import_folder(routing__csv=ROUTING, resource_capacity__csv=_capacity([m for m in MONTHS if m != "2025-09"]))
    finding = _found(holed, "capacity_covers_the_horizon", "resource_capacity")[0]
    assert finding.examples == (f"R1: up to {MONTHS[-1]}, 1 of 18 planned periods without, the first from 2025-09",)


def test_open_orders_are_listed_the_latest_first(import_folder: ImportFolder) -> None:
    extract = import_folder(
        open_order__csv="order_id,line_id,item_id,customer_id,quantity_open,due_date,amount,currency\n"
        "7,1,A,K1,5,2024-12-01,70,EUR\n8,1,A,K2,5,2025-02-01,30,EUR\n",
        supply_order__csv="order_id,line_id,order_type,item_id,location_id,quantity_open,due_date,status,unit_price\n"
        "1,1,purchase,A,P,5,2024-12-20,open,2\n2,1,purchase,A,P,5,2024-12-20,closed,2\n",
    )
    listed = open_orders(extract.tables, extract.as_of, extract.base_currency, overdue_days=14)
    shown = listed.select("table", "order_id", "partner", "amount", "days_late", "overdue").rows()
    assert shown == [
        ("open_order", "7", "K1", 70.0, 30, True),
        ("supply_order", "1", None, 10.0, 11, False),
        ("open_order", "8", "K2", 30.0, -32, False),
    ]


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-03-16", date(2026, 3, 16), date(2026, 3, 16)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("FY2026-P03", date(2026, 2, 23), date(2026, 3, 29)),
    ],
)
def test_a_period_name_stands_for_its_days(name: str, start: date, end: date) -> None:
    assert days_of(name) == (start, end)


@pytest.mark.parametrize("name", ["2024-13", "2024-W60", "Q1", "", "FY2024-P00"])
def test_other_names_stand_for_nothing(name: str) -> None:
    assert days_of(name) is None
