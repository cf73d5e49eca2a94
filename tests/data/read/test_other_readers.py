"""Workbooks, Parquet files, databases and folders."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
import xlsxwriter

from steelyard.data.read.database import read_query, table_names
from steelyard.data.read.folder import open_folder
from steelyard.data.read.parquet_file import read_parquet
from steelyard.data.read.workbook import read_workbook
from steelyard.errors import FileUnreadable


def _workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("item")
    for row, cells in enumerate([["item_id", "weight", "day"], [4711, 1.5, None], ["B", 2.0, None]], start=1):
        sheet.write_row(row, 0, cells)
    sheet.write_datetime(2, 2, date(2024, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.add_worksheet("empty")
    book.close()
    return path


def test_sheets_of_a_workbook_are_read_as_text(tmp_path: Path) -> None:
    files = read_workbook(_workbook(tmp_path / "book.xlsx"), name="book", where="book.xlsx")
    assert [file.name for file in files] == ["book/item"]
    assert files[0].frame.select("item_id", "weight", "day").rows() == [("4711", "1.5", "2024-05-06"), ("B", "2", None)]


def test_a_damaged_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(_workbook(tmp_path / "good.xlsx").read_bytes()[:300])
    with pytest.raises(FileUnreadable, match="damaged"):
        read_workbook(path, name="book", where="book.xlsx")


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    pl.DataFrame({"n": [1, 2]}).write_parquet(tmp_path / "t.parquet")
    assert read_parquet(tmp_path / "t.parquet", name="t", where="t").frame["n"].to_list() == [1, 2]


def test_damaged_parquet_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(FileUnreadable, match="damaged"):
        read_parquet(tmp_path / "t.parquet", name="t", where="t.parquet")


def _fill(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE article (sku VARCHAR(9), price NUMERIC(9, 2), since DATE)"))
        connection.execute(sa.text("INSERT INTO article VALUES ('A', 1.50, '2024-02-29'), ('B', NULL, NULL)"))
    engine.dispose()


def test_tables_and_queries_of_sqlite_are_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'erp.db'}"
    _fill(url)
    assert table_names(url) == ["article"]
    assert read_query(url, name="article").frame["sku"].to_list() == ["A", "B"]
    assert read_query(url, name="some", query="SELECT sku FROM article WHERE price > 1").frame.height == 1


def test_tables_of_postgresql_are_read(database_url: str) -> None:
    url = database_url.replace("postgresql://", "postgresql+psycopg://").replace("postgres://", "postgresql+psycopg://")
    _fill(url)
    frame = read_query(url, name="article").frame
    assert frame["since"].to_list() == [date(2024, 2, 29), None]
    assert float(frame["price"][0]) == 1.5


def test_a_refused_query_hides_the_password(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="refused"):
        read_query(f"sqlite:///{tmp_path / 'none.db'}", name="missing")
    with pytest.raises(FileUnreadable) as caught:
        table_names("postgresql+psycopg://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_a_folder_is_read_with_its_sub_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "Sales Order .csv").write_text("a,b\n1,2\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    folder = open_folder(tmp_path)
    assert folder.names == ("deep/Sales Order",)
    assert folder.ignored == ("photo.jpg",)


def test_an_empty_folder_and_one_of_pictures_say_so(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="holds no table, it is empty"):
        open_folder(tmp_path)
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(FileUnreadable, match="only 1 file of another kind"):
        open_folder(tmp_path)
    with pytest.raises(FileUnreadable, match="no such folder"):
        open_folder(tmp_path / "none")


def test_an_unknown_file_names_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")
    with pytest.raises(FileUnreadable, match="use one of: a"):
        open_folder(tmp_path).read("b")
