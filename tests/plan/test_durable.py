"""Durable files: whole or absent, and nothing of a dead writer stays for ever."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from steelyard.plan.durable import sweep_leftovers, write_whole

DYING = """
import os, signal
from pathlib import Path
from steelyard.plan.durable import write_whole

def parts():
    yield b"x" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)

write_whole(Path("{path}"), parts())
"""


def test_a_file_is_absent_until_it_is_whole(tmp_path):
    def parts() -> Iterator[bytes]:
        yield b"half"
        assert not (tmp_path / "a").exists()
        yield b" and half"

    assert write_whole(tmp_path / "a", parts()) == 13
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_writer_that_fails_leaves_nothing(tmp_path):
    def parts() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(tmp_path / "a", parts())
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_swept(tmp_path):
    path = tmp_path / "a"
    killed = subprocess.run([sys.executable, "-c", DYING.format(path=path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    assert sweep_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_being_written_is_not_swept(tmp_path):
    swept: list[int] = []

    def parts() -> Iterator[bytes]:
        yield os.urandom(100_000)
        swept.append(sweep_leftovers(tmp_path))

    write_whole(tmp_path / "a", parts())
    assert swept == [0]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_publishing_sweeps_what_a_crash_left(base, workspace):
    leftover: Path = workspace.folder / "plans" / "blocks" / ".1.pack.dead.tmp"
    leftover.write_bytes(b"half a pack")
    base.publish(actor="dana", at=base.record.at)
    assert not leftover.exists()
