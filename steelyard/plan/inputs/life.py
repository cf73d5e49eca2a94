"""Life: which items come and go in a plan, as the extract and the changes say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.life_operation import (
    Launch,
    NewItem,
    PhaseOut,
    SetGate,
    SlipLaunch,
    Supersede,
    curve_of,
)
from steelyard.portfolio.life_cycle import GateStatus
from steelyard.portfolio.supersession import find_ring

Day = date
EXTRACT = "extract"
"""Where a record comes from that no change made."""


@dataclass(frozen=True)
class LaunchRecord:
    """A launch as it stands in a plan."""

    item: str
    date: Day
    like: Mapping[str, float] = field(default_factory=dict)
    offset: Mapping[str, int] = field(default_factory=dict)
    curve: str = "linear"
    shares: tuple[float, ...] = (1.0,)
    """What each period of the ramp gains."""
    volume: float | None = None
    price: float | None = None
    locations: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    takes_from: Mapping[str, float] = field(default_factory=dict)
    gate: GateStatus = "open"
    gate_date: Day | None = None
    source: str = EXTRACT
    """Id of the change that made it, or `extract`."""
    first_date: Day | None = None
    """Day it was first planned for, before it slipped."""


@dataclass(frozen=True)
class SuccessionRecord:
    """An item that takes over from another."""

    old: str
    new: str
    date: Day
    factor: float = 1.0
    window: int = 0
    """Periods in which both are sold."""
    source: str = EXTRACT


@dataclass(frozen=True)
class PhaseOutRecord:
    """An item that ends."""

    item: str
    date: Day
    shares: tuple[float, ...] = ()
    """What each period of the run-down loses; nothing: a clean cut."""
    source: str = EXTRACT
    dated: bool = True
    """Whether master data hold an end, so that the statistical forecast ends there by itself."""


@dataclass(frozen=True)
class ProductLife:
    """Launches, successions and phase-outs of a plan, each by item."""

    launches: Mapping[str, LaunchRecord]
    successions: tuple[SuccessionRecord, ...]
    phase_outs: Mapping[str, PhaseOutRecord]
    notes: tuple[tuple[str, str], ...] = ()
    """Items of the extract whose life cannot be planned, and why."""


def product_life(
    extract: Extract, changes: Sequence[Change], *, parameters: PlanParameters, periods: PlanPeriods
) -> ProductLife:
    """Everything that comes and goes: what the extract says, and what people decided, in order.

    Args:
        extract: What the ERP said, with the changes of master data laid on, and none of launches and ends.
        changes: Changes in order; those of other kinds are passed over.
        parameters: Settings of the model.
        periods: History and horizon.

    Raises:
        ChangeInvalid: A change names an item or a launch that is not there, or closes a ring of successions.
    """
    known = frozenset(extract.tables["item"]["item_id"].to_list())
    settled = parameters.launch_settled_periods * float(periods.calendar.days.mean())
    draft = _Draft(known, extract, parameters.launch_ramp_periods, settled)
    for change in changes:
        if change.enabled:
            draft.lay(change)
    return draft.life()


class _Draft:
    """Records while changes are laid on them."""

    def __init__(self, known: frozenset[str], extract: Extract, ramp: int, settled_days: float) -> None:
        self.known, self.ramp = known, ramp
        items = extract.tables["item"]
        self.launch_dates = _dates(items, "launch_date")
        self.ends = _dates(items, "end_date")
        since = extract.as_of - timedelta(days=round(settled_days))
        self.successions = {(r.old, r.new): r for r in _linked(extract, known)}
        ring = find_ring(self.successions)
        self.notes = [(item, f"successions form a ring: {' > '.join(ring)}") for item in ring[:1]]
        self._without_rings()
        self.launches = {r.item: r for r in _announced(extract, self.launch_dates, since, ramp)}
        self.phase_outs = {item: PhaseOutRecord(item, day) for item, day in self.ends.items() if day > extract.as_of}

    def _without_rings(self) -> None:
        """Leave out links of rings: the extract names no order in them."""
        while ring := find_ring(self.successions):
            for old, new in pairwise(ring):
                self.successions.pop((old, new), None)

    def life(self) -> ProductLife:
        return ProductLife(self.launches, tuple(self.successions.values()), self.phase_outs, tuple(self.notes))

    def lay(self, change: Change) -> None:
        match change.operation:
            case Launch() as operation:
                self._launch(operation, change)
            case SlipLaunch(item, day):
                self._slip(item, date.fromisoformat(day), change)
            case SetGate(item, status, day):
                decided = date.fromisoformat(day) if day else None
                self.launches[item] = replace(self._launched(item, change), gate=status, gate_date=decided)
            case Supersede() as operation:
                self._supersede(operation, change)
            case PhaseOut() as operation:
                self._item(operation.item, change)
                dated = operation.item in self.ends
                self.phase_outs[operation.item] = replace(_phase_out(operation, change.id), dated=dated)
            case _:
                pass

    def _launch(self, operation: Launch, change: Change) -> None:
        for item in (operation.item, *operation.like, *operation.takes_from):
            self._item(item, change)
        before = self.launches.get(operation.item)
        made = _launch_record(operation, change.id, before)
        self._not_twice(made, change)
        self.launches[operation.item] = made
        if before is not None:
            self._move_successions(operation.item, made.date - before.date)

    def _not_twice(self, made: LaunchRecord, change: Change) -> None:
        twice = [old for old, new in self.successions if new == made.item and old in made.like]
        if twice:
            raise ChangeInvalid(
                f"{made.item} succeeds {twice[0]} and is like it, which would count its demand twice",
                where=change.reference,
                mend=f"leave {twice[0]} out of the like-items",
            )

    def _slip(self, item: str, day: date, change: Change) -> None:
        before = self._launched(item, change)
        self.launches[item] = replace(before, date=day, first_date=before.first_date or before.date)
        self._move_successions(item, day - before.date)

    def _move_successions(self, item: str, by: timedelta) -> None:
        for key, record in self.successions.items():
            if record.new == item:
                self.successions[key] = replace(record, date=record.date + by)

    def _supersede(self, operation: Supersede, change: Change) -> None:
        for item in (operation.old, operation.new):
            self._item(item, change)
        ring = find_ring([*self.successions, (operation.old, operation.new)])
        if ring:
            raise ChangeInvalid(
                f"These items would succeed each other in a ring: {' > '.join(ring)}",
                where=change.reference,
                mend=f"name another successor for {operation.old}, or take back one of these links",
            )
        day, window = date.fromisoformat(operation.date), int(operation.window)
        record = SuccessionRecord(operation.old, operation.new, day, operation.factor, window, change.id)
        self.successions[operation.old, operation.new] = record
        if operation.new in self.launches:
            self._not_twice(self.launches[operation.new], change)

    def _launched(self, item: str, change: Change) -> LaunchRecord:
        self._item(item, change)
        if item not in self.launches:
            raise ChangeInvalid(
                f"{item} has no launch that could change", where=change.reference, mend="enter its launch first"
            )
        return self.launches[item]

    def _item(self, item: str, change: Change) -> None:
        if item not in self.known:
            raise ChangeInvalid(
                f"There is no item {item!r}",
                where=change.reference,
                mend="name an item of the extract, make it first as a new item, or switch the change off",
            )


def _launch_record(operation: Launch, source: str, before: LaunchRecord | None) -> LaunchRecord:
    """The launch as the change says; what it leaves open stays as it was."""
    kept = before or LaunchRecord(operation.item, date.fromisoformat(operation.date))
    offset = {item: int(periods) for item, periods in operation.offset.items()}
    return replace(
        kept,
        date=date.fromisoformat(operation.date),
        like=dict(operation.like) or kept.like,
        offset=offset if operation.like else kept.offset,
        curve=operation.curve,
        shares=curve_of(operation.curve, operation.ramp, operation.shares, operation.item),
        volume=operation.volume if operation.volume is not None else kept.volume,
        price=operation.price if operation.price is not None else kept.price,
        locations=tuple(operation.locations) or kept.locations,
        customers=tuple(operation.customers) or kept.customers,
        takes_from=dict(operation.takes_from) or kept.takes_from,
        source=source,
        first_date=None if before is None else before.first_date or before.date,
    )


def _phase_out(operation: PhaseOut, source: str) -> PhaseOutRecord:
    fades = operation.run_down or operation.curve == "own"
    shares = curve_of(operation.curve, operation.run_down, operation.shares, operation.item) if fades else ()
    return PhaseOutRecord(operation.item, date.fromisoformat(operation.date), shares, source)


def _announced(extract: Extract, launches: Mapping[str, date], since: date, ramp: int) -> Iterable[LaunchRecord]:
    """Launches of the extract: sold items with a launch date ahead or not long past."""
    items = extract.tables["item"].filter(pl.col("item_type").is_in(["finished", "service"]))
    sold = set(items["item_id"].to_list())
    like = _likes(extract)
    shares = curve_of("linear", ramp, (), "")
    for item, day in launches.items():
        if item in sold and day > since:
            passed: GateStatus = "passed" if day <= extract.as_of else "open"
            yield LaunchRecord(item, day, like.get(item, {}), shares=shares, gate=passed)


def _likes(extract: Extract) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    links = extract.tables["item_link"].filter(pl.col("type") == "like").sort("item_id", "other_id")
    for item, other, ratio in links.select("item_id", "other_id", pl.col("ratio").fill_null(1.0)).iter_rows():
        found.setdefault(item, {})[other] = ratio
    return found


def _linked(extract: Extract, known: frozenset[str]) -> Iterable[SuccessionRecord]:
    """Successions of the extract that are not over: the history of those that are is joined already."""
    ends = _dates(extract.tables["item"], "end_date")
    links = extract.tables["item_link"].filter(pl.col("type") == "successor").sort("start_date", "item_id", "other_id")
    columns = ("other_id", "item_id", "start_date", "ratio", "overlap_periods")
    for old, new, day, ratio, overlap in links.select(columns).iter_rows():
        over = ends.get(old, date.max) <= extract.as_of
        if day is not None and not over and {old, new} <= known:
            yield SuccessionRecord(old, new, day, 1.0 if ratio is None else ratio, int(overlap or 0))


def _dates(items: pl.DataFrame, column: str) -> dict[str, date]:
    found = items.select("item_id", column).drop_nulls().sort("item_id")
    return dict(found.iter_rows())


def amend_life(extract: Extract, changes: Sequence[Change]) -> Extract:
    """The extract with what launches and phase-outs say of items laid on: launch dates, moved ends, prices.

    An end that the extract does not know stays out of it: its effect on demand is shown as the phase-out effect.
    """
    items = extract.tables["item"]
    launch, end, price = dict[str, date](), dict[str, date](), list[tuple[str, float, date]]()
    ends = _dates(items, "end_date")
    for change in (c for c in changes if c.enabled):
        match change.operation:
            case Launch(item=item, date=day, price=amount):
                launch[item] = date.fromisoformat(day)
                price += [(item, amount, launch[item])] if amount is not None else []
            case SlipLaunch(item, day):
                launch[item] = date.fromisoformat(day)
            case PhaseOut(item=item, date=day) if item in ends:
                end[item] = date.fromisoformat(day)
            case NewItem(item=item, price=amount) if amount is not None:
                price.append((item, amount, date(1900, 1, 1)))
            case _:
                pass
    tables = {"item": _redated(_redated(items, "launch_date", launch), "end_date", end)}
    if price:
        tables["price"] = _priced(extract, price)
    return replace(extract, tables={**extract.tables, **tables}) if launch or end or price else extract


def _redated(items: pl.DataFrame, column: str, dates: Mapping[str, date]) -> pl.DataFrame:
    if not dates:
        return items
    given = pl.col("item_id").replace_strict(dict(dates), default=None, return_dtype=pl.Date)
    return items.with_columns(pl.coalesce(given, column).alias(column))


def _priced(extract: Extract, prices: Sequence[tuple[str, float, date]]) -> pl.DataFrame:
    """The price table with a net price for each item, in place of the prices it had."""
    table = extract.tables["price"]
    names = [item for item, _, _ in prices]
    latest = {item: (amount, day) for item, amount, day in prices}
    rows = pl.DataFrame(
        {
            "item_id": list(latest),
            "price": [amount for amount, _ in latest.values()],
            "currency": [extract.base_currency] * len(latest),
            "price_type": ["net"] * len(latest),
            "valid_from": pl.Series([date(1900, 1, 1)] * len(latest), dtype=pl.Date),
        }
    )
    kept = table.filter(~pl.col("item_id").is_in(names))
    return pl.concat([kept, rows], how="diagonal_relaxed").select(table.columns)
