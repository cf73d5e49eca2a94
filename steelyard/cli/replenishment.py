"""Replenishment: policies side by side, lots, quantity discounts, joint orders and last buys of a plan."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.export import write_table
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.joint_orders import joint_orders
from steelyard.plan.review.last_buy import SeasonTerms, last_buys
from steelyard.plan.review.lot_sizing import lot_sheet
from steelyard.plan.review.policies import policy_sheet
from steelyard.plan.review.policy_check import Basis, Question, check_policy, checked_rules
from steelyard.plan.review.policy_proposal import propose_lots, propose_rule
from steelyard.plan.review.price_breaks import price_breaks
from steelyard.plan.review.stock import stock_review

replenishment = typer.Typer(
    help="Policies side by side, lots, discounts, joint orders, last buys.", no_args_is_help=True
)
ScenarioArgument = Annotated[str, typer.Argument(help="Scenario, or the beginning of a published plan's id.")]
ItemOption = Annotated[str, typer.Option("--item", help="The item.")]
PlaceOption = Annotated[str, typer.Option("--location", help="Where it is stocked.")]
OrderCostOption = Annotated[float, typer.Option("--order-cost", min=0.0, help="Of an order, where none is stated.")]
TopOption = Annotated[int, typer.Option("--top", min=1, help="Rows to show.")]
FileOption = Annotated[Path | None, typer.Option("--file", help="Write all rows: .csv, .parquet or .xlsx.")]
TakeOption = Annotated[bool, typer.Option("--take", help="Take it over into the scenario, as one entry.")]
WHOLE, EXACT, SHARE = NumberForm(), NumberForm(decimals=1), NumberForm(decimals=1, percent=True)
_SHARES = ("fill_rate", "expected", "cycle_service", "ready_rate", "service", "promise")


_FIRST = (
    "rule", "cost", "promise", "service", "fill_rate", "reorder_point", "order_up_to", "lot", "mean_stock", "orders",
    "kept", "planned", "measure",
)  # fmt: skip
_BEST = (
    "item",
    "location",
    "now",
    "rule",
    "saving",
    "cost",
    "reorder_point",
    "order_up_to",
    "lot",
    "promise",
    "service",
    "fill_rate",
    "stock_value",
)
"""Columns in the order in which a narrow terminal may cut them off."""


class _Found(NamedTuple):
    """What a command found: a table, its title, and the changes that take it over."""

    frame: pl.DataFrame
    title: str
    changes: tuple[Change, ...] = ()


@replenishment.command("policies")
def show_policies(
    scenario: ScenarioArgument = "",
    item: ItemOption = "",
    location: PlaceOption = "",
    order_cost: OrderCostOption = 0.0,
    simulate: Annotated[bool, typer.Option("--simulate", help="Try every rule on simulated demand.")] = False,
    take: Annotated[str, typer.Option("--take", help="Take this rule over for the item-location.")] = "",
    top: TopOption = 20,
    file: FileOption = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Hold all rules of replenishment beside each other: for an item-location, or the cheapest of every one."""

    def find(plan: PlanNumbers) -> _Found:
        sheet = policy_sheet(plan, order_cost=order_cost)
        if not (item or location):
            _refuse(simulate or bool(take), "One item-location is tried or changed at a time")
            return _Found(_ordered(sheet.best, _BEST), "Cheapest rule that keeps the promise, most saved a year first")
        frame = sheet.of_place(item, location)
        if simulate:
            frame = checked_rules(sheet, Question(item, location))
        made = propose_rule(sheet, [(item, location)], take) if take else None
        changes = made.changes(author=actor_or_me(actor), at=now(), note=note) if made else ()
        shown = _ordered(frame.drop("item", "location", strict=False), _FIRST)
        return _Found(shown, f"Rules of {item} at {location}, a year", changes)

    _answer(scenario, find, top=top, file=file)


