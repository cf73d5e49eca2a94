"""Corrections: every past cell that was corrected, moved or only doubted, with its money, and how to change that."""

from datetime import datetime

import numpy as np
import polars as pl

from steelyard.grid.block import Array, join
from steelyard.plan.change import Change
from steelyard.plan.inputs.history import REASONS, excluded_lines
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import SetValue

KINDS = ("stock_out", "spike", "doubtful", "by_hand", "taken_back")
"""Why a cell stands in the list: stock ran out, it stood out, it may stand out, or a person said otherwise."""
COLUMNS = (
    "kind", "item", "location", "customer", "period", "demand", "correction", "cleaned", "suggested", "money",
)  # fmt: skip


def corrections(plan: PlanNumbers) -> pl.DataFrame:
    """List the cells of history that are corrected, or suggested to be.

    Returns:
        Columns as in `COLUMNS`, most money first; money is the units at the price of the first planned period.
    """
    demand, automatic, applied, suggested, cleaned, lost = (
        join(plan.blocks(name))
        for name in (
            "demand_history", "automatic_correction", "history_correction", "suggested_correction", "cleaned_demand",
            "lost_sales_estimate",
        )
    )  # fmt: skip
    kind = np.select(
        [(applied == 0) & (automatic != 0), applied != automatic, lost != 0, applied != 0, suggested != 0],
        [5, 4, 1, 2, 3], 0,
    )  # fmt: skip
    period, series = np.nonzero(kind)
    members = plan.series("demand_history").members[series.tolist()].select("item", "location", "customer")
    price = np.concatenate([block[0] for block in plan.blocks("price")])[series]
    moved = np.where(kind == 3, suggested, np.where(applied != 0, applied, automatic))[period, series]
    table = members.with_columns(
        pl.Series("kind", [KINDS[code - 1] for code in kind[period, series].tolist()], pl.String),
        pl.Series("period", [plan.history.labels[t] for t in period.tolist()], pl.String),
        *(
            pl.Series(name, values[period, series])
            for name, values in (
                ("demand", demand),
                ("correction", applied),
                ("cleaned", cleaned),
                ("suggested", suggested),
            )
        ),
        pl.Series("money", np.abs(moved) * price),
    )
    return table.select(COLUMNS).sort("money", "item", "period", descending=[True, False, False])


def level_shifts(plan: PlanNumbers) -> pl.DataFrame:
    """List the series whose history was moved to today's level: first period on it, ratio, units moved."""
    shift, joined = join(plan.blocks("level_shift")), _joined(plan)
    rows = np.flatnonzero((shift != 0).any(axis=0))
    last = len(shift) - 1 - (shift[::-1, rows] != 0).argmax(axis=0)
    before, after = joined[:, rows].sum(axis=0), (joined + shift)[:, rows].sum(axis=0)
    moved = shift[:, rows] != 0
    old, new = (np.where(moved, part[:, rows], 0.0).sum(axis=0) for part in (joined, joined + shift))
    members = plan.series("demand_history").members[rows.tolist()].select("item", "location", "customer")
    table = members.with_columns(
        pl.Series("from_period", [plan.history.labels[min(t + 1, len(shift) - 1)] for t in last.tolist()], pl.String),
        pl.Series("ratio", new / np.where(old > 0, old, 1.0)),
        pl.Series("units_moved", after - before),
    )
    return table.sort(pl.col("units_moved").abs(), descending=True)


def _joined(plan: PlanNumbers) -> Array:
    return join(plan.blocks("cleaned_demand")) + join(plan.blocks("inherited_demand"))


def excluded(plan: PlanNumbers) -> pl.DataFrame:
    """Lines of demand that do not count as they stand, with the reason in a word (`reason`) and in a clause (`why`)."""
    extract = plan.maker.extract(plan.inputs.extract)
    lines = excluded_lines(extract, plan.inputs.parameters, plan.inputs.plan_periods)
    return lines.with_columns(pl.col("reason").replace_strict(REASONS, return_dtype=pl.String).alias("why"))


def correct_cell(
    *, item: str, location: str, customer: str, period: str, units: float, author: str, at: datetime, note: str = ""
) -> Change:
    """A change that sets the correction of one past cell; 0 takes a correction back."""
    return Change(
        SetValue(units, per="cell"), measure="history_correction",
        scope={"item": (item,), "location": (location,), "customer": (customer,)}, periods=(period, period),
        author=author, at=at, reason="correction", note=note,
    )  # fmt: skip
