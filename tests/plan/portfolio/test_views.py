"""The lists that are read out of a plan: launches, endings, products, exits, calendar, slip."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from steelyard.errors import NotFound
from steelyard.plan.change import Change
from steelyard.plan.life_operation import Launch, NewItem, PhaseOut, SetGate, SlipLaunch, Supersede
from steelyard.plan.portfolio.endings import ending_list
from steelyard.plan.portfolio.event_calendar import event_calendar
from steelyard.plan.portfolio.exits import ExitAssumptions, exit_table, freed_capacity
from steelyard.plan.portfolio.launches import launch_curve, launch_list
from steelyard.plan.portfolio.like_proposal import propose_like_items
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.plan.portfolio.products import product_table, tail_summary, vitality_by_family
from steelyard.plan.portfolio.slip import slip_what_if
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    with Workspace.create(tmp_path_factory.mktemp("views") / "small", company="Small Company") as workspace:
        workspace.add_extract(company(items=6, customers=3), at=AT, actor="petra")
        made = workspace.create_scenario("base", actor="petra", at=AT, horizon=12)
        for one in (
            NewItem("N1", "I0", "Item 0 new"), Launch("N1", "2026-03-01", like={"I1": 0.5}, takes_from={"I1": 0.2}),
            SetGate("N1", "open", "2025-12-20"), SlipLaunch("N1", "2026-04-01"),
            PhaseOut("I2", "2026-06-30", 2.0), Supersede("I3", "I4", "2026-05-01", 1.0, 1),
        ):  # fmt: skip
            made.append(Change(one, author="petra", at=AT, reason="launch"))
        yield made


@pytest.fixture(scope="module")
def facts(scenario: Scenario) -> ProductFacts:
    return ProductFacts(scenario.plan())


def test_a_launch_is_listed_with_gate_slip_and_first_year(facts: ProductFacts) -> None:
    row = launch_list(facts.plan, facts).row(0, named=True)
    assert (row["item"], row["gate"], row["slip_days"], row["state"]) == ("N1", "open", 31, "announced")
    assert row["next"] == "gate 11 days late"
    assert row["units"] == pytest.approx(facts.plan.value("unconstrained_demand", scope={"item": "N1"}))
    assert row["revenue"] == pytest.approx(facts.plan.value("revenue", scope={"item": "N1"}))
    assert row["lost_to_others"] == pytest.approx(facts.plan.value("cannibalisation"))
    assert row["gaps"] == ""


def test_the_curve_of_a_launch_covers_history_and_horizon(facts: ProductFacts) -> None:
    curve = launch_curve(facts.plan, "N1", facts)
    assert curve.height == facts.plan.calendar.size
    assert curve["factor"].to_list()[-1] == 1.0
    assert sum(value or 0.0 for value in curve["launch_forecast"].to_list()) > 0
    with pytest.raises(NotFound, match=r"'I5' is not launched.*N1"):
        launch_curve(facts.plan, "I5", facts)


def test_endings_count_what_is_left_and_name_successors(facts: ProductFacts) -> None:
    found = {row["item"]: row for row in ending_list(facts.plan, facts).iter_rows(named=True)}
    assert found["I3"]["successor"] == "I4"
    assert found["I2"]["remaining"] == pytest.approx(facts.plan.value("demand_plan", scope={"item": "I2"}))
    short = found["I2"]["remaining"] - found["I2"]["stock"] - found["I2"]["on_order"]
    assert found["I2"]["last_buy"] == pytest.approx(short, rel=0.2)
    assert "COMP" not in found


def test_products_add_up_to_the_plan(facts: ProductFacts) -> None:
    table = product_table(facts.plan, facts)
    assert table["revenue"].sum() == pytest.approx(facts.plan.value("revenue"))
    assert table["margin"].sum() == pytest.approx(facts.plan.value("gross_margin"))
    assert table["revenue_past"].sum() == pytest.approx(
        facts.plan.value("revenue_history", periods=("2025-01", "2025-12"))
    )
    assert table["complexity"].mean() == pytest.approx(1.0)
    assert tail_summary(table)["revenue_share"].sum() == pytest.approx(1.0)
    new = table.filter("new")["revenue"].sum() / table["revenue"].sum()
    assert vitality_by_family(table).row(0, named=True)["vitality"] == pytest.approx(new)


def test_leaving_everything_frees_the_hours_of_everything(facts: ProductFacts) -> None:
    freed = freed_capacity(facts, facts.items["item"].to_list())
    served = facts.year_ahead("constrained_demand")
    assert freed["freed_hours"].sum() == pytest.approx((facts.unit_hours * served).sum())


def test_more_salvage_makes_leaving_cheaper(facts: ProductFacts) -> None:
    dear, cheap = (
        exit_table(facts.plan, facts, ExitAssumptions(salvage=share)).sort("item")["exit_cost"] for share in (0.0, 0.8)
    )
    assert cheap.to_list() == pytest.approx([0.2 * cost for cost in dear.to_list()])


def test_the_calendar_holds_every_kind_of_decision(facts: ProductFacts) -> None:
    calendar = event_calendar(facts.plan, facts)
    assert set(calendar["kind"].to_list()) == {"launch", "succession", "end"}
    assert calendar["start"].is_sorted()


def test_launches_and_successions_end_with_a_period_of_the_calendar(facts: ProductFacts) -> None:
    calendar = event_calendar(facts.plan, facts)
    spans = [row["end"] for row in calendar.iter_rows(named=True) if row["kind"] in ("launch", "succession")]
    last_days = {edge.astype(date) - timedelta(days=1) for edge in facts.plan.calendar.edges}
    assert spans
    assert set(spans) <= last_days


def test_like_items_are_of_the_family_and_share_one_weight(facts: ProductFacts) -> None:
    found = propose_like_items(facts.plan, "N1", facts)
    assert found.height
    assert "I2" not in found["item"].to_list()
    assert found["weight"].sum() == pytest.approx(1.0, abs=0.03)


def test_a_slip_is_tried_without_a_trace(scenario: Scenario) -> None:
    revision = scenario.revision
    found = slip_what_if(scenario, "N1", date(2026, 7, 1), actor="petra", at=AT)
    periods = found.over_time()
    assert periods["units_after"].sum() < periods["units"].sum()
    assert found.headlines().filter(measure="unconstrained_demand")["effect"][0] < 0
    assert found.resources()["resource"].to_list() == ["LINE"]
    assert scenario.revision == revision


def test_a_plan_without_launches_has_empty_lists(workspace: Workspace) -> None:
    plan = workspace.create_scenario("quiet", actor="dana", at=AT, horizon=12).plan()
    assert launch_list(plan).height == ending_list(plan).height == event_calendar(plan).height == 0
