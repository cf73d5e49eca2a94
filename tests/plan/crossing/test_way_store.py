"""Kept ways: another process explains by the plans of the first, bit for bit; what is damaged is calculated again."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.plan import calculator, code_version
from steelyard.plan.bridge import bridge, keep_way, way_between
from steelyard.plan.crossing.way_file import Woven, read_way, spell_way
from steelyard.plan.crossing.way_store import WayStore
from steelyard.plan.sight import Sight, part_of, seen
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
MEASURES = ("revenue", "gross_margin", "inventory_value", "capacity_load", "demand_history", "price")


@pytest.fixture
def months(workspace, base):
    """A published plan, and a scenario on the extract after it with changes of its own."""
    base.change("consensus_demand", percent=-4, **DANA)
    published = base.publish(**DANA)
    there = company(items=7, customers=3, seed=5)
    workspace.add_extract(there, at=AT)
    later = workspace.create_scenario("later", extract=there.digest, horizon=12, **DANA)
    later.change("consensus_demand", percent=8, **DANA)
    later.change("price", percent=3, **DANA)
    keep_way(*plans_of(workspace, published.id))
    return published.id


def plans_of(home, published):
    return home.numbers_of(home.published_plan(published)), home.scenario("later").plan()


def steps(before, after):
    return [bridge(before, after, measure) for measure in MEASURES]


def files(home):
    return sorted((home.folder / "plans" / "ways").glob("*"))


def no_plan(*_args, **_kwargs):
    raise AssertionError("a plan was calculated")


def test_another_process_explains_without_calculating_a_plan(workspace, months, monkeypatch):
    told = steps(*plans_of(workspace, months))
    with Workspace.open(workspace.folder) as again:
        before, after = plans_of(again, months)
        monkeypatch.setattr(calculator, "run_plan", no_plan)
        monkeypatch.setattr(calculator, "freeze_inputs", no_plan)
        assert steps(before, after) == told


def test_every_measure_of_every_plan_on_a_kept_way_has_the_same_bits(workspace, months):
    before, after = plans_of(workspace, months)
    way = way_between(before, after)
    with Workspace.open(workspace.folder) as again:
        other = way_between(*plans_of(again, months))
        for one, two in zip((*way.forward, *way.backward), (*other.forward, *other.backward), strict=True):
            assert one.digest == two.digest
            for name in (name for name in two.measures if isinstance(two.values.get(name), tuple)):
                pairs = zip(one.blocks(name), two.blocks(name), strict=True)
                assert all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs), name


def test_a_reader_of_a_part_is_told_by_the_kept_way_of_the_whole(workspace, months, monkeypatch):
    eyes = Sight(parts=(part_of({"product_family": ("F0",)}),))
    told = bridge(*plans_of(workspace, months), "revenue", scope={"product_family": "F0"})
    with Workspace.open(workspace.folder) as again:
        before, after = plans_of(again, months)
        monkeypatch.setattr(calculator, "run_plan", no_plan)
        part = bridge(seen(before, eyes), seen(after, eyes), "revenue")
    assert [step.effect for step in part.steps] == [step.effect for step in told.steps]


def test_what_is_not_kept_of_a_plan_is_calculated_when_it_is_asked_for(workspace, months):
    with Workspace.open(workspace.folder) as again:
        step = way_between(*plans_of(again, months)).forward[1]
        assert step.inputs.values["lots"].multiple.size == step.series("inventory_value").size


def test_a_recalled_way_leaves_plans_that_are_worked_with_whole(workspace, months):
    with Workspace.open(workspace.folder) as again:
        before, after = plans_of(again, months)
        way_between(before, after)
        whole = again.calculator.numbers(before.inputs.extract, before.parameters, before.changes)
        assert whole.values["forecast_notes"].mode
        assert before.inputs.values["lots"].multiple.size == before.series("inventory_value").size


@pytest.mark.parametrize("place", [3, 200, -200, -3])
def test_a_damaged_way_is_gone_anew(workspace, months, place):
    told = steps(*plans_of(workspace, months))
    (path,) = files(workspace)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with Workspace.open(workspace.folder) as again:
        assert steps(*plans_of(again, months)) == told
        assert not path.exists()
        keep_way(*plans_of(again, months))
    assert read_way(path.read_bytes())


def test_a_way_cut_short_is_gone_anew(workspace, months):
    told = steps(*plans_of(workspace, months))
    (path,) = files(workspace)
    path.write_bytes(path.read_bytes()[:1000])
    with Workspace.open(workspace.folder) as again:
        assert steps(*plans_of(again, months)) == told


def test_ways_of_other_code_are_not_taken(workspace, months, monkeypatch):
    before, after = plans_of(workspace, months)
    ways = WayStore(workspace.folder / "plans" / "ways")
    assert ways.open(before.digest, after.digest)
    monkeypatch.setattr("steelyard.plan.crossing.way_store.crossing_version", lambda: "other code")
    assert ways.open(before.digest, after.digest) == {}


def test_a_way_is_not_found_by_another_version_of_a_package_that_forecasts(tmp_path, base, monkeypatch):
    ways = WayStore(tmp_path / "ways")
    ways.keep("before", "after", [base.plan()])
    assert ways.open("before", "after")
    known = code_version._version
    monkeypatch.setattr(code_version, "_version", lambda name: "9.9" if name == "statsforecast" else known(name))
    assert not ways.open("before", "after")


def test_ways_used_longest_ago_make_room(tmp_path, base):
    plans = [base.plan()]
    size = sum(map(len, spell_way(plans)))
    ways = WayStore(tmp_path / "ways", most=int(size * 2.5))
    for number, name in enumerate(("first", "second")):
        assert ways.keep(name, "end", plans)
        os.utime(ways._path(name, "end"), (number, number))
    assert ways.open("first", "end")
    ways.keep("third", "end", plans)
    assert [name for name in ("first", "second", "third") if ways.open(name, "end")] == ["first", "third"]


def test_a_way_too_large_for_the_folder_is_not_kept(tmp_path, base):
    ways = WayStore(tmp_path / "ways", most=1000)
    assert ways.keep("before", "after", [base.plan()]) == 0
    assert not (tmp_path / "ways").exists()


def test_a_folder_that_cannot_be_written_to_keeps_nobody_from_an_answer(tmp_path, base):
    (tmp_path / "file").touch()
    assert WayStore(tmp_path / "file" / "ways").keep("before", "after", [base.plan()]) == 0


def test_many_may_keep_one_way_at_the_same_time(tmp_path, base):
    plans = [base.plan()]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: WayStore(tmp_path / "ways").keep("before", "after", plans), range(8)))
    assert WayStore(tmp_path / "ways").open("before", "after")
    assert [path.suffix for path in (tmp_path / "ways").iterdir()] == [".way"]


blocks = arrays(np.float64, st.sampled_from([(2, 3), (1, 3), (3,)]), elements=st.floats(allow_nan=True, width=64))


@given(st.lists(st.lists(blocks, min_size=2, max_size=2), min_size=1, max_size=4), st.data())
def test_woven_blocks_come_back_bit_for_bit(measure, data):
    plans = [tuple(one) for one in measure]
    plans.append(data.draw(st.sampled_from(plans)))
    back = Woven.of(plans).blocks_of_plans()
    for one, two in zip(plans, back, strict=True):
        assert all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))
