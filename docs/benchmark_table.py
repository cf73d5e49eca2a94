"""Benchmark table: runs the benchmarks one after the other, prints what they measured and keeps it in the docs."""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import gmtime, strftime

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """\
# Benchmarks

What Steelyard promises and what was measured by `python3 dev.py bench`. Each file in `benchmarks/` is a section and can
be run alone: `python3 dev.py bench supply_finite`. Ratios compare two things in the same run on the same machine.
"""
HEAD = ("| what | measured | bar | |", "| --- | --- | --- | --- |")
SECTION = re.compile(r"^## (?P<name>[^\n]+)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One measured claim."""

    file: str
    """Benchmark file without its ending."""
    what: str
    measured: str
    bar: str
    """What it must reach; empty where the row only informs."""
    met: bool | None
    """Whether it does; nothing where there is no bar."""


def main(words: Sequence[str]) -> int:
    """Run the benchmarks whose names begin with one of the words, or all; 1 where one fails or misses its bar."""
    known = sorted((ROOT / "benchmarks").glob("[a-z]*.py"))
    files = [path for path in known if not words or path.stem.startswith(tuple(words))]
    rows = []
    for path in files:
        measured = list(_measured(path))
        rows += measured
        PAGE.write_text(kept_page(PAGE.read_text(), path.stem, _section(measured), {one.stem for one in known}))
    Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))
    return int(any(row.met is False for row in rows))


def _measured(path: Path) -> Iterator[Row]:
    """Run one file; NOTE: a benchmark that fails is a row too, so that the table is never silently short."""
    print(f"running benchmarks/{path.name} ...", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            said = json.loads(line)
            yield Row(path.stem, said["what"], said["measured"], said.get("bar", ""), said.get("met"))
    if done.returncode:
        yield Row(path.stem, "the benchmark itself", f"ended with exit code {done.returncode}", "0", False)


def _table(rows: Sequence[Row]) -> Table:
    table = Table("file", "what", "measured", "bar", "", title="Benchmarks", title_justify="left")
    for row in rows:
        table.add_row(row.file, row.what, row.measured, row.bar, _mark(row))
    return table


def kept_page(page: str, name: str, section: str, known: Collection[str]) -> str:
    """The page with one section written anew; sections of files that are no more are left out.

    Args:
        page: The page as it is.
        name: File measured, without its ending.
        section: What was measured.
        known: All files there are.
    """
    sections = {found["name"]: found["text"].strip() for found in SECTION.finditer(page)} | {name: section}
    kept = [f"## {one}\n\n{text}\n" for one, text in sorted(sections.items()) if one in known]
    return "\n".join([INTRODUCTION, *kept])


def _section(rows: Sequence[Row]) -> str:
    lines = [f"| {row.what} | {row.measured} | {row.bar} | {_mark(row)} |".replace("  ", " ") for row in rows]
    return "\n".join([f"{strftime('%-d %B %Y', gmtime())}. {_machine()}", "", *HEAD, *lines])


def _mark(row: Row) -> str:
    return {True: "met", False: "missed", None: ""}[row.met]


def _machine() -> str:
    system = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    return f"Machine: {os.cpu_count()} cores, {system}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
