"""Rationing levers: taken, they are changes of the plan that do exactly what was shown, and an undo takes them back."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest

from steelyard.data.table import SOURCE_COLUMNS
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import join
from steelyard.plan.balancing.board import GapBoard
from steelyard.plan.balancing.catalogue import Catalogue, catalogue_of
from steelyard.plan.balancing.queue import limit_changes
from steelyard.plan.balancing.rationing import Rationing
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.balancing.taking import changes_of_levers
from steelyard.plan.change import Change
from steelyard.plan.operation import Percent
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.company import CENTRES, company
from tests.plan.balancing.companies import AT, shortened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A company in which both channels are served from one place."""
    plain = company(items=6, customers=3)
    rows = {
        name: plain.tables[name]
        .with_columns(location_id=pl.lit(CENTRES[0]))
        .drop(SOURCE_COLUMNS, strict=False)
        .to_dicts()
        for name in ("sales_line", "open_order")
    }
    with Workspace.create(tmp_path_factory.mktemp("one place") / "small", company="Small Company") as workspace:
        workspace.add_extract(company(items=6, customers=3, replace=rows), at=AT, actor="dana")
        workspace.create_scenario("base", actor="dana", at=AT, horizon=12)
        yield workspace


@pytest.fixture(scope="module")
def short(shared: Workspace) -> Scenario:
    made = shortened(shared.scenario("base"), hours=260.0, overtime=0.0)
    made.append(Change(Percent(15), "price", {"channel": ("retail",)}, author="dana", at=AT, reason="price_change"))
    return made


@pytest.fixture(scope="module")
def catalogue(short: Scenario) -> Catalogue:
    return catalogue_of(short.plan())


@pytest.fixture
def branch(short: Scenario, request: pytest.FixtureRequest) -> Scenario:
    return short.branch(request.node.name[:60], actor="dana", at=AT)


@pytest.mark.parametrize("rule", ["profit", "priority"])
def test_a_rule_taken_is_the_plan_that_was_shown(rule: str, catalogue: Catalogue, branch: Scenario) -> None:
    shown = catalogue.rationing.losses[rule]
    branch.append(*changes_of_levers(catalogue, {f"ration:{rule}": 1.0}, author="luis", at=AT, note="agreed"))
    plan = branch.plan()
    assert np.array_equal(join(plan.blocks("constrained_demand")), shown.given)
    assert plan.value("gross_margin") == pytest.approx(shown.margin)
    assert shown.margin != pytest.approx(catalogue.rationing.stands.margin)
    assert plan.value("shipments") == pytest.approx(catalogue.base.plan.value("shipments"))
    branch.undo(actor="luis", at=AT)
    assert branch.plan().value("gross_margin") == catalogue.base.plan.value("gross_margin")


def test_a_channel_put_first_waits_less_and_the_proof_names_who_pays(catalogue: Catalogue, branch: Scenario) -> None:
    worth = next(one for one in catalogue.queues if one.key.startswith("channel:"))
    name = worth.key.removeprefix("channel:")
    before = catalogue.base.plan.value("constrained_demand", scope={"channel": name})
    branch.append(*changes_of_levers(catalogue, {worth.key: 1.0}, author="luis", at=AT))
    plan = branch.plan()
    assert plan.value("constrained_demand", scope={"channel": name}) > before
    gain = plan.value("gross_margin") - catalogue.base.plan.value("gross_margin")
    assert gain == pytest.approx(worth.gain)
    assert worth.worst
    assert worth.worst != name
    change = plan.changes[-1]
    assert (change.author, change.measure, dict(change.scope)) == ("luis", "allocation_rank", {"channel": (name,)})
    told = plan.explain("constrained_demand", scope={"channel": name})
    assert "allocation_rank" in {one.name for one in told.inputs}


def test_profit_earns_no_less_than_any_queue(catalogue: Catalogue) -> None:
    losses = catalogue.rationing.losses
    best = losses["profit"].margin
    assert all(best >= one.margin - 1e-6 for name, one in losses.items() if name != "priority")
    assert {row["rule"] for row in catalogue.rationing.summary.filter("in_force").to_dicts()} >= {"fair_share"}


