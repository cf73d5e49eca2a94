"""KPI view: the numbers by which a plan is judged, against the company's targets, for the terminal."""

from math import isfinite

import polars as pl
from rich.console import Console

from steelyard.cli.table import DASH, MINUS, short_number, show_frame
from steelyard.errors import NotFound
from steelyard.plan.kpi.targets import kpi_targets, published_before
from steelyard.plan.kpi.values import KpiValue, kpi_values
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace


def currency_of(plan: PlanNumbers) -> str:
    """Base currency of the extract a plan stands on."""
    return plan.maker.extract(plan.inputs.extract).base_currency


def judged(workspace: Workspace, plan: PlanNumbers) -> list[KpiValue]:
    """KPIs of a plan, against the targets of its extract and the plan published before."""
    targets = kpi_targets(plan.maker.extract(plan.inputs.extract))
    return kpi_values(plan, previous=_numbers_before(workspace, plan), targets=targets)


def _numbers_before(workspace: Workspace, plan: PlanNumbers) -> PlanNumbers | None:
    before = published_before(workspace, plan)
    try:
        return workspace.numbers_of(workspace.published_plan(before.id)) if before else None
    except NotFound:
        return None


def kpi_rows(found: list[KpiValue]) -> list[dict[str, object]]:
    """KPIs for JSON."""
    return [
        {"name": k.name, "label": k.label, "unit": k.unit, "value": k.value, "target": k.target, "standing": k.standing}
        for k in found
    ]


STYLES = {"good": "green", "watch": "yellow", "act": "red"}


def show_kpis(console: Console, found: list[KpiValue], currency: str) -> None:
    """KPIs that have a value, with target and standing."""
    rows = [
        {
            "KPI": kpi.label, "value": write_kpi(kpi.value, kpi.unit, currency),
            "target": write_kpi(kpi.target, kpi.unit, currency),
            "standing": "" if kpi.standing == "unknown" else kpi.standing,
            "kind": "leading" if kpi.indicator.leading else "lagging",
        }
        for kpi in found
        if isfinite(kpi.value)
    ]  # fmt: skip
    marks = {word: style for row in rows if (word := row["standing"]) for style in [STYLES[word]]}
    show_frame(console, pl.DataFrame(rows), title="KPIs", right=["value", "target"], words=marks)


def write_kpi(value: float | None, unit: str, currency: str) -> str:
    """A KPI's value in its unit.

    Example:
        >>> write_kpi(94.618, "percent", "EUR"), write_kpi(3_700_000.0, "money", "EUR"), write_kpi(None, "turns", "EUR")
        ('94.6 %', '3.7 M EUR', '–')
    """
    if value is None or not isfinite(value):
        return DASH
    if unit == "percent":
        return f"{value:.1f} %".replace("-", MINUS)
    if unit == "hours":
        return f"{value:,.0f} h".replace("-", MINUS)
    return short_number(value, "money", currency) if unit == "money" else f"{value:,.1f}".replace("-", MINUS)
