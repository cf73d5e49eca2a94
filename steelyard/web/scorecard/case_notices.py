"""Case notices: an owner hears once of all cases that a look has opened, the largest first."""

from collections.abc import Iterable
from math import isfinite

from django.db.models import Q
from django.urls import reverse

from steelyard.kpi.alert import Breach, slice_words
from steelyard.kpi.case_subject import SUBJECTS
from steelyard.web.notices.services import notices_close_on, notify
from steelyard.web.scorecard.kpi_selectors import spelled
from steelyard.web.scorecard.models import Case
from steelyard.web.ui.dates import period_words

TOLD = 3
"""Cases that a notice names; the others are counted."""
ASK = "Say why, and what is done about it."


def tell_owners(opened: Iterable[tuple[Case, Breach]], currency: str) -> None:
    """Tell each owner of the cases that are new."""
    by_owner: dict[str, list[tuple[Case, Breach]]] = {}
    for case, breach in opened:
        if case.owner is not None:
            by_owner.setdefault(case.owner.username, []).append((case, breach))
    for owner, mine in by_owner.items():
        _tell(owner, sorted(mine, key=lambda one: _rank(one[1])), currency)


def put_away(case: Case) -> None:
    """Put away what was told of a case that is closed, and what was told of several once all of them are written."""
    if case.closed_at is not None:
        notices_close_on(f"case {case.pk}")
    mine = Case.objects.filter(owner=case.owner, opened_cycle=case.opened_cycle, closed_at=None)
    if case.owner is not None and not mine.filter(Q(cause="") | Q(action="")).exists():
        notices_close_on(_subject(case))


def _tell(owner: str, mine: list[tuple[Case, Breach]], currency: str) -> None:
    (case, _), said = mine[0], [_said(breach, currency) for _, breach in mine]
    if len(mine) == 1:
        text, url, subject = f"{said[0]}. {ASK}", reverse("scorecard:case", args=[case.pk]), f"case {case.pk}"
    else:
        rest = f"; and {len(said) - TOLD} more" if len(said) > TOLD else ""
        text = f"{len(said)} new cases are yours, the largest first. {'; '.join(said[:TOLD])}{rest}. {ASK}"
        url, subject = f"{reverse('scorecard:cases')}?mine=1", _subject(case)
    notify([owner], text, url, "case.opened", subject=subject, once=f"case:{case.pk}")


def _subject(case: Case) -> str:
    return f"cases {case.opened_cycle} {case.owner.username if case.owner else ''}"


def _rank(breach: Breach) -> tuple[bool, bool, float]:
    """The whole company first, then money by its size, then other KPIs by how far they are off their target."""
    off = abs(breach.value - (breach.target or 0.0))
    is_money = SUBJECTS[breach.kpi].unit == "money"
    share = off / abs(breach.target) if breach.target else off
    size = off if is_money else share
    return bool(breach.member), not is_money, -size if isfinite(size) else 0.0


def _said(breach: Breach, currency: str) -> str:
    """One case in words.

    Example: "Revenue is 13 % ahead of finance's forecast in Kitchen scales, Q4 2026 to Q4 2027: 5.5 M EUR".
    """
    subject, member = SUBJECTS[breach.kpi], slice_words(breach.level, breach.member)
    if subject.is_kpi:
        where = f" of {member}" if member else ""
        against = f", target {spelled(breach.target, subject.unit, currency)}" if breach.target is not None else ""
        return f"{subject.label}{where} at {spelled(breach.value, subject.unit, currency)}{against}"
    first, last = period_words(breach.first), period_words(breach.last)
    where = f" in {member}" if member else ""
    gap = spelled(abs(breach.value - (breach.target or 0.0)), subject.unit, currency)
    return f"{breach.rule}{where}, {first if first == last else f'{first} to {last}'}: {gap}"
