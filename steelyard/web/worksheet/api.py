"""Worksheet API: the protocol of the plan grid."""

from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.worksheet import answers, finding, selectors, services
from steelyard.web.worksheet.editing import CellText
from steelyard.web.worksheet.view import View

router = Router(tags=["worksheet"])

MOST_TEXT = 40


class CellIn(Schema):
    """A cell and what was typed into it."""

    row: str
    column: str
    text: str = ""


class ViewIn(Schema):
    """A view and a window of it, for views too long for an address."""

    levels: str = ""
    measures: str = ""
    scope: str = ""
    time: str = "period"
    past: int = 12
    totals: bool = True
    depth: int = 0
    against: str = ""
    open: list[str] = Field(default_factory=list)
    closed: list[str] = Field(default_factory=list)
    start: int = 0
    count: int = 100


class FindIn(ViewIn):
    """A view, what is looked for in it, and the node to begin after."""

    text: str
    after: str = ""


class FoundOut(Schema):
    """The line that was found: its first row once these nodes are open or closed; no row where nothing fits."""

    row: int | None = None
    node: str = ""
    open: list[str] = Field(default_factory=list)
    closed: list[str] = Field(default_factory=list)


class EditIn(Schema):
    """Cells to change."""

    revision: int
    cells: list[CellIn]
    spread: Literal["basis", "history", "equal"] = "basis"
    reason: str
    note: str = ""
    expires: date | None = None


class CellAdviceIn(Schema):
    """Cells that are about to be changed."""

    cells: list[CellIn]
    spread: Literal["basis", "history", "equal"] = "basis"


class CellAdviceOut(Schema):
    """What like overrides have done."""

    verdict: str = "unknown"
    sentence: str = ""
    n: int = 0
    helped_share: float | None = None


class LockIn(Schema):
    """Cells to lock or let go."""

    revision: int
    cells: list[CellIn]
    locked: bool = True


class StepIn(Schema):
    """The revision the person saw."""

    revision: int | None = None


class SwitchIn(Schema):
    """A change to take back, or to bring back."""

    revision: int
    change: str
    on: bool = False
    reason: str = "other"
    note: str = ""


class SkippedOut(Schema):
    """A cell that was left alone, and why."""

    row: str
    column: str
    why: str


class OutcomeOut(Schema):
    """What came of an edit."""

    revision: int
    applied: int
    skipped: list[SkippedOut]
    changes: list[str]


class MemberOut(Schema):
    """A member of a level and what it is called."""

    level: str
    member: str
    name: str


class SheetRevisionOut(Schema):
    """The new revision."""

    revision: int


@router.get("/{scenario}/window", response={200: dict, **REFUSALS}, summary="A window of rows")
def window(
    request: HttpRequest,
    scenario: str,
    levels: str = "",
    measures: str = "",
    scope: str = "",
    time: str = "period",
    past: str = "",
    totals: str = "1",
    depth: str = "0",
    against: str = "",
    open: str = "",  # noqa: A002
    closed: str = "",
    start: int = 0,
    count: int = 100,
) -> HttpResponse:
    """Rows of a view from `start` on: a flat window of the tree; the server knows the hierarchy, the grid does not."""
    asked = {
        "levels": levels, "measures": measures, "scope": scope, "time": time, "past": past, "totals": totals,
        "depth": depth, "against": against, "open": open, "closed": closed,
    }  # fmt: skip
    found = selectors.window(scenario, View.parse(asked), user=person(request), start=max(start, 0), count=count)
    return HttpResponse(answers.window_json(found, person(request)), content_type="application/json")


@router.post("/{scenario}/window", response={200: dict, **REFUSALS}, summary="A window of rows of a long view")
def long_window(request: HttpRequest, scenario: str, asked: ViewIn) -> HttpResponse:
    """The same for views with very many open nodes."""
    found = selectors.window(scenario, _view(asked), user=person(request), start=max(asked.start, 0), count=asked.count)
    return HttpResponse(answers.window_json(found, person(request)), content_type="application/json")


@router.post("/{scenario}/find", response={200: FoundOut, **REFUSALS}, summary="Find a line")
def find(request: HttpRequest, scenario: str, asked: FindIn) -> finding.FoundLine | FoundOut:
    """The next line, open or not, whose code or name contains a text, and what must be open to see it."""
    found = finding.line_found(scenario, _view(asked), text=asked.text.strip()[:80], after=asked.after)
    return found or FoundOut()


@router.post("/{scenario}/edit", response={200: OutcomeOut, **WRITE_REFUSALS}, summary="Enter values")
def edit(request: HttpRequest, scenario: str, asked: EditIn) -> services.Outcome:
    """Enter values into cells, all as one step that can be undone.

    Texts: `500` sets, `+40` and `-40` add, `+5%` and `-5%` grow, `*1.2` multiplies.
    """
    return services.cells_edit(
        scenario,
        [CellText(cell.row, cell.column, cell.text[:MOST_TEXT]) for cell in asked.cells],
        user=person(request),
        revision=asked.revision,
        spread=asked.spread,
        reason=asked.reason,
        note=asked.note[:500],
        expires=asked.expires,
    )


