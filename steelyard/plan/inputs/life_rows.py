"""Life rows: the series that launches and successions bring about, and what moves on them, as arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, IntArray, join
from steelyard.grid.calendar import Calendar
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.life import EXTRACT, LaunchRecord, PhaseOutRecord, ProductLife, SuccessionRecord
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.inputs.rows import PlanRows
from steelyard.portfolio.life_plan import Cannibals, Launched, LifePlan, LikeLinks, Successions
from steelyard.portfolio.phase_in import phase_in, run_down
from steelyard.portfolio.supersession import taken_over

KEYS = ("item", "location", "customer")


def life_keys(life: ProductLife, seen: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Series that appear because an item is launched or takes over: where its like-items and predecessors are sold.

    Args:
        life: What comes and goes.
        seen: Combinations known so far, with the columns item, location, customer.
        families: Every item with its family, columns item and family.

    Returns:
        Columns item, location, customer; those already seen may be among them.

    Raises:
        ChangeInvalid: A launch has no place or customer left.
    """
    frames = [_keys_of_launch(record, seen, families) for record in life.launches.values()]
    frames += [_keys_like(seen, record.old, record.new) for record in life.successions]
    return pl.concat([seen.select(KEYS).clear(), *frames]).unique(maintain_order=True)


def with_life_keys(life: ProductLife, seen: pl.DataFrame, extract: Extract) -> pl.DataFrame:
    """All combinations known so far and those that launches and successions bring: item, location, customer.

    Raises:
        ChangeInvalid: A launch has no place or customer left.
    """
    if not life.launches and not life.successions:
        return seen
    return pl.concat([seen.select(KEYS), life_keys(life, seen, families_of(extract))]).unique()


def families_of(extract: Extract) -> pl.DataFrame:
    """Every item with its family, columns item and family."""
    return extract.tables["item"].select(pl.col("item_id").alias("item"), "family")


def life_plan(
    life: ProductLife,
    extract: Extract,
    rows: PlanRows,
    periods: PlanPeriods,
    parameters: PlanParameters,
    *,
    sold: Value,
) -> LifePlan:
    """The arrays of everything that comes and goes.

    Args:
        life: What comes and goes.
        extract: What the ERP said, with the changes laid on.
        rows: The series of the plan.
        periods: History and horizon.
        parameters: Settings of the model.
        sold: Demand history, blocks of history x series [units].

    Raises:
        ChangeInvalid: A launch reads its like-item before its first sale.
    """
    assert isinstance(sold, tuple)
    if not (life.launches or life.successions or life.phase_outs):
        return _nothing(periods, parameters)
    return LifeRows(life, rows, periods, parameters, join(sold), families_of(extract)).plan()


def _nothing(periods: PlanPeriods, parameters: PlanParameters) -> LifePlan:
    """The life plan of a company in which nothing comes or goes."""
    none, empty = np.empty(0, np.int64), np.empty(0)
    ahead = np.zeros((periods.horizon_count, 0))
    return LifePlan(
        rows=none,
        history=periods.history_count,
        season=periods.calendar.periods_per_year,
        prior_periods=parameters.launch_prior_periods,
        settled_after=float(parameters.launch_settled_periods),
        likes=LikeLinks(none, none, empty, none),
        launched=Launched(none, none, np.zeros((periods.calendar.size, 0)), none, empty, empty),
        successions=Successions(none, none, empty, ahead),
        cannibals=Cannibals(none, none, empty, none, none),
        keep_row=none,
        keep=ahead,
    )


def _keys_like(seen: pl.DataFrame, other: str, item: str) -> pl.DataFrame:
    return seen.filter(pl.col("item") == other).select(pl.lit(item).alias("item"), "location", "customer")


