"""Upload: files a person sends, stored within bounds and unpacked without trusting what they say of themselves."""

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from steelyard.errors import FileUnreadable

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".gz", ".parquet", ".xlsx", ".json", ".toml"})
MOST_FILES = 500
CHUNK = 1 << 20


class Sent(Protocol):
    """A file as it comes from a browser."""

    @property
    def name(self) -> str | None:
        """What it is called."""
        ...

    def chunks(self) -> Iterable[bytes]:
        """The content, piece by piece."""
        ...


class Readable(Protocol):
    """Something that is read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at the end."""
        ...


@dataclass(frozen=True)
class Bounds:
    """How much may be sent, and how much it may unpack to, in bytes."""

    sent: int
    unpacked: int


def store_upload(files: Iterable[Sent], folder: Path, bounds: Bounds) -> list[str]:
    """Store files in a folder; an archive is unpacked into it.

    Args:
        files: What was sent.
        folder: An empty folder.
        bounds: Most bytes, as sent and unpacked.

    Returns:
        Names in archives that were left out, because they are no tables.

    Raises:
        FileUnreadable: Too much, too many, a kind that is no table, a name that leads elsewhere, a broken archive.
    """
    folder.mkdir(parents=True, exist_ok=True)
    room = Room(bounds.sent, "The upload")
    unpacked = Room(bounds.unpacked, "The unpacked upload")
    left_out: list[str] = []
    for file in files:
        target = folder / _safe_name(file.name or "")
        _write(target, file.chunks(), room)
        if target.suffix == ".zip":
            left_out += _unpack(target, folder, unpacked)
        else:
            _check_inside(target, unpacked)
    if not any(path.is_file() for path in folder.rglob("*")):
        raise FileUnreadable("The upload holds no files", mend="send CSV, Parquet or Excel files, or a zip of them")
    return left_out


class Room:
    """Bytes that are left."""

    def __init__(self, limit: int, what: str) -> None:
        self._left, self._limit, self._what = limit, limit, what

    def take(self, count: int) -> None:
        """Use some of it.

        Raises:
            FileUnreadable: There is not enough left.
        """
        self._left -= count
        if self._left < 0:
            raise FileUnreadable(
                f"{self._what} is larger than {self._limit >> 20} MB", mend="send fewer files, or import on the server"
            )


def _unpack(archive: Path, folder: Path, room: Room) -> list[str]:
    left_out = []
    with _open_archive(archive) as opened:
        for name in _members(opened, archive.name):
            if name.suffix.lower() not in SUFFIXES:
                left_out.append(str(name))
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(str(name)) as content:
                _write(target, _pieces(content), room)
            if target.suffix in {".gz", ".xlsx"}:
                _check_inside(target, room)
    archive.unlink()
    return left_out


@contextmanager
def _open_archive(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as opened:
            yield opened
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as fault:
        raise FileUnreadable(
            "The archive cannot be unpacked", where=archive.name, mend="zip the files again"
        ) from fault


def _members(opened: zipfile.ZipFile, archive: str) -> list[PurePosixPath]:
    files = [info for info in opened.infolist() if not info.is_dir()]
    if len(files) > MOST_FILES:
        raise FileUnreadable(f"The archive holds {len(files)} files", where=archive, mend=f"send at most {MOST_FILES}")
    for info in files:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise FileUnreadable(
                "The archive holds a link", where=f"{archive}: {info.filename}", mend="zip plain files"
            )
    return [name for info in files if (name := _member_name(info.filename, archive)) is not None]


def _member_name(text: str, archive: str) -> PurePosixPath | None:
    name = PurePosixPath(text.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in text:
        raise FileUnreadable("A name in the archive leads elsewhere", where=f"{archive}: {text}", mend="zip the folder")
    if any(part.startswith((".", "__MACOSX")) for part in name.parts):
        return None
    return name


def _safe_name(text: str) -> str:
    name = PurePosixPath(text.replace("\\", "/")).name
    if not name or name.startswith("."):
        raise FileUnreadable("A file has no name", where=text[:80], mend="rename it")
    if not name.lower().endswith(".zip"):
        _check_kind(name)
    return name


def _check_kind(name: str) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise FileUnreadable(
            f"{suffix or 'A file without ending'} is no table", where=name, mend=f"send {', '.join(sorted(SUFFIXES))}"
        )


def _check_inside(path: Path, room: Room) -> None:
    """Read through what unpacks when it is read later, so that nothing larger than the bounds is kept."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as content:
                for piece in _pieces(content):
                    room.take(len(piece))
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for info in book.infolist():
                    with book.open(info) as content:
                        for piece in _pieces(content):
                            room.take(len(piece))
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as fault:
        raise FileUnreadable("The file cannot be unpacked", where=path.name, mend="save it again") from fault


def _write(target: Path, pieces: Iterable[bytes], room: Room) -> None:
    if target.exists():
        raise FileUnreadable("Two files have the same name", where=target.name, mend="rename one")
    with target.open("xb") as file:
        for piece in pieces:
            room.take(len(piece))
            file.write(piece)


def source_folder(folder: Path) -> Path:
    """Find the folder that holds the files: archives often wrap them in one more."""
    inside = list(folder.iterdir())
    return source_folder(inside[0]) if len(inside) == 1 and inside[0].is_dir() else folder


def _pieces(content: Readable) -> Iterator[bytes]:
    while piece := content.read(CHUNK):
        yield piece
