"""Slides: a book as PowerPoint, with tables and charts that PowerPoint itself can edit; equal content, equal bytes."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from pptx import Presentation
from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import ChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import TextFrame
from pptx.util import Pt

from steelyard.web.book.content import Block, Book, Chart, ChartKind, Page, Table, Text, Tiles
from steelyard.web.book.layout import (
    CELL,
    COLOURS,
    GAP,
    HEAD,
    HEIGHT,
    INK,
    INK_2,
    INK_3,
    MARGIN,
    PADDING,
    SUNKEN,
    SURFACE,
    TEXT,
    WIDTH,
    Frame,
    column_widths,
    flowed,
    frames,
    row_height,
)
from steelyard.web.book.package import settled
from steelyard.web.book.waterfall import axis_floor, stacked_steps

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FACE = "Arial"
BLANK = 6
"""The layout without placeholders in python-pptx's own template."""
SHORT = '[>=1000000]#,##0.0,," m";[>=1000]#,##0," k";#,##0.##'
"""How Excel and PowerPoint spell a number with three digits that matter."""
DRAWN: dict[ChartKind, XL_CHART_TYPE] = {
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    "lines": XL_CHART_TYPE.LINE,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "waterfall": XL_CHART_TYPE.COLUMN_STACKED,
}


def write_slides(book: Book) -> bytes:
    """Draw a book as a PowerPoint file."""
    deck: Deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    about, made = deck.core_properties, datetime.fromisoformat(book.stamp)
    about.title, about.author, about.subject = f"{book.company}: {book.title}", book.company, f"Plan {book.made_from}"
    about.created = about.modified = made.replace(tzinfo=None)
    about.last_modified_by, about.revision = book.company, 1
    _cover(deck, book)
    pages = flowed(book).pages
    for number, page in enumerate(pages, start=1):
        _page(deck, book, page, f"{number} / {len(pages)}")
    file = BytesIO()
    deck.save(file)
    return settled(file.getvalue(), made)


def _slide(deck: Deck) -> Slide:
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    return slide


def _cover(deck: Deck, book: Book) -> None:
    slide = _slide(deck)
    _box(slide, Frame(0, 0, WIDTH, HEIGHT), COLOURS["accent"])
    inside = WIDTH - 2 * MARGIN - 40
    _words(slide, book.company, Frame(MARGIN + 20, 146, inside, 26), 18, colour="c9e0e3")
    _words(slide, book.title, Frame(MARGIN + 20, 176, inside, 56), 40, colour=SURFACE, bold=True)
    _words(slide, book.subtitle, Frame(MARGIN + 20, 244, inside, 60), 15, colour=SURFACE)
    _words(slide, f"Plan of {book.dated}", Frame(MARGIN + 20, HEIGHT - 96, inside, 18), 12, colour="c9e0e3")
    _words(slide, book.made_from, Frame(MARGIN + 20, HEIGHT - 76, inside, 14), 9, colour="c9e0e3")


def _page(deck: Deck, book: Book, page: Page, number: str) -> None:
    slide, inside = _slide(deck), WIDTH - 2 * MARGIN
    _words(slide, page.section.upper(), Frame(MARGIN, 20, inside, 12), 8.5, colour=INK_3, bold=True)
    _words(slide, page.title, Frame(MARGIN, 32, inside, 46), 19, bold=True)
    for block, frame in frames(page):
        _block(slide, block, frame)
    foot = f"{book.company}  ·  {book.title}  ·  plan {book.made_from[:12]}"
    _words(slide, foot, Frame(MARGIN, HEIGHT - 22, inside - 80, 14), 8, colour=INK_3)
    _words(slide, number, Frame(WIDTH - MARGIN - 80, HEIGHT - 22, 80, 14), 8, colour=INK_3, right=True)


def _block(slide: Slide, block: Block, frame: Frame) -> None:
    if isinstance(block, Tiles):
        return _tiles(slide, block, frame)
    if block.title:
        _words(slide, block.title, Frame(frame.x, frame.y, frame.width, HEAD), 11, bold=True)
        frame = frame.below(HEAD)
    if isinstance(block, Chart):
        return _nothing(slide, block.nothing, frame) if block.is_empty else _chart(slide, block, frame)
    if isinstance(block, Table):
        return _table(slide, block, frame) if block.rows else _nothing(slide, block.nothing, frame)
    return _text(slide, block, frame) if block.paragraphs else _nothing(slide, block.nothing, frame)


def _nothing(slide: Slide, words: str, frame: Frame) -> None:
    _words(slide, words, Frame(frame.x, frame.y, frame.width, 20), TEXT, colour=INK_3)


def _box(slide: Slide, frame: Frame, colour: str) -> None:
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_place(frame))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour.upper())
    shape.line.fill.background()
    shape.shadow.inherit = False


def _place(frame: Frame) -> tuple[Pt, Pt, Pt, Pt]:
    return Pt(frame.x), Pt(frame.y), Pt(frame.width), Pt(frame.height)


def _words(
    slide: Slide,
    words: str,
    frame: Frame,
    size: float,
    *,
    colour: str = INK,
    bold: bool = False,
    right: bool = False,
) -> None:
    if not words:
        return
    text = slide.shapes.add_textbox(*_place(frame)).text_frame
    _bare(text)
    _set(text, words, size, colour=colour, bold=bold, right=right)


