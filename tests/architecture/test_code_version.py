"""The code version of a plan covers all code that moves its numbers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import steelyard
from steelyard.plan.code_version import CALCULATING, CALCULATING_FILES

ROOT = Path(steelyard.__file__).resolve().parent
MODULES = {
    ".".join(("steelyard", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}
STARTS = ("steelyard.plan.wiring", "steelyard.plan.inputs.freeze", "steelyard.plan.run")
CARRIES = {
    "errors.py",
    "plan/__init__.py",
    "plan/review/__init__.py",
    "plan/canonical.py",
    "plan/executor.py",
    "__init__.py",
}
"""Files that calculations need and that move no number."""


def imports_of(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_what_the_plan_imports_is_part_of_its_code_version():
    seen: set[str] = set()
    todo = list(STARTS)
    while todo:
        module = todo.pop()
        if module in MODULES and module not in seen:
            seen.add(module)
            todo += imports_of(module)
    files = {MODULES[module].relative_to(ROOT).as_posix() for module in seen}
    left = {name for name in files if not name.startswith(tuple(f"{folder}/" for folder in (*CALCULATING, "data")))}
    assert left - set(CALCULATING_FILES) - CARRIES == set()


def test_every_named_file_is_there():
    assert [name for name in (*CALCULATING, *CALCULATING_FILES) if not (ROOT / name).exists()] == []
