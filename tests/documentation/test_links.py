"""The pages: every link leads somewhere, every page is reached."""

import re
from pathlib import Path

from tests.architecture.sources import ROOT, shown

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def test_links_resolve() -> None:
    assert [
        f"{shown(page)}: {link}" for page in PAGES for link in _links(page) if not _leads_somewhere(page, link)
    ] == []


def test_every_page_of_the_docs_is_reached_from_the_index() -> None:
    reached, waiting = set[Path](), [ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        waiting += [(page.parent / link.split("#")[0]).resolve() for link in _links(page) if "://" not in link]
    assert [shown(page) for page in (ROOT / "docs").rglob("*.md") if page not in reached] == []


def _links(page: Path) -> list[str]:
    return LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))


def _leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith(("https://", "mailto:")):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
