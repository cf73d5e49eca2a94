"""Held rest: some nodes of a supply model planned anew while a plan of everything else is held as it is.

What others take of the nodes, and the hours and room they use, leave stock and capacity before. Any plan of the part,
with the rest as held, is a plan of the whole: its cost is never below that of the best plan of the whole.
"""

from dataclasses import dataclass, replace

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply.evaluate import Evaluation, consumed_units, evaluate, hours_used
from steelyard.supply.model import SupplyModel, laid_out, option_of_lines
from steelyard.supply.model_cut import demand_inside, nodes_inside, options_inside
from steelyard.supply.model_parts import assemble_model
from steelyard.supply.supply_plan import Decisions

_LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class HeldRest:
    """A part of a model whose rest is held.

    Args:
        model: The part; its resources and crews are those of the whole, with what the rest leaves of them.
        node: Number in the whole of each node of the part.
        row: Number in the whole of each of its demand rows.
        objective: What the part costs as the whole was planned.
    """

    model: SupplyModel
    node: IntArray
    row: IntArray
    objective: float


def made_of(model: SupplyModel, seed: BoolArray) -> BoolArray:
    """Nodes and all that goes into them by any of their options, with what comes out beside.

    Args:
        model: The supply model.
        seed: The nodes to begin with.
    """
    options, beside, inside = model.options, model.options.co_products, seed.copy()
    consumer = options.node[option_of_lines(options.component_start)]
    giver = options.node[beside.option]
    while True:
        before = int(inside.sum())
        inside[options.component[inside[consumer]]] = True
        inside[beside.node[inside[giver]]] = True
        if int(inside.sum()) == before:
            return inside


def columns_of(model: SupplyModel, inside: BoolArray) -> int:
    """About how many unknowns the part has."""
    options, rows = int(inside[model.options.node].sum()), int(inside[model.demand.node].sum())
    return model.length * (options + 2 * int(inside.sum()) + 2 * rows)


def hold_rest(model: SupplyModel, plan: Decisions, told: Evaluation, inside: BoolArray) -> HeldRest:
    """The part of a model with the rest of a plan held.

    Args:
        model: The supply model.
        plan: A plan of it.
        told: What that plan does.
        inside: Nodes of the part; what goes into them, and comes out beside, must be among them.
    """
    model = laid_out(model)
    node, option = np.flatnonzero(inside), np.flatnonzero(inside[model.options.node])
    row = np.flatnonzero(inside[model.demand.node])
    free = assemble_model(
        model.periods, nodes_inside(model.nodes, inside),
        options_inside(model.options, inside, np.arange(len(model.resources.names)), model.length), model.resources,
        model.workforce, demand_inside(model.demand, inside), conventions=model.conventions, days=model.days,
    )  # fmt: skip
    free = replace(
        free,
        nodes=replace(free.nodes, elastic_cost=model.nodes.elastic_cost[node]),
        resources=replace(free.resources, elastic_cost=model.resources.elastic_cost),
        elastic_unserved=model.elastic_unserved,
    )
    quantity = plan.quantity[:, option]
    drawn = told.consumed[:, node] - consumed_units(free, quantity)
    own_load = hours_used(free, quantity, told.stock[:, node])
    left = _less_hours(_less_stock(free, drawn), plan, np.maximum(told.load - own_load, 0.0))
    bought = scatter_add(plan.workers * left.workforce.hours_per_worker, left.workforce.resource, told.load.shape[1])
    over = np.maximum(own_load - bought - left.resources.regular, 0.0)
    part = Decisions(
        quantity, plan.shipped[:, row], plan.lost[:, row], np.minimum(over, plan.overtime),
        np.zeros_like(plan.shifts), plan.workers, plan.expired[:, node],
    )  # fmt: skip
    return HeldRest(left, node, row, evaluate(left, part).objective)


def _less_stock(part: SupplyModel, drawn: Array) -> SupplyModel:
    """What others take is gone before.

    A crumb of minimum stock where they do gives demand there columns for its shipments: none may be taken back to
    cover what others take.
    """
    nodes = part.nodes
    crumb = np.where((np.abs(drawn) > 0).any(axis=0), _LEAST, 0.0)
    return replace(
        part, nodes=replace(nodes, receipts=nodes.receipts - drawn, minimum=np.maximum(nodes.minimum, crumb))
    )


def _less_hours(part: SupplyModel, plan: Decisions, used: Array) -> SupplyModel:
    """Others use hours of crews first, then regular ones, then overtime; crews and shifts stay as they are planned."""
    resources, crew = part.resources, part.workforce
    count = used.shape[1]
    bought = scatter_add(plan.workers * crew.hours_per_worker, crew.resource, count)
    share = np.divide(np.maximum(bought - used, 0.0), bought, out=np.zeros_like(bought), where=bought > 0)
    beyond = np.maximum(used - bought, 0.0)
    regular = resources.regular + plan.shifts * resources.shift_hours
    over = np.maximum(beyond - regular, 0.0)
    by_crew = scatter_add(plan.workers * crew.overtime_per_worker, crew.resource, count)
    more = np.maximum(over - resources.overtime, 0.0)
    kept = np.divide(np.maximum(by_crew - more, 0.0), by_crew, out=np.zeros_like(by_crew), where=by_crew > 0)
    return replace(
        part,
        resources=replace(
            resources,
            regular=np.maximum(regular - beyond, 0.0),
            overtime=np.maximum(resources.overtime - over, 0.0),
            shift_limit=np.maximum(resources.shift_limit - np.ceil(plan.shifts), 0.0),
            minimum_load=np.maximum(resources.minimum_load - used, 0.0),
        ),
        workforce=replace(
            crew,
            minimum=plan.workers,
            maximum=plan.workers,
            hours_per_worker=crew.hours_per_worker * share[:, crew.resource],
            overtime_per_worker=crew.overtime_per_worker * kept[:, crew.resource],
        ),
    )
