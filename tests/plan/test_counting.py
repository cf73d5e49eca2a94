"""Conventions set in a plan reach its supply model and change what a plan is counted at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Blocks, join
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.review.supply_model import plan_supply_model
from steelyard.plan.run import Results, run_plan
from steelyard.plan.stages.engine import plan_model
from steelyard.plan.wiring import STANDARD
from steelyard.supply.evaluate import Evaluation, evaluate
from steelyard.supply.goals import plan_goal
from steelyard.supply.model import Conventions, SupplyModel, laid_out
from steelyard.supply.settle import settle
from steelyard.supply.strategies import plan_strategy
from steelyard.supply.supply_plan import Decisions
from tests.company import LINE, PLANT, _bought, _customer, _resource, _sources, company

Rows = Sequence[Mapping[str, object]]


def run(settings: Mapping[str, object] | None = None, items: int = 2, **tables: Rows) -> Results:
    parameters = PlanParameters(horizon=8, supply_engine="priority", **(settings or {}))  # type: ignore[arg-type]
    return run_plan(freeze_inputs(company(items=items, replace=tables), parameters), (), wiring=STANDARD)


def model_of(settings: Mapping[str, object] | None = None, items: int = 2, **tables: Rows) -> SupplyModel:
    return laid_out(plan_supply_model(run(settings, items, **tables).values))


def both(setting: str, value: object, **tables: Rows) -> tuple[SupplyModel, SupplyModel, Decisions]:
    """The model as it is by default, with a setting, and one plan to count by both."""
    plain, told = model_of(**tables), model_of({setting: value}, **tables)
    return plain, told, plan_model(plain, "exact").decisions


def counted(setting: str, value: object, **tables: Rows) -> tuple[Evaluation, Evaluation]:
    plain, told, plan = both(setting, value, **tables)
    return evaluate(plain, plan), evaluate(told, plan)


def short(hours: float = 90.0, **named: object) -> dict[str, Rows]:
    return {
        "resource": [{**_resource(), **named}],
        "resource_capacity": [{"resource_id": LINE, "available": hours, "overtime_max": 30.0}],
    }


def test_nothing_is_counted_otherwise_unless_it_is_set():
    model = model_of()
    assert model.conventions == Conventions()
    assert (model.days == 1).all()
    assert not model.resources.regular_cost.any()
    assert not model.options.increase_cost.any()
    assert np.isfinite(model.demand.backlog_cost).all()


def test_average_stock_is_charged_between_opening_and_ending():
    plain, told, plan = both("stock_basis", "average")
    ending, average = evaluate(plain, plan), evaluate(told, plan)
    opening = np.vstack((plain.nodes.opening, ending.stock[:-1]))
    mean = (plain.nodes.holding_cost * (opening + ending.stock) / 2).sum()
    assert average.costs.holding == pytest.approx(mean)
    assert average.costs.holding != pytest.approx(ending.costs.holding)


def test_holding_may_be_charged_above_the_target_only():
    plain, told, plan = both("hold_above_target", True)
    every, excess = evaluate(plain, plan), evaluate(told, plan)
    above = np.maximum(every.stock - plain.nodes.target, 0.0)
    assert excess.costs.holding == pytest.approx((plain.nodes.holding_cost * above).sum())
    assert excess.costs.holding < every.costs.holding


def test_undertime_is_paid_once_and_used_or_not():
    rules = short(4000.0, cost_per_hour=0.5)
    plain, told, plan = both("undertime_paid", True, **rules)
    used, paid = evaluate(plain, plan), evaluate(told, plan)
    assert used.costs.regular == 0
    assert paid.costs.regular == pytest.approx(0.5 * plain.resources.regular.sum())
    assert used.costs.unit - paid.costs.unit == pytest.approx(0.5 * used.load.sum(), rel=1e-6)
    assert paid.costs.total > used.costs.total


def test_paid_undertime_leaves_the_price_of_an_hour_of_overtime_as_it_is():
    rules = short(cost_per_hour=0.5, overtime_cost_per_hour=0.8)
    plain, told, _ = both("undertime_paid", True, **rules)
    assert np.allclose(plain.resources.overtime_cost, 0.3)
    assert np.allclose(told.resources.overtime_cost, 0.8)


def test_a_crew_that_has_wages_is_not_paid_for_undertime_again():
    rules = short(cost_per_hour=0.5, resource_type="labour", workers=3.0, wage=10.0)
    plain, told, _ = both("undertime_paid", True, **rules)
    assert not told.resources.regular_cost.any()
    assert np.array_equal(told.options.unit_cost, plain.options.unit_cost)


def test_without_backlog_what_is_late_is_lost():
    plain, told = model_of(), model_of({"backlog_allowed": False})
    in_time = plan_model(plain, "exact").decisions.quantity
    receipts = np.vstack((np.zeros((2, in_time.shape[1])), in_time[:-2]))
    late, lost = evaluate(plain, settle(plain, receipts)), evaluate(told, settle(told, receipts))
    assert late.costs.backlog > 0
    assert late.backlog.max() > 0
    assert lost.costs.backlog == 0
    assert lost.backlog.max() == 0
    assert lost.costs.lost > late.costs.lost
    assert lost.revenue < late.revenue
    best = evaluate(told, plan_model(told, "exact").decisions)
    assert best.backlog.max() == 0
    assert best.objective <= lost.objective + 1e-6


def test_backlog_at_the_end_may_be_forbidden():
    plain, told = model_of(**short(20.0)), model_of({"end_backlog": "forbidden"}, **short(20.0))
    plan = settle(plain, plan_model(plain, "exact").decisions.quantity)
    waits = evaluate(plain, plan)
    assert waits.backlog[-1].sum() > 0
    assert waits.costs.elastic == 0
    assert evaluate(told, plan).costs.elastic == pytest.approx(told.elastic_unserved * waits.backlog[-1].sum())
    best = plan_model(told, "exact").decisions
    assert evaluate(told, best).backlog[-1].sum() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("setting", "sign"), [("rate_increase_cost", 1), ("rate_decrease_cost", -1)])
def test_changing_the_rate_of_making_costs_and_is_smoothed(setting: str, sign: int):
    plain, told, plan = both(setting, 3.0)
    made = plain.options.kind == 0
    step = np.maximum(sign * np.diff(plan.quantity, axis=0), 0.0)
    cost = told.options.increase_cost if sign > 0 else told.options.decrease_cost
    assert cost[made].all()
    assert not cost[~made].any()
    before = evaluate(told, plan).costs.rate_change
    assert before == pytest.approx((cost * step).sum())
    assert before > 0
    assert evaluate(told, plan_model(told, "exact").decisions).costs.rate_change < before


def test_a_rate_may_be_counted_by_day():
    period, day = (model_of({"rate_increase_cost": 3.0, "rate_basis": basis}) for basis in ("period", "day"))
    assert day.days.tolist() == [31, 28, 31, 30, 31, 30, 31, 31]
    plan = plan_model(period, "exact").decisions
    rise = np.maximum(np.diff(plan.quantity / day.days[:, None], axis=0), 0.0)
    assert evaluate(day, plan).costs.rate_change == pytest.approx((day.options.increase_cost * rise).sum())


def test_rates_may_be_rounded_before_their_change_is_priced():
    exact, whole = (model_of({"rate_increase_cost": 3.0, "whole_rate": told}) for told in (False, True))
    plan = plan_model(exact, "exact").decisions
    plan = replace(plan, quantity=plan.quantity + 0.3 * (np.arange(8) % 2)[:, None])
    rise = np.maximum(np.diff(np.floor(plan.quantity + 0.5), axis=0), 0.0)
    assert evaluate(whole, plan).costs.rate_change == pytest.approx((whole.options.increase_cost * rise).sum())
    assert evaluate(whole, plan).costs.rate_change != pytest.approx(evaluate(exact, plan).costs.rate_change)


def test_workers_who_may_not_be_idle_work_all_their_hours():
    rules = short(1000.0, resource_type="labour", workers=3.0, wage=10.0)
    idle, busy = model_of(**rules), model_of({"idle_workers": False}, **rules)
    begun = slice(1, None)  # in the first period there is not enough material
    assert evaluate(idle, plan_model(idle, "exact").decisions).load[begun].min() < 999
    assert np.allclose(evaluate(busy, plan_model(busy, "exact").decisions).load[begun], 1000.0)


def test_what_workers_make_may_be_rounded_to_whole_units():
    rules = short(77.7, resource_type="labour", workers=3.0, wage=10.0)
    for told in (False, True):
        model = model_of({"whole_output": told, "idle_workers": False}, items=1, **rules)
        made = plan_strategy(model, "level").plan.decisions.quantity[:, model.options.kind == 0]
        assert made.sum() > 0
        assert np.allclose(made, np.round(made)) == told


def test_material_of_a_subcontractor_is_taken_from_stock_where_it_is_provided():
    outside = {
        "source_id": "outside", "item_id": "I0", "location_id": PLANT, "source_type": "buy", "lead_time_days": 0.0,
        "unit_price": 1.0, "currency": "USD",
    }  # fmt: skip
    source = [*(each for n in range(2) for each in _sources(f"I{n}")), _bought(), outside]
    included, provided = model_of(source=source), model_of({"subcontract_material": "provided"}, source=source)
    one = np.zeros((8, len(included.options.names)))
    one[4, -1] = 10.0
    with_it, without = (evaluate(model, settle(model, one)) for model in (included, provided))
    assert with_it.consumed.sum() == 0
    line = slice(*provided.options.component_start[-2:])
    component = provided.options.component[line]
    assert without.consumed[:, component].sum() == pytest.approx(10.0 * provided.options.quantity_per[line].sum()) != 0
    assert provided.options.unit_cost[0, -1] == pytest.approx(1.0)


def test_what_a_setting_does_not_know_is_refused():
    for name, value in (("stock_basis", "opening"), ("end_backlog", "yes"), ("rate_increase_cost", -1.0)):
        with pytest.raises(ChangeInvalid, match=name):
            PlanParameters().with_value(name, value)


def mixed(settings: Mapping[str, object] | None = None) -> Results:
    """A plan in which both channels ask for the same items at the same places, with too few hours for both."""
    customers = [{**_customer(c), "channel": "retail" if c < 2 else "online"} for c in range(4)]
    parameters = PlanParameters(horizon=8, **(settings or {}))  # type: ignore[arg-type]
    extract = company(items=2, customers=4, replace={**short(20.0), "customer": customers})
    return run_plan(freeze_inputs(extract, parameters), (), wiring=STANDARD)


@pytest.mark.parametrize("favoured", ["retail", "online"])
def test_a_class_of_customer_that_costs_more_is_served_first(favoured: str) -> None:
    model = laid_out(plan_supply_model(mixed({"class_terms": f"{favoured}: backlog 1, goodwill 2"}).values))
    best, proven = plan_model(model, "exact"), plan_model(model, "decomposition")
    found = evaluate(model, best.decisions)
    missed = found.backlog + best.decisions.lost
    of = np.array([name == favoured for name in model.demand.customer_class])
    assert missed[:, of].sum() < 0.25 * missed[:, ~of].sum()
    slack = 1e-6 * abs(found.objective)
    assert proven.lower_bound - slack <= found.objective <= proven.objective + slack


def test_delivery_goes_by_the_rank_of_classes() -> None:
    model = laid_out(plan_supply_model(mixed({"class_terms": "online: rank 1; retail: rank 2"}).values))
    found = evaluate(model, plan_goal(model, "delivery").decisions)
    online = np.array([name == "online" for name in model.demand.customer_class])
    assert found.backlog[:, online].sum() < 0.2 * found.backlog[:, ~online].sum()


def test_shipments_of_a_plan_go_to_the_class_of_the_better_rank() -> None:
    def served(settings: Mapping[str, object] | None = None) -> float:
        results = mixed(settings)
        online = cast(SupplyTerms, results.inputs.values["supply_terms"]).customer_class == 1
        return float(join(cast(Blocks, results.values["constrained_demand"]))[:, online].sum())

    assert served({"class_terms": "online: rank 1"}) > 1.2 * served() > 1.2 * served({"class_terms": "retail: rank 1"})
    by_profit = {"allocation_rule": "profit"}
    first = {"class_terms": "online: rank 1", **by_profit}
    assert served(first) > 1.2 * served({"class_terms": "retail: rank 1", **by_profit})


def test_order_cost_and_lots_reach_the_engines_that_weigh_money() -> None:
    places = [
        {"item_id": "I0", "location_id": PLANT, "stocked": True, "order_cost": 80.0, "min_lot": 20.0, "max_lot": 60.0}
    ]
    model = model_of({"order_cost": 5.0, "whole_lots": True}, item_location=places)
    dear = np.flatnonzero(model.options.fixed_cost == 80.0)
    assert model.options.kind[dear].tolist() == [0]
    assert (model.options.lot_minimum[dear[0]], model.options.lot_maximum[dear[0]]) == (20.0, 60.0)
    assert set(model.options.fixed_cost.tolist()) == {80.0, 5.0}
    free, whole = plan_model(model, "exact"), plan_model(model, "exact", whole_lots=True)
    cost = [evaluate(model, plan.decisions) for plan in (free, whole)]
    assert cost[1].costs.fixed < cost[0].costs.fixed
    assert whole.lower_bound <= cost[1].objective < cost[0].objective
    assert (model_of().options.fixed_cost == 0).all()
