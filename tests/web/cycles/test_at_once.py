"""Two people close the same step at once: one wins, the other is told, the work is done once."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.cycle.standard import DATA_GATHERING
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
SET_UP = """
from steelyard.web.serve import connect
connect({folder!r})
from steelyard.web.accounts.models import User
from steelyard.web.cycles.cycle_services import cycle_open, cycles_create_ahead
from steelyard.web.cycles.step_services import gate_waive, gates_judge, step_start
for name in ("ines", "ada"):
    User.objects.create(username=name, role="sop_lead")
user = User.objects.get(username="ines")
cycles_create_ahead("2026-02", user=user, months=1)
cycle_open("2026-02", user=user)
step_start("2026-02", "data_gathering", user=user)
for result in gates_judge("2026-02", "data_gathering", by="ines"):
    if not result.met:
        gate_waive("2026-02", "data_gathering", result.gate, reason="test", user=user)
"""
FINISH = """
import sys
from steelyard.web.serve import connect
connect({folder!r})
from steelyard.errors import StepRefused
from steelyard.web.accounts.models import User
from steelyard.web.cycles import step_services
known = step_services.gates_judge
def judge(*args, **kwargs):
    found = known(*args, **kwargs)
    print("judged", flush=True)
    sys.stdin.readline()
    return found
step_services.gates_judge = judge
try:
    step_services.step_finish("2026-02", "data_gathering", user=User.objects.get(username={name!r}))
    print("won")
except StepRefused as fault:
    print(type(fault).__name__, fault)
"""
COUNT = """
from steelyard.web.serve import connect
connect({folder!r})
from steelyard.web.cycles.models import Step, Work
step = Step.objects.get(key="data_gathering")
print(step.state, Work.objects.filter(step=step, moment="close").count())
"""


def process(script: str, folder: Path, url: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "STEELYARD_COMPANY": str(folder), "STEELYARD_DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-c", script], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def race(folder: Path, url: str) -> None:
    """Let two judge, then let both finish."""
    with Workspace.create(folder, company="Small Company", database=url) as workspace:
        workspace.add_extract(company(items=3, customers=2), at=AT, actor="dana")
        workspace.create_scenario("base", actor="dana", at=AT, horizon=6)
    made = process(SET_UP.format(folder=str(folder)), folder, url)
    assert made.communicate()[1] == "" or made.returncode == 0
    both = [process(FINISH.format(folder=str(folder), name=name), folder, url) for name in ("ines", "ada")]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "judged\n", one.communicate()[1]
    told = sorted(one.communicate("\n")[0].strip().split(" ")[0] for one in both)
    assert told == ["StepTaken", "won"]
    count = process(COUNT.format(folder=str(folder)), folder, url).communicate()[0]
    assert count.split() == ["closing", str(len(DATA_GATHERING.work_at_close))]


@pytest.mark.slow
def test_one_of_two_wins_on_sqlite(tmp_path) -> None:
    race(tmp_path / "company", "")


@pytest.mark.slow
@pytest.mark.postgres
def test_one_of_two_wins_on_postgresql(tmp_path, database_url) -> None:
    race(tmp_path / "company", database_url.replace("postgresql://", "postgresql+psycopg://"))
