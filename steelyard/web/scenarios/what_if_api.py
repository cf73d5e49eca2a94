"""What-if API: rows of a table, settings, laying both; name, note, lock and sharing of a scenario; whether it moved."""

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.plan.canonical import Json
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.company import workspace
from steelyard.web.scenarios import selectors, sharing
from steelyard.web.scenarios.access import access_of, require_seen
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS, ScenarioEventOut, ScenarioOut
from steelyard.web.scenarios.audience import Access, Audience, Reach
from steelyard.web.scenarios.stale import footing_now, stale_line
from steelyard.web.scenarios.what_if import Question, settings_lay, settings_view, what_if_lay, what_if_view

router = Router(tags=["scenarios"])


class WhatIfIn(Schema):
    """Rows of a table and what becomes of a column: a value, a share such as `-20%`, or `empty`."""

    table: str
    search: str = ""
    column: str
    value: str
    reason: str
    note: str = ""


class SettingsIn(Schema):
    """Settings by name."""

    values: dict[str, str]
    reason: str
    note: str = ""


class AudienceIn(Schema):
    """Everybody (all), some people and roles, or none but the author and the S&OP lead."""

    reach: Reach = "all"
    people: list[str] = Field(default_factory=list)
    roles: list[str] = Field(default_factory=list)


class AccessIn(Schema):
    """Who sees a scenario, and who of them changes it."""

    seen_by: AudienceIn = AudienceIn()
    changed_by: AudienceIn = AudienceIn()


class DescribeIn(Schema):
    """Another name or note."""

    name: str = ""
    note: str | None = None


class FootingIn(Schema):
    """What `footing` answered, as it was kept beside an answer."""

    name: str
    digest: str
    extract: str
    revisions: list[tuple[int, int]]
    code: str
    at: str
    published: str = ""
    beside: dict[str, str] = Field(default_factory=dict)


class StaleOut(Schema):
    """Whether an answer still holds, and what has moved."""

    stale: bool
    moves: list[str]


@router.get("/{name}/table/{table}", response={200: dict, **REFUSALS}, summary="Rows of master data in a scenario")
def table_rows(
    request: HttpRequest, name: str, table: str, search: str = "", column: str = "", value: str = ""
) -> dict[str, object]:
    """Rows as they stand in a scenario; with a column and a value, what would become of them."""
    view = what_if_view(name, Question(table, search, column, value))
    return {
        "columns": view.columns, "rows": view.rows, "count": view.count, "before": view.before, "after": view.after,
        "editable": view.editable,
    }  # fmt: skip


@router.post("/{name}/what-if", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Lay other master data")
def lay(request: HttpRequest, name: str, asked: WhatIfIn) -> Status[dict[str, object]]:
    """Lay other master data as changes, one a row, in one step that can be undone."""
    question = Question(asked.table, asked.search, asked.column, asked.value)
    event = what_if_lay(name, question, user=person(request), reason=asked.reason, note=asked.note[:500])
    return Status(201, {"revision": event.revision, "changes": [change.id for change in event.changes]})


@router.get("/{name}/settings", response={200: dict, **REFUSALS}, summary="Settings of the model in a scenario")
def settings(request: HttpRequest, name: str) -> dict[str, object]:
    """Settings as they stand in a scenario, by what they govern."""
    return {group: [vars(one) for one in found] for group, found in settings_view(name).items()}


@router.post("/{name}/settings", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Lay other settings")
def lay_settings(request: HttpRequest, name: str, asked: SettingsIn) -> Status[dict[str, object]]:
    """Lay other settings as changes, in one step that can be undone."""
    event = settings_lay(name, asked.values, user=person(request), reason=asked.reason, note=asked.note[:500])
    return Status(201, {"revision": event.revision, "changes": [change.id for change in event.changes]})


@router.get("/{name}/access", response={200: dict, **REFUSALS}, summary="Who sees and changes a scenario")
def access(request: HttpRequest, name: str) -> dict[str, object]:
    """Who sees a scenario, and who of them changes it."""
    record = workspace().records.scenario(name)
    require_seen(record)
    return _told(access_of(record.id))


@router.post("/{name}/access", response={200: dict, **WRITE_REFUSALS}, summary="Share a scenario")
def share(request: HttpRequest, name: str, asked: AccessIn) -> dict[str, object]:
    """Say who sees a scenario, and who of them changes it."""
    wanted = Access(_audience(asked.seen_by), _audience(asked.changed_by))
    return _told(sharing.scenario_share(name, wanted, user=person(request)))


@router.post("/{name}/lock", response={200: ScenarioOut, **WRITE_REFUSALS}, summary="Lock")
def lock(request: HttpRequest, name: str) -> selectors.ScenarioLine:
    """Lock a scenario against changes."""
    sharing.scenario_lock(name, user=person(request))
    return selectors.scenario_line(name)


@router.post("/{name}/unlock", response={200: ScenarioOut, **WRITE_REFUSALS}, summary="Unlock")
def unlock(request: HttpRequest, name: str) -> selectors.ScenarioLine:
    """Let a scenario take changes again."""
    sharing.scenario_unlock(name, user=person(request))
    return selectors.scenario_line(name)


@router.post("/{name}/describe", response={200: ScenarioOut, **WRITE_REFUSALS}, summary="Rename, or note anew")
def describe(request: HttpRequest, name: str, asked: DescribeIn) -> selectors.ScenarioLine:
    """Give a scenario another name or note."""
    called = sharing.scenario_describe(name, user=person(request), new_name=asked.name, note=asked.note)
    return selectors.scenario_line(called)


@router.get("/{name}/footing", response={200: dict, **REFUSALS}, summary="On what an answer of now stands")
def footing(request: HttpRequest, name: str) -> dict[str, Json]:
    """Keep this beside an answer; `stale` says later whether it still holds. `plan:<id>` names a published plan."""
    return footing_now(name).to_json()


@router.post("/{name}/stale", response={200: StaleOut, **REFUSALS}, summary="Whether an answer still holds")
def stale(request: HttpRequest, name: str, asked: FootingIn) -> StaleOut:
    """Whether an answer still holds that was kept with its footing, and what has moved since."""
    require_seen(workspace().records.scenario(name))
    line = stale_line(asked.dict(), beside=workspace().records.registers.digests())
    return StaleOut(stale=line.is_stale, moves=list(line.moves))


def _audience(asked: AudienceIn) -> Audience:
    return Audience(asked.reach, tuple(asked.people), tuple(asked.roles))


def _told(found: Access) -> dict[str, object]:
    return {"seen_by": found.seen_by.to_json(), "changed_by": found.changed_by.to_json()}
