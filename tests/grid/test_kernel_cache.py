"""Compiled kernels hold for as long as everything that they were compiled from stays as it is."""

import subprocess
import sys
from pathlib import Path

import pytest

from steelyard.grid import kernel_cache
from steelyard.grid.kernel_cache import ROOT, sources_of
from tests.architecture.sources import python_files

CALLED = """import numba
from steelyard.grid.block import STEP
from steelyard.held import HELD

@numba.njit(cache=True)
def called(x):
    return x + {value} + HELD
"""
CALLING = """import numba
from steelyard.grid.block import STEP
from steelyard.called import called

@numba.njit(cache=True)
def calling(x):
    return called(x)
"""
ASK = "from steelyard.calling import calling; print(calling(0), sum(calling.stats.cache_hits.values()))"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of the same name with three files, of which each takes something from the next."""
    (tmp_path / "steelyard" / "grid").mkdir(parents=True)
    folder = tmp_path / "steelyard"
    for name in ("", "grid/"):
        (folder / f"{name}__init__.py").write_text("")
    (folder / "grid/kernel_cache.py").write_text(Path(kernel_cache.__file__).read_text())
    start = "from steelyard.grid.kernel_cache import keep_kernels_fresh\n\nkeep_kernels_fresh()\nSTEP = 0\n"
    (folder / "grid/block.py").write_text(start)
    (folder / "held.py").write_text("HELD = 100\n")
    (folder / "calling.py").write_text(CALLING)
    return folder


def asked(package: Path) -> tuple[int, int]:
    """What the kernel answers in a process of its own, and how often it came from the cache."""
    done = subprocess.run([sys.executable, "-c", ASK], cwd=package.parent, capture_output=True, text=True, check=True)
    answer, hits = done.stdout.split()
    return int(answer), int(hits)


def test_a_kernel_is_compiled_anew_when_what_it_calls_in_another_file_changes(package: Path) -> None:
    (package / "called.py").write_text(CALLED.format(value=1))
    assert asked(package) == (101, 0)
    assert asked(package) == (101, 1)
    (package / "called.py").write_text(CALLED.format(value=2))
    assert asked(package) == (102, 0)


def test_the_sources_of_a_file_are_all_it_imports_from_the_package() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in sources_of(ROOT / "supply" / "_pricing.py")}
    assert {"supply/_pricing.py", "supply/_stock_levels.py", "supply/price_network.py", "grid/block.py"} <= found
    assert "__init__.py" not in found


def test_every_file_with_kernels_asks_for_it_before_the_first() -> None:
    """Importing blocks switches it on; a file with kernels that imports nothing of the kind would escape."""
    kernels = [path for path in python_files() if "@numba.njit" in path.read_text()]
    block = ROOT / "grid" / "block.py"
    assert len(kernels) > 20
    assert [path for path in kernels if block not in sources_of(path)] == []
