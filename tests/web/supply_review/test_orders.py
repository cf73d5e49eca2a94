"""Order messages on the supply review page, in its workbook and over REST."""

import io
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from steelyard.plan.change import Change
from steelyard.plan.operation import SetParameter
from tests.company import COMPONENT

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def fenced(site) -> None:
    """A plan whose planners make the orders of the first half year themselves."""
    site.scenario("base").append(Change(SetParameter("planning_fence_periods", 6), author="dana", at=AT))


def column(told: dict, name: str) -> list:
    """A column of an answer."""
    at = told["columns"].index(name)
    return [row[at] for row in told["rows"]]


def test_messages_stand_on_the_page_in_the_workbook_and_the_api(fenced, client_of) -> None:
    client = client_of("supply_planner")
    assert "/supply-review/base/orders/" in client.get("/supply-review/base/").content.decode()
    text = client.get("/supply-review/base/orders/").content.decode()
    assert "order inside the fence" in text
    told = client.get("/api/supply-review/base/orders").json()
    assert told["found"] == sum(row["messages"] for row in told["totals"]) > 0
    assert set(column(told, "done")) <= {"planned so", "to decide"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/supply-review/base/orders.xlsx").content))
    assert len(book.get_sheet_by_name("Orders").to_python()) == told["found"] + 1


def test_messages_are_asked_for_by_kind_and_item(fenced, client_of) -> None:
    client = client_of("supply_planner")
    asked = "/api/supply-review/base/orders?message=order inside the fence&item="
    told = client.get(asked + COMPONENT.lower()).json()
    assert set(column(told, "item")) <= {COMPONENT}
    assert client.get(asked + "nothing").json()["found"] == 0
    page = client.get("/supply-review/base/orders/?item=nothing").content.decode()
    assert "Nothing to do" in page


def test_who_sees_no_cost_sees_no_money(fenced, client_of) -> None:
    told = client_of("sales").get("/api/supply-review/base/orders").json()
    assert told["found"] > 0
    assert set(column(told, "money")) == {None}
    assert "Worth" not in client_of("sales").get("/supply-review/base/orders/").content.decode()
