"""Simulation: random numbers belong to series and draw, the kernel does what its words say, errors have their mean."""

import dataclasses

import numpy as np
import pytest

from steelyard.errors import ModelError
from steelyard.risk._play import FAMILY_STREAM
from steelyard.risk.chance import standard_normals
from steelyard.risk.futures import DemandError, RiskEffect, Risks, check_correlation
from steelyard.risk.simulation import FixedSupply, Futures, MadeFrom, simulate

SEED = 11


def plan(series: int = 4, periods: int = 6, **changed: object) -> FixedSupply:
    rng = np.random.default_rng(series * 100 + periods)
    demand = rng.uniform(5, 50, (periods, series))
    given: dict[str, object] = {
        "demand": demand,
        "receipts": rng.uniform(0, 50, (periods, series)),
        "opening_inventory": rng.uniform(-5, 40, series),
        "price": rng.uniform(5, 9, (periods, series)),
        "unit_cost": rng.uniform(1, 4, (periods, series)),
        "name": np.arange(100, 100 + series),
        "hours": (np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([0.5, 0.25, 2.0])),
        "resources": 2,
    }
    return FixedSupply(**(given | changed))  # type: ignore[arg-type]


def error(series: int = 4, deviation: float = 0.4, **knobs: float) -> DemandError:
    return DemandError(np.full(series, deviation), np.arange(series) // 2, **knobs)


def asked_in_words(supply: FixedSupply, err: DemandError, draw: int) -> np.ndarray:
    """Demand of one draw, written with numpy."""
    periods = supply.demand.shape[0]
    fresh = np.sqrt(1 - err.persistence**2)
    families = int(err.family.max()) + 1
    drawn = standard_normals(SEED, draw, supply.name, periods)
    together = standard_normals(SEED, draw, np.arange(families) + int(FAMILY_STREAM), periods)
    for z in (drawn, together):
        for t in range(1, periods):
            z[t] = err.persistence * z[t - 1] + fresh * z[t]
    variance = np.log1p(err.deviation**2)
    z = np.sqrt(err.shared) * together[:, err.family] + np.sqrt(1 - err.shared) * drawn
    return supply.demand * np.exp(np.sqrt(variance) * z - 0.5 * variance)


@pytest.mark.parametrize("waits", [True, False])
def test_the_kernel_does_what_its_words_say(waits):
    supply, err = plan(backlog_waits=waits), error()
    found = simulate(supply, err, draws=5, seed=SEED)
    for draw in range(5):
        asked = asked_in_words(supply, err, draw)
        assert np.allclose(found.demand[draw], asked.sum(axis=1))
        stock, waiting = np.maximum(supply.opening_inventory, 0), np.maximum(-supply.opening_inventory, 0)
        for t in range(supply.demand.shape[0]):
            there = stock + supply.receipts[t]
            late = np.minimum(there, waiting)
            prompt = np.minimum(there - late, asked[t])
            stock, waiting = there - late - prompt, waiting - late + (asked[t] - prompt if waits else 0)
            assert np.isclose(found.on_time[draw, t], prompt.sum())
            assert np.isclose(found.revenue[draw, t], ((late + prompt) * supply.price[t]).sum())
            margin = (late + prompt) * (supply.price[t] - supply.unit_cost[t])
            assert np.isclose(found.gross_margin[draw, t], margin.sum())
            assert np.isclose(found.inventory_value[draw, t], (stock * supply.unit_cost[t]).sum())
            assert np.isclose(found.backlog[draw, t], waiting.sum())
        assert np.allclose(found.load[draw, :, 0], 0.5 * asked[:, 0] + 0.25 * asked[:, 1])
        assert np.allclose(found.load[draw, :, 1], 2.0 * asked[:, 1])


def test_without_error_every_future_is_the_plan():
    supply = plan()
    found = simulate(supply, error(deviation=0.0), draws=3, seed=SEED)
    assert np.array_equal(found.demand, np.tile(supply.demand.sum(axis=1), (3, 1)))


def test_demand_has_the_mean_and_deviation_it_is_given():
    supply = plan(series=1, periods=1, demand=np.array([[100.0]]), hours=None, resources=0)
    found = simulate(supply, error(series=1, deviation=0.3), draws=20_000, seed=SEED)
    assert found.demand.mean() == pytest.approx(100, abs=4 * 30 / np.sqrt(20_000))
    assert found.demand.std() == pytest.approx(30, rel=0.03)


def test_members_of_a_family_err_together_as_told():
    ones = np.full((1, 2), 100.0)
    alone = [
        simulate(
            FixedSupply(ones * [keep, 1 - keep], ones, np.zeros(2), ones, ones, np.arange(2)),
            DemandError(np.full(2, 0.2), np.zeros(2, int), shared=0.6),
            draws=20_000,
            seed=SEED,
        ).demand[:, 0]
        for keep in (1, 0)
    ]
    assert np.corrcoef(np.log(alone[0]), np.log(alone[1]))[0, 1] == pytest.approx(0.6, abs=0.02)


def test_more_draws_go_on_where_fewer_ended():
    supply, err = plan(), error()
    few, many = (simulate(supply, err, draws=n, seed=SEED) for n in (3, 7))
    assert np.array_equal(few.revenue, many.revenue[:3])


def test_a_plan_without_one_series_meets_the_same_futures_in_the_others():
    supply, err = plan(hours=None, resources=0), error(shared=0.0)
    kept = [0, 2, 3]
    less = FixedSupply(
        *(getattr(supply, n)[:, kept] for n in ("demand", "receipts")), supply.opening_inventory[kept],
        *(getattr(supply, n)[:, kept] for n in ("price", "unit_cost")), supply.name[kept],
    )  # fmt: skip
    one = FixedSupply(
        *(getattr(supply, n)[:, [1]] for n in ("demand", "receipts")), supply.opening_inventory[[1]],
        *(getattr(supply, n)[:, [1]] for n in ("price", "unit_cost")), supply.name[[1]],
    )  # fmt: skip
    whole = simulate(supply, err, draws=4, seed=SEED)
    parts = [
        simulate(s, DemandError(err.deviation[r], err.family[r], shared=0.0), draws=4, seed=SEED)
        for s, r in ((less, kept), (one, [1]))
    ]
    assert np.allclose(whole.revenue, parts[0].revenue + parts[1].revenue)


def test_a_risk_happens_as_often_as_its_probability_and_does_its_effect():
    supply = plan(hours=None, resources=0)
    strike = Risks(np.array([0.25]), (RiskEffect(0, np.array([1]), slice(2, 4), demand=-0.5, supply=-1.0),))
    quiet, struck = (simulate(supply, error(deviation=0.0), draws=4000, seed=SEED, risks=r) for r in (None, strike))
    happened = struck.demand[:, 2] < quiet.demand[:, 2] - 1e-9
    assert happened.mean() == pytest.approx(0.25, abs=0.03)
    lost = quiet.demand[happened, 3] - struck.demand[happened, 3]
    assert np.allclose(lost, 0.5 * supply.demand[3, 1])
    assert np.array_equal(quiet.demand[:, :2], struck.demand[:, :2])


def test_events_of_a_group_happen_together():
    correlation = np.array([[1.0, 0.8], [0.8, 1.0]])
    happen = Risks(np.array([0.3, 0.3]), (), correlation).happen(SEED, 8000)
    assert happen.mean(axis=0) == pytest.approx([0.3, 0.3], abs=0.02)
    assert (happen[:, 0] * happen[:, 1]).mean() > 0.17  # independent events would give 0.09


def test_contradictory_correlations_are_refused_by_name():
    wrong = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    with pytest.raises(ModelError, match="risks 1, 2, 3"):
        check_correlation(wrong)
    with pytest.raises(ModelError, match="probability of risk 2"):
        Risks(np.array([0.5, 1.5]), ())
    with pytest.raises(ModelError, match="not symmetric"):
        check_correlation(np.array([[1.0, 0.2], [0.3, 1.0]]))


def test_knobs_out_of_range_are_refused():
    with pytest.raises(ModelError, match="persistence"):
        error(persistence=1.0)
    with pytest.raises(ModelError, match="shared"):
        error(shared=1.2)


def test_a_range_of_strength_has_the_mean_of_its_three_points():
    effects = (RiskEffect(0, np.array([0]), slice(0, 1), demand=1.0),)
    strike = Risks(np.array([1.0]), effects, ranges=np.array([[-0.6, -0.2, -0.1]]))
    supply = plan(series=1, periods=1, demand=np.array([[100.0]]), hours=None, resources=0)
    found = simulate(supply, error(series=1, deviation=0.0), draws=20_000, seed=SEED, risks=strike)
    assert found.demand.mean() == pytest.approx(100 * (1 - (0.6 + 4 * 0.2 + 0.1) / 6), abs=0.4)
    assert found.demand.min() >= 40
    assert found.demand.max() <= 90


def test_receipts_come_early_and_late_and_none_is_made_or_lost_on_the_way():
    late = plan(series=1, periods=12, receipts=np.eye(12)[:, 5:6] * 100.0, demand=np.full((12, 1), 1e6), hours=None,
                resources=0, opening_inventory=np.zeros(1), lateness=np.array([1.5]))  # fmt: skip
    found = simulate(late, error(series=1, deviation=0.0), draws=20_000, seed=SEED)
    assert np.allclose(found.shipped.sum(axis=1), 100.0)
    came = (found.shipped / 100.0) @ np.arange(12)
    assert came.mean() == pytest.approx(5.0, abs=0.03)
    assert came.std() == pytest.approx(1.5, rel=0.02)


def test_what_is_issued_to_others_is_not_there_to_ship():
    supply = plan(receipts=np.full((6, 4), 20.0))
    net, gross = supply, plan(receipts=np.full((6, 4), 25.0), issues=np.full((6, 4), 5.0))
    err = error()
    assert np.allclose(*(simulate(one, err, draws=3, seed=SEED).shipped for one in (net, gross)))


def test_customers_owe_what_their_terms_leave_open():
    supply = plan(series=2, open_share=np.array([[1.0, 0.5], [0.5, 0.0]]), hours=None, resources=0)
    found = simulate(supply, error(series=2), draws=2, seed=SEED)
    alone = [
        simulate(
            plan(series=1, **{n: getattr(supply, n)[:, [i]] for n in ("demand", "receipts", "price", "unit_cost")},
                 opening_inventory=supply.opening_inventory[[i]], name=supply.name[[i]], hours=None, resources=0),
            DemandError(np.array([0.4]), np.array([0])), draws=2, seed=SEED,
        ).revenue
        for i in range(2)
    ]  # fmt: skip
    before = np.hstack([np.zeros((2, 1)), alone[0][:, :-1]])
    assert np.allclose(found.receivables, alone[0] + 0.5 * before + 0.5 * alone[1])


def chain(**changed: object) -> FixedSupply:
    """A component (1) that is issued to a product (0) one period before the product's receipt; both without stock."""
    zeros = np.zeros((5, 2))
    given: dict[str, object] = {
        "demand": np.array([[0.0, 0], [10, 0], [10, 0], [0, 0], [0, 0]]),
        "receipts": np.array([[0.0, 10], [10, 10], [10, 0], [0, 0], [0, 0]]),
        "opening_inventory": np.zeros(2),
        "price": zeros + 3.0,
        "unit_cost": zeros + 1.0,
        "name": np.arange(2),
        "issues": np.array([[0.0, 10], [0, 10], [0, 0], [0, 0], [0, 0]]),
        "made_from": MadeFrom(
            np.array([0]), np.array([[0.0, 10, 10, 0, 0]]), np.array([1]), np.array([0, 1]), np.array([1]),
            np.array([0]), np.array([5]), np.array([1, 0]),
        ),
    }  # fmt: skip
    return FixedSupply(**(given | changed))  # type: ignore[arg-type]


def struck(supply: FixedSupply, periods: slice, share: float) -> Futures:
    lost = Risks(np.ones(1), (RiskEffect(0, np.array([1]), periods, supply=share),))
    return simulate(supply, error(2, 0.0), draws=1, seed=SEED, risks=lost)


def test_what_is_made_waits_for_its_late_component():
    assert struck(chain(), slice(0, 0), 0.0).shipped[0].tolist() == [0, 10, 10, 0, 0]
    late = chain(receipts=np.array([[0.0, 10], [10, 10], [10, 10], [0, 0], [0, 0]]))
    found = struck(late, slice(0, 1), -1.0)  # the first ten never come; what comes later goes to the oldest need
    assert found.shipped[0].tolist() == [0, 0, 10, 10, 0]
    half = struck(late, slice(0, 1), -0.5)
    assert half.shipped[0].tolist() == [0, 5, 10, 5, 0]


def test_what_a_lost_component_would_have_become_never_comes():
    assert struck(chain(), slice(1, 2), -0.4).shipped[0].tolist() == [0, 10, 6, 0, 0]


def test_a_line_of_the_bill_counts_only_while_it_is_valid():
    made = chain().made_from
    assert made is not None
    later = dataclasses.replace(made, part_from=np.array([1]))
    assert struck(chain(made_from=later), slice(0, 1), -1.0).shipped[0].tolist() == [0, 10, 0, 0, 0]


def test_customers_who_buy_more_of_a_component_delay_what_is_made_of_it():
    demand = np.array([[0.0, 5], [10, 5], [10, 0], [0, 0], [0, 0]])
    receipts = np.array([[0.0, 25], [10, 0], [10, 0], [0, 0], [0, 0]])
    issues = np.array([[0.0, 0], [0, 15], [0, 0], [0, 0], [0, 0]])
    made = MadeFrom(
        np.array([0]), np.array([[0.0, 0, 15, 0, 0]]), np.array([1]), np.array([0, 1]), np.array([1]), np.array([0]),
        np.array([5]), np.array([1, 0]),
    )  # fmt: skip
    spare = chain(demand=demand, receipts=receipts * [0, 1] + made.receipts.T * [1, 0], issues=issues, made_from=made)
    more = Risks(np.ones(1), (RiskEffect(0, np.array([1]), slice(0, 1), demand=3.0),))  # 20 spare parts, not 5
    found = simulate(spare, error(2, 0.0), draws=1, seed=SEED, risks=more)
    assert found.shipped[0].tolist() == [20, 0, 5, 0, 0]  # five parts are left for fifteen products


def test_where_the_plan_itself_is_short_of_a_component_the_futures_are_the_plan():
    short = chain(receipts=np.array([[0.0, 4], [10, 10], [10, 0], [0, 0], [0, 0]]))
    assert struck(short, slice(0, 0), 0.0).shipped[0].tolist() == [0, 10, 10, 0, 0]


def test_price_cost_excess_and_idle_stock_are_told():
    ones = np.ones((2, 1))
    supply = FixedSupply(
        10 * ones, 12 * ones, np.array([5.0]), 4 * ones, 3 * ones, np.array([1]), keep=4 * ones,
        idle=np.array([True]), standard_cost=2 * ones,
    )  # fmt: skip
    event = Risks(np.ones(1), (RiskEffect(0, np.array([0]), slice(1, 2), price=-0.5, cost=1.0),))
    found = simulate(supply, error(1, 0.0), draws=1, seed=SEED, risks=event)
    assert found.revenue[0].tolist() == [40, 20]
    assert found.gross_margin[0].tolist() == [10, -40]
    assert found.inventory_value[0].tolist() == [14, 18]  # 7 and 9 units at a standard cost of 2
    assert found.excess_value[0].tolist() == [6, 10]
    assert found.idle_value[0].tolist() == [14, 18]


def test_what_a_risk_takes_of_a_component_and_of_what_is_made_of_it_is_lost_once():
    lost = Risks(np.ones(1), (RiskEffect(0, np.array([0, 1]), slice(0, 5), supply=-0.2),))
    assert simulate(chain(), error(2, 0.0), draws=1, seed=SEED, risks=lost).shipped[0].tolist() == [0, 8, 8, 0, 0]
