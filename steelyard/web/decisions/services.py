"""Decision services: prepare a decision, put it before its forum, and what the forum may do short of deciding."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.db.models import F, Max
from django.utils.timezone import localtime

from steelyard.cycle.decision.case import BusinessCase
from steelyard.cycle.decision.kind import kind_of
from steelyard.cycle.decision.paper import check_paper
from steelyard.cycle.decision.state import Act, State, next_state
from steelyard.errors import DecisionInvalid, DecisionMoved, NotAllowed
from steelyard.governance.absence import acting
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import called
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.decisions import models
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.papers import authority_matrix, decision_of, option_of, paper_of
from steelyard.web.decisions.people import active, require_person
from steelyard.web.decisions.seen import Members, may_be_asked, scope_for
from steelyard.web.decisions.telling import tell_asked, tell_delegated, tell_no_more
from steelyard.web.decisions.weighing import weighing_start
from steelyard.web.governance.selectors import absences
from steelyard.web.scenarios.access import require_seen
from steelyard.web.ui.dates import day_words, moment_words

LONGEST = 5000
MOST_OPTIONS = 6
WORDS = frozenset({"question", "background", "due", "forum", "owner", "cycle", "scope"})
"""What may be changed of a draft."""


def decision_create(
    *,
    user: User,
    cycle: str,
    kind: str,
    question: str,
    forum: str,
    background: str = "",
    due: date | None = None,
    owner: str = "",
    supersedes: int | None = None,
    scope: Members | None = None,
) -> models.Decision:
    """Draft a decision.

    Args:
        user: Who drafts it.
        cycle: Key of the cycle.
        kind: Kind of decision.
        question: What is asked.
        forum: Key of the forum that is asked.
        background: What one has to know.
        due: By when it is needed.
        owner: Who answers for it; the drafter without one.
        supersedes: The decision it replaces.
        scope: The part of the company it is about, members by level: who sees only another part is not asked and does
            not read it. Without one it is about everything the drafter sees.

    Raises:
        NotAllowed: The role prepares no decisions, or the scope reaches outside the person's part.
        DecisionInvalid: Question, cycle or kind make no sense.
        NotFound: There is no decision it could replace.
    """
    require(user, Ability.BRANCH)
    told = question.strip()
    if not 1 <= len(told) <= 300:
        raise DecisionInvalid("A decision needs a question of up to 300 letters", mend="write one")
    if not cycle.strip() or not forum.strip():
        raise DecisionInvalid("A decision belongs to a cycle and a forum", mend="name both")
    old = decision_of(supersedes) if supersedes else None
    made = models.Decision.objects.create(
        cycle=cycle.strip()[:20], forum=forum.strip()[:40], kind=kind_of(kind).key, question=told,
        background=background.strip()[:LONGEST], owner=(owner or user.username)[:150], due=due, created_at=now(),
        supersedes=old, scope=scope_for(scope or {}),
    )  # fmt: skip
    note_event(made, user.username, "draft", told)
    return made


def decision_edit(number: int, *, user: User, version: int, **values: object) -> models.Decision:
    """Change the words of a draft: question, background, due, forum, owner, cycle, scope.

    Raises:
        DecisionInvalid: It is no draft, or a value makes no sense.
        DecisionMoved: Somebody else was faster.
    """
    decision = _draft(number, user)
    given = {name: value for name, value in values.items() if name in WORDS and value not in (None, "")}
    if "question" in given and len(str(given["question"]).strip()) > 300:
        raise DecisionInvalid("A question has up to 300 letters", mend="shorten it")
    if "owner" in given:
        require_person(str(given["owner"]))
    if "scope" in given:
        given["scope"] = scope_for(given["scope"])  # type: ignore[arg-type]
    kept = {name: value for name, value in given.items() if getattr(decision, name) != value}
    if not kept:
        return decision
    _touch(decision, version, **kept)
    note_event(decision, user.username, "edit", ", ".join(sorted(kept)))
    told = f"decision {number}"
    before = {name: str(getattr(decision, name))[:200] for name in kept}
    after = {name: str(value)[:200] for name, value in kept.items()}
    audit_record(actor=user.username, action="decision.edit", subject=told, before=before, after=after)
    return decision_of(number)


def option_add(
    number: int,
    *,
    user: User,
    scenario: str,
    label: str = "",
    note: str = "",
    case: Mapping[str, float] | None = None,
    rests_on: Sequence[int] = (),
) -> models.Option:
    """Add a scenario as an option, and weigh it. The first option is what happens when nothing is done.

    Raises:
        DecisionInvalid: The decision is no draft, has too many options, or the business case makes no sense.
        NotFound: There is no such scenario.
    """
    decision = _draft(number, user)
    record = workspace().records.scenario(scenario)
    require_seen(record)
    name = record.name
    spelled = asdict(BusinessCase(**(case or {})))  # type: ignore[arg-type]
    with transaction.atomic():
        _hold_draft(number)
        if decision.options.count() >= MOST_OPTIONS:
            raise DecisionInvalid(f"A decision has at most {MOST_OPTIONS} options", mend="take one away first")
        last = decision.options.aggregate(last=Max("number"))["last"] or 0
        made = models.Option.objects.create(
            decision=decision, number=last + 1, label=(label.strip() or name)[:120], note=note.strip()[:LONGEST],
            scenario=name, case=spelled, rests_on=[int(one) for one in rests_on],
        )  # fmt: skip
    note_event(decision, user.username, "option", f"{made.number}: {made.label} ({name})")
    weighing_start(made, author=user.username)
    return models.Option.objects.get(pk=made.pk)


def option_state(
    number: int,
    option: int,
    *,
    user: User,
    label: str,
    note: str,
    case: Mapping[str, float],
    rests_on: Sequence[int] = (),
) -> None:
    """Say anew what an option of a draft is called, rests on, spends and earns; its scenario and its weighing stay.

    Raises:
        DecisionInvalid: The decision is no draft, or the business case makes no sense.
        NotFound: There is no such option.
    """
    decision = _draft(number, user)
    found, spelled = option_of(decision, option), asdict(BusinessCase(**case))  # type: ignore[arg-type]
    with transaction.atomic():
        _hold_draft(number)
        models.Option.objects.filter(pk=found.pk).update(
            label=(label.strip() or found.scenario)[:120], note=note.strip()[:LONGEST], case=spelled,
            rests_on=[int(one) for one in rests_on],
        )  # fmt: skip
    note_event(decision, user.username, "option stated", f"{found.number}: {label.strip() or found.scenario}")


def option_remove(number: int, option: int, *, user: User) -> None:
    """Take an option away from a draft."""
    decision = _draft(number, user)
    found = option_of(decision, option)
    told = f"{found.number}: {found.label}"
    with transaction.atomic():
        _hold_draft(number)
        found.delete()
        models.Decision.objects.filter(pk=number, recommended=option).update(recommended=None)
    note_event(decision, user.username, "option gone", told)


def options_weigh(number: int, *, user: User) -> None:
    """Weigh all options of a draft again, on their scenarios as they are now."""
    decision = _draft(number, user)
    for option in decision.options.all():
        weighing_start(option, author=user.username)
    note_event(decision, user.username, "weigh")


def decision_recommend(number: int, option: int, *, user: User) -> None:
    """Recommend an option of a draft."""
    decision = _draft(number, user)
    found = option_of(decision, option)
    _hold_draft(number, recommended=option)
    note_event(decision, user.username, "recommend", found.label)


def decision_ask(number: int, *, user: User, version: int) -> models.Decision:
    """Put a decision before its forum; from now on its paper stands still under its digest.

    Raises:
        DecisionInvalid: Something is missing, or nobody may decide so much.
        DecisionMoved: Somebody else was faster.
    """
    require(user, Ability.BRANCH)
    decision = decision_of(number)
    paper = paper_of(decision)
    check_paper(paper)
    rule = authority_matrix().rule_for(decision.kind, paper.amount)
    move(
        decision, Act.ASK, version=version, actor=user.username, asked_by=user.username, asked_at=now(),
        amount=paper.amount, digest=paper.digest,
    )  # fmt: skip
    note_event(decision, user.username, Act.ASK.value, forum_label(rule.forum))
    found = decision_of(number)
    tell_asked(found, rule.roles, sender=user.username)
    return found


def decision_withdraw(number: int, *, user: User, version: int, reason: str = "") -> models.Decision:
    """Take a decision back to a draft; signatures on it are void."""
    decision = decision_of(number)
    _require_own(user, decision)
    with transaction.atomic():
        move(decision, Act.WITHDRAW, version=version, actor=user.username, digest="", delegate="")
        decision.signatures.update(void=True)
    note_event(decision, user.username, Act.WITHDRAW.value, reason)
    tell_no_more(decision)
    return decision_of(number)


def decision_defer(number: int, *, user: User, version: int, until: date, reason: str) -> models.Decision:
    """Put a decision off to a day.

    Raises:
        DecisionInvalid: No reason is given.
    """
    decision = decision_of(number)
    _require_decider(user, decision)
    _require_reason(reason)
    move(decision, Act.DEFER, version=version, actor=user.username, due=until)
    note_event(decision, user.username, Act.DEFER.value, f"to {day_words(until)}: {reason.strip()}")
    tell_no_more(decision)
    return decision_of(number)


def decision_ask_again(number: int, *, user: User, version: int) -> models.Decision:
    """Bring a deferred decision back before its forum; it is asked of those who sign by their role."""
    decision = decision_of(number)
    _require_own(user, decision)
    move(decision, Act.ASK, version=version, actor=user.username, delegate="")
    note_event(decision, user.username, "ask again")
    return decision_of(number)


def decision_delegate(number: int, *, user: User, version: int, to: str, reason: str) -> models.Decision:
    """Let somebody else sign in one's place; only whose own role may sign can hand that on.

    Raises:
        NotAllowed: The person's role may not sign it.
        DecisionInvalid: No person or no reason is given.
    """
    decision = decision_of(number)
    if not _signs_by_role(user, decision):
        raise NotAllowed("Your role does not sign this, so you cannot hand it on", mend="ask somebody who may sign")
    _require_reason(reason)
    if require_person(to).pk == user.pk:
        raise DecisionInvalid("A decision is not delegated to oneself", mend="name another person")
    move(decision, Act.DELEGATE, version=version, actor=user.username, delegate=f"{to}<{user.username}")
    note_event(decision, user.username, Act.DELEGATE.value, f"to {called(to)}: {reason.strip()}")
    tell_delegated(decision, to, sender=user.username)
    return decision_of(number)


def dissent_add(number: int, *, user: User, text: str) -> None:
    """Let a person's dissent stand in the record.

    Raises:
        DecisionInvalid: It says nothing, or the decision is a draft.
    """
    decision = decision_of(number)
    _require_reason(text)
    if decision.state == State.DRAFT.value:
        raise DecisionInvalid("A draft is not decided yet", mend="say it when the decision is asked")
    note_event(decision, user.username, "dissent", text.strip()[:LONGEST])


def may_sign(user: User, decision: models.Decision) -> bool:
    """Whether a person may sign: by role and amount, or in another's place, and sees what it is about."""
    able = user.is_active and (_signs_by_role(user, decision) or bool(signs_instead_of(user, decision)))
    return able and may_be_asked(user, decision)


