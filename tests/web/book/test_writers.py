"""The two writers of the book: equal content gives equal bytes, and what is written can be read back."""

import json
import re
import time
import zlib
from base64 import a85decode
from dataclasses import replace
from io import BytesIO
from itertools import accumulate
from zipfile import ZipFile

import pytest
from pptx import Presentation

from steelyard.web.book import pdf_chart
from steelyard.web.book.content import Book, Chart, ChartSeries, Page, Row, Table, Text, Tile, Tiles
from steelyard.web.book.layout import BOTTOM, HEIGHT, MARGIN, TOP, WIDTH, flowed, frames, measure, wrap
from steelyard.web.book.pdf import write_pdf
from steelyard.web.book.slides import write_slides
from steelyard.web.book.waterfall import stacked_steps

QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def chart(drawn="columns", **more):
    values = (ChartSeries("Plan", (9.1e6, 9.4e6, None, 1e7)), ChartSeries("Budget", (9.9e6, 1e7, 1e7, 1e7), "warm"))
    return Chart("Revenue by quarter", QUARTERS, values, drawn, "EUR", **more)


def table(rows=3):
    cells = tuple((f"Decision {n}", "Second shift on welding", f"{n},000") for n in range(rows))
    return Table(("Question", "Recommended", "Revenue"), cells, "Decisions", words=2, strong=(rows - 1,))


def book(*blocks):
    first = Page("What the year brings", (Row((Tiles((Tile("Revenue", "38 m"),)),)), Row(tuple(blocks))), "Summary")
    return Book(
        "Łódź Scales", "Executive S&OP", "As agreed", "ab" * 32, "2026-11-20", "2026-11-20T10:00:00+00:00", (first,)
    )


def words_of_pdf(content):
    streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.S)
    text = b"".join(zlib.decompress(a85decode(b"<~" + s.strip(), adobe=True)) for s in streams)
    return b" ".join(re.findall(rb"\((.*?)(?<!\\)\) Tj", text)).decode("latin-1")


def slides(content):
    return list(Presentation(BytesIO(content)).slides)


def words_of(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


@pytest.mark.parametrize("write", [write_pdf, write_slides])
def test_equal_content_gives_equal_bytes_whatever_the_clock_says(write, monkeypatch):
    pack = book(chart(), table())
    first = write(pack)
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda at=None: time.gmtime(later))
    assert write(pack) == first


def test_other_content_gives_other_bytes():
    assert write_pdf(book(table(3))) != write_pdf(book(table(4)))


def test_content_is_kept_and_read_back_whole():
    pack = book(chart("waterfall"), table(), Text(("One", "Two"), "Notes", listed=True))
    again = Book.from_json(json.loads(json.dumps(pack.to_json())))
    assert again == pack
    assert again.digest == pack.digest


def test_pdf_carries_title_cells_and_the_plans_digest():
    words = words_of_pdf(write_pdf(book(table())))
    for expected in ("What the year brings", "Second shift on welding", "Decision 2", "ab" * 32, "38 m"):
        assert expected in words


def test_letters_that_paper_lacks_are_spelled_without_their_marks():
    assert "Lódz Scales" in words_of_pdf(write_pdf(book(table()))).encode("latin-1").decode("unicode_escape")


def test_slides_hold_native_tables_and_charts():
    page = slides(write_slides(book(chart(), table())))[1]
    drawn = next(shape.chart for shape in page.shapes if shape.has_chart)
    assert [tuple(one.values) for one in drawn.plots[0].series] == [
        (9.1e6, 9.4e6, None, 1e7),
        (9.9e6, 1e7, 1e7, 1e7),
    ]
    grid = next(shape.table for shape in page.shapes if shape.has_table)
    assert [cell.text for cell in grid.rows[1].cells] == ["Decision 0", "Second shift on welding", "0,000"]


def test_workbooks_within_slides_carry_the_plans_moment():
    with ZipFile(BytesIO(write_slides(book(chart())))) as deck:
        inner = next(name for name in deck.namelist() if name.endswith(".xlsx"))
        with ZipFile(BytesIO(deck.read(inner))) as workbook:
            assert b"2026-11-20T10:00:00Z" in workbook.read("docProps/core.xml")


def test_a_long_table_goes_on_without_losing_or_doubling_a_row():
    whole = table(120)
    pages = flowed(book(whole)).pages
    parts = [block for page in pages for row in page.rows for block in row.blocks if isinstance(block, Table)]
    assert tuple(row for part in parts for row in part.rows) == whole.rows
    assert [len(part.strong) for part in parts] == [0] * (len(parts) - 1) + [1]
    assert all(page.title.endswith("(continued)") for page in pages[1:])
    assert write_pdf(book(whole)).count(b"/Type /Page\n") == len(pages) + 1


def test_every_frame_stands_on_the_page():
    for page in flowed(book(chart(), table(90), Text(("word " * 400,)))).pages:
        for _, frame in frames(page):
            assert frame.x >= MARGIN - 1e-9
            assert frame.y >= TOP - 1e-9
            assert frame.x + frame.width <= WIDTH - MARGIN + 1e-9
            assert frame.y + frame.height <= HEIGHT - BOTTOM + 1e-9


def test_wrapped_lines_fit_and_lose_no_word():
    text = "Shall we add a second shift on Unterschneidungsmaschinenbedienungsanleitungen from January?"
    lines = wrap(text, 120, 10)
    assert all(measure(line, 10) <= 120 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("drawn", ["columns", "stacked", "lines", "bars", "waterfall"])
def test_every_kind_of_picture_is_drawn_by_both(drawn):
    pack = book(chart(drawn))
    assert write_pdf(pack).startswith(b"%PDF")
    assert any(shape.has_chart for shape in slides(write_slides(pack))[1].shapes)


@pytest.mark.parametrize("drawn", ["columns", "stacked", "lines", "bars", "waterfall"])
@pytest.mark.parametrize("values", [(5.0, -8.0, 6.0, 3.0), (-62e3, -61e3, 0.0, -7e3)])
def test_figures_below_zero_stay_within_their_frame(drawn, values, monkeypatch):
    axes = []
    monkeypatch.setattr(pdf_chart, "draw", lambda drawing, *_: axes.append(drawing.contents[-1].valueAxis))
    pdf_chart.draw_chart(None, Chart("", QUARTERS, (ChartSeries("", values),), drawn), 0, 0, 400, 120)
    levels = (*accumulate(values[:-1]), values[-1]) if drawn == "waterfall" else values
    assert axes[0].valueMin <= min(levels)
    assert axes[0].valueMax >= max(levels)


def test_what_is_missing_is_said_in_words():
    empty = book(replace(chart(), categories=(), series=()), replace(table(), rows=(), strong=()))
    assert "No figures for this picture yet." in words_of_pdf(write_pdf(empty))
    assert "Nothing to report." in words_of(slides(write_slides(empty))[1])


def test_waterfall_across_zero_keeps_every_level():
    values = (5.0, -8.0, 6.0, 3.0)
    parts = stacked_steps(Chart("", ("a", "b", "c", "d"), (ChartSeries("", values),), "waterfall")).series
    columns = list(zip(*(one.values for one in parts), strict=True))
    assert [sum(v for v in column if v > 0) - 0.0 for column in columns] == [5.0, 5.0, 3.0, 3.0]
    assert [sum(v for v in column if v < 0) for column in columns] == [0.0, -3.0, -3.0, 0.0]
