"""The engine of a plan: what each writes, side by side, and incremental runs equal to full ones."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from steelyard.errors import NotFound, PlanError
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.operation import Percent, SetParameter
from steelyard.plan.review.supply import compare_ways, supply_model_of
from steelyard.plan.review.supply_model import consistent_costs, plan_supply_model
from steelyard.plan.review.supply_what_if import SupplyWhatIf, read_question
from steelyard.plan.run import Results, run_plan
from steelyard.plan.stages import supply
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace
from steelyard.supply.exact import plan_exact
from steelyard.supply.finite import FinitePlan, plan_finite
from steelyard.supply.network import build_network
from tests.company import LINE, PLANT, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)

TIGHT = {"resource_capacity": [{"resource_id": LINE, "available": 120.0, "overtime_max": 20.0}]}


def planned(
    engine: str, *, previous: Results | None = None, goal: str = "profit", ranking: str = "waiting_time",
    overtime: bool = False,
) -> Results:  # fmt: skip
    parameters = PlanParameters(
        horizon=10, supply_engine=engine, supply_goal=goal, supply_ranking=ranking,  # type: ignore[arg-type]
        overtime_by_priority=overtime,
    )  # fmt: skip
    inputs = freeze_inputs(company(items=5, replace=TIGHT), parameters)
    return run_plan(inputs, (), wiring=STANDARD, previous=previous)


def table(results: Results, measure: str) -> np.ndarray:
    return np.concatenate(results.blocks(measure), axis=1)


@pytest.mark.parametrize("engine", ["priority", "decomposition", "exact"])
def test_no_engine_uses_hours_that_are_not_there(engine: str) -> None:
    done = planned(engine)
    most = table(done, "capacity_available") + table(done, "overtime_hours")
    assert (table(done, "constrained_load") <= most + 1e-6).all()
    assert table(done, "overtime_hours").max() <= 20 + 1e-6


def test_only_engines_that_weigh_money_price_hours() -> None:
    assert table(planned("priority"), "hour_price").max() == 0
    assert table(planned("exact"), "hour_price").max() > 0


def test_infinite_takes_what_is_needed() -> None:
    done = planned("infinite")
    assert np.array_equal(table(done, "constrained_receipts"), table(done, "planned_receipts"))


@pytest.mark.parametrize("engine", ["infinite", "decomposition", "exact", "level", "chase", "hybrid"])
def test_a_change_of_engine_is_as_good_as_a_fresh_run(engine: str) -> None:
    moved, fresh = planned(engine, previous=planned("priority")), planned(engine)
    for measure in ("constrained_receipts", "hour_price", "shipments", "revenue"):
        assert np.array_equal(table(moved, measure), table(fresh, measure))


def test_stock_balances_whatever_the_engine() -> None:
    done = planned("exact")
    flow = table(done, "scheduled_receipts") + table(done, "constrained_receipts") - table(done, "component_issues")
    net = table(done, "projected_inventory") - table(done, "backlog")
    assert np.allclose(np.diff(net, axis=0), (flow - table(done, "independent_demand"))[1:], atol=1e-6)


def test_the_model_of_a_plan_is_what_the_stage_planned() -> None:
    done = planned("exact")
    model = plan_supply_model(done.values)
    assert plan_exact(model).decisions.quantity.sum() == pytest.approx(table(done, "constrained_receipts").sum())


def test_components_never_cost_more_than_what_is_made_of_them() -> None:
    chain = build_network(
        3, 1, component=np.array([1, 2]), consumer=np.array([0, 1]), quantity_per=np.array([10.0, 10])
    )
    cost, above = consistent_costs(chain, np.array([[25.0, 0.0, 40.0]]))
    assert above.tolist() == [True, True, False]
    assert np.allclose(cost, [[25.0, 2.5, 0.25]])


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    made = Workspace.create(tmp_path / "small", company="Small")
    made.add_extract(company(items=5, replace=TIGHT), at=AT, actor="dana")
    made.create_scenario("base", actor="dana", at=AT, horizon=10)
    return made


def test_the_exact_plan_earns_most_of_all_that_can_be_done(workspace: Workspace) -> None:
    found = {one.way: one for one in compare_ways(workspace.scenario("base").plan())}
    assert set(found) == {"infinite", "priority", "decomposition", "exact", "level", "chase", "hybrid"}
    best = found["exact"]
    assert best.plan.gap == pytest.approx(0, abs=1e-9)
    assert all(one.evaluation.objective >= best.evaluation.objective - 1e-6 for one in found.values())
    assert found["infinite"].overload > 0
    assert not found["infinite"].possible


@pytest.mark.parametrize("engine", ["infinite", "priority", "exact", "level"])
def test_a_way_has_the_fill_rate_of_the_plan_it_makes(workspace: Workspace, engine: str) -> None:
    made = workspace.scenario("base").branch(engine, actor="eva", at=AT)
    settings = {"supply_engine": engine, "class_terms": "retail: rank 1"}
    made.append(*(Change(SetParameter(k, v), author="eva", at=AT, reason="other") for k, v in settings.items()))
    plan = made.plan()
    told = {kpi.name: kpi.value for kpi in plan.kpis()}["fill_rate"]
    [counted] = compare_ways(plan, [engine])  # type: ignore[list-item]
    assert 100 * counted.fill_rate == pytest.approx(told, abs=1e-9)


def test_ranks_of_classes_move_what_is_on_time_by_class_and_not_the_fill_rate(tmp_path) -> None:
    both = [
        {"customer_id": f"C{c}", "name": f"Customer {c}", "channel": channel, "territory": "North"}
        for c, channel in enumerate(("Web", "Direct", "Direct", "Web"))
    ]
    ours = Workspace.create(tmp_path / "ranks", company="Ranks")
    ours.add_extract(company(items=5, customers=4, replace={**TIGHT, "customer": both}), at=AT, actor="dana")
    ours.create_scenario("base", actor="dana", at=AT, horizon=10)
    ranked = ours.scenario("base").branch("ranked", actor="eva", at=AT)
    ranked.append(Change(SetParameter("class_terms", "Direct: rank 1"), author="eva", at=AT, reason="other"))
    before, after = (compare_ways(ours.scenario(name).plan(), ["priority"])[0] for name in ("base", "ranked"))
    assert after.fill_rate == before.fill_rate < 1.0
    assert after.service > before.service + 0.01


def test_what_ifs_move_the_right_way_and_are_taken_back(workspace: Workspace) -> None:
    plan = workspace.scenario("base").plan()
    live = SupplyWhatIf(plan)
    less = live.ask(read_question(plan, "capacity", LINE, percent=-30))
    more = live.ask(read_question(plan, "capacity", LINE, percent=30))
    assert less.gain < 0 < more.gain
    assert live.ask(read_question(plan, "capacity", LINE, percent=0)).gain == pytest.approx(0, abs=1e-6)
    fewer = live.ask(read_question(plan, "demand", "F0", percent=-50, first="2026-03", last="2026-05"))
    assert fewer.service_after > fewer.service_before


def test_questions_that_do_not_fit_are_refused(workspace: Workspace) -> None:
    plan = workspace.scenario("base").plan()
    with pytest.raises(NotFound, match="capacity, demand"):
        read_question(plan, "weather")
    with pytest.raises(PlanError, match="more than there is"):
        read_question(plan, "capacity", LINE, percent=-120)
    with pytest.raises(NotFound, match="No demand is asked of"):
        SupplyWhatIf(plan).ask(read_question(plan, "demand", "F99", percent=1))


def test_names_are_those_of_the_company(workspace: Workspace) -> None:
    model = supply_model_of(workspace.scenario("base").plan())
    assert LINE in model.resources.names
    assert any(name.startswith("I0 at ") for name in model.nodes.names)


def priced(*, ranking: str = "margin_per_bottleneck_hour", overtime: bool = False, hour: float = 1.0) -> Results:
    """A tight company in which two items of one class sell dear, and an hour of overtime has a price."""
    prices = [
        {"item_id": f"I{i}", "price": 12.0 + 9 * (i % 2), "currency": "USD", "per_quantity": 1.0} for i in range(5)
    ]
    line = {
        "resource_id": LINE, "location_id": PLANT, "resource_type": "machine", "capacity_unit": "hours_per_period",
        "overtime_cost_per_hour": hour, "currency": "USD",
    }  # fmt: skip
    tables = {**TIGHT, "price": prices, "resource": [line]}
    parameters = PlanParameters(horizon=10, supply_ranking=ranking, overtime_by_priority=overtime)  # type: ignore[arg-type]
    return run_plan(freeze_inputs(company(items=5, replace=tables), parameters), (), wiring=STANDARD)


def test_ranking_by_margin_earns_more_than_by_waiting_time() -> None:
    waiting, margin = priced(ranking="waiting_time"), priced()
    assert table(waiting, "shortage_quantity")[-1].sum() > 0
    assert table(margin, "gross_margin").sum() > table(waiting, "gross_margin").sum()


def unevenness(results: Results) -> float:
    """Largest less least share of the plan that comes within the horizon, of the items of one class at the plant."""
    places = results.inputs.series["item_location"].members
    rows = [n for n, one in enumerate(places.iter_rows(named=True)) if one["item"] in ("I2", "I3", "I4")]
    chosen = [n for n in rows if places["location"][n] == PLANT]
    short, asked = (
        table(results, "shortage_quantity")[-1][chosen],
        table(results, "planned_receipts").sum(axis=0)[chosen],
    )
    return float(np.ptp(short / asked))


def test_fair_share_serves_items_of_a_class_alike() -> None:
    assert unevenness(priced(ranking="fair_share")) < 0.02
    assert unevenness(priced(ranking="waiting_time")) > 0.05
    assert unevenness(priced()) > 0.5


def test_items_that_keep_a_month_are_built_at_most_a_month_ahead() -> None:
    """The line is shut for two months."""

    def built_too_early(days: int) -> float:
        items = [
            {"item_id": f"I{i}", "description": "Item", "base_uom": "EA", "item_type": "finished", "make_buy": "make",
             "category": "Goods", "family": f"F{i % 2}", "shelf_life_days": days or None}
            for i in range(5)
        ]  # fmt: skip
        shut = [{"resource_id": LINE, "period_id": month, "available": 0.0} for month in ("2026-08", "2026-09")]
        hours = [{"resource_id": LINE, "available": 500.0}, *shut]
        component = company(items=5).tables["item"].filter(pl.col("item_id") == "COMP").to_dicts()
        extract = company(items=5, replace={"item": [*items, *_plain(component)], "resource_capacity": hours})
        done = run_plan(freeze_inputs(extract, PlanParameters(horizon=10)), (), wiring=STANDARD)
        made = np.cumsum(table(done, "constrained_receipts"), axis=0)
        most = np.cumsum(table(done, "planned_receipts"), axis=0)
        goods = (done.inputs.series["item_location"].members["item"] != "COMP").to_numpy()
        return float((made[:-1] - most[1:])[:, goods].max())

    assert built_too_early(0) > 1.0
    assert built_too_early(30) < 1e-6


def _plain(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows without the columns that say where they were read."""
    return [{key: value for key, value in row.items() if not key.startswith("_")} for row in rows]


