"""What the gate on service judges by: demand served in the period it is due, as the fill rate of the scorecard says."""

from datetime import UTC, date, datetime

import pytest

from steelyard.cycle.gates.facts import ServiceFacts
from steelyard.plan.kpi.values import figures_of
from steelyard.web.cycles.facts import Ground, gather
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.scenarios.plans import Moment, moment_of
from steelyard.web.scorecard import selectors

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_demand_served_late_does_not_count_as_served_in_its_period(site, monkeypatch) -> None:
    base = site.scenario("base")
    first = base.plan().horizon.labels[0]
    base.change(
        "capacity_available", percent=-60, periods=(first, first), actor="luis", at=AT, reason="supply_constraint"
    )
    moment = moment_of("base")
    (kpi,) = (one for one in moment.plan.kpis() if one.name == "fill_rate")
    found = service_of(moment)
    assert found.fill_rate == kpi.value, "the horizon is a year long"
    assert 0 < kpi.value < 100
    assert (found.covers, found.whole) == ("Jan 2026 to Dec 2026", None)
    monkeypatch.setattr(selectors, "AHEAD", 3)
    asked, on_time = figures_of(moment.plan).asked(), figures_of(moment.plan).on_time()
    found = service_of(moment)
    assert found.fill_rate == pytest.approx(100 * on_time[:3].sum() / asked[:3].sum())
    assert found.fill_rate < kpi.value == found.whole, "later periods do not make up for what is short in the first"
    assert found.covers == "Jan 2026 to Mar 2026"


def service_of(moment: Moment) -> ServiceFacts:
    found = gather(Ground(Cycle(key="2026-01", scenario="base"), Step(), moment, date(2026, 1, 5)), ServiceFacts)
    assert isinstance(found, ServiceFacts)
    return found
