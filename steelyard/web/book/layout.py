"""Layout: where everything stands on a page of 16 to 9; both writers draw into the same frames."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportlab.pdfbase.pdfmetrics import stringWidth

from steelyard.web.book.content import Block, Book, Page, Row, Table, Text, Tiles, Tone
from steelyard.web.book.faces import face, spelled

WIDTH, HEIGHT = 960.0, 540.0
"""Size of a page [points]: 13.33 x 7.5 inches, the wide page of a screen."""
MARGIN, TOP, BOTTOM, GAP = 40.0, 84.0, 34.0, 14.0
"""Edges: left and right, above for the title, below for the foot; and between blocks [points]."""
HEAD = 18.0
"""Height of a block's own title [points]."""
CELL, TEXT = 9.5, 11.0
"""Type sizes of tables and of text [points]."""
LEADING = 1.28
PADDING = 4.0
TILES = 62.0
"""Height that tiles take [points]."""
COLOURS: dict[Tone, str] = {
    "accent": "0e5a66",
    "warm": "b7791f",
    "violet": "62389a",
    "leaf": "5d7a3a",
    "brick": "a4483a",
    "blue": "3f6fb5",
    "quiet": "9a978d",
    "good": "276339",
    "alert": "ad2318",
    "ink": "1b2024",
    "clear": "ffffff",
}
INK, INK_2, INK_3, RULE, SUNKEN, SURFACE = "1b2024", "475059", "656d74", "d8d4ca", "f4f2ed", "ffffff"


@dataclass(frozen=True)
class Frame:
    """A place on a page, measured from its upper left corner [points]."""

    x: float
    y: float
    width: float
    height: float

    def below(self, used: float) -> "Frame":
        """What remains when the upper part is taken."""
        return Frame(self.x, self.y + used, self.width, self.height - used)


def frames(page: Page) -> Iterator[tuple[Block, Frame]]:
    """Place the blocks of a page: rows share its height, blocks share their row's width."""
    space = HEIGHT - TOP - BOTTOM - GAP * (len(page.rows) - 1)
    fixed = sum(TILES for row in page.rows if _is_tiles(row))
    shares = sum(row.height for row in page.rows if not _is_tiles(row))
    y = TOP
    for row in page.rows:
        height = TILES if _is_tiles(row) else (space - fixed) * row.height / shares
        yield from _across(row, y, height)
        y += height + GAP


def _is_tiles(row: Row) -> bool:
    return all(isinstance(block, Tiles) for block in row.blocks)


def _across(row: Row, y: float, height: float) -> Iterator[tuple[Block, Frame]]:
    shares = row.widths or (1.0,) * len(row.blocks)
    space, x = WIDTH - 2 * MARGIN - GAP * (len(row.blocks) - 1), MARGIN
    for block, share in zip(row.blocks, shares, strict=True):
        width = space * share / sum(shares)
        yield block, Frame(x, y, width, height)
        x += width + GAP


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit a width [points] at a type size."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(longer, size, bold=bold) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return [piece for line in lines for piece in _cut(line, width, size, bold)]


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text [points]."""
    return float(stringWidth(spelled(text), face(bold=bold), size))


def _cut(line: str, width: float, size: float, bold: bool) -> list[str]:
    """A single word longer than the line is cut where it leaves it."""
    pieces = []
    while len(line) > 1 and measure(line, size, bold=bold) > width:
        end = next((n for n in range(len(line) - 1, 1, -1) if measure(line[:n], size, bold=bold) <= width), 1)
        pieces.append(line[:end])
        line = line[end:]
    return [*pieces, line]


def column_widths(table: Table, width: float) -> tuple[float, ...]:
    """Widths of a table's columns [points]: as set, or by the longest cell of each."""
    if table.widths:
        return tuple(width * share / sum(table.widths) for share in table.widths)
    cells = [table.columns, *table.rows]
    wanted = [
        max(min(measure(row[n], CELL), 0.45 * width) for row in cells) + 2 * PADDING for n in range(len(table.columns))
    ]
    if sum(wanted) <= width:
        spare = width - sum(wanted)
        return tuple(w + spare / len(wanted) for w in wanted)
    return tuple(w * width / sum(wanted) for w in wanted)


def row_height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Height of a table row [points]."""
    lines = max(len(wrap(cell, width - 2 * PADDING, CELL)) for cell, width in zip(cells, widths, strict=True))
    return lines * CELL * LEADING + PADDING


def flowed(book: Book) -> Book:
    """The book with every table and text too long for its frame carried on to pages of their own."""
    return replace(book, pages=tuple(page for one in book.pages for page in _flow(one)))


def _flow(page: Page) -> Iterator[Page]:
    rests: list[Table | Text] = []
    kept: dict[int, Block] = {}
    for block, frame in frames(page):
        first, rest = _split(block, frame)
        kept[id(block)] = first
        rests += [rest] if rest is not None else []
    rows = tuple(replace(row, blocks=tuple(kept[id(block)] for block in row.blocks)) for row in page.rows)
    yield replace(page, rows=rows)
    for rest in rests:
        title = page.title if page.title.endswith("(continued)") else f"{page.title} (continued)"
        yield from _flow(Page(title, (Row((rest,)),), page.section))


def _split(block: Block, frame: Frame) -> tuple[Block, Table | Text | None]:
    if isinstance(block, Table):
        return _split_table(block, frame)
    return _split_text(block, frame) if isinstance(block, Text) else (block, None)


def _split_table(table: Table, frame: Frame) -> tuple[Table, Table | None]:
    widths = column_widths(table, frame.width)
    space = frame.height - (HEAD if table.title else 0) - row_height(table.columns, widths)
    fits = _fitting([row_height(row, widths) for row in table.rows], space)
    if fits >= len(table.rows):
        return table, None
    strong = tuple(n - fits for n in table.strong if n >= fits)
    first = replace(table, rows=table.rows[:fits], strong=tuple(n for n in table.strong if n < fits), widths=widths)
    return first, replace(table, rows=table.rows[fits:], strong=strong, widths=widths)


def _split_text(text: Text, frame: Frame) -> tuple[Text, Text | None]:
    space = frame.height - (HEAD if text.title else 0)
    fits = _fitting([paragraph_height(p, frame.width, listed=text.listed) for p in text.paragraphs], space)
    if fits >= len(text.paragraphs):
        return text, None
    return replace(text, paragraphs=text.paragraphs[:fits]), replace(text, paragraphs=text.paragraphs[fits:])


def paragraph_height(paragraph: str, width: float, *, listed: bool) -> float:
    """Height of a paragraph and the space after it [points]."""
    return len(wrap(paragraph, width - (12 if listed else 0), TEXT)) * TEXT * LEADING + 5


def _fitting(heights: Sequence[float], space: float) -> int:
    """How many fit; always one, so that the flow ends."""
    used, count = 0.0, 0
    for height in heights:
        if used + height > space and count:
            break
        used, count = used + height, count + 1
    return count
