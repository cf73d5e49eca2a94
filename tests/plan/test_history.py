"""The history of a plan: corrected, joined, priced, and every step of it taken back at will."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from steelyard.grid.block import join
from steelyard.plan.change import Change
from steelyard.plan.forecasting.corrections import correct_cell, corrections, excluded, level_shifts
from steelyard.plan.forecasting.segmentation import segment_items, segmentation
from steelyard.plan.inputs import PlanParameters, freeze_inputs
from steelyard.plan.inputs.drivers import indicator_table, price_table
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.run import Results, run_plan
from steelyard.plan.wiring import STANDARD
from steelyard.plan.workspace import Workspace
from tests.company import Row, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MONTHS = [(year, month) for year in (2022, 2023, 2024, 2025) for month in range(1, 13)]
STEADY = [100.0 + 10 * np.sin(month / 6 * np.pi) + (7 * n % 5) for n, (_, month) in enumerate(MONTHS)]


def line(n: int, item: str, day: date, quantity: float, *, price: float = 10.0, **other: object) -> Row:
    return {
        "order_id": f"O{n:05d}", "line_id": "1", "item_id": item, "customer_id": "C0", "location_id": "D1",
        "order_date": day, "requested_date": day, "quantity": quantity, "status": "shipped", "unit_price": price,
        "discount": 0.0, "amount_net": quantity * price, "currency": "USD", "return_flag": quantity < 0, **other,
    }  # fmt: skip


def history(item: str, demand: list[float], *, price: list[float] | None = None, start: int = 0) -> list[Row]:
    prices = price or [10.0] * len(demand)
    days = [date(*month, 9) for month in MONTHS[: len(demand)]]
    rows = zip(days, demand, prices, strict=True)
    return [line(start + n, item, day, q, price=p) for n, (day, q, p) in enumerate(rows) if q]


def planned(tables: dict[str, list[Row]], *changes: Change, items: int = 2, **settings: object) -> Results:
    source = company(items=items, customers=1, replace=tables)
    inputs = freeze_inputs(source, PlanParameters(horizon=12, **settings), changes)  # type: ignore[arg-type]
    return run_plan(inputs, [c for c in changes if c.moves_cells], wiring=STANDARD)


def of(results: Results, measure: str, item: str) -> np.ndarray:
    names = results.inputs.series["demand"].members["item"].to_list()
    return join(results.blocks(measure))[..., names.index(item)]


def spiked() -> list[Row]:
    demand = list(STEADY)
    demand[30] = 600.0
    return [*history("I0", demand), *history("I1", STEADY, start=500)]


def test_a_spike_does_not_reach_the_forecast_unless_the_correction_is_taken_back() -> None:
    cleaned = planned({"sales_line": spiked()}, reconciliation="bottom_up")
    assert of(cleaned, "automatic_correction", "I0")[30] < -400
    assert of(cleaned, "demand_history", "I0")[30] == 600
    assert of(cleaned, "baseline_history", "I0")[30] < 140
    back = correct_cell(item="I0", location="D1", customer="C0", period="2024-07", units=0, author="dana", at=AT)
    taken = planned({"sales_line": spiked()}, back, reconciliation="bottom_up")
    assert of(taken, "cleaned_demand", "I0")[30] == 600
    assert of(taken, "automatic_correction", "I0")[30] == of(cleaned, "automatic_correction", "I0")[30]
    assert (of(taken, "statistical_forecast", "I0") != of(cleaned, "statistical_forecast", "I0")).any()
    assert np.array_equal(of(taken, "statistical_forecast", "I1"), of(cleaned, "statistical_forecast", "I1"))


def test_a_correction_recalculates_to_the_same_bits_as_from_scratch() -> None:
    source = company(items=2, customers=1, replace={"sales_line": spiked()})
    inputs = freeze_inputs(source, PlanParameters(horizon=12))
    back = correct_cell(item="I0", location="D1", customer="C0", period="2024-07", units=0, author="dana", at=AT)
    before = run_plan(inputs, (), wiring=STANDARD)
    fresh = run_plan(inputs, (back,), wiring=STANDARD)
    again = run_plan(inputs, (back,), wiring=STANDARD, previous=before)
    for measure in ("cleaned_demand", "inherited_demand", "level_shift", "baseline_history", "statistical_forecast"):
        assert np.array_equal(join(fresh.blocks(measure)), join(again.blocks(measure))), measure


def test_a_place_that_closed_empty_has_lost_sales() -> None:
    demand = list(STEADY)
    demand[40] = 20.0
    stock = [
        {"item_id": "I0", "location_id": "D1", "date": date(2025, 5, 31), "closing_qty": 0.0},
        {"item_id": "I0", "location_id": "D1", "date": date(2025, 4, 30), "closing_qty": 50.0},
    ]
    rows = [*history("I0", demand), *history("I1", STEADY, start=500)]
    with_stock = planned({"sales_line": rows, "inventory_history": stock})
    assert np.flatnonzero(of(with_stock, "stockout_flag", "I0")).tolist() == [40]
    assert of(with_stock, "lost_sales_estimate", "I0")[40] > 60
    assert np.isclose(of(with_stock, "cleaned_demand", "I0")[40], STEADY[40], rtol=0.2)
    assert not of(planned({"sales_line": rows}), "lost_sales_estimate", "I0").any()


def test_lines_that_do_not_count_are_told_apart_by_reason_and_row(tmp_path) -> None:
    rows = [
        *history("I0", STEADY),
        line(900, "I0", date(2025, 6, 9), 33.0, status="cancelled"),
        line(901, "I0", date(2025, 7, 9), -12.0),
        line(902, "I0", date(2026, 2, 9), 40.0),
    ]
    with Workspace.create(tmp_path / "w", company="Small") as workspace:
        workspace.add_extract(company(items=1, customers=1, replace={"sales_line": rows}), at=AT, actor="dana")
        plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=12).plan()
        found = excluded(plan)
        assert dict(found.select("order_id", "reason").iter_rows()) == {
            "O00900": "cancelled", "O00901": "return_netted", "O00902": "future_dated",
        }  # fmt: skip
        assert found["source_row"].null_count() == 0
        assert plan.value("excluded_demand", periods="2025-06") == 33
        assert plan.value("excluded_demand", periods="2025-07") == 12
        assert np.isclose(plan.value("demand_history", periods="2025-07"), STEADY[42] - 12)


def test_a_successor_inherits_what_its_ended_predecessor_sold() -> None:
    old, new = [q if n < 40 else 0.0 for n, q in enumerate(STEADY)], [0.0] * 40 + [2 * q for q in STEADY[40:]]
    link = {"item_id": "I1", "other_id": "I0", "type": "successor", "start_date": date(2025, 5, 1), "ratio": 2.0}
    ended = [
        {**row, "end_date": date(2025, 4, 30)} if row["item_id"] == "I0" else row
        for row in company(items=2).tables["item"].drop("_source", "_source_row").to_dicts()
    ]
    rows = [*history("I0", old), *history("I1", new, start=500)]
    joined = planned({"sales_line": rows, "item_link": [link], "item": ended})
    alone = planned({"sales_line": rows, "item": ended})
    assert np.allclose(of(joined, "inherited_demand", "I1")[:40], 2 * np.array(STEADY[:40]))
    assert not of(alone, "inherited_demand", "I1").any()
    assert np.allclose(of(joined, "baseline_history", "I1"), 2 * np.array(STEADY), rtol=0.02)
    assert not of(joined, "statistical_forecast", "I0").any()
    assert (joined.inputs.values["life_history"][0] != alone.inputs.values["life_history"][0]).any()


def test_a_lasting_step_moves_the_history_and_is_listed(tmp_path) -> None:
    rows = history("I0", [q * (3 if n >= 34 else 1) for n, q in enumerate(STEADY)])
    with Workspace.create(tmp_path / "w", company="Small") as workspace:
        workspace.add_extract(company(items=1, customers=1, replace={"sales_line": rows}), at=AT, actor="dana")
        scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=12)
        shifts = level_shifts(scenario.plan())
        assert shifts.select("item", "from_period").rows() == [("I0", "2024-11")]
        assert shifts["ratio"][0] == pytest.approx(3, rel=0.1)
        level = scenario.plan().value("baseline_history", periods="2022-06")
        assert level == pytest.approx(3 * STEADY[5], rel=0.1)
        scenario.append(Change(SetParameter("rebase_level_shifts", False), author="dana", at=AT))
        assert scenario.plan().value("baseline_history", periods="2022-06") == pytest.approx(STEADY[5])


def priced(elasticity: float) -> list[Row]:
    random = np.random.default_rng(3)
    rows: list[Row] = []
    for i in range(6):
        price = 10.0 * random.choice([1.0, 0.9, 0.8], len(MONTHS), p=[0.5, 0.25, 0.25])
        price[-3:] = 10.0
        demand = np.array(STEADY) * (price / 10.0) ** elasticity * random.lognormal(0, 0.03, len(MONTHS))
        rows += history(f"I{i}", demand.tolist(), price=price.tolist(), start=1000 * i)
    return rows


def test_a_planned_price_moves_demand_where_history_shows_an_answer() -> None:
    tables = {"sales_line": priced(-2.0)}
    dearer = Change(SetMasterData("price", {"item_id": "I0"}, "price", 11.0), author="dana", at=AT)
    results = planned(tables, dearer, items=6)
    table = price_table(results.inputs.values["price_evidence"])
    assert all(-2.3 < value < -1.7 for value in table["elasticity"].to_list())
    assert not of(planned(tables, items=6), "driver_effect", "I0").any()
    share = of(results, "driver_effect", "I0") / of(results, "statistical_forecast", "I0")
    assert np.allclose(share, 1.1 ** of(results, "price_elasticity", "I0") - 1, atol=1e-6)
    assert np.allclose(
        of(results, "unconstrained_demand", "I0"),
        of(results, "statistical_forecast", "I0") + of(results, "driver_effect", "I0"),
    )
    assert not of(results, "driver_effect", "I1").any()


def test_without_an_answer_or_by_wish_a_price_moves_nothing() -> None:
    dearer = Change(SetMasterData("price", {"item_id": "I0"}, "price", 11.0), author="dana", at=AT)
    assert not of(planned({"sales_line": priced(0.0)}, dearer, items=6), "driver_effect", "I0").any()
    silent = planned({"sales_line": priced(-2.0)}, dearer, items=6, price_response=False)
    assert not of(silent, "driver_effect", "I0").any()


def test_an_indicator_that_leads_demand_moves_the_periods_it_leads() -> None:
    random, lead = np.random.default_rng(8), 2
    index = np.cumsum(random.normal(0, 0.08, len(MONTHS)))
    led = np.append(np.zeros(lead), index[:-lead])
    rows = history("I0", (np.array(STEADY) * np.exp(led + random.normal(0, 0.02, led.size))).tolist())
    series = [
        {"series_id": "CLIMATE", "date": date(*month, 1), "value": float(100 * np.exp(value))}
        for month, value in zip(MONTHS, index, strict=True)
    ]
    results = planned({"sales_line": rows, "external_series": series}, items=1)
    told = indicator_table(results.inputs.values["indicator_evidence"]).row(0, named=True)
    assert (told["used"], told["lead"]) == (True, lead)
    assert told["skill"] > 0.3
    effect = of(results, "driver_effect", "I0") / of(results, "statistical_forecast", "I0")
    assert np.allclose(effect[1:], np.exp(told["response"] * (index[-1] - index[-3])) - 1, atol=1e-3)
    quiet = planned({"sales_line": rows, "external_series": series}, items=1, indicators=False)
    assert not of(quiet, "driver_effect", "I0").any()


def test_corrections_are_listed_with_their_money_and_kind(tmp_path) -> None:
    with Workspace.create(tmp_path / "w", company="Small") as workspace:
        workspace.add_extract(company(items=2, customers=1, replace={"sales_line": spiked()}), at=AT, actor="dana")
        scenario = workspace.create_scenario("base", actor="dana", at=AT, horizon=12)
        first = corrections(scenario.plan()).row(0, named=True)
        assert (first["kind"], first["item"], first["period"]) == ("spike", "I0", "2024-07")
        assert first["money"] > 4000
        scenario.append(
            correct_cell(item="I0", location="D1", customer="C0", period="2024-07", units=0, author="dana", at=AT)
        )
        assert corrections(scenario.plan()).row(0, named=True)["kind"] == "taken_back"
        assert scenario.changes[-1].author == "dana"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    with Workspace.create(tmp_path_factory.mktemp("seg") / "w", company="Small") as workspace:
        workspace.add_extract(company(items=6, customers=2, periods=36), at=AT, actor="dana")
        workspace.create_scenario("base", actor="dana", at=AT, horizon=12)
        yield workspace


def test_items_are_segmented_by_the_companys_cut_offs(small: Workspace) -> None:
    plan = small.scenario("base").plan()
    items = segment_items(plan)
    assert items["revenue"].is_sorted(descending=True)
    assert items["segment"][0].startswith("A")
    branch = small.scenario("base").branch("wide", actor="dana", at=AT)
    branch.append(Change(SetParameter("abc_cut_b", 1.0), author="dana", at=AT))
    branch.append(Change(SetParameter("abc_cut_a", 1.0), author="dana", at=AT))
    assert set(segment_items(branch.plan())["abc"].to_list()) == {"A"}


def test_every_item_is_in_one_cell_and_movers_add_up(small: Workspace) -> None:
    found = segmentation(small, small.scenario("base").plan())
    matrix = found.matrix()
    assert matrix["items"].sum() == found.items.height == 6
    assert matrix["moved_in"].sum() == matrix["moved_out"].sum()
    assert matrix["share"].sum() == pytest.approx(1.0)
    assert found.compared_with == "the history up to 2025-11"


def test_what_a_segment_asks_for_reaches_service_and_method(small: Workspace) -> None:
    plan = small.scenario("base").plan()
    modest, level = (small.scenario("base").branch(name, actor="dana", at=AT) for name in ("modest", "level"))
    modest.append(Change(SetParameter("segment_service", "C" * 9), author="dana", at=AT))
    level.append(Change(SetParameter("segment_method", "L" * 9), author="dana", at=AT))
    level.append(Change(SetParameter("reconciliation", "bottom_up"), author="dana", at=AT))
    assert modest.plan().value("safety_stock", periods="2026-01") < plan.value("safety_stock", periods="2026-01")
    trending, flat = (one.value("statistical_forecast") for one in (plan, level.plan()))
    assert flat < 0.97 * trending


def test_a_planned_promotion_without_a_stated_uplift_does_what_past_ones_did() -> None:
    demand = [q * (1.5 if n in (20, 27, 33, 41) else 1.0) for n, q in enumerate(STEADY)]
    past = [
        {"promotion_id": f"P{n}", "start_date": date(*MONTHS[n], 1), "end_date": date(*MONTHS[n], 28), "item_id": "I0"}
        for n in (20, 27, 33, 41)
    ]
    coming = {"promotion_id": "P9", "start_date": date(2026, 3, 1), "end_date": date(2026, 3, 31), "item_id": "I0"}
    results = planned({"sales_line": history("I0", demand), "promotion": [*past, coming]}, items=1)
    assert np.flatnonzero(of(results, "promotion_flag", "I0")).tolist() == [20, 27, 33, 41]
    uplift = of(results, "promotion_uplift", "I0") / of(results, "statistical_forecast", "I0")
    assert np.flatnonzero(uplift).tolist() == [2]
    assert 0.35 < uplift[2] < 0.6
    assert of(results, "uplift_history", "I0")[20] > 25
