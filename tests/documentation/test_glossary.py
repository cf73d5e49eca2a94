"""The glossary: one sentence a word, every measure in it, every word alive in the code."""

import re

import pytest

from docs.generate import measures
from tests.architecture.sources import PACKAGE, ROOT

ENTRY = re.compile(r"^- \*\*(?P<term>[^*]+)\*\*(?: \(`(?P<names>[^)]+)`\))?: (?P<sentence>.+)$", re.MULTILINE)
ENTRIES = [match.groupdict() for match in ENTRY.finditer((ROOT / "GLOSSARY.md").read_text())]


@pytest.fixture(scope="module")
def code() -> str:
    kinds = ("*.py", "*.html", "*.js")
    return "\n".join(path.read_text().lower() for kind in kinds for path in sorted(PACKAGE.rglob(kind)))


def test_every_measure_is_in_the_glossary() -> None:
    known = {name for entry in ENTRIES for name in re.findall(r"\w+", entry["names"] or "")}
    assert [measure.name for measure in measures() if measure.name not in known] == []


def test_a_word_stands_once() -> None:
    terms = [entry["term"].lower() for entry in ENTRIES]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_every_word_is_one_sentence() -> None:
    assert [
        entry["term"] for entry in ENTRIES if not re.fullmatch(r"[^.]+(\.\d[^.]*)*\.", entry["sentence"] or "")
    ] == []


def test_every_word_lives_in_the_code(code: str) -> None:
    assert [entry["term"] for entry in ENTRIES if not _lives(entry, code)] == []


def _lives(entry: dict[str, str | None], code: str) -> bool:
    words = re.findall(r"\w+", entry["names"] or "") or [str(entry["term"])]
    return all(re.search(rf"(?<![a-z]){re.escape(word.lower()).replace('_', '[_ ]')}", code) for word in words)