def _bare(text: TextFrame) -> None:
    text.margin_left = text.margin_right = text.margin_top = text.margin_bottom = Pt(0)
    text.word_wrap = True


def _set(text: TextFrame, words: str, size: float, *, colour: str, bold: bool, right: bool) -> None:
    for n, part in enumerate(words.split("\n")):
        paragraph = text.paragraphs[0] if n == 0 else text.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold, run.font.name = part, Pt(size), bold, FACE
        run.font.color.rgb = RGBColor.from_string(colour.upper())
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _tiles(slide: Slide, tiles: Tiles, frame: Frame) -> None:
    width = (frame.width - GAP * (len(tiles.tiles) - 1)) / max(len(tiles.tiles), 1)
    for n, tile in enumerate(tiles.tiles):
        x, inner = frame.x + n * (width + GAP), width - 20
        _box(slide, Frame(x, frame.y, width, frame.height), SUNKEN)
        _words(slide, tile.label, Frame(x + 10, frame.y + 6, inner, 12), 9, colour=INK_2)
        size = 20 if len(tile.value) <= inner / 12 else 13
        _words(slide, tile.value, Frame(x + 10, frame.y + 18, inner, 26), size, colour=COLOURS[tile.tone], bold=True)
        _words(slide, tile.note, Frame(x + 10, frame.y + 45, inner, 12), 8.5, colour=INK_3)


def _text(slide: Slide, block: Text, frame: Frame) -> None:
    text = slide.shapes.add_textbox(*_place(frame)).text_frame
    _bare(text)
    for n, words in enumerate(block.paragraphs):
        paragraph = text.paragraphs[0] if n == 0 else text.add_paragraph()
        run = paragraph.add_run()
        run.text = f"•  {words}" if block.listed else words
        run.font.size, run.font.name, run.font.color.rgb = Pt(TEXT), FACE, RGBColor.from_string(INK.upper())
        paragraph.space_after = Pt(5)


def _table(slide: Slide, table: Table, frame: Frame) -> None:
    widths = column_widths(table, frame.width)
    cells = [table.columns, *table.rows]
    heights = [row_height(row, widths) for row in cells]
    place = _place(Frame(frame.x, frame.y, frame.width, sum(heights)))
    drawn = slide.shapes.add_table(len(cells), len(table.columns), *place).table
    drawn.horz_banding = False
    for n, width in enumerate(widths):
        drawn.columns[n].width = Pt(width)
    for n, (row, height) in enumerate(zip(cells, heights, strict=True)):
        drawn.rows[n].height = Pt(height)
        _row([drawn.cell(n, k) for k in range(len(row))], row, table, head=n == 0, strong=n - 1 in table.strong)


def _row(drawn: Sequence[_Cell], cells: Sequence[str], table: Table, *, head: bool, strong: bool) -> None:
    for n, (cell, words) in enumerate(zip(drawn, cells, strict=True)):
        cell.margin_left = cell.margin_right = Pt(PADDING)
        cell.margin_top = cell.margin_bottom = Pt(PADDING / 2)
        cell.vertical_anchor = MSO_ANCHOR.TOP
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string((SUNKEN if head or strong else SURFACE).upper())
        colour = INK_2 if head else INK
        _set(cell.text_frame, words, CELL, colour=colour, bold=strong, right=n >= table.words)


def _chart(slide: Slide, chart: Chart, frame: Frame) -> None:
    shown = stacked_steps(chart) if chart.drawn == "waterfall" else chart
    data = ChartData()
    data.categories = list(shown.categories)
    for one in shown.series:
        data.add_series(one.name, one.values)
    native: NativeChart = slide.shapes.add_chart(DRAWN[chart.drawn], *_place(frame), data).chart
    _look(native, shown, legend=chart.drawn != "waterfall" and len(shown.series) > 1)
    if chart.drawn in ("columns", "bars") and _is_positive(chart):
        native.value_axis.minimum_scale = 0
    if chart.drawn == "waterfall":
        floor = axis_floor(chart)
        if floor is not None:
            native.value_axis.minimum_scale = floor
        native.plots[0].gap_width, native.plots[0].overlap = 60, 100
    for drawn, one in zip(native.plots[0].series, shown.series, strict=True):
        if chart.drawn == "lines":
            drawn.smooth = False
            drawn.format.line.width = Pt(2)
            drawn.format.line.color.rgb = RGBColor.from_string(COLOURS[one.tone].upper())
        elif one.tone == "clear":
            drawn.format.fill.background()
        else:
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = RGBColor.from_string(COLOURS[one.tone].upper())


def _is_positive(chart: Chart) -> bool:
    return all(value is None or value >= 0 for one in chart.series for value in one.values)


def _look(native: NativeChart, chart: Chart, *, legend: bool) -> None:
    native.has_title = False
    native.font.size, native.font.name = Pt(9), FACE
    native.font.color.rgb = RGBColor.from_string(INK_2.upper())
    native.has_legend = legend
    if legend:
        native.legend.position, native.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    values, names = native.value_axis, native.category_axis
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string("D8D4CA")
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = SHORT, False
    names.tick_label_position, names.major_tick_mark = XL_TICK_LABEL_POSITION.LOW, XL_TICK_MARK.NONE
    if chart.drawn == "bars":
        names.reverse_order = True
    if chart.unit:
        values.has_title = True
        values.axis_title.text_frame.text = chart.unit
        values.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(8)
