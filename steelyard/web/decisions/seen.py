"""Seen: which decisions, actions and meetings the person of a request may read.

Who sees the whole company reads all of them. Who sees a part reads decisions whose scope lies in it, and whatever
waits for them or was asked by them.
"""

from collections.abc import Mapping, Sequence

from steelyard.errors import NotAllowed, NotFound, UnknownMember
from steelyard.web.accounts.models import User
from steelyard.web.accounts.sight import require_inside, require_scope, sight, viewed_by, viewing
from steelyard.web.decisions import models
from steelyard.web.scenarios.choice import BASE
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.slice import check_scope

Members = Mapping[str, Sequence[str]]


def sees_decision(row: models.Decision) -> bool:
    """Whether the person may read a decision."""
    if not sight().limited:
        return True
    delegate, _, principal = row.delegate.partition("<")
    return _is_one_of(row.owner, row.asked_by, delegate, principal) or (bool(row.scope) and _inside(row.scope))


def sees_action(row: models.Action) -> bool:
    """Whether the person may read an action: their own, or one of a decision or meeting they see."""
    if not sight().limited or _is_one_of(row.owner, row.made_by):
        return True
    return (row.decision is not None and sees_decision(row.decision)) or (
        row.meeting is not None and sees_meeting(row.meeting)
    )


def sees_meeting(row: models.Meeting) -> bool:
    """Whether the person may read a meeting: who sees a part of the company those they are asked to."""
    seats = [name for seat in row.people.all() for name in (seat.person, seat.delegate)] if sight().limited else []
    return not sight().limited or _is_one_of(row.chair, *seats)


def may_be_asked(user: User, row: models.Decision) -> bool:
    """Whether a decision can be put before a person: they see what it is about."""
    with viewed_by(lambda: user):
        return sees_decision(row)


def scope_for(asked: Members) -> dict[str, tuple[str, ...]]:
    """The scope that a new decision of the person has: what they ask for, cut to the part they see.

    Raises:
        NotAllowed: It reaches outside.
        UnknownMember: The plan has no such level or member.
    """
    if not asked and not sight().limited:
        return {}
    plan, spelled = plan_of(BASE), {level: tuple(members) for level, members in asked.items()}
    kept = require_scope(plan, spelled)
    check_scope(plan, kept)
    return kept


def _is_one_of(*names: str) -> bool:
    user = viewing()
    return user is not None and user.username in names


def _inside(scope: Members) -> bool:
    try:
        require_inside(plan_of(BASE), {level: tuple(members) for level, members in scope.items()})
    except (NotAllowed, NotFound, UnknownMember):
        return False
    return True
