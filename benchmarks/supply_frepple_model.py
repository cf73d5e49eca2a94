"""The public peer's generated model, end to end: 1,000 and 10,000 items, forecast and constrained plan of 24 months.

N finished items in one factory, each made on one of N/50 lines of two out of N/5 bought parts. 36 months of closed
orders: log-normal level (4.5, 1.0), trend -0.5 to +1.5 % a month, sine season of amplitude 0, 0.2 or 0.4, noise 0.15,
one item in ten intermittent (60 % zeros). 0.02 to 0.2 hours a unit; monthly hours are 98 % of the mean load at month
48, scaled by 19 to 23 working days. Parts: 14, 30 or 60 days, at least 100, multiples of 10. Stock of 0.3 to 1.5
months, least stock half a month. On time is what ships in the month it is asked for.
"""

import json
import time
from dataclasses import dataclass

import numpy as np

from steelyard.demand.forecast import forecast_series
from steelyard.grid.block import Array, IntArray
from steelyard.inventory.projection import fulfil_demand
from steelyard.supply.decomposition import plan_decomposed
from steelyard.supply.evaluate import evaluate
from steelyard.supply.finite import FiniteInputs, plan_finite
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_parts import (
    assemble_model,
    demand_table,
    node_table,
    option_table,
    resource_table,
    workforce_table,
)
from steelyard.supply.network import build_network, inherit_priority
from steelyard.supply.ranking import rank_by_margin
from steelyard.supply.requirements import RequirementInputs, plan_requirements
from steelyard.supply.rough_cut import build_resource_bill, load_rows

HISTORY, MONTHS, MONTH = 36, 24, 30.4
PEER = 92.73
"""Percent that the public peer delivers on or before the due date at 10,000 items."""


