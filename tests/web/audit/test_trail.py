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
