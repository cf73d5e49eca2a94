"""Hours of a crew: what somebody adds to its capacity, or takes away, counts in every engine."""

from collections.abc import Iterator

import numpy as np
import pytest

from steelyard.plan.change import Change
from steelyard.plan.operation import SetParameter
from steelyard.plan.review.capacity_options import ResourceOption, option_changes
from steelyard.plan.review.supply import supply_model_of
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from steelyard.supply.capacity_option import CapacityOption
from tests.plan.balancing.workshop import CREW, workshop
from tests.plan.conftest import AT


@pytest.fixture(scope="module")
def crewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    """One worker of 100 hours, and room for three more, where eight are needed."""
    with Workspace.create(tmp_path_factory.mktemp("crewed") / "w", company="Workshop") as workspace:
        workspace.add_extract(workshop(workers=1.0), at=AT, actor="dana")
        yield workspace.create_scenario("base", actor="dana", at=AT, horizon=8)


def shipped(scenario: Scenario) -> float:
    return float(scenario.plan().value("shipments"))


@pytest.mark.parametrize("engine", ["priority", "decomposition", "exact"])
def test_an_option_on_a_crew_that_states_its_hours_brings_them(engine: str, crewed: Scenario) -> None:
    before = crewed.branch(f"{engine} before", actor="dana", at=AT)
    before.append(Change(SetParameter("supply_engine", engine), author="dana", at=AT))
    after = before.branch(f"{engine} after", actor="dana", at=AT)
    saturday = ResourceOption(CREW, CapacityOption("saturday", "shift", 150.0, 0.0, lead_periods=2))
    after.append(*option_changes(before.plan(), saturday, author="luis", at=AT))
    assert shipped(after) > 1.05 * shipped(before)


def test_hours_beside_the_workers_are_those_added(crewed: Scenario) -> None:
    branch = crewed.branch("added", actor="dana", at=AT)
    before = supply_model_of(branch.plan())
    number = before.resources.names.index(CREW)
    assert not before.resources.regular[:, number].any()
    branch.change("capacity_available", add=150.0, per="period", scope={"resource": CREW}, actor="dana", at=AT)
    after = supply_model_of(branch.plan())
    assert after.resources.regular[:, number] == pytest.approx(150.0)
    assert np.array_equal(after.workforce.hours_per_worker, before.workforce.hours_per_worker)


def test_hours_taken_away_are_missing_from_every_worker(crewed: Scenario) -> None:
    branch = crewed.branch("shut", actor="dana", at=AT)
    before = supply_model_of(branch.plan())
    branch.change("capacity_available", percent=-40.0, scope={"resource": CREW}, actor="dana", at=AT)
    after = supply_model_of(branch.plan())
    assert after.workforce.hours_per_worker == pytest.approx(0.6 * before.workforce.hours_per_worker)
    assert not after.resources.regular[:, after.resources.names.index(CREW)].any()
