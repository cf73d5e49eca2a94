"""Decision API: decisions, options, signatures, grades, authority."""

from django.http import HttpRequest
from ninja import Router, Status

from steelyard.cycle.authority import AuthorityRule
from steelyard.errors import DecisionInvalid
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.decisions import authority_services, grading, laying, passing, selectors, services, signing
from steelyard.web.decisions.api_schema import (
    DecisionEditIn,
    DecisionIn,
    DecisionLineOut,
    DecisionMoveIn,
    DecisionOut,
    DecisionReasonIn,
    MatrixOut,
    OptionIn,
    RuleIO,
    SignIn,
    decision_json,
)
from steelyard.web.decisions.page import decision_page
from steelyard.web.decisions.papers import authority_matrix
from steelyard.web.jobs.api_schema import JobOut
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS

router = Router(tags=["decisions"])


@router.get("/", response={200: list[DecisionLineOut], **REFUSALS}, summary="Decisions")
def decisions(request: HttpRequest, cycle: str = "", forum: str = "", kind: str = "", open: bool = False) -> object:  # noqa: A002
    """Decisions, the latest first; only those still to be taken, the most money first, with `open`."""
    if open:
        return [one for one in selectors.open_decisions(cycle, forum) if kind in ("", one.kind)]
    return list(selectors.decision_lines(cycle=cycle, forum=forum, kind=kind))


@router.post("/", response={201: DecisionOut, **WRITE_REFUSALS}, summary="Draft a decision")
def draft(request: HttpRequest, asked: DecisionIn) -> Status[object]:
    """Draft a decision; its options come next."""
    return Status(201, _shown(request, services.decision_create(user=person(request), **asked.dict()).pk))


@router.get("/graded", response={200: list[dict[str, object]], **REFUSALS}, summary="Graded decisions")
def graded(request: HttpRequest, forum: str = "") -> list[dict[str, object]]:
    """Decisions of which something is known: expected against what came, and against the options not taken."""
    return [
        {
            "number": one.decision.number,
            "question": one.decision.question,
            "gain": one.grade.gain,
            **one.grade.to_json(),
        }
        for one in selectors.graded_decisions(forum)
    ]


@router.post("/graded", response={202: JobOut, **WRITE_REFUSALS}, summary="Grade decisions")
def grade(request: HttpRequest) -> Status[object]:
    """Hold decisions against the latest extract, as a job."""
    return Status(202, grading.grading_start(user=person(request)))


@router.get("/calibration", response={200: list[dict[str, object]], **REFUSALS}, summary="Calibration of forums")
def calibration(request: HttpRequest) -> list[dict[str, object]]:
    """How often what each forum expected came inside its range, and to which side it errs."""
    return [
        {"forum": one.forum, "decisions": one.decisions, "numbers": one.numbers, "inside": one.inside,
         "share": one.share, "bias": one.bias, "gain": one.gain, "regrets": one.regrets, "verdict": one.verdict}
        for one in selectors.calibration_by_forum()
    ]  # fmt: skip


@router.get("/authority", response={200: MatrixOut, **REFUSALS}, summary="Authority matrix")
def authority(request: HttpRequest) -> dict[str, object]:
    """Who decides what up to which amount, and what is doubtful about it."""
    return {"rules": list(authority_matrix().rules), "findings": authority_services.authority_findings()}


@router.put("/authority", response={200: MatrixOut, **WRITE_REFUSALS}, summary="Set the authority matrix")
def authority_set(request: HttpRequest, asked: list[RuleIO]) -> dict[str, object]:
    """Keep a new matrix as a whole."""
    rules = [
        AuthorityRule(one.kind, one.up_to, one.forum, tuple(one.roles), one.quorum, tuple(one.includes))
        for one in asked
    ]
    found = authority_services.authority_set(rules, user=person(request))
    return {"rules": rules, "findings": found}


