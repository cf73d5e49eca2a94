"""Notices: told once, seen, answered, closed; a failing mail server never breaks the work."""

import pytest
from django.core import mail
from django.test import Client

from steelyard.errors import NotFound, PlanError
from steelyard.web.company import now
from steelyard.web.notices.models import Notice
from steelyard.web.notices.selectors import notices_of, unread_count
from steelyard.web.notices.services import (
    notice_acknowledge,
    notice_answer,
    notice_close,
    notices_close_on,
    notify,
    notify_roles,
)
from steelyard.web.notices.tasks import AT_ONCE, mail_waiting

pytestmark = pytest.mark.django_db


def test_people_are_told_once_and_the_sender_never(person) -> None:
    sales, lead = person("sales"), person("sop_lead")
    for _ in range(2):
        told = notify(
            ["sales", "sop_lead", "nobody"], "Sign the consensus", "/demand-review/", "step.due",
            sender="sop_lead", once="2026-11 demand day 3",
        )  # fmt: skip
    assert (told, unread_count(sales), unread_count(lead)) == (0, 1, 0)


def test_a_role_without_people_falls_to_the_lead(person) -> None:
    lead = person("sop_lead")
    assert notify_roles(["finance"], "Explain the gap") == 1
    assert unread_count(lead) == 1


def test_a_notice_is_acknowledged_answered_and_closed(person) -> None:
    sales, lead = person("sales"), person("sop_lead")
    notify(["sales"], "When will you sign?", sender="sop_lead")
    number = notices_of(sales)[0].pk
    assert notice_acknowledge(number, user=sales).state == "acknowledged"
    assert notice_answer(number, "Tomorrow", user=sales).state == "answered"
    assert notice_acknowledge(number, user=sales).state == "answered"
    assert "Tomorrow" in notices_of(lead)[0].text
    assert notice_close(number, user=sales).state == "closed"
    assert not notices_of(sales).exists()


def test_an_answer_says_something_and_comes_from_the_one_who_was_asked(person) -> None:
    sales = person("sales")
    notify(["sales"], "When?", sender="sop_lead")
    with pytest.raises(PlanError):
        notice_answer(Notice.objects.get().pk, "  ", user=sales)
    with pytest.raises(NotFound):
        notice_close(Notice.objects.get().pk, user=person("finance"))


def test_what_is_mended_is_put_away(person) -> None:
    sales = person("sales")
    notify(["sales"], "Late", kind="step.late", subject="cycle 2026-11")
    assert notices_close_on("cycle 2026-11", ["step.late"]) == 1
    assert unread_count(sales) == 0


def test_who_has_an_address_gets_an_e_mail(person, settings) -> None:
    settings.MAIL_ON, settings.SITE_URL = True, "https://plan.example"
    sales = person("sales")
    sales.email = "sam@example.com"
    sales.save()
    notify(["sales"], "Sign the consensus\nBcc: x@example.com", "/demand-review/")
    assert [message.to for message in mail.outbox] == [["sam@example.com"]]
    assert "https://plan.example/demand-review/" in str(mail.outbox[0].body)
    assert "\n" not in mail.outbox[0].subject
    assert Notice.objects.get().mailing == "sent"


def test_a_failing_mail_server_never_breaks_the_work(person, settings) -> None:
    settings.MAIL_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    sales = person("sales")
    sales.email = "sam@example.com"
    sales.save()
    assert notify(["sales"], "Sign the consensus") == 1
    assert Notice.objects.get().mailing == "failed"
    assert unread_count(sales) == 1


def test_the_bell_counts_and_the_page_lists(site, client_of, person) -> None:
    client: Client = client_of("sales")
    assert b"Nothing open" in client.get("/notices/").content
    notify(["sales"], "Sign the <consensus>", "/demand-review/", sender="sop_lead")
    body = client.get("/notices/").content.decode()
    assert 'aria-label="Notices, 1 new"' in body
    assert "&lt;consensus&gt;" in body
    number = notices_of(person("sales"))[0].pk
    assert client.get(f"/notices/{number}/").headers["Location"] == "/demand-review/"
    assert client.post(f"/notices/{number}/answer/", {"answer": "Done"}).status_code == 302
    assert client_of("finance").get(f"/notices/{number}/").status_code == 404


def test_a_notice_does_not_lead_out_of_the_site(site, client_of, person) -> None:
    client = client_of("sales")
    notify(["sales"], "Look", "https://elsewhere.example/")
    assert client.get(f"/notices/{Notice.objects.get().pk}/").headers["Location"] == "/notices/"


def test_the_api_lists_and_answers(site, client_of) -> None:
    client = client_of("sales")
    notify(["sales"], "Sign", sender="sop_lead")
    number = client.get("/api/notices/").json()[0]["id"]
    answered = client.post(f"/api/notices/{number}/answer", {"answer": "Done"}, content_type="application/json")
    assert answered.json()["state"] == "answered"
    assert client.get("/api/notices/").json() == []


def test_more_e_mails_than_a_batch_are_all_sent(person) -> None:
    sales = person("sales")
    sales.email = "sam@example.com"
    sales.save()
    Notice.objects.bulk_create(
        Notice(recipient="sales", text=f"Notice {n}", at=now(), mailing="waiting") for n in range(AT_ONCE + 30)
    )
    assert mail_waiting() == AT_ONCE + 30
    assert len(mail.outbox) == AT_ONCE + 30
    assert mail_waiting() == 0
