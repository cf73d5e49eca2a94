"""Exit codes and errors: three lines on the error stream, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

from steelyard.cli.exit_code import ExitCode, code_of
from steelyard.errors import (
    ChangeInvalid,
    DataError,
    NameTaken,
    NotFound,
    ScenarioClosed,
    StaleRevision,
    SteelyardError,
    StoreDamaged,
    UnknownPeriod,
)
from tests.cli.conftest import Call, answer

MAIN = "from steelyard.cli import main; main()"


def shell(*arguments: str, company: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STEELYARD_COMPANY": str(company), "STEELYARD_ACTOR": "tester", "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def test_every_fault_has_its_code() -> None:
    codes = {
        NotFound("x"): 5, StoreDamaged("x"): 6, StaleRevision(expected=1, actual=2): 4, NameTaken("x"): 4,
        ScenarioClosed("x"): 4, DataError("x"): 3, ChangeInvalid("x"): 2, UnknownPeriod("x"): 2, SteelyardError("x"): 2,
    }  # fmt: skip
    assert {fault: int(code_of(fault)) for fault in codes} == codes


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "nothing"), ExitCode.NOT_FOUND, "no scenario 'nothing'"),
        (("run", "--bogus"), ExitCode.USAGE, "--bogus"),
        (("bogus",), ExitCode.USAGE, "bogus"),
        (
            ("change", "base", "consensus_demand", "--reason", "correction", "--percent", "5", "-s", "territory=Nort"),
            ExitCode.USAGE,
            "North",
        ),
        (
            ("change", "base", "consensus_demand", "--reason", "correction", "--percent", "5", "-s", "North"),
            ExitCode.USAGE,
            "level=member",
        ),
        (("change", "base", "revenue", "--reason", "correction", "--percent", "5"), ExitCode.USAGE, "revenue"),
        (("change", "base", "consensus_demand", "--reason", "correction"), ExitCode.USAGE, "give one of"),
        (
            ("change", "base", "consensus_demand", "--reason", "correction", "--set", "5", "--add", "5"),
            ExitCode.USAGE,
            "one thing",
        ),
        (
            ("change", "base", "consensus_demand", "--reason", "correction", "--set", "5", "-p", "2026-13"),
            ExitCode.USAGE,
            "2026-13",
        ),
        (
            ("change", "base", "consensus_demand", "--reason", "correction", "--set", "5", "-p", "2026-12.."),
            ExitCode.USAGE,
            "no range of periods",
        ),
        (
            ("change", "base", "consensus_demand", "--reason", "correction", "--set", "5", "--reason", "whim"),
            ExitCode.USAGE,
            "whim",
        ),
        (
            ("change", "last-month", "consensus_demand", "--reason", "correction", "--percent", "5"),
            ExitCode.CONFLICT,
            "last-month",
        ),
        (("scenario", "create", "base"), ExitCode.CONFLICT, "base"),
        (("explain", "base", "revenu"), ExitCode.NOT_FOUND, "revenue"),
        (("replay", "ffff"), ExitCode.NOT_FOUND, "ffff"),
        (("export", "base", "plan.doc"), ExitCode.USAGE, ".doc"),
        (("import", "/nowhere"), ExitCode.REJECTED, "/nowhere"),
        (("import", __file__), ExitCode.REJECTED, "This is a file"),
        (("publish", "base"), ExitCode.USAGE, "--note"),
        (("map", "/nowhere"), ExitCode.REJECTED, "/nowhere"),
    ],
)
def test_faults_are_told_and_coded(call: Call, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = call(*arguments)
    assert result.exit_code == code, result.output
    assert said in result.output.replace("\n", "")
    assert "Traceback" not in result.output


def test_fault_in_json_names_what_where_and_how_to_mend(call: Call) -> None:
    error = answer(call("run", "nothing", "--json"), code=5)["error"]
    assert error["kind"] == "NotFound"
    assert "nothing" in error["what"]
    assert error["mend"]


def test_stale_revision_names_the_other_change(call: Call) -> None:
    call("scenario", "branch", "base", "contested")
    call("change", "contested", "consensus_demand", "--reason", "correction", "--percent", "1", "--actor", "dana")
    late = call(
        "change",
        "contested",
        "consensus_demand",
        "--reason",
        "correction",
        "--percent",
        "2",
        "--expected-revision",
        "0",
    )
    assert late.exit_code == ExitCode.CONFLICT
    assert "dana" in late.output


def test_unexpected_fault_ends_without_traceback(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steelyard.cli.run.plan_of", lambda *_: 1 / 0)
    result = call("run", "base")
    assert result.exit_code == ExitCode.FAULT
    assert "ZeroDivisionError" in result.output
    assert "--debug" in result.output
    assert isinstance(call("run", "base", "--debug").exception, ZeroDivisionError)


def test_options_may_stand_before_and_after_the_command(call: Call, tmp_path: Path) -> None:
    call("new", str(tmp_path / "other"), "--name", "Other")
    assert answer(call("--company", str(tmp_path / "other"), "--json", "scenario", "list"))["scenarios"] == []
    assert answer(call("scenario", "list", "--json", "--company", str(tmp_path / "other")))["scenarios"] == []


def test_shell_gets_the_code_and_a_clean_answer(demo_folder: Path) -> None:
    done = shell("scenario", "list", "--json", company=demo_folder)
    assert done.returncode == 0
    assert json.loads(done.stdout)["scenarios"]
    assert done.stderr == ""
    wrong = shell("run", "nothing", company=demo_folder)
    assert wrong.returncode == ExitCode.NOT_FOUND
    assert wrong.stdout == ""
    assert "Traceback" not in wrong.stderr
    assert "To mend" in wrong.stderr
    assert shell("check", company=demo_folder).returncode == ExitCode.DIFFERENT
    assert shell("frobnicate", company=demo_folder).returncode == ExitCode.USAGE


def test_no_workspace_here_says_how_to_make_one(tmp_path: Path) -> None:
    done = shell("run", company=tmp_path)
    assert done.returncode == ExitCode.NOT_FOUND
    assert "steelyard new" in done.stderr


def test_closed_pipe_ends_quietly(demo_folder: Path) -> None:
    for arguments in (("run", "base"), ("run", "base", "--json")):
        command = [sys.executable, "-c", MAIN, *arguments]
        environment = {**os.environ, "STEELYARD_COMPANY": str(demo_folder)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.close()
            assert running.stderr.read() == ""
        assert running.returncode == ExitCode.PIPE_CLOSED


def test_rejected_import_lists_its_faults(call: Call, tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(
        'company = "A"\nas_of_date = 2026-10-31\nbase_currency = "EUR"\n'
        "[files.item]\nrows = 1\n[files.price]\nrows = 1\n"
    )
    (tmp_path / "location.csv").write_text("location_id\nD1\n")
    told = call("import", str(tmp_path))
    assert told.exit_code == ExitCode.REJECTED
    assert "(2 faults)" in told.output
    assert sum(line.lstrip().startswith("- ") for line in told.output.splitlines()) == 2
    faults = answer(call("import", str(tmp_path), "--json"), code=3)["error"]["faults"]
    assert [("item" in fault["what"], "price" in fault["what"]) for fault in faults] == [(True, False), (False, True)]


def test_help_is_quick(demo_folder: Path) -> None:
    shell("--help", company=demo_folder)
    took = []
    for _ in range(3):
        began = perf_counter()
        assert shell("--help", company=demo_folder).returncode == 0
        took.append(perf_counter() - began)
    assert min(took) < 1.0
