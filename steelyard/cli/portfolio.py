"""Portfolio: products, tail, vitality, endings, candidates to leave, and the calendar of events."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.export import write_table
from steelyard.plan.portfolio.endings import ending_list
from steelyard.plan.portfolio.event_calendar import event_calendar
from steelyard.plan.portfolio.exits import ExitAssumptions, exit_table, freed_capacity
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.plan.portfolio.products import product_table, tail_summary, vitality_by_family

portfolio = typer.Typer(
    help="Products, tail and vitality, endings, candidates to leave, calendar of events.", no_args_is_help=True
)
PlanArgument = Annotated[str, typer.Argument(help="Scenario or published plan.")]
FileOption = Annotated[
    Path | None, typer.Option("--export", metavar="FILE", help="Write the table to .xlsx, .csv or .parquet as well.")
]
MOST_ROWS = 30
WORDS = 24
"""Letters of a name that are shown; numbers and dates are never cut."""
PERCENT = NumberForm(decimals=1, percent=True)
SHARES = ("growth", "margin_percent", "share", "vitality", "items_share", "revenue_share", "margin_share",
          "complexity_share", "stock_value_share")  # fmt: skip


@portfolio.command("products")
def products(
    plan: PlanArgument,
    new_months: Annotated[int, typer.Option("--new-months", help="Months since launch in which an item is new.")] = 24,
    head: Annotated[float, typer.Option("--head", help="Share of revenue that is no tail.")] = 0.95,
    export: FileOption = None,
) -> None:
    """What each item earns and what it asks of the company; head and tail; vitality."""
    found = _read(plan, lambda facts: product_table(facts.plan, facts, new_months=new_months, head=head))
    _write(found, export, "Products")
    vital, tail = vitality_by_family(found), tail_summary(found)
    shown = found.select(
        "item", "description", "state", "revenue", "growth", "margin", "margin_percent", "share", "tail", "complexity"
    )

    def show(console: Console) -> None:
        _draw(console, shown, "Products, largest margin first")
        _draw(console, tail, "Head and tail")
        _draw(console, vital, f"Vitality: revenue of items launched in the last {new_months} months")

    payload: dict[str, object] = {"products": found.to_dicts(), "tail": tail.to_dicts(), "vitality": vital.to_dicts()}
    current_session().answer(payload, show)


@portfolio.command("endings")
def endings(plan: PlanArgument, export: FileOption = None) -> None:
    """Items that go: what is left to sell, the last buy, and what may be left over."""
    found = _read(plan, lambda facts: ending_list(facts.plan, facts))
    _write(found, export, "Endings")
    shown = found.select(
        "item", "description", "kind", "end_date", "successor", "remaining", "stock", "on_order", "last_buy",
        "order_by", "exposure",
    )  # fmt: skip
    total = float(found["exposure"].sum()) if found.height else 0.0
    current_session().answer(
        {"endings": found.to_dicts(), "exposure": total},
        lambda console: _draw(console, shown, f"Endings; exposure {total:,.0f} in all"),
    )


@portfolio.command("exits")
def exits(
    plan: PlanArgument,
    salvage: Annotated[float, typer.Option("--salvage", help="Share of stock value that can be recovered.")] = 0.3,
    retained: Annotated[float, typer.Option("--retained", help="Share of margin that other items keep.")] = 0.5,
    export: FileOption = None,
) -> None:
    """Items that are better left than kept: exit cost, lost margin, freed hours."""
    weigh = ExitAssumptions(salvage=salvage, retained=retained)
    frames: dict[str, pl.DataFrame] = {}

    def read(facts: ProductFacts) -> pl.DataFrame:
        found = exit_table(facts.plan, facts, weigh)
        frames["freed"] = freed_capacity(facts, found.filter("candidate")["item"].to_list())
        return found

    found = _read(plan, read)
    _write(found, export, "Exits")
    wanted = found.filter("candidate").select(
        "item", "description", "revenue", "margin", "exit_cost", "lost_margin", "saved_cost", "freed_hours", "benefit"
    )

    def show(console: Console) -> None:
        _draw(console, wanted, "Candidates to leave, best first")
        _draw(console, frames["freed"], "Hours freed in the year ahead")

    current_session().answer({"exits": found.to_dicts(), "freed": frames["freed"].to_dicts()}, show)


@portfolio.command("calendar")
def calendar(plan: PlanArgument, export: FileOption = None) -> None:
    """Launches, gates, successions, ends and promotions of the horizon, and where they clash."""
    found = _read(plan, lambda facts: event_calendar(facts.plan, facts))
    _write(found, export, "Calendar")
    shown = found.select("start", "end", "kind", "subject", "name", "units", "clash")
    current_session().answer({"events": found.to_dicts()}, lambda console: _draw(console, shown, "Calendar"))


def _read(plan: str, read: Callable[[ProductFacts], pl.DataFrame]) -> pl.DataFrame:
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        return read(ProductFacts(plan_of(workspace, plan)))


def _write(frame: pl.DataFrame, file: Path | None, title: str) -> None:
    if file is not None:
        write_table(frame, file, title=title)


def _draw(console: Console, frame: pl.DataFrame, title: str) -> None:
    if not frame.height:
        console.print(f"{title}: [dim]nothing.[/]")
        return
    forms = {n: PERCENT if n in SHARES else NumberForm() for n, kind in frame.schema.items() if kind == pl.Float64}
    if "complexity" in forms:
        forms["complexity"] = NumberForm(decimals=2)
    frame = frame.with_columns(
        pl.col(n).str.slice(0, WORDS) for n in ("description", "name", "clash") if n in frame.columns
    )
    note = f"{frame.height - MOST_ROWS} more: --json or --export shows all" if frame.height > MOST_ROWS else ""
    show_frame(console, frame.head(MOST_ROWS), title=title, forms=forms, note=note)
