"""Override check: large overrides and those within the noise are told before they are saved."""

from datetime import UTC, datetime

import numpy as np
import pytest

from steelyard.plan.change import Change
from steelyard.plan.measuring.check import check_overrides
from steelyard.plan.operation import Add, Formula, Lock, Percent, SetValue
from steelyard.plan.scenario import Scenario

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
F0 = {"product_family": "F0"}
QUARTER = ("2026-01", "2026-03")


def override(operation, measure: str = "consensus_demand") -> Change:
    return Change(operation, measure=measure, scope=F0, periods=QUARTER, author="dana", at=AT)


def sized(base: Scenario, operation, measure: str = "consensus_demand", **asked):
    return check_overrides(base.plan(), [override(operation, measure)], **asked)[0]


def test_the_size_of_an_override_is_what_the_plan_would_move_by(base: Scenario) -> None:
    plan = base.plan()
    for operation in (Percent(30), SetValue(900.0), SetValue(70.0, per="period"), Add(50.0), Formula("*1.5+10")):
        told = sized(base, operation)
        branch = base.branch(f"b{operation}"[:40], actor="dana", at=AT)
        branch.append(override(operation))
        after = branch.plan().value("consensus_demand", scope=F0, periods=QUARTER)
        assert told.before == pytest.approx(plan.value("consensus_demand", scope=F0, periods=QUARTER))
        assert told.after == pytest.approx(after)


def test_a_large_override_is_pointed_out_by_the_companys_own_threshold(base: Scenario) -> None:
    assert sized(base, Percent(200)).size == "large"
    assert "Large override" in sized(base, Percent(200)).words
    assert sized(base, Percent(200), large=5.0).size == "usual"


def test_an_override_smaller_than_the_forecasts_noise_is_pointed_out(base: Scenario) -> None:
    told = sized(base, Add(0.5))
    assert (told.size, told.noise > 0.5) == ("within_noise", True)
    assert "cannot be told from chance" in told.words


def test_noise_grows_with_the_root_of_the_periods(base: Scenario) -> None:
    plan = base.plan()
    errors = np.concatenate(plan.blocks("forecast_error"))
    everything = Change(Percent(1), measure="consensus_demand", author="dana", at=AT)
    told = check_overrides(plan, [everything])[0]
    sold = np.flatnonzero(errors > 0)
    assert told.noise == pytest.approx(np.sqrt((errors[sold] ** 2).sum() * plan.horizon.size))


def test_a_stream_without_opinion_is_held_against_what_it_is_spread_by(base: Scenario) -> None:
    told = sized(base, Percent(40), "sales_forecast")
    assert told.before == pytest.approx(base.plan().value("unconstrained_demand", scope=F0, periods=QUARTER))
    assert told.share == pytest.approx(0.4)


def test_what_is_no_override_of_demand_has_no_size(base: Scenario) -> None:
    plan = base.plan()
    changes = [override(Lock()), override(Percent(5), "price"), Change(Percent(5), scope={"item": "gone"})]
    assert check_overrides(plan, changes) == []
