"""Replay on another machine: other instructions of the processor, the same bytes."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
REPLAY = """
import sys
from steelyard.plan.workspace import Workspace
with Workspace.open(sys.argv[1]) as workspace:
    sys.exit(0 if workspace.replay(sys.argv[2]).same else 1)
"""
PLAIN_NUMPY = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
"""NumPy without the vector instructions that not every machine has; unknown names are ignored with a warning."""


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, str]:
    """A workspace with a published plan, moved to another folder."""
    with Workspace.create(tmp_path / "here", company="Small") as workspace:
        extract = workspace.add_extract(company(items=12, families=3), at=AT)
        base = workspace.create_scenario("base", extract=extract.digest, horizon=6, actor="dana", at=AT)
        base.change("consensus_demand", percent=8, actor="dana", reason="promotion", at=AT)
        plan_id = base.publish(actor="dana", at=AT).id
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    return tmp_path / "there", plan_id


def replays(folder: Path, plan_id: str, settings: dict[str, str]) -> bool:
    environment = os.environ | settings | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-c", REPLAY, str(folder), plan_id]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def test_replay_without_wide_vectors_gives_the_same_bytes(published):
    assert replays(*published, PLAIN_NUMPY)


@pytest.mark.slow
def test_replay_compiled_for_any_processor_gives_the_same_bytes(published, tmp_path):
    generic = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    assert replays(*published, PLAIN_NUMPY | generic)
