"""Rough cut: the hours that a plan asks of each resource, period by period."""

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.row_table import Cells, RowTable, cells_of

Int32Array = NDArray[np.int32]


class Lines(NamedTuple):
    """Lines of a bill of resources, grouped by resource or by row."""

    start: IntArray
    """Where the lines of a group begin; one longer than there are groups."""
    other: Int32Array
    """The row where grouped by resource, the resource where grouped by row."""
    hours_per_unit: Array
    """Hours of the resource in one unit."""
    offset: Int32Array
    """Periods between the work and the receipt."""


@dataclass(frozen=True, eq=False)
class ResourceBill:
    """Hours of each resource in one unit of each item-location.

    Args:
        rows: How many item-locations there are.
        resources: How many resources there are.
        by_resource: The lines of each resource.
        by_row: The same lines by row.
    """

    rows: int
    resources: int
    by_resource: Lines
    by_row: Lines


@dataclass(frozen=True, eq=False)
class RoughCut:
    """Load of all resources.

    Args:
        load: Hours asked, period x resource.
        past_due: Hours that should have been worked before the first period, by resource.
    """

    load: Array
    past_due: Array


def build_resource_bill(
    rows: int,
    resources: int,
    *,
    row: IntArray,
    resource: IntArray,
    hours_per_unit: Array,
    offset: IntArray | None = None,
) -> ResourceBill:
    """Build the bill of resources from its lines.

    Args:
        rows: How many item-locations there are.
        resources: How many resources there are.
        row: Item-location made, by line.
        resource: Resource used, by line.
        hours_per_unit: Hours of the resource in one unit, set-up share and yield included, by line.
        offset: Whole periods between the work and the receipt, by line; 0 by default.

    Raises:
        ModelError: A line has hours that are not positive, a negative offset, or points outside.

    Lines of the same row, resource and offset are added up.

    Example:
        >>> bill = build_resource_bill(1, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([0.5]))
        >>> load_resources(bill, np.array([[10.0], [20.0]])).load
        array([[ 5.],
               [10.]])
    """
    ahead = np.zeros(row.size, np.int64) if offset is None else offset
    _check_lines(rows, resources, row, resource, hours_per_unit, ahead)
    row, resource, hours_per_unit, ahead = _merge_lines(row, resource, hours_per_unit, ahead)
    first, second = np.lexsort((ahead, row, resource)), np.lexsort((ahead, resource, row))
    by_resource = _grouped(resource[first], row[first], hours_per_unit[first], ahead[first], resources)
    by_row = _grouped(row[second], resource[second], hours_per_unit[second], ahead[second], rows)
    return ResourceBill(rows, resources, by_resource, by_row)


def load_resources(bill: ResourceBill, receipts: Array) -> RoughCut:
    """Hours that a plan of receipts asks of every resource.

        load[t, resource] = sum over lines of (hours per unit x receipts[t + offset, row])

    With all offsets 0 this is the bill of capacity, with offsets the resource profile. Work that would lie
    before the first period goes into the past-due column, never lost.

    Args:
        bill: Bill of resources.
        receipts: Planned or constrained receipts, period x row [units].

    Source: Vollmann, Berry, Whybark & Jacobs, Manufacturing Planning and Control Systems, capacity planning.
    """
    return load_rows(bill, RowTable.of(receipts.T))


def load_rows(bill: ResourceBill, receipts: RowTable) -> RoughCut:
    """The same for receipts laid out as a table of rows, as the network stage keeps them."""
    load, past_due = np.zeros((bill.resources, receipts.shape[1])), np.zeros(bill.resources)
    _load(bill.by_resource, receipts.cells, np.arange(bill.resources), load, past_due)
    return RoughCut(np.ascontiguousarray(load.T), past_due)


def update_load(previous: RoughCut, bill: ResourceBill, receipts: RowTable, changed_rows: IntArray) -> RoughCut:
    """Load again only the resources of changed rows; the result has the same bits as a full run.

    Args:
        previous: Load before the change; it stays as it is.
        bill: Bill of resources.
        receipts: New receipts of all rows [units].
        changed_rows: Rows whose receipts may differ.
    """
    touched = resources_of(bill, changed_rows)
    load, past_due = np.ascontiguousarray(previous.load.T), previous.past_due.copy()
    load[touched], past_due[touched] = 0.0, 0.0
    _load(bill.by_resource, receipts.cells, touched, load, past_due)
    return RoughCut(np.ascontiguousarray(load.T), past_due)


def resources_of(bill: ResourceBill, rows: IntArray) -> IntArray:
    """Resources that some rows need, ascending."""
    start, resource = bill.by_row.start, bill.by_row.other
    lines = [resource[start[row] : start[row + 1]] for row in rows.tolist()]
    return np.unique(np.concatenate([np.empty(0, np.int32), *lines])).astype(np.int64)


