"""Export: the same numbers in every format, and no text that a spreadsheet takes for a formula."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from steelyard.errors import PlanError
from steelyard.plan.export import guarded, workbook_of, write_table
from steelyard.plan.sheet_picture import SheetPicture, waterfall_picture, waterfall_table


def test_every_format_holds_the_same_numbers(shared_workspace, tmp_path: Path):
    plan = shared_workspace.scenario("base").plan()
    frame = plan.frame(["revenue", "demand_plan"], by=["product_family"])
    for name in ("plan.csv", "plan.parquet", "plan.xlsx"):
        assert plan.export(tmp_path / name, ["revenue", "demand_plan"], by=["product_family"]) == frame.height
    assert pl.read_parquet(tmp_path / "plan.parquet").equals(frame)
    assert pl.read_csv(tmp_path / "plan.csv")["revenue"].to_list() == pytest.approx(frame["revenue"].to_list())
    rows = CalamineWorkbook.from_path(tmp_path / "plan.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0] == ["product_family", "period", "Revenue [money]", "Demand plan [units]"]
    assert [row[2] for row in rows[1:]] == pytest.approx(frame["revenue"].to_list())


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_text_never_becomes_a_formula(text, tmp_path: Path):
    frame = pl.DataFrame({"item": [text, "plain", None], "n": [1.0, -2.0, None]})
    assert guarded(frame)["item"].to_list() == [f"'{text}", "plain", None]
    write_table(frame, tmp_path / "t.xlsx")
    sheet = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()
    assert sheet[1][0].strip() == text.strip()


def test_days_months_and_moments_are_dates_in_excel_and_codes_stay_text(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "period": ["2026-11", None],
            "due": [date(2026, 11, 9), None],
            "start": ["2026-11-09", "2026-12-01"],
            "at": [datetime(2026, 11, 9, 14, 5, tzinfo=UTC), None],
            "item": ["2026-11", "KS-1001"],
            "2026-12": [1.0, 2.0],
        }
    )
    write_table(frame, tmp_path / "t.xlsx")
    head, first, second = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()
    days = [date(2026, 11, 1), date(2026, 11, 9), date(2026, 11, 9), datetime.fromisoformat("2026-11-09T14:05")]
    assert first[:4] == days
    assert second[2] == date(2026, 12, 1)
    assert [first[4], second[4]] == ["2026-11", "KS-1001"]
    assert head == ["period", "due", "start", "at", "item", date(2026, 12, 1)]


def test_an_unknown_ending_is_refused(tmp_path: Path):
    with pytest.raises(PlanError, match="csv"):
        write_table(pl.DataFrame({"a": [1]}), tmp_path / "plan.doc")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@sum", "\t=1", "\r=1", "\n=1", "\uff1d1+1"])
def test_neither_a_name_of_a_column_nor_a_category_becomes_a_formula(text, tmp_path: Path):
    frame = pl.DataFrame({text: pl.Series([text], dtype=pl.Categorical)})
    write_table(frame, tmp_path / "t.csv")
    rows = list(csv.reader(StringIO((tmp_path / "t.csv").read_bytes().decode(), newline="")))
    assert rows == [[f"'{text}"], [f"'{text}"]]


def test_a_picture_is_drawn_beside_its_table_from_its_cells():
    frame = pl.DataFrame({"lever": ["overtime", "price"], "gain": [9.0, 4.0]})
    way = waterfall_table(("base", 10.0), [("price", 2.0), ("cost", -3.0)], ("plan", 9.0))
    gain = SheetPicture("bar", "lever", ("gain",), "Gain")
    pictures = {"Levers": gain, "Why": waterfall_picture("From base to plan"), "Empty": gain}
    sent = workbook_of({"Levers": frame, "Plain": frame, "Why": way, "Empty": frame.head(0)}, pictures)
    with ZipFile(BytesIO(sent)) as book:
        charts = {name: book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")}
    assert len(charts) == 2
    drawn = " ".join(charts.values())
    assert "Levers!$B$2:$B$3" in drawn
    assert "Why!$F$2:$F$5" in drawn
    assert way["step"].to_list() == ["base", "price", "cost", "plan"]
    with ZipFile(BytesIO(sent)) as book:
        sheet = book.read("xl/worksheets/sheet3.xml").decode()
        plain = book.read("xl/worksheets/sheet2.xml").decode()
    hidden = [part.split(">")[0] for part in sheet.split("<col ")[1:] if 'hidden="1"' in part.split(">")[0]]
    assert hidden[0].startswith('min="3"')  # all but step and money
    assert 'max="8"' in hidden[-1]
    assert "hidden" not in plain
    assert '<c:plotVisOnly val="1"/>' not in next(one for one in charts.values() if "Why!" in one)
    assert (way["carrier"] + way["level"] + way["rise"]).to_list() == [10.0, 12.0, 9.0, 9.0]


def test_a_waterfall_below_zero_and_across_it_stacks_what_lies_below_apart():
    way = waterfall_table(("base", -10.0), [("price", 4.0), ("mix", 9.0), ("cost", -5.0)], ("plan", -2.0))
    above = (way["rise"] + way["fall"]).to_list()
    below = (way["rise_below_zero"] + way["fall_below_zero"]).to_list()
    assert way["carrier"].to_list() == [0.0, -6.0, 0.0, 0.0, 0.0]
    assert above == [0.0, 0.0, 3.0, 3.0, 0.0]
    assert below == [0.0, -4.0, -6.0, -2.0, 0.0]
    assert way["fall_below_zero"].to_list() == [0.0, 0.0, 0.0, -2.0, 0.0]


def test_a_waterfall_leads_to_its_end_however_many_steps_it_has():
    way = waterfall_table(("base", 1.0), [(f"step {n}", 1.0) for n in range(40)], ("plan", 41.0))
    with ZipFile(BytesIO(workbook_of({"Why": way}, {"Why": waterfall_picture("Way")}))) as book:
        assert "Why!$D$2:$D$43" in book.read("xl/charts/chart1.xml").decode()


def test_sheets_whose_names_excel_takes_for_one_are_kept_apart():
    frame = pl.DataFrame({"a": [1]})
    sent = workbook_of({"Why base": frame, "why BASE": frame, "x" * 40: frame, "x" * 31: frame, "": frame})
    names = CalamineWorkbook.from_filelike(BytesIO(sent)).sheet_names
    assert names == ["Why base", "why BASE 2", "x" * 31, "x" * 29 + " 2", "Plan"]
