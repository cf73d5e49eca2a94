"""Supply stages: the calculations that cross blocks, because items share components and resources."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, IntArray, cut, freeze, join, same
from steelyard.plan.calculation import Dirty, NetworkOutcome, Value
from steelyard.plan.executor import local_executor
from steelyard.plan.inputs.supply_terms import SupplyPrices, SupplyTerms
from steelyard.plan.moves import Moves
from steelyard.plan.stages.limits import LIMITS, receipt_limits
from steelyard.plan.stages.open_supply import OUTPUTS as OPEN_SUPPLY
from steelyard.plan.stages.open_supply import counted_on, open_supply_measures
from steelyard.supply.finite import FiniteInputs, FinitePlan, plan_finite
from steelyard.supply.layout import Cuts, changed_rows, cuts_of, patch_blocks, to_blocks, to_rows
from steelyard.supply.network import inherit_priority
from steelyard.supply.open_supply import OpenSupply
from steelyard.supply.overtime import offer_overtime
from steelyard.supply.ranking import SupplyRanking, rank_by_margin
from steelyard.supply.receipt_limits import ReceiptLimits
from steelyard.supply.requirements import (
    RequirementInputs,
    Requirements,
    lead_time_periods,
    plan_requirements,
    update_requirements,
)
from steelyard.supply.rough_cut import RoughCut, load_resources, load_rows, overload, update_load
from steelyard.supply.row_table import RowTable
from steelyard.supply.source_rows import SourceRows

Values = Mapping[str, Value]


@dataclass(frozen=True)
class RequirementsStage:
    """Unconstrained requirements of every item-location, level by level, and the load they put on resources."""

    inputs: tuple[str, ...] = (
        "independent_demand", "scheduled_receipts", "safety_stock", "opening_inventory",
        "lead_time_days", "days_per_period", "source_rows",
        "planning_fence", "minimum_receipts", "maximum_receipts", "open_supply",
    )  # fmt: skip
    outputs: tuple[str, ...] = (
        "gross_requirement", "planned_receipts", "planned_releases", "capacity_load", *OPEN_SUPPLY,
    )  # fmt: skip

    @property
    def name(self) -> str:
        """Where it lives."""
        return "steelyard.supply.requirements.plan_requirements"

    @property
    def formula(self) -> str:
        """What it does, in words."""
        return f"{inspect.getdoc(plan_requirements)}\n\n{inspect.getdoc(load_resources)}"

    def full(self, values: Values) -> NetworkOutcome:
        """Plan all rows; work that should lie before the first period is loaded into the first."""
        rows, run = _source_rows(values), local_executor().map
        inputs = RequirementInputs(
            _padded(rows, to_rows(_blocks(values, "independent_demand"), run)),
            _padded(rows, to_rows(_blocks(values, "scheduled_receipts"), run)),
            _padded(rows, to_rows(_blocks(values, "safety_stock"), run)),
            rows.padded(join(_blocks(values, "opening_inventory"))),
            rows.lead_times(_lead_time(values)),
            rows.lots,
            self._limits(values),
            cast(OpenSupply, values["open_supply"]).padded(rows.place.size),
        )
        plan = plan_requirements(rows.network, inputs, run)
        cuts = cuts_of(_blocks(values, "independent_demand"))
        cells: dict[str, Value] = {
            name: to_blocks(_of_all_places(name, table, rows), cuts, run) for name, table in _tables(plan).items()
        }
        cells |= _of_open_supply(values, plan, cuts)
        load = load_rows(rows.bill, plan.planned_receipts)
        return NetworkOutcome({**cells, "capacity_load": (_hours(load),)}, _Planned(plan, load))

    def update(self, values: Values, previous: NetworkOutcome, before: Values, dirty: Dirty) -> NetworkOutcome:
        """Plan the rows whose inputs differ and what lies below them; all, where the network itself differs."""
        if dirty.any(("lead_time_days", "days_per_period", "source_rows", "planning_fence", "open_supply")):
            return shared_outcome(self.full(values), previous)
        flows = ("independent_demand", "scheduled_receipts", "safety_stock")
        moved = [changed_rows(_blocks(before, name), _blocks(values, name)) for name in flows]
        stock = np.flatnonzero(join(_blocks(before, "opening_inventory")) != join(_blocks(values, "opening_inventory")))
        limited = [changed_rows(_blocks(before, name), _blocks(values, name)) for name in LIMITS]
        rows = np.unique(np.concatenate([*moved, stock, *limited]))
        if not rows.size:
            return previous
        cuts = cuts_of(_blocks(values, "independent_demand"))
        plan = update_requirements(
            cast(_Planned, previous.state).plan,
            rows,
            independent_demand=_take(_blocks(values, "independent_demand"), cuts, rows) if moved[0].size else None,
            scheduled_receipts=_take(_blocks(values, "scheduled_receipts"), cuts, rows) if moved[1].size else None,
            safety_stock=_take(_blocks(values, "safety_stock"), cuts, rows) if moved[2].size else None,
            opening_inventory=join(_blocks(values, "opening_inventory"))[rows] if stock.size else None,
            limits=self._limits(values) if any(part.size for part in limited) else None,
        )
        patched = self._patched(plan, previous, cuts, _source_rows(values), dirty.moves)
        more = shared_outcome(NetworkOutcome(_of_open_supply(values, plan, cuts)), previous)
        return NetworkOutcome({**patched.values, **more.values}, patched.state)

    def _limits(self, values: Values) -> ReceiptLimits:
        return receipt_limits(values).padded(_source_rows(values).place.size)

    def _patched(
        self, plan: Requirements, previous: NetworkOutcome, cuts: Cuts, rows: SourceRows, moves: Moves
    ) -> NetworkOutcome:
        touched = rows.of_places(plan.touched)
        patched: dict[str, Value] = {
            name: _patch(
                cast(Blocks, previous.values[name]), cuts, touched, _of_places(name, table, rows, touched), moves
            )
            for name, table in _tables(plan).items()
        }
        load = update_load(cast(_Planned, previous.state).load, rows.bill, plan.planned_receipts, plan.touched)
        patched["capacity_load"] = _kept((_hours(load),), cast(Blocks, previous.values["capacity_load"]))
        return NetworkOutcome(patched, _Planned(plan, load))


def _of_open_supply(values: Values, plan: Requirements, cuts: Cuts) -> dict[str, Value]:
    return open_supply_measures(values, cuts, plan.gross.take(cast(OpenSupply, values["open_supply"]).rows))


def _source_rows(values: Values) -> SourceRows:
    return cast(SourceRows, values["source_rows"])


def _padded(rows: SourceRows, table: Array) -> Array:
    """Rows of item-locations, and behind them empty ones for their sources."""
    return np.vstack((table, np.zeros((rows.place.size, table.shape[1])))) if rows.place.size else table


def _of_all_places(name: str, table: RowTable, rows: SourceRows) -> Array:
    return _of_places(name, table, rows, np.arange(rows.places)) if rows.place.size else table.dense()


def _of_places(name: str, table: RowTable, rows: SourceRows, places: IntArray) -> Array:
    """Numbers of item-locations; split ones are received and released by their sources."""
    numbers = table.take(places)
    if name == "gross_requirement" or not rows.place.size:
        return numbers
    asked = np.flatnonzero(np.isin(rows.place, places))
    at = np.searchsorted(places, rows.place[asked])
    numbers[at] = 0.0
    np.add.at(numbers, at, table.take(rows.places + asked))
    return numbers


@dataclass(frozen=True)
class _Planned:
    plan: Requirements
    load: RoughCut


def _tables(plan: Requirements) -> dict[str, RowTable]:
    return {
        "gross_requirement": plan.gross,
        "planned_receipts": plan.planned_receipts,
        "planned_releases": plan.planned_releases,
    }


def _hours(load: RoughCut) -> Array:
    hours = load.load.copy()
    hours[0] += load.past_due
    return freeze(hours)


_BY_MARGIN: SupplyRanking = "margin_per_bottleneck_hour"
_FAIR: SupplyRanking = "fair_share"
_MONEY = ("place_of_demand", "price", "standard_cost", "demand_plan")
"""What ranking by margin reads."""
_OVERTIME = ("overtime_by_priority", "supply_prices", "season")
"""What overtime reads beside that."""


@dataclass(frozen=True)
class FiniteStage:
    """What can be made with the hours and components there are, by priority."""

    inputs: tuple[str, ...] = (
        "planned_receipts", "planned_releases", "gross_requirement", "dependent_demand", "independent_demand",
        *OPEN_SUPPLY,
        "opening_inventory", "lead_time_days", "days_per_period", "source_rows", "capacity_available",
        "supply_priority", "supply_ranking", *_MONEY, "finite_capacity", "capacity_load", "planning_fence",
        "supply_terms", *_OVERTIME,
    )  # fmt: skip
    outputs: tuple[str, ...] = (
        "constrained_receipts", "constrained_releases", "component_issues", "shortage_quantity", "constrained_load",
        "overload",
    )  # fmt: skip

    @property
    def name(self) -> str:
        """Where it lives."""
        return "steelyard.supply.finite.plan_finite"

    @property
    def formula(self) -> str:
        """What it does, in words."""
        return inspect.getdoc(plan_finite) or ""

    def full(self, values: Values) -> NetworkOutcome:
        """Plan all rows, finite or, if the plan says so, infinite."""
        return self._finite(values) if values["finite_capacity"] else self._infinite(values)

    def update(self, values: Values, previous: NetworkOutcome, before: Values, dirty: Dirty) -> NetworkOutcome:
        """Plan again; blocks whose numbers stay are shared."""
        if not values["finite_capacity"] and not before["finite_capacity"]:
            return NetworkOutcome({**previous.values, **_as_planned(values)})
        return shared_outcome(self.full(values), previous)

    def stays(self, values: Values, before: Values, dirty: Dirty) -> bool:
        """Whether nothing that matters differs: money does where it ranks otherwise, or where it may buy overtime."""
        if values["overtime_by_priority"] and (cast(SupplyTerms, values["supply_terms"]).overtime > 0).any():
            return not dirty.any(self.inputs)
        if dirty.any(tuple(name for name in self.inputs if name not in (*_MONEY, *_OVERTIME[1:]))):
            return False
        if values["supply_ranking"] != _BY_MARGIN or not dirty.any(_MONEY):
            return True
        rows = _source_rows(values)
        return np.array_equal(_ranked(rows, before), _ranked(rows, values))

    def _finite(self, values: Values) -> NetworkOutcome:
        plan = finite_plan(values)
        cuts = cuts_of(_blocks(values, "planned_receipts"))
        found = (plan.constrained_receipts, plan.constrained_releases, plan.component_issues, plan.shortage_quantity)
        cells: dict[str, Value] = {name: cut(array, cuts) for name, array in zip(self.outputs, found, strict=False)}
        cells["constrained_load"] = (freeze(plan.constrained_load),)
        return NetworkOutcome({**cells, "overload": _overload(values)})

    def _infinite(self, values: Values) -> NetworkOutcome:
        """Infinite loading: everything comes as planned."""
        none = tuple(freeze(np.zeros_like(block)) for block in _blocks(values, "planned_receipts"))
        return NetworkOutcome({**_as_planned(values), "shortage_quantity": none})


def finite_plan(values: Values) -> FinitePlan:
    """The plan by priority with its moves and gates; overtime is in it where the plan offers any.

    Args:
        values: Inputs and measures of the plan; `FiniteStage.inputs` names them.
    """
    rows = _source_rows(values)
    inputs = _finite_inputs(rows, values)
    plan = plan_finite(rows.network, rows.bill, inputs)
    if not values["overtime_by_priority"]:
        return plan
    offered = _offered(rows, values, inputs, plan)
    if not offered.any():
        return plan
    more = replace(inputs, capacity_available=inputs.capacity_available + offered)
    return plan_finite(rows.network, rows.bill, more)


def _finite_inputs(rows: SourceRows, values: Values) -> FiniteInputs:
    return FiniteInputs(
        rows.planned(join(_blocks(values, "planned_receipts"))),
        rows.padded(join(_blocks(values, "gross_requirement"))),
        rows.padded(join(_blocks(values, "independent_demand"))),
        rows.padded(counted_on(values)),
        rows.padded(join(_blocks(values, "opening_inventory"))),
        rows.lead_times(_lead_time(values)),
        _ranked(rows, values),
        _blocks(values, "capacity_available")[0],
        rows.like_places(cast(IntArray, values["planning_fence"])),
        rows.feeds if rows.place.size else None,
        rows.like_places(_shelf_life(values)),
        values["supply_ranking"] == _FAIR,
    )


def _shelf_life(values: Values) -> IntArray:
    """Periods a unit may be made ahead by its life and its highest days of cover, by item-location; 0 for any."""
    terms, period = cast(SupplyTerms, values["supply_terms"]), cast(float, values["days_per_period"])
    keeps = np.ceil(terms.shelf_life_days / period)
    covers = np.maximum(np.floor(terms.storage.most_days / period), 1.0)
    return np.where(keeps > 0, np.fmin(keeps, covers), np.nan_to_num(covers)).astype(np.int64)


def _ranked(rows: SourceRows, values: Values) -> Array:
    """Who goes first, by row: the class, and within it what earns most in a scarce hour if the plan ranks so."""
    classes = inherit_priority(rows.network, rows.padded(cast(Array, values["supply_priority"]), np.inf))
    if values["supply_ranking"] != _BY_MARGIN:
        return classes
    load, available = (_blocks(values, name)[0] for name in ("capacity_load", "capacity_available"))
    margin = rows.padded(_mean_of_places(values, _margin), -np.inf)
    return rank_by_margin(rows.network, rows.bill, classes, margin, load=load, available=available)


def _offered(rows: SourceRows, values: Values, inputs: FiniteInputs, plan: FinitePlan) -> Array:
    """Hours of overtime that earn their price, where the data state what an hour costs, period x resource."""
    terms, prices = cast(SupplyTerms, values["supply_terms"]), cast(SupplyPrices, values["supply_prices"])
    stated = np.where(
        np.isnan(terms.overtime_premium), prices.overtime_premium * terms.hour_cost, terms.overtime_premium
    )
    months = 12.0 / (float(cast(float, values["season"])) or 1.0)
    price = rows.padded(_mean_of_places(values, lambda price, cost: price), 0.0)
    return offer_overtime(
        rows.network,
        rows.bill,
        inputs,
        plan,
        limit=terms.overtime,
        price=np.broadcast_to(stated, terms.overtime.shape),
        margin=rows.padded(_mean_of_places(values, _margin), -np.inf),
        waiting=prices.backlog_rate * months * np.where(np.isfinite(price), price, 0.0),
    )


def _margin(price: Array, cost: Array) -> Array:
    """What a unit sold earns beyond its standard cost."""
    return price - cost


def _mean_of_places(values: Values, worth: Callable[[Array, Array], Array]) -> Array:
    """Mean over the horizon of a worth of price and standard cost, weighted by what is asked, by item-location.

    -inf where nothing is sold.
    """
    found = []
    place_of = cast(tuple[IntArray, ...], values["place_of_demand"])
    for place, *blocks in zip(place_of, *(_blocks(values, name) for name in _MONEY[1:]), strict=True):
        price, cost, asked = blocks
        quantity, places = np.maximum(asked, 0.0), cost.shape[-1]
        total = np.bincount(place, quantity.sum(axis=0), places)
        money = np.bincount(place, (quantity * worth(price, cost[:, place])).sum(axis=0), places)
        found.append(np.divide(money, total, out=np.full(places, -np.inf), where=total > 0))
    return np.concatenate(found)


def _overload(values: Values) -> Blocks:
    return (freeze(overload(_blocks(values, "capacity_load")[0], _blocks(values, "capacity_available")[0])),)


def _as_planned(values: Values) -> dict[str, Value]:
    return {
        "constrained_receipts": values["planned_receipts"],
        "constrained_releases": values["planned_releases"],
        "component_issues": values["dependent_demand"],
        "constrained_load": values["capacity_load"],
        "overload": _overload(values),
    }


def _blocks(values: Values, name: str) -> Blocks:
    return cast(Blocks, values[name])


def _lead_time(values: Values) -> IntArray:
    return lead_time_periods(join(_blocks(values, "lead_time_days")), cast(float, values["days_per_period"]))


def _take(blocks: Blocks, cuts: Cuts, rows: IntArray) -> Array:
    """Some rows of blocks as `[row, period]`."""
    starts = np.array([start for start, _ in cuts] + [cuts[-1][1]])
    edges = np.searchsorted(rows, starts)
    parts = [blocks[j][:, rows[edges[j] : edges[j + 1]] - starts[j]].T for j in np.flatnonzero(np.diff(edges)).tolist()]
    return np.ascontiguousarray(np.concatenate(parts))


def _patch(blocks: Blocks, cuts: Cuts, rows: IntArray, numbers: Array, moves: Moves) -> Blocks:
    """Replace rows; a block whose numbers stay is shared, and of the others it is known what moved in them."""
    patched = patch_blocks(blocks, cuts, rows, numbers)
    edges = np.searchsorted(rows, [start for start, _ in cuts] + [cuts[-1][1]])
    for j, (before, after) in enumerate(zip(blocks, patched, strict=True)):
        if after is not before:
            moves.put(before, after, rows[edges[j] : edges[j + 1]] - cuts[j][0])
    return patched


def _kept(fresh: Blocks, old: Blocks) -> Blocks:
    return tuple(before if same(block, before) else block for block, before in zip(fresh, old, strict=True))


def shared_outcome(outcome: NetworkOutcome, previous: NetworkOutcome) -> NetworkOutcome:
    """The outcome, made of the previous blocks wherever the numbers stay."""
    kept = {
        name: _kept(cast(Blocks, value), cast(Blocks, previous.values[name])) for name, value in outcome.values.items()
    }
    return NetworkOutcome(kept, outcome.state)
