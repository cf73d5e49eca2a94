"""Worksheet selectors: windows of rows, explanations, histories, series."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from steelyard.errors import UnknownMember, UnknownPeriod
from steelyard.grid.measure import Measure
from steelyard.plan.cache import Cache
from steelyard.plan.change import Change
from steelyard.plan.explain import Explanation
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.web.accounts.permissions import User, may_edit
from steelyard.web.accounts.sight import sight
from steelyard.web.company import workspace
from steelyard.web.scenarios.chain import Chain, chain
from steelyard.web.scenarios.compare_view import short_name
from steelyard.web.scenarios.plans import Moment, any_plan, moment_of, published_numbers
from steelyard.web.scenarios.selectors import last_published
from steelyard.web.worksheet.address import Row
from steelyard.web.worksheet.beside import Beside, lay_beside
from steelyard.web.worksheet.editing import column_span
from steelyard.web.worksheet.models import SavedView
from steelyard.web.worksheet.sheet import Line, Sheet, lay_sheet, view_grains
from steelyard.web.worksheet.view import MOST_ROWS, View

KEPT_SHEETS = 24

LEVEL_LABELS = {
    "category": "Category",
    "product_family": "Family",
    "item": "Item",
    "location": "Location",
    "location_region": "Region of location",
    "channel": "Channel",
    "territory": "Territory",
    "customer": "Customer",
    "resource": "Resource",
    "resource_type": "Kind of resource",
}


@dataclass(frozen=True)
class WindowOfRows:
    """Some rows of a view at one revision."""

    moment: Moment
    sheet: Sheet
    lines: tuple[Line, ...]
    total: int
    editable: bool


@dataclass(frozen=True)
class SeriesLine:
    """One line of the chart of a row."""

    key: str
    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class RowSeries:
    """The chart of a row: history and plan over all periods."""

    unit: str
    periods: tuple[str, ...]
    history_count: int
    series: tuple[SeriesLine, ...]


@dataclass(frozen=True)
class CellChange:
    """A change that touches a cell, and whether it still stands."""

    change: Change
    undone: bool
    can_switch: bool
    """Whether the person may take it back, or bring it back when it is switched off."""


@dataclass(frozen=True)
class Difference:
    """Why a number is not what another plan says."""

    plan: PublishedPlan | None
    """The plan published last, where that is the other one."""
    name: str
    """What the other plan is called, where it was named."""
    chain: Chain


SheetKey = tuple[object, ...]
_besides: "Cache[SheetKey, Beside]" = Cache(KEPT_SHEETS)

_sheets: OrderedDict[SheetKey, tuple[Moment, Sheet]] = OrderedDict()
_laying: dict[SheetKey, Lock] = {}
_guard = Lock()


def window(name: str, view: View, *, user: User, start: int, count: int) -> WindowOfRows:
    """Rows of a view from `start` on.

    Raises:
        NotFound: There is no such scenario or measure.
        UnknownMember: The filter or a level matches nothing.
    """
    moment = moment_of(name)
    sheet = sheet_of(moment, view)
    lines = sheet.lines(view, start, min(count, MOST_ROWS), _beside(moment, view, sheet))
    return WindowOfRows(moment, sheet, tuple(lines), sheet.total(view), may_edit_scenario(moment, user, view))


def sheet_of(moment: Moment, view: View) -> Sheet:
    """The sheet of a scenario and view; laid out once for each revision, from the one before."""
    key = (id(workspace()), moment.scenario.number, view.key, view_grains(moment.plan, view), sight())
    with _guard:
        laying = _laying.setdefault(key, Lock())
    with laying:
        kept = _sheets.get(key)
        if kept is not None and kept[0].plan is moment.plan:
            return kept[1]
        sheet = lay_sheet(moment.plan, view, kept[1] if kept else None)
        _keep_sheet(key, moment, sheet)
    if kept is not None:
        kept[1].cube.forget_older()
    return sheet


def _beside(moment: Moment, view: View, sheet: Sheet) -> Beside | None:
    """The plan that the view is held against, on the lines and columns of its sheet; kept while both plans stay."""
    if not view.against:
        return None
    other = any_plan(view.against)
    key = (view.against, other.digest, moment.plan.digest, view.key)
    name = short_name(view.against)
    return _besides.made(key, lambda: lay_beside(name, other, moment.plan, sheet.columns, view.filter))


def _keep_sheet(key: SheetKey, moment: Moment, sheet: Sheet) -> None:
    with _guard:
        _sheets[key] = (moment, sheet)
        _sheets.move_to_end(key)
        while len(_sheets) > KEPT_SHEETS:
            gone, _ = _sheets.popitem(last=False)
            _laying.pop(gone, None)


def may_edit_scenario(moment: Moment, user: User, view: View) -> bool:
    """Whether the person may edit any measure of the view in this scenario."""
    declared = [moment.plan.measure(name) for name in view.measures]
    return moment.open and any(row_editable(one, user) for one in declared)


def row_editable(measure: Measure, user: User) -> bool:
    """Whether the person may edit a measure."""
    return measure.editable and may_edit(user, measure.area)


def explanation(name: str, row_key: str, column: str) -> Explanation:
    """Where the number of a cell comes from.

    Raises:
        ChangeInvalid: The row cannot be read.
        UnknownPeriod: The measure does not cover the column.
    """
    plan, row = moment_of(name).plan, Row.parse(row_key)
    return plan.explain(row.measure, scope=row.node.scope, periods=span_labels(plan, row.measure, column))


def difference(name: str, row_key: str, column: str, against: str = "") -> Difference | None:
    """The exact steps from another plan, by default the one published last, to the number of a cell.

    None where no plan is named and none has been published.

    Raises:
        ChangeInvalid: The row cannot be read.
        UnknownPeriod: The measure does not cover the column.
        PlanError: The number is a share of nothing in one of the plans.
    """
    published = last_published() if not against else None
    if published is None and not against:
        return None
    before = published_numbers(published) if published else any_plan(against)
    plan, row = moment_of(name).plan, Row.parse(row_key)
    periods = span_labels(plan, row.measure, column)
    held = chain(before, plan, row.measure, scope=row.node.scope, periods=periods)
    return Difference(published, short_name(against), held)


def cell_changes(name: str, row_key: str, column: str, user: User) -> list[CellChange]:
    """Changes that touch a cell, newest first, also those that were taken back."""
    moment, row = moment_of(name), Row.parse(row_key)
    first, last = column_span(moment.plan.calendar, column, moment.plan.inputs.history_count)
    standing = {change.id: change for change in moment.scenario.changes}
    ever = {change.id: change for event in moment.scenario.events for change in event.changes}
    touching = [c for c in {**ever, **standing}.values() if _touches(moment.plan, c, row, first, last)]
    own = {change.id for change in moment.scenario.own_changes} if moment.open else set()
    mine = own if row_editable(moment.plan.measure(row.measure), user) else set()
    newest = sorted(touching, key=lambda change: change.at, reverse=True)
    return [CellChange(c, c.id not in standing or not c.enabled, c.id in mine) for c in newest]


def row_series(name: str, row_key: str) -> RowSeries:
    """A row over all periods, with its relatives: history, statistics, consensus, last published plan."""
    plan, row = moment_of(name).plan, Row.parse(row_key)
    measure = plan.measure(row.measure)
    shown = _relatives(plan, measure)
    series = [SeriesLine(key, plan.measure(one).label, _over_periods(plan, one, row)) for key, one in shown]
    published = last_published()
    if published is not None:
        before = published_numbers(published)
        target = row.measure if measure.span == "horizon" else shown[-1][1]
        series.append(SeriesLine("published", "Last published", _placed(before, plan, target, row)))
    return RowSeries(measure.unit, plan.calendar.labels, plan.inputs.history_count, tuple(series))


def span_labels(plan: Plan, measure: str, column: str) -> tuple[str, str]:
    """First and last period of a column, as far as a measure covers it.

    Raises:
        UnknownPeriod: It does not cover it at all.
    """
    history = plan.inputs.history_count
    first, last = column_span(plan.calendar, column, history)
    declared = plan.measure(measure)
    low, high = (0, history - 1) if declared.span == "history" else (history, plan.calendar.size - 1)
    labels = plan.calendar.labels
    if last < low or first > high:
        what = f"{declared.label} has no number in {column}"
        raise UnknownPeriod(what, mend=f"choose a cell from {labels[low]} to {labels[high]}")
    return labels[max(first, low)], labels[min(last, high)]


def levels_of(plan: Plan, view: View) -> list[tuple[str, str]]:
    """Levels that the grains of a view's measures have, with their names."""
    grains = view_grains(plan, view)
    found = dict.fromkeys(level for grain in sorted(grains) for level in plan.inputs.series[grain].levels)
    ordered = [level for level in LEVEL_LABELS if level in found]
    return [(level, level_label(level)) for level in [*ordered, *(one for one in found if one not in LEVEL_LABELS)]]


