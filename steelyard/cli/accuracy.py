"""Accuracy: archived forecasts against what came, on the command line."""

from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, PeriodsOption, ScopeOption, read_periods, read_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import MINUS, NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.measuring.advice import person_records
from steelyard.plan.measuring.export import write_accuracy
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.record import BY, ForecastRecord
from steelyard.plan.measuring.score import Alarm, alarms, scores_by_group, scores_by_lag, scores_by_stream
from steelyard.plan.measuring.value_added import Staircase, staircase
from steelyard.plan.measuring.version_table import version_table
from steelyard.plan.measuring.weights import propose_weights, weight_changes
from steelyard.plan.operation import Add, CellOperation, Percent, SetValue

accuracy = typer.Typer(
    help="Grade archived forecasts: by lag, segment, hand and person; advise on a change.", no_args_is_help=True
)

LagOption = Annotated[
    int | None,
    typer.Option("--lag", "-l", help="Only this lag; 0 is a plan's first period. All lags without it.", min=0),
]
ScenarioOption = Annotated[str, typer.Option("--scenario", help="A scenario on the latest extract.")]
SHARES = ("wmape", "mape", "bias", "change", "coverage_80", "coverage_95")
FORMS = {name: NumberForm(decimals=1, percent=True) for name in SHARES} | {
    "bias": NumberForm(decimals=1, percent=True, signed=True),
    "mase": NumberForm(decimals=2),
    "rmsse": NumberForm(decimals=2),
    "tracking_signal": NumberForm(decimals=1, signed=True),
    "actual": NumberForm(),
}
HEADS = {"wmape": "WMAPE", "mape": "MAPE", "mase": "MASE", "rmsse": "RMSSE", "tracking_signal": "TS", "change": "moves"}
SHOWN = ("wmape", "mape", "bias", "mase", "rmsse", "tracking_signal", "change", "coverage_80")


@accuracy.command("show")
def overview(
    lag: LagOption = None,
    by: Annotated[list[str] | None, typer.Option("--by", "-b", help="Level at which forecasts are graded.")] = None,
    group: Annotated[str, typer.Option("--group", "-g", help="Level or class to list.")] = "segment",
    top: Annotated[int, typer.Option("--top", help="Alarms shown.", min=0)] = 10,
    scope: ScopeOption = None,
    scenario: ScenarioOption = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Also write all tables to an Excel file.")] = None,
) -> None:  # fmt: skip
    """Accuracy by lag, stream and segment, the staircase of value added, and alarms by money."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Grading"):
        measuring = Measuring(workspace, workspace.scenario(only_scenario(workspace, scenario)).plan())
        part, levels = read_scope(scope), tuple(by) if by else BY
        record = measuring.record(levels, part)
        stairs = staircase(record, lag=lag)
        lagged, streams = scores_by_lag(record), scores_by_stream(record, lag=lag)
        grouped = scores_by_group(record, group, lag=lag) if group in record.groups.columns else pl.DataFrame()
        found = alarms(record, limit=measuring.limit, lag=lag or 0)
        if out is not None:
            write_accuracy(measuring, out, lag=lag, by=levels, scope=part)
        currency = currency_of(measuring.now)
    payload: dict[str, object] = {
        "versions": record.versions, "by": record.by, "lags": lagged.to_dicts(), "streams": streams.to_dicts(),
        group: grouped.to_dicts(), "staircase": stairs_json(stairs), "alarms": [asdict(one) for one in found[:top]],
        "vanished": record.vanished, "appeared": record.appeared,
    }  # fmt: skip

    def show(console: Console) -> None:
        _show_record(console, record, lagged, streams, grouped)
        _show_stairs(console, stairs)
        _show_alarms(console, found, top, measuring.limit, currency)

    session.answer(payload, show)


@accuracy.command("people")
def people(
    scenario: ScenarioOption = "",
    segment: Annotated[str, typer.Option("--segment", help="Only this segment, such as AX.")] = "",
) -> None:
    """What each person's overrides did, against the same plans without them."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Grading"):
        measuring = Measuring(workspace, workspace.scenario(only_scenario(workspace, scenario)).plan())
        rows = [asdict(one) for one in person_records(measuring.grades, segment=segment)]
    forms = {
        "helped_share": NumberForm(percent=True),
        "effect": NumberForm(signed=True),
        "effect_share": NumberForm(decimals=1, percent=True, signed=True),
        "bias": NumberForm(decimals=1, percent=True, signed=True),
        "money": NumberForm(signed=True),
    }
    labels = {"helped_share": "helped", "effect": "error saved", "effect_share": "of demand", "n": "overrides"}
    session.answer(
        {"people": rows},
        lambda console: show_frame(
            console, pl.DataFrame(rows), title="Overrides by person", forms=forms, labels=labels
        ),
    )


