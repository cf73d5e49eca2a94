"""Totals set for the forecast: met where levels are reconciled, with the parts and neighbours moving along."""

from datetime import UTC, datetime

import numpy as np
import pytest

from steelyard.plan.change import Change
from steelyard.plan.operation import SetValue
from steelyard.plan.plan import Plan
from steelyard.plan.workspace import Workspace

AT = datetime(2026, 1, 5, tzinfo=UTC)


def with_totals(workspace: Workspace, *totals: tuple[dict[str, str], str, float], method: str = "structural") -> Plan:
    """The base plan with totals set for single periods of the forecast."""
    base = workspace.scenario("base").plan()
    changes = [
        Change(
            SetValue(value), measure="statistical_forecast", scope=scope, periods=(period, period), author="dana", at=AT
        )
        for scope, period, value in totals
    ]  # fmt: skip
    parameters = base.parameters.with_value("reconciliation", method)
    return workspace.calculator.plan("tried", base.inputs.extract, parameters, changes)


def family_and_period(workspace: Workspace) -> tuple[str, str]:
    plan = workspace.scenario("base").plan()
    return plan.inputs.series["demand"].names("product_family")[0], plan.horizon.labels[2]


@pytest.mark.parametrize("method", ["structural", "shrunk", "top_down", "bottom_up"])
def test_a_total_set_at_a_family_is_met_and_its_parts_add_up(shared_workspace: Workspace, method: str) -> None:
    family, period = family_and_period(shared_workspace)
    before = with_totals(shared_workspace, method=method)
    scope = {"product_family": family}
    wanted = 1.3 * before.value("statistical_forecast", scope=scope, periods=period)
    plan = with_totals(shared_workspace, (scope, period, wanted), method=method)
    assert plan.value("statistical_forecast", scope=scope, periods=period) == pytest.approx(wanted)
    assert min(block.min() for block in plan.blocks("statistical_forecast")) >= 0


def test_what_is_set_twice_holds_as_set_last_and_a_part_holds_within_its_whole(shared_workspace: Workspace) -> None:
    family, period = family_and_period(shared_workspace)
    before = with_totals(shared_workspace)
    scope = {"product_family": family}
    item = before.inputs.series["demand"].members.filter(product_family=family)["item"][0]
    whole = before.value("statistical_forecast", scope=scope, periods=period)
    part = 0.5 * before.value("statistical_forecast", scope={"item": item}, periods=period)
    plan = with_totals(
        shared_workspace, (scope, period, 9 * whole), (scope, period, 1.1 * whole), ({"item": item}, period, part)
    )
    assert plan.value("statistical_forecast", scope={"item": item}, periods=period) == pytest.approx(part)


def test_totals_that_contradict_each_other_hold_as_set_last(shared_workspace: Workspace) -> None:
    family, period = family_and_period(shared_workspace)
    before = with_totals(shared_workspace)
    item = before.inputs.series["demand"].members.filter(product_family=family)["item"][0]
    plan = with_totals(shared_workspace, ({"product_family": family}, period, 10.0), ({"item": item}, period, 5000.0))
    assert plan.value("statistical_forecast", scope={"item": item}, periods=period) == pytest.approx(5000.0)


def test_an_override_of_one_scenario_equals_a_plan_made_anew(shared_workspace: Workspace) -> None:
    family, period = family_and_period(shared_workspace)
    plan = with_totals(shared_workspace, ({"product_family": family}, period, 1234.0))
    fresh = shared_workspace.calculator.fresh_plan("fresh", plan.inputs.extract, plan.parameters, plan.changes)
    for name in ("statistical_forecast", "forecast_low_80", "forecast_high_95", "demand_plan"):
        for left, right in zip(plan.blocks(name), fresh.blocks(name), strict=True):
            assert np.array_equal(left, right)


@pytest.mark.parametrize("crossing", [False, True])
def test_other_periods_stay_as_they_were(shared_workspace: Workspace, crossing: bool) -> None:
    family, period = family_and_period(shared_workspace)
    before = with_totals(shared_workspace)
    members = before.inputs.series["demand"].members.filter(product_family=family)
    scope = {"product_family": family} | ({"customer": members["customer"][0]} if crossing else {})
    plan = with_totals(shared_workspace, (scope, period, 1234.0))
    assert plan.value("statistical_forecast", scope=scope, periods=period) == pytest.approx(1234.0)
    row = plan.horizon.position(period)
    for left, right in zip(before.blocks("statistical_forecast"), plan.blocks("statistical_forecast"), strict=True):
        assert np.array_equal(np.delete(left, row, axis=0), np.delete(right, row, axis=0))
