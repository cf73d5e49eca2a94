import pytest
from django.db import DatabaseError, connection, transaction

from steelyard.web.audit.models import Entry
from steelyard.web.audit.services import audit_record


@pytest.fixture
def entry(db) -> Entry:
    audit_record(actor="dana", action="scenario.branch", subject="promo", detail={"base": "base"})
    return Entry.objects.get()


def test_an_entry_keeps_who_did_what(entry):
    assert (entry.actor, entry.action, entry.subject, entry.detail) == (
        "dana",
        "scenario.branch",
        "promo",
        {"base": "base"},
    )


def test_the_trail_refuses_to_be_altered(entry):
    with pytest.raises(TypeError):
        Entry.objects.all().update(actor="sam")
    with pytest.raises(TypeError):
        Entry.objects.all().delete()


def test_the_database_itself_refuses_to_alter_the_trail(entry):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET actor = 'sam'")
    assert Entry.objects.get().actor == "dana"


def test_the_trail_is_searched(site, client_of, entry):
    page = client_of("sop_lead").get("/trail/?text=promo")
    assert b"scenario.branch" in page.content
    assert b"No entries" in client_of("sop_lead").get("/trail/?text=nothing-like-it").content


@pytest.fixture
def moved(db) -> Entry:
    audit_record(
        actor="=cmd|' /C calc'!A0", action="person.change", subject="sam", detail={"reason": "moved house"},
        before={"role": "sales", "email": "a@b.c"}, after={"role": "finance", "email": "a@b.c"}, run="ab12cd34",
    )  # fmt: skip
    return Entry.objects.get()


def test_an_entry_says_what_was_and_what_became(moved):
    assert moved.changed == [("role", "sales", "finance")]
    assert moved.reason == "moved house"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("text=house", True), ("text=finance", True), ("actor=dana", False), ("action=person.change", True),
        ("subject=sam", True), ("run=ab12", True), ("run=ff", False), ("first=2020-01-01", True),
        ("last=2020-01-01", False), ("first=nonsense", True),
    ],
)  # fmt: skip
def test_the_trail_is_searched_by_person_action_thing_run_and_time(site, client_of, moved, asked, found):
    page = client_of("sop_lead").get(f"/trail/?{asked}").content.decode()
    assert ("<ins>finance</ins>" in page) is found


def test_the_trail_is_taken_along_without_formulas(site, client_of, moved):
    client = client_of("sop_lead")
    text = client.get("/trail/export.csv?subject=sam").content.decode()
    assert "'=cmd|" in text
    assert "\n=cmd" not in text
    assert ",role: sales; email: a@b.c,role: finance; email: a@b.c,moved house,ab12cd34," in text
    assert client.get("/trail/export.xlsx").content[:2] == b"PK"
    assert Entry.objects.filter(action="trail.export").count() == 2


def test_the_trail_is_for_those_who_see_everything(site, client_of, person):
    client = client_of("sop_lead")
    person("sop_lead").seen_slices.create(scope={"product_family": ["F0"]})
    assert client.get("/trail/").status_code == 403
    assert client.get("/trail/export.csv").status_code == 403
