"""Scenario selectors: the tree of scenarios, one of them, comparisons, published plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.compare import HEADLINES, Comparison, compare
from steelyard.plan.journal import Event
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.web.company import workspace
from steelyard.web.jobs.selectors import latest_by
from steelyard.web.jobs.work import Job
from steelyard.web.scenarios.plans import plan_of

TOP_DIFFERENCES = 20
MOST_COMPARED = 4


@dataclass(frozen=True)
class ScenarioLine:
    """A scenario in the tree."""

    name: str
    depth: int
    base: str
    revision: int
    changes: int
    actor: str
    at: datetime
    note: str
    archived: bool
    closed: bool
    extract: str

    @property
    def tree_class(self) -> str:
        """How far it is indented."""
        return f"tree-{min(self.depth, 6)}"


@dataclass(frozen=True)
class ChangeLine:
    """A change in a list."""

    change: Change
    own: bool

    @property
    def what(self) -> str:
        """The operation, with the measure as people read it."""
        declared = workspace().calculator.wiring.measures.get(self.change.measure)
        return self.change.what.replace(self.change.measure, declared.label, 1) if declared else self.change.what

    @property
    def reason(self) -> str:
        """The reason code in words."""
        return self.change.reason.replace("_", " ")

    @property
    def where(self) -> str:
        """Its scope in words."""
        return scope_text(self.change)

    @property
    def when(self) -> str:
        """Its periods in words."""
        return periods_text(self.change)


@dataclass(frozen=True)
class EventLine:
    """Something that happened to a scenario, in words."""

    event: Event
    words: str


@dataclass(frozen=True)
class KpiRow:
    """One measure of several plans."""

    measure: str
    label: str
    unit: str
    values: tuple[float | None, ...]
    deltas: tuple[tuple[float | None, float | None], ...]
    """Difference and percent of every plan but the base."""


@dataclass(frozen=True)
class CompareView:
    """Plans side by side."""

    names: tuple[str, ...]
    kpis: tuple[KpiRow, ...]
    measure: str
    measure_label: str
    measures: tuple[tuple[str, str], ...]
    families: pl.DataFrame
    cells: pl.DataFrame
    changed: tuple[str, ...]
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class PublishedLine:
    """A published plan in the list."""

    id: str
    scenario: str
    revision: int
    extract: str
    actor: str
    at: datetime
    note: str
    replay: Job | None


def scenario_tree(*, archived: bool = False) -> list[ScenarioLine]:
    """All scenarios, each followed by its branches."""
    records = [record for record in workspace().records.scenarios() if archived or not record.archived]
    names = {record.id: record.name for record in records}
    children: dict[int | None, list[ScenarioRecord]] = {}
    for record in records:
        parent = record.base_scenario if record.base_scenario in names else None
        children.setdefault(parent, []).append(record)
    return list(_walk(children, names, None, 0))


def _walk(
    children: dict[int | None, list[ScenarioRecord]], names: dict[int, str], parent: int | None, depth: int
) -> Iterable[ScenarioLine]:
    for record in children.get(parent, []):
        base = names.get(record.base_scenario or -1, f"plan {record.base_plan[:12]}" if record.base_plan else "")
        count = len(workspace().scenario(record.id).own_changes)
        yield ScenarioLine(
            record.name, depth, base, record.revision, count, record.actor, record.at, record.note,
            record.archived, record.closed, record.extract,
        )  # fmt: skip
        yield from _walk(children, names, record.id, depth + 1)


def scenario_line(name: str) -> ScenarioLine:
    """One scenario.

    Raises:
        NotFound: There is no such scenario.
    """
    workspace().scenario(name)
    return next(line for line in scenario_tree(archived=True) if line.name == name)


def change_lines(name: str) -> list[ChangeLine]:
    """The changes of a scenario, newest first; those of its bases are marked."""
    scenario = workspace().scenario(name)
    own = {change.id for change in scenario.own_changes}
    return [ChangeLine(change, change.id in own) for change in reversed(scenario.changes)]


def events(name: str) -> list[EventLine]:
    """All that happened to a scenario, newest first."""
    return [EventLine(event, _event_words(event)) for event in reversed(workspace().scenario(name).events)]


def _event_words(event: Event) -> str:
    count = len(event.changes)
    if event.kind == "append":
        return "made a change" if count == 1 else f"made {count} changes at once"
    if event.kind in ("undo", "redo"):
        return f"{'took back' if event.kind == 'undo' else 'brought back'} revision {event.target}"
    return _EVENT_WORDS.get(event.kind, event.kind).format(event.detail)


_EVENT_WORDS = {
    "switch_on": "switched change {} on",
    "switch_off": "switched change {} off",
    "archive": "put it into the archive",
    "restore": "brought it back from the archive",
    "close": "locked it",
    "reopen": "opened it again",
    "rename": "named it {}",
    "rebase": "moved it to {}",
}


def comparison(names: Sequence[str], *, measure: str = "") -> CompareView:
    """Hold scenarios against the first one.

    Args:
        names: Two to four scenarios or published plans (`plan:<id>`).
        measure: Measure of the differences; by default the first headline.

    Raises:
        ChangeInvalid: Too few or too many are named.
    """
    if not 2 <= len(dict.fromkeys(names)) <= MOST_COMPARED:
        raise ChangeInvalid("A comparison takes two to four different plans", mend="choose them above")
    plans = [any_plan(name) for name in dict.fromkeys(names)]
    held = compare(*plans)
    chosen = measure if measure in held.measures else held.measures[0]
    return CompareView(
        names=held.names,
        kpis=tuple(_kpi_row(held, row) for row in held.kpis.iter_rows(named=True)),
        measure=chosen,
        measure_label=held.plans[0].measure(chosen).label.lower(),
        measures=tuple((name, plans[0].measure(name).label) for name in held.measures),
        families=_families(plans, chosen),
        cells=cells(held, chosen),
        changed=held.changed_measures() if _same_shape(plans) else (),
        changes=_changes_between(plans[0], plans[1]),
    )


def any_plan(name: str) -> Plan:
    """The plan of a scenario, or a published plan when the name is `plan:<id>`.

    Raises:
        NotFound: There is neither.
    """
    if not name.startswith("plan:"):
        return plan_of(name)
    return workspace().numbers_of(workspace().published_plan(name.removeprefix("plan:")))


def published_lines() -> list[PublishedLine]:
    """Published plans, newest first, each with its latest replay."""
    replays = _replays()
    return [
        PublishedLine(r.id, r.scenario, r.revision, r.extract, r.actor, r.at, r.note, replays.get(r.id))
        for r in reversed(workspace().published())
    ]


def published_line(plan_id: str) -> PublishedLine:
    """One published plan.

    Raises:
        NotFound: There is no such plan.
    """
    found = workspace().published_plan(plan_id)
    return next(line for line in published_lines() if line.id == found.id)


def published_plan(plan_id: str) -> PublishedPlan:
    """Open a published plan.

    Raises:
        NotFound: There is no such plan.
    """
    return workspace().published_plan(plan_id)


def last_published() -> PublishedPlan | None:
    """The plan published last."""
    records = workspace().published()
    return workspace().published_plan(records[-1].id) if records else None


def replay_of(plan_id: str) -> Job | None:
    """The latest replay of a published plan."""
    return _replays().get(plan_id)


def scope_text(change: Change) -> str:
    """The scope of a change in words."""
    return "; ".join(f"{', '.join(members)}" for members in change.scope.values()) or "everything"


def periods_text(change: Change) -> str:
    """The periods of a change in words."""
    if change.periods is None:
        return "all periods"
    first, last = change.periods
    return first if first == last else f"{first} to {last}"


def headline_measures(plan: Plan) -> list[str]:
    """Headline measures that a plan holds."""
    return [name for name in HEADLINES if name in plan.measures]


def _replays() -> dict[str, Job]:
    return latest_by("plan.replay", "plan")


def _kpi_row(held: Comparison, row: dict[str, object]) -> KpiRow:
    base = held.names[0]
    deltas = tuple((_number(row[f"{name} - {base}"]), _number(row[f"{name} %"])) for name in held.names[1:])
    values = tuple(_number(row[name]) for name in held.names)
    return KpiRow(str(row["measure"]), str(row["label"]), str(row["unit"]), values, deltas)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _families(plans: Sequence[Plan], measure: str) -> pl.DataFrame:
    """Differences by family, or by resource where a measure knows no families."""
    level = "product_family" if "product_family" in plans[0].series(measure).levels else "resource"
    held = compare(*plans[:2], measures=[measure], by=[level], time="all")
    delta = f"{measure}: {held.names[1]} - {held.names[0]}"
    frame = held.frame.select(level, pl.col(delta).alias("difference")).drop_nulls()
    return frame.filter(pl.col("difference") != 0).sort(pl.col("difference").abs(), descending=True).head(12)


def cells(held: Comparison, measure: str, top: int = TOP_DIFFERENCES) -> pl.DataFrame:
    """The single cells that differ most; none where plans or measure have no cells to hold against each other."""
    declared = held.plans[0].measure(measure)
    if declared.is_ratio or not _same_shape(held.plans):
        return pl.DataFrame()
    return held.cells(top, measure=measure)


def finite(value: float) -> float | None:
    """A number that JSON can carry."""
    return value if isfinite(value) else None


def _same_shape(plans: Sequence[PlanNumbers]) -> bool:
    return all(plan.inputs.shape == plans[0].inputs.shape for plan in plans[1:2])


def _changes_between(base: Plan, other: Plan) -> tuple[ChangeLine, ...]:
    known = {change.digest for change in base.changes}
    return tuple(ChangeLine(change, True) for change in reversed(other.changes) if change.digest not in known)


def base_name(name: str) -> str:
    """What a scenario is held against: the scenario or the published plan it branched from; empty if it has none."""
    record = workspace().scenario(name).record
    if record.base_scenario is not None:
        return workspace().records.scenario(record.base_scenario).name
    return f"plan:{record.base_plan}" if record.base_plan else ""


def headlines(name: str, against: str = "") -> list[KpiRow]:
    """Headline numbers of a scenario, against its base or another plan where there is one."""
    plan = plan_of(name)
    if not against:
        return plan_rows(plan)
    held = compare(any_plan(against), plan)
    return [_kpi_row(held, row) for row in held.kpis.iter_rows(named=True)]


def plan_rows(plan: Plan) -> list[KpiRow]:
    """Headline numbers of one plan."""
    rows = []
    for name in headline_measures(plan):
        declared, value = plan.measure(name), plan.value(name)
        rows.append(KpiRow(name, declared.label, declared.unit, (None if value != value else value,), ()))
    return rows
