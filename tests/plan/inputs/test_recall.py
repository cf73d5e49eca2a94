"""Recalling: inputs taken from what was made before hold the bits of inputs made of nothing."""

from dataclasses import replace
from types import MappingProxyType

import polars as pl
import pytest

from steelyard.data.extract import Extract
from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanParameters, freeze_inputs
from steelyard.plan.inputs.recall import Reading, Recall, holds_same
from steelyard.plan.operation import SetMasterData, SetParameter
from tests.company import company

BEFORE = company(items=5, customers=2)
AFTER = company(items=5, customers=2, seed=11)
KNOBS = PlanParameters(horizon=12)


def other(table: str) -> Extract:
    """The first extract with one table of the second."""
    return replace(BEFORE, tables=MappingProxyType({**BEFORE.tables, table: AFTER.tables[table]}))


@pytest.mark.parametrize("table", sorted(BEFORE.tables))
def test_another_table_gives_the_inputs_that_freezing_afresh_gives(table: str) -> None:
    recall = Recall()
    freeze_inputs(BEFORE, KNOBS, recall=recall)
    found = freeze_inputs(other(table), KNOBS, recall=recall)
    assert found.digest == freeze_inputs(other(table), KNOBS).digest


@pytest.mark.parametrize(
    "change",
    [
        SetParameter("price_periods", 3),
        SetParameter("service_level_c", 0.99),
        SetParameter("customer_level", "channel"),
        SetParameter("cost_basis", "rolled_up"),
        SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", 45),
    ],
    ids=str,
)
def test_a_change_gives_the_inputs_that_freezing_afresh_gives(change: SetParameter | SetMasterData) -> None:
    recall, changes = Recall(), (Change(change),)
    freeze_inputs(BEFORE, KNOBS, recall=recall)
    assert freeze_inputs(BEFORE, KNOBS, changes, recall=recall).digest == freeze_inputs(BEFORE, KNOBS, changes).digest
    assert freeze_inputs(BEFORE, KNOBS, recall=recall).digest == freeze_inputs(BEFORE, KNOBS).digest


def test_what_no_read_table_moves_is_the_same_object() -> None:
    recall = Recall()
    first = freeze_inputs(BEFORE, KNOBS, recall=recall)
    again = freeze_inputs(other("budget"), KNOBS, recall=recall)
    assert again.series["demand"] is first.series["demand"]
    assert again.values["source_rows"] is first.values["source_rows"]


def test_a_part_is_made_again_where_a_table_or_a_setting_it_read_differs() -> None:
    recall, made = Recall(), []

    def part(reading: Reading, extract: Extract) -> int:
        made.append(reading.parameters.horizon)
        return extract.tables["item"].height

    for knobs, extract in ((KNOBS, BEFORE), (KNOBS, other("price")), (KNOBS, cut()), (PlanParameters(), BEFORE)):
        reading = Reading(recall, knobs)
        seen = reading.extract("planned", extract)
        reading.made("part", lambda: part(reading, seen))  # noqa: B023
    assert made == [12, 12, PlanParameters().horizon]


def cut() -> Extract:
    return replace(BEFORE, tables=MappingProxyType({**BEFORE.tables, "item": BEFORE.tables["item"].head(2)}))


def test_tables_with_the_same_rows_are_one() -> None:
    recall, one, two = Recall(), pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})
    assert recall.table("t", one) is recall.table("t", two)
    assert recall.table("t", pl.DataFrame({"a": [2]})) is not one


def test_zero_and_minus_zero_are_not_the_same() -> None:
    assert not holds_same(pl.Series([0.0]).to_numpy().copy(), pl.Series([-0.0]).to_numpy().copy())