def level_label(level: str) -> str:
    """A level as people read it."""
    return LEVEL_LABELS.get(level, level.replace("_", " ").capitalize())


def saved_views(user: User) -> list[SavedView]:
    """A person's own views and those that others share."""
    own = SavedView.objects.filter(owner=user)
    shared = SavedView.objects.filter(shared=True).exclude(owner=user)
    return [*own, *shared]


def _touches(plan: Plan, change: Change, row: Row, first: int, last: int) -> bool:
    if change.measure != row.measure:
        return False
    if change.periods is not None:
        start, stop = (plan.calendar.position(label) for label in change.periods)
        if stop < first or start > last:
            return False
    series = plan.series(row.measure)
    both = {**row.node.scope, **change.scope}
    if not series.has(both):
        return False
    mine, theirs = _rows(plan, row.measure, row.node.scope), _rows(plan, row.measure, change.scope)
    return bool(np.intersect1d(mine, theirs, assume_unique=True).size)


def _rows(plan: Plan, measure: str, scope: object) -> Sequence[int]:
    series = plan.series(measure)
    kept = {level: tuple(m for m in ms if series.has_member(level, m)) for level, ms in dict(scope).items()}  # type: ignore[call-overload]
    return series.select(kept).tolist() if all(kept.values()) else []


