"""The extract: one digest on every machine, safe on disk, comparable with the month before."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from steelyard.data.digest import table_digest
from steelyard.data.extract import Extract, latest_extract, sealed, write_extract
from steelyard.data.importing import import_extract
from steelyard.data.plausibility import compare_extracts
from steelyard.data.safe_folder import write_folder
from steelyard.data.schema import TABLES
from steelyard.errors import NotFound, StoreDamaged
from tests.data.conftest import AT, CUSTOMERS, ITEMS, SALES, ImportFolder, WriteFolder, rules_of

PRICE = "item_id,price,currency,valid_from\nA,10,EUR,2024-01-01\nB,20,EUR,2024-01-01\n"


def test_every_table_of_the_contract_is_there(import_folder: ImportFolder) -> None:
    extract = import_folder()
    assert set(extract.tables) == set(TABLES)
    for name, table in TABLES.items():
        assert dict(list(extract.tables[name].schema.items())[: len(table.columns)]) == table.schema


def test_rows_know_their_file_and_row(import_folder: ImportFolder) -> None:
    sales = import_folder().tables["sales_line"]
    assert sales.select("_source", "_source_row").rows() == [("sales_line.csv", 1), ("sales_line.csv", 2)]


def test_lineage_names_the_sources(import_folder: ImportFolder) -> None:
    source = import_folder().lineage["item"][0]
    assert (source.path, source.rows, source.encoding, source.delimiter) == ("item.csv", 2, "utf-8", ",")
    assert len(source.sha256) == 64


def test_the_digest_depends_on_content_only(write_folder: WriteFolder, tmp_path: Path) -> None:
    folder = write_folder()
    first = import_extract(folder, into=tmp_path / "one", at=AT)
    lines = SALES.splitlines()
    (folder / "sales_line.csv").write_text("\n".join([lines[0], lines[2], lines[1]]) + "\n")
    os.utime(folder / "item.csv", (0, 0))
    second = import_extract(folder, into=tmp_path / "two", at=AT.replace(year=2030))
    assert first.digest == second.digest


def test_the_digest_is_the_same_on_every_machine(import_folder: ImportFolder) -> None:
    """Renew only when the stored form changes on purpose, together with FORMAT."""
    assert import_folder().digest == "3c32e98f482cefa0329fed66e53c87c8a9e880049c8e6618f12b63236b454cdf"


@pytest.mark.parametrize(
    "files",
    [
        {"sales_line__csv": SALES.replace(",100,", ",100.01,")},
        {"item__csv": ITEMS.replace("Alpha", "Alfa")},
        {"customer__csv": CUSTOMERS + "K3,Third,retail\n"},
    ],
)
def test_any_change_of_content_changes_the_digest(import_folder: ImportFolder, files: dict[str, str]) -> None:
    assert import_folder(**files).digest != import_folder().digest


def test_the_digest_does_not_depend_on_the_kind_of_file(import_folder: ImportFolder, tmp_path: Path) -> None:
    plain = import_folder(price__csv=PRICE)
    for name, frame in plain.tables.items():
        if frame.height and plain.lineage.get(name):
            (tmp_path / "source" / f"{name}.csv").unlink()
            given = frame.drop("_source", "_source_row").filter(frame["_source"].is_not_null())
            given.write_parquet(tmp_path / "source" / f"{name}.parquet")
    again = import_extract(tmp_path / "source", into=tmp_path / "again", at=AT)
    assert again.lineage["price"][0].path == "price.parquet"
    assert again.tables["price"].drop("_source").equals(plain.tables["price"].drop("_source"))
    assert set(again.tables["item"]["make_buy"]) == {"buy"}
    assert table_digest(again.tables["sales_line"]) == table_digest(plain.tables["sales_line"])


def test_tables_of_a_workbook_come_in(write_folder: WriteFolder, tmp_path: Path) -> None:
    plain = import_extract(write_folder(), into=tmp_path / "plain", at=AT)
    book = xlsxwriter.Workbook(str(tmp_path / "source" / "company.xlsx"))
    for name in ("item", "customer", "sales_line"):
        sheet = book.add_worksheet(name)
        for row, line in enumerate((tmp_path / "source" / f"{name}.csv").read_text().splitlines()):
            sheet.write_row(row, 0, line.split(","))
        (tmp_path / "source" / f"{name}.csv").unlink()
    book.close()
    again = import_extract(tmp_path / "source", into=tmp_path / "again", at=AT)
    assert again.digest == plain.digest
    assert again.lineage["item"][0].path == "company.xlsx#item"


def test_table_digests_tell_empty_from_zero_and_types_apart() -> None:
    frames = [
        pl.DataFrame({"a": [0.0, None]}),
        pl.DataFrame({"a": [None, 0.0]}),
        pl.DataFrame({"a": ["", None]}),
        pl.DataFrame({"a": ["0", None]}),
        pl.DataFrame({"b": [0.0, None]}),
        pl.DataFrame({"a": [0, None]}),
    ]
    assert len({table_digest(frame) for frame in frames}) == len(frames)
    assert table_digest(pl.DataFrame({"a": [-0.0]})) == table_digest(pl.DataFrame({"a": [0.0]}))
    assert table_digest(pl.DataFrame({"a": ["ab", "c"]})) != table_digest(pl.DataFrame({"a": ["a", "bc"]}))


def test_a_stored_extract_opens_as_it_was(import_folder: ImportFolder, tmp_path: Path) -> None:
    extract = import_folder(sales_line__csv=SALES + "3,1,X,K1,P,2024-12-05,7,closed,70,EUR\n", price__csv=PRICE)
    again = Extract.open(tmp_path / "extracts")
    assert again.folder == tmp_path / "extracts" / extract.digest
    assert (again.digest, again.as_of, again.findings) == (extract.digest, extract.as_of, extract.findings)
    assert again.tables["price"].equals(extract.tables["price"])
    assert again.quarantine["sales_line"].equals(extract.quarantine["sales_line"])
    assert again.reconciliation.equals(extract.reconciliation)
    assert (again.lineage, again.score, again.imported_at) == (extract.lineage, extract.score, AT)


def test_an_altered_extract_is_refused(import_folder: ImportFolder, tmp_path: Path) -> None:
    extract = import_folder()
    path = tmp_path / "extracts" / extract.digest / "tables" / "item.parquet"
    extract.tables["item"].with_columns(description=pl.lit("other")).write_parquet(path)
    with pytest.raises(StoreDamaged, match="altered"):
        Extract.open(tmp_path / "extracts")
    path.write_bytes(b"PAR1")
    with pytest.raises(StoreDamaged, match="cannot be read"):
        Extract.open(tmp_path / "extracts")


def test_a_damaged_extract_does_not_stand_in_the_way_of_the_next(import_folder: ImportFolder, tmp_path: Path) -> None:
    extract = import_folder()
    (tmp_path / "extracts" / extract.digest / "extract.json").write_text("{")
    assert import_folder(item__csv=ITEMS + "E,New,EA,finished,F1\n").digest != extract.digest


def test_opening_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no extract"):
        Extract.open(tmp_path)


def test_writing_twice_keeps_the_first(import_folder: ImportFolder, tmp_path: Path) -> None:
    extract = import_folder()
    assert write_extract(extract, tmp_path / "copy") == write_extract(extract, tmp_path / "copy")
    assert sealed(Extract.open(tmp_path / "copy")).digest == extract.digest


def test_a_folder_that_fails_to_fill_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_folder(tmp_path / "whole", fail)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys, pathlib, datetime
from steelyard.data import importing
from steelyard.data.importing import import_extract
import steelyard.data.extract as store
place, after = sys.argv[2], int(sys.argv[3])
calls = 0
def tick(*args):
    global calls
    calls += 1
    if calls == after:
        print("now", flush=True)
        import time; time.sleep(30)
import steelyard.data.safe_folder as safe
real_flush = safe._flush
def flush(path):
    tick(); real_flush(path)
safe._flush = flush
import_extract(sys.argv[1], into=place, at=datetime.datetime(2025, 1, 3), progress=tick)
print("done", flush=True)
"""


