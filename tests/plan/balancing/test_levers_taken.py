"""Every kind of lever, pulled on a workshop: what is taken does in the plan what the lever was sized to do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from steelyard.balancing.lever import DEMAND, HOURS
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, join
from steelyard.plan.balancing.catalogue import Catalogue, catalogue_of
from steelyard.plan.balancing.mix import best_mix
from steelyard.plan.balancing.take import TakenCheck, check_taken, lever_changes
from steelyard.plan.balancing.taking import SCHEDULE, changes_of_levers, changes_of_mix
from steelyard.plan.change import Change
from steelyard.plan.money.statement import make_statement
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.plan.balancing.companies import AT
from tests.plan.balancing.workshop import workshop


class Shop:
    """A workshop with its levers."""

    def __init__(self, folder: Path, **means: float) -> None:
        self.workspace = Workspace.create(folder, company="Workshop")
        self.workspace.add_extract(workshop(**means), at=AT, actor="dana")
        self.base = self.workspace.create_scenario("base", actor="dana", at=AT, horizon=8)
        self.base.append(Change(SetParameter("lever_elasticity", -1.5), author="dana", at=AT))
        self.catalogue: Catalogue = catalogue_of(self.base.plan())

    def take(self, key: str) -> tuple[Scenario, TakenCheck]:
        """A branch in which all of a lever that is worth pulling is pulled."""
        branch = self.base.branch(f"{key} {len(self.workspace.scenarios())}", actor="dana", at=AT)
        changes = changes_of_levers(self.catalogue, {key: 1.0}, author="luis", at=AT, note="agreed")
        check = check_taken(self.base.plan(), changes)
        branch.append(*changes)
        assert {change.author for change in changes} == {"luis"}
        assert all("agreed" in change.note for change in changes if change.kind != "parameter")
        return branch, check

    def spent(self, key: str) -> Array:
        """What the lever costs the books by period."""
        worth = self.catalogue.worth(key)
        return worth.lever.spent(worth.outcome.quantities[key], len(self.catalogue.base.periods))


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Four workers where eight are needed."""
    shop = Shop(tmp_path_factory.mktemp("crew") / "w")
    with shop.workspace:
        yield shop


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A machine with a third of the hours, and thirty workers who wait for it."""
    shop = Shop(tmp_path_factory.mktemp("machine") / "w", workers=30.0, machine=300.0)
    with shop.workspace:
        yield shop


@pytest.fixture(scope="module")
def dip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A machine that stands still in May."""
    shop = Shop(tmp_path_factory.mktemp("dip") / "w", workers=20.0, machine=850.0, dip=0.05)
    with shop.workspace:
        yield shop


def hours(plan, resource: str) -> Array:
    _, totals = plan.totals("capacity_available", scope={"resource": resource})
    return np.asarray(totals[:, 0])


def test_hiring_brings_the_hours_of_whole_workers_and_their_wages(crew: Shop) -> None:
    worth = crew.catalogue.worth("hire:CREW")
    branch, check = crew.take("hire:CREW")
    assert worth.used == 3.0, "no more than the room of the resource over all periods together"
    more = hours(branch.plan(), "CREW") - hours(crew.base.plan(), "CREW")
    assert more.tolist() == [0, 0, 300, 300, 300, 300, 300, 300]
    assert check.shipped_after - check.shipped_before == pytest.approx(worth.closed, rel=0.01)
    assert crew.spent("hire:CREW").tolist() == [0, 0, 1200, 900, 900, 900, 900, 900]
    assert check.cost == pytest.approx(worth.cost)


def test_laying_off_saves_wages_where_hours_are_idle_and_ships_as_much(machine: Shop) -> None:
    worth = machine.catalogue.worth("layoff:CREW")
    branch, check = machine.take("layoff:CREW")
    less = hours(machine.base.plan(), "CREW") - hours(branch.plan(), "CREW")
    assert less[-1] == pytest.approx(100 * worth.used)
    assert check.shipped_after == pytest.approx(check.shipped_before, rel=0.01)
    assert check.cost == pytest.approx(worth.cost)
    assert check.cost < 0


def test_a_shift_brings_its_hours_at_its_cost(machine: Shop) -> None:
    worth = machine.catalogue.worth("shift:LINE")
    branch, check = machine.take("shift:LINE")
    more = hours(branch.plan(), "LINE") - hours(machine.base.plan(), "LINE")
    assert more.tolist() == [0, 160, 160, 160, 160, 160, 160, 160]
    assert check.shipped_after - check.shipped_before == pytest.approx(worth.closed, rel=0.01)
    assert check.cost == pytest.approx(7 * 2 * 400.0)


