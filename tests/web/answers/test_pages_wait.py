"""Pages show at once what they have, and ask again for what is being worked out; money stays with those who see it."""

import threading
from datetime import UTC, datetime
from re import search

import pytest

from steelyard.errors import PlanError
from steelyard.web.accounts.models import MoneyOfRole
from steelyard.web.answers.answers import DESK
from steelyard.web.capacity import selectors, views
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.supply_review import pricing

HTMX = {"HTTP_HX_REQUEST": "true"}
PART = "/capacity/base/bottlenecks/"


@pytest.fixture
def held(site, settings, monkeypatch):
    """Pricing that waits until it is let go; pages wait for a moment only."""
    settings.PAGE_PATIENCE_SECONDS = 0.05
    plan_of("base")
    go, asked, price = threading.Event(), [], pricing.PricedPlan
    pricing.forget_prices()
    selectors._priced.forget()

    def slow(plan):
        asked.append(plan.digest)
        assert go.wait(20)
        return price(plan)

    monkeypatch.setattr(pricing, "PricedPlan", slow)
    yield go, asked
    go.set()
    while not DESK.at_rest:
        threading.Event().wait(0.02)
    selectors._priced.forget()


def _until_there(client, path: str, **head: str):
    for _ in range(200):
        answer = client.get(path, **head)
        if answer.status_code != 202:
            return answer
        threading.Event().wait(0.05)
    raise AssertionError(f"{path} never came")


def _changed(site) -> None:
    site.scenario("base").change(
        "consensus_demand", percent=3, scope={"item": "I1"}, actor="dana", reason="other",
        at=datetime(2026, 1, 6, tzinfo=UTC),
    )  # fmt: skip
    plan_of("base")


