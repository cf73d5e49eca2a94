"""Scenario selectors: the tree of scenarios, one of them, published plans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.plan.journal import Event
from steelyard.plan.published import PublishedPlan
from steelyard.plan.record_tables import ScenarioRecord
from steelyard.web.company import workspace
from steelyard.web.jobs.selectors import latest_by
from steelyard.web.jobs.work import Job
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.access import accesses, require_seen, seen_records
from steelyard.web.scenarios.plans import seen_changes
from steelyard.web.scenarios.words import ChangeLine, EventLine, event_words

MOST_OFFERED = 12
"""Published plans a comparison offers, the latest ones."""


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
    share: str
    """private, shared or read only; empty where it is open to all."""

    @property
    def tree_class(self) -> str:
        """How far it is indented."""
        return f"tree-{min(self.depth, 6)}"


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
    """All scenarios the person sees, each followed by its branches."""
    known = seen_records(workspace().records.scenarios())
    records = [record for record in known if archived or not record.archived]
    names = {record.id: record.name for record in records}
    shares = {number: access.word for number, access in accesses().items()}
    children: dict[int | None, list[ScenarioRecord]] = {}
    for record in records:
        parent = record.base_scenario if record.base_scenario in names else None
        children.setdefault(parent, []).append(record)
    return list(_walk(children, names, shares, None, 0))


def _walk(
    children: dict[int | None, list[ScenarioRecord]],
    names: dict[int, str],
    shares: dict[int, str],
    parent: int | None,
    depth: int,
) -> Iterable[ScenarioLine]:
    for record in children.get(parent, []):
        base = names.get(record.base_scenario or -1, f"plan {record.base_plan[:12]}" if record.base_plan else "")
        count = len(workspace().scenario(record.id).own_changes)
        yield ScenarioLine(
            record.name, depth, base, record.revision, count, record.actor, record.at, record.note,
            record.archived, record.closed, record.extract, shares.get(record.id, ""),
        )  # fmt: skip
        yield from _walk(children, names, shares, record.id, depth + 1)


def scenario_line(name: str) -> ScenarioLine:
    """One scenario.

    Raises:
        NotFound: There is no such scenario.
        NotAllowed: It is not shared with the person.
    """
    require_seen(workspace().records.scenario(name))
    return next(line for line in scenario_tree(archived=True) if line.name == name)


def change_lines(name: str) -> list[ChangeLine]:
    """The changes of a scenario that the person sees, newest first; those of its bases are marked."""
    scenario = workspace().scenario(name)
    require_seen(scenario.record)
    own, names = {change.id for change in scenario.own_changes}, member_names(scenario.extract)
    return [ChangeLine(change, change.id in own, names) for change in reversed(seen_changes(name, scenario.changes))]


def events(name: str) -> list[EventLine]:
    """All that happened to a scenario as far as the person sees it, newest first."""
    scenario = workspace().scenario(name)
    require_seen(scenario.record)
    known = {change.id: change for event in scenario.events for change in event.changes}
    by_revision = {event.revision: event for event in scenario.events}
    names = member_names(scenario.extract)
    seen = {change.id for change in seen_changes(name, known.values())}
    told = [event for event in reversed(scenario.events) if _touched(event, by_revision) <= seen]
    return [EventLine(event, event_words(event, known, by_revision, names)) for event in told]


def _touched(event: Event, by_revision: Mapping[int, Event]) -> set[str]:
    """Ids of the changes an event speaks of."""
    done = by_revision.get(event.target or 0) if event.kind in ("undo", "redo") else None
    spoken = {change.id for change in event.changes} | (_touched(done, by_revision) if done else set())
    return spoken | ({event.detail} if event.kind in ("switch_on", "switch_off") else set())


def published_lines() -> list[PublishedLine]:
    """Published plans, newest first, each with its latest replay."""
    replays = _replays()
    return [
        PublishedLine(r.id, r.scenario, r.revision, r.extract, r.actor, r.at, r.note, replays.get(r.id))
        for r in reversed(workspace().published())
    ]


def published_choices(asked: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The latest published plans, and those asked for, as a comparison names them: name and words."""
    records = list(reversed(workspace().published()))
    kept = [r for at, r in enumerate(records) if at < MOST_OFFERED or f"plan:{r.id}" in asked]
    return [(f"plan:{r.id}", f"{r.scenario}, {r.at:%Y-%m-%d} ({r.id[:8]})") for r in kept]


def open_scenario(name: str) -> bool:
    """Whether there is a scenario of this name that is not put away."""
    return any(record.name == name and not record.archived for record in workspace().records.scenarios())


def partner_of(published: PublishedPlan) -> str:
    """The open scenario a published plan is best compared with; nothing where there is none.

    One on the newest facts goes first, so that the comparison tells what has come since; among those the plan's own
    scenario, then the base, then the one made last.
    """
    as_of = {record.digest: record.as_of for record in workspace().extracts()}
    known = [one for one in seen_records(workspace().records.scenarios()) if not one.archived and one.extract in as_of]

    def rank(one: ScenarioRecord) -> tuple[object, ...]:
        return as_of[one.extract], one.name == published.scenario, one.name == "base", one.id

    return max(known, key=rank).name if known else ""


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


def base_name(name: str) -> str:
    """What a scenario is held against: the scenario or the published plan it branched from; empty if it has none."""
    record = workspace().scenario(name).record
    if record.base_scenario is not None:
        below = workspace().records.scenario(record.base_scenario)
        return below.name if seen_records([below]) else ""
    return f"plan:{record.base_plan}" if record.base_plan else ""


def _replays() -> dict[str, Job]:
    return latest_by("plan.replay", "plan")
