"""AdventureWorks from gap to decision by command line: budget, scenarios, levers, risk, merge, chain, publish."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from steelyard.cli import app
from steelyard.data.importing import check_extract
from steelyard.plan.workspace import Workspace

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MAPPING = Path(__file__).resolve().parents[2] / "examples" / "adventureworks" / "mapping.toml"

pytestmark = [pytest.mark.slow, pytest.mark.shared_data]
Ask = Callable[..., Any]


@pytest.fixture
def folder(shared: Path, tmp_path: Path) -> Path:
    """The company with the plan published in May 2008, and June's facts with a scenario on them."""
    place, source = tmp_path / "company", shared / "data" / "adventureworks"
    with Workspace.create(place, company="AdventureWorks") as workspace:
        may = check_extract(source, mapping=MAPPING, at=AT, as_of=date(2008, 5, 31))
        workspace.add_extract(may, at=AT, actor="dana")
        workspace.create_scenario("may", actor="dana", at=AT, horizon=12).publish(actor="dana", at=AT, note="May")
        workspace.add_extract(check_extract(source, mapping=MAPPING, at=AT), at=AT, actor="dana")
        june = workspace.create_scenario("june", actor="dana", at=AT, horizon=12).plan()
        past = june.frame("revenue_history", by=["product_family"])
        with (tmp_path / "board.csv").open("w", newline="") as file:
            write = csv.writer(file)
            write.writerow(["period_id", "family", "amount"])
            for family, period, money in past.select("product_family", "period", "revenue_history").iter_rows():
                if (later := f"{int(period[:4]) + 1}-{period[5:]}") in june.horizon.labels:
                    write.writerow([later, family, round(1.05 * money, 2)])
    return place


@pytest.fixture
def ask(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Call a command and read its JSON."""
    monkeypatch.setenv("STEELYARD_COMPANY", str(folder))
    monkeypatch.setenv("STEELYARD_ACTOR", "tester")
    runner = CliRunner()

    def run(*words: str) -> Any:
        done = runner.invoke(app, [*words, "--json"])
        assert done.exit_code == 0, (words, done.output[-600:], done.exception)
        return json.loads(done.stdout)

    return run


def test_a_month_is_walked_from_gap_to_decision(ask: Ask, folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        last = workspace.published()[-1].id[:12]
    assert ask("explain", "june", "revenue", "--against", last)
    loaded = ask("finance", "load-budget", str(folder.parent / "board.csv"), "june", "--into", "base")
    assert loaded["spread"] == pytest.approx(loaded["loaded"], rel=0.05)
    assert not loaded["silent_periods"]
    assert ask("balance", "gaps", "base")["units"] > 0
    for name in ("overtime", "reprice", "web"):
        ask("scenario", "branch", "base", name)
    levers = ask("balance", "levers", "base")["levers"]
    best = next(one["key"] for one in levers if one["kind"] == "Overtime")
    taken = ask("balance", "take", "overtime", best, "schedule_change", "--note", "agreed with the plant")["taken"]
    assert taken["money_after"] < 0.6 * taken["money_before"]
    ask("change", "reprice", "price", "--percent", "1.5", "--scope", "channel=internet", "--reason", "price_change")
    rations = ask("balance", "ration", "web", "--take", "channel:internet", "--note", "the web waits for nobody")
    assert rations["taken"]["margin_after"] > rations["taken"]["margin_before"]
    for family, low in (("Road Bikes", "-15"), ("Mountain Bikes", "-10")):
        scope = ("--scope", f"product_family={family}")
        ask("risk", "assume", f"{family} hold", "--low", low, "--likely", "0", "--high", "8", *scope)
    assert len(ask("risk", "tornado", "overtime")["bars"]) == 2
    assert 0 <= ask("risk", "simulate", "overtime", "--draws", "200")["chance_of_budget"]["value"] <= 1
    ask("scenario", "branch", "overtime", "proposal")
    ask("scenario", "merge", "proposal", "reprice")
    ask("scenario", "merge", "proposal", "web")
    assert ask("explain", "proposal", "gross_margin", "--against", "base")
    held = ask("compare", "base", "proposal", "-m", "revenue", "-m", "gross_margin")
    assert held
    ask("scenario", "lock", "proposal")
    ask("publish", "proposal", "--note", "agreed in the pre-S&OP")