def _relatives(plan: Plan, measure: Measure) -> list[tuple[str, str]]:
    demand = [
        ("history", "demand_history"),
        ("statistical", "statistical_forecast"),
        ("consensus", "consensus_demand"),
    ]
    if measure.area == "demand" and measure.unit == "units" and measure.span != "static":
        extra = [] if measure.name in {name for _, name in demand} else [(measure.name, measure.name)]
        return [*demand, *extra]
    if measure.name in {"revenue", "revenue_history", "budget_revenue"}:
        return [("history", "revenue_history"), ("consensus", "revenue"), ("budget", "budget_revenue")]
    return [(measure.name, measure.name)]


def _over_periods(plan: Plan, measure: str, row: Row) -> tuple[float | None, ...]:
    return _placed(plan, plan, measure, row)


def _placed(source: Plan, target: Plan, measure: str, row: Row) -> tuple[float | None, ...]:
    """A measure of one plan on the periods of another."""
    declared = source.measures.get(measure)
    if declared is None or declared.span == "static":
        return (None,) * target.calendar.size
    try:
        frame = source.frame(measure, scope=row.node.scope)
    except UnknownMember:
        return (None,) * target.calendar.size
    values = dict(frame.select("period", measure).iter_rows())
    return tuple(values.get(label) for label in target.calendar.labels)