@dataclass(frozen=True, eq=False)
class Company:
    """The generated company."""

    orders: Array
    hours_per_unit: Array
    line: IntArray
    hours: Array
    parts: IntArray
    lead: IntArray
    opening: Array
    least: Array


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def generated(items: int, *, seed: int = 7) -> Company:
    """Draw the company."""
    draw, month = np.random.default_rng(seed), np.arange(HISTORY)[:, None]
    base, trend = draw.lognormal(4.5, 1.0, items), draw.uniform(-0.005, 0.015, items)
    swing, phase = draw.choice([0.0, 0.2, 0.4], items), draw.uniform(0, 12, items)

    def mean(months: IntArray) -> Array:
        return base * (1 + trend * months) * (1 + swing * np.sin(2 * np.pi * (months + phase) / 12))

    noise = np.exp(draw.normal(0, 0.15, (HISTORY, items)))
    rare = np.flatnonzero(draw.random(items) < 0.1)
    orders = np.rint(mean(month) * noise)
    orders[:, rare] *= draw.random((HISTORY, rare.size)) >= 0.6
    lines, bought = max(items // 50, 1), items // 5
    hours, line = draw.uniform(0.02, 0.2, items), np.arange(items) % lines
    usual = base * (1 + trend * 48) * np.where(np.isin(np.arange(items), rare), 0.4, 1.0)
    days = draw.choice([19.0, 20, 21, 22, 23], MONTHS)
    offered = 0.98 * np.bincount(line, usual * hours, lines) * (days / 21.0)[:, None]
    parts = np.stack([draw.permutation(items) % bought, (draw.permutation(items) + 1) % bought], axis=1)
    usage = np.concatenate((base, np.bincount(parts.ravel(), np.repeat(base, 2), bought)))
    return Company(
        orders, hours, line, offered, parts,
        lead=np.ceil(draw.choice([14.0, 30.0, 60.0], bought) / MONTH).astype(np.int64),
        opening=np.rint(usage * draw.uniform(0.3, 1.5, usage.size)),
        least=np.rint(0.5 * usage),
    )  # fmt: skip


def supply_model(company: Company, demand: Array) -> SupplyModel:
    """The company as the engines plan it; waiting costs 5 % a month of what a unit is worth, losing it all of that."""
    items, bought = company.parts.shape[0], company.lead.size
    count, made = items + bought, np.arange(items)
    cost = np.concatenate((np.full(items, 4.0), np.full(bought, 3.0)))
    names = tuple(f"item {n}" for n in range(count))
    nodes = node_table(
        names, MONTHS, opening=company.opening, target=np.broadcast_to(company.least, (MONTHS, count)),
        holding_cost=0.01 * cost, shortfall_cost=0.03 * cost,
    )  # fmt: skip
    options = option_table(
        names, MONTHS, node=np.arange(count), kind=np.repeat([0, 1], [items, bought]),
        lead_time=np.concatenate((np.zeros(items, np.int64), company.lead)), unit_cost=cost,
        component_start=np.concatenate((np.arange(0, 2 * items + 1, 2), np.full(bought, 2 * items))),
        component=items + company.parts.ravel(), quantity_per=np.ones(2 * items),
        component_from=np.zeros(2 * items, np.int64), component_to=np.full(2 * items, MONTHS),
        hour_start=np.concatenate((np.arange(items + 1), np.full(bought, items))),
        resource=company.line, hours_per_unit=company.hours_per_unit, hour_offset=np.zeros(items, np.int64),
    )  # fmt: skip
    lines = company.hours.shape[1]
    resources = resource_table(
        tuple(f"line {n}" for n in range(lines)), MONTHS, kind=np.zeros(lines, np.int64), regular=company.hours
    )
    asked = demand_table(
        names[:items], MONTHS, node=made, quantity=demand, backlog_cost=np.full(items, 1.0),
        lost_cost=np.full(items, 20.0),
    )  # fmt: skip
    nobody = workforce_table((), MONTHS, resource=np.empty(0, np.int64))
    return assemble_model(tuple(str(t) for t in range(MONTHS)), nodes, options, resources, nobody, asked)


def in_time_by_priority(company: Company, demand: Array, *, by_margin: bool = True) -> float:
    """Percent shipped in its month by the default engine: lots, hours and components, one class.

    The model states no prices, so a unit of any item is worth the same. Within the class scarce hours go to what earns
    most in them, or else to the longest waiting.
    """
    items, count = company.parts.shape[0], company.opening.size
    network = build_network(
        count, MONTHS, component=items + company.parts.ravel(), consumer=np.repeat(np.arange(items), 2),
        quantity_per=np.ones(2 * items),
    )  # fmt: skip
    bill = build_resource_bill(
        count, company.hours.shape[1], row=np.arange(items), resource=company.line,
        hours_per_unit=company.hours_per_unit,
    )  # fmt: skip
    bought = np.arange(count) >= items
    asked = np.zeros((count, MONTHS))
    asked[:items] = demand.T
    lead = np.concatenate((np.zeros(items, np.int64), company.lead))
    lots = LotSizes(np.where(bought, 100.0, 0.0), np.where(bought, 10.0, 0.0), np.full(count, np.inf))
    least, none = np.repeat(company.least[:, None], MONTHS, axis=1), np.zeros((count, MONTHS))
    plan = plan_requirements(network, RequirementInputs(asked, none, least, company.opening, lead, lots))
    place = inherit_priority(network, np.where(bought, 9.0, 1.0))
    if by_margin:
        load = load_rows(bill, plan.planned_receipts).load
        worth = np.where(bought, -np.inf, 1.0)
        place = rank_by_margin(network, bill, place, worth, load=load, available=company.hours)
    inputs = FiniteInputs(
        np.ascontiguousarray(plan.planned_receipts.dense().T), np.ascontiguousarray(plan.gross.dense().T),
        np.ascontiguousarray(asked.T), none.T.copy(), company.opening, lead,
        place, company.hours,
    )  # fmt: skip
    done = plan_finite(network, bill, inputs)
    supply = done.constrained_receipts - done.component_issues
    return on_time(company.opening[:items], supply[:, :items], demand)


def on_time(opening: Array, supply: Array, demand: Array) -> float:
    """Percent of demand shipped in its own month."""
    done = fulfil_demand(opening, supply, demand)
    before = np.vstack((np.zeros((1, demand.shape[1])), done.backlog[:-1]))
    return 100.0 * float(np.clip(done.shipments - before, 0.0, demand).sum() / demand.sum())


def measure(items: int, limit: float) -> None:
    company = generated(items)
    start = time.process_time()
    demand = np.maximum(forecast_series(company.orders, period=12, horizon=MONTHS).mean, 0.0)
    seen = time.process_time()
    ruled = in_time_by_priority(company, demand)
    by_rule = time.process_time()
    model = supply_model(company, demand)
    plan = plan_decomposed(model, gap=0.01, passes=12, seconds=limit / 2)
    weighed = 100.0 * evaluate(model, plan.decisions).service(model)
    end = time.process_time()
    told = f"forecast {seen - start:.1f} s, plan {by_rule - seen:.1f} s, {ruled:.1f} % on time"
    what, bar = f"{items:,} items x 24: forecast and", f"<= {limit:g} s"
    whole = by_rule - start
    report(f"{what} plan by priority", f"{whole:.1f} s: {told}", bar, whole <= limit)
    whole = seen - start + end - by_rule
    beyond = sum(each.quantity for each in plan.elastic)
    told = f"plan {end - by_rule:.1f} s, gap {plan.gap:.1%}, {weighed:.1f} % on time, {beyond:.3g} elastic, no lots"
    report(f"{what} price decomposition", f"{whole:.1f} s: {told}", bar, whole <= limit)
    if items == 10_000:
        waiting = in_time_by_priority(company, demand, by_margin=False)
        told = f"{ruled:.1f} %; {waiting:.1f} % where the longest waiting goes first"
        report(f"{items:,} items: on time by priority, with lots", told, f"> {PEER} %", ruled > PEER)


def main() -> None:
    """Compile on a small company, then measure."""
    company = generated(100)
    demand = forecast_series(company.orders, period=12, horizon=MONTHS).mean
    in_time_by_priority(company, demand)
    plan_decomposed(supply_model(company, demand), passes=2)
    measure(1_000, 5.0)
    measure(10_000, 60.0)


if __name__ == "__main__":
    main()
