"""Profitability: what items, customers, channels and regions earn."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from steelyard.errors import UnknownMember
from steelyard.grid.block import IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.grid.series import Scope
from steelyard.plan.money.lines import version_of
from steelyard.plan.money.version import MoneyVersion, VersionKind
from steelyard.plan.numbers import Periods, PlanNumbers, span_of

FIGURES = ("quantity", "revenue", "discounts", "cogs", "contribution")
LEVELS = ("item", "product_family", "category", "customer", "channel", "territory", "location_region", "location")
"""Levels by which a company looks at what it earns."""


def profitability(
    plan: PlanNumbers,
    by: Sequence[str] = ("product_family",),
    *,
    version: VersionKind = "plan",
    scope: Scope | None = None,
    periods: Periods = None,
) -> pl.DataFrame:
    """What each member earns over some periods, the largest contribution first.

    Args:
        plan: The plan.
        by: Levels, such as item, customer, channel, territory.
        version: plan, actual, budget, operating_plan and so on.
        scope: Members by level.
        periods: A period, a first and last period, or all that the version covers.

    Returns:
        The levels, quantity, revenue, discounts, cogs, gross_margin, contribution [money], gross_margin_percent,
        contribution_percent (null without revenue), revenue_share.

    Raises:
        PlanError: There is no such version.
        UnknownMember: There is no such level or member.
        UnknownPeriod: The version does not know the period.
    """
    view = version_of(plan, version)
    unknown = [level for level in by if level not in view.members.columns]
    if unknown:
        raise UnknownMember(f"There is no level {unknown[0]!r}", mend=f"use one of {', '.join(LEVELS)}")
    return _table(view, list(by), plan.series("revenue").select(scope or {}), span_of(view.calendar, periods))


def _table(view: MoneyVersion, by: list[str], rows: IntArray, window: slice) -> pl.DataFrame:
    members = view.members[rows.tolist()]
    coded = members.with_columns((pl.struct(by).rank("dense").cast(pl.Int64) - 1).alias("_code") if by else _ALL)
    labels = coded.unique("_code", maintain_order=True).sort("_code")
    code, said = coded["_code"].to_numpy(), view.covered[window]
    sums = {
        name: scatter_add(getattr(view, name)[window][said][:, rows].sum(axis=0)[None], code, labels.height)[0]
        for name in FIGURES
    }
    frame = pl.DataFrame([*labels.select(by).get_columns(), *(pl.Series(n, v) for n, v in sums.items())])
    sold = frame.filter((pl.col("revenue") != 0) | (pl.col("quantity") != 0))
    share = pl.when(pl.col("revenue") != 0)
    finished = sold.with_columns(gross_margin=pl.col("revenue") - pl.col("cogs")).with_columns(
        gross_margin_percent=share.then(pl.col("gross_margin") / pl.col("revenue")),
        contribution_percent=share.then(pl.col("contribution") / pl.col("revenue")),
        revenue_share=pl.col("revenue") / (float(np.sum(sums["revenue"])) or 1.0),
    )
    return finished.sort("contribution", descending=True, maintain_order=True)


_ALL = pl.lit(0, pl.Int64).alias("_code")
