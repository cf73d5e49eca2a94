"""Demand review API: sign-offs, exceptions, one's own slice."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.plan.measuring.check import check_overrides
from steelyard.plan.sign_off.signature import CONSENSUS
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.selectors import own_scope
from steelyard.web.company import now, workspace
from steelyard.web.demand_review import selectors, services
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS, ChangeIn, read_change
from steelyard.web.scenarios.asked import finite, parse_scope
from steelyard.web.scenarios.plans import moment_of

router = Router(tags=["demand review"])


class SignOffOut(Schema):
    """The latest act of a function on a slice, held against the numbers of now."""

    function: str
    measure: str
    scope: dict[str, list[str]]
    periods: tuple[str, str] | None = None
    state: Literal["signed", "closed", "stale", "reopened", "withdrawn", "unsigned"]
    act: str
    actor: str
    at: datetime
    note: str
    revision: int
    value_signed: float
    value_now: float | None = None


class SliceSignIn(Schema):
    """What is signed, closed, reopened or withdrawn."""

    function: str
    act: Literal["signed", "closed", "reopened", "withdrawn"] = "signed"
    measure: str = CONSENSUS
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str] | None = None
    note: str = ""
    revision: int | None = None


class ExceptionOut(Schema):
    """Something that needs a person."""

    kind: str
    subject: str
    text: str
    money: float | None
    scope: str


class SliceIn(Schema):
    """A slice: members by level."""

    scope: dict[str, list[str]] = Field(default_factory=dict)


class ChecksIn(Schema):
    """Changes that are about to be made."""

    changes: list[ChangeIn]


class SizeOut(Schema):
    """How much an override would move."""

    measure: str
    size: Literal["large", "within_noise", "usual"]
    before: float
    after: float
    noise: float
    money: float | None
    words: str


@router.get("/own-slice", response={200: SliceIn, **REFUSALS}, summary="One's own slice")
def own_slice(request: HttpRequest) -> dict[str, object]:
    """The part of the company that the caller's pages open on; empty is everything."""
    return {"scope": own_scope(person(request))}


@router.post("/{scenario}/own-slice", response={200: SliceIn, **WRITE_REFUSALS}, summary="Choose one's own slice")
def own_slice_set(request: HttpRequest, scenario: str, asked: SliceIn) -> dict[str, object]:
    """Let the caller's pages open on a slice of the scenario."""
    services.own_slice_set(scenario, _scope(asked.scope), user=person(request))
    return {"scope": own_scope(person(request))}


@router.get("/{scenario}/sign-offs", response={200: list[SignOffOut], **REFUSALS}, summary="Sign-offs")
def sign_offs(request: HttpRequest, scenario: str) -> list[dict[str, object]]:
    """Who stands behind which slice, and where the numbers have moved since (`stale`)."""
    return [selectors.sign_off_json(one) for one in selectors.signed_slices(moment_of(scenario))]


@router.post("/{scenario}/sign-offs", response={201: SignOffOut, **WRITE_REFUSALS}, summary="Sign off")
def sign_off(request: HttpRequest, scenario: str, asked: SliceSignIn) -> Status[dict[str, object]]:
    """Sign, close, reopen or withdraw; with `revision` only if nothing has moved since the caller looked."""
    made = services.slice_sign(
        scenario, asked.function, user=person(request), act=asked.act, measure=asked.measure,
        scope=_scope(asked.scope), periods=asked.periods, note=asked.note, expected_revision=asked.revision,
    )  # fmt: skip
    held = selectors.signed_slices(moment_of(scenario))
    found = next(one for one in held if (one.sign_off.function, one.sign_off.slice) == (made.function, made.slice))
    return Status(201, selectors.sign_off_json(found))


@router.get("/{scenario}/exceptions", response={200: list[ExceptionOut], **REFUSALS}, summary="Exceptions")
def exceptions(request: HttpRequest, scenario: str, scope: str = "") -> list[object]:
    """What in a slice needs a person, most money first."""
    moment, asked = moment_of(scenario), parse_scope(scope)
    return list(selectors.exceptions_of(moment, asked).found)


@router.post("/{scenario}/check", response={200: list[SizeOut], **REFUSALS}, summary="Size up overrides")
def check(request: HttpRequest, scenario: str, asked: ChecksIn) -> list[dict[str, object]]:
    """Say before they are saved which overrides are large, and which are within the forecast's own noise."""
    author, at = person(request).username, now()
    made = [read_change(one, author=author, at=at) for one in asked.changes]
    sized = check_overrides(moment_of(scenario).plan, made, large=workspace().thresholds.large_override)
    return [
        {
            "measure": one.change.measure, "size": one.size, "before": one.before, "after": one.after,
            "noise": one.noise, "money": finite(one.money), "words": one.words,
        }
        for one in sized
    ]  # fmt: skip


def _scope(asked: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {level: tuple(members) for level, members in asked.items()}