def signs_instead_of(user: User, decision: models.Decision) -> str:
    """In whose place a person signs: of who handed it on, else of who is away today and named them; empty for nobody.

    Whom somebody stands in for must be able to sign themselves. Who may sign by their own role stands in for nobody
    that is away, since one person gives one signature.
    """
    known = active()
    delegate, principal = delegate_of(decision)
    if delegate == user.username and principal in known and _signs_by_role(known[principal], decision):
        return principal
    if _signs_by_role(user, decision):
        return ""
    today, away = now().date(), absences()
    names = (one.person for one in away if one.covers(today) and acting(one.person, today, away) == user.username)
    return next((name for name in names if name in known and _signs_by_role(known[name], decision)), "")


def delegate_of(decision: models.Decision) -> tuple[str, str]:
    """Who may sign in whose place; empty where nobody does."""
    delegate, _, principal = decision.delegate.partition("<")
    return delegate, principal


def move(decision: models.Decision, act: Act, *, version: int, actor: str, **values: object) -> None:
    """Move a decision on, once: of two people one wins.

    Raises:
        DecisionInvalid: Its state does not allow the act.
        DecisionMoved: Somebody acted on it since it was looked at.
    """
    state = next_state(State(decision.state), act)
    found = models.Decision.objects.filter(pk=decision.pk, version=version, state=decision.state)
    if not found.update(version=F("version") + 1, state=state.value, **values):
        raise moved(decision.pk)
    told = f"decision {decision.pk}"
    audit_record(actor=actor, action=f"decision.{act.value}", subject=told, detail={"state": state.value})


