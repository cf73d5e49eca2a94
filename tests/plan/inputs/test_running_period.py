"""A period that runs on the as-of date: only its rest is planned."""

from datetime import date

import numpy as np
import pytest

from steelyard.plan.inputs import PlanParameters, freeze_inputs
from tests.company import company


def test_only_the_rest_of_a_running_period_is_planned():
    whole = freeze_inputs(company(as_of=date(2025, 12, 31)), PlanParameters(horizon=3))
    running = freeze_inputs(company(as_of=date(2026, 1, 10)), PlanParameters(horizon=3))
    assert running.periods("horizon").labels == whole.periods("horizon").labels
    share = np.concatenate(running.values["active"], axis=1)
    assert share[0].max() == pytest.approx(21 / 31)
    assert share[1].max() == 1.0
    hours = running.values["capacity_available"][0] / whole.values["capacity_available"][0]
    assert hours[:, 0].tolist() == pytest.approx([21 / 31, 1.0, 1.0])
