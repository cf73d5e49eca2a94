"""Sources that share an item-location's orders: each loads its own resource and waits its own time."""

from datetime import UTC, datetime
from typing import cast

import numpy as np
import pytest

from steelyard.grid.block import Blocks, join
from steelyard.inventory.multi_echelon.split_lead_time import split_lead_time
from steelyard.plan.review.capacity import CapacityView, load_by_source, work_on
from steelyard.plan.review.supply import family_hours
from steelyard.plan.stages.echelon import stages_of
from steelyard.plan.uncertainty.fixed_supply import fixed_supply
from tests.company import COMPONENT, PLANT, _bought, _sources, company

AT = datetime(2026, 1, 6, 9, tzinfo=UTC)
SHARES = {"LINE": 0.7, "BENCH": 0.3}
HOURS = {"LINE": 0.5, "BENCH": 0.8}
DAYS = {"LINE": 0.0, "BENCH": 61.0}


@pytest.fixture(scope="module")
def shared(shared_workspace):
    """I0 is made at two resources, seven and three tenths of it."""
    place = {"location_id": PLANT, "resource_type": "machine", "capacity_unit": "hours_per_period"}
    made = {"item_id": "I0", "location_id": PLANT, "source_type": "make", "bom_id": "B-I0"}
    work = {"operation_no": "10", "item_id": "I0", "location_id": PLANT}
    tables = {
        "source": [
            *({**made, "source_id": name, "routing_id": f"R-{name}", "split_ratio": SHARES[name],
               "lead_time_days": DAYS[name]} for name in SHARES),
            *(each for each in _sources("I0") if each["source_type"] == "transfer"),
            _bought(),
        ],
        "routing": [
            {**work, "routing_id": f"R-{name}", "resource_id": name, "hours_per_unit": HOURS[name]} for name in SHARES
        ],
        "resource": [{**place, "resource_id": name} for name in SHARES],
        "resource_capacity": [{"resource_id": name, "available": 1000.0} for name in SHARES],
    }  # fmt: skip
    kept = shared_workspace.add_extract(company(items=1, replace=tables), at=AT)
    return shared_workspace.create_scenario("shared", extract=kept.digest, actor="dana", at=AT, horizon=8).plan()


def made(plan, measure="planned_receipts"):
    members = plan.series(measure).members
    row = ((members["item"] == "I0") & (members["location"] == PLANT)).to_numpy()
    return join(plan.blocks(measure))[:, row][:, 0]


def test_each_resource_carries_the_share_of_its_source(shared):
    view = CapacityView(shared)
    for name, share in SHARES.items():
        load = view.load[:, view.number(name)]
        assert load == pytest.approx(share * HOURS[name] * made(shared))
        assert load == pytest.approx(join(shared.blocks("capacity_load"))[:, view.number(name)])


def test_the_work_behind_a_resource_adds_up_to_its_load(shared):
    view = CapacityView(shared)
    for name, share in SHARES.items():
        for t, period in enumerate(view.periods):
            work = work_on(shared, name, period)
            assert work["hours"].sum() == pytest.approx(view.load[t, view.number(name)])
            assert work["units"].sum() == pytest.approx(share * made(shared)[t])
    assert family_hours(shared)[:, 1].sum() > 0


def test_demand_asks_hours_of_both_resources(shared):
    asked = shared.value("independent_demand")
    for name, share in SHARES.items():
        assert load_by_source(shared, name)["total"].sum() == pytest.approx(share * HOURS[name] * asked)


def test_futures_load_both_resources(shared):
    place, resource, hours = fixed_supply(shared).hours
    row = shared.series("planned_receipts").row_of_key["I0", PLANT]
    names = shared.inputs.series["resource"].members["resource"].to_list()
    found = {names[r]: h for p, r, h in zip(place, resource, hours, strict=True) if p == row}
    assert found == {name: pytest.approx(SHARES[name] * HOURS[name]) for name in SHARES}


def test_stages_wait_for_both_sources(shared):
    network, row = stages_of(shared.values), shared.series("safety_stock").row_of_key["I0", PLANT]
    review = join(cast(Blocks, shared.values["review_periods"]))[row] * shared.values["days_per_period"]
    error = join(cast(Blocks, shared.values["forecast_error"]))[row]
    slow = 2 * shared.values["days_per_period"]
    waits = network.processing_time[row] - (review if error > 0 else 0.0)
    assert waits == pytest.approx(0.3**2 * slow)
    part = shared.series("safety_stock").row_of_key[COMPONENT, PLANT]
    arc = np.flatnonzero((network.supplier == part) & (network.customer == row))
    assert network.quantity_per[arc].tolist() == [pytest.approx(2.0)]


def test_split_lead_times_by_hand():
    # Half comes after 10 days, half after 20: 10 x 1 + 10 x 0.25. Alone a source is its own lead time.
    lead, share, place = np.array([20.0, 10.0, 7.0]), np.array([0.5, 0.5, 1.0]), np.array([0, 0, 2])
    assert split_lead_time(lead, share, place, 3).tolist() == [12.5, 0.0, 7.0]


def test_a_split_lead_time_is_what_simulated_open_orders_say():
    draw, lead, share = np.random.default_rng(3), np.array([2, 5, 9]), np.array([0.5, 0.2, 0.3])
    demand = draw.normal(100.0, 10.0, 200_000)
    summed = np.concatenate(([0.0], np.cumsum(demand)))
    open_units = sum(
        w * (summed[9:] - summed[9 - days : summed.size - days]) for days, w in zip(lead, share, strict=True)
    )
    time = split_lead_time(lead.astype(float), share, np.zeros(3, np.int64), 1)[0]
    assert np.var(open_units) == pytest.approx(100.0 * time, rel=0.02)