@pytest.mark.parametrize("key", ["source:buy:F0", "subcontract:subcontract:F1", "deployment:F1", "substitution"])
def test_units_from_elsewhere_are_shipped(key: str, crew: Shop) -> None:
    worth = crew.catalogue.worth(key)
    _, check = crew.take(key)
    assert check.shipped_after - check.shipped_before == pytest.approx(worth.closed, rel=0.01)
    assert check.gap_after < check.gap_before
    assert check.cost == pytest.approx(float(crew.spent(key).sum()), abs=0.1)


def test_what_is_made_elsewhere_becomes_a_share_of_the_need(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "w", side=100.0)
    with shop.workspace:
        worth = shop.catalogue.worth("source:make:F1")
        branch, check = shop.take("source:make:F1")
        plan = branch.plan()
        split = {
            change.operation.key["source_id"]: change.operation.value
            for change in plan.changes
            if isinstance(change.operation, SetMasterData)
        }
        base = shop.catalogue.base
        place = int(worth.lever.steps.about[0])
        share = worth.used / base.cells("planned_receipts")[:, place].sum()
        assert split["side-I1"] == pytest.approx(share, abs=1e-4)
        assert split["side-I1"] + split["make-I1"] == pytest.approx(1.0, abs=2e-4)
        used = plan.frame("constrained_load", by=["resource"]).filter(resource="SIDE")["constrained_load"].sum()
        assert used == pytest.approx(0.9 * worth.used, rel=0.1)
        assert check.shipped_after - check.shipped_before > 0.7 * worth.closed
        assert check.gap_after < check.gap_before
        assert check.cost == pytest.approx(0.0, abs=1.0), "the same components and work at another place"


def test_a_source_taken_for_some_periods_is_valid_in_them_only(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "w", side=100.0)
    with shop.workspace:
        worth = shop.catalogue.worth("source:make:F1")
        period = worth.lever.steps.period
        some = np.where((period >= 2) & (period < 5), worth.outcome.quantities["source:make:F1"], 0.0)
        changes = lever_changes(shop.catalogue.base, worth.lever, some, author="luis", at=AT)
        stated = {c.operation.column: c.operation.value for c in changes if isinstance(c.operation, SetMasterData)}
        assert (stated["valid_from"], stated["valid_to"]) == ("2026-03-01", "2026-05-31")
        branch = shop.base.branch("for a while", actor="dana", at=AT)
        branch.append(*changes)
        rows = branch.plan().inputs.values["source_rows"]
        side = rows.share[:, 1]
        assert (side > 0).tolist() == [False, False, True, True, True, False, False, False]


def test_a_source_too_small_to_be_a_share_is_refused(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "w", side=100.0)
    with shop.workspace:
        worth = shop.catalogue.worth("source:make:F1")
        little = 0.001 * worth.outcome.quantities["source:make:F1"]
        with pytest.raises(ChangeInvalid, match="too little to be a share"):
            lever_changes(shop.catalogue.base, worth.lever, little, author="luis", at=AT)


def test_a_substitute_is_asked_for_instead(crew: Shop) -> None:
    units = crew.catalogue.worth("substitution").used
    branch, _ = crew.take("substitution")
    before, after = crew.base.plan(), branch.plan()
    for item, sign in (("I0", -1.0), ("I1", 1.0)):
        moved = after.value("demand_plan", scope={"item": item}) - before.value("demand_plan", scope={"item": item})
        assert moved == pytest.approx(sign * units, rel=0.01)


@pytest.mark.parametrize(("shop", "key"), [("crew", "price:F1"), ("dip", "price:F1")])
def test_a_price_moves_demand_as_sized(shop: str, key: str, request: pytest.FixtureRequest) -> None:
    found: Shop = request.getfixturevalue(shop)
    worth = found.catalogue.worth(key)
    asked = found.catalogue.base.full.demand.quantity
    sized = worth.lever.steps.moved(worth.outcome.quantities[key], DEMAND, *asked.shape).sum()
    branch, _ = found.take(key)
    moved = branch.plan().value("demand_plan") - found.base.plan().value("demand_plan")
    assert sized < 0
    assert moved == pytest.approx(sized, rel=0.02)


