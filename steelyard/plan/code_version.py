"""Code version: a digest of the sources that calculate numbers, so that a plan says by which code it was made."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

CALCULATING = (
    "grid",
    "demand",
    "portfolio",
    "supply",
    "inventory",
    "finance",
    "plan/inputs",
    "plan/stages",
    "plan/forecasting",
)
"""Folders whose code moves numbers."""
CALCULATING_FILES = (
    "balancing/__init__.py",
    "balancing/measures.py",
    "plan/cache.py",
    "plan/calculation.py",
    "plan/change.py",
    "plan/formula.py",
    "plan/graph.py",
    "plan/life_operation.py",
    "plan/moves.py",
    "plan/operation.py",
    "plan/overlay.py",
    "plan/patching.py",
    "plan/review/model_options.py",
    "plan/review/supply_model.py",
    "plan/run.py",
    "plan/sharing.py",
    "plan/wiring.py",
    "plugins.py",
)
CROSSING = "plan/crossing"
"""Folder whose code says which plans lie between two plans."""
PACKAGES = ("steelyard", "numpy", "numba", "scipy", "polars", "highspy")
"""Packages whose versions are noted beside a published plan."""
PEERS = ("statsforecast", "mlforecast", "lightgbm")
"""Further packages that forecast, where they are installed."""

_ROOT = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=1)
def code_version() -> str:
    """Digest the calculating sources (sha256, hexadecimal); line ends and file times do not matter."""
    return _digest_of_sources(CALCULATING, CALCULATING_FILES)


@lru_cache(maxsize=1)
def crossing_version() -> str:
    """Digest the calculating sources and those that say which plans lie between two plans."""
    return _digest_of_sources((*CALCULATING, CROSSING), CALCULATING_FILES)


def _digest_of_sources(folders: Iterable[str], names: Iterable[str]) -> str:
    files = [path for folder in folders for path in (_ROOT / folder).rglob("*.py")]
    files += [_ROOT / name for name in names if (_ROOT / name).is_file()]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.relative_to(_ROOT).as_posix()):
        digest.update(f"\x1e{path.relative_to(_ROOT).as_posix()}\x1f{path.read_text(encoding='utf-8')}".encode())
    return digest.hexdigest()


def package_versions(names: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Versions of the packages that calculate; noted, not part of the digest of a plan."""
    return {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "not installed"
