"""Forms of the inventory pages that hold something wrong: page, menu and what was typed stay, the reason beside it."""

import re

import pytest

WRONG = [
    ("?budget=abc&text=I0", "budget", "abc", "is no amount"),
    ("?service=120", "service", "120", "cannot be served from stock"),
    ("?service=99.99999999", "service", "99.99999999", "ask for"),
    ("policies/?order_cost=much", "order_cost", "much", "is no number"),
    ("policies/?item=I0&location=D1&rule=min_max&order_up_to=high", "order_up_to", "high", "is no number"),
    ("lots/?order_cost=-5&text=I0", "order_cost", "-5", "enter a number from 0"),
    ("discounts/?order_cost=x", "order_cost", "x", "is no number"),
    ("joint/?shared_cost=10&item_cost=y", "item_cost", "y", "is no number"),
    ("last-buys/?salvage=100&goodwill=5", "salvage", "100", "Salvage"),
]


@pytest.mark.parametrize(("address", "name", "typed", "reason"), WRONG)
def test_a_wrong_number_is_told_beside_its_field_and_the_page_stays(site, client_of, address, name, typed, reason):
    answer = client_of("supply_planner").get(f"/stock/base/{address}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-label="Inventory"' in page
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>(<p class="error"[^>]*>[^<]*</p>)?', page)
    assert field is not None
    assert f'value="{typed}"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert reason in (field[1] or "")
    if "text=I0" in address:
        assert re.search(r'name="text"[^>]*value="I0"', page)


def test_what_else_was_typed_stays_and_nothing_is_tried_on_half_a_rule(site, client_of):
    given = {"item": "I0", "location": "D1", "rule": "min_max", "reorder_point": "1,234", "lot": "zwei"}
    page = client_of("supply_planner").get("/stock/base/policies/", given).content.decode()
    assert re.search(r'name="reorder_point"[^>]*value="1,234"', page)
    assert '<option value="min_max" selected>' in page
    assert "of demand from stock (" not in page


def test_the_least_budget_of_a_service_stands_in_the_form(site, client_of):
    page = client_of("supply_planner").get("/stock/base/?service=90").content.decode()
    assert re.search(r'name="budget"[^>]*value="[\d,]+"', page)
    assert re.search(r'name="service"[^>]*value="90"', page)
    assert "more of demand, at sales price, in each period" in page
