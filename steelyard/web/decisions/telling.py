"""Telling: who hears of a decision, a delegation or an action, in the app and by e-mail."""

from django.urls import reverse

from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.sight import called
from steelyard.web.decisions import models
from steelyard.web.decisions.people import active
from steelyard.web.decisions.seen import may_be_asked
from steelyard.web.notices.services import names_in, notices_close_on, notify
from steelyard.web.ui.dates import day_words

ASKING = ("decision.asked", "decision.delegated", "step.money", "notice.answered")
"""Kinds of notices that are over once a decision is taken, withdrawn or put off."""


def tell_asked(decision: models.Decision, roles: tuple[str, ...], *, sender: str) -> None:
    """Tell those who may sign, and see what it is about, that a decision is asked of them."""
    known = active()
    names = [name for name in names_in(roles) if name in known and may_be_asked(known[name], decision)]
    names = names or list(names_in([Role.SOP_LEAD]) or names_in([Role.ADMINISTRATOR]))
    due = f" Needed by {day_words(decision.due)}." if decision.due else ""
    notify(
        names, f"You are asked to decide: {decision.question}{due}", _page(decision), "decision.asked", sender=sender,
        subject=_subject(decision), once=f"asked {decision.pk} {decision.digest[:16]} {decision.forum}",
    )  # fmt: skip


def tell_delegated(decision: models.Decision, to: str, *, sender: str) -> None:
    """Tell somebody that they may sign in another's place."""
    text = f"{called(sender)} asks you to decide in their place: {decision.question}"
    notify([to], text, _page(decision), "decision.delegated", sender=sender, subject=_subject(decision))


def tell_decided(decision: models.Decision, *, sender: str) -> None:
    """Tell owner and asker what was decided, and put away what asked for it."""
    tell_no_more(decision)
    known = active()
    named = [decision.owner, decision.asked_by, *names_in([Role.SOP_LEAD])]
    people = [name for name in named if name in known and may_be_asked(known[name], decision)]
    text = f"{decision.question} is {decision.state}."
    notify(people, text, _page(decision), "decision.decided", sender=sender, subject=_subject(decision))


def tell_no_more(decision: models.Decision) -> None:
    """Put away what asked for a decision, reminded of it or answered to that: nobody waits for it now."""
    notices_close_on(_subject(decision), ASKING)


def tell_action(action: models.Action, *, sender: str) -> None:
    """Tell somebody what they have to do."""
    url = f"{reverse('decisions:actions')}?owner={action.owner}"
    text = f"Yours to do by {day_words(action.due)}: {action.text}"
    notify([action.owner], text, url, "action.given", sender=sender, subject=f"action {action.pk}")


def _page(decision: models.Decision) -> str:
    return reverse("decisions:decision", args=[decision.pk])


def _subject(decision: models.Decision) -> str:
    return f"decision {decision.pk}"
