"""Intelligence API: entries, their use in scenarios, sources and outcomes."""

from dataclasses import asdict
from datetime import date

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.intelligence import selectors, services
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.asked import finite

router = Router(tags=["intelligence"])


class IntelligenceIn(Schema):
    """What was heard."""

    kind: str
    source: str
    statement: str
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str]
    low: float
    likely: float
    high: float
    confidence: float = 0.7
    evidence: str = ""
    owner: str = ""
    valid_until: date | None = None


class UseOut(Schema):
    """How an entry counts now."""

    entry: int
    scenario: str
    in_use: bool
    weight: float | None = None


@router.get("/{scenario}", response={200: dict, **REFUSALS}, summary="Intelligence")
def entries(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Entries, whether they count in a scenario, what became of them, and the record of their sources."""
    view = selectors.intelligence_view(scenario)
    sources = [
        {"source": name} | {k: finite(v) if isinstance(v, float) else v for k, v in asdict(record).items()}
        for name, record in view.sources
    ]
    return {"entries": [selectors.entry_json(line) for line in view.lines + view.over], "sources": sources}


@router.post("/{scenario}", response={201: dict, **WRITE_REFUSALS}, summary="Enter what was heard")
def create(request: HttpRequest, scenario: str, asked: IntelligenceIn) -> Status[dict[str, object]]:
    """Enter what was heard; it counts nowhere until it is used."""
    given = asked.dict() | {"scope": {level: tuple(members) for level, members in asked.scope.items()}}
    kept = services.entry_create(scenario, user=person(request), **given)
    return Status(201, {"id": kept.id})


@router.post("/{scenario}/{number}/use", response={200: UseOut, **WRITE_REFUSALS}, summary="Use an entry")
def use(request: HttpRequest, scenario: str, number: int) -> dict[str, object]:
    """Make an entry an assumption of a scenario: its likely effect at the weight of its source."""
    weight = services.entry_use(scenario, number, user=person(request))
    return {"entry": number, "scenario": scenario, "in_use": True, "weight": weight}


@router.post("/{scenario}/{number}/drop", response={200: UseOut, **WRITE_REFUSALS}, summary="Take an entry out")
def drop(request: HttpRequest, scenario: str, number: int) -> dict[str, object]:
    """Take an entry out of a scenario; elsewhere it stays as it is."""
    services.entry_drop(scenario, number, user=person(request))
    return {"entry": number, "scenario": scenario, "in_use": False}


@router.post("/entry/{number}/withdraw", response={200: UseOut, **WRITE_REFUSALS}, summary="Withdraw an entry")
def withdraw(request: HttpRequest, number: int) -> dict[str, object]:
    """Mark an entry as withdrawn; its outcome still counts for its source."""
    services.entry_withdraw(number, user=person(request))
    return {"entry": number, "scenario": "", "in_use": False}
