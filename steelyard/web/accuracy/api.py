"""Accuracy API: the same tables as the page, and advice on a change before it is saved."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.plan.change import Change
from steelyard.plan.measuring.score import scores_by_group
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.accuracy import selectors, services
from steelyard.web.accuracy.measured import measuring_of, record_of
from steelyard.web.company import now
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.asked import finite, parse_scope, plain_rows
from steelyard.web.scenarios.plans import plan_of

router = Router(tags=["accuracy"])


class AdviceIn(Schema):
    """A change that is not saved yet."""

    operation: dict[str, Any]
    measure: str = "consensus_demand"
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str] | None = None


class AdviceOut(Schema):
    """What like changes have done."""

    verdict: str
    sentence: str
    n: int
    helped_share: float | None
    mean_effect: float | None
    circle: str
    segment: str
    direction: str
    size: str


class WeighIn(Schema):
    """Which slice to weigh, by which lag."""

    scope: dict[str, list[str]] = Field(default_factory=dict)
    lag: int | None = None
    revision: int | None = None


@router.get("/{scenario}", response={200: dict, **REFUSALS}, summary="Accuracy")
def overview(
    request: HttpRequest, scenario: str, lag: int | None = None, level: str = "item_location", scope: str = ""
) -> dict[str, object]:
    """Scores by lag and stream, the staircase (units as decimal text that adds up), alarms by money; of a slice."""
    view = selectors.accuracy_view(scenario, lag=lag, level=level, scope=parse_scope(scope))
    return {
        "versions": view.record.versions,
        "lags": plain_rows(view.lags),
        "streams": plain_rows(view.streams),
        "staircase": [
            {"name": s.name, "label": s.label, "error": str(s.error), "effect": str(s.effect)}
            for s in view.stairs.steps
        ],
        "alarms": [_plain(asdict(one)) for one in view.alarms[: selectors.MOST_ALARMS]],
        "limit": view.limit,
        "vanished": view.record.vanished,
        "appeared": view.record.appeared,
    }


@router.get("/{scenario}/groups", response={200: dict, **REFUSALS}, summary="Accuracy by class or member")
def groups(
    request: HttpRequest,
    scenario: str,
    column: str = "segment",
    lag: int | None = None,
    level: str = "item_location",
    scope: str = "",
) -> dict[str, object]:
    """Scores of the consensus by a class (segment, abc, xyz, demand_class) or a level of the grading; of a slice."""
    record = record_of(scenario, selectors.levels_of(level), parse_scope(scope))
    if column not in record.groups.columns:
        return plain_rows(record.groups.head(0))
    return plain_rows(scores_by_group(record, column, lag=lag))


@router.get("/{scenario}/people", response={200: list[dict[str, Any]], **REFUSALS}, summary="Overrides by person")
def people(request: HttpRequest, scenario: str) -> list[dict[str, object]]:
    """What overrides did: one's own, or everybody's for who leads the process."""
    return [_plain(asdict(one)) for one in selectors.people_view(measuring_of(scenario), person(request))]


@router.get("/{scenario}/functions", response={200: list[dict[str, Any]], **REFUSALS}, summary="Overrides by function")
def functions(request: HttpRequest, scenario: str) -> list[dict[str, object]]:
    """What overrides did, by function."""
    return [_plain(asdict(one)) for one in selectors.functions_view(measuring_of(scenario))]


@router.get("/{scenario}/versions", response={200: dict, **REFUSALS}, summary="Versions")
def versions(
    request: HttpRequest, scenario: str, measure: str = "consensus_demand", scope: str = ""
) -> dict[str, object]:
    """Which version said what for each period, and what came."""
    return selectors.versions_json(measuring_of(scenario), measure, parse_scope(scope))


@router.get("/{scenario}/weights", response={200: list[dict[str, Any]], **REFUSALS}, summary="Weights by track record")
def weights(request: HttpRequest, scenario: str, scope: str = "", lag: int | None = None) -> list[dict[str, object]]:
    """How much each stream counts in a slice, and how much its graded forecasts ask for."""
    found = selectors.proposed_weights(scenario, scope=parse_scope(scope), lag=lag)
    return [_plain(asdict(one)) | {"moves": one.moves} for one in found]


@router.post("/{scenario}/weights", response={201: dict, **WRITE_REFUSALS}, summary="Weigh by track record")
def weigh(request: HttpRequest, scenario: str, asked: WeighIn) -> Status[dict[str, object]]:
    """Write the weights that the record asks for to the scenario, as changes that can be undone as one."""
    scope = {level: tuple(members) for level, members in asked.scope.items()}
    event = services.weights_adopt(
        scenario, user=person(request), scope=scope, lag=asked.lag, expected_revision=asked.revision
    )
    return Status(201, {"revision": event.revision, "changes": [change.id for change in event.changes]})


@router.post("/{scenario}/advice", response={200: AdviceOut, **REFUSALS}, summary="Advice on a change")
def advice(request: HttpRequest, scenario: str, asked: AdviceIn) -> dict[str, object]:
    """Before a change is saved: what like changes by the caller have done so far."""
    spelled = {name: value for name, value in asked.dict().items() if value not in (None, "", {})}
    author = person(request).username
    change = Change.from_json({**spelled, "author": author, "at": now().isoformat()})
    told = measuring_of(scenario).advice(change, author, plan=plan_of(scenario))
    return {
        "verdict": told.verdict, "sentence": told.sentence, "n": told.n, "helped_share": finite(told.helped_share),
        "mean_effect": finite(told.mean_effect), "circle": told.circle, **asdict(told.kind),
    }  # fmt: skip


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: finite(value) if isinstance(value, float) else value for name, value in row.items()}
