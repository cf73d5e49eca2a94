"""Open supply of a plan: open orders as the plan counts on them, and stock that expires before it is used."""

from collections.abc import Mapping
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, IntArray, is_zero, join, uniform_block
from steelyard.plan.calculation import Value
from steelyard.supply.layout import patch_blocks
from steelyard.supply.open_supply import Arranged, OpenSupply, arrange_supply
from steelyard.supply.requirements import lead_time_periods
from steelyard.supply.source_rows import SourceRows

Values = Mapping[str, Value]
OUTPUTS = ("rescheduled_receipts", "expiring_stock")


def arranged(values: Values, gross: Array) -> Arranged:
    """What becomes of open supply.

    Args:
        values: Inputs of the plan.
        gross: Gross requirement of the item-locations that have some, row x period [units].
    """
    supply = cast(OpenSupply, values["open_supply"])
    rows = supply.rows
    lead = lead_time_periods(join(_blocks(values, "lead_time_days")), cast(float, values["days_per_period"]))
    return arrange_supply(
        supply,
        gross=gross,
        scheduled=_of_rows(_blocks(values, "scheduled_receipts"), rows),
        target=_of_rows(_blocks(values, "safety_stock"), rows),
        opening=join(_blocks(values, "opening_inventory"))[rows],
        lead=cast(SourceRows, values["source_rows"]).lead_times(lead)[rows],
    )


def open_supply_measures(values: Values, cuts: tuple[tuple[int, int], ...], gross: Array) -> dict[str, Value]:
    """Open orders by the period in which they come, and what expires; blocks in which nothing moves are shared.

    Args:
        values: Inputs of the plan.
        cuts: Start and stop row of each block.
        gross: Gross requirement of the item-locations that have some, row x period [units].
    """
    scheduled = _blocks(values, "scheduled_receipts")
    kept: Blocks = tuple(uniform_block(block.shape, 0.0) for block in scheduled)
    rows = cast(OpenSupply, values["open_supply"]).rows
    if not rows.size:
        return {"rescheduled_receipts": scheduled, "expiring_stock": kept}
    done = arranged(values, gross)
    return {
        "rescheduled_receipts": patch_blocks(scheduled, cuts, rows, done.arrivals),
        "expiring_stock": patch_blocks(kept, cuts, rows, done.expired),
    }


def counted_on(values: Values) -> Array:
    """Open orders as the plan counts on them, less stock that expires, `[period, place]` [units]."""
    arrivals, expired = _blocks(values, "rescheduled_receipts"), _blocks(values, "expiring_stock")
    return join(arrivals) if all(is_zero(block) for block in expired) else join(arrivals) - join(expired)


def _of_rows(blocks: Blocks, rows: IntArray) -> Array:
    return np.ascontiguousarray(join(blocks)[:, rows].T)


def _blocks(values: Values, name: str) -> Blocks:
    return cast(Blocks, values[name])
