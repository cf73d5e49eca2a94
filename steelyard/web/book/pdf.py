"""PDF: a book drawn on paper; the same content gives the same bytes."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from steelyard.web.book.content import Block, Book, Chart, Page, Table, Text, Tiles
from steelyard.web.book.faces import face, spelled
from steelyard.web.book.layout import (
    CELL,
    COLOURS,
    GAP,
    HEAD,
    HEIGHT,
    INK,
    INK_2,
    INK_3,
    LEADING,
    MARGIN,
    PADDING,
    RULE,
    SUNKEN,
    TEXT,
    WIDTH,
    Frame,
    column_widths,
    flowed,
    frames,
    measure,
    row_height,
    wrap,
)
from steelyard.web.book.pdf_chart import draw_chart

PDF = "application/pdf"


def write_pdf(book: Book) -> bytes:
    """Draw a book as PDF."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"{book.company}: {book.title}")
    canvas.setAuthor(book.company)
    canvas.setSubject(f"Plan {book.made_from}")
    canvas.setCreator("Steelyard")
    paper = _Paper(canvas)
    _cover(paper, book)
    pages = flowed(book).pages
    for number, page in enumerate(pages, start=1):
        _page(paper, book, page, f"{number} / {len(pages)}")
    canvas.save()
    return file.getvalue()


