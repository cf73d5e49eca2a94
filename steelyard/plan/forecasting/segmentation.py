"""Segmentation: the segment of every item of a plan, what it asks for, and who has moved since last month."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.demand.segment_policy import METHODS, REVIEWS, SEGMENTS
from steelyard.demand.segmentation import (
    ABC,
    DEMAND_CLASSES,
    LIFE_CYCLE,
    XYZ,
    SegmentationParameters,
    classify_abc,
    classify_demand,
    classify_life_cycle,
    classify_xyz,
    demand_pattern,
    label,
)
from steelyard.errors import NotAllowed, NotFound
from steelyard.grid.block import Array, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.segments import item_variation
from steelyard.plan.kpi.targets import published_before
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sight import seen, sight_behind
from steelyard.plan.workspace import Workspace

ITEM_COLUMNS = (
    "item", "product_family", "segment", "abc", "xyz", "demand_class", "life_cycle", "revenue", "margin", "variation",
    "adi", "cv2", "service_class", "service_level", "review", "method",
)  # fmt: skip
"""Columns of the table of items."""
MOVED = ("segment", "demand_class", "life_cycle")
"""What an item can move in."""


@dataclass(frozen=True)
class Segmentation:
    """The segments of a plan's items."""

    items: pl.DataFrame
    """One row an item, columns as in `ITEM_COLUMNS`, largest value first."""
    movers: pl.DataFrame
    """Items that stand elsewhere than before: item, product_family, revenue, what, before, now; largest value first."""
    compared_with: str
    """What they are compared with, in words."""

    def matrix(self) -> pl.DataFrame:
        """The nine segments: segment, items, revenue, margin, share of revenue, moved_in, moved_out, asks."""
        sums = self.items.group_by("segment").agg(
            pl.len().alias("items"), pl.col("revenue").sum(), pl.col("margin").sum(),
            pl.col("service_class", "review", "method").first(),
        )  # fmt: skip
        moved = self.movers.filter(pl.col("what") == "segment")
        into = moved.group_by(pl.col("now").alias("segment")).agg(pl.len().alias("moved_in"))
        out = moved.group_by(pl.col("before").alias("segment")).agg(pl.len().alias("moved_out"))
        total = float(self.items["revenue"].sum())
        cells = pl.DataFrame({"segment": SEGMENTS})
        for table in (sums, into, out):
            cells = cells.join(table, on="segment", how="left", maintain_order="left")
        counted = cells.with_columns(pl.col("items", "moved_in", "moved_out", "revenue", "margin").fill_null(0))
        return counted.with_columns((pl.col("revenue") / (total or 1.0)).alias("share"))


def segmentation(workspace: Workspace, plan: PlanNumbers) -> Segmentation:
    """Segment the items of a plan and hold them against last month.

    Last month is the plan published last on an older extract, at the cut-offs of this plan; without one, the history of
    this plan without its last period.
    """
    now = segment_items(plan)
    before, words = _before(workspace, plan)
    return Segmentation(now, _movers(now, before), words)


def _before(workspace: Workspace, plan: PlanNumbers) -> tuple[pl.DataFrame, str]:
    published = published_before(workspace, plan)
    if published is not None:
        try:
            whole = workspace.numbers_of(workspace.published_plan(published.id))
            old = seen(whole, sight_behind(plan))
            return segment_items(old, cuts_of=plan.inputs.parameters), f"the plan published on {published.at:%Y-%m-%d}"
        except (NotFound, NotAllowed):
            pass
    if plan.history.size < 2:
        return segment_items(plan), "nothing: there is one period of history"
    return segment_items(plan, periods_back=1), f"the history up to {plan.history.labels[-2]}"


def segment_items(plan: PlanNumbers, *, periods_back: int = 0, cuts_of: PlanParameters | None = None) -> pl.DataFrame:
    """Segment the items of a plan by the cut-offs of its parameters.

    ABC ranks by revenue or margin of the recent past; XYZ by what neither season, trend, promotion nor driver explains;
    the demand class by how often and how evenly demand comes; the life cycle by first demand, end date and silence.

    Args:
        plan: The plan.
        periods_back: Last periods of history to leave out, to see how it was then.
        cuts_of: Parameters whose cut-offs are used; those of the plan if nothing is given.

    Returns:
        Columns as in `ITEM_COLUMNS`, largest value first.
    """
    knobs, series = cuts_of or plan.inputs.parameters, plan.series("demand_history")
    items, names = series.codes("item"), series.names("item")
    stop = plan.history.size - periods_back
    baseline, demand, revenue = (
        scatter_add(join(plan.blocks(name)), items, len(names))[:stop]
        for name in ("baseline_history" if "baseline_history" in plan.measures else "demand_history",
                     "demand_history", "revenue_history")
    )  # fmt: skip
    recent = slice(-knobs.price_periods, None)
    earned, sold = revenue[recent].sum(axis=0), demand[recent].sum(axis=0)
    margin = earned - sold * _unit_cost(plan, items, len(names))
    cuts = SegmentationParameters(
        (knobs.abc_cut_a, knobs.abc_cut_b), (knobs.xyz_cut_x, knobs.xyz_cut_y), knobs.adi_cut, knobs.cv2_cut,
        new_periods=knobs.new_periods,
    )  # fmt: skip
    flag = join(plan.blocks("promotion_flag"))[:stop] > 0 if "promotion_flag" in plan.measures else None
    history = join(plan.blocks("demand_history"))[:stop]
    promoted = np.zeros(history.shape, dtype=bool) if flag is None else flag
    variation = item_variation(history, promoted, items, len(names), plan.history.periods_per_year)
    frame = _classified(plan, baseline, variation, margin if knobs.abc_by == "margin" else earned, cuts, names)
    family = series.names("product_family")
    first = np.unique(items, return_index=True)[1]
    families = [family[code] for code in series.codes("product_family")[first].tolist()]
    told = frame.with_columns(
        pl.Series("product_family", families, pl.String), pl.Series("revenue", earned), pl.Series("margin", margin)
    )
    return told.select(ITEM_COLUMNS).sort("revenue", "item", descending=[True, False])


