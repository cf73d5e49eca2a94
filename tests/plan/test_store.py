"""Block store: each content once, whole or absent, and checked when read."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from steelyard.errors import StoreDamaged
from steelyard.grid.block import Array, freeze
from steelyard.plan.store import BlockStore, pack_block, unpack_block


def block(seed: int, periods: int = 6, series: int = 50) -> Array:
    return freeze(np.random.default_rng(seed).gamma(2.0, 50.0, (periods, series)))


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=2, min_side=0), elements=st.floats(allow_nan=True)))
def test_a_block_comes_back_bit_for_bit(values):
    frozen = freeze(values.copy())
    again = unpack_block(pack_block(frozen), frozen.shape)
    assert again.tobytes() == frozen.tobytes()
    assert again.shape == frozen.shape
    assert not again.flags.writeable


def test_a_block_is_kept_once(tmp_path: Path):
    store = BlockStore(tmp_path)
    blocks = [block(i) for i in range(5)]
    assert store.put(blocks) > 0
    assert store.put([*blocks, freeze(blocks[0].copy())]) == 0
    assert len(list(tmp_path.glob("*.pack"))) == 1


def test_another_store_sees_what_was_put(tmp_path: Path):
    store, other = BlockStore(tmp_path), BlockStore(tmp_path)
    value = block(1)
    digest = store.digests([value])[0]
    store.put([value])
    assert other.get(digest).tobytes() == value.tobytes()


def test_a_known_object_is_not_digested_again(tmp_path: Path, monkeypatch):
    store = BlockStore(tmp_path)
    blocks = [block(i) for i in range(3)]
    first = store.digests(blocks)
    monkeypatch.setattr("steelyard.plan.store.block_digest", lambda _block: pytest.fail("digested again"))
    assert store.digests(blocks) == first


def test_reading_many_keeps_order_and_shares_equal_blocks(tmp_path: Path):
    store = BlockStore(tmp_path)
    blocks = [block(i) for i in range(9)]
    digests = store.digests(blocks)
    store.put(blocks)
    read = BlockStore(tmp_path).get_all([*digests, digests[0]])
    assert [a.tobytes() for a in read[:-1]] == [a.tobytes() for a in blocks]
    assert read[-1] is read[0]


def test_a_missing_block_is_named(tmp_path: Path):
    with pytest.raises(StoreDamaged, match="missing"):
        BlockStore(tmp_path).get("0" * 64)


def test_a_flipped_bit_is_found(tmp_path: Path):
    store = BlockStore(tmp_path)
    value = block(1)
    digest = store.digests([value])[0]
    store.put([value])
    pack = next(tmp_path.glob("*.pack"))
    content = bytearray(pack.read_bytes())
    content[200] ^= 1
    pack.write_bytes(content)
    with pytest.raises(StoreDamaged, match="does not match"):
        BlockStore(tmp_path).get(digest)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"STEELYARDPACK1\n\0" + b"\xff" * 30])
def test_a_broken_pack_is_named(tmp_path: Path, content: bytes):
    (tmp_path / "broken.pack").write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"broken\.pack"):
        BlockStore(tmp_path)


WRITER = """
    import sys
    from pathlib import Path
    import numpy as np
    from steelyard.grid.block import freeze
    from steelyard.plan.store import BlockStore
    store = BlockStore(Path(sys.argv[1]))
    print("ready", flush=True)
    for n in range(10_000):
        store.put([freeze(np.random.default_rng([n, k]).random((24, 500))) for k in range(20)])
        print(n, flush=True)
"""


@pytest.mark.parametrize("wait", [0.02, 0.11, 0.23])
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_writer_leaves_only_whole_packs(tmp_path: Path, wait: float):
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        finished = len(writer.stdout.read().split())
    store = BlockStore(tmp_path)
    assert len(store._packs) >= finished
    for digest in list(store._places):
        store.get(digest)
