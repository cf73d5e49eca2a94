"""Goals of the exact plan: profit, delivery by class, a fair share inside a class."""

import numpy as np
import pytest

from steelyard.errors import ModelError
from steelyard.supply.evaluate import evaluate
from steelyard.supply.goals import plan_goal
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_builder import ModelBuilder


def scarce(*, ranks: tuple[int, int] = (0, 1), prices: tuple[float, float] = (5.0, 50.0)) -> SupplyModel:
    """60 hours for 100 units: loyal customers pay less than occasional ones."""
    write = ModelBuilder(2)
    write.node("chair", holding_cost=0.1)
    write.resource("bench", regular=30)
    write.make("chair", unit_cost=1, hours={"bench": 1})
    for name, rank, price in zip(("loyal", "occasional"), ranks, prices, strict=True):
        write.demand("chair", [25, 25], price=price, lost_cost=0, backlog_cost=1, rank=rank, customer_class=name)
    return write.build()


def shipped(model: SupplyModel, goal: str) -> list[float]:
    return np.round(plan_goal(model, goal).decisions.shipped.sum(axis=0), 4).tolist()  # type: ignore[arg-type]


def test_profit_serves_who_pays_most() -> None:
    assert shipped(scarce(), "profit") == [10, 50]


def test_delivery_serves_the_first_rank_first() -> None:
    assert shipped(scarce(), "delivery") == [50, 10]


def test_fair_share_spreads_what_lacks_inside_a_rank() -> None:
    assert shipped(scarce(ranks=(0, 0)), "fair_share") == pytest.approx([30, 30], abs=1e-2)


def test_no_goal_buys_service_with_what_is_not_there() -> None:
    for goal in ("delivery", "fair_share"):
        model = scarce()
        assert evaluate(model, plan_goal(model, goal).decisions).elastic == ()  # type: ignore[arg-type]


def test_a_goal_costs_at_least_what_profit_would() -> None:
    model = scarce()
    best = plan_goal(model).objective
    assert plan_goal(model, "delivery").objective >= best
    assert plan_goal(model, "fair_share").objective >= best


def test_an_unknown_goal_says_which_there_are() -> None:
    with pytest.raises(ModelError, match="profit, delivery, fair_share"):
        plan_goal(scarce(), "growth")  # type: ignore[arg-type]
