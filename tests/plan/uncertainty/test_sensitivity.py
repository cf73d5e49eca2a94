"""Sensitivity: tornado and sweep on a plan."""

from datetime import UTC, datetime

import pytest

from steelyard.errors import SteelyardError
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption
from steelyard.plan.uncertainty.sensitivity import make_tornado, sweep

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}


def assumption(statement, measure, low, high):
    return Assumption(statement, "sam", Effect(measure, {}, None, low, (low + high) / 2, high), **DANA)


PRICE = assumption("Prices hold", "price", -5, 5)
DEMAND = assumption("Demand holds", "consensus_demand", -1, 1)
COST = assumption("Steel stays cheap", "unit_cost", 0, 20)


@pytest.fixture(scope="module")
def plan(shared_workspace):
    return shared_workspace.scenario("base").plan()


def test_the_widest_bar_comes_first_and_bars_keep_their_signs(plan):
    found = make_tornado(plan, [DEMAND, PRICE, COST])
    widths = [max(abs(bar.high - bar.low), abs(bar.low), abs(bar.high)) for bar in found.bars]
    assert widths == sorted(widths, reverse=True)
    by_name = {bar.assumption.statement: bar for bar in found.bars}
    assert by_name["Prices hold"].low == pytest.approx(-0.05 * plan.value("revenue"))
    assert by_name["Prices hold"].high == pytest.approx(0.05 * plan.value("revenue"))
    assert by_name["Steel stays cheap"].low == 0
    assert by_name["Steel stays cheap"].high == pytest.approx(-0.2 * plan.value("cogs"))


def test_an_assumption_without_a_range_has_no_bar(plan):
    assert make_tornado(plan, [assumption("Sure", "price", 2, 2)]).bars == ()


def test_a_sweep_goes_through_the_plan_itself(plan):
    found = sweep(plan, PRICE.effect, (-10, 0, 10), "revenue")
    assert found == pytest.approx([0.9 * found[1], plan.value("revenue"), 1.1 * found[1]])


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Effect("nowhere", {}), "no measure 'nowhere'"),
        (Effect("revenue", {}), "revenue cannot be moved"),
        (Effect("price", {"item": "MOON"}), "MOON"),
        (Effect("price", {}, ("1999-01", "1999-02")), "1999-01"),
    ],
)
def test_a_sweep_of_what_cannot_be_moved_is_refused(shared_workspace, effect, said):
    with pytest.raises(SteelyardError, match=said):
        sweep(shared_workspace.scenario("base").plan(), effect, [0.0, 5.0])
