"""The month of the cycle tests: its people, and January, open, of a small company."""

import pytest

from steelyard.web.cycles.cycle_services import cycle_open, cycles_create_ahead

KEY = "2026-01"
ROLES = ("demand_planner", "sales", "product_manager", "supply_planner", "finance", "executive")


@pytest.fixture
def lead(person):
    """The S&OP lead, of a company that has somebody in every role."""
    for role in ROLES:
        person(role)
    return person("sop_lead")


@pytest.fixture
def month(site, lead) -> str:
    """January, open; two months more are planned."""
    cycles_create_ahead(KEY, user=lead, months=3)
    cycle_open(KEY, user=lead)
    return KEY
