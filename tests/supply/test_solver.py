"""The live solver: every solution has its own time, and one that was cut short says so."""

from time import perf_counter

import numpy as np
import pytest

from steelyard.errors import ModelError, PlanError
from steelyard.plan.stages.engine import _check_complete
from steelyard.supply.exact import plan_exact
from steelyard.supply.goals import plan_goal
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.session import PlanSession

LIMIT = 0.3
"""Seconds that one solution may take here; one takes well below a millisecond."""


def chairs() -> SupplyModel:
    """A bench of 4 hours for 6 chairs."""
    write = ModelBuilder(1)
    write.node("chair")
    write.resource("bench", regular=4)
    write.make("chair", hours={"bench": 1})
    write.demand("chair", 6, price=10, lost_cost=0)
    return write.build()


def test_a_live_solver_has_its_time_anew_for_every_solution() -> None:
    session = PlanSession(chairs(), seconds=LIMIT)
    session.plan()
    began = perf_counter()
    while session._solver._highs.getRunTime() <= LIMIT and perf_counter() - began < 20:
        session._solver.solve()
    assert session._solver._highs.getRunTime() > LIMIT
    plan = session.set_capacity("bench", 7)
    assert plan.complete
    assert plan.objective == pytest.approx(-60.0)
    assert session.set_capacity("bench", 3).objective == pytest.approx(-30.0)


def test_a_search_for_whole_numbers_leaves_the_time_of_linear_solutions_alone() -> None:
    session = PlanSession(chairs(), seconds=LIMIT)
    whole = np.ones(session._parts.program.shape[1], bool)
    session._solver.solve_whole(whole, gap=0.0, seconds=5.0)
    assert session._solver.seconds == LIMIT
    assert session.plan().complete


def test_a_solution_that_was_cut_short_is_told() -> None:
    session = PlanSession(chairs(), seconds=0.0)
    plan = session.plan()
    assert not plan.complete
    assert any("ran out of time" in note for note in plan.notes)
    assert session._solver.unfinished == 1
    with pytest.raises(ModelError, match="ran out of time"):
        session.block_value("bench", 1.0)


def test_goals_and_plans_of_a_scenario_do_not_hide_it() -> None:
    assert not plan_goal(chairs(), "delivery", seconds=0.0).complete
    assert plan_goal(chairs(), "delivery").complete
    with pytest.raises(PlanError, match="exact ran out of time"):
        _check_complete(plan_exact(chairs(), seconds=0.0))


def test_what_ifs_from_a_kept_start_equal_fresh_plans() -> None:
    session = PlanSession(chairs())
    session.keep_start()
    for factor in (0.5, 1.5, 0.8):
        asked = session.set_capacity("bench", factor=factor)
        fresh = plan_exact(session.model)
        session.reset()
        assert asked.objective == pytest.approx(fresh.objective)
    assert session.plan().objective == pytest.approx(plan_exact(chairs()).objective)
