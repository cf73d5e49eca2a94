"""Change set API: list, record, look, lay, withdraw."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.plan.journal import Event
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.scenarios import change_set_services as sets
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS, ScenarioEventOut, change_json

router = Router(tags=["change sets"])


class SetOut(Schema):
    """A change set."""

    name: str
    note: str
    source: str
    version: int
    actor: str
    at: datetime
    changes: list[dict[str, object]]


class RecordIn(Schema):
    """A set to be recorded from a scenario: its own changes, or only those of these ids."""

    scenario: str
    name: str
    only: list[str] = Field(default_factory=list)
    note: str = ""


class LayIn(Schema):
    """Where a set is laid: so many periods later, on other members."""

    scenario: str
    shift: int = 0
    scope: dict[str, list[str]] = Field(default_factory=dict)
    revision: int | None = None


class FitOut(Schema):
    """What would become of a set on a scenario."""

    changes: list[str]
    faults: list[str]


@router.get("/", response={200: list[SetOut], **REFUSALS}, summary="Change sets")
def list_sets(request: HttpRequest) -> list[dict[str, object]]:
    """All change sets, by name."""
    return [_told(one) for one in sets.set_views()]


@router.post("/", response={201: SetOut, **WRITE_REFUSALS}, summary="Record a change set")
def record(request: HttpRequest, asked: RecordIn) -> Status[dict[str, object]]:
    """Keep a scenario's own changes under a name; the same name again makes its next version."""
    made = sets.set_record(asked.scenario, asked.name, only=asked.only, note=asked.note, user=person(request))
    return Status(201, _told(sets.set_view(made.name)))


@router.get("/{name}", response={200: SetOut, **REFUSALS}, summary="A change set")
def one(request: HttpRequest, name: str) -> dict[str, object]:
    """One change set with its changes."""
    return _told(sets.set_view(name))


@router.post("/{name}/fit", response={200: FitOut, **REFUSALS}, summary="Look at a change set on a scenario")
def fit(request: HttpRequest, name: str, asked: LayIn) -> FitOut:
    """What would become of a set on a scenario; nothing is laid."""
    found = sets.set_fit(asked.scenario, name, shift=asked.shift, scope=_scope(asked))
    faults = [f"{line.sentence}: {why}" for line, why in found.faults]
    return FitOut(changes=[line.sentence for line in found.lines], faults=faults)


@router.post("/{name}/lay", response={200: ScenarioEventOut, **WRITE_REFUSALS}, summary="Lay a change set")
def lay(request: HttpRequest, name: str, asked: LayIn) -> dict[str, object]:
    """Lay a set on a scenario, all of it or nothing, as one step that can be undone."""
    event: Event = sets.set_lay(
        asked.scenario, name, user=person(request), shift=asked.shift, scope=_scope(asked),
        expected_revision=asked.revision,
    )  # fmt: skip
    return {"revision": event.revision, "changes": [change.id for change in event.changes]}


@router.post("/{name}/withdraw", response={204: None, **WRITE_REFUSALS}, summary="Withdraw a change set")
def withdraw(request: HttpRequest, name: str) -> Status[None]:
    """Take a set off the list; its versions stay on record."""
    sets.set_withdraw(name, user=person(request))
    return Status(204, None)


def _told(view: sets.SetView) -> dict[str, object]:
    kept = {name: value for name, value in vars(view).items() if name != "lines"}
    return {**kept, "changes": [change_json(line.change, line.names) for line in view.lines]}


def _scope(asked: LayIn) -> dict[str, tuple[str, ...]]:
    return {level: tuple(members) for level, members in asked.scope.items()}
