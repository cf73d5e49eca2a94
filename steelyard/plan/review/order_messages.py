"""Order messages: what planners should do about open orders, and what fences and lead times keep the plan from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, join
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.inputs.open_supply import movable_orders, placed_orders
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.supply import OPEN_STATES
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.stages.open_supply import arranged
from steelyard.supply.open_supply import CANCELLED, OpenSupply
from steelyard.supply.requirements import lead_time_periods

MESSAGES = (
    "expedite", "order inside the fence", "start past due", "overdue", "reschedule in", "reschedule out", "cancel",
    "stock expires",
)  # fmt: skip
"""Kinds of message, the most urgent first."""
PLANNED, OPEN = "planned so", "to decide"
SCHEMA = {
    "message": pl.String, "item": pl.String, "location": pl.String, "order": pl.String, "due": pl.Date,
    "from": pl.String, "to": pl.String, "quantity": pl.Float64, "money": pl.Float64, "done": pl.String,
    "because": pl.String,
}  # fmt: skip
_CRUMB = 1e-6
"""Units below which nothing is said."""


def order_messages(plan: PlanNumbers) -> pl.DataFrame:
    """Everything that somebody should do about orders, the most urgent first, within that the dearest first.

    * expedite: customers or consumers wait for an order that the plan may not bring earlier, because it is firm, its
      new period would lie in the frozen zone or within the lead time.
    * order inside the fence: stock falls below its target before the first period into which the plan makes new orders.
    * start past due: a new order should have started before the first period.
    * overdue: an order was due before the as-of date; the plan counts on it in the first period.
    * reschedule in, reschedule out, cancel: what the plan does with open orders that are not firm.
    * stock expires: lots that requirements do not use in time.

    Args:
        plan: The plan of a scenario.

    Returns:
        message, item, location, order, due, from and to (periods), quantity (units), money at standard cost, done
        (whether the plan does so already), because.
    """
    desk = _Desk.of(plan)
    parts = [desk.expedited(), desk.fenced(), desk.past_due(), desk.overdue(), desk.moved(), desk.expiring()]
    frame = pl.concat(parts)
    rank = pl.col("message").replace_strict({name: n for n, name in enumerate(MESSAGES)}, return_dtype=pl.Int64)
    return frame.sort(rank, pl.col("money"), "item", "location", descending=[False, True, False, False])


def message_totals(frame: pl.DataFrame) -> pl.DataFrame:
    """Messages, units and money by kind, in the order of `MESSAGES`."""
    found = frame.group_by("message").agg(
        pl.len().cast(pl.Int64).alias("messages"), pl.col("quantity").sum(), pl.col("money").sum()
    )
    return pl.DataFrame({"message": MESSAGES}).join(found, on="message", how="inner", maintain_order="left")


@dataclass(frozen=True, eq=False)
class _Desk:
    """What the messages are read from; tables are `[period, item-location]`."""

    extract: Extract
    labels: tuple[str, ...]
    members: pl.DataFrame
    orders: pl.DataFrame
    """Open orders with `row`, `period` (due), `now` (planned) and `movable`."""
    lead: IntArray
    fence: IntArray
    stock: Array
    """Stock when nothing new comes but what the lead time allows [units]."""
    target: Array
    planned: Array
    cost: Array
    expired: Array

    @classmethod
    def of(cls, plan: PlanNumbers) -> "_Desk":
        values = plan.values
        extract = amend_extract(plan.maker.extract(plan.inputs.extract), plan.changes)
        lead = lead_time_periods(_table(values, "lead_time_days"), float(cast(float, values["days_per_period"])))
        planned, expired = _table(values, "planned_receipts"), _table(values, "expiring_stock")
        fence = cast(IntArray, values["planning_fence"])
        period = np.arange(planned.shape[0])[:, None]
        come = np.where(period >= lead, planned, 0.0)
        flow = _table(values, "rescheduled_receipts") - expired + come - _table(values, "gross_requirement")
        return cls(
            extract=extract,
            labels=tuple(plan.horizon.labels),
            members=plan.series("safety_stock").members.select("item", "location"),
            orders=_orders(plan, extract),
            lead=lead,
            fence=fence,
            stock=_table(values, "opening_inventory") + np.cumsum(flow, axis=0),
            target=_table(values, "safety_stock"),
            planned=planned,
            cost=_table(values, "standard_cost"),
            expired=expired,
        )

    def expedited(self) -> pl.DataFrame:
        """Orders for which somebody waits before they come, the first to come first until nobody waits."""
        waits = np.where(np.arange(len(self.labels))[:, None] < np.maximum(self.lead, self.fence), -self.stock, 0.0)
        short = waits.max(axis=0, initial=0.0) > _CRUMB
        found: list[tuple[int, int, float]] = []
        later = self.orders.filter(pl.col("now") > 0).with_row_index("line")
        for line, row, now, quantity in later.select("line", "row", "now", "quantity_open").iter_rows():
            if short[row] and (wait := waits[:now, row]).max(initial=0.0) > _CRUMB:
                found.append((line, int(np.flatnonzero(wait > _CRUMB)[0]), min(quantity, float(wait.max()))))
                waits[:now, row] -= quantity
        lines, to, quantity = (np.array(part) for part in zip(*found, strict=True)) if found else (np.empty(0),) * 3
        told = later[lines.astype(np.int64).tolist()]
        return self._of_orders(
            "expedite", told, to.astype(np.int64), quantity.astype(np.float64), OPEN, self._held(told)
        )

    def _held(self, orders: pl.DataFrame) -> list[str]:
        firm = "it is firm"
        near = "its new period lies in the frozen zone or within the lead time"
        return [near if movable else firm for movable in orders["movable"].to_list()]

    def fenced(self) -> pl.DataFrame:
        """What lacks before the first period into which the plan makes new orders."""
        period = np.arange(len(self.labels))[:, None]
        lack = np.where((period < self.fence) & (period >= self.lead), self.target - self.stock, 0.0)
        row = np.flatnonzero(lack.max(axis=0, initial=0.0) > _CRUMB)
        first = (lack[:, row] > _CRUMB).argmax(axis=0)
        return self._of_rows(
            "order inside the fence", row, lack[:, row].max(axis=0, initial=0.0), to=first, done=OPEN,
            because="planners order here, by least receipts",
        )  # fmt: skip

    def past_due(self) -> pl.DataFrame:
        """New orders whose lead time begins before the first period."""
        early = np.where(np.arange(len(self.labels))[:, None] < self.lead, self.planned, 0.0)
        row = np.flatnonzero(early.sum(axis=0) > _CRUMB)
        first = (early[:, row] > _CRUMB).argmax(axis=0)
        words = [f"lead time of {n} periods" if n > 1 else "lead time of a period" for n in self.lead[row].tolist()]
        return self._of_rows("start past due", row, early[:, row].sum(axis=0), to=first, done=OPEN, because=words)

    def overdue(self) -> pl.DataFrame:
        """Orders that should have come."""
        late = self.orders.filter(pl.col("due_date") < self.extract.as_of)
        none = np.full(late.height, CANCELLED)
        quantity = late["quantity_open"].to_numpy()
        return self._of_orders("overdue", late, none, quantity, OPEN, ["due before the as-of date"] * late.height)

    def moved(self) -> pl.DataFrame:
        """What the plan does with orders that are not firm."""
        loose = self.orders.filter(pl.col("movable"))
        now, due = loose["now"].to_numpy(), loose["period"].to_numpy()
        kinds: tuple[tuple[str, BoolArray, str], ...] = (
            ("reschedule in", (now < due) & (now != CANCELLED), "stock would fall below its target"),
            ("reschedule out", now > due, "stock covers what is needed until then"),
            ("cancel", now == CANCELLED, "nobody needs it within the horizon"),
        )
        return pl.concat([
            self._of_orders(
                name, loose.filter(mask), now[mask], loose.filter(mask)["quantity_open"].to_numpy(), PLANNED,
                [because] * int(mask.sum()),
            )
            for name, mask, because in kinds
        ])  # fmt: skip

    def expiring(self) -> pl.DataFrame:
        """Lots that are not used in time."""
        period, row = np.nonzero(self.expired > _CRUMB)
        lost = self.expired[period, row]
        return self._of_rows(
            "stock expires", row, lost, to=np.full(row.size, CANCELLED), came=period, done=PLANNED,
            because="more than requirements use until then",
        )  # fmt: skip

    def _of_orders(
        self, message: str, orders: pl.DataFrame, to: IntArray, quantity: Array, done: str, because: Sequence[str]
    ) -> pl.DataFrame:
        number = orders["order_id"].cast(pl.String) + " / " + orders["line_id"].cast(pl.String)
        row, due = orders["row"].to_numpy().astype(np.int64), orders["period"].to_numpy().astype(np.int64)
        frame = self._frame(message, row, quantity, due, to, done, because)
        return frame.with_columns(pl.Series("order", number), pl.Series("due", orders["due_date"]))

    def _of_rows(
        self, message: str, row: IntArray, quantity: Array, *, to: IntArray, done: str, because: str | Sequence[str],
        came: IntArray | None = None,
    ) -> pl.DataFrame:  # fmt: skip
        words = [because] * row.size if isinstance(because, str) else because
        return self._frame(
            message, row, quantity, np.full(row.size, CANCELLED) if came is None else came, to, done, words
        )

    def _frame(
        self, message: str, row: IntArray, quantity: Array, came: IntArray, to: IntArray, done: str,
        because: Sequence[str],
    ) -> pl.DataFrame:  # fmt: skip
        names = np.array([*self.labels, ""], dtype=object)
        where = self.members[row.tolist()]
        at = np.where(to >= 0, to, np.maximum(came, 0))
        return pl.DataFrame(
            {
                "message": [message] * row.size,
                "item": where["item"].to_list(),
                "location": where["location"].to_list(),
                "order": [None] * row.size,
                "due": [None] * row.size,
                "from": names[came].tolist(),
                "to": names[to].tolist(),
                "quantity": quantity,
                "money": quantity * self.cost[at, row],
                "done": [done] * row.size,
                "because": list(because),
            },
            schema=SCHEMA,
        )


def _orders(plan: PlanNumbers, extract: Extract) -> pl.DataFrame:
    """Open orders with the period in which the plan counts on them."""
    rows = PlanRows(dict(plan.inputs.series), np.empty(0, np.int64))
    placed = placed_orders(extract, rows, plan.inputs.plan_periods)
    opened = placed.filter(pl.col("status").is_in(OPEN_STATES) & (pl.col("quantity_open") > 0))
    supply = cast(OpenSupply, plan.values["open_supply"])
    loose = movable_orders(extract, rows, plan.inputs.plan_periods).select("order_id", "line_id")
    gross = np.ascontiguousarray(_table(plan.values, "gross_requirement")[:, supply.rows].T)
    now = arranged(plan.values, gross).period if supply.rows.size else np.empty(0, np.int64)
    told = loose.with_columns(pl.Series("now", now, dtype=pl.Int64), movable=pl.lit(True))
    joined = opened.join(told, on=["order_id", "line_id"], how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("now").fill_null(pl.col("period")), pl.col("movable").fill_null(False)
    ).sort("row", "now", maintain_order=True)  # fmt: skip


def _table(values: Mapping[str, object], name: str) -> Array:
    return join(cast(Blocks, values[name]))
