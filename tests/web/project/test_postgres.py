"""Records on PostgreSQL: two people edit the same scenario, over REST."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from steelyard.plan.workspace import Workspace
from steelyard.web import company as served
from tests.company import company
from tests.web.conftest import AT

pytestmark = pytest.mark.postgres

CELL = {"row": "consensus_demand@//product_family:F1", "column": "2026-03", "text": "+10"}


@pytest.fixture
def postgres_site(db, settings, tmp_path, database_url):
    settings.COMPANY_FOLDER, settings.RECORDS_URL = tmp_path / "company", database_url
    with Workspace.create(settings.COMPANY_FOLDER, company="Small Company", database=database_url) as made:
        made.add_extract(company(items=4, customers=2), at=AT, actor="dana")
        name = f"base {uuid4().hex[:8]}"
        made.create_scenario(name, actor="dana", at=AT, horizon=12)
    yield served.workspace(), name
    served.workspace().close()
    served._open.cache_clear()


def test_a_month_on_postgresql(postgres_site, client_of):
    _, name = postgres_site
    planner, lead = client_of("demand_planner"), client_of("sop_lead")

    def edit(revision):
        body = {"revision": revision, "cells": [CELL], "reason": "promotion"}
        return planner.post(f"/api/worksheet/{name}/edit", body, content_type="application/json")

    assert edit(0).status_code == 200
    assert edit(0).status_code == 409
    assert planner.get(f"/api/worksheet/{name}/window").json()["revision"] == 1
    published = lead.post(f"/api/scenarios/{name}/publish", {"revision": 1}, content_type="application/json")
    assert published.status_code == 201
    assert lead.get("/published/").status_code == 200


def test_of_many_at_once_one_wins_and_the_others_are_told(postgres_site, person):
    from steelyard.errors import StaleRevision
    from steelyard.plan.change import Change
    from steelyard.plan.operation import Add

    workspace, name = postgres_site
    change = Change(Add(1), measure="consensus_demand", author="dana", at=AT, reason="correction")

    def append(_number):
        try:
            workspace.scenario(name).append(change, expected_revision=0)
        except StaleRevision as error:
            return error.change is not None
        return "won"

    workspace.scenario(name).plan()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(append, range(8)))
    assert outcomes.count("won") == 1
    assert outcomes.count(True) == 7
