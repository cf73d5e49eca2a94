"""Move log: what an engine put elsewhere than the plan without limits has it, why, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from steelyard.grid.block import Array, Blocks, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.move_causes import causes_by_price
from steelyard.plan.review.supply import WayResult
from steelyard.plan.stages.engine import priority_plan
from steelyard.supply.evaluate import unserved_cost
from steelyard.supply.model import SupplyModel, over_periods
from steelyard.supply.moves import (
    GATE_COMPONENT,
    GATE_CONSUMER,
    GATE_LEAD_TIME,
    GATE_RESOURCE,
    NEVER,
    Int8Array,
    Int32Array,
    MoveLog,
    log_moves,
)
from steelyard.supply.source_rows import SourceRows

KINDS = ("built ahead", "late", "not made", "other source", "overtime", "extra shift")
"""Kinds of move, as the log names them."""
SCHEMA = {
    "move": pl.String, "item": pl.String, "location": pl.String, "from": pl.String, "to": pl.String,
    "quantity": pl.Float64, "because": pl.String, "money": pl.Float64,
}  # fmt: skip
_DEEPEST = 50
"""Levels along which the resource behind a component is looked for."""
_CRUMB = 0.005
"""Units or hours below which a move is left out."""


def move_table(plan: PlanNumbers, model: SupplyModel, result: WayResult) -> pl.DataFrame:
    """The move log of one way to plan, the dearest moves first.

    Receipts of the plan without limits are matched with those of the way, first planned first received. A move to an
    earlier period costs what holding costs until its own; a late one its part of what waiting costs customers in the
    periods between, one that does not come the margin and goodwill of sales lost, too. Overtime and shifts cost their
    price, another source what it costs more than the first one. A component costs nothing itself: what it goes into
    waits.

    Args:
        plan: The plan of a scenario.
        model: Its supply model.
        result: The way, counted on that model.

    Returns:
        move, item, location, from, to (empty where it never comes), quantity (units; hours of overtime and shifts),
        because, money. Item and location are empty for hours.
    """
    log = _logged(plan, model, result)
    parts = [
        _of_receipts(plan, model, result, log),
        _of_sources(plan, model, result),
        _of_hours(model, result.plan.decisions.overtime, model.resources.overtime_cost, "overtime"),
        _of_hours(
            model, result.plan.decisions.shifts * over_periods(model.resources.shift_hours, model.length),
            _cost_of_shift_hour(model), "extra shift",
        ),
    ]  # fmt: skip
    frame = pl.concat([part for part in parts if part.height] or [pl.DataFrame(schema=SCHEMA)])
    order = [pl.col("money").abs(), pl.col("quantity"), pl.col("item"), pl.col("from")]
    return frame.filter(pl.col("quantity") >= _CRUMB).sort(
        order, descending=[True, True, False, False], nulls_last=True, maintain_order=True
    )


def move_totals(frame: pl.DataFrame) -> pl.DataFrame:
    """Moves, quantity and money by kind, in the order of `KINDS`."""
    found = frame.group_by("move").agg(
        pl.len().cast(pl.Int64).alias("moves"), pl.col("quantity").sum(), pl.col("money").sum()
    )
    order = pl.DataFrame({"move": KINDS})
    return order.join(found, on="move", how="inner", maintain_order="left")


@dataclass(frozen=True, eq=False)
class _Log:
    """Moves with the place of each row, and what stands behind the numbers of their causes."""

    moves: MoveLog
    place: IntArray
    rows: Sequence[int]
    """Item-location of each row that a cause may name."""
    gate_kind: Int8Array
    gate_index: Int32Array

    def resource_behind(self, row: int) -> int:
        """The resource that most often holds a component back, itself or through what it is made of; -1 for none."""
        for _ in range(_DEEPEST):
            kind, index = self._usual_gate(row)
            if kind != GATE_COMPONENT:
                return index if kind == GATE_RESOURCE else -1
            row = index
        return -1

    def _usual_gate(self, row: int) -> tuple[int, int]:
        pairs = np.stack((self.gate_kind[:, row], self.gate_index[:, row]))[:, self.gate_kind[:, row] > 0]
        if not pairs.size:
            return 0, -1
        found, count = np.unique(pairs, axis=1, return_counts=True)
        kind, index = found[:, count.argmax()].tolist()
        return int(kind), int(index)


def _logged(plan: PlanNumbers, model: SupplyModel, result: WayResult) -> _Log:
    if result.way == "priority":
        feeds = cast(SourceRows, plan.values["source_rows"]).feeds
        found = priority_plan(plan.values)
        return _Log(found.moves, feeds[found.moves.row], feeds.tolist(), found.gate_kind, found.gate_index)
    planned = join(cast(Blocks, plan.values["planned_receipts"]))
    received, none = result.evaluation.received, np.full(planned.shape, -1, np.int32)
    price = result.plan.hour_price
    causes = causes_by_price(model, np.zeros(_hours_shape(model)) if price is None else price)
    ahead = np.where(causes.kind == GATE_RESOURCE, causes.index, none)
    moves = log_moves(planned, received, causes.kind, causes.index, np.ascontiguousarray(ahead, np.int32))
    return _Log(moves, moves.row.astype(np.int64), range(planned.shape[1]), causes.kind, causes.index)


def _hours_shape(model: SupplyModel) -> tuple[int, int]:
    return model.length, len(model.resources.names)


def _of_receipts(plan: PlanNumbers, model: SupplyModel, result: WayResult, log: _Log) -> pl.DataFrame:
    """Receipts that come earlier, later or never."""
    moves, place, length = log.moves, log.place, model.length
    target = np.where(moves.to_period == NEVER, length, moves.to_period).astype(np.int64)
    source = moves.from_period.astype(np.int64)
    money = moves.quantity * np.where(
        target < source,
        _between(np.asarray(over_periods(model.nodes.holding_cost, length)), place, target, source),
        _between(_waiting(model, result, plan), place, source, target),
    )
    kind = np.where(target >= length, 2, np.where(target > source, 1, 0))
    labels = np.array([*model.periods, ""], dtype=object)
    members = plan.series("safety_stock").members
    return pl.DataFrame(
        {
            "move": np.array(KINDS, dtype=object)[kind].tolist(),
            "item": members["item"].to_numpy()[place].tolist(),
            "location": members["location"].to_numpy()[place].tolist(),
            "from": labels[source].tolist(),
            "to": labels[target].tolist(),
            "quantity": moves.quantity,
            "because": _because(model, moves.cause, moves.cause_index, log, result),
            "money": money,
        },
        schema=SCHEMA,
    )


def _between(per_unit: Array, place: IntArray, first: IntArray, stop: IntArray) -> Array:
    """Money of a unit of a place in the periods from one to before another."""
    up_to = np.vstack((np.zeros((1, per_unit.shape[1])), np.cumsum(per_unit, axis=0)))
    money: Array = up_to[stop, place] - up_to[first, place]
    return money


def _waiting(model: SupplyModel, result: WayResult, plan: PlanNumbers) -> Array:
    """What waiting and giving up cost in a period, for each unit that is late at its end, `[period, node]`."""
    demand, done, length = model.demand, result.plan.decisions, model.length
    waits = over_periods(np.where(np.isfinite(demand.backlog_cost), demand.backlog_cost, 0.0), length)
    backlog = result.evaluation.backlog
    gone = done.lost.copy()
    gone[-1] += backlog[-1]
    cost = join(cast(Blocks, plan.values["standard_cost"]))[:, demand.node]
    margin = np.maximum(over_periods(demand.price, length) - cost, 0.0)
    money = scatter_add(waits * backlog + gone * (margin + unserved_cost(model)), demand.node, len(model.nodes.names))
    planned = join(cast(Blocks, plan.values["planned_receipts"]))
    late = np.maximum(np.cumsum(planned - result.evaluation.received, axis=0), 0.0)
    return np.divide(money, late, out=np.zeros_like(money), where=late > _CRUMB)


def _because(model: SupplyModel, cause: Int8Array, index: Int32Array, log: _Log, result: WayResult) -> list[str]:
    """What stands behind each move, in words."""
    words: dict[tuple[int, int], str] = {}
    for kind, number in set(zip(cause.tolist(), index.tolist(), strict=True)):
        words[kind, number] = _word(model, kind, number, log, result)
    return [words[each] for each in zip(cause.tolist(), index.tolist(), strict=True)]


def _word(model: SupplyModel, kind: int, number: int, log: _Log, result: WayResult) -> str:
    if kind == GATE_RESOURCE and number >= 0:
        return model.resources.names[number]
    if kind == GATE_COMPONENT and number >= 0:
        behind = log.resource_behind(number)
        held = f", held by {model.resources.names[behind]}" if behind >= 0 else ""
        return f"stock of {model.nodes.names[log.rows[number]]}{held}"
    if kind == GATE_LEAD_TIME:
        return "lead time"
    if kind == GATE_CONSUMER and result.way == "priority":
        return "what it goes into"
    return "what pays" if result.plan.hour_price is not None else "the rule"


def _of_sources(plan: PlanNumbers, model: SupplyModel, result: WayResult) -> pl.DataFrame:
    """What comes from another source than the first."""
    options, first = model.options, len(model.nodes.names)
    quantity = result.plan.decisions.quantity[:, first:]
    period, option = np.nonzero(quantity > _CRUMB)
    node = options.node[first + option]
    unit = _cost_with_components(plan, model)
    members = plan.series("safety_stock").members
    labels = [model.periods[t] for t in period.tolist()]
    return pl.DataFrame(
        {
            "move": ["other source"] * period.size,
            "item": members["item"].to_numpy()[node].tolist(),
            "location": members["location"].to_numpy()[node].tolist(),
            "from": labels,
            "to": labels,
            "quantity": quantity[period, option],
            "because": [options.names[first + number] for number in option.tolist()],
            "money": quantity[period, option] * (unit[period, first + option] - unit[period, node]),
        },
        schema=SCHEMA,
    )


def _cost_with_components(plan: PlanNumbers, model: SupplyModel) -> Array:
    """Cost of a unit of each option with its components at standard cost, `[period, option]`."""
    options, cost = model.options, join(cast(Blocks, plan.values["standard_cost"]))
    line = np.repeat(np.arange(len(options.names)), np.diff(options.component_start))
    parts = scatter_add(cost[:, options.component] * options.quantity_per, line, len(options.names))
    return np.asarray(over_periods(options.unit_cost, model.length) + parts)


def _cost_of_shift_hour(model: SupplyModel) -> Array:
    hours = over_periods(model.resources.shift_hours, model.length)
    cost = over_periods(model.resources.shift_cost, model.length)
    return np.divide(cost, hours, out=np.zeros_like(hours), where=hours > 0)


def _of_hours(model: SupplyModel, hours: Array, cost: Array, kind: str) -> pl.DataFrame:
    """Hours beyond regular ones."""
    period, resource = np.nonzero(hours > _CRUMB)
    price = over_periods(cost, model.length)
    labels = [model.periods[t] for t in period.tolist()]
    return pl.DataFrame(
        {
            "move": [kind] * period.size,
            "item": [None] * period.size,
            "location": [None] * period.size,
            "from": labels,
            "to": labels,
            "quantity": hours[period, resource],
            "because": [model.resources.names[number] for number in resource.tolist()],
            "money": hours[period, resource] * price[period, resource],
        },
        schema=SCHEMA,
    )
