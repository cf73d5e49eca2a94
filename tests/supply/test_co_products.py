"""Co-products on the supply model: counted, planned exactly, priced, and pegged; by hand, and as laws."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.supply.co_product import co_product_lines
from steelyard.supply.co_products_apart import co_products_apart
from steelyard.supply.decomposition import PriceSession, plan_decomposed
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.model_findings import model_findings
from steelyard.supply.pegging import peg_node, trace_down
from steelyard.supply.priority import plan_by_priority
from steelyard.supply.session import PlanSession
from steelyard.supply.solver import Solver
from steelyard.supply.strategies import STRATEGIES, plan_strategy
from steelyard.supply.supply_program import write_program
from tests.supply.small_bills import random_model


def sawmill(*, boards: tuple[float, float] = (6, 6), offcuts: tuple[float, float] = (5, 5)) -> SupplyModel:
    """Boards are sawn, half an offcut comes out beside each; missing offcuts are bought."""
    write = ModelBuilder(2)
    write.node("board", holding_cost=1)
    write.node("offcut", holding_cost=0.1)
    write.resource("saw", regular=10)
    write.make("board", unit_cost=4, hours={"saw": 1}, co_products={"offcut": 0.5})
    write.buy("offcut", unit_cost=3)
    write.demand("board", boards, price=10, lost_cost=0)
    write.demand("offcut", offcuts, price=4, lost_cost=0)
    return write.build()


def refinery() -> SupplyModel:
    """Little petrol is asked for, much tar, and tar comes only beside petrol."""
    write = ModelBuilder(1)
    write.node("petrol", holding_cost=0.5)
    write.node("tar")
    write.make("petrol", unit_cost=4, co_products={"tar": 1})
    write.demand("petrol", 2, price=5, lost_cost=0)
    write.demand("tar", 6, price=9, lost_cost=0)
    return write.build()


def with_co_products(model: SupplyModel, seed: int) -> SupplyModel:
    """The first three items give off a part or another item, some of them in a few periods only."""
    draw = np.random.default_rng([seed, 7])
    parts = len(model.nodes.names) - 3
    beside = co_product_lines(
        np.array([0, 1, 2, 2]),
        np.array([parts, parts + 1, parts + 2, 4]),
        draw.uniform(0.2, 0.8, 4),
        np.array([0, 0, 2, 0]),
        np.array([model.length, 3, model.length, model.length]),
    )
    return replace(model, options=replace(model.options, co_products=beside)).check()


# ---- by hand


def test_what_comes_out_beside_is_not_bought() -> None:
    # Each period saws 6 boards: 3 offcuts come out, 2 are bought. 2 x (60 + 20 - 24 - 6) = 100.
    plan = plan_exact(sawmill())
    assert plan.decisions.quantity.tolist() == [[6, 2], [6, 2]]
    assert plan.objective == pytest.approx(-100)
    assert evaluate(sawmill(), plan.decisions).consumed.tolist() == [[0, -3], [0, -3]]


def test_a_joint_product_is_made_for_the_sake_of_the_other() -> None:
    # 6 petrol for 6 tar: 6 x 9 + 2 x 5 - 6 x 4 - 4 x 0.5 of petrol left over = 38.
    plan = plan_exact(refinery())
    assert plan.decisions.quantity.tolist() == [[6]]
    assert plan.objective == pytest.approx(-38)


def test_it_comes_when_its_main_product_is_received_and_while_its_line_counts() -> None:
    write = ModelBuilder(4)
    write.node("board", holding_cost=9)
    write.node("offcut")
    write.make("board", unit_cost=1, lead_time=1, co_products={"offcut": 1})
    write.demand("board", [0, 4, 4, 4], price=9, lost_cost=0)
    write.demand("offcut", 4, price=2, lost_cost=0)
    model = write.build()
    line = replace(model.options.co_products, first=np.array([2]), last=np.array([3]))
    short = replace(model, options=replace(model.options, co_products=line))
    assert plan_exact(model).decisions.shipped[:, 1].tolist() == [0, 4, 4, 4]
    assert plan_exact(short).decisions.shipped[:, 1].tolist() == [0, 0, 4, 0]


def test_only_what_nothing_brings_lacks_a_source() -> None:
    assert not [one for one in model_findings(refinery()) if one.rule == "every_needed_node_has_a_source"]


def test_pegs_lead_from_a_co_product_to_what_it_came_out_of() -> None:
    model = sawmill()
    plan = plan_exact(model)
    pegs = peg_node(model, plan.decisions.quantity, plan.decisions.shipped, 1)
    first = [peg for peg in pegs if peg.used == 0]
    assert sorted((peg.option, peg.quantity) for peg in first) == [(0, 3.0), (1, 2.0)]
    behind = trace_down(model, plan.decisions.quantity, plan.decisions.shipped, 1, 0)
    assert sum(reach.peg.quantity for reach in behind if reach.depth == 0) == pytest.approx(5)


# ---- what-ifs and strategies


def test_a_warm_what_if_counts_co_products() -> None:
    session = PlanSession(sawmill())
    session.plan()
    warm = session.set_demand(np.array([0]), factor=0.5)
    assert warm.objective == pytest.approx(plan_exact(sawmill(boards=(3, 3))).objective)


def test_no_strategy_buys_what_comes_out_beside() -> None:
    for strategy in (plan_strategy(sawmill(), name) for name in STRATEGIES):
        assert strategy.plan.decisions.quantity[:, 1].sum() == pytest.approx(4)


# ---- the decomposition


@pytest.mark.parametrize("model", [sawmill(), refinery()], ids=["sawmill", "refinery"])
def test_prices_find_the_plan_by_hand(model: SupplyModel) -> None:
    best, plan = plan_exact(model).objective, plan_decomposed(model, gap=1e-6, passes=60)
    assert plan.objective == pytest.approx(best)
    assert plan.lower_bound <= best + 1e-6


def test_without_co_products_nothing_is_taken_apart() -> None:
    plain = random_model(1)
    assert co_products_apart(plain) is plain


def test_the_model_taken_apart_is_never_dearer() -> None:
    for seed in range(6):
        model = with_co_products(random_model(seed), seed)
        apart = Solver(write_program(co_products_apart(model)).program).solve().objective
        assert apart <= plan_exact(model).objective + 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_bound_and_plan_lie_around_the_optimum(seed: int) -> None:
    model = with_co_products(random_model(seed), seed)
    best = plan_exact(model).objective
    session = PriceSession(model)
    session.improve(gap=1e-4, passes=60)
    plan = session.plan()
    assert session.lower_bound <= best + 1e-6 * abs(best)
    assert plan.objective >= best - 1e-6 * abs(best)
    assert plan.objective - best <= 0.02 * abs(best)


@pytest.mark.parametrize("seed", range(10))
def test_rules_earn_no_more_than_the_optimum(seed: int) -> None:
    model = with_co_products(random_model(seed), seed)
    assert plan_exact(model).objective <= plan_by_priority(model).objective + 1e-6
