"""Decisions between processes: two sign at once, and a kill between approval and publication."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from steelyard.plan.workspace import Workspace
from tests.company import company
from tests.web.conftest import AT

ROOT = Path(__file__).resolve().parents[3]
PROCESS = str(Path(__file__).parent / "company_process.py")


def start(folder: Path, *command: str, database: str = "") -> "subprocess.Popen[str]":
    given = {**os.environ, "PYTHONPATH": str(ROOT), "STEELYARD_DATABASE_URL": database}
    given.pop("STEELYARD_COMPANY", None)
    return subprocess.Popen(
        [sys.executable, PROCESS, str(folder), *command], env=given, text=True, cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def finish(process: "subprocess.Popen[str]") -> str:
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0, told
    return told.splitlines()[-1] if told.strip() else ""


def make(folder: Path, database: str = "") -> None:
    with Workspace.create(folder, company="Small Company", database=database) as made:
        made.add_extract(company(items=6, customers=3), at=AT, actor="dana")
        base = made.create_scenario("base", actor="dana", at=AT, horizon=12)
        base.branch("promo", actor="sam", at=AT).change(
            "consensus_demand", percent=10, scope={"product_family": "F1"}, actor="sam", at=AT, reason="promotion"
        )


@pytest.fixture(scope="module")
def asked_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked") / "company"
    make(folder)
    finish(start(folder, "prepare"))
    return folder


@pytest.fixture
def folder(asked_company: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(asked_company, tmp_path / "company"))


def sign_at_once(folder: Path, database: str = "") -> list[str]:
    both = [start(folder, "sign", name, option, database=database) for name, option in (("edgar", "1"), ("erna", "2"))]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sorted(finish(process) for process in both)


def expect_one_winner(said: list[str]) -> None:
    won, lost = said
    assert won == "approved"
    assert lost.startswith(("told: Somebody was faster", "told: A decision that is approved"))


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(folder: Path) -> None:
    expect_one_winner(sign_at_once(folder))
    kept = rows(folder, "SELECT chosen, state FROM decisions_decision")
    assert len(kept) == 1
    assert [row[0] for row in rows(folder, "SELECT option FROM decisions_signature")] == [kept[0][0]]


@pytest.mark.postgres
def test_the_same_on_postgresql(tmp_path: Path, database_url: str) -> None:
    make(tmp_path / "company", database_url)
    finish(start(tmp_path / "company", "prepare", database=database_url))
    expect_one_winner(sign_at_once(tmp_path / "company", database_url))


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.0, 0.02, 0.1, 0.25])
def test_a_kill_between_approval_and_publication_is_finished_by_the_next_start(folder: Path, wait: float) -> None:
    process = start(folder, "publish")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    if wait:
        assert process.stdout.readline() == "signed\n"
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    state, named = rows(folder, "SELECT state, published FROM decisions_decision")[0]
    with Workspace.open(folder) as killed:
        for record in killed.published():
            killed.plans.verify(record.id)
        assert named in {"", *(record.id for record in killed.published())}, "what is named is whole"
    finish(start(folder, "resume"))
    finish(start(folder, "resume"))
    after, published = rows(folder, "SELECT state, published FROM decisions_decision")[0]
    assert after == state
    with Workspace.open(folder) as again:
        if after == "approved":
            assert [record.id for record in again.published()] == [published]
            assert again.replay(published).same
            assert again.scenario("promo").record.closed
        else:
            assert (again.published(), published) == ((), "")


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "web.sqlite3") as connection:
        return connection.execute(query).fetchall()
