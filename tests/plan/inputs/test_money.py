"""Money inputs: which price, cost and rate a plan stands on."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from steelyard.grid.block import Array, join
from steelyard.plan.inputs import PlanInputs, PlanParameters, freeze_inputs
from tests.company import COMPONENT, PLANT, company

SHORT = PlanParameters(horizon=4)
Rows = Sequence[Mapping[str, object]]


def frozen(**tables: Rows) -> PlanInputs:
    return freeze_inputs(company(items=1, replace=tables), SHORT)


def price(**tables: Rows) -> Array:
    inputs = frozen(**tables)
    return join(inputs.values["price"])[:, inputs.series["demand"].row_of_key["I0", "D1", "C0"]]


def cost(place: str = PLANT, item: str = COMPONENT, **tables: Rows) -> Array:
    inputs = frozen(**tables)
    return join(inputs.values["standard_cost"])[:, inputs.series["item_location"].row_of_key[item, place]]


def priced(value: float, **named: object) -> dict[str, object]:
    return {"item_id": "I0", "price": value, "currency": "USD", "per_quantity": 1.0, **named}


def bought(name: str, unit_price: float, **named: object) -> dict[str, object]:
    return {
        "source_id": name, "item_id": COMPONENT, "location_id": PLANT, "source_type": "buy", "lead_time_days": 10.0,
        "unit_price": unit_price, "currency": "USD", **named,
    }  # fmt: skip


def test_the_nearest_price_counts():
    everyone, channel, customer = priced(10.0), priced(9.0, channel="retail"), priced(8.0, customer_id="C0")
    assert price(price=[everyone])[0] == 10.0
    assert price(price=[everyone, channel])[0] == 9.0
    assert price(price=[everyone, channel, customer])[0] == 8.0


def test_a_price_counts_from_its_first_day_and_for_its_quantity():
    rows = [priced(10.0), priced(2400.0, per_quantity=200.0, valid_from=date(2026, 2, 1), valid_to=date(2026, 3, 31))]
    assert price(price=rows).tolist() == [10.0, 12.0, 12.0, 10.0]


def test_the_realised_price_goes_before_the_list_price():
    assert price(price=[priced(99.0, price_type="list")])[0] == pytest.approx(10.0)


def test_a_line_without_an_amount_is_worth_its_quantity_at_its_price():
    day = date(2025, 12, 10)
    line = {
        "order_id": "O1", "line_id": "1", "item_id": "I0", "customer_id": "C0", "location_id": "D1", "order_date": day,
        "quantity": 10.0, "status": "shipped", "unit_price": 20.0, "discount": 0.25, "currency": "USD",
    }  # fmt: skip
    assert price(price=[], sales_line=[line])[0] == pytest.approx(15.0)


def test_foreign_money_is_converted_at_the_rate_of_its_month():
    rates = [
        {"from_currency": "EUR", "to_currency": "USD", "rate_type": "plan", "valid_from": day, "rate": rate}
        for day, rate in ((date(2025, 1, 1), 1.1), (date(2026, 3, 1), 1.2))
    ]
    found = price(price=[priced(10.0, currency="EUR")], currency_rate=rates)
    assert found.tolist() == pytest.approx([11.0, 11.0, 12.0, 12.0])


def test_the_cost_of_the_place_goes_before_the_general_one_and_a_purchase_price_comes_last():
    general = {"item_id": COMPONENT, "standard_cost": 2.0, "currency": "USD"}
    local = {**general, "location_id": PLANT, "standard_cost": 3.0}
    source = [bought("a", 7.0)]
    assert cost(item_cost=[general, local], source=source)[0] == 3.0
    assert cost(item_cost=[general], source=source)[0] == 2.0
    assert cost(item_cost=[], source=source)[0] == 7.0


def test_the_purchase_price_is_that_of_the_best_source_that_is_valid():
    best = bought("a", 10.0, priority=1.0, valid_to=date(2026, 2, 28))
    second = bought("b", 15.0, priority=2.0, valid_from=date(2025, 6, 1))
    assert cost(item_cost=[], source=[best, second]).tolist() == [10.0, 10.0, 15.0, 15.0]


def planned(**named: object) -> dict[str, object]:
    row = {"version": "budget", "measure": "revenue", "amount": 310.0, "currency": "USD", "period_id": "2026-01"}
    return {**row, **named}


def budget(calendar: str = "months", rows: Rows = ()) -> list[float]:
    extract = dataclasses.replace(company(items=2, replace={"budget": rows}), calendar=calendar)
    return join(freeze_inputs(extract, SHORT).values["budget_revenue"]).sum(axis=1).tolist()


def test_a_budget_on_two_levels_with_the_same_sum_counts_once():
    families = [planned(family=name, amount=155.0) for name in ("F0", "F1")]
    assert budget(rows=[planned(customer_id="C0"), *families])[0] == pytest.approx(310.0)


def test_a_budget_on_two_levels_with_other_sums_adds_up():
    assert budget(rows=[planned(customer_id="C0"), planned(family="F0", amount=100.0)])[0] == pytest.approx(410.0)


def test_a_budget_of_months_is_split_over_weeks():
    """January 2026 has 31 days; its first week begins three days before it."""
    found = budget("weeks", [planned()])
    assert found == pytest.approx([40.0, 70.0, 70.0, 70.0])


def test_accounts_that_are_not_revenue_are_no_budget_of_revenue():
    rows = [planned(account="4200"), planned(account="6000", measure=None, amount=99.0)]
    assert budget(rows=rows)[0] == pytest.approx(310.0)