def moved(number: int) -> DecisionMoved:
    """What to say to who came second."""
    last = models.DecisionEvent.objects.filter(decision_id=number).last()
    told = f"{called(last.actor)} on {moment_words(localtime(last.at))}: {last.told}" if last else ""
    return DecisionMoved(
        "Somebody was faster: the decision has moved on", where=told, mend="look at it again, then act"
    )


def note_event(decision: models.Decision, actor: str, act: str, text: str = "") -> None:
    """Add to what happened to a decision."""
    models.DecisionEvent.objects.create(decision=decision, at=now(), actor=actor, act=act[:20], text=text[:LONGEST])


def _draft(number: int, user: User) -> models.Decision:
    require(user, Ability.BRANCH)
    decision = decision_of(number)
    if decision.state != State.DRAFT.value:
        raise DecisionInvalid(
            f"Decision {number} is {decision.state}: its paper stands still",
            mend="withdraw it, or ask a new decision",
        )
    return decision


def _touch(decision: models.Decision, version: int, **values: object) -> None:
    found = models.Decision.objects.filter(pk=decision.pk, version=version)
    if not found.update(version=F("version") + 1, **values):
        raise moved(decision.pk)


def _hold_draft(number: int, **values: object) -> None:
    """Take a draft's row, unless somebody has asked it meanwhile: then its paper stands still."""
    found = models.Decision.objects.filter(pk=number, state=State.DRAFT.value)
    if not found.update(version=F("version") + 1, **values):
        raise moved(number)


def _signs_by_role(user: User, decision: models.Decision) -> bool:
    return authority_matrix().may_sign(user.role, decision.kind, decision.amount)


def _require_own(user: User, decision: models.Decision) -> None:
    if user.username not in (decision.asked_by, decision.owner):
        require(user, Ability.PUBLISH)


def _require_decider(user: User, decision: models.Decision) -> None:
    if not (may_sign(user, decision) or user.may(Ability.PUBLISH)):
        raise NotAllowed("Your role does not decide this", mend="see who may in the authority matrix")


def _require_reason(text: str) -> None:
    if not text.strip():
        raise DecisionInvalid("There is no reason", mend="say why in a sentence")
