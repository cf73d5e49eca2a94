"""KPI past: what really came, period by period, from the order lines and receipts of an extract."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import UnknownMember
from steelyard.grid.block import join
from steelyard.grid.series import Scope
from steelyard.plan.numbers import PlanNumbers

LINES = pl.Schema(
    {
        "period": pl.String, "item_id": pl.String, "location_id": pl.String, "due": pl.Float64, "shipped": pl.Float64,
        "returned": pl.Float64, "on_time": pl.Float64, "line": pl.Boolean, "otif": pl.Boolean,
    }
)  # fmt: skip


@dataclass(frozen=True)
class PastFigures:
    """What came within a slice.

    Args:
        plan: A plan on the extract whose tables are read.
        scope: Members by level.
    """

    plan: PlanNumbers
    scope: Scope

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Order lines of the past by the period in which they were due: units due, shipped, returned, and whether well.

        A line is due on the day promised, or else wanted, or else ordered; one still open after its day is missed.
        """
        table = self._extract.tables["sales_line"].filter(pl.col("status") != "cancelled")
        if not table.height:
            return pl.DataFrame(schema=LINES)
        table = self._inside(table)
        day = pl.coalesce("promised_date", "requested_date", "order_date")
        back = (pl.col("quantity") < 0) | pl.col("return_flag").fill_null(value=False)
        quantity, sent = pl.col("quantity").abs(), pl.col("shipped_qty").fill_null(0.0).abs()
        in_time = (pl.col("shipped_date") <= day).fill_null(value=False)
        told = table.select(
            "item_id", "location_id",
            due=pl.when(back).then(0.0).otherwise(quantity),
            shipped=pl.when(back).then(0.0).otherwise(sent),
            returned=pl.when(back).then(quantity).otherwise(0.0),
            on_time=pl.when(back | ~in_time).then(0.0).otherwise(pl.min_horizontal(quantity, sent)),
            line=~back,
            otif=~back & in_time & (sent >= quantity - 1e-9),
            period=pl.Series(self._periods(table.select(day=day)["day"])),
        )  # fmt: skip
        return told.drop_nulls("period")

    @cached_property
    def by_period(self) -> dict[str, dict[str, float]]:
        """Sums of the lines by period: due, shipped, returned, on_time [units], line, otif [lines]."""
        sums = self.lines.group_by("period").agg(
            pl.col("due", "shipped", "returned", "on_time").sum(), pl.col("line", "otif").sum().cast(pl.Float64)
        )
        return {str(row.pop("period")): row for row in sums.iter_rows(named=True)}

    def shipped(self, period: str) -> dict[tuple[str, str], float]:
        """Units shipped by item and place of the lines due in a period; empty when the extract knows of none."""
        rows = (
            self.lines.filter(pl.col("period") == period)
            .group_by("item_id", "location_id")
            .agg(pl.col("shipped").sum())
        )
        return {(item, place): units for item, place, units in rows.iter_rows() if place is not None}

    @cached_property
    def stock(self) -> pl.DataFrame:
        """Stock movements of the past by period, item and place: closing and receipts [units]."""
        table = self._extract.tables["inventory_history"]
        if not table.height:
            return table.with_columns(period=pl.lit(None, pl.String))
        told = self._inside(table)
        return told.with_columns(period=pl.Series(self._periods(told["date"]))).drop_nulls("period")

    def received(self, period: str) -> dict[tuple[str, str], float]:
        """Units received by item and place in a period; empty when the extract knows of none."""
        rows = self.stock.filter(pl.col("period") == period).group_by("item_id", "location_id")
        sums = rows.agg(pl.col("receipts").sum())
        return {(item, place): units for item, place, units in sums.iter_rows() if units is not None}

    @property
    def _extract(self) -> Extract:
        return self.plan.maker.extract(self.plan.inputs.extract)

    @cached_property
    def costs(self) -> pl.DataFrame:
        """Today's standard cost of a unit by item and place [money/unit]."""
        series = self.plan.series("standard_cost")
        members = series.members.select(item_id="item", location_id="location")
        return members.with_columns(cost=pl.Series(join(self.plan.blocks("standard_cost"))[0]))

    def _periods(self, days: pl.Series) -> list[str | None]:
        history = self.plan.history
        found = history.locate(days.to_numpy().astype("datetime64[D]"))
        return [history.labels[n] if n >= 0 else None for n in found.tolist()]

    def _inside(self, table: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table whose item, place and customer lie in the slice."""
        if not self.scope:
            return table
        series = self.plan.series("demand_history" if "customer_id" in table.columns else "standard_cost")
        try:
            rows = series.select(self.scope)
        except UnknownMember:
            return table.clear()
        named = {"item_id": "item", "location_id": "location", "customer_id": "customer"}
        keys = [name for name in named if name in table.columns and named[name] in series.members.columns]
        inside = series.members[np.asarray(rows).tolist()].select(**{key: named[key] for key in keys}).unique()
        return table.join(inside.cast(dict.fromkeys(keys, pl.String)), on=keys, how="semi")