def test_overtime_by_priority_earns_within_its_limit_and_only_at_a_fair_price() -> None:
    without, worked = priced(), priced(overtime=True)
    assert table(without, "overtime_hours").max() == 0
    assert 0 < table(worked, "overtime_hours").max() <= 20 + 1e-6
    assert table(worked, "gross_margin").sum() > table(without, "gross_margin").sum()
    assert table(priced(overtime=True, hour=1e6), "overtime_hours").max() == 0


@pytest.mark.parametrize("overtime", [False, True])
def test_a_change_of_ranking_is_as_good_as_a_fresh_run(overtime: bool) -> None:
    told = {"ranking": "margin_per_bottleneck_hour", "overtime": overtime}
    moved = planned("priority", previous=planned("priority", overtime=not overtime), **told)  # type: ignore[arg-type]
    fresh = planned("priority", **told)  # type: ignore[arg-type]
    for measure in ("constrained_receipts", "overtime_hours", "shortage_quantity", "revenue"):
        assert np.array_equal(table(moved, measure), table(fresh, measure))


@pytest.mark.parametrize(("scope", "again"), [({}, 0), ({"item": ("I2",)}, 1)])
def test_a_price_that_ranks_nobody_otherwise_plans_nothing_again(
    scope: Scope, again: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, runs = priced(), 0

    def counted(*told: Any) -> FinitePlan:
        nonlocal runs
        runs += 1
        return plan_finite(*told)

    lift = Change(Percent(900.0), measure="price", scope=scope, author="dana")
    monkeypatch.setattr(supply, "plan_finite", counted)
    moved = run_plan(before.inputs, (lift,), wiring=STANDARD, previous=before)
    assert runs == again
    fresh = run_plan(before.inputs, (lift,), wiring=STANDARD)
    for measure in ("constrained_receipts", "constrained_load", "shortage_quantity", "revenue"):
        assert np.array_equal(table(moved, measure), table(fresh, measure))
