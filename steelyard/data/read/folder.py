"""Folder: all tables in a folder and its sub-folders, each read when it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from steelyard.data.read.csv_file import read_csv
from steelyard.data.read.parquet_file import read_parquet
from steelyard.data.read.source_file import SourceFile
from steelyard.data.read.workbook import read_workbook
from steelyard.errors import FileUnreadable

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
BOOK_ENDINGS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
ENDINGS = (*TEXT_ENDINGS, *BOOK_ENDINGS, ".parquet")
BESIDE = ("README", "LICENSE", "NOTICE", "manifest")
"""Files that stand beside the data and are not reported as unread."""


@dataclass(frozen=True)
class ReadingOptions:
    """What a mapping states about a file instead of having it found out."""

    delimiter: str | None = None
    encoding: str | None = None
    header: tuple[str, ...] = ()


@dataclass
class Folder:
    """The tables of a folder, by name; a name is the path without its endings."""

    root: Path
    paths: Mapping[str, Path]
    ignored: tuple[str, ...]
    """Files that no reader understands, relative to the root."""
    _read: dict[str, SourceFile] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all files that a reader understands."""
        return tuple(self.paths)

    def read(self, name: str, options: ReadingOptions | None = None) -> list[SourceFile]:
        """Read one file; a workbook gives one table per sheet.

        Raises:
            FileUnreadable: There is no such file, or no reader understands it.
        """
        if name not in self.paths:
            known = ", ".join(sorted(self.paths)[:30]) or "none"
            raise FileUnreadable(f"There is no file {name!r}", where=str(self.root.name), mend=f"use one of: {known}")
        return _read_path(self.paths[name], name, str(self.paths[name].relative_to(self.root)), options)


def open_folder(root: Path) -> Folder:
    """List the tables of a folder and its sub-folders.

    Raises:
        FileUnreadable: There is no such folder, or it holds no table at all.
    """
    if root.is_file():
        mend = f"name the folder that holds it: {root.parent}"
        raise FileUnreadable("This is a file, and an extract is a folder of files", where=str(root), mend=mend)
    if not root.is_dir():
        raise FileUnreadable("There is no such folder", where=str(root), mend="name the folder of the extract")
    files = sorted(path for path in root.rglob("*") if path.is_file() and not _hidden(path, root))
    paths = {name_of(path, root): path for path in files if path.name.lower().endswith(ENDINGS)}
    ignored = tuple(
        str(path.relative_to(root))
        for path in files
        if not path.name.lower().endswith(ENDINGS) and not path.name.startswith(BESIDE)
    )
    if not paths:
        others = "1 file of another kind" if len(ignored) == 1 else f"{len(ignored)} files of other kinds"
        held = f"only {others} ({', '.join(ignored[:3])})" if ignored else "it is empty"
        mend = "put CSV, Excel or Parquet files there"
        raise FileUnreadable(f"The folder holds no table, {held}", where=str(root), mend=mend)
    return Folder(root, paths, ignored)


def name_of(path: Path, root: Path) -> str:
    """The name that mappings use: the path below the root, without endings, stripped of blanks."""
    name = path.relative_to(root).as_posix()
    ending = max((e for e in ENDINGS if name.lower().endswith(e)), key=len, default="")
    return name[: len(name) - len(ending)].strip()


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(root).parts)


def _read_path(path: Path, name: str, where: str, options: ReadingOptions | None) -> list[SourceFile]:
    ending = path.name.lower()
    if ending.endswith(".parquet"):
        return [read_parquet(path, name=name, where=where)]
    if ending.endswith(BOOK_ENDINGS):
        return read_workbook(path, name=name, where=where)
    stated = options or ReadingOptions()
    return [
        read_csv(
            path,
            name=name,
            where=where,
            delimiter=stated.delimiter,
            encoding=stated.encoding,
            header=stated.header,
        )
    ]
