"""The accuracy page and its API: what is graded, who sees whom, advice, the workbook, and nothing to grade yet."""

import io
import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from steelyard.plan.measuring.value_added import Staircase, ValueStep, staircase
from steelyard.plan.workspace import Workspace
from steelyard.web import company as served
from steelyard.web.accounts.services import own_scope_set
from steelyard.web.accuracy import pictures
from steelyard.web.accuracy.measured import measuring_of
from tests.archive import archive_copy


@pytest.fixture(scope="module")
def made_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "company"
    archive_copy(tmp_path_factory, folder).close()
    return folder


@pytest.fixture
def archive(db, settings, made_archive, tmp_path) -> Iterator[Workspace]:
    settings.COMPANY_FOLDER = tmp_path / "archived"
    shutil.copytree(made_archive, settings.COMPANY_FOLDER)
    yield served.workspace()
    served.workspace().close()
    served._open.cache_clear()


def test_the_page_grades_every_plan(archive, client_of):
    text = client_of("demand_planner").get("/accuracy/").content.decode()
    assert "3 published plans, Oct 2025 to Dec 2025" in text
    for title in ("Who made it better", "Error by lag", "Segments", "Which version said what", "Streams"):
        assert title in text
    assert "stairs-chart" in text
    assert "series were unknown to the plan from Oct 2025" in text


@pytest.mark.parametrize("asked", ["?lag=all", "?lag=1", "?lag=99", "?lag=-3", "?level=total", "?level=product_family"])
def test_any_lag_and_level_can_be_asked_for(archive, client_of, asked):
    assert client_of("executive").get(f"/accuracy/{asked}").status_code == 200


def test_an_unknown_level_says_which_there_are(archive, client_of):
    answer = client_of("executive").get("/api/accuracy/base?level=planet")
    assert answer.status_code in (400, 404, 422)
    assert "item_location" in answer.content.decode()


def test_without_an_archive_the_page_says_how_to_begin(site, client_of):
    text = client_of("demand_planner").get("/accuracy/").content.decode()
    assert "Nothing to grade yet" in text
    assert "publish a plan each month" in text


def test_the_staircase_of_the_api_adds_up_exactly(archive, client_of):
    told = client_of("finance").get("/api/accuracy/base?lag=0").json()
    steps = told["staircase"]
    total = Decimal(steps[0]["error"]) - Decimal(steps[-1]["error"])
    assert sum(Decimal(step["effect"]) for step in steps) == total
    assert told["versions"] == ["2025-10", "2025-11", "2025-12"]


def test_versions_and_groups_are_told(archive, client_of):
    client = client_of("finance")
    told = client.get("/api/accuracy/base/versions?scope=item:I2").json()
    assert told["rows"][1]["values"][0] is None
    assert told["actual"][0] is not None
    groups = client.get("/api/accuracy/base/groups?column=item&lag=0").json()
    assert "wmape" in groups["columns"]
    assert len(groups["rows"]) == 6


def test_one_sees_oneself_and_the_functions_who_leads_sees_everybody(archive, client_of, person):
    person("sales").__class__.objects.create(username="sam", role="sales")
    mine = client_of_name("sam").get("/api/accuracy/base/people").json()
    assert {row["author"] for row in mine} == {"sam"}
    assert client_of("executive").get("/api/accuracy/base/people").json() == []
    everybody = client_of("sop_lead").get("/api/accuracy/base/people").json()
    assert {row["author"] for row in everybody} == {"sam", "fiona", "dana"}
    functions = client_of("executive").get("/api/accuracy/base/functions").json()
    assert {row["author"] for row in functions} == {"sales", "finance", "planning"}
    part = client_of_name("sam").get("/accuracy/people/").content.decode()
    assert "Your overrides" in part
    assert "fiona" not in part


def client_of_name(name):
    from django.test import Client

    from steelyard.web.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def test_advice_comes_before_anything_is_saved(archive, client_of):
    asked = {"operation": {"kind": "percent", "percent": 12}, "scope": {"product_family": ["F0"]},
             "periods": ["2026-01", "2026-02"]}  # fmt: skip
    revision = archive.scenario("base").revision
    answer = client_of("sales").post("/api/accuracy/base/advice", json.dumps(asked), content_type="application/json")
    told = answer.json()
    assert (told["direction"], told["size"]) == ("up", "medium")
    assert told["n"] > 0
    assert "graded" in told["sentence"]
    assert archive.scenario("base").revision == revision


def test_the_workbook_holds_every_table(archive, client_of):
    answer = client_of("sop_lead").get("/accuracy/accuracy.xlsx?lag=0")
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names
    assert {"By lag", "By stream", "Value added", "Versions", "People", "Overrides", "By segment"} <= set(sheets)


