"""Inventory: what stock is for, its exceptions in money, and the best service for a budget."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.export import write_table
from steelyard.plan.review.stock import KINDS, StockReview, stock_review
from steelyard.plan.review.stock_proposal import propose_budget

SHOWN = (
    "item", "location", "kind", "money", "units", "opening", "safety_stock", "reorder_point", "order_up_to",
    "coverage", "stock_out_risk",
)  # fmt: skip
SHARE, WHOLE = NumberForm(decimals=1, percent=True), NumberForm()


def inventory(
    scenario: Annotated[str, typer.Argument(help="Scenario, or the beginning of a published plan's id.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Only shortage, 'at risk', excess, obsolete or fine.")] = "",
    budget: Annotated[
        float | None,
        typer.Option("--budget", min=0.0, help="Money that safety stock may bind: the best service for it."),
    ] = None,
    service: Annotated[
        float | None,
        typer.Option("--service", help="Share of demand to be served from stock: the least money that does it."),
    ] = None,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Change safety stock of the scenario to what the budget asks for.")
    ] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="Item-locations to show.")] = 20,
    file: Annotated[Path | None, typer.Option("--file", help="Write all rows: .csv, .parquet or .xlsx.")] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Review the stock of a plan: what it is for, what is short, excess or obsolete, and what a budget could serve."""
    session = current_session()
    if kind and kind not in KINDS:
        raise NotFound(f"There is no kind of exception {kind!r}", mend=f"use one of {', '.join(KINDS)}")
    if budget is not None and service is not None:
        raise ChangeInvalid("A budget and a service are two questions", mend="give --budget or --service")
    if adopt and budget is None and service is None:
        raise ChangeInvalid("There is no proposal to adopt", mend="give --budget or --service with --adopt")
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        review = stock_review(plan)
        if service is not None:
            budget = review.budget_for(service).value
        adopted = None
        if adopt and budget is not None:
            made = propose_budget(review, budget).changes(author=actor_or_me(actor), at=now(), note=note)
            adopted = workspace.scenario(name).append(*made)
    rows = review.table.filter(pl.col("kind") == kind) if kind else review.table
    if file is not None:
        write_table(rows, file, title="Stock")
    today = review.today()
    payload: dict[str, object] = {
        "scenario": plan.name,
        "kinds": review.kinds_over_time().to_dicts(),
        "exceptions": review.totals().to_dicts(),
        "today": today._asdict(),
        "curve": [point._asdict() for point in review.best_service()],
        "rows": rows.head(top).to_dicts(),
    }
    if budget is not None:
        spent = review.spend(budget)
        payload["budget"] = {"value": spent.value, "fill_rate": spent.fill_rate, "price": spent.price}

    if adopted is not None:
        payload["adopted"] = {"revision": adopted.revision, "changes": len(adopted.changes)}

    def show(console: Console) -> None:
        unit = currency_of(plan)
        _show_kinds(console, review, unit)
        console.print(f"\nSafety stock of {today.value:,.0f} {unit} serves {100 * today.fill_rate:.1f} % from stock")
        if budget is not None:
            best = review.spend(budget)
            told = f"the best mix serves {100 * best.fill_rate:.1f} %"
            console.print(
                f"For {best.value:,.0f} {unit} {told}; a further {unit} serves {best.price:.2f} more a period"
            )
        if adopted is not None:
            console.print(
                f"Safety stock of {len(adopted.changes):,} item-locations changed; `change --undo` takes it back"
            )
        _show_rows(console, rows, unit, top)

    session.answer(payload, show)


def _show_kinds(console: Console, review: StockReview, unit: str) -> None:
    frame = review.kinds_over_time()
    forms = {name: WHOLE for name in frame.columns if name != "period"}
    show_frame(console, frame, title=f"Stock by what it is for [{unit}]", forms=forms, labels=_spaced(frame))
    totals = review.totals()
    show_frame(console, totals, title=f"Exceptions [{unit}]", forms={"places": WHOLE, "money": WHOLE})


def _show_rows(console: Console, rows: pl.DataFrame, unit: str, top: int) -> None:
    frame = rows.select(SHOWN)
    numbers = SHOWN[3:]
    forms = dict.fromkeys(numbers, WHOLE) | {"coverage": NumberForm(decimals=1), "stock_out_risk": SHARE}
    left = frame.height - min(top, frame.height)
    note = f"{left} more: --top or --file shows them" if left else ""
    show_frame(
        console, frame.head(top), title="Item-locations, most money first", forms=forms,
        labels=_spaced(frame) | {"money": unit}, note=note,
    )  # fmt: skip


def _spaced(frame: pl.DataFrame) -> dict[str, str]:
    return {name: name.replace("_", " ") for name in frame.columns}
