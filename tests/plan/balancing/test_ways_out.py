"""Ways out: where levers are not enough, the limits that have to give way."""

import pytest

from steelyard.plan.balancing.frames import way_frame
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.balancing.terms import LeverTerms
from steelyard.plan.balancing.ways_out import WaysOut
from steelyard.plan.workspace import Workspace
from tests.company import LINE
from tests.plan.balancing.companies import shortened


@pytest.fixture(scope="module")
def found(shared_workspace: Workspace) -> WaysOut:
    short = shortened(shared_workspace.scenario("base"), hours=60, overtime=0)
    return WaysOut(balance_base(short.plan(), LeverTerms(assumed_overtime=0.0, residual=0.1)))


def test_a_line_without_hours_needs_more_hours(found: WaysOut) -> None:
    assert not found.closed
    ways = found.sets()
    assert ways
    for way in ways:
        assert way.units <= found.target + 1e-6
        assert way.service > found.levers_alone.service
    assert any(f"More hours on {LINE}" in {one.what for one in way.relaxed} for way in ways)


def test_none_of_a_way_can_be_spared(found: WaysOut) -> None:
    for way in found.sets(most=2):
        keys = frozenset(one.key for one in way.relaxed)
        for key in keys:
            assert found._with(keys - {key}).units > found.target


def test_where_levers_close_it_nothing_gives_way(shared_workspace: Workspace) -> None:
    base = shared_workspace.scenario("base")
    found = WaysOut(balance_base(base.plan(), LeverTerms(residual=0.9)))
    assert found.closed
    assert found.sets() == ()
    assert found.target == pytest.approx(0.9 * found.base.full.demand.quantity.sum())


def test_every_limit_tells_its_cost_and_the_time_there_is(found: WaysOut) -> None:
    ways = found.sets()
    assert ways
    for way in ways:
        assert way.lead_periods == min(one.lead_periods for one in way.relaxed)
        for one in way.relaxed:
            assert found.base.periods[one.lead_periods] == one.when[0]
            assert one.cost >= 0 or one.unit == "units"
    frame = way_frame(ways)
    assert {"lead_periods", "own_cost", "cost", "service", "left"} <= set(frame.columns)
