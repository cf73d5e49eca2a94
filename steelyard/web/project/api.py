"""API: the same services as the pages, described by OpenAPI under /api/docs."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError

from steelyard.errors import StaleRevision, SteelyardError
from steelyard.plan.change import Change
from steelyard.web.accounts.api_guard import REFUSALS, PersonalKey, SignedIn
from steelyard.web.accounts.sight import sight
from steelyard.web.accuracy.api import router as accuracy
from steelyard.web.answers.patience import BeingWorkedOut
from steelyard.web.balance.api import router as balance
from steelyard.web.book.api import router as book
from steelyard.web.capacity.api import router as capacity
from steelyard.web.capacity.option_api import router as capacity_options
from steelyard.web.comments.api import router as comments
from steelyard.web.company import workspace
from steelyard.web.cycles.api import router as cycles
from steelyard.web.decisions.api import router as decisions
from steelyard.web.decisions.meeting_api import action_router as actions
from steelyard.web.decisions.meeting_api import meeting_router as meetings
from steelyard.web.demand_review.api import router as demand_review
from steelyard.web.executive.api import router as executive
from steelyard.web.finance_review.api import router as finance
from steelyard.web.governance.api import router as governance
from steelyard.web.intelligence.api import router as intelligence
from steelyard.web.jobs.api import router as jobs
from steelyard.web.masterdata.api import router as extracts
from steelyard.web.masterdata.names import member_names
from steelyard.web.notices.api import router as notices
from steelyard.web.portfolio.api import router as portfolio
from steelyard.web.project.faults import TOO_LARGE, status_of
from steelyard.web.project.strict_json import StrictJson
from steelyard.web.risk.api import router as risk
from steelyard.web.scenarios.api import published_router as published
from steelyard.web.scenarios.api import router as scenarios
from steelyard.web.scenarios.api_schema import change_json
from steelyard.web.scenarios.change_set_api import router as change_sets
from steelyard.web.scenarios.merge_api import router as merging
from steelyard.web.scenarios.what_if_api import router as what_ifs
from steelyard.web.scorecard.api import router as kpis
from steelyard.web.segmentation.api import router as segmentation
from steelyard.web.sourcing.api import router as sourcing
from steelyard.web.stock.api import router as stock
from steelyard.web.stock.replenishment_api import router as replenishment
from steelyard.web.supply_review.api import router as supply_review
from steelyard.web.worksheet.api import router as worksheet

api = NinjaAPI(
    title="Steelyard",
    version="1",
    description="Extracts, scenarios, changes, plans. Calls that change something need a form token or a personal key.",
    auth=[PersonalKey(), SignedIn()],
    urls_namespace="api-1",
    renderer=StrictJson(),
)
api.add_router("/extracts", extracts)
api.add_router("/scenarios", scenarios)
api.add_router("/scenarios", merging)
api.add_router("/scenarios", what_ifs)
api.add_router("/change-sets", change_sets)
api.add_router("/published", published)
api.add_router("/worksheet", worksheet)
api.add_router("/demand-review", demand_review)
api.add_router("/supply-review", supply_review)
api.add_router("/accuracy", accuracy)
api.add_router("/intelligence", intelligence)
api.add_router("/segmentation", segmentation)
api.add_router("/portfolio", portfolio)
api.add_router("/stock", stock)
api.add_router("/stock", replenishment)
api.add_router("/risk", risk)
api.add_router("/finance", finance)
api.add_router("/executive", executive)
api.add_router("/book", book)
api.add_router("/balance", balance)
api.add_router("/capacity", capacity)
api.add_router("/capacity", capacity_options)
api.add_router("/sourcing", sourcing)
api.add_router("/kpis", kpis)
api.add_router("/governance", governance)
api.add_router("/comments", comments)
api.add_router("/decisions", decisions)
api.add_router("/meetings", meetings)
api.add_router("/actions", actions)
api.add_router("/cycles", cycles)
api.add_router("/jobs", jobs)
api.add_router("/notices", notices)


class MeasureOut(Schema):
    """A declared measure."""

    name: str
    label: str
    meaning: str
    grain: str
    unit: str
    span: str
    over_series: str
    over_time: str
    editable: bool
    area: str


@api.get("/measures", response={200: list[MeasureOut], **REFUSALS}, tags=["measures"], summary="Measures")
def measures(request: HttpRequest) -> list[object]:
    """Every measure that the person sees, declared once and meant the same everywhere."""
    known, eyes = workspace().calculator.wiring.measures, sight()
    return [declared for name, declared in known.items() if not eyes.hides(name, known)]


@api.exception_handler(SteelyardError)
def refuse(request: HttpRequest, error: SteelyardError) -> HttpResponse:
    """Answer an error of the trade with its status and words."""
    told: dict[str, object] = {"detail": str(error)}
    if isinstance(error, StaleRevision):
        told |= {"revision": error.actual, "change": _other(error.change)}
    return api.create_response(request, told, status=status_of(error))


@api.exception_handler(ValidationError)
def misfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer what does not fit the description of an operation: in words, as every refusal."""
    found = "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in error.errors)
    return api.create_response(request, {"detail": f"What was sent does not fit: {found}."}, status=422)


@api.exception_handler(BeingWorkedOut)
def coming(request: HttpRequest, answer: BeingWorkedOut) -> HttpResponse:
    """Tell that the answer is being worked out; the same call brings it later."""
    told = api.create_response(request, {"detail": str(answer)}, status=202)
    told["Retry-After"], told["Location"] = "5", request.get_full_path()
    return told


@api.exception_handler(OverflowError)
def too_large(request: HttpRequest, error: OverflowError) -> HttpResponse:
    """Answer a number that no record can have."""
    return api.create_response(request, {"detail": TOO_LARGE}, status=404)


def _place(parts: Sequence[object]) -> str:
    """Where in a call something does not fit: in the query, path or body, and there under which name."""
    first, *rest = (str(part) for part in parts)
    return f"{first} {'.'.join(rest)}".strip()


def _other(change: object) -> dict[str, object] | None:
    if isinstance(change, Change):
        return change_json(change, member_names())
    actor, at = getattr(change, "actor", None), getattr(change, "at", None)
    if actor is None or at is None:
        return None
    kind = str(getattr(change, "kind", ""))
    return {
        "author": actor,
        "at": at.isoformat(),
        "reason": "other",
        "note": kind,
        "measure": "",
        "scope": "",
        "periods": "",
    }
