"""Compare book: a comparison as tables for a workbook: totals, levels, cells, what the plans assume and stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import polars as pl

from steelyard.errors import PlanError
from steelyard.plan.bridge import bridge
from steelyard.plan.change import Change
from steelyard.plan.compare import Comparison, compare
from steelyard.plan.inputs.amend import amend_parameters
from steelyard.plan.kpi.compared import indicator_rows
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sheet_picture import waterfall_table

TOP, DIGITS = 500, 4
"""Cells told for each plan, and decimals of a chain, whose steps add up."""
_CHANGE_COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "plan": pl.String, "change": pl.String, "by": pl.String, "at": pl.Datetime("us", "UTC"), "note": pl.String,
}  # fmt: skip
FROM_REGISTER = "assumption "
"""How the note of a change begins that an entry of the register was laid as."""


def comparison_sheets(
    held: Comparison, *, measure: str, level: str = "product_family", top: int = TOP, currency: str = ""
) -> Mapping[str, pl.DataFrame]:
    """A comparison as sheets of a workbook, in their order.

    Args:
        held: The comparison.
        measure: The measure whose cells are told.
        level: Level of the sheet in between.
        top: Cells told for each plan.
        currency: Currency of money; `money` where it is not named.
    """
    plans = held.plans
    shaped = len({plan.inputs.shape for plan in plans}) == 1
    by_level = [name for name in held.measures if level in plans[0].series(name).levels]
    sheets = {"Headline": headline_sheet(held, currency), "Settings": settings_between(plans, held.names)}
    sheets["Assumptions"] = assumptions_between(plans, held.names)
    if by_level:
        sheets["By level"] = compare(
            *plans, measures=by_level, by=[level], time="all", scope=held.scope, periods=held.periods
        ).frame
    declared = plans[0].measure(measure)
    for number, name in enumerate(held.names[1:], start=1) if shaped and not declared.is_ratio else ():
        sheets[f"Cells {name}"] = held.cells(top, measure=measure, number=number)
    sheets["Changes"] = _changes(plans, held.names)
    sheets["Stands on"] = _footing(plans, held.names)
    return {title: frame for title, frame in sheets.items() if frame.width}


def headline_sheet(held: Comparison, currency: str = "") -> pl.DataFrame:
    """Totals and indicators of the plans, as the page of a comparison tells them.

    Args:
        held: The comparison.
        currency: Currency of money; `money` where it is not named.
    """
    rows = [*held.kpis.iter_rows(named=True), *indicator_rows(held)]
    told = [{**row, "unit": str(row["unit"]).replace("money", currency or "money")} for row in rows]
    return pl.DataFrame(told, infer_schema_length=None)


def why_sheets(held: Comparison, measure: str) -> dict[str, pl.DataFrame]:
    """The exact chain from the first plan to each other one, as sheets from which a waterfall is drawn.

    Args:
        held: The comparison.
        measure: The measure explained; a share of nothing has no steps.
    """
    found, first = {}, held.plans[0]
    for plan, name in zip(held.plans[1:], held.names[1:], strict=True):
        try:
            told = bridge(first, plan, measure, scope=held.scope, periods=held.periods).rounded(DIGITS)
        except PlanError:
            continue
        steps = [(step.label, float(step.effect)) for step in told.steps if step.effect]
        found[f"Why {name}"] = waterfall_table((held.names[0], float(told.start)), steps, (name, float(told.end)))
    return found


def settings_between(plans: Sequence[PlanNumbers], names: Sequence[str]) -> pl.DataFrame:
    """Settings in which plans differ, changes of settings included: `setting` and one column a plan."""
    standing = [asdict(amend_parameters(plan.parameters, plan.changes)) for plan in plans]
    moved = [name for name in standing[0] if len({repr(values[name]) for values in standing}) > 1]
    rows = [{"setting": name, **_told(names, [values[name] for values in standing])} for name in moved]
    return pl.DataFrame(rows, schema={"setting": pl.String, **dict.fromkeys(names, pl.String)})


def assumptions_between(plans: Sequence[PlanNumbers], names: Sequence[str]) -> pl.DataFrame:
    """Assumptions that plans rest on, and as what each holds them: `assumption` and one column a plan."""
    found: dict[str, list[str]] = {}
    for number, plan in enumerate(plans):
        for change in plan.changes:
            if statement := assumption_of(change):
                held = found.setdefault(statement, [""] * len(plans))
                held[number] = _value(change)
    rows = [{"assumption": statement, **_told(names, held)} for statement, held in found.items()]
    return pl.DataFrame(rows, schema={"assumption": pl.String, **dict.fromkeys(names, pl.String)})


def assumption_of(change: Change) -> str:
    """The statement of the assumption that a change is or was laid from; empty for all others."""
    if change.kind == "assumption":
        return str(getattr(change.operation, "statement", ""))
    number, _, statement = change.note.removeprefix(FROM_REGISTER).partition(": ")
    return statement if change.note.startswith(FROM_REGISTER) and number.isdecimal() else ""


def _value(change: Change) -> str:
    value = getattr(change.operation, "percent", None)
    if value is not None:
        return f"{value:+g} %"
    value, unit = getattr(change.operation, "value", None), getattr(change.operation, "unit", "")
    return f"{value:g} {unit}".strip() if isinstance(value, float) else "held"


def _told(names: Sequence[str], values: Sequence[object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in zip(names, values, strict=True)}


def _changes(plans: Sequence[PlanNumbers], names: Sequence[str]) -> pl.DataFrame:
    shared = set.intersection(*({change.content for change in plan.changes} for plan in plans))
    rows = [
        {"plan": name, "change": str(change), "by": change.author, "at": change.at, "note": change.note}
        for name, plan in zip(names, plans, strict=True)
        for change in plan.changes
        if change.content not in shared
    ]
    return pl.DataFrame(rows, schema=_CHANGE_COLUMNS)


def _footing(plans: Sequence[PlanNumbers], names: Sequence[str]) -> pl.DataFrame:
    rows = [
        {"plan": name, "digest": plan.digest, "extract": plan.inputs.extract, "changes": str(len(plan.changes))}
        for name, plan in zip(names, plans, strict=True)
    ]
    return pl.DataFrame(rows)
