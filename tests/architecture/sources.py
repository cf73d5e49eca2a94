"""The files the house rules are about: what is written by hand and kept in the repository."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "steelyard"
KEPT = ("steelyard", "tests", "docs", "benchmarks", "examples", "frontend", ".ci")
WRITTEN = {".py", ".md", ".toml", ".css", ".js", ".html", ".svg", ".ipynb", ".yaml", ".yml"}
NOT_OURS = ("vendor", "__pycache__", "node_modules")


def python_files() -> list[Path]:
    """The package's own Python files, migrations aside."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def written_files() -> Iterator[Path]:
    """Every text file of the repository that a person reads."""
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file() and path.suffix in WRITTEN)
    for folder in KEPT:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and _is_ours(path):
                yield path


def _is_ours(path: Path) -> bool:
    named = path.suffix in WRITTEN or path.parent.name == ".ci"
    return named and not any(part in NOT_OURS for part in path.parts)


def shown(path: Path) -> str:
    """The path as messages show it."""
    return path.relative_to(ROOT).as_posix()