class _Paper:
    """A canvas whose origin is the upper left corner."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def text(
        self, words: str, x: float, y: float, size: float, *, colour: str = INK, bold: bool = False, right: bool = False
    ) -> None:
        """Set one line; `y` is its upper edge."""
        self.canvas.setFillColor(_ink(colour))
        self.canvas.setFont(face(bold=bold), size)
        at = HEIGHT - y - size * 0.93
        draw = self.canvas.drawRightString if right else self.canvas.drawString
        draw(x, at, spelled(words))

    def box(self, frame: Frame, colour: str, *, radius: float = 0.0) -> None:
        """Fill a frame."""
        self.canvas.setFillColor(_ink(colour))
        self.canvas.roundRect(
            frame.x, HEIGHT - frame.y - frame.height, frame.width, frame.height, radius, stroke=0, fill=1
        )

    def rule(self, x: float, y: float, width: float, colour: str = RULE, weight: float = 0.6) -> None:
        """Draw a line across."""
        self.canvas.setStrokeColor(_ink(colour))
        self.canvas.setLineWidth(weight)
        self.canvas.line(x, HEIGHT - y, x + width, HEIGHT - y)


def _ink(colour: str) -> Color:
    return HexColor(f"#{colour}")


def _cover(paper: _Paper, book: Book) -> None:
    paper.box(Frame(0, 0, WIDTH, HEIGHT), COLOURS["accent"])
    paper.text(book.company, MARGIN + 20, 150, 18, colour="c9e0e3")
    y = 182.0
    for line in wrap(book.title, WIDTH - 2 * MARGIN - 40, 40, bold=True):
        paper.text(line, MARGIN + 20, y, 40, colour="ffffff", bold=True)
        y += 50
    for line in wrap(book.subtitle, WIDTH - 2 * MARGIN - 40, 15):
        paper.text(line, MARGIN + 20, y + 8, 15, colour="ffffff")
        y += 20
    paper.text(f"Plan of {book.dated}", MARGIN + 20, HEIGHT - 92, 12, colour="c9e0e3")
    paper.text(book.made_from, MARGIN + 20, HEIGHT - 74, 9, colour="c9e0e3")
    paper.canvas.showPage()


def _page(paper: _Paper, book: Book, page: Page, number: str) -> None:
    paper.text(page.section.upper(), MARGIN, 22, 8.5, colour=INK_3, bold=True)
    for n, line in enumerate(wrap(page.title, WIDTH - 2 * MARGIN, 19, bold=True)[:2]):
        paper.text(line, MARGIN, 34 + 21 * n, 19, bold=True)
    for block, frame in frames(page):
        _block(paper, block, frame)
    paper.rule(MARGIN, HEIGHT - 24, WIDTH - 2 * MARGIN)
    paper.text(f"{book.company}  ·  {book.title}  ·  plan {book.made_from[:12]}", MARGIN, HEIGHT - 19, 8, colour=INK_3)
    paper.text(number, WIDTH - MARGIN, HEIGHT - 19, 8, colour=INK_3, right=True)
    paper.canvas.showPage()


def _block(paper: _Paper, block: Block, frame: Frame) -> None:
    if isinstance(block, Tiles):
        return _tiles(paper, block, frame)
    if block.title:
        paper.text(block.title, frame.x, frame.y, 11, bold=True)
        frame = frame.below(HEAD)
    if isinstance(block, Chart):
        return _chart(paper, block, frame)
    if isinstance(block, Table):
        return _table(paper, block, frame)
    return _text(paper, block, frame)


def _tiles(paper: _Paper, tiles: Tiles, frame: Frame) -> None:
    width = (frame.width - GAP * (len(tiles.tiles) - 1)) / max(len(tiles.tiles), 1)
    for n, tile in enumerate(tiles.tiles):
        x = frame.x + n * (width + GAP)
        paper.box(Frame(x, frame.y, width, frame.height), SUNKEN, radius=4)
        inner = width - 20
        paper.text(_fit(tile.label, inner, 9), x + 10, frame.y + 8, 9, colour=INK_2)
        size = next((s for s in (20, 17, 14, 11) if measure(tile.value, s, bold=True) <= inner), 9)
        paper.text(tile.value, x + 10, frame.y + 20, size, colour=COLOURS[tile.tone], bold=True)
        paper.text(_fit(tile.note, inner, 8.5), x + 10, frame.y + 46, 8.5, colour=INK_3)


def _fit(text: str, width: float, size: float) -> str:
    """The text, or as much as fits and three dots."""
    if measure(text, size) <= width:
        return text
    fitting = (text[:n].rstrip() + "…" for n in range(len(text) - 1, 0, -1))
    return next((short for short in fitting if measure(short, size) <= width), "")


def _chart(paper: _Paper, chart: Chart, frame: Frame) -> None:
    if chart.is_empty:
        return _nothing(paper, chart.nothing, frame)
    return draw_chart(paper.canvas, chart, frame.x, HEIGHT - frame.y - frame.height, frame.width, frame.height)


def _nothing(paper: _Paper, words: str, frame: Frame) -> None:
    for n, line in enumerate(wrap(words, frame.width, TEXT)):
        paper.text(line, frame.x, frame.y + 4 + n * TEXT * LEADING, TEXT, colour=INK_3)


def _table(paper: _Paper, table: Table, frame: Frame) -> None:
    widths = column_widths(table, frame.width)
    y = _cells(paper, table, table.columns, widths, frame.x, frame.y, colour=INK_3, bold=False)
    paper.rule(frame.x, y, frame.width, INK_3, 0.8)
    if not table.rows:
        return _nothing(paper, table.nothing, frame.below(y - frame.y))
    for n, row in enumerate(table.rows):
        if n in table.strong:
            paper.box(Frame(frame.x, y, frame.width, row_height(row, widths)), SUNKEN)
        y = _cells(paper, table, row, widths, frame.x, y, colour=INK, bold=n in table.strong)
        paper.rule(frame.x, y, frame.width)
    return None


def _cells(
    paper: _Paper,
    table: Table,
    cells: Sequence[str],
    widths: Sequence[float],
    x: float,
    y: float,
    *,
    colour: str,
    bold: bool,
) -> float:
    for n, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        right = n >= table.words
        for k, line in enumerate(wrap(cell, width - 2 * PADDING, CELL, bold=bold)):
            at = x + width - PADDING if right else x + PADDING
            paper.text(line, at, y + PADDING / 2 + k * CELL * LEADING, CELL, colour=colour, bold=bold, right=right)
        x += width
    return y + row_height(cells, widths)


def _text(paper: _Paper, text: Text, frame: Frame) -> None:
    if not text.paragraphs:
        return _nothing(paper, text.nothing, frame)
    y, indent = frame.y, 12 if text.listed else 0
    for paragraph in text.paragraphs:
        if text.listed:
            paper.text("•", frame.x, y, TEXT, colour=COLOURS["accent"], bold=True)
        for line in wrap(paragraph, frame.width - indent, TEXT):
            paper.text(line, frame.x + indent, y, TEXT)
            y += TEXT * LEADING
        y += 5
    return None