@router.post("/{scenario}/advice", response={200: CellAdviceOut, **REFUSALS}, summary="Advice on an entry")
def advice(request: HttpRequest, scenario: str, asked: CellAdviceIn) -> dict[str, object]:
    """Before an entry is saved: whether it is large or within the noise, and what like overrides by the caller did.

    No words where there is nothing to say.
    """
    cells = [CellText(cell.row, cell.column, cell.text[:MOST_TEXT]) for cell in asked.cells]
    sized = services.cell_size(scenario, cells, user=person(request), spread=asked.spread)
    told = services.cell_advice(scenario, cells, user=person(request), spread=asked.spread)
    words = " ".join(filter(None, (sized.words if sized else "", told.sentence if told else "")))
    if told is None:
        return {"verdict": "mixed", "sentence": words} if sized else {}
    return {"verdict": told.verdict, "sentence": words, "n": told.n, "helped_share": told.helped_share}


@router.post("/{scenario}/lock", response={200: OutcomeOut, **WRITE_REFUSALS}, summary="Lock cells")
def lock(request: HttpRequest, scenario: str, asked: LockIn) -> services.Outcome:
    """Lock cells against changes, or let them go."""
    cells = [CellText(cell.row, cell.column) for cell in asked.cells]
    return services.cells_lock(scenario, cells, user=person(request), revision=asked.revision, locked=asked.locked)


@router.post("/{scenario}/undo", response={200: SheetRevisionOut, **WRITE_REFUSALS}, summary="Undo")
def undo(request: HttpRequest, scenario: str, asked: StepIn) -> dict[str, int]:
    """Take back the person's latest step."""
    return {"revision": services.step_undo(scenario, user=person(request), revision=asked.revision)}


@router.post("/{scenario}/redo", response={200: SheetRevisionOut, **WRITE_REFUSALS}, summary="Redo")
def redo(request: HttpRequest, scenario: str, asked: StepIn) -> dict[str, int]:
    """Bring back what the person took back last."""
    return {"revision": services.step_redo(scenario, user=person(request), revision=asked.revision)}


@router.post("/{scenario}/switch", response={200: SheetRevisionOut, **WRITE_REFUSALS}, summary="Take a change back")
def switch(request: HttpRequest, scenario: str, asked: SwitchIn) -> dict[str, int]:
    """Switch a single change off, with a reason, or on again."""
    revision = services.change_take_back(
        scenario, asked.change, on=asked.on, user=person(request), revision=asked.revision, reason=asked.reason,
        note=asked.note[:500],
    )  # fmt: skip
    return {"revision": revision}


@router.get("/{scenario}/explain", response={200: dict, **REFUSALS}, summary="Where a number comes from")
def explain(request: HttpRequest, scenario: str, row: str, column: str) -> dict[str, object]:
    """Formula, inputs with values, changes, rows of the extract."""
    return answers.explanation(selectors.explanation(scenario, row, column), _names(scenario))


@router.get("/{scenario}/difference", response={200: dict, **REFUSALS}, summary="Why a number is not as published")
def difference(request: HttpRequest, scenario: str, row: str, column: str, against: str = "") -> dict[str, object]:
    """The exact steps from another plan (the one published last) to this number; amounts are decimal text, add up."""
    return answers.difference(selectors.difference(scenario, row, column, against))


@router.get("/{scenario}/history", response={200: dict, **REFUSALS}, summary="Who changed a cell")
def history(request: HttpRequest, scenario: str, row: str, column: str) -> dict[str, object]:
    """Changes that touch a cell, newest first, also those taken back."""
    found, names = selectors.cell_changes(scenario, row, column, person(request)), _names(scenario)
    return {"changes": [answers.change(one, names) for one in found]}


@router.get("/{scenario}/series", response={200: dict, **REFUSALS}, summary="A row over time")
def series(request: HttpRequest, scenario: str, row: str) -> dict[str, object]:
    """History, statistical forecast, consensus and the last published plan of a row."""
    return answers.series(selectors.row_series(scenario, row))


@router.get("/{scenario}/members", response={200: list[MemberOut], **REFUSALS}, summary="Members of a level")
def members(request: HttpRequest, scenario: str, level: str = "", text: str = "") -> list[finding.Member]:
    """Members of a level, or of all levels, whose code or name contains a text, at most fifty."""
    plan = plan_of(scenario)
    return finding.members(plan, finding.levels_searched(plan, View(), level), text=text[:80])


def _view(asked: ViewIn) -> View:
    plain = {name: str(value) for name, value in asked.dict().items() if not isinstance(value, list)}
    return View.parse({**plain, "totals": "1" if asked.totals else "0"}).with_nodes(asked.open, asked.closed)


def _names(scenario: str) -> MemberNames:
    return member_names(plan_of(scenario).inputs.extract)