def _keys_of_launch(record: LaunchRecord, seen: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    like = like_items(record, families)
    found = pl.concat([seen.select(KEYS).clear(), *(_keys_like(seen, other, record.item) for other in like)]).unique(
        maintain_order=True
    )
    kept = _within(found, record)
    if record.source == EXTRACT or kept.height or not (like or record.volume):
        return kept
    if record.locations and record.customers:
        grid = [(record.item, place, customer) for place in record.locations for customer in record.customers]
        return pl.DataFrame(grid, schema=list(KEYS), orient="row")
    raise ChangeInvalid(
        f"The launch of {record.item} has no place and customer to be sold at",
        where=f"change {record.source}, like-items {', '.join(like) or 'none'}",
        mend="name like-items that are sold there, or name both locations and customers",
    )


def _within(keys: pl.DataFrame, record: LaunchRecord) -> pl.DataFrame:
    for column, members in (("location", record.locations), ("customer", record.customers)):
        if members:
            keys = keys.filter(pl.col(column).is_in(list(members)))
    return keys


def like_items(record: LaunchRecord, families: pl.DataFrame) -> dict[str, float]:
    """The like-items of a launch with their weights; a volume without like-items borrows the season of its family."""
    if record.like or record.volume is None:
        return dict(record.like)
    own = families.filter(pl.col("item") == record.item)["family"].to_list()
    others = families.filter(pl.col("family").is_in(own) & (pl.col("item") != record.item))["item"].to_list()
    return dict.fromkeys(others, 1.0)


@dataclass(frozen=True, eq=False)
class _Timeline:
    """History and horizon as one row of periods."""

    calendar: Calendar
    history: int

    def place(self, day: date) -> int:
        """Period of a day; before the calendar below zero, behind it beyond its size."""
        edges = self.calendar.edges
        at = int(np.searchsorted(edges, np.datetime64(day), side="right")) - 1
        mean = float(self.calendar.days.mean())
        if at < 0:
            return -1 - int((edges[0] - np.datetime64(day)).astype(np.int64) / mean)
        return at

    def share_from(self, day: date) -> float:
        """Share of its period that is left from a day on."""
        at = self.place(day)
        if not 0 <= at < self.calendar.size:
            return 1.0
        left = (self.calendar.edges[at + 1] - np.datetime64(day)).astype(np.int64)
        return float(left / self.calendar.days[at])

    def label(self, at: int) -> str:
        return self.calendar.labels[at] if 0 <= at < self.calendar.size else "the time before the history"


class LifeRows:
    """Makes the arrays of a life plan.

    Args:
        life: What comes and goes.
        rows: The series of the plan.
        periods: History and horizon.
        parameters: Settings of the model.
        sold: Units of the past, history x series.
        families: Every item with its family, columns item and family.
    """

    def __init__(
        self,
        life: ProductLife,
        rows: PlanRows,
        periods: PlanPeriods,
        parameters: PlanParameters,
        sold: Array,
        families: pl.DataFrame,
    ) -> None:
        self.life, self.parameters, self.families = life, parameters, families
        self.timeline = _Timeline(periods.calendar, periods.history_count)
        names = rows.demand.names("item")
        codes = rows.demand.codes("item")
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
        self._of_item = {name: order[bounds[i] : bounds[i + 1]] for i, name in enumerate(names)}
        keyed = rows.demand.members.select("location", "customer").rows()
        self._place = keyed
        self.sold = sold

    def plan(self) -> LifePlan:
        """The life plan of all records."""
        launches = list(self.life.launches.values())
        launched = [(n, row) for n, record in enumerate(launches) for row in self._series(record.item, record)]
        links = [link for n, record in enumerate(launches) for link in self._like_links(n, record)]
        moves = [move for record in self.life.successions for move in self._moves(record)]
        cannibals = [c for n, record in enumerate(launches) for c in self._cannibals(n, record)]
        keeps = [keep for record in self.life.phase_outs.values() for keep in self._keeps(record)]
        older = list(dict.fromkeys(item for _, item, _ in cannibals))
        old_rows = [(number, row) for number, item in enumerate(older) for row in self._rows(item)]
        touched = [
            *(row for _, row in launched), *(link[1] for link in links), *(m[0] for m in moves), *(m[1] for m in moves),
            *(row for _, row in old_rows), *(row for row, _ in keeps),
        ]  # fmt: skip
        rows = np.unique(np.array(touched, dtype=np.int64))
        place = {row: at for at, row in enumerate(rows.tolist())}
        number = {pair: at for at, pair in enumerate(launched)}
        return LifePlan(
            rows=rows,
            history=self.timeline.history,
            season=self.timeline.calendar.periods_per_year,
            prior_periods=self.parameters.launch_prior_periods,
            settled_after=float(self.parameters.launch_settled_periods),
            likes=LikeLinks(
                source=_ints(place[source] for _, source, _, _, _ in links),
                target=_ints(number[n, target] for n, _, target, _, _ in links),
                weight=_floats(weight for _, _, _, weight, _ in links),
                offset=_ints(offset for _, _, _, _, offset in links),
            ),
            launched=self._launched(launches, launched, place),
            successions=Successions(
                old=_ints(place[old] for old, _, _, _ in moves),
                new=_ints(place[new] for _, new, _, _ in moves),
                factor=_floats(factor for _, _, factor, _ in moves),
                share=self._columns([share for _, _, _, share in moves]),
            ),
            cannibals=Cannibals(
                launch=_ints(n for n, _, _ in cannibals),
                item=_ints(older.index(item) for _, item, _ in cannibals),
                rate=_floats(rate for _, _, rate in cannibals),
                row=_ints(place[row] for _, row in old_rows),
                item_of_row=_ints(item for item, _ in old_rows),
            ),
            keep_row=_ints(place[row] for row, _ in keeps),
            keep=self._columns([keep for _, keep in keeps]),
        )

    def _launched(
        self, launches: Sequence[LaunchRecord], launched: Sequence[tuple[int, int]], place: dict[int, int]
    ) -> Launched:
        size = self.timeline.calendar.size
        factors = [self._factor(record) for record in launches]
        return Launched(
            row=_ints(place[row] for _, row in launched),
            launch=_ints(n for n, _ in launched),
            factor=np.stack(factors, axis=1) if factors else np.zeros((size, 0)),
            start=_ints(self.timeline.place(record.date) for record in launches),
            volume=_floats(np.nan if record.volume is None else record.volume for record in launches),
            actuals=_floats(self.actuals(record.item) for record in launches),
        )

    def _factor(self, record: LaunchRecord) -> Array:
        size = self.timeline.calendar.size
        if record.gate == "stopped":
            return np.zeros(size)
        start, first = self.timeline.place(record.date), self.timeline.share_from(record.date)
        return phase_in(np.array(record.shares), start, size, first_share=first)

    def actuals(self, item: str) -> int:
        """Past periods since the first sale of an item."""
        first = self.first_sale(item)
        return 0 if first is None else self.timeline.history - first

    def first_sale(self, item: str) -> int | None:
        """Period of the first sale of an item; None where it was never sold."""
        rows = self._rows(item)
        sold = np.flatnonzero((self.sold[:, rows] > 0).any(axis=1)) if len(rows) else np.empty(0, np.int64)
        return int(sold[0]) if sold.size else None

    def _rows(self, item: str) -> list[int]:
        found = self._of_item.get(item)
        return [] if found is None else found.tolist()

    def _series(self, item: str, record: LaunchRecord) -> list[int]:
        """Series of a launch that the like-items or a volume say something about."""
        if not like_items(record, self.families):
            return []
        inside = [row for row in self._rows(item) if self._inside(row, record)]
        if record.volume is not None:
            return inside
        likes = {self._place[row] for like in record.like for row in self._rows(like)}
        return [row for row in inside if self._place[row] in likes]

    def _inside(self, row: int, record: LaunchRecord) -> bool:
        place, customer = self._place[row]
        return (not record.locations or place in record.locations) and (
            not record.customers or customer in record.customers
        )

    def _like_links(self, number: int, record: LaunchRecord) -> Iterable[tuple[int, int, int, float, int]]:
        targets = {self._place[row]: row for row in self._series(record.item, record)}
        for like, weight in like_items(record, self.families).items():
            offset = record.offset.get(like, 0)
            if record.like:
                self._check_first_sale(record, like, offset)
            for source in self._rows(like):
                if (target := targets.get(self._place[source])) is not None:
                    yield number, source, target, weight, offset

    def _check_first_sale(self, record: LaunchRecord, like: str, offset: int) -> None:
        """Refuse a launch that reads its like-item before there was anything to read."""
        if record.source == EXTRACT:
            return
        first, read = self.first_sale(like), self.timeline.place(record.date) - offset
        if first is None:
            raise ChangeInvalid(
                f"The like-item {like} has never been sold",
                where=f"launch of {record.item}, change {record.source}",
                mend="name an item with sales, or give a volume",
            )
        if read < first:
            label, start = self.timeline.label(read), self.timeline.label(first)
            most = self.timeline.place(record.date) - first
            instead = f"give an offset of {most} periods or less" if most >= 0 else f"launch it in {start} or later"
            raise ChangeInvalid(
                f"The launch of {record.item} reads {like} in {label}, before its first sale in {start}",
                where=f"change {record.source}, offset {offset} periods",
                mend=f"{instead}, or name another like-item",
            )

    def _moves(self, record: SuccessionRecord) -> Iterable[tuple[int, int, float, Array]]:
        """Demand that is still to move, by pair of series; what moved before the horizon is in the statistics."""
        share = taken_over(self.timeline.place(record.date), record.window, self.timeline.calendar.size)
        done = share[self.timeline.history - 1] if self.timeline.history else 0.0
        ahead = share[self.timeline.history :]
        left = (ahead - done) / (1.0 - done) if done < 1.0 else np.zeros_like(ahead)
        targets = {self._place[row]: row for row in self._rows(record.new)}
        for old in self._rows(record.old):
            if (new := targets.get(self._place[old])) is not None and left.any():
                yield old, new, record.factor, left

    def _cannibals(self, number: int, record: LaunchRecord) -> Iterable[tuple[int, str, float]]:
        return ((number, item, rate) for item, rate in record.takes_from.items() if rate > 0 and self._rows(item))

    def _keeps(self, record: PhaseOutRecord) -> Iterable[tuple[int, Array]]:
        if record.source == EXTRACT:
            return ()  # the statistical forecast ends with the item
        end = self.timeline.place(record.date)
        last = 1.0 if record.dated else 1.0 - self.timeline.share_from(record.date + timedelta(days=1)) % 1.0
        whole = run_down(np.array(record.shares), end, self.timeline.calendar.size, last_share=last)
        keep = whole[self.timeline.history :]
        return ((row, keep) for row in self._rows(record.item))

    def _columns(self, columns: list[Array]) -> Array:
        ahead = self.timeline.calendar.size - self.timeline.history
        return np.stack(columns, axis=1) if columns else np.zeros((ahead, 0))


def _ints(numbers: Iterable[int]) -> IntArray:
    return np.fromiter(numbers, dtype=np.int64)


def _floats(numbers: Iterable[float]) -> Array:
    return np.fromiter(numbers, dtype=np.float64)