def test_the_workbook_names_nobody_else(archive, client_of):
    answer = client_of("executive").get("/accuracy/accuracy.xlsx")
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names
    assert "By lag" in sheets
    assert not {"People", "Overrides"} & set(sheets)


def test_the_picture_of_the_staircase_ends_where_the_consensus_is():
    steps = (
        ValueStep("naive", "Naive", Decimal(40), Decimal(0), True),
        ValueStep("statistical", "Statistical", Decimal(25), Decimal(15), True),
        ValueStep("sales", "Sales", Decimal(25), Decimal(0), False),
        ValueStep("consensus", "Planner", Decimal(30), Decimal(-5), True),
    )
    option = pictures.stairs(Staircase(steps, Decimal(100), 4))
    assert option["yAxis"]["data"] == ["Naive", "Statistical", "Planner", "Consensus"]
    unseen, fell, rose = (series["data"] for series in option["series"])
    assert unseen == [0.0, 25.0, 25.0, 0.0]
    assert [bar["value"] if bar else 0 for bar in fell] == [40.0, 15.0, 0, 30.0]
    assert rose[2]["value"] == 5.0


def test_the_page_opens_on_ones_own_slice_and_can_show_everything(archive, client_of, person):
    own_scope_set(person("sales"), {"product_family": ("F0",)})
    client = client_of("sales")
    page = client.get("/accuracy/?lag=0").content.decode()
    assert "Your slice" in page
    assert "Show everything" in page
    told = client.get("/api/accuracy/base?lag=0&scope=product_family:F0").json()
    whole = client.get("/api/accuracy/base?lag=0").json()
    assert Decimal(told["staircase"][0]["error"]) < Decimal(whole["staircase"][0]["error"])
    shown = client.get("/accuracy/?slice=everything").content.decode()
    assert "Your slice" not in shown
    assert "Back to my slice" in shown
    assert "Your slice" not in client.get("/accuracy/").content.decode()
    assert "Your slice" in client.get("/accuracy/?slice=own").content.decode()


def test_the_staircases_of_the_families_add_up_to_that_of_all(archive):
    record = measuring_of("base").record()
    families = sorted(set(measuring_of("base").now.series("consensus_demand").names("product_family")))
    parts = [staircase(measuring_of("base").record(scope={"product_family": one})) for one in families]
    assert len(parts) > 1
    for number, step in enumerate(staircase(record).steps):
        assert sum(part.steps[number].error for part in parts) == step.error


def test_a_part_that_is_not_there_says_so(archive, client_of):
    page = client_of("executive").get("/accuracy/?level_of_slice=product_family&member=Gone").content.decode()
    assert "This slice is not in the plan" in page
    assert "Who made it better" in page


def test_overrides_are_those_of_the_slice(archive):
    measuring = measuring_of("base")
    inside = measuring.grades_of({"product_family": "F0"})
    assert 0 < len(inside) < len(measuring.grades)


@pytest.fixture
def spoken(archive) -> Workspace:
    month = archive.scenario("2025-11")
    at = archive.published()[-1].at
    month.change("sales_forecast", percent=15, scope={"product_family": "F0"}, actor="sam", at=at)
    month.publish(actor="ines", at=at.replace(hour=21))
    return archive


def test_one_press_weighs_the_streams_by_their_record(spoken, client_of):
    client = client_of("demand_planner")
    told = {one["stream"]: one for one in client.get("/api/accuracy/base/weights?lag=0").json()}
    assert told["sales"]["moves"] or told["statistical"]["moves"]
    assert "Weigh by track record" in client.get("/accuracy/?lag=0").content.decode()
    page = client.post("/accuracy/weigh/", {"scope": "", "lag": "0"}, follow=True).content.decode()
    assert "follow the record" in page
    plan = spoken.scenario("base").plan()
    for stream in ("statistical", "sales"):
        assert plan.value(f"{stream}_weight") == pytest.approx(told[stream]["proposed"])


def test_weights_are_not_for_everybody_and_not_without_a_record(archive, client_of):
    assert "Weigh by track record" not in client_of("executive").get("/accuracy/").content.decode()
    asked = {"scope": {}}
    nothing = client_of("demand_planner").post("/api/accuracy/base/weights", asked, content_type="application/json")
    assert nothing.status_code == 422 or nothing.status_code == 400
    assert "proposes no other weights" in nothing.json()["detail"]


def test_who_may_not_edit_demand_may_not_weigh(spoken, client_of):
    refused = client_of("executive").post("/api/accuracy/base/weights", {"lag": 0}, content_type="application/json")
    assert refused.status_code == 403
    assert not spoken.scenario("base").changes
