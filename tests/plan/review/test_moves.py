"""Move log: every unit that comes otherwise than without limits is in it, and its money is that of the evaluator."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from steelyard.grid.block import join
from steelyard.plan.review.moves import KINDS, move_table, move_totals
from steelyard.plan.review.supply import compare_ways, supply_model_of
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
UNITS = pl.col("move").is_in(["built ahead", "late", "not made"])


@pytest.fixture(scope="module")
def tight(shared_workspace):
    """The small company with half its hours and overtime."""
    hours = [{"resource_id": "LINE", "available": 20.0 * 6 * 3, "overtime_max": 40.0, "overtime_premium": 5.0}]
    kept = shared_workspace.add_extract(company(items=6, customers=3, replace={"resource_capacity": hours}), at=AT)
    return shared_workspace.create_scenario("moved", extract=kept.digest, actor="dana", at=AT, horizon=12).plan()


@pytest.fixture(scope="module")
def logs(tight):
    model = supply_model_of(tight)
    found = compare_ways(tight, ["priority", "decomposition", "exact", "chase"], model=model)
    return {one.way: (one, move_table(tight, model, one)) for one in found}


@pytest.mark.parametrize("way", ["priority", "decomposition", "exact", "chase"])
def test_moves_lead_from_the_plan_without_limits_to_the_way(way, tight, logs) -> None:
    result, frame = logs[way]
    planned, periods = join(tight.blocks("planned_receipts")), [*tight.horizon.labels, ""]
    members = tight.series("safety_stock").members
    place = {pair: row for row, pair in enumerate(members.select("item", "location").iter_rows())}
    moved = planned.copy()
    for row in frame.filter(UNITS).iter_rows(named=True):
        at = place[row["item"], row["location"]]
        moved[periods.index(row["from"]), at] -= row["quantity"]
        if row["to"]:
            moved[periods.index(row["to"]), at] += row["quantity"]
    came = result.evaluation.received
    late = np.maximum(np.cumsum(planned, axis=0) - np.cumsum(came, axis=0), 0.0)
    left = np.maximum(np.cumsum(planned, axis=0) - np.cumsum(moved, axis=0), 0.0)
    assert np.allclose(left, late, atol=0.2)


@pytest.mark.parametrize("way", ["priority", "exact"])
def test_money_of_late_and_missing_units_is_that_of_their_customers(way, tight, logs) -> None:
    result, frame = logs[way]
    late = frame.filter(pl.col("move").is_in(["late", "not made"]))["money"].sum()
    costs = result.evaluation.costs
    assert late >= (costs.backlog + costs.lost) * 0.99
    assert frame.filter(pl.col("move") == "overtime")["money"].sum() == pytest.approx(costs.overtime, rel=1e-6)


def test_what_the_line_holds_back_names_it(logs) -> None:
    frame = logs["priority"][1]
    told = frame.filter(pl.col("move") == "not made", pl.col("money") > 0)["because"].unique().to_list()
    assert told
    assert all(one.endswith("LINE") for one in told)
    assert frame["money"].abs().is_sorted(descending=True)


def test_totals_are_in_the_order_of_the_kinds(logs) -> None:
    totals = move_totals(logs["exact"][1])
    assert totals["move"].to_list() == [kind for kind in KINDS if kind in totals["move"].to_list()]
    assert totals["money"].sum() == pytest.approx(logs["exact"][1]["money"].sum())