def _unit_cost(plan: PlanNumbers, items: IntArray, count: int) -> Array:
    """Mean unit cost of the first planned period by item [money/unit]."""
    cost = np.concatenate([block[0] for block in plan.blocks("unit_cost")])
    mean: Array = scatter_add(cost[None], items, count)[0] / np.maximum(np.bincount(items, minlength=count), 1)
    return mean


def _classified(
    plan: PlanNumbers,
    baseline: Array,
    variation: Array,
    worth: Array,
    cuts: SegmentationParameters,
    names: tuple[str, ...],
) -> pl.DataFrame:
    season, policy = plan.history.periods_per_year, plan.inputs.parameters.policy
    adi, cv2, _ = demand_pattern(baseline)
    abc = np.array(_stated(plan, names, classify_abc(worth, cuts.abc).tolist()), dtype=np.int8)
    xyz = classify_xyz(variation, cuts.xyz)
    life = classify_life_cycle(
        baseline, period=season, last_period=_last_periods(plan, names), horizon=plan.horizon.size, parameters=cuts
    )
    cell = 3 * abc.astype(np.int64) + xyz
    levels = {"A": "service_level_a", "B": "service_level_b", "C": "service_level_c"}
    service = [policy.service[k] for k in cell.tolist()]
    return pl.DataFrame(
        {
            "item": names,
            "segment": [SEGMENTS[k] for k in cell.tolist()],
            "abc": label(abc, ABC),
            "xyz": label(xyz, XYZ),
            "demand_class": label(classify_demand(baseline, cuts), DEMAND_CLASSES),
            "life_cycle": label(life, LIFE_CYCLE),
            "variation": variation,
            "adi": adi,
            "cv2": cv2,
            "service_class": service,
            "service_level": [getattr(plan.inputs.parameters, levels[letter]) for letter in service],
            "review": [REVIEWS[policy.review[k]] for k in cell.tolist()],
            "method": [METHODS[policy.method[k]] for k in cell.tolist()],
        }
    ).with_columns(pl.col("variation", "adi", "cv2").fill_nan(None))


def _stated(plan: PlanNumbers, names: tuple[str, ...], measured: list[int]) -> list[int]:
    """The class the item master states, else the measured one."""
    items = plan.maker.extract(plan.inputs.extract).tables["item"]
    stated = dict(items.select("item_id", pl.col("abc").str.to_uppercase()).drop_nulls().iter_rows())
    pairs = zip((stated.get(name) for name in names), measured, strict=True)
    return [ABC.index(letter) if letter in ABC else code for letter, code in pairs]


def _last_periods(plan: PlanNumbers, names: tuple[str, ...]) -> IntArray:
    """Last period of each item's life, counted from the first of history; past the horizon where it has no end."""
    ends = dict(plan.maker.extract(plan.inputs.extract).tables["item"].select("item_id", "end_date").iter_rows())
    beyond = plan.calendar.size
    days = np.array([ends.get(name) for name in names], dtype="datetime64[D]")
    period = np.searchsorted(plan.calendar.edges, days, side="right") - 1
    return np.where(np.isnat(days), beyond, np.minimum(period, beyond)).astype(np.int64)


def _movers(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """One row for each item and thing in which it stands elsewhere than before; items not known then are left out."""
    paired = now.join(before.select("item", *MOVED), on="item", suffix="_before", maintain_order="left")
    parts = [
        paired.filter(pl.col(what) != pl.col(f"{what}_before")).select(
            "item", "product_family", "revenue", pl.lit(what).alias("what"),
            pl.col(f"{what}_before").alias("before"), pl.col(what).alias("now"),
        )
        for what in MOVED
    ]  # fmt: skip
    return pl.concat(parts).sort("revenue", "item", "what", descending=[True, False, False])
