"""Kill -9 at any point of opening and closing: after a restart the last good state, and nothing half done."""

import os
import shutil
import subprocess
import sys
from ast import literal_eval
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
RUN = """
import os, signal, sys
from steelyard.web.serve import connect
connect({folder!r})
import steelyard.plan.records as records
import steelyard.plan.published as published
from steelyard.web.cycles.models import Cycle, Step, Work
from steelyard.web.jobs.models import Job

DIES_AT, count = {dies!r}, 0

def die(*_, **__):
    global count
    count += 1
    if count == DIES_AT:
        os.kill(os.getpid(), signal.SIGKILL)

def dying(owner, name):
    known = getattr(owner, name)
    def call(*args, **kwargs):
        die()
        found = known(*args, **kwargs)
        die()
        return found
    setattr(owner, name, call)

from django.db.models import QuerySet
for owner, name in ((QuerySet, "update"), (QuerySet, "bulk_create"), (records.Records, "rename"),
                    (records.Records, "merge"), (records.Records, "add_scenario"), (records.Records, "set_closed"),
                    (records.Records, "set_archived"), (records.Records, "add_published"),
                    (published.PublishedPlans, "publish")):
    dying(owner, name)

from steelyard.web.accounts.models import User
from steelyard.web.accounts.roles import Role
from steelyard.web.cycles.cycle_services import cycle_close, cycle_open, cycles_create_ahead
from steelyard.web.cycles.selectors import cycle_of
from steelyard.web.cycles.work_services import works_finish, works_resume
from steelyard.web.jobs.services import jobs_interrupted_close

user = User.objects.get_or_create(username="ines", defaults=dict(role=Role.SOP_LEAD.value))[0]
jobs_interrupted_close(all_running=True)
works_resume()
works_finish("2026-02")
{act}
works_finish("2026-02")
print("through", count)
"""
OPEN = """
from steelyard.web.cycles.step_services import step_start
from steelyard.web.cycles.selectors import step_of
if cycle_of("2026-02").state == "planned":
    cycle_open("2026-02", user=user)
if step_of("2026-02", "data_gathering").state == "waiting":
    step_start("2026-02", "data_gathering", user=user)
"""
CLOSE = """
if cycle_of("2026-02").state == "open":
    cycle_close("2026-02", user=user)
"""
STATE = "[(c.key, c.state) for c in Cycle.objects.filter(key__in=('2026-02', '2026-03'))]"
WORKS = "sorted(set(Work.objects.filter(step=None).values_list('state', flat=True)))"
TWICE = "Work.objects.filter(step=None).count() - Work.objects.filter(step=None).distinct().count()"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A company whose plan stands on the extract before the newest one, with a month in the calendar."""
    folder = tmp_path_factory.mktemp("killed") / "made"
    with Workspace.create(folder, company="Small Company") as workspace:
        workspace.add_extract(company(items=3, customers=2), at=AT, actor="dana")
        base = workspace.create_scenario("base", actor="dana", at=AT, horizon=6)
        base.change("consensus_demand", percent=5, scope={"product_family": "F0"}, actor="dana", at=AT, reason="launch")
        workspace.add_extract(company(items=3, customers=2, seed=8), at=AT, actor="dana")
    done = run(folder, "cycles_create_ahead('2026-02', user=user, months=2)")
    assert "through" in done.stdout, done.stderr
    return folder


def run(folder: Path, act: str, dies: int = 0) -> subprocess.CompletedProcess[str]:
    """Do something in a process of its own that is killed at its nth write."""
    environment = {**os.environ, "STEELYARD_COMPANY": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("STEELYARD_DATABASE_URL", None)
    script = RUN.format(folder=str(folder), dies=dies, act=act)
    return subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)


def ask(folder: Path, expression: str) -> str:
    """Ask a fresh process what stands in the records."""
    done = run(folder, f"print('said', {expression})")
    return next(line.removeprefix("said ") for line in done.stdout.splitlines() if line.startswith("said "))


def writes_of(done: subprocess.CompletedProcess[str]) -> int:
    """How many chances to be killed a run had."""
    assert "through" in done.stdout, done.stderr[-3000:]
    return int(done.stdout.split()[-1])


def chosen(writes: int, points: int) -> list[int]:
    """Points spread over a run, its first and its last writes among them."""
    return sorted({1, writes, *(1 + n * writes // points for n in range(points))} - {0})


@pytest.mark.slow
def test_a_start_killed_anywhere_rolls_the_plan_once(made, tmp_path) -> None:
    whole = shutil.copytree(made, tmp_path / "whole")
    writes = writes_of(run(whole, OPEN))
    for point in chosen(writes, 6):
        folder = shutil.copytree(made, tmp_path / f"at-{point}")
        assert run(folder, OPEN, dies=point).returncode == -9
        writes_of(run(folder, OPEN))
        with Workspace.open(folder) as workspace:
            base = workspace.scenario("base")
            assert base.extract == workspace.extracts()[-1].digest, point
            assert len(base.own_changes) == 1, point
            assert [one.name for one in workspace.scenarios()] == ["base"], point


@pytest.mark.slow
def test_a_close_killed_anywhere_ends_in_one_closed_month(made, tmp_path) -> None:
    ready = shutil.copytree(made, tmp_path / "ready")
    over = (
        "cycle_open('2026-02', user=user)\n"
        "Step.objects.filter(cycle__key='2026-02').update(state='finished')\n"
        "from steelyard.web.cycles.step_services import *"
    )
    writes_of(run(ready, over))
    writes = writes_of(run(shutil.copytree(ready, tmp_path / "whole"), CLOSE))
    for point in chosen(writes, 6):
        folder = shutil.copytree(ready, tmp_path / f"at-{point}")
        assert run(folder, CLOSE, dies=point).returncode == -9
        writes_of(run(folder, CLOSE))
        state, works, twice = literal_eval(ask(folder, f"({STATE}, {WORKS}, {TWICE})"))
        assert state == [("2026-02", "closed"), ("2026-03", "open")], point
        assert works == ["done"], point
        assert twice == 0, point
