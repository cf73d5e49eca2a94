"""AdventureWorks from gap to decision by REST and page: last plan, budget, scenarios, levers, risk, merge, chain."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.data.importing import check_extract
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace
from steelyard.web import company as served

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
JUNE = AT + timedelta(days=30)
"""When June's facts came: what came last is the latest, whatever its digest."""
MAPPING = Path(__file__).resolve().parents[3] / "examples" / "adventureworks" / "mapping.toml"
GROWTH = 1.05

pytestmark = [pytest.mark.slow, pytest.mark.shared_data]


@pytest.fixture(scope="module")
def made(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with the plan published in May 2008, and June's facts with a scenario on them."""
    folder, source = tmp_path_factory.mktemp("aw") / "company", shared / "data" / "adventureworks"
    with Workspace.create(folder, company="AdventureWorks") as workspace:
        may = check_extract(source, mapping=MAPPING, at=AT, as_of=date(2008, 5, 31))
        workspace.add_extract(may, at=AT, actor="dana")
        workspace.create_scenario("may", actor="dana", at=AT, horizon=12).publish(actor="dana", at=AT, note="May")
        workspace.add_extract(check_extract(source, mapping=MAPPING, at=JUNE), at=JUNE, actor="dana")
        workspace.create_scenario("june", actor="dana", at=JUNE, horizon=12)
    return folder


@pytest.fixture
def site(db: None, settings, made: Path, tmp_path: Path) -> Iterator[Workspace]:
    settings.COMPANY_FOLDER = tmp_path / "company"
    shutil.copytree(made, settings.COMPANY_FOLDER)
    yield served.workspace()
    served.workspace().close()
    served._open.cache_clear()


def budget_of(plan: PlanNumbers) -> bytes:
    """Last year's revenue and five percent, by family and month of the planned year."""
    past = plan.frame("revenue_history", by=["product_family"])
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["period_id", "family", "amount"])
    for family, period, money in past.select("product_family", "period", "revenue_history").iter_rows():
        year, month = int(period[:4]), period[5:]
        later = f"{year + 1}-{month}"
        if later in plan.horizon.labels:
            write.writerow([later, family, round(GROWTH * money, 2)])
    return out.getvalue().encode()


def rows_of(table: dict[str, list]) -> list[dict[str, object]]:
    """Rows of an answer by name of column."""
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def chain(answer: dict[str, object]) -> tuple[Decimal, Decimal, list[dict[str, str]]]:
    """Start and end of a bridge, which its steps lead over to the last digit."""
    start, end, steps = Decimal(answer["start"]), Decimal(answer["end"]), answer["steps"]
    assert start + sum((Decimal(step["effect"]) for step in steps), Decimal(0)) == end
    return start, end, steps