@replenishment.command("simulate")
def simulate_one(
    scenario: ScenarioArgument = "",
    item: ItemOption = "",
    location: PlaceOption = "",
    rule: Annotated[str, typer.Option("--rule", help="The rule.")] = "reorder_point",
    reorder_point: Annotated[float | None, typer.Option("--reorder-point", help="Order at or below [units].")] = None,
    order_up_to: Annotated[float | None, typer.Option("--order-up-to", help="Level to order up to [units].")] = None,
    lot: Annotated[float | None, typer.Option("--lot", help="Units ordered at once.")] = None,
    review: Annotated[float | None, typer.Option("--review", min=0.0, help="Days between looks.")] = None,
    courses: Annotated[int, typer.Option("--courses", help="Courses of demand.")] = 200,
    days: Annotated[int, typer.Option("--days", help="Days of each.")] = 1460,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds try every rule on the same demand.")] = 1,
    basis: Annotated[str, typer.Option("--basis", help="law, or history: what was sold is drawn again.")] = "law",
    lost_sales: Annotated[bool, typer.Option("--lost-sales", help="Customers leave instead of waiting.")] = False,
    order_cost: OrderCostOption = 0.0,
) -> None:
    """Run a policy of one item-location day by day on random courses of its demand."""
    if basis not in ("law", "history"):
        raise ChangeInvalid(f"Days cannot come from {basis!r}", mend="use law or history")
    drawn: Basis = "history" if basis == "history" else "law"

    def find(plan: PlanNumbers) -> _Found:
        asked = Question(
            item, location, rule, reorder_point, order_up_to, lot, review, courses, days, seed, lost_sales, drawn
        )
        found = check_policy(policy_sheet(plan, order_cost=order_cost), asked)
        rows = [
            {"measure": name.replace("_", " "), "mean": one.mean, "standard_error": one.standard_error}
            for name, one in found.outcome._asdict().items()
        ]
        rows.append({"measure": "cost a year", "mean": found.cost, "standard_error": None})
        return _Found(pl.DataFrame(rows), f"{rule.replace('_', ' ')} of {item} at {location}, simulated")

    _answer(scenario, find, top=20, file=None)


