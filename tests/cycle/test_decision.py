"""Decision: its states, its paper, its business case."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from steelyard.cycle.decision.case import BusinessCase
from steelyard.cycle.decision.outlook import Outlook, amount_at_stake, outlook_of, read_outlook
from steelyard.cycle.decision.paper import Paper, PaperOption, check_paper
from steelyard.cycle.decision.recipe import read_recipe, recipe_of
from steelyard.cycle.decision.state import Act, State, acts_of, next_state
from steelyard.errors import DecisionInvalid
from steelyard.plan.workspace import Workspace
from tests.company import company
from tests.web.conftest import AT


def option(key: int, **values: object) -> PaperOption:
    made = PaperOption(key, f"option {key}", f"plan{key}", 3, BusinessCase(), weighed=True)
    return replace(made, **values)  # type: ignore[arg-type]


PAPER = Paper("balance", "Which way?", "", 1000.0, 2, (option(1), option(2)))


def test_a_decision_ends_once() -> None:
    ended = (State.REJECTED, State.SUPERSEDED)
    assert [acts_of(state) for state in ended] == [(), ()]
    assert acts_of(State.APPROVED) == (Act.SUPERSEDE,)
    with pytest.raises(DecisionInvalid, match="ask a new decision"):
        next_state(State.APPROVED, Act.WITHDRAW)


def test_a_deferred_decision_is_asked_again_before_it_is_taken() -> None:
    assert next_state(State.DEFERRED, Act.ASK) is State.ASKED
    with pytest.raises(DecisionInvalid):
        next_state(State.DEFERRED, Act.APPROVE)


def test_every_state_but_the_last_ones_leads_on() -> None:
    assert {state for state in State if not acts_of(state)} == {State.REJECTED, State.SUPERSEDED}


@pytest.mark.parametrize(
    "other",
    [
        replace(PAPER, question="Which other way?"),
        replace(PAPER, recommended=1),
        replace(PAPER, options=(option(1), option(2, plan="another"))),
        replace(PAPER, options=(option(1), option(2, revision=4))),
        replace(PAPER, options=(option(1), option(2, case=BusinessCase(capex=1.0)))),
        replace(PAPER, conditions=("mind the cost",)),
    ],
)
def test_the_digest_moves_with_whatever_is_signed(other: Paper) -> None:
    assert other.digest != PAPER.digest
    assert replace(PAPER).digest == PAPER.digest


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (replace(PAPER, question=" "), "no question"),
        (replace(PAPER, options=(option(2),)), "at least 2 options"),
        (replace(PAPER, recommended=None), "no option is recommended"),
        (replace(PAPER, options=(option(1), option(2, weighed=False))), "option 2 is not weighed"),
        (replace(PAPER, kind="line"), "spends and earns"),
    ],
)
def test_a_paper_says_what_it_lacks(paper: Paper, said: str) -> None:
    with pytest.raises(DecisionInvalid, match=said):
        check_paper(paper)


def test_a_plan_is_approved_without_an_alternative() -> None:
    check_paper(replace(PAPER, kind="plan_approval", options=(option(2),)))


def test_the_business_case_of_a_line_is_that_of_the_textbook() -> None:
    # Garrison, Managerial Accounting, chapter 14: 14,000 out, 3,500 a year: back after four years.
    case = BusinessCase(capex=14_000.0, yearly_gain=3_500.0, years=10)
    assert case.payback == 4.0
    assert BusinessCase(capex=100.0, yearly_gain=10.0, years=3).payback is None
    assert round(BusinessCase(capex=1000.0, yearly_gain=500.0, years=3).npv, 2) == 243.43


@pytest.mark.parametrize("values", [{"capex": -1.0}, {"years": 0}, {"years": 41}, {"rate": float("nan")}])
def test_a_business_case_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(DecisionInvalid):
        BusinessCase(**values)  # type: ignore[arg-type]


def test_the_amount_is_the_largest_money_moved() -> None:
    def outlook(margin: float | None, stock: float) -> Outlook:
        return Outlook({"gross_margin": margin, "inventory_value": stock}, (), {}, ())

    assert amount_at_stake(outlook(120.0, 50.0), outlook(100.0, 90.0), capex=10.0) == 40.0
    assert amount_at_stake(outlook(120.0, 50.0), outlook(100.0, 50.0), capex=300.0) == 300.0
    assert amount_at_stake(outlook(120.0, 50.0), outlook(100.0, 50.0), capex=30.0, yearly_gain=-400.0) == 400.0


def test_nobody_knows_the_amount_where_margin_or_stock_is_not_told() -> None:
    def outlook(margin: float | None, stock: float | None) -> Outlook:
        return Outlook({"gross_margin": margin, "inventory_value": stock}, (), {}, ())

    assert amount_at_stake(outlook(None, 50.0), outlook(100.0, 50.0), capex=10.0) is None
    assert amount_at_stake(outlook(120.0, 50.0), outlook(100.0, None)) is None


def test_a_recipe_makes_the_same_plan_after_its_scenario_has_moved_on(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "c", company="Small") as workspace:
        workspace.add_extract(company(items=4, customers=2), at=AT, actor="dana")
        base = workspace.create_scenario("base", actor="dana", at=AT, horizon=12)
        base.change("consensus_demand", percent=5, actor="dana", at=AT, reason="launch")
        plan = base.plan()
        spelled = json.loads(json.dumps(recipe_of(plan, base.revision).to_json()))
        base.change("consensus_demand", percent=50, actor="dana", at=AT, reason="launch")
        again = read_recipe(spelled).plan(workspace.calculator)
        assert again.digest == plan.digest
        assert read_recipe(spelled).holds
        assert not read_recipe({**spelled, "digest": "0" * 64}).holds
        assert again.value("revenue") == plan.value("revenue") != base.plan().value("revenue")


def test_an_outlook_survives_being_kept(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "c", company="Small") as workspace:
        workspace.add_extract(company(items=4, customers=2), at=AT, actor="dana")
        plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=12).plan()
        found = outlook_of(plan)
        assert read_outlook(json.loads(json.dumps(found.to_json()))) == found
        assert found.figures["revenue"] == pytest.approx(plan.value("revenue"))
        for one in found.expected:
            assert len(one.planned) == len(one.low) == len(one.high) == 12
            assert all(low <= high for low, high in zip(one.low, one.high, strict=True))
