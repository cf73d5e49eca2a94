"""Stage table: a network of stages as people keep it in a file, one row a stage with its suppliers behind.

Columns: stage_id, lead_time, max_s_time, cost_rate (or cost), risk_pool, ext_demand_mean, ext_demand_std,
ext_demand_thres, then pairs of supplier and quantity. The form in which the 38 chains of Willems 2008 are passed on.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from steelyard.errors import FileUnreadable
from steelyard.grid.block import Array, IntArray
from steelyard.inventory.multi_echelon.stage_network import Pooling, StageNetwork, build_stage_network

_FIRST_SUPPLIER = 8


@dataclass(frozen=True, eq=False)
class StageTable:
    """Stages of a file.

    Args:
        names: Name of each stage.
        columns: lead time, longest service time, added cost, demand mean, demand deviation, safety factor; NaN where
            a stage states none, `[column, stage]`.
        supplier: Stage at the upper end of each arc.
        customer: Stage at the lower end of each arc.
        quantity_per: Units of the supplier in one unit of the customer.
    """

    names: tuple[str, ...]
    columns: Array
    supplier: IntArray
    customer: IntArray
    quantity_per: Array

    @property
    def deviation(self) -> Array:
        """Standard deviation of customers' demand by stage."""
        return np.asarray(np.nan_to_num(self.columns[4]))

    def network(self, *, safety_factor: float = 1.645, pooling: Pooling = "paths") -> StageNetwork:
        """The network of the file; stages that state no safety factor take the given one."""
        time, most, added, mean, deviation, factor = self.columns
        return build_stage_network(
            np.nan_to_num(time), supplier=self.supplier, customer=self.customer, added_cost=np.nan_to_num(added),
            demand_deviation=np.nan_to_num(deviation), safety_factor=np.where(np.isnan(factor), safety_factor, factor),
            demand_mean=mean, most_service_time=most, quantity_per=self.quantity_per, pooling=pooling,
            name=lambda stage: self.names[stage],
        )  # fmt: skip


def read_stage_table(path: Path) -> StageTable:
    """Read a file of stages.

    Raises:
        FileUnreadable: The file is missing, a number is none, a supplier is no stage, or a stage stands twice.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row and row[0].strip()][1:]
    except (OSError, UnicodeDecodeError) as fault:
        raise FileUnreadable("The stages cannot be read", where=str(path), mend="give a text file in CSV") from fault
    names = tuple(row[0].strip() for row in rows)
    if not names or len(set(names)) < len(names):
        raise FileUnreadable("A stage stands twice, or there is none", where=str(path), mend="give one row a stage")
    columns = np.array([[_number(row, at, path) for row in rows] for at in (1, 2, 3, 5, 6, 7)])
    supplier, customer, per = _arcs(rows, {name: i for i, name in enumerate(names)}, path)
    return StageTable(names, columns, supplier, customer, per)


def _arcs(rows: list[list[str]], stage: dict[str, int], path: Path) -> tuple[IntArray, IntArray, Array]:
    found = []
    for i, row in enumerate(rows):
        for at in range(_FIRST_SUPPLIER, len(row), 2):
            name = row[at].strip()
            if name and name not in stage:
                raise FileUnreadable(f"{name} is no stage", where=f"{path}, {row[0]}", mend="add a row for it")
            if name:
                quantity = _number(row, at + 1, path)
                found.append((stage[name], i, 1.0 if np.isnan(quantity) else quantity))
    supplier, customer, per = zip(*found, strict=True) if found else ((), (), ())
    return np.array(supplier, np.int64), np.array(customer, np.int64), np.array(per, np.float64)


def _number(row: list[str], at: int, path: Path) -> float:
    text = row[at].strip() if at < len(row) else ""
    try:
        return float(text) if text else float("nan")
    except ValueError as fault:
        raise FileUnreadable(f"{text!r} is no number", where=f"{path}, {row[0]}", mend="correct the cell") from fault