def work_per_unit(network: SupplyNetwork, bill: ResourceBill) -> csr_array:
    """Hours of each resource in one unit of each item-location, all that goes into it included.

        work = own hours + quantity of each component x its work

    Bills are those of the first period; co-products take nothing off.

    Args:
        network: The supply network.
        bill: Bill of resources of the same item-locations.

    Returns:
        Hours per unit, item-location x resource.

    Source: bill of labour, Vollmann, Berry, Whybark & Jacobs, Manufacturing Planning and Control Systems.
    """
    own = csr_array(
        (bill.by_row.hours_per_unit, bill.by_row.other, bill.by_row.start), shape=(bill.rows, bill.resources)
    )
    parts = network.components
    quantity = np.where(parts.valid_from == 0, np.maximum(parts.quantity_per, 0.0), 0.0)
    below = csr_array((quantity, parts.row, parts.start), shape=(bill.rows, bill.rows))
    total = own
    for _ in range(network.depth - 1):
        total = own + below @ total
    return csr_array(total)


def load_by_overall_factors(quantity: Array, hours_per_unit: Array, share: Array) -> Array:
    """Load by overall factors (CPOF): total hours of the plan, split by the share each resource had in the past.

    Args:
        quantity: Master production schedule, period x item [units].
        hours_per_unit: Direct labour hours in one unit, by item.
        share: Historical share of hours by resource, summing to 1.

    Returns:
        Hours, period x resource.

    Source: Vollmann, Berry, Whybark & Jacobs, Manufacturing Planning and Control Systems, CPOF figures.

    Example:
        >>> load_by_overall_factors(np.array([[10.0]]), np.array([2.0]), np.array([0.75, 0.25]))
        array([[15.,  5.]])
    """
    total: Array = (quantity * hours_per_unit).sum(axis=1)[:, None]
    return total * share


def utilisation(capacity_load: Array, capacity_available: Array) -> Array:
    """Load as a share of what is available; NaN where nothing is available.

    Example:
        >>> utilisation(np.array([80.0]), np.array([100.0]))
        array([0.8])
    """
    out: Array = np.full(capacity_load.shape, np.nan)
    np.divide(capacity_load, capacity_available, out=out, where=capacity_available > 0)
    return out


def overload(capacity_load: Array, capacity_available: Array) -> Array:
    """Hours asked beyond what is available.

    Example:
        >>> overload(np.array([80.0, 120.0]), np.array([100.0, 100.0]))
        array([ 0., 20.])
    """
    beyond: Array = np.maximum(capacity_load - capacity_available, 0.0)
    return beyond


def cumulative_slack(capacity_load: Array, capacity_available: Array) -> Array:
    """Hours still free up to each period; a peak can be built ahead where this stays above zero.

    Example:
        >>> cumulative_slack(np.array([[50.0], [130.0]]), np.array([[100.0], [100.0]]))
        array([[50.],
               [20.]])
    """
    return np.cumsum(capacity_available - capacity_load, axis=0)


def _grouped(near: IntArray, far: IntArray, hours: Array, offset: IntArray, groups: int) -> Lines:
    start = np.searchsorted(near, np.arange(groups + 1)).astype(np.int64)
    return Lines(start, far.astype(np.int32), hours.astype(np.float64), offset.astype(np.int32))


def _merge_lines(
    row: IntArray, resource: IntArray, hours: Array, offset: IntArray
) -> tuple[IntArray, IntArray, Array, IntArray]:
    order = np.lexsort((hours, offset, resource, row))
    row, resource, hours, offset = row[order], resource[order], hours[order], offset[order]
    new = np.ones(row.size, np.bool_)
    new[1:] = (np.diff(row) != 0) | (np.diff(resource) != 0) | (np.diff(offset) != 0)
    total = np.add.reduceat(hours, np.flatnonzero(new)) if row.size else hours
    return row[new], resource[new], total, offset[new]


def _check_lines(rows: int, resources: int, row: IntArray, resource: IntArray, hours: Array, offset: IntArray) -> None:
    outside = (row < 0) | (row >= rows) | (resource < 0) | (resource >= resources)
    bad = np.flatnonzero(outside | ~(hours > 0) | (offset < 0))
    if bad.size:
        line = bad[0]
        where = f"row {row[line]}, resource {resource[line]}: {hours[line]} hours, offset {offset[line]}"
        mend = "give positive hours and an offset of 0 or more periods"
        raise ModelError("A line of the bill of resources makes no sense", where=where, mend=mend)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _load(lines: Lines, receipts: Cells, resources: IntArray, load: Array, past_due: Array) -> None:
    for r in resources:
        when = load[r]
        for a in range(lines.start[r], lines.start[r + 1]):
            made, hours, ahead = cells_of(receipts, lines.other[a]), lines.hours_per_unit[a], lines.offset[a]
            early = min(ahead, made.size)
            for t in range(early):
                past_due[r] += hours * made[t]
            # NOTE: slices that both begin at 0 let the compiler add several periods at once: twice as fast.
            worked = made[early:]
            for t in range(worked.size):
                when[t] += hours * worked[t]
