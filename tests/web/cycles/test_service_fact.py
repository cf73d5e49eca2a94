"""What the gate on service judges by: demand served in the period it is due, as the fill rate of the scorecard says."""

from datetime import UTC, date, datetime

import pytest

from steelyard.cycle.gates.facts import ServiceFacts
from steelyard.web.cycles.facts import Ground, gather
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.scenarios.plans import moment_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_demand_served_late_does_not_count_as_served_in_its_period(site) -> None:
    base = site.scenario("base")
    first = base.plan().horizon.labels[0]
    base.change(
        "capacity_available", percent=-60, periods=(first, first), actor="luis", at=AT, reason="supply_constraint"
    )
    moment = moment_of("base")
    found = gather(Ground(Cycle(key="2026-01", scenario="base"), Step(), moment, date(2026, 1, 5)), ServiceFacts)
    (kpi,) = (one for one in moment.plan.kpis() if one.name == "fill_rate")
    assert isinstance(found, ServiceFacts)
    assert found.fill_rate == kpi.value
    assert 0 < kpi.value < 100
    assert found.covers.startswith("fill rate in units, Jan 2026")