@accuracy.command("versions")
def versions(
    scope: ScopeOption = None,
    measure: Annotated[str, typer.Option("--measure", "-m", help="Measure of the horizon.")] = "consensus_demand",
    scenario: ScenarioOption = "",
) -> None:
    """Which version said what for each period, and what came."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Reading"):
        measuring = Measuring(workspace, workspace.scenario(only_scenario(workspace, scenario)).plan())
        table = version_table(measuring.archive, measure=measure, scope=read_scope(scope))
    rows = [{"version": row.version} | dict(zip(table.periods, row.values, strict=True)) for row in table.rows]
    rows.append({"version": "came"} | dict(zip(table.periods, table.actual, strict=True)))
    frame = pl.DataFrame(rows, infer_schema_length=None)
    session.answer(
        asdict(table),
        lambda console: show_frame(console, frame, title=measure, forms=dict.fromkeys(table.periods, NumberForm())),
    )


@accuracy.command("advise")
def advise(
    percent: Annotated[float | None, typer.Option("--percent", help="Growth, 8 means +8 %.")] = None,
    add: Annotated[float | None, typer.Option("--add", help="What the total shall have more.")] = None,
    set_: Annotated[float | None, typer.Option("--set", help="The total the scope shall have.")] = None,
    measure: Annotated[str, typer.Option("--measure", "-m", help="An editable measure.")] = "consensus_demand",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    actor: Annotated[str, typer.Option("--actor", help="Whose overrides to look at.")] = "",
    scenario: ScenarioOption = "",
) -> None:
    """Before a change is saved: what like changes by this person in this segment have done."""
    session = current_session()
    asked: list[CellOperation] = [
        *([] if percent is None else [Percent(percent)]),
        *([] if add is None else [Add(add)]),
        *([] if set_ is None else [SetValue(set_)]),
    ]
    if len(asked) != 1:
        raise ChangeInvalid("A change does one thing", mend="give one of --percent, --add, --set")
    with open_company(session) as workspace, progress_bar(session, "Grading"):
        measuring = Measuring(workspace, workspace.scenario(only_scenario(workspace, scenario)).plan())
        who = actor_or_me(actor)
        change = Change(asked[0], measure, read_scope(scope), read_periods(periods), author=who)
        told = measuring.advice(change)
    session.answer(
        asdict(told) | {"verdict": told.verdict, "sentence": told.sentence},
        lambda console: console.print(f"[bold]{told.verdict}[/]: {told.sentence}"),
    )


@accuracy.command("weigh")
def weigh(
    lag: LagOption = None,
    scope: ScopeOption = None,
    scenario: ScenarioOption = "",
    keep: Annotated[bool, typer.Option("--keep", help="Write the weights to the scenario as changes.")] = False,
    actor: ActorOption = "",
) -> None:
    """Weigh the streams by track record: propose how much each should count; --keep adopts it."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Grading"):
        target, part = workspace.scenario(only_scenario(workspace, scenario)), read_scope(scope)
        plan = target.plan()
        record = Measuring(workspace, plan).record(scope=part)
        found = propose_weights(record, plan, scope=part, lag=lag)
        if keep:
            target.append(*weight_changes(found, author=actor_or_me(actor), at=now(), scope=part))
    rows = [asdict(one) | {"moves": one.moves} for one in found]
    weight = NumberForm(decimals=2)
    forms = {
        "now": weight,
        "proposed": weight,
        "cells": NumberForm(),
        "error": NumberForm(),
        "base_error": NumberForm(),
    }
    labels = {"error": "RMSE", "base_error": "RMSE of statistics", "footing": "why"}
    note = "Kept; `steelyard change --undo` takes it back." if keep else "Not kept; --keep adopts it."
    session.answer(
        {"scenario": target.name, "weights": rows, "kept": keep},
        lambda console: show_frame(
            console, pl.DataFrame(rows).drop("moves"), title="Weights by track record", forms=forms, labels=labels,
            note=note,
        ),
    )  # fmt: skip


