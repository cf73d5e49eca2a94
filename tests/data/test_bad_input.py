"""Bad input: a broken file gives a finding or one clear error; nothing is dropped silently, the last extract stays."""

import gzip
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from steelyard.data.extract import Extract
from steelyard.data.importing import import_extract
from steelyard.data.reconciliation import adds_up
from steelyard.errors import ImportRejected
from tests.data.conftest import AT, ITEMS, MANIFEST, SALES, SALES_HEAD, ImportFolder, WriteFolder, rules_of

GOOD = "9,1,A,K1,P,2024-12-06,1,closed,10,EUR\n"

ROW_FAULTS = [
    ("text in numbers", "3,1,A,K1,P,2024-12-05,ten,closed,50,EUR\n", "quantity_is_a_quantity"),
    ("a date in 2035", "3,1,A,K1,P,2035-06-05,1,closed,50,EUR\n", "order_date_is_plausible"),
    ("a date in 1900", "3,1,A,K1,P,1900-01-01,1,closed,50,EUR\n", "order_date_is_plausible"),
    (
        "a date after the as-of date",
        "3,1,A,K1,P,2025-01-05,1,closed,50,EUR\n",
        "order_date_is_not_after_the_as_of_date",
    ),
    ("a date that is none", "3,1,A,K1,P,2024-02-30,1,closed,50,EUR\n", "order_date_is_a_date"),
    ("an orphan", "3,1,X,K1,P,2024-12-05,1,closed,50,EUR\n", "item_id_is_known"),
    ("an unknown customer", "3,1,A,K9,P,2024-12-05,1,closed,50,EUR\n", "customer_id_is_known"),
    ("no customer", "3,1,A,,P,2024-12-05,1,closed,50,EUR\n", "sales_line_names_a_customer_or_channel"),
    ("a return without flag", "3,1,A,K1,P,2024-12-05,-1,closed,-50,EUR\n", "returns_are_negative_and_flagged"),
    ("an empty key", ",1,A,K1,P,2024-12-05,1,closed,50,EUR\n", "order_id_is_filled"),
    ("a key twice", "1,1,B,K1,P,2024-12-05,7,closed,70,EUR\n", "key_stands_once"),
    ("a header twice", SALES_HEAD, "row_is_readable"),
    ("too few fields", "3,1,A,K1\n", "row_is_readable"),
    ("too many fields", "3,1,A,K1,P,2024-12-05,1,closed,50,EUR,more,and more\n", "row_is_readable"),
    ("infinity", "3,1,A,K1,P,2024-12-05,inf,closed,50,EUR\n", "quantity_is_a_quantity"),
]


@pytest.mark.parametrize(("row", "rule"), [case[1:] for case in ROW_FAULTS], ids=[case[0] for case in ROW_FAULTS])
def test_a_faulty_row_is_quarantined_with_its_reason(import_folder: ImportFolder, row: str, rule: str) -> None:
    extract = import_folder(sales_line__csv=SALES + row + GOOD)
    held = extract.quarantine["sales_line"]
    assert held["_rule"].to_list() == [rule]
    assert held["_source_row"].to_list() == [3]
    assert held["_reason"][0]
    finding = next(found for found in extract.findings if found.rule == rule)
    assert (finding.rows, finding.severity, finding.owner) == (1, "error", "demand planner")
    assert finding.mend
    assert finding.message
    assert extract.tables["sales_line"].height == 3
    assert adds_up(extract.reconciliation)


def test_quarantine_counts_quantity_and_money(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=SALES + "3,1,X,K1,P,2024-12-05,7,closed,70.25,EUR\n")
    row = extract.reconciliation.filter(pl.col("table") == "sales_line").to_dicts()[0]
    assert (row["rows_read"], row["rows_accepted"], row["rows_quarantined"]) == (3, 2, 1)
    assert (float(row["quantity_read"]), float(row["quantity_quarantined"])) == (22.0, 7.0)
    assert (float(row["money_read"]), float(row["money_quarantined"])) == (220.25, 70.25)


def test_a_row_that_repeats_another_in_full_is_merged_and_counted(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=SALES + "1,2,B,K1,P,2024-12-05,5,closed,50,EUR\n")
    row = extract.reconciliation.filter(pl.col("table") == "sales_line").to_dicts()[0]
    assert (row["rows_accepted"], row["rows_merged"], row["rows_quarantined"]) == (2, 1, 0)
    assert "rows_stand_once" in rules_of(extract, "sales_line")
    assert adds_up(extract.reconciliation)


def test_negative_stock_is_a_warning_and_stays(import_folder: ImportFolder) -> None:
    stock = "item_id,location_id,as_of_date,stock_type,on_hand_qty\nA,P,2024-12-31,unrestricted,-4\n"
    extract = import_folder(inventory__csv=stock)
    assert "stock_is_not_negative" in rules_of(extract, "inventory")
    assert extract.tables["inventory"]["on_hand_qty"].to_list() == [-4.0]


def test_stock_of_an_unknown_item_is_kept_out(import_folder: ImportFolder) -> None:
    stock = "item_id,location_id,as_of_date,stock_type,on_hand_qty\nZ,P,2024-12-31,unrestricted,4\n"
    extract = import_folder(inventory__csv=stock)
    assert extract.quarantine["inventory"]["_rule"].to_list() == ["item_id_is_known"]