def test_a_ration_of_a_share_follows_demand_and_turns_the_rest_away(branch: Scenario) -> None:
    scope = {"channel": ("online",)}
    before = branch.plan()
    branch.append(*limit_changes(before, scope, author="luis", at=AT, percent=60.0, note="allocation of spring"))
    plan = branch.plan()
    asked = plan.value("demand_plan", scope=scope)
    assert asked == before.value("demand_plan", scope=scope)
    assert plan.value("turned_away", scope=scope) == pytest.approx(0.4 * asked)
    assert plan.value("constrained_demand", scope=scope) <= 0.6 * asked + 1e-6
    others = {"channel": ("retail",)}
    assert plan.value("constrained_demand", scope=others) > before.value("constrained_demand", scope=others)
    assert GapBoard(balance_base(plan)).cells.demand.sum() == pytest.approx(plan.value("demand_plan"))
    assert plan.value("independent_demand") == pytest.approx(plan.value("demand_plan") - 0.4 * asked)


def test_a_ration_in_units_is_the_most_that_is_served(branch: Scenario) -> None:
    plan, scope = branch.plan(), {"channel": ("online",), "product_family": ("F0",)}
    first = plan.horizon.labels[0]
    branch.append(*limit_changes(plan, scope, author="luis", at=AT, units=50.0, periods=(first, first)))
    after = branch.plan()
    assert after.value("ration", scope=scope, periods=first) == pytest.approx(50.0)
    assert after.value("independent_demand", periods=first) < plan.value("independent_demand", periods=first)


def test_rationed_plans_replay(branch: Scenario, catalogue: Catalogue, shared: Workspace) -> None:
    branch.append(*changes_of_levers(catalogue, {"ration:profit": 1.0}, author="luis", at=AT))
    branch.append(*limit_changes(branch.plan(), {"channel": ("online",)}, author="luis", at=AT, percent=80.0))
    published = branch.publish(actor="luis", at=AT)
    assert shared.replay(published.id).same


def test_what_does_not_fit_is_refused(catalogue: Catalogue, branch: Scenario) -> None:
    plan = catalogue.base.plan
    with pytest.raises(ChangeInvalid, match="take it whole"):
        changes_of_levers(catalogue, {"ration:profit": 0.5}, author="luis", at=AT)
    with pytest.raises(NotFound, match="no rule"):
        changes_of_levers(catalogue, {"ration:luck": 1.0}, author="luis", at=AT)
    with pytest.raises(NotFound, match="no channel"):
        changes_of_levers(catalogue, {"channel:moon": 1.0}, author="luis", at=AT)
    with pytest.raises(ChangeInvalid, match="limit nothing"):
        limit_changes(plan, {}, author="luis", at=AT, units=1e9)
    for wrong in ({"percent": 100.0}, {"percent": -1.0}, {"units": -1.0}, {}, {"percent": 10.0, "units": 5.0}):
        with pytest.raises(ChangeInvalid):
            limit_changes(plan, {}, author="luis", at=AT, **wrong)
    branch.append(*changes_of_levers(catalogue, {"channel:retail": 1.0}, author="luis", at=AT))
    with pytest.raises(ChangeInvalid, match="rank customers"):
        changes_of_levers(catalogue_of(branch.plan()), {"ration:profit": 1.0}, author="luis", at=AT)


@pytest.mark.parametrize("rule", ["profit", "priority"])
def test_board_and_ration_in_force_tell_one_gap(rule: str, catalogue: Catalogue, branch: Scenario) -> None:
    """One gap: by family, by channel and in money, also where one channel is served before what waits for another."""
    branch.append(*changes_of_levers(catalogue, {f"ration:{rule}": 1.0}, author="dana", at=AT))
    base = balance_base(branch.plan())
    board, stands = GapBoard(base), Rationing(base).summary.row(0, named=True)
    assert board.units == pytest.approx(stands["lost_units"], rel=1e-12)
    assert board.money == pytest.approx(stands["lost_revenue"], rel=1e-12)
    assert float(base.short_place.sum()) == pytest.approx(board.units, rel=1e-12)
    assert board.money != pytest.approx(GapBoard(catalogue.base).money)
