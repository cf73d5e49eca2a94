"""Small demo: the demo company with a tenth of its items, made once in a test run."""

from pathlib import Path

import pytest

from steelyard.cli.demo_month import make_demo
from tests.made_once import copy_of


def small_demo(factory: pytest.TempPathFactory, to: Path) -> Path:
    """Copy the small demo company to a new folder."""
    return copy_of(factory, "small-demo", _make, to)


def _make(folder: Path) -> None:
    make_demo(folder, items=40, seed=7, report=lambda step, done, total: None)
