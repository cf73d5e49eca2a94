"""What the tests of the command line share: a small demo company, made once, and a way to call commands."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from steelyard.cli import app
from tests.small_demo import small_demo

Call = Callable[..., Result]


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_demo(tmp_path_factory, tmp_path_factory.mktemp("demo") / "company")


@pytest.fixture(scope="module")
def demo_folder(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo company that a module may change."""
    copy = tmp_path_factory.mktemp("copy") / "company"
    shutil.copytree(made_demo, copy)
    return copy


@pytest.fixture
def call(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call a command on the demo company, in a terminal of 100 columns."""
    monkeypatch.setenv("STEELYARD_COMPANY", str(demo_folder))
    monkeypatch.setenv("STEELYARD_ACTOR", "tester")
    monkeypatch.setenv("COLUMNS", "100")
    runner = CliRunner()

    def run(*arguments: str) -> Result:
        return runner.invoke(app, list(arguments))

    return run


def answer(result: Result, code: int = 0) -> Any:
    """The JSON a command answered."""
    assert result.exit_code == code, result.output + repr(result.exception)
    return json.loads(result.stdout)
