"""Signing: a person stands by a verdict with their password; enough signatures on one option are the decision."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from steelyard.cycle.authority import AuthorityRule, Signed, still_missing
from steelyard.cycle.decision.kind import PLAN_APPROVAL
from steelyard.cycle.decision.state import Act, State, next_state
from steelyard.errors import DecisionInvalid, NotAllowed
from steelyard.plan.canonical import digest_of
from steelyard.web.accounts.permissions import User
from steelyard.web.audit.selectors import Asked, entries
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.decisions import models
from steelyard.web.decisions.papers import authority_matrix, decision_of, option_of, recipe_read
from steelyard.web.decisions.people import require_person
from steelyard.web.decisions.publication import publication_start
from steelyard.web.decisions.services import may_sign, moved, note_event, signs_instead_of
from steelyard.web.decisions.telling import tell_decided

REFUSED = "decision.sign_refused"
CONDITION_DAYS = 14
"""Days until a condition is due that names no day."""


def decision_sign(
    number: int,
    *,
    user: User,
    password: str,
    paper: str,
    approve: bool,
    option: int | None = None,
    statement: str = "",
    conditions: Sequence[str] = (),
) -> models.Decision:
    """Sign a decision: approve one of its options, perhaps with conditions, or reject it.

    The signature is over the digest of the paper as the person saw it, with the verdict, the option and the conditions.
    When the signatures on one option are enough, the decision is approved, and a plan approval is published. One
    rejection by who may sign is enough.

    Args:
        number: The decision.
        user: Who signs.
        password: Entered again for this signature.
        paper: Digest of the paper the person saw.
        approve: Approve or reject.
        option: The option approved.
        statement: Why, in words.
        conditions: What must be done; each becomes an action of the decision's owner.

    Raises:
        NotAllowed: The password is wrong, or the role may not sign this.
        DecisionMoved: Somebody decided meanwhile, or the paper has changed since the person saw it.
        DecisionInvalid: It is not asked, or signed by this person already.
    """
    decision = decision_of(number)
    _require_signer(user, decision, password)
    wanted = tuple(text.strip()[:300] for text in conditions if text.strip())
    act = Act.APPROVE if approve else Act.REJECT
    chosen = option_of(decision, option).number if approve else None
    if approve and decision.kind == PLAN_APPROVAL and not recipe_read(option_of(decision, option)).holds:
        raise DecisionInvalid(
            "The code has changed since the option was weighed: its plan would come out differently",
            mend="withdraw the decision, weigh its options again, and ask anew",
        )
    with transaction.atomic():
        _hold(decision, paper, act)
        instead = _sign(decision, user, act, chosen, statement, wanted)
        decided = not approve or not _missing(decision, chosen)
        if decided:
            _decide(decision, act, chosen)
    note_event(decision, user.username, f"sign {act.value}", _told(decision, chosen, statement, wanted))
    audit_record(
        actor=user.username,
        action=f"decision.sign_{act.value}",
        subject=f"decision {number}",
        detail={"option": chosen, "decided": decided, "paper": paper, "instead_of": instead},
        run=(option_of(decision, chosen).recipe_id or "") if chosen else "",
    )
    decision = decision_of(number)
    if decided:
        tell_decided(decision, sender=user.username)
    if decided and approve and decision.kind == PLAN_APPROVAL:
        publication_start(number, author=user.username)
    return decision_of(number)


def missing_signatures(decision: models.Decision, option: int | None) -> list[str]:
    """What an option still lacks to be approved, in words."""
    return _missing(decision, option)


def rule_of(decision: models.Decision) -> AuthorityRule:
    """The rule by which a decision is taken.

    Raises:
        DecisionInvalid: Nobody may decide so much.
    """
    return authority_matrix().rule_for(decision.kind, decision.amount)


def signature_digest(paper: str, act: Act, option: int | None, statement: str, conditions: Sequence[str]) -> str:
    """Digest of what a person signs: the paper, and what they say to it."""
    return digest_of(
        {
            "paper": paper,
            "verdict": act.value,
            "option": option,
            "conditions": list(conditions),
            "statement": statement.strip(),
        }
    )


def _require_signer(user: User, decision: models.Decision, password: str) -> None:
    if not may_sign(user, decision):
        rule = rule_of(decision)
        raise NotAllowed(
            f"Your role ({user.role_label}) does not sign so much of this kind",
            mend=f"it is signed by: {', '.join(role.replace('_', ' ') for role in rule.roles)}",
        )
    _require_password(user, password, decision)


def _require_password(user: User, password: str, decision: models.Decision) -> None:
    """Count wrong passwords as the sign-in page does: after some, nothing is signed for a while."""
    since = now() - timedelta(minutes=settings.SIGN_IN_LOCKOUT_MINUTES)
    refused = entries(Asked(actor=user.username, action=REFUSED)).filter(at__gte=since).count()
    if refused >= settings.SIGN_IN_ATTEMPTS:
        raise NotAllowed("Too many wrong passwords", mend=f"wait {settings.SIGN_IN_LOCKOUT_MINUTES} minutes")
    if not user.has_usable_password():
        raise NotAllowed("Signing takes a password, and you have none", mend="ask an administrator to give you one")
    if not user.check_password(password):
        audit_record(actor=user.username, action=REFUSED, subject=f"decision {decision.pk}")
        raise NotAllowed("The password is wrong: nothing is signed", mend="enter the password you sign in with")


def _hold(decision: models.Decision, paper: str, act: Act) -> None:
    """Take the decision's row for this transaction, if it is still what the person saw."""
    next_state(State(decision.state), act)
    open_states = (State.ASKED.value, State.DELEGATED.value)
    found = models.Decision.objects.filter(pk=decision.pk, state__in=open_states, digest=paper).exclude(digest="")
    if not found.update(version=F("version") + 1):
        raise moved(decision.pk)


