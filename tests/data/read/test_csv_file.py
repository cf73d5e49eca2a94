"""Reading delimited text: every usual dialect, and what is broken says so."""

import gzip
from pathlib import Path

import pytest

from steelyard.data.read.csv_file import read_csv
from steelyard.data.read.source_file import FAULT, ROW, SourceFile
from steelyard.errors import FileUnreadable

TEXT = "id;name;value\n1;Köln;1,5\n2;Åre;2,25\n"


def _read(tmp_path: Path, content: str | bytes, name: str = "file.csv") -> SourceFile:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_csv(path, name="file", where=name)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("latin-1", "latin-1"),
    ],
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    file = _read(tmp_path, TEXT.encode(encoding))
    assert file.facts.encoding == found
    assert file.frame["name"].to_list() == ["Köln", "Åre"]


def test_cp1252_is_told_from_latin_1_by_its_own_signs(tmp_path: Path) -> None:
    file = _read(tmp_path, "id;name\n1;“5 €”\n".encode("cp1252"))
    assert (file.facts.encoding, file.frame["name"][0]) == ("cp1252", "“5 €”")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "+|"])
def test_delimiters_are_found_out(tmp_path: Path, delimiter: str) -> None:
    end = "&|\n" if delimiter == "+|" else "\n"
    rows = [["id", "name", "note"], ["1", "a", "x y"], ["2", "b", "z"]]
    file = _read(tmp_path, end.join(delimiter.join(row) for row in rows) + end)
    assert file.facts.delimiter == delimiter
    assert file.frame.select("id", "name", "note").rows() == [("1", "a", "x y"), ("2", "b", "z")]


@pytest.mark.parametrize(("end", "name"), [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")])
def test_line_ends_are_found_out(tmp_path: Path, end: str, name: str) -> None:
    file = _read(tmp_path, TEXT.replace("\n", end))
    assert (file.facts.line_end, file.frame.height) == (name, 2)


def test_decimal_commas_are_rewritten_and_reported(tmp_path: Path) -> None:
    file = _read(tmp_path, "id;amount\n1;1.250,50\n2;-3,5\n3;7\n")
    assert file.frame["amount"].to_list() == ["1250.50", "-3.5", "7"]
    assert file.facts.decimal_comma == ("amount",)


def test_thousands_commas_are_not_taken_for_decimal_commas(tmp_path: Path) -> None:
    file = _read(tmp_path, 'id,amount\n1,"1,250"\n2,"12,000"\n')
    assert file.frame["amount"].to_list() == ["1250", "12000"]
    assert file.facts.decimal_comma == ()


def test_names_with_commas_stay(tmp_path: Path) -> None:
    assert _read(tmp_path, "id;name\n1;Miller, Joe\n2;7,5 kg box\n").frame["name"].to_list() == [
        "Miller, Joe",
        "7,5 kg box",
    ]


def test_quoted_fields_keep_line_ends_and_delimiters(tmp_path: Path) -> None:
    file = _read(tmp_path, 'id,"long\nname"\n1,"a,b\nc"\n')
    assert file.frame.columns[:2] == ["id", "long\nname"]
    assert file.frame["long\nname"][0] == "a,b\nc"


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    file = _read(tmp_path, gzip.compress(TEXT.encode()), "file.csv.gz")
    assert (file.frame.height, file.facts.compressed) == (2, True)


def test_wide_files_are_read(tmp_path: Path) -> None:
    head, row = ",".join(f"c{n}" for n in range(500)), ",".join("1" for _ in range(500))
    assert _read(tmp_path, f"{head}\n{row}\n").facts.columns == 500


def test_rows_with_too_few_or_too_many_fields_are_kept_and_marked(tmp_path: Path) -> None:
    file = _read(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n")
    assert file.frame[FAULT].to_list() == [
        None,
        "row has 2 fields, the header has 3",
        "row has 4 fields, the header has 3",
    ]
    assert file.frame["a"].to_list() == ["1", "4", "6"]


def test_a_short_row_is_found_though_polars_fills_it_up(tmp_path: Path) -> None:
    file = _read(tmp_path, "a,b,c\n1,2,3\n4,5,6\n7,8\n")
    assert file.frame[FAULT].null_count() == 2


def test_a_repeated_header_is_marked(tmp_path: Path) -> None:
    file = _read(tmp_path, "a,b\n1,2\na,b\n3,4\n")
    assert file.frame[FAULT].to_list() == [None, "row repeats the header", None]
    assert file.frame[ROW].to_list() == [1, 2, 3]


def test_columns_without_or_with_the_same_name_are_named_and_noted(tmp_path: Path) -> None:
    file = _read(tmp_path, "a,,a\n1,2,3\n")
    assert file.frame.columns[:3] == ["a", "column_2", "a_3"]
    assert len(file.facts.notes) == 2


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    assert _read(tmp_path, "a,b\n").frame.height == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (gzip.compress(TEXT.encode() * 500, mtime=0)[:60], "cut off"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "picture"),
        (b"abc\x00\x01\x02def" * 9, "binary"),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n").encode(), "10,000 columns"),
        (b"1,2,3\n4,5,6\n", "no header"),
    ],
)
def test_what_cannot_be_read_says_what_where_and_how_to_mend(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=words) as caught:
        _read(tmp_path, content)
    assert "file.csv" in caught.value.where
    assert caught.value.mend


def test_a_stated_encoding_that_does_not_fit_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"a;b\n\xff\xfe;1\n\x81;2\n")
    with pytest.raises(FileUnreadable, match="not written in ascii"):
        read_csv(path, name="file", where="file.csv", encoding="ascii")
