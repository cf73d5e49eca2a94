"""Compare: two or more scenarios or published plans side by side."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.exit_code import ExitCode
from steelyard.cli.headline import currency_of
from steelyard.cli.option import (
    ByOption,
    MeasuresOption,
    PeriodsOption,
    ScopeOption,
    TimeOption,
    read_periods,
    read_scope,
)
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import MINUS, SHARES, NumberForm, form_of, short_number, show_frame
from steelyard.plan.compare import Comparison
from steelyard.plan.compare import compare as compare_plans


def compare(
    base: Annotated[str, typer.Argument(help="Scenario or published plan that the others are held against.")],
    others: Annotated[list[str], typer.Argument(help="One or more scenarios or published plans.")],
    measure: MeasuresOption = None,
    by: ByOption = None,
    time: TimeOption = "quarter",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    top: Annotated[int, typer.Option("--top", help="Single cells that differ most.")] = 10,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if the plans differ.")] = False,
) -> None:
    """Compare plans: headlines, one measure by group and time, and the cells that differ most."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plans = [plan_of(workspace, name) for name in (base, *others)]
        found = compare_plans(
            *plans, measures=measure or [], by=by or ["product_family"], time=time, scope=read_scope(scope),
            periods=read_periods(periods),
        )  # fmt: skip
    differing = {name: found.changed_measures(n) for n, name in enumerate(found.names[1:], 1)}
    detail = measure[0] if measure else "revenue"
    payload: dict[str, object] = {
        "plans": dict(zip(found.names, (plan.digest for plan in plans), strict=True)),
        "kpis": found.kpis.to_dicts(),
        "differing_measures": differing,
        "frame": found.frame.to_dicts() if session.as_json else [],
        "cells": found.cells(top, measure=detail).to_dicts(),
    }
    session.answer(payload, lambda console: _show(console, found, detail, top))
    if exit_code and any(differing.values()):
        raise typer.Exit(ExitCode.DIFFERENT)


def _show(console: Console, found: Comparison, detail: str, top: int) -> None:
    currency = currency_of(found.plans[0])
    rows = [_headline(row, found.names, currency) for row in found.kpis.to_dicts()]
    right = [name for name in rows[0] if name != "measure"]
    show_frame(console, pl.DataFrame(rows), title=f"{' against '.join(reversed(found.names[:2]))}", right=right)
    for number, name in enumerate(found.names[1:], 1):
        _show_delta(console, found, detail, name)
        _show_cells(console, found, detail, number, top)


def _headline(row: dict[str, object], names: tuple[str, ...], currency: str) -> dict[str, str]:
    unit = str(row["unit"])
    shown = {"measure": str(row["label"]), names[0]: _short(row[names[0]], unit, currency)}
    for name in names[1:]:
        delta, share = row[f"{name} - {names[0]}"], row[f"{name} %"]
        shown[name] = _short(row[name], unit, currency)
        shown[f"{name} {MINUS} {names[0]}"] = _signed(delta, unit, currency)
        shown[f"{name} %"] = NumberForm(decimals=1, signed=True).write(share) if unit not in SHARES else ""
    return shown


def _short(value: object, unit: str, currency: str) -> str:
    return short_number(float(value), unit, currency) if isinstance(value, int | float) else "\N{EN DASH}"


def _signed(value: object, unit: str, currency: str) -> str:
    text = _short(value, unit, currency)
    return f"+{text}" if isinstance(value, float) and value > 0 else text


def _show_delta(console: Console, found: Comparison, measure: str, name: str) -> None:
    """One measure by group and time, as differences."""
    column = f"{measure}: {name} - {found.names[0]}"
    if column not in found.frame.columns:
        return
    wide = found.frame.pivot(on="period", index=list(found.by), values=column, maintain_order=True)
    numbers = [label for label in wide.columns if label not in found.by]
    largest = max((wide[label].abs().max() or 0.0 for label in numbers), default=0.0)
    form, unit = form_of(found.plans[0].measure(measure).unit, float(largest), signed=True)  # type: ignore[arg-type]
    label = found.plans[0].measure(measure).label
    currency = f" {currency_of(found.plans[0])}" if found.plans[0].measure(measure).unit == "money" else ""
    title = f"{label} [{unit}{currency}]: {name} {MINUS} {found.names[0]}"
    show_frame(
        console,
        wide,
        title=title,
        forms=dict.fromkeys(numbers, form),
        labels={b: b.replace("_", " ") for b in found.by},
    )


def _show_cells(console: Console, found: Comparison, measure: str, number: int, top: int) -> None:
    cells = found.cells(top, measure=measure, number=number)
    if not cells.height:
        console.print(f"[dim]No cell of {measure} differs.[/]")
        return
    form, signed = NumberForm(), NumberForm(signed=True)
    forms = {found.names[0]: form, found.names[number]: form, "difference": signed}
    show_frame(console, cells, title=f"Cells of {measure} that differ most", forms=forms)
