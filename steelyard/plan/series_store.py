"""Series store: the rows of published plans by their content, each kept once."""

import hashlib
import io
import json
from pathlib import Path

import polars as pl

from steelyard.errors import StoreDamaged
from steelyard.grid.series import SeriesIndex
from steelyard.plan.durable import write_whole


def write_series(series: SeriesIndex, folder: Path) -> str:
    """Keep the rows of a grain.

    Returns:
        Digest of keys, cuts and members; the same on every machine.
    """
    digest = series_digest(series)
    path = _path(folder, digest)
    if not path.exists():
        write_whole(path, [spell_series(series)])
    return digest


def read_series(digest: str, folder: Path) -> SeriesIndex:
    """Read the rows of a grain and check them.

    Raises:
        StoreDamaged: The file is missing, unreadable or altered.
    """
    path = _path(folder, digest)
    try:
        series = spelled_series(path.read_bytes())
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as fault:
        raise _damaged("The series of a published plan cannot be read", path) from fault
    if series_digest(series) != digest:
        raise _damaged("The series of a published plan do not match their digest", path)
    return series


def spell_series(series: SeriesIndex) -> bytes:
    """Spell the rows of a grain as bytes."""
    head = json.dumps({"keys": series.keys, "cuts": series.cuts}).encode()
    body = io.BytesIO()
    series.members.write_ipc(body, compression="zstd")
    return len(head).to_bytes(8, "little") + head + body.getvalue()


def spelled_series(content: bytes) -> SeriesIndex:
    """Read the rows of a grain out of bytes."""
    size = int.from_bytes(content[:8], "little")
    head = json.loads(content[8 : 8 + size])
    members = pl.read_ipc(io.BytesIO(content[8 + size :]))
    return SeriesIndex(members, tuple(head["keys"]), tuple((a, b) for a, b in head["cuts"]))


def series_digest(series: SeriesIndex) -> str:
    """Digest the rows of a grain: keys, cuts, levels and members in order."""
    digest = hashlib.sha256(json.dumps([series.keys, series.cuts, series.levels]).encode())
    for level in series.levels:
        digest.update(b"\x1e")
        digest.update("\x1f".join(series.members[level].to_list()).encode())
    return digest.hexdigest()


def _path(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.series"


def _damaged(what: str, path: Path) -> StoreDamaged:
    return StoreDamaged(what, where=str(path), mend="restore it from a backup")
