"""A small company that is short of hours, with overtime, for the tests of balancing."""

from datetime import UTC, datetime

from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.scenario import Scenario
from tests.company import LINE

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def shortened(base: Scenario, *, hours: float = 300.0, overtime: float = 40.0, engine: str = "") -> Scenario:
    """A branch with fewer hours and some overtime."""
    branch = base.branch(f"short {hours:g} {overtime:g} {engine}".strip(), actor="dana", at=AT)
    table, key = "resource_capacity", {"resource": LINE}
    made = [SetMasterData(table, key, "available", hours), SetMasterData(table, key, "overtime_max", overtime)]
    more = [SetParameter("supply_engine", engine)] if engine else []
    branch.append(*(Change(one, author="dana", at=AT) for one in (*made, *more)))
    return branch
