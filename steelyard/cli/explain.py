"""Explain: where a number comes from, or why it differs from that of another plan."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import PeriodsOption, ScopeOption, read_periods, read_scope, say_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import DASH, SHARES, NumberForm, form_of, show_frame, unit_name, with_unit
from steelyard.plan.bridge import Bridge, BridgeSpan, bridge, bridge_span, keep_way, say_span
from steelyard.plan.explain import Explanation
from steelyard.plan.explain import explain as explain_number
from steelyard.plan.numbers import Periods

ROWS_SHOWN = 5


def explain(
    plan: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    measure: Annotated[str, typer.Argument(help="Measure, e.g. revenue.")],
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    against: Annotated[
        str, typer.Option("--against", help="Another plan: show the exact steps from it to this one.")
    ] = "",
) -> None:
    """Explain a number: formula, inputs, changes by whom, rows of the extract; or its bridge from another plan."""
    session, where, when = current_session(), read_scope(scope), read_periods(periods)
    with open_company(session) as workspace, progress_bar(session, "Explaining"):
        numbers = plan_of(workspace, plan)
        currency = currency_of(numbers)
        if against:
            before = plan_of(workspace, against)
            steps = bridge(before, numbers, measure, scope=where, periods=when)
            span = bridge_span(before, numbers, measure, periods=when)
        else:
            found = explain_number(numbers, measure, scope=where, periods=when)
    if against:
        payload = _bridge_payload(steps) | vars(span)
        session.answer(payload, lambda console: _show_bridge(console, steps, span, against, plan, currency))
        keep_way(before, numbers)
    else:
        session.answer(_payload(found), lambda console: _show(console, found, currency))


def _payload(found: Explanation) -> dict[str, object]:
    return {
        "measure": found.measure, "label": found.label, "meaning": found.meaning, "unit": found.unit,
        "scope": {level: list(members) for level, members in found.scope.items()}, "periods": found.periods,
        "value": found.value, "formula": found.formula, "reason": found.reason, "calculated_by": found.calculated_by,
        "inputs": [vars(one) for one in found.inputs],
        "changes": [{"change": str(c.change), "note": c.change.note, "effect": c.effect} for c in found.changes],
        "rows": {table: frame.head(100).to_dicts() for table, frame in found.rows.items()},
        "row_counts": {table: frame.height for table, frame in found.rows.items()},
    }  # fmt: skip


def _show(console: Console, found: Explanation, currency: str) -> None:
    when = _say_periods(found.periods)
    value = with_unit(found.value, found.unit, currency)
    scope = escape(say_scope(dict(found.scope)))  # type: ignore[arg-type]
    console.print(f"[bold]{escape(found.label)}[/] of {scope}, {when}: [bold]{value}[/]")
    console.print(Text(found.meaning, style="dim"))
    console.print(Text(f"\n{found.formula}\n"))
    if found.reason:
        console.print(Text(f"Here: {found.reason}\n"))
    if found.inputs:
        show_frame(console, _inputs_frame(found, currency), title="Inputs at the same scope", right=["value"])
    if found.changes:
        show_frame(console, _changes_frame(found), title=_changes_title(found, currency), wrap=True, right=["effect"])
    for table, frame in ((name, rows) for name, rows in found.rows.items() if rows.height):
        title = f"Rows of {table}: {min(ROWS_SHOWN, frame.height)} of {frame.height:,}"
        show_frame(console, _telling(frame).head(ROWS_SHOWN), title=title)


def _say_periods(periods: Periods) -> str:
    if periods is None:
        return "the whole horizon"
    first, last = (periods, periods) if isinstance(periods, str) else periods
    return str(first) if first == last else f"{first} to {last}"


def _inputs_frame(found: Explanation, currency: str) -> pl.DataFrame:
    rows = []
    for one in found.inputs:
        said = one.value if isinstance(one.value, str) else DASH
        value = with_unit(one.value, one.unit, currency) if isinstance(one.value, float) else said
        rows.append(
            {"input": one.label, "value": value, "from": "calculated" if one.calculated else "extract or setting"}
        )
    return pl.DataFrame(rows)


def _changes_frame(found: Explanation) -> pl.DataFrame:
    effects = [abs(one.effect) for one in found.changes if one.effect is not None]
    form, _ = form_of(found.unit, max(effects, default=0.0), signed=True)
    form = NumberForm(decimals=form.decimals, signed=True, percent=form.percent)
    return pl.DataFrame(
        [
            {"effect": form.write(one.effect), "change": str(one.change), "note": one.change.note}
            for one in found.changes
        ]
    )


def _changes_title(found: Explanation, currency: str) -> str:
    unit = "%" if found.unit in SHARES else unit_name(found.unit, currency)
    return f"Changes that moved it{f', effect in {unit}' if unit else ''}"


def _telling(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that say something: no column that is empty everywhere; file and row come first."""
    source = [name for name in ("_source", "_source_row") if name in frame.columns]
    filled = [name for name in frame.columns if name not in source and frame[name].null_count() < frame.height]
    return frame.select(*source, *filled).rename({"_source_row": "row"} if "_source_row" in source else {})


def _bridge_payload(steps: Bridge) -> dict[str, object]:
    return {
        "measure": steps.measure, "unit": steps.unit, "start": float(steps.start), "end": float(steps.end),
        "steps": [{"kind": step.kind, "label": step.label, "effect": float(step.effect)} for step in steps.steps],
    }  # fmt: skip


def _show_bridge(
    console: Console, steps: Bridge, span: BridgeSpan, before: str, after: str, currency: str
) -> None:  # fmt: skip
    share = steps.unit in SHARES
    cut = steps.rounded(4 if share else 0)
    places = 2 if share else 0
    plain, signed = (NumberForm(decimals=places, percent=share, signed=sign) for sign in (False, True))
    rows = [{"step": f"{before}, {say_span(span.before)}", "effect": plain.write(float(cut.start))}]
    rows += [{"step": step.label, "effect": signed.write(float(step.effect))} for step in cut.steps]
    rows += [{"step": f"{after}, {say_span(span.after)}", "effect": plain.write(float(cut.end))}]
    unit = "%" if share else unit_name(steps.unit, currency)
    title = f"{steps.measure.replace('_', ' ').capitalize()} [{unit}]: from {before} to {after}, exactly"
    show_frame(console, pl.DataFrame(rows), title=title, wrap=True, right=["effect"])
    if span.differs and span.common is not None:
        first, last = span.common
        console.print(
            f"The two are not told over the same periods: what the other horizon adds and drops is in the steps. "
            f"Over the periods both have: --periods {first}..{last}"
        )
