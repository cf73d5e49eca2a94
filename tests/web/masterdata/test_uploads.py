import gzip
import io
import resource
import zipfile
from contextlib import suppress
from time import perf_counter

import pytest
import xlsxwriter

from steelyard.data.read.workbook import read_workbook
from steelyard.errors import FileUnreadable
from steelyard.web.masterdata.uploads import Bounds, source_folder, store_upload

SMALL = Bounds(sent=1 << 20, unpacked=1 << 20)


class Sent:
    def __init__(self, name, content):
        self.name, self.size, self._content = name, len(content), content

    def chunks(self):
        yield self._content


def archive(entries, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return Sent("extract.zip", out.getvalue())


def test_files_are_kept_as_they_came(tmp_path):
    assert store_upload([Sent("item.csv", b"item_id\n1\n")], tmp_path / "u", SMALL) == []
    assert (tmp_path / "u" / "item.csv").read_bytes() == b"item_id\n1\n"


def test_an_archive_is_unpacked_and_its_wrapping_folder_seen_through(tmp_path):
    store_upload([archive({"march/item.csv": "a", "march/manifest.toml": "b"})], tmp_path / "u", SMALL)
    assert sorted(p.name for p in source_folder(tmp_path / "u").iterdir()) == ["item.csv", "manifest.toml"]


def test_what_is_no_table_is_left_out_of_an_archive_and_named(tmp_path):
    left_out = store_upload([archive({"item.csv": "a", "README.md": "b"})], tmp_path / "u", SMALL)
    assert left_out == ["README.md"]
    assert [p.name for p in (tmp_path / "u").iterdir()] == ["item.csv"]


@pytest.mark.parametrize("name", ["../item.csv", "/etc/item.csv", "a/../../item.csv", "C:/item.csv", "..\\item.csv"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(FileUnreadable, match="elsewhere"):
        store_upload([archive({name: "x"})], tmp_path / "u", SMALL)
    assert not list(tmp_path.glob("*.csv"))


def test_a_bomb_is_refused_before_it_is_written_out(tmp_path):
    with pytest.raises(FileUnreadable, match="larger than 1 MB"):
        store_upload([archive({"item.csv": b"0" * (50 << 20)})], tmp_path / "u", SMALL)
    assert sum(p.stat().st_size for p in (tmp_path / "u").rglob("*")) < 3 << 20


def test_a_bomb_in_a_gzip_file_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="larger than 1 MB"):
        store_upload([Sent("item.csv.gz", gzip.compress(b"0" * (50 << 20)))], tmp_path / "u", SMALL)


def test_a_bomb_in_a_workbook_is_refused(tmp_path):
    book = archive({"xl/worksheets/sheet1.xml": b"0" * (50 << 20)})
    book.name = "item.xlsx"
    with pytest.raises(FileUnreadable, match="larger than 1 MB"):
        store_upload([book], tmp_path / "u", SMALL)


def test_an_xml_bomb_in_a_workbook_stays_small(tmp_path):
    """Entities of a workbook are never expanded: a billion laughs is read as nothing, or refused, at once."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{laughs}]>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with xlsxwriter.Workbook(tmp_path / "plain.xlsx") as book:
        book.add_worksheet("item").write_row(0, 0, ["item_id", "description"])
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as made:
        for name in plain.namelist():
            text = f'{bomb}<sst xmlns="{main}"><si><t>&l9;</t></si><si><t>b</t></si></sst>'
            made.writestr(name, text if name == "xl/sharedStrings.xml" else plain.read(name))
    before, began = peak_memory(), perf_counter()
    with suppress(FileUnreadable):
        read_workbook(tmp_path / "bomb.xlsx", name="bomb", where="bomb.xlsx")
    assert perf_counter() - began < 2
    assert peak_memory() - before < 100 << 10


def peak_memory() -> int:
    """The most memory the process has held [KB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_too_much_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="larger than 1 MB"):
        store_upload([Sent("item.csv", b"x" * (2 << 20))], tmp_path / "u", SMALL)


def test_too_many_files_are_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="501 files"):
        store_upload([archive({f"{n}.csv": "" for n in range(501)})], tmp_path / "u", SMALL)


@pytest.mark.parametrize("name", ["picture.png", "run.exe", "noending", ".csv"])
def test_what_is_no_table_is_refused(tmp_path, name):
    with pytest.raises(FileUnreadable):
        store_upload([Sent(name, b"x")], tmp_path / "u", SMALL)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_a_broken_archive_is_refused(tmp_path, content):
    with pytest.raises(FileUnreadable):
        store_upload([Sent("x.zip", content)], tmp_path / "u", SMALL)


def test_a_link_in_an_archive_is_refused(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        link = zipfile.ZipInfo("item.csv")
        link.external_attr = 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(FileUnreadable, match="link"):
        store_upload([Sent("x.zip", out.getvalue())], tmp_path / "u", SMALL)


def test_two_files_of_one_name_are_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="same name"):
        store_upload([Sent("item.csv", b"a"), Sent("item.csv", b"b")], tmp_path / "u", SMALL)


def test_an_empty_upload_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="no files"):
        store_upload([archive({})], tmp_path / "u", SMALL)