def test_a_month_is_walked_from_gap_to_decision(site: Workspace, client_of) -> None:
    lead = client_of("sop_lead")

    def get(address: str) -> dict:
        answer = lead.get(f"/api/{address}")
        assert answer.status_code == 200, answer.content[:400]
        return answer.json()

    def post(address: str, given: dict | None = None) -> dict:
        answer = lead.post(f"/api/{address}", given or {}, content_type="application/json")
        assert answer.status_code in (200, 201), answer.content[:400]
        return answer.json()

    # last month's plan, and why June is another number
    last = get("published/")[0]
    start, end, steps = chain(get(f"scenarios/plan:{last['id']}/bridge?against=june&measure=revenue"))
    assert start != end
    assert {step["kind"] for step in steps} & {"actuals", "extract"}, steps
    assert lead.get(f"/published/{last['id']}/").status_code == 200

    # a budget for the planned year, loaded high and spread down
    sent = {"file": SimpleUploadedFile("board.csv", budget_of(site.scenario("june").plan())), "name": "base"}
    loaded = lead.post("/api/finance/june/budget", {**sent, "version": "budget", "note": "last year + 5 %"})
    assert loaded.status_code == 202, loaded.content
    plan = site.scenario("base").plan()
    assert plan.value("budget_revenue") == pytest.approx(
        GROWTH * site.scenario("june").plan().value("revenue_history", periods=("2007-07", "2008-06")), rel=0.02
    )
    assert lead.get("/finance/?scenario=base").status_code == 200
    told = lead.get("/finance/budget/").content.decode()
    assert "whole" in told or "for members the plan does not have" in told

    # the gap, and three scenarios
    board = get("balance/base")
    assert board["units"] > 0
    for name in ("overtime", "reprice", "internet first"):
        post("scenarios/base/branch", {"name": name})
    levers = rows_of(get("balance/base/levers")["levers"])
    best = next(one["key"] for one in levers if one["kind"] == "Overtime")
    taken = post("balance/overtime/take", {"levers": {best: 1.0, "schedule_change": 1.0}, "note": "with the plant"})
    assert taken["money_after"] < 0.6 * taken["money_before"], "planned by money, the dear units are served"
    assert taken["margin_after"] - taken["margin_before"] > taken["cost"] > 0
    post("scenarios/reprice/changes", {"changes": [{
        "operation": {"kind": "percent", "percent": 1.5}, "measure": "price", "scope": {"channel": ["internet"]},
        "reason": "price_change", "note": "spring list",
    }]})  # fmt: skip
    before = site.scenario("base").plan()
    rations = get("balance/internet first/ration")
    queue = next(one for one in rations["levers"] if one["key"] == "channel:internet")
    post("balance/internet first/ration/take", {"lever": "channel:internet", "note": "the web waits for nobody"})
    gained = site.scenario("internet first").plan().value("gross_margin") - before.value("gross_margin")
    assert gained == pytest.approx(queue["gain"])

    # what it hangs on, and the chance to meet the budget
    effect = {"measure": "consensus_demand", "low": -15.0, "likely": 0.0, "high": 10.0}
    for number, family in enumerate(("Road Bikes", "Mountain Bikes", "Touring Bikes")):
        given = {"statement": f"{family} hold", "effect": {**effect, "low": -15.0 + 4 * number}}
        post("risk/base/assumptions", {**given, "effect": {**given["effect"], "scope": {"product_family": [family]}}})
    bars = get("risk/overtime/tornado?measure=gross_margin")["bars"]
    assert len(bars) == 3
    assert any(abs(bar["high"] - bar["low"]) > 1 for bar in bars)
    chance = get("risk/overtime/futures?draws=200")["chance_of_budget"]
    assert chance is not None
    assert 0 <= chance["value"] <= 1
    for page in ("balance/base/", "risk/?scenario=overtime", "scenarios/compare/?with=base&with=overtime"):
        assert lead.get(f"/{page}", follow=True).status_code == 200, page

    # merge the parts that are liked, and tell each difference
    post("scenarios/overtime/branch", {"name": "proposal"})
    post("scenarios/proposal/merge", {"other": "reprice"})
    post("scenarios/proposal/merge", {"other": "internet first"})
    proposal = site.scenario("proposal").plan()
    for measure in ("revenue", "gross_margin", "lever_cost"):
        start, end, steps = chain(get(f"scenarios/base/bridge?against=proposal&measure={measure}"))
        assert float(end) == pytest.approx(proposal.value(measure), abs=0.01)
        if measure == "gross_margin":
            assert len([step for step in steps if Decimal(step["effect"])]) >= 3
    told = get(f"scenarios/proposal/explain?measure=gross_margin&scope={quote('channel=internet')}")
    assert told
    held = get("scenarios/base/compare?against=proposal&measures=revenue,gross_margin&by=product_family&top=20")
    assert held["cells"]["rows"]
    post("scenarios/proposal/lock")
    refused = lead.post(
        "/api/balance/proposal/take", {"levers": {best: 0.1}}, content_type="application/json"
    )  # fmt: skip
    assert refused.status_code in (403, 409)
    revision = get("scenarios/proposal")["revision"]
    made = post("scenarios/proposal/publish", {"note": "agreed in the pre-S&OP", "revision": revision})
    assert site.replay(made["id"]).same