@replenishment.command("lots")
def show_lots(
    scenario: ScenarioArgument = "",
    item: ItemOption = "",
    location: PlaceOption = "",
    order_cost: OrderCostOption = 0.0,
    totals: Annotated[bool, typer.Option("--totals", help="Cost of all item-locations by rule.")] = False,
    rule: Annotated[str, typer.Option("--rule", help="With --take: this rule instead of the cheapest.")] = "",
    take: TakeOption = False,
    top: TopOption = 20,
    file: FileOption = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Hold the rules of lot sizing beside each other: for an item-location, or the cheapest of every one."""

    def find(plan: PlanNumbers) -> _Found:
        sheet = lot_sheet(plan, order_cost=order_cost)
        one = bool(item or location)
        frame = sheet.of_place(item, location) if one else sheet.totals() if totals else sheet.best
        made: tuple[Change, ...] = ()
        if take:
            places = [(item, location)] if one else _saving(sheet.best)
            made = propose_lots(sheet, places, rule).changes(author=actor_or_me(actor), at=now(), note=note)
        return _Found(frame, "Lots over the horizon: orders and holding", made)

    _answer(scenario, find, top=top, file=file)


@replenishment.command("discounts")
def show_discounts(
    scenario: ScenarioArgument = "",
    item: ItemOption = "",
    location: PlaceOption = "",
    order_cost: OrderCostOption = 0.0,
    take: TakeOption = False,
    top: TopOption = 20,
    file: FileOption = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Find the order size that costs least where a supplier gives price breaks (table price_break)."""

    def find(plan: PlanNumbers) -> _Found:
        breaks = price_breaks(plan, order_cost=order_cost)
        frame = breaks.table().drop("source_id")
        if item:
            frame = frame.filter((pl.col("item") == item) & ((pl.col("location") == location) | (location == "")))
        _refuse(take and not (item and location), "One item-location is changed at a time")
        signed = {"author": actor_or_me(actor), "note": note}
        made = breaks.changes(item, location, at=now(), **signed) if take else ()
        return _Found(frame, "Order sizes under quantity discounts, a year", made)

    _answer(scenario, find, top=top, file=file)


@replenishment.command("joint")
def show_joint(
    scenario: ScenarioArgument = "",
    supplier: Annotated[str, typer.Option("--supplier", help="Show the items of this supplier.")] = "",
    location: PlaceOption = "",
    shared_cost: Annotated[float, typer.Option("--shared-cost", min=0.0, help="Of an order to a supplier.")] = 0.0,
    item_cost: Annotated[float, typer.Option("--item-cost", min=0.0, help="Of each item in it.")] = 0.0,
    take: TakeOption = False,
    top: TopOption = 20,
    file: FileOption = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Say how often to order from each supplier, and which items join each time."""

    def find(plan: PlanNumbers) -> _Found:
        orders = joint_orders(plan, shared_cost=shared_cost, item_cost=item_cost)
        named = bool(supplier and location)
        _refuse(take and not named, "The joint orders of one supplier and place are taken at a time")
        frame = orders.items(supplier, location) if named else orders.table()
        made = orders.proposal(supplier, location).changes(author=actor_or_me(actor), at=now(), note=note)\
            if take else ()  # fmt: skip
        return _Found(frame, f"Joint orders to {supplier}" if named else "Joint orders, a year", made)

    _answer(scenario, find, top=top, file=file)


@replenishment.command("last-buy")
def show_last_buy(
    scenario: ScenarioArgument = "",
    item: ItemOption = "",
    location: PlaceOption = "",
    last: Annotated[str, typer.Option("--last", help="Last period it serves; its last demand if not given.")] = "",
    salvage: Annotated[float, typer.Option("--salvage", help="Share of its cost a unit left over brings.")] = 0.3,
    goodwill: Annotated[float, typer.Option("--goodwill", help="Share of the price a lost sale costs more.")] = 0.0,
    take: TakeOption = False,
    top: TopOption = 20,
    file: FileOption = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Say how much to buy where there is one chance: for an item-location, or for all that end."""

    def find(plan: PlanNumbers) -> _Found:
        buys, season = last_buys(stock_review(plan)), SeasonTerms(salvage, goodwill)
        if not (item or location):
            _refuse(take, "One item-location is bought at a time")
            return _Found(buys.table(season), "Last buys of what ends within the plan, most money first")
        found = buys.buy(item, location, season, last=last)
        made = buys.changes(found, author=actor_or_me(actor), at=now(), note=note) if take else ()
        return _Found(pl.DataFrame([found.__dict__]), f"Last buy of {item} at {location}", made)

    _answer(scenario, find, top=top, file=file)


def _answer(scenario: str, find: Callable[[PlanNumbers], _Found], *, top: int, file: Path | None) -> None:
    """Find, take over what shall be, write what shall be, and show the first rows."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        found = find(plan)
        taken = workspace.scenario(name).append(*found.changes) if found.changes else None
    if file is not None:
        write_table(found.frame, file, title="Replenishment")
    payload: dict[str, object] = {"scenario": plan.name, "found": found.frame.height,
                                  "rows": found.frame.head(top).to_dicts()}  # fmt: skip
    if taken is not None:
        payload["taken"] = {"revision": taken.revision, "changes": len(taken.changes)}

    def show(console: Console) -> None:
        frame = found.frame
        numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
        small = {name for name in numbers if _largest(frame[name]) < 100}
        forms = {name: SHARE if name in _SHARES else EXACT if name in small else WHOLE for name in numbers}
        if "measure" in frame.columns:
            forms = dict.fromkeys(("mean", "standard_error"), NumberForm(decimals=4))
        left = frame.height - min(top, frame.height)
        show_frame(
            console, frame.head(top), title=f"{found.title} [{currency_of(plan)}]", forms=forms,
            labels={name: name.replace("_", " ") for name in frame.columns},
            note=f"{left} more: --top or --file shows them" if left else "",
        )  # fmt: skip
        if taken is not None:
            console.print(f"{len(taken.changes):,} changes taken over; `change --undo` takes them back")

    session.answer(payload, show)


def _ordered(frame: pl.DataFrame, first: tuple[str, ...]) -> pl.DataFrame:
    """The columns that matter most in front."""
    told = [name for name in first if name in frame.columns]
    return frame.select(*told, *(name for name in frame.columns if name not in told))


def _largest(values: pl.Series) -> float:
    return max((abs(float(value)) for value in values.to_list() if value is not None), default=0.0)


def _saving(best: pl.DataFrame) -> list[tuple[str, str]]:
    saving = best.filter(pl.col("saving") > 0).select("item", "location")
    return [(item, location) for item, location in saving.iter_rows()]


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        raise ChangeInvalid(what, mend="name it with --item or --supplier and --location")