@pytest.mark.parametrize("after", [1, 4, 8, 10, 12, 15, 18])
def test_a_kill_at_any_point_leaves_the_last_good_extract(
    write_folder: WriteFolder, tmp_path: Path, after: int
) -> None:
    into = tmp_path / "extracts"
    good = import_extract(write_folder(), into=into, at=AT)
    changed = write_folder(name="next", item__csv=ITEMS + "E,New,EA,finished,F1\n")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(changed), str(into), str(after)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    word = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert word == "now"
    assert Extract.open(into).digest == good.digest
    after_it = import_extract(changed, into=into, at=AT)
    assert Extract.open(into).digest == after_it.digest != good.digest
    assert not list(into.glob(".*.part"))


def test_two_extracts_are_compared(import_folder: ImportFolder, tmp_path: Path) -> None:
    before = import_folder(price__csv=PRICE)
    after = import_folder(
        price__csv=PRICE.replace(",20,", ",25,"),
        customer__csv=CUSTOMERS.replace("K2,Second", "K4,Fourth"),
        sales_line__csv=SALES + "5,1,A,K1,P,2024-12-06,100,closed,1000,EUR\n",
    )
    found = compare_extracts(before, after)
    assert found.members.rows() == [("customer", "K4", "new"), ("customer", "K2", "lost")]
    assert found.prices.select("table", "item_id", "before", "after", "change").rows() == [
        ("price", "B", 20.0, 25.0, 0.25)
    ]
    sales = found.totals.filter(pl.col("table") == "sales_line").to_dicts()[0]
    assert (sales["rows_before"], sales["rows_after"], sales["quantity_after"]) == (2, 3, 115)
    assert {"table_moves_like_last_month", "members_do_not_vanish", "prices_move_little"} <= rules_of(after)
    assert {f.severity for f in after.findings if f.check == "plausibility"} == {"question"}


def test_the_first_extract_is_not_questioned(import_folder: ImportFolder) -> None:
    assert not [finding for finding in import_folder().findings if finding.check == "plausibility"]


def test_the_latest_is_the_last_imported(import_folder: ImportFolder, tmp_path: Path) -> None:
    first = import_folder()
    second = import_folder(as_of=date(2025, 1, 31))
    latest = latest_extract(tmp_path / "extracts")
    assert latest is not None
    assert latest.digest == second.digest != first.digest


def test_progress_is_told(write_folder: WriteFolder, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    import_extract(write_folder(), into=tmp_path / "e", at=AT, progress=lambda *step: steps.append(step))
    assert [name for name, _, _ in steps][:2] == ["reading customer", "reading item"]
    assert steps[-1][0] == "writing"
    assert all(done <= total for _, done, total in steps)


def test_a_column_the_contract_learned_later_is_empty_and_changes_no_digest(
    import_folder: ImportFolder, tmp_path: Path
) -> None:
    extract = import_folder()
    path = tmp_path / "extracts" / extract.digest / "tables" / "item.parquet"
    extract.tables["item"].drop("brand").write_parquet(path)
    again = Extract.open(tmp_path / "extracts")
    assert again.tables["item"]["brand"].null_count() == again.tables["item"].height
