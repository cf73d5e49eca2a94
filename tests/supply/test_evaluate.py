"""The evaluator: money and service of a plan, whoever made it."""

from dataclasses import replace

import pytest

from steelyard.errors import ModelError
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.supply_plan import Decisions, empty_decisions
from tests.supply.red_tomato import red_tomato


def plan_of_the_book() -> Decisions:
    plan = empty_decisions(red_tomato())
    plan.workers[:] = 64
    plan.quantity[:, 0] = 2560
    plan.quantity[3, 1] = 140
    plan.shipped[:, 0] = [1600, 3000, 3200, 3580, 2420, 2200]
    return plan


def test_plan_of_the_book_costs_what_the_book_says() -> None:
    done = evaluate(red_tomato(), plan_of_the_book())
    assert done.total_cost == pytest.approx(422660)
    assert done.profit == pytest.approx(640000 - 422660)
    assert done.stock.ravel().tolist() == [1960, 1520, 880, 0, 140, 500]
    assert done.backlog.ravel().tolist() == [0, 0, 0, 220, 0, 0]
    assert done.elastic == ()


def test_backlog_is_late_and_so_is_what_serves_it() -> None:
    done = evaluate(red_tomato(), plan_of_the_book())
    assert done.on_time[3, 0] == 3580
    assert done.on_time[4, 0] == 2200
    assert done.service(red_tomato()) == pytest.approx(1 - 220 / 16000)


def test_what_the_data_do_not_allow_is_named() -> None:
    plan = plan_of_the_book()
    broken = replace(plan, workers=plan.workers / 2, shipped=plan.shipped + 500)
    names = {(each.kind, each.what) for each in evaluate(red_tomato(), broken).elastic}
    assert ("hours", "labour") in names
    assert ("material", "tool") in names


def test_unknown_name_says_how_to_mend() -> None:
    write = ModelBuilder(2)
    write.node("chair")
    write.make("chair", hours={"bench": 1})
    with pytest.raises(ModelError, match="bench, which is not there"):
        write.build()


def test_too_few_values_say_which_row() -> None:
    write = ModelBuilder(3)
    write.node("chair", holding_cost=[1, 2])
    with pytest.raises(ModelError, match="holding_cost of chair"):
        write.build()
