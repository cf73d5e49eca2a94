"""The front door: dev.py needs nothing but Python, and says what it does."""

import ast
import re
import sys

import pytest

import dev
from tests.architecture.sources import ROOT


def test_it_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert sorted(name for name in named if name.split(".")[0] not in sys.stdlib_module_names) == []


def test_every_task_says_what_it_does() -> None:
    assert [name for name, task in dev.TASKS.items() if not (task.__doc__ or "").endswith(".")] == []


@pytest.mark.parametrize("name", list(dev.TASKS))
def test_help_of_a_task_is_help_and_starts_nothing(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "set_up", lambda lock_name: pytest.fail("nothing shall be installed"))
    with pytest.raises(SystemExit) as ended:
        dev.main([name, "--help"])
    assert ended.value.code == 0
    assert f"dev.py {name}" in capsys.readouterr().out


def test_the_documents_name_tasks_that_exist() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
    named = {name for page in pages for name in re.findall(r"dev\.py ([a-z][a-z-]*)", page.read_text())}
    assert sorted(named - dev.TASKS.keys()) == []
