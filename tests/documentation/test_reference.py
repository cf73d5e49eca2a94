"""The reference pages: what `dev.py docs` would write is what is there."""

import pytest

from docs.generate import REFERENCE, pages


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return pages()


def test_every_page_is_current(written: dict[str, str]) -> None:
    kept = {path.name: path.read_text() for path in REFERENCE.glob("*.md")}
    stale = [name for name in {*kept, *written} if kept.get(name) != written.get(name)]
    assert stale == [], "run `python3 dev.py docs` and commit the pages"