def _sign(
    decision: models.Decision, user: User, act: Act, option: int | None, statement: str, conditions: tuple[str, ...]
) -> str:
    """Keep the signature; the name of whom it stands in for."""
    instead = signs_instead_of(user, decision)
    voices = [name for name in (user.username, instead) if name]
    if decision.signatures.filter(Q(person__in=voices) | Q(instead_of__in=voices), void=False).exists():
        raise DecisionInvalid(
            "You, or somebody in the same place, signed this already",
            mend="wait for the others, or withdraw the decision",
        )
    role = require_person(instead).role if instead else user.role
    content = signature_digest(decision.digest, act, option, statement, conditions)
    models.Signature.objects.create(
        decision=decision, verdict=act.value, option=option, person=user.username, role=role, instead_of=instead,
        at=now(), paper=decision.digest, digest=content, statement=statement.strip(), conditions=list(conditions),
    )  # fmt: skip
    return instead


def _missing(decision: models.Decision, option: int | None) -> list[str]:
    found = _approvals(decision, option)
    return still_missing(rule_of(decision), [Signed(one.person, one.role, one.option or 0) for one in found])


def _approvals(decision: models.Decision, option: int | None) -> QuerySet[models.Signature]:
    """Signatures that count for an option: those on the paper as it stands."""
    return decision.signatures.filter(void=False, verdict=Act.APPROVE.value, option=option, paper=decision.digest)


def _decide(decision: models.Decision, act: Act, option: int | None) -> None:
    state = next_state(State(decision.state), act)
    models.Decision.objects.filter(pk=decision.pk).update(state=state.value, chosen=option, decided_at=now())
    if act is Act.APPROVE:
        _conditions_become_actions(decision, option)
        if decision.supersedes_id:
            old = models.Decision.objects.filter(pk=decision.supersedes_id, state=State.APPROVED.value)
            old.update(state=State.SUPERSEDED.value, version=F("version") + 1)


def _conditions_become_actions(decision: models.Decision, option: int | None) -> None:
    today: date = now().date()
    for signature in _approvals(decision, option):
        for text in signature.conditions:
            models.Action.objects.create(
                text=text, owner=decision.owner, due=today + timedelta(days=CONDITION_DAYS), cycle=decision.cycle,
                decision=decision, condition=True, made_by=signature.person, made_at=now(),
            )  # fmt: skip


def _told(decision: models.Decision, option: int | None, statement: str, conditions: tuple[str, ...]) -> str:
    label = option_of(decision, option).label if option else ""
    parts = [label, statement.strip(), *(f"on condition: {text}" for text in conditions)]
    return ". ".join(part for part in parts if part)
