"""Capacity options that the extract itself holds: other sources and subcontractors of scarce hours."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from steelyard.plan.plan import Plan
from steelyard.plan.review.option_proposals import proposed_options
from steelyard.plan.review.pricing import HourWorth
from steelyard.plan.workspace import Workspace
from steelyard.supply.capacity_option import CapacityOption, relieve
from tests.company import LINE, PLANT, _bought, _resource, _sources, company
from tests.plan.conftest import AT

PRICE = 25.0


Outside = Callable[..., Plan]


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    """Plans of two items of half an hour each on the one line; the first may be bought at a price, too."""

    def planned(price: float, **more: object) -> Plan:
        other = {
            "source_id": "other-I0", "item_id": "I0", "location_id": PLANT, "priority": 2.0, "source_type": "buy",
            "supplier_id": "S1", "lead_time_days": 35.0, "unit_price": price, "currency": "USD", **more,
        }  # fmt: skip
        tables = {
            "source": [*(each for n in range(2) for each in _sources(f"I{n}")), _bought(), other],
            "resource": [_resource()],
            "resource_capacity": [{"resource_id": LINE, "available": 60.0}],
        }
        with Workspace.create(tmp_path / f"{price}-{len(more)}", company="Small") as workspace:
            workspace.add_extract(company(items=2, replace=tables), at=AT, actor="dana")
            return workspace.create_scenario("base", actor="dana", at=AT, horizon=8).plan()

    return planned


def worth(plan: Plan, price: float = PRICE) -> HourWorth:
    shape = (plan.horizon.size, len(plan.inputs.series["resource"].members))
    return HourWorth("exact", np.full(shape, price), np.full(shape, 40.0))


def proposed(plan: Plan) -> CapacityOption:
    (found,) = proposed_options(plan, worth(plan))
    assert found.resource == LINE
    return found.option


def test_who_sells_what_is_made_here_is_proposed_as_a_subcontractor(outside: Outside) -> None:
    option = proposed(outside(9.0))
    assert option.kind == "subcontract"
    assert option.name == f"subcontract: buy I0 at {PLANT}, source 2"
    assert option.lead_periods >= 1
    assert option.cost_per_hour < PRICE
    assert 0 < option.hours <= 60.0
    assert relieve(np.full(8, PRICE), np.full(8, 40.0), option).cash.sum() > 0


def test_a_dearer_subcontractor_costs_more_an_hour_and_one_too_dear_is_none(outside: Outside) -> None:
    cheap, dear = proposed(outside(9.0)), proposed(outside(11.0))
    assert dear.cost_per_hour == pytest.approx(cheap.cost_per_hour + 2.0 / 0.5)
    too_dear = outside(400.0)
    assert not proposed_options(too_dear, worth(too_dear))


def test_what_a_source_gives_in_a_period_limits_its_hours(outside: Outside) -> None:
    assert proposed(outside(9.0, max_per_period=6.0)).hours == pytest.approx(3.0)


def test_nothing_is_proposed_where_no_hour_is_worth_anything(outside: Outside) -> None:
    plan = outside(9.0)
    assert not proposed_options(plan, worth(plan, 0.0))
