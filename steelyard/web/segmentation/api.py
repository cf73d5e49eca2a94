"""Segmentation API: the matrix, items, movers, corrections of history, excluded lines, drivers."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from steelyard.plan.forecasting.corrections import corrections, excluded, level_shifts
from steelyard.plan.inputs.drivers import indicator_table, price_table
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.segmentation import past, selectors, services

router = Router(tags=["segmentation"])

Start = Annotated[int, Query(ge=0)]
Count = Annotated[int, Query(ge=1, le=1000)]


class SegmentOut(Schema):
    """One of the nine segments and what it asks for."""

    segment: str
    items: int
    revenue: float
    margin: float
    share: float
    service_class: str | None
    review: str | None
    method: str | None
    moved_in: int
    moved_out: int


class MoverOut(Schema):
    """An item that stands elsewhere than before."""

    item: str
    product_family: str
    revenue: float
    what: str
    before: str
    now: str


class SegmentationOut(Schema):
    """The matrix and the movers."""

    segments: list[SegmentOut]
    movers: list[MoverOut]
    compared_with: str


class ItemOut(Schema):
    """An item with its segment, class and state."""

    item: str
    product_family: str
    segment: str
    abc: str
    xyz: str
    demand_class: str
    life_cycle: str
    revenue: float
    margin: float
    variation: float | None
    adi: float | None
    cv2: float | None
    service_class: str
    service_level: float
    review: str
    method: str


class CorrectionOut(Schema):
    """A past cell that is corrected, or suggested to be."""

    kind: str
    item: str
    location: str
    customer: str
    period: str
    demand: float
    correction: float
    cleaned: float
    suggested: float
    money: float


class LevelShiftOut(Schema):
    """A series whose history was moved to today's level."""

    item: str
    location: str
    customer: str
    from_period: str
    ratio: float
    units_moved: float


class ExcludedOut(Schema):
    """A line of demand that does not count as it stands."""

    reason: str
    why: str
    order_id: str | None
    line_id: str | None
    item: str
    location: str
    customer: str
    day: str
    quantity: float | None
    amount: float | None
    source: str
    source_row: int


class PriceOut(Schema):
    """What the history says about price, by product family."""

    product_family: str
    elasticity: float
    error: float | None
    series: int
    used: bool


class SegmentIndicatorOut(Schema):
    """What the history says about a series from outside."""

    indicator: str
    product_family: str
    lead: int
    response: float | None
    error: float | None
    skill: float | None
    used: bool
    known_until: str


class DriversOut(Schema):
    """Elasticities and indicators with their evidence."""

    prices: list[PriceOut]
    indicators: list[SegmentIndicatorOut]


class CorrectionIn(Schema):
    """The correction a past cell shall have; 0 takes it back."""

    item: str
    location: str
    customer: str
    period: str
    units: float
    note: str = ""


class RevisionOut(Schema):
    """The revision that came of it."""

    revision: int


@router.get("/{scenario}", response={200: SegmentationOut, **REFUSALS}, summary="Segments")
def segments(request: HttpRequest, scenario: str) -> dict[str, object]:
    """The nine segments with what they ask for, and who has moved since last month."""
    found = selectors.segments_of(moment_of(scenario))
    return {
        "segments": found.matrix().to_dicts(),
        "movers": found.movers.to_dicts(),
        "compared_with": found.compared_with,
    }


@router.get("/{scenario}/items", response={200: list[ItemOut], **REFUSALS}, summary="Items")
def items(
    request: HttpRequest, scenario: str, segment: str = "", start: Start = 0, count: Count = 200
) -> list[dict[str, object]]:
    """Items with segment, class and state, largest value first."""
    chosen = {"segment": segment} if segment else {}
    return selectors.chosen_items(selectors.segments_of(moment_of(scenario)), chosen).slice(start, count).to_dicts()


@router.get("/{scenario}/corrections", response={200: list[CorrectionOut], **REFUSALS}, summary="Corrections")
def correction_list(
    request: HttpRequest, scenario: str, kind: str = "", start: Start = 0, count: Count = 200
) -> list[dict[str, object]]:
    """Past cells that are corrected or suggested to be, most money first."""
    table = corrections(moment_of(scenario).plan)
    return (table.filter(table["kind"] == kind) if kind else table).slice(start, count).to_dicts()


@router.post("/{scenario}/corrections", response={200: RevisionOut, **WRITE_REFUSALS}, summary="Correct a cell")
def correct(request: HttpRequest, scenario: str, wanted: CorrectionIn) -> dict[str, int]:
    """Set the correction of one past cell."""
    return {"revision": services.cell_correct(scenario, user=person(request), **wanted.dict()).revision}


@router.get("/{scenario}/level-shifts", response={200: list[LevelShiftOut], **REFUSALS}, summary="Level shifts")
def shifts(request: HttpRequest, scenario: str, start: Start = 0, count: Count = 200) -> list[dict[str, object]]:
    """Series whose history was moved to today's level."""
    return level_shifts(moment_of(scenario).plan).slice(start, count).to_dicts()


@router.get("/{scenario}/excluded", response={200: list[ExcludedOut], **REFUSALS}, summary="Excluded lines")
def excluded_rows(
    request: HttpRequest, scenario: str, reason: str = "", start: Start = 0, count: Count = 200
) -> list[dict[str, object]]:
    """Lines of demand that do not count as they stand, row by row."""
    table = excluded(moment_of(scenario).plan)
    chosen = (table.filter(table["reason"] == reason) if reason else table).slice(start, count)
    return [{**row, "day": str(row["day"])} for row in chosen.iter_rows(named=True)]


@router.get("/{scenario}/drivers", response={200: DriversOut, **REFUSALS}, summary="Drivers")
def drivers(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Price elasticities and series from outside, with the evidence for each."""
    plan = moment_of(scenario).plan
    return {
        "prices": price_table(past.price_evidence(plan)).to_dicts(),
        "indicators": indicator_table(past.indicator_evidence(plan)).to_dicts(),
    }
