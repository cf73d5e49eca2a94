"""Block: levers of a large plan, weighed on a part of it, agree with the whole within what is stated."""

from contextlib import AbstractContextManager

import numpy as np
import pytest

from steelyard.balancing.demand_shaping import Promotion
from steelyard.balancing.weights import Weights
from steelyard.errors import ChangeInvalid, PlanError
from steelyard.plan.balancing import block
from steelyard.plan.balancing.catalogue import Catalogue, catalogue_of
from steelyard.plan.balancing.focus import Focus
from steelyard.plan.balancing.mix import best_mix
from steelyard.plan.balancing.promotion_month import PromotedMonth, plan_months
from steelyard.plan.balancing.standing_model import BalanceBase, balance_base
from steelyard.plan.balancing.take import check_taken
from steelyard.plan.balancing.taking import SCHEDULE, changes_of_levers
from steelyard.plan.balancing.ways_out import WaysOut
from steelyard.plan.scenario import Scenario
from steelyard.plan.stages import engine
from steelyard.plan.uncertainty.plan_drivers import plan_drivers
from steelyard.plan.workspace import Workspace
from steelyard.supply.decomposition import plan_decomposed
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.held_rest import columns_of, hold_rest, made_of
from steelyard.supply.supply_plan import Decisions
from tests.company import LINE
from tests.plan.balancing.companies import AT, shortened

OVERTIME = f"overtime:{LINE}"


@pytest.fixture(scope="module")
def short(shared_workspace: Workspace) -> Scenario:
    return shortened(shared_workspace.scenario("base"))


