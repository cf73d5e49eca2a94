"""Take: levers, or parts of them, as changes of a scenario; all of them one event that can be undone as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np
import polars as pl

from steelyard.balancing.lever import DEMAND, HOURS, STOCK, Lever, LeverKind, check_quantity
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array
from steelyard.plan.balancing.board import GapBoard
from steelyard.plan.balancing.source_share import source_shares
from steelyard.plan.balancing.standing_model import BalanceBase, balance_base, is_large
from steelyard.plan.change import Change
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Add, Operation, Percent, SetMasterData, SetParameter, SetValue

MOST_CELLS = 600
"""Cells of one lever that become changes, the largest first."""
COVERED = 0.995
"""Part of a lever's quantity after which the rest is too small to be told to anybody."""


@dataclass(frozen=True)
class TakenCheck:
    """What the levers taken do in the plan itself, planned again by its own engine."""

    gap_before: float
    gap_after: float
    """Units late or lost."""
    money_before: float
    money_after: float
    """The same at price."""
    service_before: float
    service_after: float
    margin_before: float
    margin_after: float
    """Gross margin of the horizon."""
    cost: float
    """What the levers cost beside the standard cost."""
    shipped_before: float
    shipped_after: float
    """Units shipped over the horizon, late ones too."""

    @property
    def margin_more(self) -> float:
        """Gross margin it adds."""
        return self.margin_after - self.margin_before

    @property
    def margin_less_cost(self) -> float:
        """The same less what the levers cost."""
        return self.margin_more - self.cost

    @property
    def backfires(self) -> bool:
        """Whether more is late afterwards, in units and in money: the engine of the plan makes nothing of it."""
        return self.gap_after > self.gap_before + 1.0 and self.money_after > self.money_before


def lever_changes(
    base: BalanceBase, lever: Lever, quantity: Array, *, author: str, at: datetime, note: str = ""
) -> tuple[Change, ...]:  # fmt: skip
    """What a scenario changes when a lever is pulled.

    Hours are added to the hours there are; units from elsewhere become open orders, or, where they take components and
    hours, a share of the need that goes to that source while it is used; demand that moves is taken off one
    period and added to another; prices and promotions change as such. Cells that make less than half a percent of the
    lever together are left out.

    Args:
        base: The plan it is taken in.
        lever: The lever.
        quantity: How much of each step.
        author: Who takes it.
        at: When.
        note: The reason in words.

    Raises:
        ChangeInvalid: A step goes beyond its limit, nothing is taken, or too little to be a share of a source.
    """
    check_quantity(lever, quantity, base.periods)
    if not (quantity > 0).any():
        raise ChangeInvalid(f"Nothing of {lever.name} is taken", where=lever.key, mend="take a part above 0")
    told = f"{lever.name}: {lever.amount(quantity):,.0f} {lever.unit}" + (f". {note.strip()}" if note.strip() else "")
    make = _Maker(base, lever, quantity, author, at, told[:500])
    return tuple(make.changes())


def schedule_changes(base: BalanceBase, *, author: str, at: datetime) -> tuple[Change, ...]:
    """Let the engine plan by money, with all that the data allow.

    Raises:
        ChangeInvalid: It does already.
    """
    if base.weighs_money:
        engine = base.plan.inputs.parameters.supply_engine
        raise ChangeInvalid(f"The plan is made by {engine} already", mend="pull another lever")
    told = "Schedule change: plan by money with all sources, overtime and people the data allow"
    engine = "decomposition" if is_large(base.full) else "exact"
    return (Change(SetParameter("supply_engine", engine), author=author, at=at, reason=_SUPPLY, note=told),)


def check_taken(plan: PlanNumbers, changes: Sequence[Change]) -> TakenCheck:
    """Plan again with changes, by the engine of the plan, and hold the gap before against the gap after.

    Args:
        plan: The plan as it stands.
        changes: What would be taken.
    """
    laid = plan.maker.numbers(plan.inputs.extract, plan.parameters, (*plan.changes, *changes), near=plan.digest)
    before, after = (GapBoard(balance_base(one)) for one in (plan, laid))
    return TakenCheck(
        before.units, after.units, before.money, after.money, before.service, after.service,
        plan.value("gross_margin"), laid.value("gross_margin"), laid.value("lever_cost") - plan.value("lever_cost"),
        plan.value("shipments"), laid.value("shipments"),
    )  # fmt: skip


def shared_quantity(lever: Lever, best: Array, share: float) -> Array:
    """A part of what is best; the whole where `share` is 1.

    Raises:
        ChangeInvalid: The share is below zero.
    """
    if not share > 0:
        raise ChangeInvalid(f"{share:g} of {lever.name} cannot be taken", where=lever.key, mend="take a part above 0")
    return best * share


