"""The month from the command line: made, opened, judged, waived, closed; and publishing while it wants a decision."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
PEOPLE = """
from steelyard.web.serve import connect
connect({folder!r})
from steelyard.web.accounts.models import User
for name, role in (("ines", "sop_lead"), ("sam", "sales"), ("edgar", "executive")):
    User.objects.get_or_create(username=name, defaults=dict(role=role))
"""
CALLS = """
import json
from typer.testing import CliRunner
from steelyard.cli import app
runner, told = CliRunner(), []
for words in {calls!r}:
    found = runner.invoke(app, words)
    told.append([found.exit_code, found.stdout, f"{{found.stderr}} {{found.exception or ''}}"])
print(json.dumps(told))
"""
STEP = "data_gathering"
GATE = "every_task_is_done"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company with a lead, a seller and an executive."""
    made = tmp_path_factory.mktemp("cycle") / "company"
    with Workspace.create(made, company="Small Company") as workspace:
        workspace.add_extract(company(items=3, customers=2), at=AT, actor="dana")
        workspace.create_scenario("base", actor="dana", at=AT, horizon=6)
    run(PEOPLE.format(folder=str(made)), made)
    return made


def run(script: str, folder: Path) -> str:
    """What a script of its own process prints."""
    environment = {**os.environ, "STEELYARD_COMPANY": str(folder), "COLUMNS": "200"}
    for name in ("DJANGO_SETTINGS_MODULE", "STEELYARD_DATABASE_URL"):
        environment.pop(name, None)
    done = subprocess.run([sys.executable, "-c", script], env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def call(folder: Path, *calls: str) -> list[tuple[int, Any, str]]:
    """Exit code, answer and all that was printed of each command."""
    words = [[*one.split("|"), "--json"] for one in calls]
    told = json.loads(run(CALLS.format(calls=words), folder).splitlines()[-1])
    return [(code, json.loads(out) if out.startswith(("{", "[")) else {}, out + fault) for code, out, fault in told]


def test_a_month_is_made_opened_judged_and_waived_by_authority_only(folder: Path) -> None:
    made, opened, started, judged, refused, shown, early = call(
        folder, "cycle|ahead|2026-01|--months|2|--actor|ines", "cycle|open|2026-01|--actor|ines",
        f"cycle|open|2026-01|{STEP}|--actor|ines", f"cycle|gates|2026-01|{STEP}|--actor|ines",
        f"cycle|waive|2026-01|{STEP}|{GATE}|--reason|soon|--actor|sam", "cycle|show|2026-01|--actor|ines",
        f"cycle|close|2026-01|{STEP}|--actor|ines",
    )  # fmt: skip
    assert (made[0], made[1]["made"]) == (0, ["2026-01", "2026-02"])
    assert opened[1]["state"] == "open"
    assert (started[0], started[1].get("step")) == (0, STEP), started[2]
    open_gates = {row["gate"] for row in judged[1]["gates"] if row["standing"] == "open"}
    assert judged[0] == 1, "a gate does not hold"
    assert open_gates
    assert refused[0] != 0
    assert "waive" in refused[2] or "role" in refused[2]
    assert next(one["state"] for one in shown[1]["steps"] if one["key"] == STEP) == "open"
    assert early[0] != 0
    waived = call(
        folder, *(f"cycle|waive|2026-01|{STEP}|{gate}|--reason|first month|--actor|ines" for gate in open_gates)
    )
    assert [(code, told["by"]) for code, told, _ in waived] == [(0, "ines")] * len(open_gates)
    again, closed, reopened, listed = call(
        folder, f"cycle|gates|2026-01|{STEP}|--actor|ines", f"cycle|close|2026-01|{STEP}|--actor|ines",
        f"cycle|reopen|2026-01|{STEP}|--reason|a late file|--actor|ines", "cycle|list",
    )  # fmt: skip
    assert again[0] == 0
    assert closed[0] == 0
    assert reopened[0] == 0
    assert [row["cycle"] for row in listed[1]["cycles"]] == ["2026-01", "2026-02"]


def test_nobody_of_the_name_runs_a_month(folder: Path) -> None:
    ((code, _, fault),) = call(folder, "cycle|ahead|2027-01|--actor|nobody")
    assert code != 0
    assert "Nobody signs in as 'nobody'" in fault


def test_reminders_are_told_once(folder: Path) -> None:
    (_, first, _), (_, second, _), (code, resumed, _) = call(folder, "cycle|watch", "cycle|watch", "cycle|resume")
    assert first["told"] >= second["told"] == 0
    assert (code, set(resumed["cycles"])) == (0, {"2026-01"})


def test_while_a_month_asks_for_a_decision_a_plan_is_published_by_waiver_with_authority_only(folder: Path) -> None:
    call(folder, "cycle|ahead|2026-01|--months|1|--actor|ines", "cycle|open|2026-01|--actor|ines")
    held, without, done = call(
        folder, "publish|base|--note|Out|--actor|edgar",
        "publish|base|--note|Out|--waive|The board is away|--actor|sam",
        "publish|base|--note|Out|--waive|The board is away|--actor|edgar",
    )  # fmt: skip
    assert held[0] != 0
    assert "by decision" in held[2]
    assert without[0] != 0
    assert (done[0], done[1]["scenario"], done[1]["by"]) == (0, "base", "edgar")
    trail = run(
        PEOPLE.format(folder=str(folder))
        + "from steelyard.web.audit.models import Entry\n"
        + "print([e.detail['reason'] for e in Entry.objects.filter(action='plan.publish_waived')])",
        folder,
    )
    assert "The board is away" in trail
