"""API schema: how scenarios, changes and refusals look in the API."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import REASONS, Change
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.masterdata.names import NAMELESS, MemberNames
from steelyard.web.scenarios.words import ChangeLine

OVERRIDES = frozenset({"set", "add", "percent", "formula"})
"""Kinds of changes that go against what was calculated."""


class ScenarioOut(Schema):
    """A scenario."""

    name: str
    base: str
    revision: int
    changes: int
    actor: str
    at: datetime
    note: str
    archived: bool
    closed: bool
    extract: str
    share: str
    """private, shared or read only; empty where it is open to all."""


class ScenarioIn(Schema):
    """A scenario to be made on an extract."""

    name: str
    extract: str = ""
    horizon: int = 24
    note: str = ""


class BranchIn(Schema):
    """A branch to be made."""

    name: str
    note: str = ""


class ChangeIn(Schema):
    """A change, as the reference describes its kinds."""

    operation: dict[str, Any]
    measure: str = ""
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str] | None = None
    reason: str = ""
    """A reason code; an override does not go without one."""
    note: str = ""
    stream: str = ""
    expires: date | None = None


def read_change(asked: ChangeIn, *, author: str, at: datetime) -> Change:
    """The change that a person asks for.

    Raises:
        ChangeInvalid: A field is unknown or of the wrong type, or an override has no reason.
    """
    if not asked.reason and asked.operation.get("kind") in OVERRIDES:
        raise ChangeInvalid("An override needs a reason", mend=f"give one of {', '.join(REASONS)}")
    spelled = {name: value for name, value in asked.dict().items() if value not in (None, "", {})}
    if asked.expires:
        spelled["expires"] = asked.expires.isoformat()
    return Change.from_json({**spelled, "author": author, "at": at.isoformat()})


class ChangesIn(Schema):
    """Changes to be appended as one step."""

    revision: int | None = None
    changes: list[ChangeIn]


class ScenarioEventOut(Schema):
    """What came of it."""

    revision: int
    changes: list[str]


class PublishIn(Schema):
    """A publication."""

    revision: int
    note: str = ""
    waive: str = ""
    """Why it is published without the decision that a running month asks for; by authority only."""


class PublishedOut(Schema):
    """A published plan."""

    id: str
    scenario: str
    revision: int
    extract: str
    actor: str
    at: datetime
    note: str


class ChangeOut(Schema):
    """A change as it stands."""

    id: str
    author: str
    at: datetime
    reason: str
    note: str
    kind: str
    operation: str
    measure: str
    scope: str
    periods: str
    enabled: bool = True
    content: dict[str, Any]


class Conflict(Schema):
    """Somebody was faster: the revision that holds now, and the other's change."""

    detail: str
    revision: int | None = None
    change: dict[str, Any] | None = None


WRITE_REFUSALS: dict[int, type[Schema]] = {**REFUSALS, 409: Conflict}
"""Refusals of a call that changes something."""


def change_json(change: Change, names: MemberNames = NAMELESS) -> dict[str, object]:
    """A change as people read it, and its content."""
    line = ChangeLine(change, True, names)
    return {
        "id": change.id,
        "author": change.author,
        "at": change.at.isoformat(),
        "reason": change.reason,
        "note": change.note,
        "kind": change.kind,
        "operation": line.what,
        "measure": change.measure,
        "scope": line.where,
        "periods": line.when,
        "enabled": change.enabled,
        "expires": change.expires.isoformat() if change.expires else None,
        "content": change.to_json(),
    }
