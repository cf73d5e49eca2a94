"""The form of the files: short, opened by a definition, named after nouns, speaking only of the project."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, python_files, shown, written_files

LONGEST = 400
ROOMS_WITHOUT_A_THOUGHT = {"utils", "util", "common", "helpers", "helper", "base", "manager", "managers", "misc"}
HERE = "tests/architecture/"
FORBIDDEN = {
    "work left for later": r"\b(TODO|FIXME|XXX|HACK)\b",
    "a path of somebody's machine": r"(?<![\w.])/(work|home|root|Users)/\w",
    "the host of a registry": r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmjs\.com)\b",
    "how the work was organised": r"(?i)\b(issue #?\d+|prototypes?|as an AI|language model)\b",
}


def test_no_file_is_too_long() -> None:
    lengths = {shown(path): path.read_text().count("\n") for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_a_file_opens_with_its_definition() -> None:
    assert [
        shown(path) for path in python_files() if path.read_text().strip() and not _definition(path.read_text())
    ] == []


def test_no_room_without_a_thought() -> None:
    assert [shown(path) for path in python_files() if path.stem in ROOMS_WITHOUT_A_THOUGHT] == []
    assert [shown(path) for path in python_files() if path.parent.name in ROOMS_WITHOUT_A_THOUGHT] == []


@pytest.mark.parametrize("reason", FORBIDDEN)
def test_the_project_speaks_of_itself_only(reason: str) -> None:
    pattern = re.compile(FORBIDDEN[reason])
    files = [path for path in written_files() if not shown(path).startswith(HERE)]
    found = [f"{shown(path)}: {match.group()}" for path in files for match in pattern.finditer(path.read_text())]
    assert found == []


def test_locks_have_hashes_and_name_no_host() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        pins = re.findall(r"^\S+==\S+(?: ;[^\\\n]*)? \\\n    --hash=sha256:", lock.read_text(), re.MULTILINE)
        assert len(pins) == len(re.findall(r"^\w.*==", lock.read_text(), re.MULTILINE)) > 0, lock.name
        assert "://" not in lock.read_text(), lock.name


def _definition(text: str) -> str | None:
    return ast.get_docstring(ast.parse(text))
