"""Twins: the kernels of supply once more in plain Python and numpy, slow and easy to check by eye."""

import math

import numpy as np

from steelyard.grid.block import Array
from steelyard.inventory.dynamic_lot import lots_of
from steelyard.supply.lot_cover import LOT_RULES
from steelyard.supply.lot_size import TOLERANCE, OrderRules
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.requirements import RequirementInputs
from steelyard.supply.rough_cut import ResourceBill


def order_quantity(need: float, minimum: float, multiple: float, maximum: float) -> float:
    if need <= TOLERANCE:
        return 0.0
    if multiple > 0 and math.isfinite(maximum):
        maximum = math.floor(maximum / multiple + TOLERANCE) * multiple
    full = math.floor(need / maximum + TOLERANCE) * maximum if need > maximum else 0.0
    rest = need - full
    if full and rest <= TOLERANCE:
        return full
    quantity = max(rest, minimum)
    if multiple > 0:
        quantity = math.ceil(quantity / multiple - TOLERANCE) * multiple
    return full + min(quantity, maximum)


def requirements(network: SupplyNetwork, inputs: RequirementInputs) -> tuple[Array, Array, Array, Array]:
    """Gross requirement, receipts, releases and past due, row by row in dictionaries and lists."""
    shape = (network.rows, network.periods)
    gross, receipts, releases, past_due = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(network.rows)
    arcs = network.consumers
    for row in network.order.tolist():
        need = inputs.independent_demand[row].copy()
        for a in range(arcs.start[row], arcs.start[row + 1]):
            valid = slice(arcs.valid_from[a], max(arcs.valid_to[a], arcs.valid_from[a]))
            flow = releases if arcs.quantity_per[a] > 0 else receipts
            need[valid] += arcs.quantity_per[a] * flow[arcs.row[a], valid]
        gross[row] = need
        available = inputs.opening_inventory[row]
        rules = inputs.lots.rules or OrderRules.none(network.rows)
        least, step, most = inputs.lots.minimum[row], inputs.lots.multiple[row], inputs.lots.maximum[row]
        mean = sum(need.tolist()) / network.periods
        root = math.sqrt(max(mean, 0.0))
        usual = min(max(least, rules.span[row] * mean, rules.economic[row] * root), max(most, least))
        least, more = (least, usual) if rules.up_to[row] else (usual, 0.0)
        for t in range(network.periods):
            available = available + inputs.scheduled_receipts[row, t] - need[t]
            missing = inputs.safety_stock[row, t] - available
            if missing > TOLERANCE:
                ahead, left = [missing], inputs.safety_stock[row, t] - missing
                for u in range(t + 1, min(t + int(rules.cover[row]), network.periods)):
                    left = left + inputs.scheduled_receipts[row, u] - need[u]
                    ahead.append(inputs.safety_stock[row, u] - left)
                whole = covered(rules, row, t, missing, inputs, need) if rules.lot_rule[row] else max(ahead)
                missing = whole + more
            lot = order_quantity(missing, least, step, most)
            available += lot
            receipts[row, t] = lot
            releases[row, max(t - inputs.lead_time[row], 0)] += lot
            past_due[row] += lot if t < inputs.lead_time[row] else 0.0
    return gross, receipts, releases, past_due


def covered(rules: OrderRules, row: int, t: int, missing: float, inputs: RequirementInputs, need: Array) -> float:
    """Units of an order by a rule of lot sizing, from the first order of `lots_of` for what is needed from now on."""
    short, left = [missing], inputs.safety_stock[row, t] - missing
    for u in range(t + 1, need.size):
        left = left + inputs.scheduled_receipts[row, u] - need[u]
        short.append(max(inputs.safety_stock[row, u] - left, short[-1]))
    needs = np.diff(short, prepend=0.0)[:, None]
    worth, rule = np.array([rules.worth[row]]), LOT_RULES[rules.lot_rule[row]]
    return float(lots_of(needs, worth, np.ones(1), rule=rule)[0, 0])


def load(bill: ResourceBill, receipts: Array) -> tuple[Array, Array]:
    """Load and past due hours of receipts, period x row."""
    periods = receipts.shape[0]
    hours, past_due = np.zeros((periods, bill.resources)), np.zeros(bill.resources)
    lines = bill.by_resource
    for r in range(bill.resources):
        for a in range(lines.start[r], lines.start[r + 1]):
            work = lines.hours_per_unit[a] * receipts[:, lines.other[a]]
            ahead = lines.offset[a]
            hours[: periods - ahead, r] += work[ahead:]
            for early in work[:ahead]:
                past_due[r] += early
    return hours, past_due


def issues(network: SupplyNetwork, releases: Array, receipts: Array) -> Array:
    """What releases take from the stock of their components less what receipts give as co-products, period x row."""
    out = np.zeros(releases.shape)
    arcs = network.consumers
    for row in range(network.rows):
        for a in range(arcs.start[row], arcs.start[row + 1]):
            for u in range(arcs.valid_from[a], arcs.valid_to[a]):
                flow = releases if arcs.quantity_per[a] > 0 else receipts
                out[u, row] += arcs.quantity_per[a] * flow[u, arcs.row[a]]
    return out
