"""Pages and REST of extracts: import, findings, reconciliation, quarantine, lineage."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.web.audit.models import Entry
from steelyard.web.jobs.models import Job
from steelyard.web.masterdata.selectors import csv_line
from tests.company import company

MANIFEST = """company = "Small Company"
source_system = "test"
as_of_date = 2025-12-31
base_currency = "USD"
calendar = "months"
"""


def archive(**extra) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("small/manifest.toml", MANIFEST)
        for name, frame in company(items=4, customers=2).tables.items():
            if frame.height:
                opened.writestr(f"small/{name}.csv", frame.drop("_source", "_source_row").write_csv())
        for name, text in extra.items():
            opened.writestr(f"small/{name}", text)
    return SimpleUploadedFile("small.zip", out.getvalue())


@pytest.fixture
def imported(site, client_of):
    client = client_of("demand_planner")
    client.post("/data/upload/", {"tables": archive()})
    assert Job.objects.get().state == "done", Job.objects.get().error
    return site.open_extract()


def test_an_import_runs_as_a_job_and_leads_to_the_extract(site, client_of):
    answer = client_of("demand_planner").post("/data/upload/", {"tables": archive()}, follow=True)
    job = Job.objects.get()
    assert answer.redirect_chain[-1][0] == f"/jobs/{job.pk}/"
    assert b"Look at the result" in answer.content
    assert client_of("demand_planner").get(job.page).status_code == 200
    assert len(site.extracts()) == 2
    assert Entry.objects.filter(action="job.done", actor="demand_planner").exists()


def test_what_was_uploaded_is_cleared_away(imported, settings):
    assert not list(settings.UPLOAD_FOLDER.glob("*"))


@pytest.mark.parametrize("part", ["findings", "reconciliation", "quarantine", "assumptions", "lineage"])
def test_every_part_of_an_extract_is_shown(imported, client_of, part):
    page = client_of("executive").get(f"/data/{imported.digest}/{part}/")
    assert page.status_code == 200
    if part in ("lineage", "reconciliation"):
        assert b"sales_line" in page.content


def test_the_reconciliation_adds_up(imported, client_of):
    page = client_of("executive").get(f"/data/{imported.digest}/reconciliation/").content
    assert page.count(b'badge is-good">yes') > 5
    assert b'badge is-alert">no' not in page


def test_a_rejected_import_says_why_and_the_last_good_extract_stays(site, client_of):
    answer = client_of("demand_planner").post("/data/upload/", {"tables": archive(**{"broken.csv": ""})}, follow=True)
    before = site.extracts()[-1]
    empty = SimpleUploadedFile("item.csv", b"")
    answer = client_of("demand_planner").post("/data/upload/", {"tables": empty}, follow=True)
    assert answer.status_code == 200
    assert site.extracts()[-1] == before


def test_a_folder_of_nothing_useful_is_rejected_in_words(site, client_of):
    lonely = SimpleUploadedFile("item.csv", b"item_id,description,base_uom,item_type\nI1,One,EA,finished\n")
    client_of("demand_planner").post("/data/upload/", {"tables": lonely})
    job = Job.objects.get()
    assert job.state == "failed"
    assert "To mend" in job.error
    assert len(site.extracts()) == 1


def test_uploads_beyond_the_bounds_are_refused_before_anything_runs(site, client_of, settings):
    settings.UPLOAD_LIMIT = settings.UPLOAD_UNPACKED_LIMIT = 1 << 10
    client_of("demand_planner").post("/data/upload/", {"tables": archive()}, HTTP_REFERER="http://testserver/data/")
    assert not Job.objects.exists()
    assert not list(settings.UPLOAD_FOLDER.glob("*"))


def test_roles_without_import_are_refused(site, client_of):
    assert client_of("sales").post("/data/upload/", {"tables": archive()}).status_code == 403
    answer = client_of("executive").post("/api/extracts/", {"files": archive()})
    assert answer.status_code == 403
    assert not Job.objects.exists()


def test_rest_imports_and_tells_what_came_of_it(site, client_of):
    client = client_of("supply_planner")
    answer = client.post("/api/extracts/", {"files": archive()})
    assert answer.status_code == 202, answer.content
    job = client.get(f"/api/jobs/{answer.json()['id']}").json()
    told = client.get(f"/api/extracts/{job['result']['digest']}").json()
    assert told["company"] == "Small Company"
    sales = next(table for table in told["tables"] if table["table"] == "sales_line")
    assert sales["rows"]["read"] == sales["rows"]["accepted"] > 0
    assert all(table["adds_up"] for table in told["tables"])
    assert client.get("/api/extracts/").json()[0]["latest"] is True
    assert isinstance(client.get(f"/api/extracts/{told['digest']}/findings").json(), list)


def test_an_unknown_extract_is_not_found(site, client_of):
    client = client_of("executive")
    assert client.get("/data/0123456789/").status_code == 404
    assert client.get("/api/extracts/0123456789").status_code == 404
    assert client.get(f"/data/{site.extracts()[0].digest}/quarantine/nothing.csv").status_code == 404


def test_rows_kept_out_are_shown_and_downloaded_without_formulas(site, client_of):
    client = client_of("demand_planner")
    frame = company(items=4, customers=2).tables["sales_line"].drop("_source", "_source_row")
    bad = frame.head(3).with_columns(item_id=frame.head(3)["item_id"].replace_strict({}, default="=cmd()"))
    text = bad.extend(frame.slice(3)).write_csv()
    out = archive()
    with zipfile.ZipFile(out.file, "a") as opened:
        opened.writestr("small/sales_line_extra.csv", "")
    upload = SimpleUploadedFile("small.zip", _replaced(out.file.getvalue(), "small/sales_line.csv", text))
    client.post("/data/upload/", {"tables": upload})
    assert Job.objects.get().state == "done", Job.objects.get().error
    extract = site.open_extract()
    assert extract.quarantine["sales_line"].height == 3
    page = client.get(f"/data/{extract.digest}/quarantine/?table=sales_line")
    assert b"=cmd()" in page.content
    download = b"".join(client.get(f"/data/{extract.digest}/quarantine/sales_line.csv").streaming_content)
    assert b"'=cmd()" in download
    assert b",=cmd()" not in download
    told = client.get(f"/api/extracts/{extract.digest}/quarantine/sales_line").json()
    assert told["total"] == 3


def _replaced(content: bytes, member: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            if not info.filename.endswith("extra.csv"):
                target.writestr(info.filename, text if info.filename == member else source.read(info))
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("@x", "'@x"),
        ("-cmd", "'-cmd"),
        ("\tx", "'\tx"),
        ("-5", "-5"),
        ("+40", "+40"),
        ("a,b", '"a,b"'),
        ('=h("x")', '"\'=h(""x"")"'),
    ],
)
def test_no_cell_becomes_a_formula(cell, expected):
    assert csv_line([cell, "end"]) == f"{expected},end\r\n"