def test_a_part_that_takes_long_says_so_and_asks_again(client_of, held) -> None:
    go, asked = held
    client = client_of("sop_lead")
    answer = client.get(PART, **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 202
    assert "Pricing hours and what is late" in text
    assert f'hx-get="{PART}"' in text
    assert "load delay:" in text
    go.set()
    assert "bottlenecks-part" in _until_there(client, PART, **HTMX).content.decode()
    assert len(asked) == 1


def test_ten_people_make_it_worked_out_once(client_of, held) -> None:
    go, asked = held
    clients = [client_of("sop_lead") for _ in range(10)]
    assert {client.get(PART, **HTMX).status_code for client in clients} == {202}
    go.set()
    for client in clients:
        assert _until_there(client, PART, **HTMX).status_code == 200
    assert len(asked) == 1


def test_a_page_opened_as_such_comes_as_a_page_that_loads_itself_anew(client_of, held) -> None:
    go, _ = held
    client = client_of("sop_lead")
    text = client.get(PART).content.decode()
    assert "<title>Being worked out" in text
    assert "X-Answer-Again" in text
    go.set()
    answer = _until_there(client, PART, HTTP_X_ANSWER_AGAIN="page", **HTMX)
    assert answer["HX-Refresh"] == "true"
    assert not answer.content


def test_asking_again_makes_no_page_while_the_answer_is_being_worked_out(client_of, held, monkeypatch) -> None:
    go, _ = held
    client = client_of("sop_lead")
    number = _number(client.get(PART, **HTMX).content.decode())
    made = []
    monkeypatch.setattr(views, "plan_of", lambda name: made.append(name) or plan_of(name))
    again = {"HTTP_X_ANSWER_AGAIN": "part", "HTTP_X_ANSWER_OF": number, **HTMX}
    answer = client.get(PART, **again)
    assert answer.status_code == 202
    assert _number(answer.content.decode()) == number
    assert client.get(PART, **{**again, "HTTP_X_ANSWER_AGAIN": "before"}).status_code == 204
    assert not made
    go.set()
    assert "bottlenecks-part" in _until_there(client, PART, **again).content.decode()


def test_a_page_whose_answer_is_there_is_loaded_anew_and_made_once(client_of, held) -> None:
    go, _ = held
    client = client_of("sop_lead")
    number = _number(client.get(PART).content.decode())
    go.set()
    answer = _until_there(client, "/capacity/base/no-such-part/", HTTP_X_ANSWER_AGAIN="page", HTTP_X_ANSWER_OF=number)
    assert answer.status_code == 404
    answer = _until_there(client, PART, HTTP_X_ANSWER_AGAIN="page", HTTP_X_ANSWER_OF=number, **HTMX)
    assert answer["HX-Refresh"] == "true"


def test_strangers_hear_nothing_of_what_is_being_worked_out(client, client_of, held) -> None:
    number = _number(client_of("sop_lead").get(PART, **HTMX).content.decode())
    answer = client.get(PART, HTTP_X_ANSWER_AGAIN="page", HTTP_X_ANSWER_OF=number, **HTMX)
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


def _number(text: str) -> str:
    found = search(r'"X-Answer-Of": "(\d+)"', text)
    assert found is not None
    return found[1]


def test_after_an_edit_the_answer_before_is_marked_until_the_new_one_is_there(client_of, site, held) -> None:
    go, asked = held
    client = client_of("sop_lead")
    go.set()
    _until_there(client, PART, **HTMX)
    go.clear()
    _changed(site)
    answer = client.get(PART, **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Of the plan before the last change" in text
    assert "bottlenecks-part" in text
    assert client.get(PART, HTTP_X_ANSWER_AGAIN="before", **HTMX).status_code == 204
    go.set()
    for _ in range(200):
        answer = client.get(PART, HTTP_X_ANSWER_AGAIN="before", **HTMX)
        if answer.status_code == 200:
            break
        threading.Event().wait(0.05)
    assert "Of the plan before" not in answer.content.decode()
    assert len(asked) == 2


def test_a_fault_comes_as_the_usual_message_with_its_mend(client_of, held, monkeypatch) -> None:
    def refuse(plan):
        raise PlanError("The plan is too large to be priced", mend="plan it by prices")

    monkeypatch.setattr(pricing, "PricedPlan", refuse)
    answer = _until_there(client_of("sop_lead"), PART, **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "too large to be priced" in text
    assert "plan it by prices" in text


def test_who_sees_no_costs_is_never_given_the_answer_of_who_does(client_of, held) -> None:
    go, asked = held
    MoneyOfRole.objects.create(role="sales", money="sales")
    go.set()
    _until_there(client_of("sop_lead"), PART, **HTMX)
    go.clear()
    assert client_of("sales").get(PART, **HTMX).status_code == 202
    go.set()
    _until_there(client_of("sales"), PART, **HTMX)
    assert len(set(asked)) == 2


def test_rest_says_after_a_while_that_the_answer_is_coming(client_of, held, settings) -> None:
    settings.API_PATIENCE_SECONDS = 0.05
    go, _ = held
    client, address = client_of("sop_lead"), "/api/capacity/base/bottlenecks"
    answer = client.get(address)
    assert (answer.status_code, answer["Location"], answer["Retry-After"]) == (202, address, "5")
    assert "being worked out" in answer.json()["detail"]
    go.set()
    assert _until_there(client, address).status_code == 200


def test_rest_never_tells_of_the_plan_before(client_of, site, held, settings) -> None:
    settings.API_PATIENCE_SECONDS = 0.05
    go, _ = held
    client, address = client_of("sop_lead"), "/api/capacity/base/bottlenecks"
    go.set()
    _until_there(client, address)
    go.clear()
    _changed(site)
    assert client.get(address).status_code == 202


def test_rest_waits_for_the_answer(client_of, held) -> None:
    go, _ = held
    threading.Timer(0.3, go.set).start()
    assert client_of("sop_lead").get("/api/capacity/base/bottlenecks").status_code == 200