@pytest.fixture(scope="module")
def whole(short: Scenario) -> Catalogue:
    found = catalogue_of(short.plan())
    assert found.block is None
    return found


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every plan is too large to be solved as a whole."""
    monkeypatch.setattr(engine, "LARGEST_EXACT", 1)
    return monkeypatch


def test_a_block_of_everything_is_the_whole(short: Scenario, whole: Catalogue, large: pytest.MonkeyPatch) -> None:
    found = catalogue_of(short.plan())
    told = found.block
    assert told is not None
    assert told.gap_share == pytest.approx(1.0)
    assert {one.lever.key for one in found.worths} == {one.lever.key for one in whole.worths}
    for one in whole.worths:
        same = found.worth(one.lever.key)
        assert same.gain == pytest.approx(one.gain, rel=1e-6, abs=1.0)
    known, mixed = best_mix(whole, Weights()), best_mix(found, Weights())
    assert mixed.together.gain == pytest.approx(known.together.gain, rel=1e-6, abs=1.0)


@pytest.mark.parametrize("share", [0.35, 0.6])
def test_a_block_of_a_part_agrees_within_what_it_says(
    share: float, short: Scenario, whole: Catalogue, large: pytest.MonkeyPatch
) -> None:
    base = balance_base(short.plan())
    large.setattr(block, "MOST_COLUMNS", share * columns_of(base.full, np.ones(base.places, np.bool_)))
    found = catalogue_of(short.plan())
    told = found.block
    assert told is not None
    assert 0 < told.item_locations < told.of
    assert 0.0 < told.gap_share < 1.0
    assert found.worths
    for one in found.worths:
        assert one.gain <= whole.program.alone(one.lever.key).gain + told.uncertain + 1.0
    assert found.worth(OVERTIME).gain > 0
    mixed = best_mix(found, Weights())
    assert mixed.together.gain <= best_mix(whole, Weights()).together.gain + told.uncertain + 1.0
    assert f"{told.item_locations:,} of {told.of:,}" in str(told)


def test_what_is_weighed_in_a_block_can_be_taken(short: Scenario, large: pytest.MonkeyPatch) -> None:
    base = balance_base(short.plan())
    large.setattr(block, "MOST_COLUMNS", 0.35 * columns_of(base.full, np.ones(base.places, np.bool_)))
    found = catalogue_of(short.plan())
    changes = changes_of_levers(found, {OVERTIME: 1.0}, author="dana", at=AT)
    check = check_taken(short.plan(), changes)
    assert check.cost == pytest.approx(found.worth(OVERTIME).cost, rel=0.01)
    assert check.shipped_after > check.shipped_before
    (schedule,) = changes_of_levers(found, {SCHEDULE: 1.0}, author="dana", at=AT)
    assert "decomposition" in str(schedule)


def test_ways_out_are_of_the_block(short: Scenario, large: pytest.MonkeyPatch) -> None:
    base = balance_base(short.plan())
    large.setattr(block, "MOST_COLUMNS", 0.6 * columns_of(base.full, np.ones(base.places, np.bool_)))
    found = WaysOut(base)
    assert found.block is not None
    assert found.target < base.terms.residual * base.full.demand.quantity.sum()
    for way in found.sets():
        assert way.units <= found.target + 1e-6


def test_the_part_and_the_held_rest_make_the_whole(short: Scenario) -> None:
    """The part planned anew, laid into the plan of the whole, saves there what it saves in the part."""
    base = balance_base(short.plan())
    model, plan = base.bare, plan_decomposed(base.bare, gap=0.2, passes=3)
    told = evaluate(model, plan.decisions)
    seed = np.arange(base.places) == int(base.short_place.sum(axis=0).argmax())
    inside = made_of(model, seed)
    assert 0 < inside.sum() < inside.size
    part = hold_rest(model, plan.decisions, told, inside)
    best = plan_exact(part.model)
    assert best.objective < part.objective - 1.0
    laid = {name: values.copy() for name, values in vars(plan.decisions).items()}
    option = np.flatnonzero(inside[model.options.node])
    for name, places in (("quantity", option), ("shipped", part.row), ("lost", part.row), ("expired", part.node)):
        laid[name][:, places] = getattr(best.decisions, name)
    together = evaluate(model, Decisions(**laid)).objective
    assert together - told.objective == pytest.approx(best.objective - part.objective, rel=1e-6)
    everything = hold_rest(model, plan.decisions, told, np.ones(base.places, np.bool_))
    assert everything.objective == pytest.approx(told.objective, rel=1e-9)


def test_the_block_is_about_what_is_chosen(short: Scenario, large: pytest.MonkeyPatch) -> None:
    base = balance_base(short.plan())
    gap = np.bincount(base.family, (base.short_place * base.price_of_place).sum(axis=0), len(base.family_names))
    family = base.family_names[int(np.argmin(np.where(gap > 0, gap, np.inf)))]
    large.setattr(block, "MOST_COLUMNS", 0.6 * columns_of(base.full, np.ones(base.places, np.bool_)))
    usual = catalogue_of(short.plan())
    chosen = catalogue_of(short.plan(), focus=Focus((family,)))
    assert usual.block is not None
    assert chosen.block is not None
    assert chosen.block.families[0] == family
    assert f"chosen for {family}" in str(chosen.block)
    assert "chosen for" not in str(usual.block)
    of_line = catalogue_of(short.plan(), focus=Focus(resource=LINE, periods=(base.periods[0], base.periods[2])))
    assert of_line.block is not None
    assert of_line.block.focus == f"{LINE}; {base.periods[0]} to {base.periods[2]}"


@pytest.mark.parametrize(
    ("focus", "said"),
    [
        (Focus(("Moon",)), "no .* 'Moon' in the plan"),
        (Focus(resource="MOON"), "no resource 'MOON'"),
        (Focus(periods=("1999-01", "1999-02")), "no period '1999-01'"),
        (Focus(periods=("2026-03", "2026-01")), "run backwards"),
    ],
)
def test_a_focus_the_plan_does_not_have_is_refused(short: Scenario, focus: Focus, said: str) -> None:
    with pytest.raises(ChangeInvalid, match=said):
        catalogue_of(short.plan(), focus=focus)


def test_a_focus_without_a_gap_is_refused(shared_workspace: Workspace, large: pytest.MonkeyPatch) -> None:
    plan = shared_workspace.scenario("base").plan()
    base = balance_base(plan)
    quiet = np.flatnonzero(base.short_place.sum(axis=1) <= 0)
    if not quiet.size:
        pytest.skip("every period is short")
    label = base.periods[int(quiet[0])]
    with pytest.raises(PlanError, match="Nothing is short for"):
        catalogue_of(plan, focus=Focus(periods=(label, label)))


def test_drivers_of_a_large_plan_are_moved_in_its_block(short: Scenario, large: pytest.MonkeyPatch) -> None:
    with monkey_small() as small:
        small.setattr(engine, "LARGEST_EXACT", 10**9)
        whole = plan_drivers(short.plan(), ())
    found = plan_drivers(short.plan(), ())
    assert whole.block is None
    assert found.block is not None
    known = {bar.name: (low, high) for bar, low, high in whole.tornado.ranked()}
    for bar, low, high in found.tornado.ranked():
        assert (low, high) == pytest.approx(known[bar.name], rel=1e-5, abs=2.0), bar.name
    assert len(found.tornado.bars) == len(whole.tornado.bars)


def test_months_of_a_promotion_are_judged_in_a_block(short: Scenario, large: pytest.MonkeyPatch) -> None:
    promotion, base = Promotion(1.0, 0.2, 0.0, 0), balance_base(short.plan())
    known = judge_months_small(base, promotion)
    found = plan_months(base, promotion, {})
    assert found.block is not None
    assert [one.label for one in found.months] == [one.label for one in known]
    assert found.months[0].profit - known[0].profit == pytest.approx(found.months[-1].profit - known[-1].profit, abs=2)
    large.setattr(block, "MOST_COLUMNS", 1)
    with pytest.raises(PlanError, match="too large to be solved again"):
        plan_months(base, promotion, {})


def monkey_small() -> AbstractContextManager[pytest.MonkeyPatch]:
    return pytest.MonkeyPatch.context()


def judge_months_small(base: BalanceBase, promotion: Promotion) -> tuple[PromotedMonth, ...]:
    with monkey_small() as small:
        small.setattr(engine, "LARGEST_EXACT", 10**9)
        return plan_months(base, promotion, {}).months
