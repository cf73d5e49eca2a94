"""Model findings: what in a supply model contradicts itself or cannot be, with the rows and the mend."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.grid.block import BoolArray, IntArray
from steelyard.supply.model import Names, SupplyModel, consumed_nodes, laid_out, option_of_lines, over_periods

SHOWN = 5
FindingWeight = Literal["error", "warning"]


@dataclass(frozen=True)
class ModelFinding:
    """One finding.

    Args:
        rule: The rule that is broken, as a sentence.
        severity: error where the plan is wrong because of it, warning where it is weaker.
        message: What is wrong.
        mend: How to mend it.
        rows: How many rows break it.
        examples: The first of them by name.
    """

    rule: str
    severity: FindingWeight
    message: str
    mend: str
    rows: int
    examples: tuple[str, ...]


Rule = Callable[[SupplyModel], tuple[Names, BoolArray]]


def model_findings(model: SupplyModel) -> tuple[ModelFinding, ...]:
    """Check a model; findings with errors first.

    Args:
        model: The supply model.

    Example:
        >>> from steelyard.supply.model_builder import ModelBuilder
        >>> write = ModelBuilder(2)
        >>> write.node("chair")
        >>> write.demand("chair", 5)
        >>> model_findings(write.build())[0].message
        'Nothing supplies what is asked for or consumed'
    """
    model = laid_out(model)
    found = [_found(model, *rule) for rule in _RULES]
    return tuple(sorted((one for one in found if one.rows), key=lambda one: (one.severity, -one.rows)))


def _found(model: SupplyModel, check: Rule, severity: FindingWeight, message: str, mend: str) -> ModelFinding:
    names, broken = check(model)
    rows = np.flatnonzero(broken).tolist()
    return ModelFinding(
        check.__name__.strip("_"), severity, message, mend, len(rows), tuple(names[row] for row in rows[:SHOWN])
    )


def _every_needed_node_has_a_source(model: SupplyModel) -> tuple[Names, BoolArray]:
    asked = np.zeros(len(model.nodes.names), bool)
    asked[model.demand.node[model.demand.quantity.sum(axis=0) > 0]] = True
    open_options = np.any(model.options.maximum > 0, axis=0)
    supplied = np.bincount(model.options.node[open_options], minlength=asked.size) > 0
    beside = model.options.co_products
    supplied[beside.node[open_options[beside.option]]] = True
    return model.nodes.names, (asked | consumed_nodes(model)) & ~supplied


def _nothing_is_made_of_itself(model: SupplyModel) -> tuple[Names, BoolArray]:
    """Nodes on a ring of consumption that loses or gains units; bringing there and back is allowed."""
    options = model.options
    line = option_of_lines(options.component_start)
    made = options.kind[line] != _TRANSFER
    above, below = options.node[line][made], options.component[made]
    return model.nodes.names, _on_ring(above, below, len(model.nodes.names))


def _on_ring(above: IntArray, below: IntArray, count: int) -> BoolArray:
    """Nodes that stay when nodes without consumer or without component are taken away again and again."""
    left = np.ones(count, bool)
    while True:
        live = left[above] & left[below]
        keep = (np.bincount(above[live], minlength=count) > 0) & (np.bincount(below[live], minlength=count) > 0)
        if np.array_equal(keep & left, left):
            return left
        left &= keep


def _used_resources_have_hours(model: SupplyModel) -> tuple[Names, BoolArray]:
    return model.resources.names, _used(model) & (_hours(model).sum(axis=0) <= 0)


def _no_period_is_without_hours(model: SupplyModel) -> tuple[Names, BoolArray]:
    hours = _hours(model)
    return model.resources.names, _used(model) & np.any(hours <= 0, axis=0) & (hours.sum(axis=0) > 0)


def _used(model: SupplyModel) -> BoolArray:
    used = np.bincount(model.options.resource, minlength=len(model.resources.names)) > 0
    used[model.nodes.storage[model.nodes.storage >= 0]] = True
    return np.asarray(used)


def _hours(model: SupplyModel) -> np.ndarray:
    resources, group = model.resources, model.workforce
    hours = resources.regular + resources.overtime + resources.shift_hours * resources.shift_limit
    staffed = np.zeros(hours.shape[1], bool)
    staffed[group.resource] = True
    return np.where(staffed, np.maximum(hours, 1.0), hours)


def _minimum_is_not_above_maximum(model: SupplyModel) -> tuple[Names, BoolArray]:
    options = model.options
    planned = np.arange(model.length)[:, None] >= options.lead_time
    return options.names, np.any((options.minimum > options.maximum) & planned, axis=0)


def _stock_minimum_is_not_above_maximum(model: SupplyModel) -> tuple[Names, BoolArray]:
    return model.nodes.names, np.any(model.nodes.minimum > model.nodes.maximum, axis=0)


def _lots_are_not_negative(model: SupplyModel) -> tuple[Names, BoolArray]:
    return model.options.names, (model.options.lot_minimum < 0) | (model.options.lot_multiple < 0)


def _lead_time_is_within_the_horizon(model: SupplyModel) -> tuple[Names, BoolArray]:
    return model.options.names, model.options.lead_time >= model.length


def _shares_sum_to_one(model: SupplyModel) -> tuple[Names, BoolArray]:
    options, count = model.options, len(model.nodes.names)
    shared = ~np.isnan(options.share)
    total = np.bincount(options.node[shared], options.share[shared], count)
    alone = np.bincount(options.node, minlength=count) == np.bincount(options.node[shared], minlength=count)
    wrong = (np.bincount(options.node[shared], minlength=count) > 0) & (
        (total > 1 + _ROUNDING) | (alone & (total < 1 - _ROUNDING))
    )
    return model.nodes.names, wrong


def _costs_are_not_negative(model: SupplyModel) -> tuple[Names, BoolArray]:
    return model.options.names, np.any(model.options.unit_cost < 0, axis=0)


def _stock_at_the_end_is_worth_no_more_than_it_costs(model: SupplyModel) -> tuple[Names, BoolArray]:
    cheapest = np.full(len(model.nodes.names), np.inf)
    np.minimum.at(cheapest, model.options.node, model.options.unit_cost.min(axis=0))
    bought = np.bincount(model.options.node, model.options.kind == _BUY, len(model.nodes.names)) > 0
    return model.nodes.names, bought & (model.nodes.end_value > cheapest)


def _stock_and_orders_are_not_negative(model: SupplyModel) -> tuple[Names, BoolArray]:
    """What goes out of stock, as what expires does, is in it before."""
    come = np.cumsum(over_periods(model.nodes.receipts, model.length), axis=0)
    return model.nodes.names, (model.nodes.opening < 0) | np.any(model.nodes.opening + come < -_ROUNDING, axis=0)


_BUY, _TRANSFER, _ROUNDING = 1, 2, 1e-6
_RULES: tuple[tuple[Rule, FindingWeight, str, str], ...] = (
    (_nothing_is_made_of_itself, "error", "An item needs itself through its components",
     "take one of the lines out of the bill of material"),
    (_every_needed_node_has_a_source, "error", "Nothing supplies what is asked for or consumed",
     "add a source to make, buy or bring it"),
    (_used_resources_have_hours, "error", "A resource is used and has no hours", "enter its capacity"),
    (_no_period_is_without_hours, "warning", "A resource is used and has no hours in some periods",
     "enter capacity for these periods, or confirm the shutdown"),
    (_minimum_is_not_above_maximum, "error", "A source must bring more than it may; the maximum holds",
     "lower its minimum or raise its maximum"),
    (_stock_minimum_is_not_above_maximum, "error", "Least stock is above most stock",
     "lower the minimum or raise the maximum"),
    (_lots_are_not_negative, "error", "A lot is negative", "enter a lot of zero or more"),
    (_lead_time_is_within_the_horizon, "warning", "The lead time is longer than the horizon; nothing can be ordered",
     "correct the lead time, or plan further ahead"),
    (_shares_sum_to_one, "warning", "Shares of the sources of an item do not sum to 1", "correct the shares"),
    (_costs_are_not_negative, "error", "A source costs less than nothing", "correct its price or the standard costs"),
    (_stock_at_the_end_is_worth_no_more_than_it_costs, "error",
     "Stock after the horizon is worth more than it costs to buy", "lower the end value or correct the price"),
    (_stock_and_orders_are_not_negative, "warning", "Opening stock or an open order is negative",
     "book the missing receipt; what lacks is counted as material the data do not allow"),
)  # fmt: skip
