"""Intelligence selectors: entries with their source's record, where they count, and what became of them."""

from dataclasses import asdict, dataclass

import polars as pl

from steelyard.demand.track_record import TrackRecord
from steelyard.plan.intelligence.entry import IntelligenceEntry
from steelyard.plan.intelligence.use import IntelligenceOutcome, state_of, still_valid
from steelyard.plan.numbers import PlanNumbers
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.company import workspace
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.masterdata.selectors import extract
from steelyard.web.scenarios.slice import Scope, meets
from steelyard.web.scenarios.words import scope_text

UNKNOWN = TrackRecord(0, float("nan"), float("nan"), float("nan"), float("nan"), 1.0)


@dataclass(frozen=True)
class EntryLine:
    """An entry in the list."""

    entry: IntelligenceEntry
    where: str
    """Its scope in words."""
    record: TrackRecord
    """What its source has been worth so far."""
    in_use: bool
    """Whether it counts in the scenario of the page."""
    usable: bool
    """Whether it may be used: neither withdrawn nor run out."""
    outcome: IntelligenceOutcome | None

    @property
    def expected(self) -> float:
        """Likely effect at the weight of the source [percent]."""
        return self.entry.likely * self.record.weight


@dataclass(frozen=True)
class IntelligenceView:
    """What the page shows."""

    scenario: str
    lines: tuple[EntryLine, ...]
    """Entries that speak of what is still to come, the latest first."""
    over: tuple[EntryLine, ...]
    """Entries whose periods have begun to be over, or that were withdrawn."""
    sources: tuple[tuple[str, TrackRecord], ...]


def intelligence_view(scenario: str, scope: Scope | None = None) -> IntelligenceView:
    """Everything the page shows of a scenario: entries that touch a slice, all without one; sources are whole.

    Raises:
        NotFound: There is no such scenario.
    """
    measuring, where = measuring_of(scenario), workspace().scenario(scenario)
    kept = workspace().records.intelligence
    said, uses = measuring.entries, kept.uses()
    entries = _touching(said, measuring.now, scope or {})
    outcomes = {outcome.entry.id: outcome for outcome in measuring.outcomes()} if said else {}
    sources = measuring.sources() if said else {}
    as_of = extract(where.extract).as_of
    names = member_names(where.extract)
    lines = [
        EntryLine(
            entry,
            spoken_scope(entry, names),
            sources.get(entry.source, UNKNOWN),
            state_of(where, entry.id, uses),
            still_valid(entry, as_of),
            outcomes.get(entry.id),
        )
        for entry in reversed(entries)
    ]
    first = measuring.now.horizon.labels[0]
    ahead = tuple(line for line in lines if line.entry.periods[1] >= first and not line.entry.withdrawn)
    return IntelligenceView(
        scenario, ahead, tuple(line for line in lines if line not in ahead), tuple(sources.items())
    )  # fmt: skip


def _touching(entries: tuple[IntelligenceEntry, ...], plan: PlanNumbers, scope: Scope) -> tuple[IntelligenceEntry, ...]:
    return tuple(entry for entry in entries if not scope or meets(plan, entry.scope, scope))


def spoken_scope(entry: IntelligenceEntry, names: MemberNames) -> str:
    """The scope of an entry in words."""
    return scope_text(entry.scope, names)


def entry_json(line: EntryLine) -> dict[str, object]:
    """An entry as plain values."""
    entry, outcome = line.entry, line.outcome
    return {
        "id": entry.id, "kind": entry.kind, "source": entry.source, "statement": entry.statement,
        "scope": {level: list(members) for level, members in entry.scope.items()}, "periods": list(entry.periods),
        "low": entry.low, "likely": entry.likely, "high": entry.high, "confidence": entry.confidence,
        "evidence": entry.evidence, "owner": entry.owner,
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None, "actor": entry.actor,
        "at": entry.at.isoformat(), "withdrawn": entry.withdrawn, "in_use": line.in_use,
        "weight": line.record.weight, "expected": line.expected,
        "realised": outcome.realised if outcome and outcome.realised == outcome.realised else None,
        "complete": bool(outcome and outcome.complete), "hit": outcome.hit if outcome and outcome.complete else None,
    }  # fmt: skip


def intelligence_tables(view: IntelligenceView) -> dict[str, pl.DataFrame]:
    """The page as tables, by the name of their sheet."""
    rows = [entry_json(line) | {"scope": line.where, "periods": " to ".join(line.entry.periods)} for line in _all(view)]
    sources = [{"source": name} | asdict(record) for name, record in view.sources]
    found = {"Entries": rows, "Sources": sources}
    return {name: pl.DataFrame(table, infer_schema_length=None) for name, table in found.items() if table}


def _all(view: IntelligenceView) -> tuple[EntryLine, ...]:
    return view.lines + view.over


def source_names(scenario: str) -> list[str]:
    """Names of sources that have been entered before, of entries that the person sees."""
    return sorted({entry.source for entry in measuring_of(scenario).entries})
