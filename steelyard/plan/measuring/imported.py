"""Imported forecast: what sales, customers or another system forecast, as the extract of its month holds it."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from steelyard.grid.block import Array
from steelyard.plan.inputs.demand import keyed
from steelyard.plan.inputs.periods import first_days
from steelyard.plan.numbers import PlanNumbers


def imported_forecasts(plan: PlanNumbers, periods: int) -> Mapping[str, Array]:
    """Forecasts by source that a plan's extract brought along, made before its horizon began.

    Of several versions of one source the latest counts.

    Args:
        plan: The plan.
        periods: First planned periods wanted.

    Returns:
        By source, period x series of the demand grain [units]; NaN where the source said nothing.

    Raises:
        NotFound: The extract is not here any more.
    """
    extract = plan.maker.extract(plan.inputs.extract)
    start = plan.horizon.edges[0].astype("datetime64[D]").item()
    made = extract.tables["forecast_in"].filter(pl.col("version_date") < start)
    if not made.height:
        return {}
    latest = made.filter(pl.col("version_date") == pl.col("version_date").max().over("source"))
    lag = plan.horizon.locate(first_days(latest["period_id"], extract).to_numpy())
    rows = keyed(latest.with_columns(pl.Series("lag", lag)), extract, plan.inputs.parameters)
    placed = _numbered(rows.filter(pl.col("lag").is_between(0, periods - 1)), plan)
    return {
        str(source): _array(frame, periods, plan.series("consensus_demand").size)
        for (source,), frame in placed.group_by("source", maintain_order=True)
    }


def _numbered(rows: pl.DataFrame, plan: PlanNumbers) -> pl.DataFrame:
    series = plan.series("consensus_demand")
    numbers = series.members.select(series.keys).with_row_index("series")
    return rows.join(numbers, on=list(series.keys), how="inner", maintain_order="left")


def _array(frame: pl.DataFrame, periods: int, size: int) -> Array:
    summed = frame.group_by("lag", "series", maintain_order=True).agg(pl.col("quantity").sum())
    values = np.full((periods, size), np.nan)
    values[summed["lag"].to_numpy(), summed["series"].to_numpy()] = summed["quantity"].to_numpy()
    return values
