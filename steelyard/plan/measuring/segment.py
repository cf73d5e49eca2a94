"""Segment: the class of every item by value, forecastability and kind of demand, as measuring groups them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.demand.segmentation import (
    ABC,
    DEMAND_CLASSES,
    XYZ,
    classify_abc,
    classify_demand,
    classify_xyz,
    forecastability,
    label,
)
from steelyard.grid.block import join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.numbers import PlanNumbers

SEGMENTS = ("abc", "xyz", "demand_class")


@dataclass(frozen=True)
class ItemSegments:
    """Classes by item: columns item, abc, xyz, demand_class and segment (such as AX)."""

    frame: pl.DataFrame

    def by_item(self) -> dict[str, str]:
        """Segment, such as AX, by item."""
        return dict(self.frame.select("item", "segment").iter_rows())


def item_segments(plan: PlanNumbers) -> ItemSegments:
    """Class the items of a plan by its history: A by recent revenue, X by what neither season nor trend explains."""
    series = plan.series("demand_history")
    items, names = series.codes("item"), series.names("item")
    history = scatter_add(join(plan.blocks("demand_history")), items, len(names))
    revenue = scatter_add(join(plan.blocks("revenue_history")), items, len(names))
    recent = np.maximum(revenue[-plan.parameters.price_periods :].sum(axis=0), 0.0)
    life = np.where(np.cumsum(history != 0, axis=0) > 0, history, np.nan)
    abc = label(classify_abc(recent, (plan.parameters.abc_cut_a, plan.parameters.abc_cut_b)), ABC)
    xyz = label(classify_xyz(forecastability(life, plan.history.periods_per_year)), XYZ)
    frame = pl.DataFrame(
        {"item": names, "abc": abc, "xyz": xyz, "demand_class": label(classify_demand(life), DEMAND_CLASSES)},
        schema=dict.fromkeys(("item", "abc", "xyz", "demand_class"), pl.String),
    )
    return ItemSegments(frame.with_columns(pl.concat_str("abc", "xyz").alias("segment")))
