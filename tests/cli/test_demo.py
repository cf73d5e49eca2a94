"""The demo: the same company, scenarios and plan on every machine, and people who can sign in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from steelyard.cli.demo_month import make_demo
from steelyard.errors import PlanError
from steelyard.plan.workspace import Workspace

MAIN = "from steelyard.cli import main; main()"


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def test_same_seed_gives_the_same_extract_and_published_plan(made_demo: Path, tmp_path: Path) -> None:
    again = make_demo(tmp_path / "again", items=40, seed=7, report=quiet)
    with Workspace.open(made_demo) as workspace:
        assert workspace.extracts()[-1].digest == again["extract"]
        with Workspace.open(tmp_path / "again") as other:
            assert [record.id for record in workspace.published()] == [record.id for record in other.published()]
        assert workspace.published()[-1].id == again["published"]
        assert workspace.replay(str(again["published"])).same


def test_last_months_plan_stands_on_its_own_extract(made_demo: Path) -> None:
    with Workspace.open(made_demo) as workspace:
        *_, then, now = workspace.extracts()
        assert (then.as_of.isoformat(), now.as_of.isoformat()) == ("2026-09-30", "2026-10-31")
        assert workspace.published()[-1].extract == then.digest
        assert workspace.scenario("base").extract == now.digest


def test_every_month_of_half_a_year_has_a_plan_of_its_own(made_demo: Path) -> None:
    with Workspace.open(made_demo) as workspace:
        extracts = {record.digest: record.as_of for record in workspace.extracts()}
        months = [extracts[record.extract].strftime("%Y-%m") for record in workspace.published()]
        speakers = {change.stream for change in workspace.published_plan(workspace.published()[0].id).changes}
    assert months == ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
    assert speakers == {"", "sales", "marketing", "finance"}


def test_story_changes_the_plan_as_told(made_demo: Path) -> None:
    with Workspace.open(made_demo) as workspace:
        plans = {
            name: workspace.scenario(name).plan() for name in ("base", "launch-slips", "supplier-fails", "north-grows")
        }
    north = {"territory": "North"}
    span = ("2027-01", "2027-12")
    base = plans["base"].value("consensus_demand", scope=north, periods=span)
    assert plans["north-grows"].value("consensus_demand", scope=north, periods=span) > 1.1 * base
    hours = [plans[name].value("capacity_available", scope={"resource": "SMT"}) for name in ("base", "supplier-fails")]
    assert hours[1] < hours[0]
    launch = plans["base"].changes[0].operation.item
    ramp = {"scope": {"item": launch}, "periods": ("2027-02", "2027-04")}
    assert plans["base"].value("unconstrained_demand", **ramp) > 0
    assert plans["launch-slips"].value("unconstrained_demand", **ramp) == 0


def test_two_resources_bind_in_season(made_demo: Path) -> None:
    with Workspace.open(made_demo) as workspace:
        plan = workspace.scenario("base").plan()
    peaks = dict(
        plan.frame("utilisation", by=["resource"])
        .group_by("resource")
        .max()
        .select("resource", "utilisation")
        .iter_rows()
    )
    assert sorted(name for name, peak in peaks.items() if peak > 1.0) == ["HOUSE-ASM", "SMT"]
    assert max(peaks.values()) < 1.35


@pytest.mark.slow
def test_demo_command_makes_people_who_can_sign_in(tmp_path: Path) -> None:
    environment = {**os.environ, "COLUMNS": "100"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "demo", str(tmp_path / "demo"), "--items", "20", "--json"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {person["sign in"] for person in told["people"]} >= {
        "dana",
        "sam",
        "petra",
        "luis",
        "fiona",
        "ines",
        "edgar",
    }
    assert all(person["password"] for person in told["people"])
    assert [one["name"] for one in told["scenarios"]] == ["base", "launch-slips", "supplier-fails", "north-grows"]


def test_demo_leaves_an_existing_workspace_alone(made_demo: Path) -> None:
    file = made_demo / "erp" / "2026-10" / "item.csv"
    before = file.stat().st_mtime_ns
    with pytest.raises(PlanError, match="already a workspace"):
        make_demo(made_demo, items=20, seed=1, report=quiet)
    assert file.stat().st_mtime_ns == before