def stairs_json(stairs: Staircase) -> list[dict[str, object]]:
    """The staircase as plain values; units as decimal text, so that they add up."""
    return [
        {
            "name": step.name, "label": step.label, "error": str(step.error), "effect": str(step.effect),
            "wmape": stairs.share(step.error), "points": stairs.share(step.effect), "moved": step.moved,
        }
        for step in stairs.steps
    ]  # fmt: skip


def _show_record(
    console: Console, record: ForecastRecord, lagged: pl.DataFrame, streams: pl.DataFrame, grouped: pl.DataFrame
) -> None:
    first, last = record.versions[0], record.versions[-1]
    console.print(f"[dim]{len(record.versions)} plans, {first} to {last}, graded by {', '.join(record.by)}[/]")
    for title, frame, key in (
        ("Consensus by lag", lagged, "lag"),
        ("By hand", streams, "label"),
        ("By class", grouped, grouped.columns[0] if grouped.width else ""),
    ):
        if frame.height:
            told = [name for name in SHOWN if not frame[name].is_nan().all()]
            show_frame(console, frame.select(key, *told), title=title, forms=FORMS, labels=HEADS)
    for name, counts in (("vanished since", record.vanished), ("appeared since", record.appeared)):
        rows = [(label, n, units) for label, (n, units) in counts.items() if n]
        if rows:
            told_rows = "; ".join(f"{label}: {n} with {units:,.0f} units" for label, n, units in rows)
            console.print(f"[dim]Series that have {name} a plan was made: {told_rows}[/]")


def _show_stairs(console: Console, stairs: Staircase) -> None:
    rows = [
        {"hand": step.label, "WMAPE": stairs.share(step.error), "value added": stairs.share(step.effect)}
        for step in stairs.steps
        if step.moved
    ]
    share = NumberForm(decimals=2, percent=True)
    forms = {"WMAPE": share, "value added": NumberForm(decimals=2, percent=True, signed=True)}
    note = f"Sum of all steps: {100 * stairs.share(stairs.total):+.2f} points".replace("-", MINUS)
    show_frame(console, pl.DataFrame(rows), title="Forecast value added", forms=forms, note=note)


def _show_alarms(console: Console, found: list[Alarm], top: int, limit: float, currency: str) -> None:
    rows = [
        {
            "series": " ".join(one.group.values()), "segment": one.segment, "TS": one.tracking_signal,
            "bias": one.bias if isfinite(one.bias) else None, "money": one.money,
        }
        for one in found[:top]
    ]  # fmt: skip
    if not rows:
        console.print(f"[dim]No tracking signal is beyond {limit:g}.[/]")
        return
    forms = {"TS": FORMS["tracking_signal"], "bias": FORMS["bias"], "money": NumberForm()}
    title = f"{len(found)} series with a tracking signal beyond {limit:g}, most money first"
    show_frame(console, pl.DataFrame(rows), title=title, forms=forms, labels={"money": f"at stake [{currency}]"})
