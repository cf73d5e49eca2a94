"""Segment: items by value and forecastability, corrections of history and drivers, on the command line."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.demand.segment_policy import SEGMENTS
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.export import write_table
from steelyard.plan.forecasting.corrections import KINDS, corrections, excluded, level_shifts
from steelyard.plan.forecasting.segmentation import segmentation
from steelyard.plan.inputs.drivers import IndicatorEvidence, PriceEvidence, indicator_table, price_table
from steelyard.plan.numbers import PlanNumbers

segment = typer.Typer(
    help="What matters and what can be forecast; what history was cleaned of; what drives demand.",
    no_args_is_help=True,
)

PlanArgument = Annotated[str, typer.Argument(help="Scenario or published plan.")]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="Also write the table: .csv, .parquet or .xlsx.")]
TopOption = Annotated[int, typer.Option("--top", help="Rows shown.", min=0)]


@segment.command("show")
def show(
    plan: PlanArgument = "base",
    cell: Annotated[str, typer.Option("--segment", "-s", help="One of the nine, such as AX: lists its items.")] = "",
    top: TopOption = 20,
    out: OutOption = None,
) -> None:
    """The nine segments with items, revenue and what they ask for; movers since last month; items of one segment."""
    if cell and cell not in SEGMENTS:
        raise ChangeInvalid(f"There is no segment {cell!r}", mend=f"use one of {', '.join(SEGMENTS)}")
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Segmenting"):
        found = segmentation(workspace, plan_of(workspace, plan))
    matrix, movers = found.matrix(), found.movers
    items = found.items.filter(pl.col("segment") == cell) if cell else found.items
    _write(items, out)
    payload: dict[str, object] = {
        "segments": matrix.to_dicts(), "movers": movers.to_dicts(), "compared_with": found.compared_with,
        "items": items.head(top).to_dicts() if cell else [],
    }  # fmt: skip

    def tell(console: Console) -> None:
        show_frame(console, matrix.drop("margin"), title="Segments", forms=_FORMS)
        show_frame(console, movers.head(top), title=f"Movers since {found.compared_with}", forms=_FORMS)
        if cell:
            show_frame(console, items.select(_ITEM).head(top), title=f"Items of {cell}", forms=_FORMS)

    session.answer(payload, tell)


@segment.command("history")
def history(
    plan: PlanArgument = "base",
    kind: Annotated[str, typer.Option("--kind", "-k", help=f"Only one kind: {', '.join(KINDS)}.")] = "",
    top: TopOption = 20,
    out: OutOption = None,
) -> None:
    """Corrections of history by money, level shifts, and what does not count, by reason."""
    if kind and kind not in KINDS:
        raise ChangeInvalid(f"There is no kind {kind!r}", mend=f"use one of {', '.join(KINDS)}")
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Reading the history"):
        numbers = plan_of(workspace, plan)
        table, shifts, lines = corrections(numbers), level_shifts(numbers), excluded(numbers)
    table = table.filter(pl.col("kind") == kind) if kind else table
    _write(table, out)
    reasons = lines.group_by("reason").agg(pl.len().alias("lines"), pl.col("quantity").sum()).sort("reason")
    payload = {
        "corrections": table.head(top).to_dicts(), "cells": table.height, "level_shifts": shifts.head(top).to_dicts(),
        "excluded": reasons.to_dicts(),
    }  # fmt: skip

    def tell(console: Console) -> None:
        title = f"Corrections, {table.height:,} cells, most money first"
        show_frame(console, table.head(top), title=title, forms=_FORMS)
        show_frame(console, shifts.head(top), title="Level shifts", forms=_FORMS)
        show_frame(console, reasons, title="What does not count", forms=_FORMS)

    session.answer(payload, tell)


@segment.command("excluded")
def excluded_rows(
    plan: PlanArgument = "base",
    reason: Annotated[str, typer.Option("--reason", "-r", help="Only lines left out for this reason.")] = "",
    top: TopOption = 50,
    out: OutOption = None,
) -> None:
    """Lines of demand that do not count as they stand, row by row, with the reason."""
    session = current_session()
    with open_company(session) as workspace:
        table = excluded(plan_of(workspace, plan))
    chosen = table.filter(pl.col("reason") == reason) if reason else table
    _write(chosen, out)
    shown = chosen.head(top).with_columns(pl.col("day").cast(pl.String))
    session.answer(
        {"lines": chosen.height, "rows": shown.to_dicts()},
        lambda console: show_frame(
            console, shown.select("reason", "order_id", "line_id", "item", "day", "quantity", "source", "source_row"),
            title=f"{chosen.height:,} lines that do not count", forms=_FORMS,
        ),
    )  # fmt: skip


@segment.command("drivers")
def drivers(plan: PlanArgument = "base") -> None:
    """Price elasticities by family and series from outside, with the evidence for each."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Measuring"):
        prices, indicators = driver_tables(plan_of(workspace, plan))

    def tell(console: Console) -> None:
        show_frame(console, prices, title="Price elasticity", forms=_FORMS)
        show_frame(console, indicators, title="Series from outside", forms=_FORMS)

    session.answer({"prices": prices.to_dicts(), "indicators": indicators.to_dicts()}, tell)


def driver_tables(numbers: PlanNumbers) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Elasticities and indicators of a plan with their evidence."""
    prices, indicators = (numbers.inputs.values.get(name) for name in ("price_evidence", "indicator_evidence"))
    if prices is None or indicators is None:
        raise NotFound("A published plan keeps its numbers, not the evidence", mend="ask for its scenario")
    assert isinstance(prices, PriceEvidence)
    assert isinstance(indicators, IndicatorEvidence)
    return price_table(prices), indicator_table(indicators)


def _write(table: pl.DataFrame, out: Path | None) -> None:
    if out is not None:
        write_table(table, out)


_TWO = NumberForm(decimals=2)
_FORMS = {
    **dict.fromkeys(("variation", "adi", "cv2", "ratio", "error"), _TWO),
    **dict.fromkeys(("revenue", "margin", "demand", "cleaned", "quantity", "money", "units_moved"), NumberForm()),
    "share": NumberForm(decimals=1, percent=True),
    "skill": NumberForm(decimals=0, percent=True, signed=True),
    "elasticity": NumberForm(decimals=2, signed=True),
    "response": NumberForm(decimals=2, signed=True),
    "correction": NumberForm(signed=True),
    "suggested": NumberForm(signed=True),
}
_ITEM = ["item", "product_family", "demand_class", "life_cycle", "revenue", "variation", "review", "service_class"]
