"""Compare: two or more scenarios or published plans side by side."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.exit_code import ExitCode
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import (
    ByOption,
    MeasuresOption,
    PeriodsOption,
    ScopeOption,
    TimeOption,
    read_periods,
    read_scope,
)
from steelyard.cli.plan_view import headline_measure, says_nothing
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import DASH, MINUS, SHARES, NumberForm, form_of, show_frame, unit_name, with_unit
from steelyard.plan.compare import Comparison, common_periods
from steelyard.plan.compare import compare as compare_plans
from steelyard.plan.compare_book import comparison_sheets, why_sheets
from steelyard.plan.durable import write_whole
from steelyard.plan.export import workbook_of
from steelyard.plan.kpi.compared import indicator_rows
from steelyard.plan.sheet_picture import waterfall_picture


def compare(
    base: Annotated[str, typer.Argument(help="Scenario or published plan that the others are held against.")],
    others: Annotated[list[str], typer.Argument(help="One or more scenarios or published plans.")],
    measure: MeasuresOption = None,
    by: ByOption = None,
    time: TimeOption = "quarter",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    top: Annotated[int, typer.Option("--top", help="Single cells that differ most.", min=0)] = 10,
    workbook: Annotated[Path | None, typer.Option("--excel", help="Write all of it to this .xlsx file, too.")] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if the plans differ.")] = False,
) -> None:
    """Compare plans: headlines, revenue (or demand) by family and time, the cells that differ most."""
    session, where, when = current_session(), read_scope(scope), read_periods(periods)
    levels = by or ["product_family"]
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plans = [plan_of(workspace, name) for name in (base, *others)]
        when = when or common_periods(plans)
        detail = measure or [headline_measure(plans[0])]
        total = compare_plans(*plans, measures=measure or [], scope=where, periods=when)
        found = compare_plans(*plans, measures=detail, by=levels, time=time, scope=where, periods=when)
        if workbook is not None:
            sheets = comparison_sheets(total, measure=detail[0], level=levels[0], currency=currency_of(plans[0]))
            ways = why_sheets(total, detail[0])
            pictures = {title: waterfall_picture(f"{detail[0]}: {title}") for title in ways}
            write_whole(workbook, [workbook_of({**ways, **sheets}, pictures)])
    one_shape = len({plan.inputs.shape for plan in plans}) == 1
    digests = {name: plan.digest for name, plan in zip(found.names, plans, strict=True)}
    payload: dict[str, object] = {
        "plans": digests,
        "headlines": [*total.kpis.to_dicts(), *indicator_rows(total)],
        "frame": found.frame.to_dicts(),
    }
    if one_shape:
        payload["differing_measures"] = {name: found.changed_measures(n) for n, name in _others(found)}
        payload["cells"] = {name: found.cells(top, number=n).to_dicts() for n, name in _others(found)}
    session.answer(payload, lambda console: _show(console, total, found, top if one_shape else 0))
    if exit_code and len(set(digests.values())) > 1:
        raise typer.Exit(ExitCode.DIFFERENT)


def _others(found: Comparison) -> list[tuple[int, str]]:
    return list(enumerate(found.names))[1:]


def _show(console: Console, total: Comparison, found: Comparison, top: int) -> None:
    currency = currency_of(found.plans[0])
    silent = frozenset.intersection(*(says_nothing(plan) for plan in total.plans))
    told = [row for row in (*total.kpis.to_dicts(), *indicator_rows(total)) if row["measure"] not in silent]
    rows = [_headline(row, total.names, currency) for row in told]
    span = f", {total.periods[0]} to {total.periods[1]}" if isinstance(total.periods, tuple) else ""
    title = f"{', '.join(total.names[1:])} against {total.names[0]}{span}"
    show_frame(console, pl.DataFrame(rows), title=title, right=[name for name in rows[0] if name != "measure"])
    for number, name in _others(found):
        for measure in found.measures:
            _show_delta(console, found, measure, name)
        if top:
            _show_cells(console, found, number, top)


def _headline(row: dict[str, object], names: tuple[str, ...], currency: str) -> dict[str, str]:
    unit = str(row["unit"])
    shown = {"measure": str(row["label"]), names[0]: _short(row[names[0]], unit, currency)}
    for name in names[1:]:
        delta, share = row[f"{name} - {names[0]}"], row[f"{name} %"]
        if len(names) == 2:
            shown[name] = _short(row[name], unit, currency)
        shown["difference" if len(names) == 2 else name] = _signed(delta, unit, currency)
        form = NumberForm(decimals=1, signed=True)
        share = None if shown[names[0]].split(" ")[0] == "0" else share
        shown["%" if len(names) == 2 else f"% {name}"] = form.write(share) if unit not in SHARES else ""
    return shown


def _short(value: object, unit: str, currency: str) -> str:
    return with_unit(float(value), unit, currency) if isinstance(value, int | float) else DASH


def _signed(value: object, unit: str, currency: str) -> str:
    text = _short(value, unit, currency)
    return f"+{text}" if isinstance(value, float) and value > 0 and not text.startswith("0 ") and text != "0" else text


def _show_delta(console: Console, found: Comparison, measure: str, name: str) -> None:
    """One measure by group and time, as differences."""
    declared = found.plans[0].measure(measure)
    column = f"{measure}: {name} - {found.names[0]}"
    wide = found.frame.pivot(on="period", index=list(found.by), values=column, maintain_order=True)
    numbers = [label for label in wide.columns if label not in found.by]
    largest = max((abs(value) for value in found.frame[column].drop_nulls().to_list()), default=0.0)
    form, scale = form_of(declared.unit, largest, signed=True)
    unit = "%" if scale == "%" else f"{scale} {unit_name(declared.unit, currency_of(found.plans[0]))}".strip()
    labels = {level: level.replace("_", " ") for level in found.by}
    title = f"{declared.label} [{unit}]: {name} {MINUS} {found.names[0]}"
    show_frame(console, wide, title=title, forms=dict.fromkeys(numbers, form), labels=labels)


def _show_cells(console: Console, found: Comparison, number: int, top: int) -> None:
    """The cells of the first measure that differ most."""
    cells, measure = found.cells(top, number=number), found.measures[0]
    unit = unit_name(found.plans[0].measure(measure).unit, currency_of(found.plans[0]))
    if not cells.height:
        console.print(f"[dim]No cell of {measure} differs.[/]")
        return
    plain, signed = NumberForm(), NumberForm(signed=True)
    forms = {found.names[0]: plain, found.names[number]: plain, "difference": signed}
    show_frame(console, cells, title=f"Cells of {measure}{f' [{unit}]' if unit else ''} that differ most", forms=forms)
