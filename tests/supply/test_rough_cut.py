"""Rough cut: hours by resource and period, nothing lost before the first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ModelError
from steelyard.supply.rough_cut import (
    build_resource_bill,
    cumulative_slack,
    load_by_overall_factors,
    load_resources,
    load_rows,
    overload,
    resources_of,
    update_load,
    utilisation,
)
from steelyard.supply.row_table import RowTable
from tests.supply import twins
from tests.supply.companies import supply_company


def test_work_lies_before_the_receipt_by_its_offset() -> None:
    bill = build_resource_bill(
        1,
        2,
        row=np.array([0, 0]),
        resource=np.array([0, 1]),
        hours_per_unit=np.array([1.0, 2.0]),
        offset=np.array([0, 1]),
    )
    cut = load_resources(bill, np.array([[10.0], [20.0], [5.0]]))
    assert cut.load.tolist() == [[10, 40], [20, 10], [5, 0]]
    assert cut.past_due.tolist() == [0, 20]


@given(st.integers(0, 100_000))
def test_the_kernel_equals_its_twin(seed: int) -> None:
    company = supply_company(seed)
    receipts = np.ascontiguousarray(company.requirements().planned_receipts.dense().T)
    cut, (load, past_due) = load_resources(company.bill, receipts), twins.load(company.bill, receipts)
    assert np.array_equal(cut.load, load)
    assert np.array_equal(cut.past_due, past_due)


@given(st.integers(0, 100_000))
def test_all_hours_of_the_plan_are_somewhere(seed: int) -> None:
    company = supply_company(seed)
    table = company.requirements().planned_receipts
    cut, lines = load_rows(company.bill, table), company.bill.by_resource
    hours = (lines.hours_per_unit * table.dense().sum(axis=1)[lines.other]).sum()
    assert np.isclose(cut.load.sum() + cut.past_due.sum(), hours)


@given(st.integers(0, 100_000))
def test_an_update_equals_a_full_run_bit_for_bit(seed: int) -> None:
    company, draw = supply_company(seed, rows=60), np.random.default_rng(seed)
    table = RowTable.of(draw.random((60, 8)))
    before = load_rows(company.bill, table)
    rows = draw.permutation(60)[: draw.integers(0, 5)]
    table = table.replace(rows, draw.random((rows.size, 8)))
    after, full = update_load(before, company.bill, table, rows), load_rows(company.bill, table)
    assert np.array_equal(after.load, full.load)
    assert np.array_equal(after.past_due, full.past_due)


def test_lines_of_one_row_and_resource_add_up() -> None:
    zero = np.zeros(2, np.int64)
    bill = build_resource_bill(1, 1, row=zero, resource=zero, hours_per_unit=np.array([0.25, 0.5]))
    assert bill.by_row.hours_per_unit.tolist() == [0.75]


def test_resources_of_rows_are_found() -> None:
    bill = build_resource_bill(3, 4, row=np.array([0, 1, 1]), resource=np.array([2, 3, 0]), hours_per_unit=np.ones(3))
    assert resources_of(bill, np.array([1, 2])).tolist() == [0, 3]
    assert resources_of(bill, np.array([2])).tolist() == []


@pytest.mark.parametrize("field", ["hours", "offset", "row"])
def test_a_senseless_line_is_refused(field: str) -> None:
    line = {"hours": 1.0, "offset": 0, "row": 0} | {field: {"hours": 0.0, "offset": -1, "row": 7}[field]}
    with pytest.raises(ModelError, match="makes no sense"):
        build_resource_bill(
            1,
            1,
            row=np.array([int(line["row"])]),
            resource=np.array([0]),
            hours_per_unit=np.array([float(line["hours"])]),
            offset=np.array([int(line["offset"])]),
        )


def test_utilisation_without_hours_is_unknown() -> None:
    share = utilisation(np.array([80.0, 5.0]), np.array([100.0, 0.0]))
    assert share[0] == 0.8
    assert np.isnan(share[1])


def test_a_peak_that_can_be_built_ahead_has_slack() -> None:
    load, hours = np.array([[50.0], [130.0], [100.0]]), np.full((3, 1), 100.0)
    assert overload(load, hours).ravel().tolist() == [0, 30, 0]
    assert cumulative_slack(load, hours).ravel().tolist() == [50, 20, 20]


def test_overall_factors_split_total_hours() -> None:
    load = load_by_overall_factors(np.array([[1.0, 2.0]]), np.array([3.0, 1.0]), np.array([0.6, 0.4]))
    assert np.allclose(load, [[3.0, 2.0]])
