"""Large what-if: the decomposition answers as the exact solver does, within what it says it may be off by."""

from datetime import UTC, datetime

import pytest

from steelyard.errors import ModelError
from steelyard.plan.review.large_what_if import LargeWhatIf, what_if_solver
from steelyard.plan.review.supply_what_if import SupplyWhatIf, read_question
from steelyard.plan.stages import engine
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def tight(shared_workspace):
    """The small company with half its hours."""
    hours = [{"resource_id": "LINE", "available": 20.0 * 6 * 3}]
    kept = shared_workspace.add_extract(company(items=6, customers=3, replace={"resource_capacity": hours}), at=AT)
    return shared_workspace.create_scenario("asked", extract=kept.digest, actor="dana", at=AT, horizon=12).plan()


@pytest.fixture(scope="module")
def solvers(tight):
    return LargeWhatIf(tight), SupplyWhatIf(tight)


@pytest.mark.parametrize(
    ("kind", "name", "percent", "lead_time"),
    [
        ("capacity", "LINE", 20.0, 0),
        ("capacity", "LINE", -20.0, 0),
        ("demand", "F0", 10.0, 0),
        ("unit_cost", "F0", 10.0, 0),
        ("overtime_cost", "", 50.0, 0),
        ("lead_time", "make I1 at P1", 0.0, 2),
    ],
)
def test_it_answers_within_what_it_may_be_off_by(kind, name, percent, lead_time, tight, solvers) -> None:
    large, exact = solvers
    question = read_question(tight, kind, name, percent=percent, lead_time=lead_time)
    told, known = large.ask(question), exact.ask(question)
    assert 0.0 < told.uncertain < 0.25 * abs(told.objective_before)
    assert abs(told.gain - known.gain) <= told.uncertain + 1e-6 * abs(known.objective_before)


def test_a_question_leaves_nothing_behind(tight, solvers) -> None:
    large = solvers[0]
    more, none = (read_question(tight, "capacity", "LINE", percent=share) for share in (30.0, 0.0))
    large.ask(more)
    again = large.ask(none)
    assert abs(again.gain) <= again.uncertain
    with pytest.raises(ModelError, match="nowhere"):
        large.ask(read_question(tight, "capacity", "nowhere", percent=5))


def test_the_solver_fits_the_size(tight, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(what_if_solver(tight), SupplyWhatIf)
    monkeypatch.setattr(engine, "LARGEST_EXACT", 1)
    assert isinstance(what_if_solver(tight), LargeWhatIf)
