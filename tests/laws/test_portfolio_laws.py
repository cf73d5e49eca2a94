"""Laws of launches and ends: curves sum to 1, units are conserved, slips move, hand-over rises, undo restores bytes."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.grid.block import join
from steelyard.plan.change import Change
from steelyard.plan.life_operation import Launch, LifeOperation, NewItem, PhaseOut, RowOperation, SlipLaunch, Supersede
from steelyard.plan.plan import Plan
from steelyard.plan.workspace import Workspace
from steelyard.portfolio.cannibalisation import cannibalise
from steelyard.portfolio.hand_over import hand_over_weight
from steelyard.portfolio.phase_in import phase_in, phase_in_shares, run_down
from steelyard.portfolio.supersession import move_demand
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
KINDS = ("linear", "exponential", "s_curve")
EFFECTS = ("launch_forecast", "cannibalisation", "phase_out_effect")


@given(st.sampled_from(KINDS), st.integers(1, 60))
def test_curves_sum_to_one_and_never_shrink(kind: str, periods: int) -> None:
    shares = phase_in_shares(kind, periods)  # type: ignore[arg-type]
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert (shares > 0).all()
    factor = phase_in(shares, 2, periods + 4)
    assert factor[:2].tolist() == [0.0, 0.0]
    assert (np.diff(factor) >= 0).all()
    assert factor[-1] == 1.0


@given(st.sampled_from(KINDS), st.integers(1, 12), st.integers(0, 10), st.integers(0, 10))
def test_a_slip_moves_the_curve_and_keeps_it(kind: str, ramp: int, start: int, slip: int) -> None:
    shares = phase_in_shares(kind, ramp)  # type: ignore[arg-type]
    before, after = phase_in(shares, start, 40), phase_in(shares, start + slip, 40)
    assert after[slip:].tolist() == before[: 40 - slip].tolist()
    assert not after[: start + slip].any()


@given(st.sampled_from(KINDS), st.integers(1, 12), st.integers(0, 20))
def test_a_run_down_falls_to_nothing(kind: str, periods: int, end: int) -> None:
    keep = run_down(phase_in_shares(kind, periods), end, 24)  # type: ignore[arg-type]
    assert (np.diff(keep) <= 1e-12).all()
    assert (keep >= 0).all()
    assert not keep[end + 1 :].any()


@given(st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1000))
def test_supersession_conserves_units_at_the_factor(demand: float, share: float, factor: float) -> None:
    loss, gain = move_demand(np.array([[demand]]), np.array([[share]]), np.array([factor]))
    assert gain.sum() == pytest.approx(-loss.sum() * factor)
    assert demand + loss[0, 0] >= 0


@given(st.floats(0.5, 60), st.integers(1, 60))
def test_hand_over_weight_rises_from_nothing_to_all(prior: float, settled: int) -> None:
    weight = hand_over_weight(np.arange(settled + 5, dtype=np.float64), prior, float(settled))
    assert weight[0] == 0.0
    assert (np.diff(weight) >= -1e-12).all()
    assert (weight[settled:] == 1.0).all()


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=6), st.floats(0, 1e6))
def test_cannibalisation_takes_the_loss_and_never_more_than_there_is(series: list[float], loss: float) -> None:
    demand = np.array([series])
    taken = cannibalise(demand, np.zeros(len(series), dtype=np.int64), np.array([[loss]]))
    assert -taken.sum() == pytest.approx(min(loss, demand.sum()))
    assert (demand + taken >= -1e-6).all()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.create(tmp_path_factory.mktemp("life") / "small", company="Small Company")
    made.add_extract(company(items=5, customers=3), at=AT, actor="petra")
    return made


DECISIONS: tuple[tuple[LifeOperation | RowOperation, ...], ...] = (
    (NewItem("N1", "I0"), Launch("N1", "2026-04-01", like={"I1": 0.5}, takes_from={"I2": 0.2})),
    (NewItem("N1", "I0"), Launch("N1", "2026-04-01", volume=90.0), SlipLaunch("N1", "2026-07-01")),
    (Supersede("I3", "I4", "2026-03-01", 1.5, 2),),
    (PhaseOut("I2", "2026-08-31", 3.0),),
)


@pytest.mark.parametrize("decisions", DECISIONS, ids=lambda one: one[-1].kind)
def test_undo_restores_every_byte(workspace: Workspace, decisions: tuple[LifeOperation | RowOperation, ...]) -> None:
    scenario = workspace.create_scenario(f"undo-{decisions[-1].kind}", actor="petra", at=AT, horizon=12)
    before = scenario.plan()
    for one in decisions:
        scenario.append(Change(one, author="petra", at=AT, reason="launch"))
    moved = scenario.plan()
    assert any(_bytes(moved, name) != _bytes(before, name) for name in ("consensus_demand", "revenue"))
    for _ in decisions:
        scenario.undo("petra", AT)
    after = scenario.plan()
    assert all(_bytes(after, name) == _bytes(before, name) for name in (*EFFECTS, "consensus_demand", "revenue"))


@pytest.mark.parametrize("decisions", DECISIONS, ids=lambda one: one[-1].kind)
def test_incremental_equals_full(workspace: Workspace, decisions: tuple[LifeOperation | RowOperation, ...]) -> None:
    scenario = workspace.create_scenario(f"full-{decisions[-1].kind}", actor="petra", at=AT, horizon=12)
    for one in decisions:
        scenario.append(Change(one, author="petra", at=AT, reason="launch"))
        scenario.plan()
    scenario.change("history_correction", percent=3, scope={"item": "I1"}, actor="petra", at=AT)
    scenario.change("consensus_demand", percent=3, scope={"item": "I1"}, actor="petra", at=AT)
    stepwise = scenario.plan()
    fresh = workspace.calculator.fresh_plan("fresh", scenario.extract, scenario.parameters, scenario.changes)
    assert all(_bytes(stepwise, name) == _bytes(fresh, name) for name in (*EFFECTS, "unconstrained_demand", "revenue"))


@pytest.mark.parametrize(("factor", "window"), [(1.0, 0), (0.4, 3), (2.5, 1), (1.5, 20)])
def test_succession_in_a_plan_conserves_units_at_the_factor(workspace: Workspace, factor: float, window: int) -> None:
    scenario = workspace.create_scenario(f"moves-{factor}-{window}", actor="petra", at=AT, horizon=12)
    operation = Supersede("I3", "I4", "2026-03-01", factor, window)
    plan = scenario.try_out(Change(operation, author="petra", at=AT, reason="launch"))
    loss, gain = plan.value("phase_out_effect"), plan.value("launch_forecast")
    assert loss < 0
    assert gain == pytest.approx(-loss * factor, rel=1e-9)
    assert not scenario.changes


def _bytes(plan: Plan, measure: str) -> bytes:
    return join(plan.blocks(measure)).tobytes()
