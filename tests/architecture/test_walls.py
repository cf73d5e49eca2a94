"""The walls: who may know whom."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import PACKAGE, ROOT, python_files, shown

FACES = ("cli", "web")
AREAS = ("demand", "supply", "inventory", "finance", "kpi")


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_every_folder_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_the_public_face_is_used_by_faces_only() -> None:
    below = [path for path in python_files() if path.relative_to(PACKAGE).parts[0] not in (*FACES, "__init__.py")]
    assert [shown(path) for path in below if "steelyard" in _imported(path)] == []


def test_areas_meet_in_the_wiring_only() -> None:
    rings = [
        f"{shown(path)} imports {name}"
        for area in AREAS
        for path in sorted((PACKAGE / area).rglob("*.py"))
        for name in _imported(path)
        if name.split(".")[:1] == ["steelyard"]
        and name.split(".")[1:2] not in ([area], ["grid"], ["errors"], ["plugins"])
    ]
    assert rings == []


def test_nothing_below_the_faces_reads_a_clock() -> None:
    clocks = ("datetime.now(", "date.today(", "datetime.utcnow(", "time.time(")
    below = [path for path in python_files() if path.relative_to(PACKAGE).parts[0] not in FACES]
    assert [shown(path) for path in below if any(clock in path.read_text() for clock in clocks)] == []


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names
