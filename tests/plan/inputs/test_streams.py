"""Streams of the extract: spread down from the level they name, newest first, and silent where nobody speaks."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import is_silent
from steelyard.plan.plan import Plan
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT, "reason": "correction"}


def said(source: str, quantity: float, *, period: str = "2026-01", made: date = date(2025, 12, 31), **names) -> dict:
    row = {"source": source, "item_id": "I0", "period_id": period, "version_date": made, "quantity": quantity}
    return {**row, **{f"{level}_id": member for level, member in names.items()}}


@pytest.fixture
def planned(tmp_path: Path):
    opened = []

    def plan(*rows: dict, **parameters: object):
        workspace = Workspace.create(tmp_path / f"w{len(opened)}", company="Bikes")
        opened.append(workspace)
        workspace.add_extract(company(items=3, customers=2, replace={"forecast_in": rows}), at=AT)
        return workspace.create_scenario("base", actor="dana", at=AT, horizon=6, **parameters)

    yield plan
    for workspace in opened:
        workspace.close()


def cell(plan: Plan, measure: str, period: str = "2026-01", **scope: str) -> float:
    return plan.value(measure, scope={"item": "I0", **scope}, periods=period)


def test_a_forecast_of_an_item_is_spread_by_recent_demand(planned) -> None:
    plan = planned(said("sales", 300.0)).plan()
    assert cell(plan, "sales_forecast") == pytest.approx(300.0)
    last_year = [plan.value("demand_history", scope={"item": "I0", "customer": c}, periods=("2025-01", "2025-12"))
                 for c in ("C0", "C1")]  # fmt: skip
    shares = [cell(plan, "sales_forecast", customer=c) / 300.0 for c in ("C0", "C1")]
    assert shares == pytest.approx(np.array(last_year) / sum(last_year))


def test_where_nobody_speaks_there_is_no_number_and_no_zero(planned) -> None:
    plan = planned(said("sales", 300.0)).plan()
    assert np.isnan(plan.value("sales_forecast", scope={"item": "I1"}))
    assert np.isnan(cell(plan, "sales_forecast", period="2026-02"))
    assert plan.value("sales_forecast") == pytest.approx(300.0)
    assert all(is_silent(block) for block in plan.blocks("marketing_forecast"))
    assert plan.frame("sales_forecast", by=["item"], time="all")["sales_forecast"].to_list().count(None) == 2


def test_the_newest_version_counts(planned) -> None:
    old = said("customer", 100.0, made=date(2025, 11, 30), customer="C0")
    plan = planned(old, said("customer", 130.0, customer="C0")).plan()
    assert cell(plan, "customer_forecast", customer="C0") == pytest.approx(130.0)
    assert np.isnan(cell(plan, "customer_forecast", customer="C1"))


def test_equal_weights_give_the_mean_of_those_who_speak(planned) -> None:
    plan = planned(said("sales", 300.0), said("finance", 900.0)).plan()
    mean = (cell(plan, "unconstrained_demand") + 300.0) / 2
    assert cell(plan, "consensus_demand") == pytest.approx(mean)
    assert cell(plan, "consensus_demand", "2026-02") == pytest.approx(cell(plan, "unconstrained_demand", "2026-02"))


def test_a_slice_has_weights_of_its_own(planned) -> None:
    rules = "A 1: sales 1, statistical 0; B 1: sales 1, statistical 0; C 1: sales 1, statistical 0"
    rows = (said("sales", 300.0), said("sales", 300.0, period="2026-02"))
    plan = planned(*rows, stream_weights=rules, sales_weight=0.0).plan()
    assert cell(plan, "consensus_demand") == pytest.approx(300.0)
    assert cell(plan, "consensus_demand", "2026-02") == pytest.approx(cell(plan, "unconstrained_demand", "2026-02"))


def test_a_weight_can_be_changed_for_any_slice_and_is_put_into_the_plan(planned) -> None:
    base = planned(said("sales", 300.0))
    base.change("sales_weight", set=0.25, per="cell", scope={"item": "I0"}, **DANA)
    plan = base.plan()
    weighed = (cell(plan, "unconstrained_demand") + 0.25 * 300.0) / 1.25
    assert cell(plan, "consensus_demand") == pytest.approx(weighed)
    with pytest.raises(ChangeInvalid, match="from 0 to 1"):
        base.change("sales_weight", set=1.5, per="cell", **DANA)
    with pytest.raises(ChangeInvalid, match="is set, not scaled"):
        base.change("sales_weight", percent=50, **DANA)


def test_who_goes_first_is_heard_alone(planned) -> None:
    plan = planned(said("customer", 500.0), said("sales", 300.0), stream_precedence="customer > sales").plan()
    assert cell(plan, "consensus_demand") == pytest.approx(500.0)


def test_a_commitment_binds_with_its_penalty(planned) -> None:
    bound = {**said("commitment", 5000.0, customer="C0"), "penalty": 2.5}
    base = planned(bound)
    plan = base.plan()
    assert cell(plan, "consensus_demand", customer="C0") == pytest.approx(5000.0)
    short = cell(plan, "commitment_shortfall", customer="C0")
    assert 0 < short <= 5000.0
    assert cell(plan, "commitment_penalty_cost", customer="C0") == pytest.approx(2.5 * short)
    base.change("consensus_demand", set=10.0, scope={"item": "I0", "customer": "C0"}, periods="2026-01", **DANA)
    lowered = base.plan()
    assert cell(lowered, "consensus_demand", customer="C0") == pytest.approx(10.0)
    assert cell(lowered, "demand_plan", customer="C0") == pytest.approx(5000.0)


def test_a_forecast_for_a_new_combination_appears_by_itself(planned) -> None:
    plan = planned(said("sales", 40.0, location="D1", customer="C0") | {"item_id": "COMP"}).plan()
    assert plan.value("sales_forecast", scope={"item": "COMP"}, periods="2026-01") == pytest.approx(40.0)
    assert plan.value("consensus_demand", scope={"item": "COMP"}, periods="2026-01") == pytest.approx(20.0)


def test_a_relative_opinion_stays_relative_and_can_be_withdrawn(planned) -> None:
    base = planned()
    base.change("sales_forecast", percent=10, scope={"item": "I0"}, **DANA)
    before = cell(base.plan(), "sales_forecast")
    assert before == pytest.approx(1.1 * cell(base.plan(), "unconstrained_demand"))
    base.change("intelligence_percent", set=50, per="cell", scope={"item": "I0"}, **DANA)
    moved = base.plan()
    assert cell(moved, "sales_forecast") > 1.3 * before
    assert cell(moved, "sales_forecast") == pytest.approx(1.1 * cell(moved, "unconstrained_demand"))


def test_an_opinion_counts_until_it_expires(planned) -> None:
    base = planned()
    base.change("sales_forecast", percent=10, expires=date(2026, 1, 1), **DANA)
    assert base.plan().value("sales_forecast") > 0
    with pytest.raises(ChangeInvalid, match="never count"):
        base.change("sales_forecast", percent=10, expires=date(2025, 12, 31), **DANA)