def test_an_unknown_status_is_a_warning_and_keeps_the_line(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=SALES.replace("closed", "Delivered"))
    assert "status_is_in_the_list" in rules_of(extract, "sales_line")
    assert extract.tables["sales_line"].height == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_a_table_in_another_encoding_comes_in_the_same(
    import_folder: ImportFolder, tmp_path: Path, encoding: str
) -> None:
    text = ITEMS.replace("Alpha", "Größe")
    extract = import_folder(item__csv=text.encode(encoding))
    assert extract.tables["item"]["description"].to_list() == ["Größe", "Beta"]
    plain = import_extract(_plain(tmp_path, text), into=tmp_path / "plain", at=AT)
    assert plain.digest == extract.digest


def _plain(tmp_path: Path, items: str) -> Path:
    (tmp_path / "source" / "item.csv").write_text(items, encoding="utf-8")
    return tmp_path / "source"


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_line_ends_do_not_change_the_digest(import_folder: ImportFolder, end: str) -> None:
    assert import_folder(sales_line__csv=SALES.replace("\n", end)).digest == import_folder(sales_line__csv=SALES).digest


def test_decimal_comma_and_semicolon_do_not_change_the_digest(import_folder: ImportFolder) -> None:
    plain = SALES.replace(",100,", ",100.5,").replace(",50,", ",50.25,")
    comma = plain.replace(".", "@").replace(",", ";").replace("@", ",")
    assert import_folder(sales_line__csv=comma).digest == import_folder(sales_line__csv=plain).digest


FILE_FAULTS: list[tuple[str, dict[str, str | bytes | None], str]] = [
    ("an empty file", {"item__csv": ""}, "item.csv"),
    (
        "a truncated gzip",
        {"sales_line__csv": None, "sales_line__csv__gz": gzip.compress(SALES.encode() * 99)[:80]},
        "cut off",
    ),
    ("a picture called csv", {"item__csv": b"\x89PNG\r\n\x1a\n\x00\x00"}, "picture"),
    ("10,000 columns", {"item__csv": ",".join(f"c{n}" for n in range(10_000)) + "\n"}, "10,000 columns"),
    ("no manifest", {"manifest__toml": None}, "manifest"),
    ("a broken manifest", {"manifest__toml": "company = "}, "manifest cannot be read"),
    ("a manifest without a date", {"manifest__toml": 'company = "x"\nbase_currency = "EUR"\n'}, "as_of_date"),
    (
        "a wrong row count",
        {"manifest__toml": MANIFEST + "[files.sales_line]\nrows = 3\n"},
        "states rows 3, the file has 2",
    ),
    ("a wrong quantity", {"manifest__toml": MANIFEST + "[files.sales_line]\nquantity = 16\n"}, "states quantity 16"),
    ("a wrong amount", {"manifest__toml": MANIFEST + "[files.sales_line]\nmoney = 1e6\n"}, "states money"),
    ("a missing file", {"manifest__toml": MANIFEST + "[files.bom]\nrows = 3\n"}, "no such file"),
    ("no items", {"item__csv": None}, "deliver item"),
    ("the wrong delimiter", {"item__csv": ITEMS.replace(",", "#")}, "No usable row in item"),
    (
        "no good sales line",
        {"sales_line__csv": SALES_HEAD + "1,1,A,K1,P,never,1,closed,1,EUR\n"},
        "No usable row in sales_line",
    ),
]


@pytest.mark.parametrize(("files", "words"), [case[1:] for case in FILE_FAULTS], ids=[case[0] for case in FILE_FAULTS])
def test_a_rejected_import_says_why_and_leaves_the_last_good_extract(
    import_folder: ImportFolder, tmp_path: Path, files: dict[str, str | bytes | None], words: str
) -> None:
    good = import_folder()
    for file in (tmp_path / "source").iterdir():
        file.unlink()
    with pytest.raises(ImportRejected) as caught:
        import_folder(**files)
    assert words in str(caught.value)
    assert all(fault.mend for fault in caught.value.faults)
    assert Extract.open(tmp_path / "extracts").digest == good.digest


def test_all_faults_of_the_files_are_gathered(write_folder: WriteFolder, tmp_path: Path) -> None:
    folder = write_folder(item__csv="", customer__csv=b"\x89PNG")
    with pytest.raises(ImportRejected) as caught:
        import_extract(folder, into=tmp_path / "extracts", at=AT)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("files", [{}, {"holiday.jpg": b"\xff\xd8\xff", "cat.png": b"\x89PNG"}])
def test_a_folder_without_tables_is_rejected(tmp_path: Path, files: dict[str, bytes]) -> None:
    (tmp_path / "pictures").mkdir()
    for name, content in files.items():
        (tmp_path / "pictures" / name).write_bytes(content)
    with pytest.raises(ImportRejected, match="holds no table"):
        import_extract(tmp_path / "pictures", into=tmp_path / "extracts", at=AT)


def test_files_that_are_not_used_are_reported(import_folder: ImportFolder) -> None:
    extract = import_folder(notes__csv="a,b\n1,2\n", photo__jpg=b"\xff\xd8\xff")
    assert {"every_file_is_used", "every_file_is_read"} <= rules_of(extract)


def test_unknown_columns_are_kept_as_attributes(import_folder: ImportFolder) -> None:
    extract = import_folder(item__csv=ITEMS.replace("family\n", "family,Colour\n").replace("F1\n", "F1,red\n"))
    assert extract.tables["item"]["colour"].to_list() == ["red", "red"]


def test_another_as_of_date_can_be_asked_for(import_folder: ImportFolder) -> None:
    extract = import_folder(as_of=date(2024, 11, 30))
    assert extract.as_of == date(2024, 11, 30)
    assert extract.quarantine["sales_line"]["_rule"].to_list() == ["order_date_is_not_after_the_as_of_date"]