@router.get("/{int:number}", response={200: DecisionOut, **REFUSALS}, summary="A decision")
def decision(request: HttpRequest, number: int) -> dict[str, object]:
    """One decision with its options side by side, signatures, record and grade."""
    return _shown(request, number)


@router.patch("/{int:number}", response={200: DecisionOut, **WRITE_REFUSALS}, summary="Edit a draft")
def edit(request: HttpRequest, number: int, asked: DecisionEditIn) -> dict[str, object]:
    """Change the words of a draft: what is given; the version is the one that was seen."""
    services.decision_edit(number, user=person(request), **asked.dict(exclude_unset=True))
    return _shown(request, number)


@router.post("/{int:number}/options", response={201: DecisionOut, **WRITE_REFUSALS}, summary="Add an option")
def option(request: HttpRequest, number: int, asked: OptionIn) -> Status[object]:
    """Add a scenario as an option; it is weighed by a job."""
    given = asked.dict()
    services.option_add(number, user=person(request), **given)
    return Status(201, _shown(request, number))


@router.delete("/{int:number}/options/{int:option}", response={200: DecisionOut, **WRITE_REFUSALS}, summary="Take away")
def option_gone(request: HttpRequest, number: int, option: int) -> dict[str, object]:
    """Take an option away from a draft."""
    services.option_remove(number, option, user=person(request))
    return _shown(request, number)


@router.post(
    "/{int:number}/options/{int:option}/recommend", response={200: DecisionOut, **WRITE_REFUSALS}, summary="Recommend"
)
def recommend(request: HttpRequest, number: int, option: int) -> dict[str, object]:
    """Recommend an option of a draft."""
    services.decision_recommend(number, option, user=person(request))
    return _shown(request, number)


@router.post("/{int:number}/sign", response={200: DecisionOut, **WRITE_REFUSALS}, summary="Sign")
def sign(request: HttpRequest, number: int, asked: SignIn) -> dict[str, object]:
    """Approve an option or reject all, with the password once more and the digest of the paper that was seen."""
    signing.decision_sign(number, user=person(request), **asked.dict())
    return _shown(request, number)


@router.post("/{int:number}/dissent", response={200: DecisionOut, **WRITE_REFUSALS}, summary="Dissent")
def dissent(request: HttpRequest, number: int, asked: DecisionReasonIn) -> dict[str, object]:
    """Let one's dissent stand in the record."""
    services.dissent_add(number, user=person(request), text=asked.text)
    return _shown(request, number)


@router.post("/{int:number}/{act}", response={200: DecisionOut, **WRITE_REFUSALS}, summary="Move on")
def move(request: HttpRequest, number: int, act: str, asked: DecisionMoveIn) -> dict[str, object]:
    """One of ask, again, withdraw, defer, delegate, pass-up, renew, lay, with the version that was seen."""
    user, version, reason = person(request), asked.version, asked.reason
    if act == "ask":
        services.decision_ask(number, user=user, version=version)
    elif act == "again":
        services.decision_ask_again(number, user=user, version=version)
    elif act == "withdraw":
        services.decision_withdraw(number, user=user, version=version, reason=reason)
    elif act == "defer" and asked.until is not None:
        services.decision_defer(number, user=user, version=version, until=asked.until, reason=reason)
    elif act == "delegate":
        services.decision_delegate(number, user=user, version=version, to=asked.to, reason=reason)
    elif act == "pass-up":
        passing.decision_pass_up(number, user=user, version=version, to=asked.to, reason=reason)
    elif act == "renew":
        passing.decision_renew(number, user=user, version=version)
    elif act == "lay":
        laying.option_lay(number, user=user)
    else:
        raise DecisionInvalid(
            f"{act!r} does not lead on", mend="ask, again, withdraw, defer (until), delegate, pass-up, renew, lay"
        )
    return _shown(request, number)


def _shown(request: HttpRequest, number: int) -> dict[str, object]:
    return decision_json(decision_page(number, person(request)))
