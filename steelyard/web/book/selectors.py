"""Book selectors: the books that are kept, their content and their files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.cache import Cache
from steelyard.web.book.content import Book
from steelyard.web.book.models import MadeBook
from steelyard.web.book.pdf import PDF, write_pdf
from steelyard.web.book.services import require_whole_money
from steelyard.web.book.slides import PPTX, write_slides
from steelyard.web.scenarios.stale import published_stale, stale_line

FileKind = Literal["pdf", "pptx"]
KINDS: dict[FileKind, str] = {"pdf": PDF, "pptx": PPTX}
_files: Cache[tuple[str, str], bytes] = Cache(8)


@dataclass(frozen=True)
class BookLine:
    """A book in the list."""

    number: int
    cycle: str
    scenario: str
    plan: str
    published: bool
    digest: str
    actor: str
    at: datetime
    moves: tuple[str, ...]
    """What of its footing has moved since, in words; empty while the plan it tells of has not moved."""

    @property
    def is_stale(self) -> bool:
        """Whether it is a draft whose plan has moved since; the book of a published plan stays what was agreed."""
        return bool(self.moves) and not self.published


def book_lines() -> list[BookLine]:
    """All books, the latest first."""
    return [_line(row) for row in MadeBook.objects.all()]


def latest_book(*, cycle: str = "", published: str = "", scenario: str = "") -> BookLine | None:
    """The book made last of a cycle, of a published plan or of a scenario, whichever is given; None without one."""
    asked = {"cycle": cycle, "published": published, "scenario": scenario}
    given = {name: value for name, value in asked.items() if value}
    found = MadeBook.objects.filter(**given).first() if given else None
    return _line(found) if found else None


def book_line(number: int) -> BookLine:
    """A book of the list.

    Raises:
        NotFound: There is none of this number.
    """
    return _line(_row(number))


def book_of(number: int) -> Book:
    """The content of a book.

    Raises:
        NotFound: There is none of this number.
        NotAllowed: The person sees a part of the company or of its money only.
    """
    require_whole_money()
    return Book.from_json(_row(number).content)


def book_file(number: int, kind: FileKind) -> tuple[str, bytes]:
    """Name and bytes of a book's file; the same bytes each time.

    Raises:
        NotFound: There is none of this number.
        NotAllowed: The person sees a part of the company or of its money only.
    """
    book = book_of(number)
    write = write_pdf if kind == "pdf" else write_slides
    content = _files.made((book.digest, kind), lambda: write(book))
    return f"executive-sop-{_row(number).cycle or 'plan'}-{book.digest[:8]}.{kind}", content


def _row(number: int) -> MadeBook:
    found = MadeBook.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no book {number}", mend="look at the list of books")
    return found


def _line(row: MadeBook) -> BookLine:
    return BookLine(
        row.pk, row.cycle, row.scenario, row.plan, bool(row.published), row.digest, row.actor, row.at, _moves(row)
    )


def _moves(row: MadeBook) -> tuple[str, ...]:
    """What has moved; a book made before footings were kept has that of its published plan, or none."""
    try:
        if row.footing:
            return stale_line(row.footing).moves
        return published_stale(row.published).moves if row.published else ()
    except SteelyardError as fault:
        return (fault.what,)
