"""Demand review page: opens on one's own slice, shows streams and signatures, signs, and says what stands out."""

from datetime import UTC, datetime

import pytest

from steelyard.plan.measuring.score import Alarm
from steelyard.web.accounts.models import MoneyOfRole
from steelyard.web.answers.patience import BeingWorkedOut
from steelyard.web.demand_review import selectors
from steelyard.web.scenarios.plans import plan_of

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
PAGE = "/demand-review/base/"


def shown(client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def signed(client, function: str = "demand_planning", **asked) -> str:
    answer = client.post(f"{PAGE}sign/", {"function": function, "scope": "product_family:F0", **asked}, follow=True)
    return answer.content.decode()


@pytest.fixture
def dana(site, client_of):
    return client_of("demand_planner")


def test_the_page_shows_streams_signatures_and_sentences(dana) -> None:
    page = shown(dana)
    assert "sales_forecast,marketing_forecast,customer_forecast,finance_forecast" in page
    assert all(f"<th>{label}</th>" in page for label in ("Demand planning", "Sales", "Marketing", "Finance"))
    assert "Sales or Product manager signs" in page, "marketing is no role: somebody else signs for it"
    assert "What the forecast saw" in page
    assert "Families still open, of 2: Demand planning 2" in page


def test_the_door_leads_to_ones_own_slice(dana) -> None:
    assert dana.get("/demand-review/").url == PAGE
    dana.post(f"{PAGE}slice/", {"scope": "product_family:F1", "own": "1"})
    assert dana.get("/demand-review/").url == f"{PAGE}?scope=product_family%3AF1"
    assert "Your slice" in shown(dana)
    assert "Back to my slice" in shown(dana, f"{PAGE}?scope=product_family:F0")


def test_a_typed_name_narrows_the_slice(dana) -> None:
    answer = dana.post(f"{PAGE}slice/", {"scope": "", "level": "product_family", "member": "F0"})
    assert answer.url == f"{PAGE}?scope=product_family%3AF0"


def test_a_slice_that_is_not_there_says_so_and_shows_everything(dana) -> None:
    page = shown(dana, f"{PAGE}?scope=product_family:Gone")
    assert "This slice is not in the plan" in page
    assert "Everything" in page


def test_a_signature_is_shown_until_the_numbers_move(site, dana) -> None:
    assert "Demand planning: signed." in signed(dana, note="agreed on Monday")
    page = shown(dana, f"{PAGE}?scope=product_family:F0")
    assert "agreed on Monday" in page
    site.scenario("base").change(
        "sales_forecast", percent=30, scope={"product_family": "F0"}, actor="sam", at=AT, reason="promotion"
    )
    page = shown(dana, f"{PAGE}?scope=product_family:F0")
    assert "moved since" in page
    assert "The numbers have moved since this function signed" in page


def test_a_role_signs_only_for_its_functions(dana, client_of) -> None:
    refused = client_of("executive").post(f"{PAGE}sign/", {"function": "sales"})
    assert refused.status_code == 403
    answer = dana.post(f"{PAGE}sign/", {"function": "sales"})
    assert answer.status_code == 403
    assert "Your role (Demand planner) does not sign for sales" in answer.content.decode()


def test_a_page_that_is_out_of_date_does_not_sign(site, dana) -> None:
    answer = dana.post(f"{PAGE}sign/", {"function": "demand_planning", "revision": "0"})
    assert answer.status_code == 409


def test_a_closed_slice_refuses_an_entry_and_is_reopened_by_who_closed_it(site, dana, client_of) -> None:
    signed(dana, act="closed")
    row = "consensus_demand@//product_family:F0"
    body = {"revision": 1, "cells": [{"row": row, "column": "2026-03", "text": "+5%"}], "reason": "promotion"}
    refused = dana.post("/api/worksheet/base/edit", body, content_type="application/json")
    assert refused.status_code == 409
    assert "closed by demand_planner for demand planning" in refused.json()["detail"]
    assert "reopened" in signed(dana, act="reopened")
    assert dana.post("/api/worksheet/base/edit", body, content_type="application/json").status_code == 200


def test_another_of_the_function_does_not_reopen_what_is_closed(site, client_of) -> None:
    signed(client_of("sales"), "sales", act="closed")
    product = client_of("product_manager").post(
        f"{PAGE}sign/", {"function": "marketing", "scope": "product_family:F0", "act": "reopened"}
    )
    assert product.status_code == 404
    assert "reopened" in signed(client_of("sop_lead"), "sales", act="reopened")


def test_large_overrides_and_those_within_the_noise_need_a_person(site, dana) -> None:
    base = site.scenario("base")
    base.change("consensus_demand", percent=400, scope={"item": "I1"}, actor="dana", at=AT, reason="launch")
    base.change("consensus_demand", add=0.1, scope={"item": "I2"}, actor="dana", at=AT, reason="correction")
    page = shown(dana)
    assert "large override" in page
    assert "within noise" in page


def test_the_workbook_holds_the_streams(dana) -> None:
    answer = dana.get(f"{PAGE}export.xlsx?scope=product_family:F0")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    assert answer.content[:2] == b"PK"


def test_the_moving_parts_are_answered_alone(dana) -> None:
    part = shown(dana, f"{PAGE}standing/?scope=product_family:F0")
    assert "Who stands behind it" in part
    assert "<html" not in part


def test_an_entry_is_sized_up_while_it_is_typed(dana) -> None:
    def told(text: str) -> dict:
        cell = {"row": "consensus_demand@//product_family:F0", "column": "2026-03", "text": text}
        return dana.post("/api/worksheet/base/advice", {"cells": [cell]}, content_type="application/json").json()

    assert told("+300%")["sentence"].startswith("Large override")
    assert "cannot be told from chance" in told("+0.1")["sentence"]


def test_overrides_are_sized_up_over_rest_and_need_a_reason(dana) -> None:
    lift = {"operation": {"kind": "percent", "percent": 300}, "measure": "consensus_demand", "scope": {"item": ["I1"]}}
    body = {"changes": [lift]}
    refused = dana.post("/api/scenarios/base/changes", body, content_type="application/json")
    assert refused.status_code == 422
    assert "An override needs a reason" in refused.json()["detail"]
    body = {"changes": [{**lift, "reason": "promotion", "expires": "2026-06-01"}]}
    sized = dana.post("/api/demand-review/base/check", body, content_type="application/json").json()
    assert sized[0]["size"] == "large"
    assert dana.post("/api/scenarios/base/changes", body, content_type="application/json").status_code == 201


def test_signing_and_exceptions_over_rest(dana) -> None:
    asked = {"function": "demand_planning", "scope": {"product_family": ["F0"]}, "act": "closed", "note": "agreed"}
    made = dana.post("/api/demand-review/base/sign-offs", asked, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "closed")
    assert [one["actor"] for one in dana.get("/api/demand-review/base/sign-offs").json()] == ["demand_planner"]
    found = dana.get("/api/demand-review/base/exceptions?scope=product_family:F1").json()
    assert found[0]["kind"] == "unsigned"
    again = dana.post("/api/demand-review/base/sign-offs", asked, content_type="application/json")
    assert again.status_code == 409
    own = dana.post("/api/demand-review/base/own-slice", {"scope": {"product_family": ["F1"]}}, "application/json")
    assert own.status_code == 200
    assert dana.get("/api/demand-review/own-slice").json() == {"scope": {"product_family": ["F1"]}}


def test_none_takes_an_opinion_back(site, dana) -> None:
    def enter(text: str, measure: str = "sales_forecast", revision: int = 1):
        cell = {"row": f"{measure}@//product_family:F0", "column": "2026-03", "text": text}
        body = {"revision": revision, "cells": [cell], "reason": "correction"}
        return dana.post("/api/worksheet/base/edit", body, content_type="application/json")

    def shown() -> float:
        return site.scenario("base").plan().value("sales_forecast", scope={"product_family": "F0"}, periods="2026-03")

    assert enter("+10%").status_code == 200
    assert shown() > 0
    assert enter("none", revision=2).status_code == 200
    assert shown() != shown()
    refused = enter("none", "consensus_demand", revision=3)
    assert refused.status_code == 422
    assert "always has a value" in refused.json()["detail"]


@pytest.mark.parametrize("money", ["sales", "none"])
def test_exceptions_are_listed_to_people_who_do_not_see_their_money(site, client_of, money: str) -> None:
    MoneyOfRole.objects.update_or_create(role="sales", defaults={"money": money})
    base = site.scenario("base")
    base.change("customer_commitment", set=90_000, scope={"item": "I2"}, actor="sam", at=AT, reason="promotion")
    base.change("finance_forecast", set=90_000, scope={"product_family": "F0"}, actor="fiona", at=AT, reason="other")
    page = shown(client_of("sales"))
    assert "below commitment" in page
    assert "finance differs" in page


def test_the_page_does_not_wait_for_the_archive(site, client_of, settings, monkeypatch) -> None:
    settings.PAGE_PATIENCE_SECONDS = 0.05
    plan_of("base")
    there: list[Alarm] = []

    def read(scenario: str) -> list[Alarm]:
        if not there:
            raise BeingWorkedOut("Grading published plans", 3.0)
        return there

    monkeypatch.setattr(selectors, "bias_alarms", read)
    client, part = client_of("demand_planner"), "/demand-review/base/exceptions/?scope="
    text = client.get("/demand-review/base/").content.decode()
    assert "Grading published plans" in text
    assert f'hx-get="{part}"' in text
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_X_ANSWER_AGAIN": "before"}
    assert client.get(part, **asked).status_code == 204
    there.append(Alarm({"item": "I1"}, -5.0, 0.2, 100.0, 700.0, 4, "AX"))
    text = client.get(part, **asked).content.decode()
    assert "too high by 20%" in text
    assert "Grading published plans" not in text


def test_rest_tells_exceptions_only_when_the_archive_has_been_read(site, client_of, settings, monkeypatch) -> None:
    def read(scenario: str) -> list[Alarm]:
        raise BeingWorkedOut("Grading published plans", 3.0)

    monkeypatch.setattr("steelyard.web.demand_review.selectors.bias_alarms", read)
    assert client_of("demand_planner").get("/api/demand-review/base/exceptions").status_code == 202