@dataclass(frozen=True, eq=False)
class _Maker:
    """Makes the changes of one lever."""

    base: BalanceBase
    lever: Lever
    quantity: Array
    author: str
    at: datetime
    told: str

    def changes(self) -> Iterator[Change]:
        """The changes, by what the lever moves, and what it costs."""
        yield from self._moves()
        yield from self._costs()

    def _costs(self) -> Iterator[Change]:
        """What the books see of it by period, over all that is sold."""
        spent = self.lever.spent(self.quantity, len(self.base.periods))
        for period in np.flatnonzero(np.abs(spent) > _CENT).tolist():
            yield self._change(Add(round(float(spent[period]), 2), per="period"), "lever_cost", {}, period)

    def _moves(self) -> Iterator[Change]:
        match self.lever.kind:
            case "overtime" | "shift" | "hire" | "layoff" | "option":
                yield from self._hours()
            case "alternative_source" | "subcontract":
                yield from self._sources() if self._takes_components() else self._receipts()
            case "expedite":
                yield from self._receipts()
            case "deployment":
                yield from self._between_sites()
            case "pre_build":
                yield from self._ahead()
            case "price":
                yield from self._prices()
            case "promotion_timing":
                yield from self._promotion()
            case _:
                yield from self._demand()

    def _moved(self, kind: int, things: int) -> Array:
        return self.lever.steps.moved(self.quantity, kind, len(self.base.periods), things)

    def _hours(self) -> Iterator[Change]:
        names = self.base.full.resources.names
        hours = self._moved(HOURS, len(names))
        for period, number in _cells(hours):
            scope = {"resource": (names[number],)}
            yield self._change(Add(hours[period, number], per="period"), "capacity_available", scope, period)

    def _receipts(self) -> Iterator[Change]:
        """Units that come in become open orders; those that come earlier leave their old period."""
        units = self._moved(STOCK, self.base.places)
        for period, place in _cells(units):
            yield self._change(Add(units[period, place]), "scheduled_receipts", self._place(place), period)

    def _takes_components(self) -> bool:
        """Whether the plan has to make or bring what the lever brings, with components and hours of its own."""
        steps = self.lever.steps
        return bool(((steps.entry_kind == HOURS) | ((steps.entry_kind == STOCK) & (steps.entry_value < 0))).any())

    def _sources(self) -> Iterator[Change]:
        """The need is split among the sources of a place, in the periods in which the lever uses the other one."""
        for key, column, value in source_shares(self.base, self.lever, self.quantity):
            operation = SetMasterData("source", {"source_id": key}, column, value)
            yield Change(operation, author=self.author, at=self.at, reason=_SUPPLY, note=self.told)

    def _between_sites(self) -> Iterator[Change]:
        """The giving site's stock on hand falls; the taking site gets an open order."""
        units = self._moved(STOCK, self.base.places)
        for period, place in _cells(np.maximum(units, 0.0)):
            yield self._change(Add(units[period, place]), "scheduled_receipts", self._place(place), period)
        given = np.maximum(-units, 0.0).sum(axis=0)
        for place in np.flatnonzero(given > _CRUMB).tolist():
            yield from self._less_stock(place, float(given[place]))

    def _less_stock(self, place: int, units: float) -> Iterator[Change]:
        item, site = self._names(place)
        table = self.base.plan.maker.extract(self.base.plan.inputs.extract).tables["inventory"]
        usable = (
            (pl.col("item_id") == item) & (pl.col("location_id") == site) & (pl.col("stock_type") == "unrestricted")
        )
        for row in table.filter(usable).sort("on_hand_qty", descending=True).iter_rows(named=True):
            less = min(units, float(row["on_hand_qty"]))
            if less <= 0:
                break
            key = {
                name: str(row[name])
                for name in ("item_id", "location_id", "as_of_date", "stock_type", "lot")
                if row[name]
            }
            left = SetMasterData("inventory", key, "on_hand_qty", float(row["on_hand_qty"]) - less)
            yield Change(left, author=self.author, at=self.at, reason=_SUPPLY, note=self.told)
            units -= less

    def _ahead(self) -> Iterator[Change]:
        """Stock that shall be there at a period's end is raised, so that the engine builds it before."""
        steps, units = self.lever.steps, np.zeros((len(self.base.periods), self.base.places))
        np.add.at(units, (steps.period, steps.about), self.quantity)
        for period, place in _cells(units):
            yield self._change(Add(units[period, place]), "safety_stock", self._place(place), period)

    def _prices(self) -> Iterator[Change]:
        level, names = self.base.level, self.base.family_names
        yield from self._answers()
        for step in np.flatnonzero(self.quantity > _CRUMB).tolist():
            by = 100 * self.base.terms.price_step * float(self.quantity[step])
            scope = {level: (names[int(self.lever.steps.about[step])],)}
            yield self._change(Percent(round(by, 4)), "price", scope, int(self.lever.steps.period[step]))

    def _answers(self) -> Iterator[Change]:
        """Where history shows no elasticity, demand answers as the settings assume, in the plan as in the lever."""
        assumed = self.base.terms.elasticity
        known = self.base.cells("price_elasticity").reshape(-1)
        families = {int(self.lever.steps.about[step]) for step in np.flatnonzero(self.quantity > _CRUMB).tolist()}
        for family in sorted(families):
            inside = self.base.family[self.base.place_of_series] == family
            if assumed < 0 and not (known[inside] < 0).any():
                scope = {self.base.level: (self.base.family_names[family],)}
                made = SetValue(assumed, per="cell")
                yield Change(
                    made, "price_elasticity", scope, None, self.author, self.at, "price_change", note=self.told
                )

    def _promotion(self) -> Iterator[Change]:
        """Start and end of the promotion move by whole periods."""
        name, by = self.lever.key.split(":")[1], int(self.lever.steps.about[0])
        table = self.base.plan.maker.extract(self.base.plan.inputs.extract).tables["promotion"]
        row = table.filter(pl.col("promotion_id") == name).row(0, named=True)
        for column in ("start_date", "end_date"):
            moved = SetMasterData("promotion", {"promotion_id": name}, column, self._later(row[column], by).isoformat())
            yield Change(moved, author=self.author, at=self.at, reason="promotion", note=self.told)

    def _later(self, day: date, by: int) -> date:
        """The same place in a period some periods later."""
        edges = self.base.plan.horizon.edges.astype("datetime64[D]")
        number = int(np.searchsorted(edges, np.datetime64(day, "D"), side="right")) - 1
        into = int((np.datetime64(day, "D") - edges[number]).astype(int))
        to = number + by
        start = date.fromisoformat(str(edges[to]))
        last = date.fromisoformat(str(edges[min(to + 1, edges.size - 1)])) - timedelta(days=1)
        return min(start + timedelta(days=into), last)

    def _demand(self) -> Iterator[Change]:
        demand = self.base.full.demand
        units = self._moved(DEMAND, len(demand.names))
        for period, row in _cells(units):
            scope = self._place(int(demand.node[row]))
            if demand.customer_class[row] and "channel" in self.base.plan.series("consensus_demand").levels:
                scope["channel"] = (demand.customer_class[row],)
            made = self._change(Add(units[period, row]), "consensus_demand", scope, period)
            yield replace(made, reason="management_decision")

    def _change(self, operation: Operation, measure: str, scope: Mapping[str, tuple[str, ...]], period: int) -> Change:
        label = self.base.periods[period]
        return Change(
            operation, measure, dict(scope), (label, label), self.author, self.at, reason=_REASONS.get(
                self.lever.kind, _SUPPLY
            ), note=self.told,
        )  # fmt: skip

    def _names(self, place: int) -> tuple[str, str]:
        item, site = self.base.plan.series("independent_demand").members.select("item", "location").row(place)
        return str(item), str(site)

    def _place(self, place: int) -> dict[str, tuple[str, ...]]:
        item, site = self._names(place)
        return {"item": (item,), "location": (site,)}


def _cells(units: Array) -> list[tuple[int, int]]:
    """Cells that make nearly all of it, in order of thing and period."""
    size = np.abs(units)
    order = np.argsort(-size, axis=None, kind="stable")
    running = np.cumsum(size.reshape(-1)[order])
    total = float(running[-1]) if running.size else 0.0
    if total <= _CRUMB:
        return []
    enough = int(np.searchsorted(running, COVERED * total)) + 1
    kept = order[: min(enough, MOST_CELLS)]
    period, thing = np.unravel_index(np.sort(kept), units.shape)
    return sorted(zip(period.tolist(), thing.tolist(), strict=True), key=lambda cell: (cell[1], cell[0]))


_CRUMB, _CENT = 1e-6, 0.005
_Reason = Literal["supply_constraint", "promotion", "price_change"]
_SUPPLY: _Reason = "supply_constraint"
_REASONS: Mapping[LeverKind, _Reason] = {"price": "price_change", "promotion_timing": "promotion"}
