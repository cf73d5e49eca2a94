"""AdventureWorks planned by every engine: its known bottlenecks bind, and the best plan beats the rule."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.data.importing import check_extract
from steelyard.plan.review.supply import WayResult, compare_ways, hour_prices, supply_findings, supply_model_of
from steelyard.plan.workspace import Workspace

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MAPPING = Path(__file__).resolve().parents[2] / "examples" / "adventureworks" / "mapping.toml"

pytestmark = [pytest.mark.slow, pytest.mark.shared_data]


@pytest.fixture(scope="module")
def bikes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.create(tmp_path_factory.mktemp("bikes") / "aw", company="AdventureWorks")
    made.add_extract(check_extract(shared / "data" / "adventureworks", mapping=MAPPING, at=AT), at=AT, actor="dana")
    made.create_scenario("base", actor="dana", at=AT, horizon=12)
    return made


@pytest.fixture(scope="module")
def ways(bikes: Workspace) -> dict[str, WayResult]:
    return {one.way: one for one in compare_ways(bikes.scenario("base").plan())}


def test_all_engines_plan_it(ways: dict[str, WayResult]) -> None:
    assert {"infinite", "priority", "decomposition", "exact"} <= set(ways)
    assert ways["priority"].possible
    assert ways["exact"].possible


def test_the_best_plan_earns_more_than_the_rule(ways: dict[str, WayResult]) -> None:
    best, rule = ways["exact"].evaluation, ways["priority"].evaluation
    assert best.profit > 1.1 * rule.profit
    assert ways["exact"].plan.gap < 1e-6


def test_final_assembly_is_what_holds_it_back(bikes: Workspace, ways: dict[str, WayResult]) -> None:
    names = supply_model_of(bikes.scenario("base").plan()).resources.names
    binding = hour_prices(tuple(ways.values()))
    assert names[binding[0].resource] == "Final Assembly"
    assert {names[one.resource] for one in binding} <= {"Final Assembly", "Subassembly"}


def test_prices_by_the_pack_are_found(bikes: Workspace) -> None:
    plan = bikes.scenario("base").plan()
    rules = {one.rule for one in supply_findings(plan, supply_model_of(plan))}
    assert "components_cost_no_more_than_what_is_made_of_them" in rules


def test_the_decomposition_ends_with_a_good_plan_and_a_bound_that_holds(ways: dict[str, WayResult]) -> None:
    found, best = ways["decomposition"], ways["exact"].evaluation
    assert found.possible
    assert found.evaluation.profit > 0.985 * best.profit
    assert best.profit <= -found.plan.lower_bound <= 1.02 * best.profit
