"""Change: what a person believes or decides, with scope, periods, author, time and reason, kept apart from facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from types import MappingProxyType
from weakref import WeakKeyDictionary

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import IntArray
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.canonical import Json, canonical_json, digest_of
from steelyard.plan.life_operation import LIFE_KINDS, ROW_KINDS, life_words
from steelyard.plan.operation import (
    Add,
    Assume,
    Formula,
    Lock,
    Operation,
    Percent,
    SetMasterData,
    SetParameter,
    SetValue,
    Unlock,
    Withdraw,
    operation_from_json,
    operation_to_json,
)

REASONS: tuple[str, ...] = (
    "promotion",
    "market_intelligence",
    "customer_information",
    "price_change",
    "launch",
    "phase_out",
    "supply_constraint",
    "correction",
    "management_decision",
    "other",
)
"""Reason codes; the note says the rest."""
INPUT_KINDS: frozenset[str] = frozenset({"parameter", "master_data"}) | LIFE_KINDS | ROW_KINDS
"""Kinds of operation that work on the inputs of a plan."""
ON_TRIAL = "new."
"""How the ids begin that changes have while a scenario tries them."""


@dataclass(frozen=True)
class Change:
    """One change.

    Example:
        >>> lift = Change(Percent(8), measure="consensus_demand", scope={"product_family": "Road"}, author="dana",
        ...               at=datetime(2026, 1, 5, tzinfo=UTC), reason="promotion")
        >>> Change.from_json(lift.to_json()) == lift
        True
    """

    operation: Operation
    measure: str = ""
    """The measure whose cells change; empty for parameters, master data and assumptions."""
    scope: Scope = field(default_factory=dict)
    """Members by level, of any hierarchy; a cell must match one member on every level. Empty: everything."""
    periods: tuple[str, str] | None = None
    """Labels of the first and the last period, both included; None means all."""
    author: str = ""
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    reason: str = "other"
    note: str = ""
    enabled: bool = True
    expires: date | None = None
    """First day on which the change no longer counts: it is left out of plans as of this day or later."""
    stream: str = ""
    """Who speaks: sales, marketing, finance, customer; empty for the planner."""
    id: str = ""
    """Given by the scenario when the change is appended."""

    def __post_init__(self) -> None:
        scope = {level: _members(members) for level, members in sorted(self.scope.items())}
        object.__setattr__(self, "scope", MappingProxyType(scope))
        if self.periods is not None:
            object.__setattr__(self, "periods", (self.periods[0], self.periods[1]))
        if self.at.tzinfo is None:
            raise ChangeInvalid(
                "A change needs a time with its zone", where=f"at {self.at}", mend="add tzinfo, e.g. UTC"
            )
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        if self.reason not in REASONS:
            raise ChangeInvalid(f"There is no reason {self.reason!r}", mend=f"use one of {', '.join(REASONS)}")

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest)

    def __str__(self) -> str:
        """Say in one line what changes where, by whom and why."""
        where = ", ".join(f"{level} {' / '.join(members)}" for level, members in self.scope.items()) or "everything"
        when = f" {self.periods[0]} to {self.periods[1]}" if self.periods else ""
        who = f" by {self.author}" if self.author else ""
        return f"{self.what} for {where}{when}{who} ({self.reason})"

    @property
    def reference(self) -> str:
        """Its id and what it says, as messages name it."""
        return f"change {self.id}: {self}" if self.id else str(self)

    def told(self, label: str) -> str:
        """Its reference with the label of its measure for the measure's name; an id it only has on trial is left out.

        Example:
            >>> Change(SetValue(100.0), "consensus_demand", id="new.1").told("Consensus demand")
            'Consensus demand = 100 for everything (other)'
        """
        reference = str(self) if self.id.startswith(ON_TRIAL) else self.reference
        return reference.replace(self.measure, label, 1) if self.measure else reference

    @property
    def kind(self) -> str:
        """The kind of operation: set, add, percent, formula, lock, unlock, parameter, master_data, assumption."""
        return self.operation.kind

    @property
    def what(self) -> str:
        """The operation in words."""
        return _say(self)

    @property
    def moves_cells(self) -> bool:
        """Whether the change works on the cells of a measure."""
        return self.kind in ("set", "add", "percent", "formula", "lock", "unlock", "withdraw")

    @property
    def moves_inputs(self) -> bool:
        """Whether the change works on what a plan is calculated from: parameters, master data, launches and ends."""
        return self.kind in INPUT_KINDS

    @cached_property
    def digest(self) -> str:
        """Digest of the canonical JSON."""
        return digest_of(self.to_json())

    @cached_property
    def content(self) -> str:
        """Digest of what it says, whatever its id and whether it is switched on."""
        spelled = self.to_json()
        return digest_of({name: value for name, value in spelled.items() if name not in ("id", "enabled")})

    def to_json(self) -> dict[str, Json]:
        """Spell the change as plain values."""
        spelled: dict[str, Json] = {
            "operation": operation_to_json(self.operation),
            "author": self.author,
            "at": self.at.isoformat(),
            "reason": self.reason,
        }
        optional: dict[str, Json] = {
            "id": self.id,
            "measure": self.measure,
            "scope": {level: list(members) for level, members in self.scope.items()},
            "periods": list(self.periods) if self.periods else "",
            "note": self.note,
            "expires": self.expires.isoformat() if self.expires else "",
            "stream": self.stream,
        }
        spelled.update({name: value for name, value in optional.items() if value})
        return spelled if self.enabled else {**spelled, "enabled": False}

    def canonical(self) -> bytes:
        """Spell the change as canonical JSON bytes."""
        return canonical_json(self.to_json())

    @classmethod
    def from_json(cls, spelled: Mapping[str, Json]) -> "Change":
        """Read a change back.

        Raises:
            ChangeInvalid: A field is missing, unknown or of the wrong type.
        """
        arguments = dict(spelled)
        unknown = arguments.keys() - _FIELDS
        if unknown or "operation" not in arguments:
            raise ChangeInvalid(
                "This is not a change", where=", ".join(sorted(unknown)) or "no operation", mend="see the reference"
            )
        try:
            return _read(arguments)
        except (TypeError, ValueError, AttributeError, IndexError) as fault:
            raise ChangeInvalid("This is not a change", where=str(fault), mend="see the reference") from fault

    def disabled(self) -> "Change":
        """The same change, switched off."""
        return replace(self, enabled=False)


def active_changes(changes: Iterable[Change], as_of: date) -> tuple[Change, ...]:
    """Keep the changes that count on a day: switched on and not expired; the order stays."""
    return tuple(c for c in changes if c.enabled and (c.expires is None or c.expires > as_of))


def known_rows(change: Change, series: SeriesIndex) -> Mapping[str, tuple[str, ...]] | None:
    """Reduce a scope to members that exist here; None where a level has none left or is unknown."""
    if not series.has(change.scope):
        return None
    kept = {level: tuple(m for m in members if series.has_member(level, m)) for level, members in change.scope.items()}
    return kept if all(kept.values()) else None


_Places = dict[int, IntArray]
_kept_places: WeakKeyDictionary[SeriesIndex, dict[object, _Places]] = WeakKeyDictionary()
MOST_KEPT = 50_000
"""Scopes whose rows are remembered for a grain."""


def places_of(change: Change, series: SeriesIndex) -> Mapping[int, IntArray]:
    """Rows in the scope of a change by block, counted within the block; empty where none is left."""
    kept = _kept_places.setdefault(series, {})
    key = tuple(change.scope.items())
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        scope = known_rows(change, series)
        kept[key] = {} if scope is None else series.by_block(series.select(scope))
    return kept[key]


def touched_blocks(change: Change, series: SeriesIndex) -> set[int]:
    """Name the blocks that hold cells in the scope of a change."""
    return set(places_of(change, series))


def couples_blocks(change: Change) -> bool:
    """Say whether a change ties its blocks together: a total that is spread depends on every cell it is spread over."""
    return isinstance(change.operation, SetValue | Add | Formula) and change.operation.per != "cell"


def spreads_by_history(change: Change) -> bool:
    """Say whether the demand of the past gives the proportions of a change."""
    return isinstance(change.operation, SetValue | Add | Formula) and change.operation.spread == "history"


def blocks_moved_with(dirty: Iterable[int], changes: Sequence[Change], series: SeriesIndex) -> set[int]:
    """Widen a set of blocks by those tied to it through spread totals, until nothing is added."""
    ties = [touched_blocks(change, series) for change in changes if couples_blocks(change)]
    reached, before = set(dirty), -1
    while len(reached) != before:
        before = len(reached)
        for tie in ties:
            if tie & reached:
                reached |= tie
    return reached


_FIELDS = {
    "operation", "measure", "scope", "periods", "author", "at", "reason", "note", "enabled", "expires", "stream", "id",
}  # fmt: skip


def _members(members: str | Iterable[str]) -> tuple[str, ...]:
    return (members,) if isinstance(members, str) else tuple(sorted({str(member) for member in members}))


def _read(arguments: dict[str, Json]) -> Change:
    plain: dict[str, object] = dict(arguments)
    operation = arguments["operation"]
    if not isinstance(operation, Mapping):
        raise ChangeInvalid(
            "The operation is not an object", where=repr(operation), mend='write {"kind": "add", "value": 5}'
        )
    plain["operation"] = operation_from_json(operation)
    if isinstance(at := arguments.get("at"), str):
        plain["at"] = datetime.fromisoformat(at)
    if isinstance(expires := arguments.get("expires"), str):
        plain["expires"] = date.fromisoformat(expires) if expires else None
    if not arguments.get("periods"):
        plain["periods"] = None
    return Change(**plain)  # type: ignore[arg-type]


def _say(change: Change) -> str:
    operation = change.operation
    match operation:
        case SetValue():
            return f"{change.measure} = {operation.value:g}"
        case Add():
            return f"{change.measure} {operation.value:+g}"
        case Percent():
            return f"{change.measure} {operation.percent:+g} %"
        case Formula():
            return f"{change.measure} := {operation.text}"
        case Lock() | Unlock() | Withdraw():
            return f"{operation.kind} {change.measure}"
        case SetParameter():
            return f"parameter {operation.name} = {operation.value}"
        case SetMasterData():
            key = ", ".join(f"{name} {value}" for name, value in operation.key.items())
            return f"{operation.table}.{operation.column} of {key} = {operation.value}"
        case Assume():
            return f"assumption: {operation.statement}"
        case _:
            return life_words(operation)
