"""Notice tasks: send e-mail, by the worker, so that a failing mail server never holds up the work."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django_tasks import task

from steelyard.web.accounts.selectors import people
from steelyard.web.notices.models import Notice
from steelyard.web.notices.state import Mailing

AT_ONCE = 200
"""E-mails read from the records at a time."""

log = logging.getLogger(__name__)


@task()
def notices_mail() -> None:
    """Send what waits."""
    mail_waiting()


def mail_waiting() -> int:
    """Send the e-mails that wait, batch by batch, each at most once; one that fails is marked and stays in the app.

    Returns:
        How many were sent.
    """
    sent, after = 0, 0
    while waiting := _batch(after):
        addresses = {user.username: user.email for user in people()}
        sent += sum(_sent(notice, addresses.get(notice.recipient, "")) for notice in waiting)
        after = waiting[-1].pk
    return sent


def _batch(after: int) -> list[Notice]:
    return list(Notice.objects.filter(mailing=Mailing.WAITING.value, pk__gt=after).order_by("id")[:AT_ONCE])


def _sent(notice: Notice, address: str) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, mailing=Mailing.WAITING.value)
    if not mine.update(mailing=Mailing.SENT.value):
        return False
    try:
        _message(notice, address).send()
    except Exception as fault:  # noqa: BLE001 - a mail server may fail in any way, and the work goes on
        log.warning("The e-mail of notice %s was not sent: %s", notice.pk, fault)
        Notice.objects.filter(pk=notice.pk).update(mailing=Mailing.FAILED.value)
        return False
    return True


def _message(notice: Notice, address: str) -> EmailMessage:
    first = " ".join(notice.text.split())
    link = f"\n\n{settings.SITE_URL}{notice.url}" if notice.url and settings.SITE_URL else ""
    connection = get_connection(fail_silently=False)
    return EmailMessage(f"Steelyard: {first[:90]}", notice.text + link, None, [address], connection=connection)
