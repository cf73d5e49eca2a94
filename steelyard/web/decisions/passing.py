"""Passing: decisions handed on to the forum that may take them, or taken back to be weighed anew."""

from steelyard.cycle.decision.state import TAKES, Act
from steelyard.errors import DecisionInvalid
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.decisions import models
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.papers import authority_matrix, decision_of
from steelyard.web.decisions.services import decision_withdraw, move, note_event, options_weigh
from steelyard.web.decisions.telling import tell_asked


def decision_pass_up(number: int, *, user: User, version: int, to: str, reason: str = "") -> models.Decision:
    """Pass a decision up to another forum, with its options as they are; who signed in another's place no longer does.

    Raises:
        NotAllowed: The role runs no meetings.
        DecisionInvalid: It is there already.
    """
    require(user, Ability.PUBLISH)
    decision = decision_of(number)
    if decision.forum == to or not to.strip():
        raise DecisionInvalid("The decision is before this forum already", mend="name another forum")
    move(decision, Act.PASS_UP, version=version, actor=user.username, forum=to[:40], delegate="")
    note_event(
        decision,
        user.username,
        Act.PASS_UP.value,
        f"from {forum_label(decision.forum)} to {forum_label(to)}. {reason}".strip(),
    )
    found = decision_of(number)
    tell_asked(found, authority_matrix().rule_for(found.kind, found.amount).roles, sender=user.username)
    return found


def decisions_pass_up(cycle: str, forum: str, *, by: str) -> list[models.Decision]:
    """Pass on what a forum may not decide itself to the one that may, when its step is finished; who signs is told.

    For work done by itself: no ability is asked for.

    Args:
        cycle: Key of the cycle.
        forum: The forum whose step ends.
        by: In whose name.
    """
    rows = models.Decision.objects.filter(cycle=cycle, forum=forum, state__in=[state.value for state in TAKES])
    return [decision_of(row.pk) for row in rows.order_by("pk") if _passed_up(row, forum, by)]


def _passed_up(decision: models.Decision, forum: str, by: str) -> bool:
    matrix = authority_matrix()
    try:
        rule = matrix.rule_for(decision.kind, decision.amount)
    except DecisionInvalid:
        return False
    if rule.forum == forum or matrix.within(forum, decision.kind, decision.amount):
        return False
    move(decision, Act.PASS_UP, version=decision.version, actor=by, forum=rule.forum, delegate="")
    told = f"from {forum_label(forum)} to {forum_label(rule.forum)}, which signs it"
    note_event(decision, by, Act.PASS_UP.value, told)
    tell_asked(decision_of(decision.pk), rule.roles, sender="")
    return True


def decision_renew(number: int, *, user: User, version: int) -> models.Decision:
    """Take a decision back to a draft and weigh its options anew, on their scenarios as they are now.

    Raises:
        NotAllowed: It is somebody else's.
        DecisionMoved: Somebody was faster.
    """
    decision_withdraw(number, user=user, version=version, reason="to weigh its options on the plan of now")
    options_weigh(number, user=user)
    return decision_of(number)
