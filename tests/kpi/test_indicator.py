"""Indicators: every one can be calculated, judged and explained."""

import inspect

import numpy as np
import pytest

from steelyard.governance.standard_charter import STANDARD
from steelyard.kpi import formulas
from steelyard.kpi.registry import INDICATORS, ROOT, branches


@pytest.mark.parametrize("name", INDICATORS)
def test_an_indicator_is_complete(name: str) -> None:
    indicator = INDICATORS[name]
    assert inspect.isfunction(getattr(formulas, indicator.formula))
    assert indicator.definition.endswith(".")
    assert indicator.behaviour.endswith(".")
    assert indicator.tolerance >= 0
    assert indicator.guard.endswith(".")
    assert indicator.words
    assert indicator.owner in {role.key for role in STANDARD.roles}
    assert set(indicator.forums) <= {forum.key for forum in STANDARD.forums}


def test_the_tree_grows_from_money_to_leading_drivers_without_a_ring() -> None:
    assert {driver for one in INDICATORS.values() for driver in one.drivers} <= INDICATORS.keys()

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"{name} drives itself"
        for driver in INDICATORS[name].drivers:
            walk(driver, (*above, name))

    for name in INDICATORS:
        walk(name, ())
    reached = {name for _, name in branches(ROOT)}
    assert {"fill_rate", "inventory_turns", "forecast_bias", "overrides_with_reason"} <= reached


def test_there_are_at_least_a_dozen_leading_and_lagging() -> None:
    assert len(INDICATORS) >= 12
    assert {indicator.leading for indicator in INDICATORS.values()} == {True, False}


@pytest.mark.parametrize(
    ("name", "value", "standing"),
    [
        ("fill_rate", 97.0, "good"),
        ("fill_rate", 91.0, "watch"),
        ("fill_rate", 80.0, "act"),
        ("days_of_supply", 50.0, "good"),
        ("days_of_supply", 75.0, "watch"),
        ("days_of_supply", 90.0, "act"),
        ("forecast_bias", -4.0, "good"),
        ("forecast_bias", -8.0, "watch"),
        ("forecast_bias", 12.0, "act"),
        ("revenue", 1e6, "unknown"),
        ("fill_rate", np.nan, "unknown"),
    ],
)
def test_a_value_is_judged_by_its_target(name: str, value: float, standing: str) -> None:
    assert INDICATORS[name].judge(value) == standing


def test_the_company_may_set_its_own_target() -> None:
    assert INDICATORS["revenue"].judge(90.0, 100.0) == "act"
    assert INDICATORS["fill_rate"].judge(91.0, 90.0) == "good"
