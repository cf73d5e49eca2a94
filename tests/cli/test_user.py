"""User: a company of one's own gets its people from the command line."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.plan.workspace import Workspace
from tests.cli.conftest import Call
from tests.company import company

MAIN = "from steelyard.cli import main; main()"
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
PASSWORD = "quiet river stones"


@pytest.fixture(scope="module")
def own_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "bikes"
    Workspace.create(folder, company="Bikes").close()
    return folder


def shell(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STEELYARD_COMPANY": str(folder), "STEELYARD_ACTOR": "tester", "COLUMNS": "100"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments], capture_output=True, text=True, env=environment, input=given
    )


def test_people_are_added_and_listed(own_company: Path) -> None:
    assert "steelyard user add NAME --role administrator" in shell(own_company, "user", "list").stdout
    add = ("user", "add", "ada", "--role", "administrator", "--full-name", "Ada Minh", "--password-stdin", "--json")
    done = shell(own_company, *add, given=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    listed = json.loads(shell(own_company, "user", "list", "--json").stdout)["people"]
    assert listed == [
        {"name": "ada", "full_name": "Ada Minh", "role": "administrator", "active": True, "last_sign_in": None}
    ]
    again = shell(own_company, *add, given=f"{PASSWORD}\n")
    assert again.returncode == 4
    assert PASSWORD not in done.stdout + again.stdout + again.stderr


def test_weak_and_missing_passwords_are_refused(own_company: Path) -> None:
    weak = shell(own_company, "user", "add", "bob", "--role", "sales", "--password-stdin", given="short\n")
    assert weak.returncode == 2
    assert "12 characters" in weak.stderr
    missing = shell(own_company, "user", "add", "bob", "--role", "sales")
    assert missing.returncode == 2
    assert "--password-stdin" in missing.stderr


def test_new_says_how_to_make_the_first_administrator(call: Call, tmp_path: Path) -> None:
    said = " ".join(call("new", str(tmp_path / "fresh")).output.split())
    assert "make the first administrator: steelyard user add NAME --role administrator" in said


def test_a_scenario_is_shared_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    with Workspace.create(folder, company="Small Company") as workspace:
        workspace.add_extract(company(items=3), at=AT, actor="dana")
        workspace.create_scenario("quiet", actor="dana", at=AT, horizon=6)
    share = ("scenario", "share", "quiet")
    assert json.loads(shell(folder, *share, "--json").stdout)["seen_by"]["reach"] == "all"
    told = shell(folder, *share, "--seen-by", "finance", "--seen-by", "executive", "--changed-by", "none", "--json")
    kept = json.loads(told.stdout)
    assert kept["seen_by"] == {"reach": "some", "people": [], "roles": ["finance", "executive"]}
    assert kept["changed_by"]["reach"] == "none"
    assert "seen by finance, executive, changed by none" in shell(folder, *share).stdout
    stranger = shell(folder, *share, "--seen-by", "nobody-here")
    assert stranger.returncode != 0
    assert "no such person" in (stranger.stdout + stranger.stderr)


def test_two_commands_that_come_first_make_each_table_once(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "bikes", company="Bikes").close()
    with ThreadPoolExecutor() as both:
        asked = [both.submit(shell, tmp_path / "bikes", "user", "list", "--json") for _ in range(2)]
        answers = [one.result() for one in asked]
    assert [(one.returncode, one.stderr) for one in answers] == [(0, ""), (0, "")]
    assert [json.loads(one.stdout)["people"] for one in answers] == [[], []]
