"""Bottlenecks, gates, pegs and lead times."""

import numpy as np
import pytest

from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.gating import gate_of
from steelyard.supply.lead_time import observe_lead_times
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.pegging import OPENING, peg_node, trace_down, trace_up
from steelyard.supply.priority import plan_by_priority
from tests.supply.small_bills import random_model


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pegs_add_up_to_what_comes_and_goes(seed: int) -> None:
    model = random_model(seed)
    plan = plan_by_priority(model).decisions
    found = evaluate(model, plan)
    for node in range(len(model.nodes.names)):
        pegs = peg_node(model, plan.quantity, plan.shipped, node)
        came = model.nodes.opening[node] + found.received[:, node].sum()
        assert sum(peg.quantity for peg in pegs) == pytest.approx(came, abs=1e-4)
        stays = sum(peg.quantity for peg in pegs if peg.stays)
        assert stays == pytest.approx(found.stock[-1, node], abs=1e-4)
        assert all(peg.received <= peg.used for peg in pegs)


def test_what_serves_a_shipment_leads_back_to_it() -> None:
    model = random_model(2)
    plan = plan_by_priority(model).decisions
    row, period = 0, model.length - 1
    behind = trace_down(model, plan.quantity, plan.shipped, row, period)
    top = [reach.peg for reach in behind if reach.depth == 0]
    assert sum(peg.quantity for peg in top) == pytest.approx(plan.shipped[period, row], abs=1e-5)
    parts = [reach.peg for reach in behind if reach.depth == 1]
    made = sum(peg.quantity for peg in top if peg.option >= 0)
    assert sum(peg.quantity for peg in parts) == pytest.approx(2 * made, abs=1e-4)
    order = next(peg for peg in top if peg.option != OPENING)
    served = trace_up(model, plan.quantity, plan.shipped, order.option, order.received)
    assert any(reach.peg.demand == row and reach.peg.used == period for reach in served)


def test_a_part_order_serves_as_much_as_its_share_of_the_assemblies() -> None:
    model = random_model(2)
    plan = plan_by_priority(model).decisions
    option = int(np.flatnonzero(model.options.kind == 1)[0])
    period = int(np.flatnonzero(plan.quantity[:, option] > 0)[0])
    served = trace_up(model, plan.quantity, plan.shipped, option, period)
    direct = sum(reach.peg.quantity for reach in served if reach.depth == 0)
    assert direct == pytest.approx(plan.quantity[period, option], abs=1e-5)
    assert {reach.depth for reach in served} <= {0, 1}


def test_a_short_line_is_the_gate() -> None:
    model = random_model(3)
    plan = plan_exact(model)
    assert plan.hour_price is not None
    assert plan.unit_value is not None
    binding = plan.binding[0]
    line = int(np.flatnonzero(model.options.resource == binding.resource)[0])
    option = int(np.searchsorted(model.options.hour_start, line, side="right")) - 1
    gates = [
        gate_of(model, plan.hour_price, plan.unit_value, int(model.options.node[option]), t)
        for t in range(model.length)
    ]
    assert any(gate.kind == "resource" and gate.number == binding.resource for gate in gates)


def test_before_the_lead_time_nothing_but_the_lead_time_gates() -> None:
    model = random_model(1)
    slow = int(np.argmax(model.options.lead_time))
    assert model.options.lead_time[slow] > 0
    prices = np.zeros((model.length, len(model.resources.names)))
    values = np.ones((model.length, len(model.nodes.names)))
    gate = gate_of(model, prices, values, int(model.options.node[slow]), 0)
    assert (gate.kind, gate.option) == ("lead time", slow)


def test_a_single_order_has_no_spread() -> None:
    seen = observe_lead_times(np.array([1]), np.array([7.0]), 3)
    assert np.isnan([seen.mean[0], seen.spread[1]]).all()
    assert seen.mean[1] == 7.0
    assert seen.low[1] == seen.high[1] == 7.0


def test_with_one_source_the_next_way_is_another_time_or_the_customer() -> None:
    write = ModelBuilder(3)
    write.resource("line", regular=5)
    write.node("chair", holding_cost=1)
    write.make("chair", unit_cost=2, hours={"line": 1})
    write.demand("chair", [5, 5, 9], price=50, backlog_cost=4, lost_cost=1)
    model = write.build()
    values = np.array([[10.0], [11.0], [12.0]])
    prices = np.array([[7.0], [9.0], [30.0]])
    made_ahead = gate_of(model, prices, values, 0, 2)
    assert (made_ahead.next_kind, made_ahead.next_period, made_ahead.next_extra) == ("other time", 1, 1.0)
    at_once = gate_of(model, np.array([[30.0], [9.0], [9.0]]), values, 0, 0)
    assert (at_once.next_kind, at_once.next_period, at_once.next_extra) == ("wait", 1, 4.0 + 11.0 - 32.0)
    last = gate_of(model, np.full((3, 1), 100.0), np.full((3, 1), 100.0), 0, 0)
    assert (last.next_kind, last.next_extra) == ("give up", 51.0 - 102.0)
