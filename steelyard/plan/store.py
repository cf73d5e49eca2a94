"""Store: blocks by their content, each kept once, in pack files that are complete or absent."""

import json
import mmap
import os
import struct
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import zstandard

from steelyard.errors import StoreDamaged
from steelyard.grid.block import Array, block_digest
from steelyard.plan.canonical import canonical_json, digest_of
from steelyard.plan.durable import make_folder, write_whole

Piece = TypeVar("Piece")
Done = TypeVar("Done")

MAGIC = b"STEELYARDPACK1\n\0"
_TAIL = struct.Struct("<Q")
LEVEL = 1
"""zstd level; shuffled numbers gain little from more."""
WORKERS = os.cpu_count() or 1


@dataclass(frozen=True)
class _Place:
    """Where a block lies."""

    pack: Path
    offset: int
    length: int
    shape: tuple[int, ...]


class BlockStore:
    """Content-addressed blocks in a folder.

    A pack file holds the blocks of one publication, its index and the length of the index. It is written beside its
    place, synced and renamed, so that a crash leaves either the whole pack or none of it.

    Args:
        folder: Where the packs are; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder)
        self._places: dict[str, _Place] = {}
        self._packs: set[str] = set()
        self._maps: dict[Path, mmap.mmap] = {}
        self._known = _Digests()
        self._lock = threading.Lock()
        self._refresh()

    def digests(self, blocks: Iterable[Array]) -> list[str]:
        """Digest blocks; one that was digested before, as the same object, is not read again."""
        return self._known.digests(list(blocks))

    def put(self, blocks: Iterable[Array]) -> int:
        """Keep blocks; those already here are not written again.

        Returns:
            Bytes written.
        """
        with self._lock:
            self._refresh()
            given = list(blocks)
            new = dict(zip(self.digests(given), given, strict=True))
            missing = {digest: block for digest, block in new.items() if digest not in self._places}
            return self._write_pack(missing) if missing else 0

    def __contains__(self, digest: str) -> bool:
        """Say whether a block is here."""
        if digest not in self._places:
            self._refresh()
        return digest in self._places

    def get(self, digest: str) -> Array:
        """Read a block and check its content.

        Raises:
            StoreDamaged: The block is missing, or its content does not match its digest.
        """
        if digest not in self:
            raise StoreDamaged(
                f"Block {digest[:12]} is missing", where=str(self._folder), mend="restore the folder from a backup"
            )
        block = self._read(digest)
        if block_digest(block) != digest:
            raise self._damaged(digest)
        self._known.remember(block, digest)
        return block

    def get_all(self, digests: Iterable[str]) -> list[Array]:
        """Read many blocks, in threads; a digest that comes twice gives the same object."""
        wanted = list(digests)
        distinct = list(dict.fromkeys(wanted))
        read = dict(zip(distinct, _in_threads(self.get, distinct), strict=True))
        return [read[digest] for digest in wanted]

    def _read(self, digest: str) -> Array:
        place = self._places[digest]
        packed = self._map(place.pack)[place.offset : place.offset + place.length]
        try:
            return unpack_block(packed, place.shape)
        except (zstandard.ZstdError, ValueError) as fault:
            raise self._damaged(digest) from fault

    def _damaged(self, digest: str) -> StoreDamaged:
        pack = self._places[digest].pack
        return StoreDamaged(
            f"Block {digest[:12]} does not match its digest", where=str(pack), mend="restore it from a backup"
        )

    def _map(self, pack: Path) -> mmap.mmap:
        if pack not in self._maps:
            with pack.open("rb") as file:
                self._maps[pack] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._maps[pack]

    def _write_pack(self, blocks: Mapping[str, Array]) -> int:
        packed = _in_threads(pack_block, list(blocks.values()))
        index: dict[str, list[int]] = {}
        offset = len(MAGIC)
        for (digest, block), content in zip(blocks.items(), packed, strict=True):
            index[digest] = [offset, len(content), *block.shape]
            offset += len(content)
        tail = canonical_json(index)
        name = f"{digest_of(sorted(blocks))[:32]}.pack"
        written = write_whole(self._folder / name, [MAGIC, *packed, tail, _TAIL.pack(len(tail))])
        self._refresh()
        return written

    def _refresh(self) -> None:
        for pack in sorted(self._folder.glob("*.pack")):
            if pack.name not in self._packs:
                self._places.update(_read_index(pack))
                self._packs.add(pack.name)


def pack_block(block: Array) -> bytes:
    """Pack a block: bytes of equal weight side by side, then zstd."""
    shuffled = np.ascontiguousarray(block).reshape(-1).view(np.uint8).reshape(-1, block.itemsize).T
    return zstandard.ZstdCompressor(level=LEVEL).compress(shuffled.tobytes())


def unpack_block(packed: bytes, shape: tuple[int, ...]) -> Array:
    """Unpack a block; it is read-only."""
    plain = np.frombuffer(zstandard.ZstdDecompressor().decompress(packed), dtype=np.uint8)
    block: Array = np.ascontiguousarray(plain.reshape(8, -1).T).reshape(-1).view(np.float64).reshape(shape)
    block.flags.writeable = False
    return block


class _Digests:
    """Digests by identity of blocks, for as long as the blocks live."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[Array], str]] = {}

    def remember(self, block: Array, digest: str) -> None:
        key = id(block)
        self._known[key] = (weakref.ref(block, lambda _dead: self._known.pop(key, None)), digest)

    def digests(self, blocks: list[Array]) -> list[str]:
        new = {id(block): block for block in blocks if not self._knows(block)}
        for block, digest in zip(new.values(), _in_threads(block_digest, list(new.values())), strict=True):
            self.remember(block, digest)
        return [self._known[id(block)][1] for block in blocks]

    def _knows(self, block: Array) -> bool:
        entry = self._known.get(id(block))
        return entry is not None and entry[0]() is block and not block.flags.writeable


def _read_index(pack: Path) -> dict[str, _Place]:
    try:
        index = _index_of(pack)
        return {d: _Place(pack, offset, size, tuple(shape)) for d, (offset, size, *shape) in index.items()}
    except (OSError, ValueError, struct.error) as fault:
        raise StoreDamaged(
            "The index of a pack cannot be read", where=str(pack), mend="restore it from a backup"
        ) from fault


def _index_of(pack: Path) -> dict[str, list[int]]:
    with pack.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError("not a pack of blocks")
        file.seek(-_TAIL.size, os.SEEK_END)
        (length,) = _TAIL.unpack(file.read(_TAIL.size))
        file.seek(-_TAIL.size - length, os.SEEK_END)
        index: dict[str, list[int]] = json.loads(file.read(length))
    return index


def _in_threads(function: Callable[[Piece], Done], pieces: Sequence[Piece]) -> list[Done]:
    """Map in threads: digests and zstd release the interpreter lock."""
    if len(pieces) < 4 or WORKERS < 2:
        return [function(piece) for piece in pieces]
    with ThreadPoolExecutor(WORKERS) as pool:
        bunches = [pieces[i :: WORKERS * 4] for i in range(min(len(pieces), WORKERS * 4))]
        done = list(pool.map(lambda bunch: [function(piece) for piece in bunch], bunches))
    return [done[i % len(bunches)][i // len(bunches)] for i in range(len(pieces))]