@pytest.mark.parametrize("key", ["shift_in_time:F1", "expedite:F0"])
def test_what_comes_earlier_or_is_taken_later_closes_as_sized(key: str, dip: Shop) -> None:
    worth = dip.catalogue.worth(key)
    branch, check = dip.take(key)
    assert check.gap_before - check.gap_after == pytest.approx(worth.closed, rel=0.02)
    assert check.shipped_after == pytest.approx(check.shipped_before, rel=1e-3)
    assert check.cost == pytest.approx(float(dip.spent(key).sum()), abs=0.1)
    measure = "demand_plan" if key.startswith("shift") else "scheduled_receipts"
    assert branch.plan().value(measure) == pytest.approx(dip.base.plan().value(measure), rel=1e-6)


def test_a_promotion_moves_by_whole_periods(dip: Shop) -> None:
    worth = next(one for one in dip.catalogue.worths if one.lever.kind == "promotion_timing")
    branch, check = dip.take(worth.lever.key)
    by = int(worth.lever.steps.about[0])
    before, after = (
        plan.totals("promotion_uplift", scope={"item": "I3"})[1][:, 0] for plan in (dip.base.plan(), branch.plan())
    )
    assert np.flatnonzero(after > 1e-6).tolist() == [int(np.flatnonzero(before > 1e-6)[0]) + by]
    assert check.gap_after < check.gap_before


def test_building_ahead_carries_the_stock(tmp_path: Path) -> None:
    """The engine by priority builds ahead by itself, so that the lever is idle; pulled by hand it carries more."""
    shop = Shop(tmp_path / "w", workers=20.0, machine=1200.0, dip=0.2)
    with shop.workspace:
        base = shop.catalogue.base
        lever = next(one for one in shop.catalogue.program.levers if one.kind == "pre_build")
        assert lever.key in {one.key for one in shop.catalogue.idle}
        free = base.cells("capacity_available") - base.cells("capacity_load")
        assert lever.unit == "hours"
        assert 0 < lever.limit <= float(np.maximum(free, 0.0).sum())
        step = int(np.flatnonzero((lever.steps.period == 6) & (lever.steps.limit > 50))[0])
        quantity = np.zeros(lever.steps.count)
        quantity[step] = 50.0
        branch = shop.base.branch("ahead", actor="dana", at=AT)
        branch.append(*lever_changes(base, lever, quantity, author="luis", at=AT))
        stock = [join(plan.blocks("projected_inventory")) for plan in (shop.base.plan(), branch.plan())]
        assert (stock[1] - stock[0])[6, int(lever.steps.about[step])] == pytest.approx(50.0)
        assert branch.plan().value("lever_cost") == 0, "stock is no expense"


def test_planning_by_money_leaves_what_was_told(crew: Shop) -> None:
    assert crew.catalogue.schedule is not None
    _, check = crew.take(SCHEDULE)
    assert check.gap_after <= crew.catalogue.schedule.units_after + 1.0
    with pytest.raises(ChangeInvalid, match="take it whole"):
        changes_of_levers(crew.catalogue, {SCHEDULE: 0.5}, author="luis", at=AT)


def test_a_mix_is_taken_and_its_cost_stands_in_the_statement(crew: Shop) -> None:
    mix = best_mix(crew.catalogue)
    branch = crew.base.branch("mix", actor="dana", at=AT)
    branch.append(*changes_of_mix(crew.catalogue, mix, author="luis", at=AT))
    plan = branch.plan()
    spent = sum(float(part.worth.lever.spent(part.quantity, 8).sum()) for part in mix.parts)
    assert plan.value("lever_cost") == pytest.approx(spent, abs=1.0)
    found = make_statement(plan, ("plan",), time="all")
    v = {line.key: found.value("plan", found.periods[0], line.key) for line in found.lines}
    assert v["lever_cost"] == pytest.approx(spent, abs=1.0)
    reckoned = v["gross_margin"] - v["lever_cost"] - v["operating_expense"] - v["depreciation"]
    assert v["operating_profit"] == pytest.approx(reckoned)
    branch.undo(actor="luis", at=AT)
    assert branch.plan().value("lever_cost") == 0
    assert branch.plan().value("gross_margin") == crew.base.plan().value("gross_margin")


def test_beyond_the_room_of_all_periods_together_is_refused(crew: Shop) -> None:
    lever = crew.catalogue.worth("hire:CREW").lever
    with pytest.raises(ChangeInvalid, match="workers in all"):
        lever_changes(crew.catalogue.base, lever, np.full(lever.steps.count, 1.0), author="luis", at=AT)
    assert lever.limit == 3.0
    assert set(lever.steps.entry_kind.tolist()) == {HOURS}
    assert lever.in_whole_steps(np.array([0.4, 1.6, 0, 0, 0, 2.2]), up=True).tolist() == [1, 2, 0, 0, 0, 0]
