"""Stock proposals: budget and network as changes of a scenario that are made and undone as one."""

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import join
from steelyard.plan.plan import Plan
from steelyard.plan.review.multi_echelon import place_plan
from steelyard.plan.review.stock import stock_review
from steelyard.plan.review.stock_proposal import StockProposal, propose_budget, propose_network
from steelyard.plan.scenario import Scenario
from tests.plan.conftest import AT


def adopt(base: Scenario, proposal: StockProposal, note: str = "") -> Scenario:
    branch = base.branch("adopted", actor="dana", at=AT)
    branch.append(*proposal.changes(author="dana", at=AT, note=note))
    return branch


def stock_of(plan: Plan) -> dict[tuple[str, str], float]:
    members = plan.inputs.series["item_location"].members
    stock = join(plan.blocks("safety_stock"))
    assert np.ptp(stock, axis=0).max() == 0
    return dict(zip(members.select("item", "location").iter_rows(), stock[0].tolist(), strict=True))


def test_a_budget_is_taken_over_place_by_place_and_never_overspent(base: Scenario) -> None:
    review = stock_review(base.plan())
    budget = 0.6 * review.today().value
    proposal = propose_budget(review, budget)
    kept = stock_of(adopt(base, proposal).plan())
    cost = dict(zip(kept, review.cost[0].tolist(), strict=True))
    for item, place, stock in proposal.table.select("item", "location", "proposed").iter_rows():
        assert kept[item, place] == pytest.approx(stock)
    weighed = proposal.table.select("item", "location").rows()
    spent = sum(kept[place] * cost[place] for place in weighed)
    assert budget - sum(cost[place] for place in weighed) <= spent <= budget + 1e-6


def test_a_proposal_is_one_event_with_its_reason_and_undone_as_one(base: Scenario) -> None:
    before = base.plan()
    branch = adopt(base, propose_budget(stock_review(before), 500.0), note="cash is short")
    assert len(branch.events[-1].changes) > 1
    assert {change.reason for change in branch.own_changes} == {"management_decision"}
    assert {change.note for change in branch.own_changes} == {"Stock budget 500: cash is short"}
    branch.undo("dana", AT)
    assert branch.plan().digest == before.digest


def test_the_network_is_taken_over_as_it_was_placed(base: Scenario) -> None:
    plan = base.plan()
    proposal = propose_network(plan, place_plan(plan))
    kept = stock_of(adopt(base, proposal).plan())
    assert proposal.table.height == len(kept)
    for item, place, stock in proposal.table.select("item", "location", "proposed").iter_rows():
        assert kept[item, place] == pytest.approx(stock)


def test_what_moves_nothing_is_refused(base: Scenario) -> None:
    branch = adopt(base, propose_budget(stock_review(base.plan()), 500.0))
    again = propose_budget(stock_review(branch.plan()), 500.0)
    with pytest.raises(ChangeInvalid, match="moves no safety stock"):
        again.changes(author="dana", at=AT)
