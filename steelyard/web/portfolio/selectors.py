"""Portfolio selectors: the tables of the pages, read once per plan."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import polars as pl

from steelyard.errors import ChangeInvalid, NotAllowed
from steelyard.plan.export import write_table
from steelyard.plan.plan import Plan
from steelyard.plan.portfolio.endings import ending_list
from steelyard.plan.portfolio.event_calendar import event_calendar
from steelyard.plan.portfolio.exits import exit_table
from steelyard.plan.portfolio.launches import launch_list
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.plan.portfolio.products import product_table
from steelyard.plan.record_faults import not_found
from steelyard.plan.sight import with_money
from steelyard.web.accounts.sight import sees_money
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.slice import DEMAND, Scope, items_inside

KEPT = 8
COSTS = (
    "margin", "unit_margin", "margin_per_hour", "rank", "margin_percent", "margin_per_complexity", "stock_value",
    "exposure", "last_buy", "margin_share", "stock_value_share",
)  # fmt: skip
"""Columns of the tables that are made of costs, or weighed by them: the last buy sets margin against write-off."""
INSTEAD = {"revenue": "margin_percent", "exposure_units": "exposure"}
"""Column that orders a table for who sees no costs, by the column that orders it otherwise."""
_kept: OrderedDict[str, ProductFacts] = OrderedDict()
_guard = Lock()

TABLES: Mapping[str, Callable[[ProductFacts], pl.DataFrame]] = {
    "launches": lambda facts: launch_list(facts.plan, facts),
    "endings": lambda facts: ending_list(facts.plan, facts),
    "products": lambda facts: product_table(facts.plan, facts),
    "exits": lambda facts: exit_table(facts.plan, facts),
    "calendar": lambda facts: event_calendar(facts.plan, facts),
}
"""Tables of the pages by name."""


def facts_of(plan: Plan) -> ProductFacts:
    """What a plan knows of its products, costs whoever looks; remembered for the latest plans.

    Ranks, last buys and what a launch lacks hang on costs. What is told of them goes through `without_costs`.
    """
    with _guard:
        if plan.digest in _kept:
            _kept.move_to_end(plan.digest)
            return _kept[plan.digest]
    facts = ProductFacts(with_money(plan, "cost"))
    with _guard:
        kept = _kept.setdefault(plan.digest, facts)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return kept


def table_of(plan: Plan, table: str) -> pl.DataFrame:
    """One of the tables.

    Raises:
        NotFound: There is no such table.
        NotAllowed: It is made of costs, and the person does not see them.
    """
    if table not in TABLES:
        raise not_found("table", table, list(TABLES))
    if table == "exits":
        require_costs()
    return without_costs(TABLES[table](facts_of(plan)))


def require_costs() -> None:
    """Refuse who does not see costs: whether to leave a product is weighed by them.

    Raises:
        NotAllowed: The role of the person sees no costs.
    """
    if not sees_money("cost"):
        raise NotAllowed("Rationalisation is weighed by costs, which your role does not see", mend="ask finance")


def without_costs(frame: pl.DataFrame) -> pl.DataFrame:
    """A table as the person sees it: who sees no costs gets empty cells for them, and no order or rank by them."""
    if sees_money("cost"):
        return frame
    made = [name for name in COSTS if name in frame.columns]
    found = frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in made)
    order = [name for name, column in INSTEAD.items() if column in made and name in frame.columns]
    return found.sort(order, descending=True, nulls_last=True, maintain_order=True) if order else found


def inside(plan: Plan, frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Rows of a table that are about items sold in a slice, or about none that is sold, such as parts and campaigns."""
    if not scope:
        return frame
    name = pl.col("item" if "item" in frame.columns else "subject")
    sold = list(plan.series(DEMAND).names("item"))
    return frame.filter(name.is_in(items_inside(plan, scope)) | ~name.is_in(sold))


def table_file(plan: Plan, table: str, kind: str, scope: Scope) -> bytes:
    """One of the tables of a slice as a file.

    Raises:
        NotFound: There is no such table.
        ChangeInvalid: There is no such kind of file.
    """
    if kind not in KINDS:
        raise ChangeInvalid(f"There is no export {table}.{kind}", mend=f"use one of {', '.join(KINDS)}")
    frame = inside(plan, table_of(plan, table), scope)
    if not sees_money("cost"):
        frame = frame.drop(COSTS, strict=False)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{table}.{kind}"
        write_table(frame, path, title=table.capitalize(), heading={n: n.replace("_", " ") for n in frame.columns})
        return path.read_bytes()


def item_choices(plan: Plan) -> list[tuple[str, str]]:
    """Every item that can be launched or ended: finished goods and services, sold or not, with their names."""
    items = facts_of(plan).extract.tables["item"]
    sold = items.filter(pl.col("item_type").is_in(["finished", "service"])).sort("item_id")
    return [(item, f"{item} {name}") for item, name in sold.select("item_id", "description").iter_rows()]


def items_holding(plan: Plan, text: str, most: int = 30) -> list[tuple[str, str]]:
    """Some items whose number or name holds a text."""
    wanted = text.strip().lower()
    return list(islice((one for one in item_choices(plan) if wanted in one[1].lower()), most))
