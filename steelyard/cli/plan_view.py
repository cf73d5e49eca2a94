"""Plan view: the numbers of a plan for the terminal: a table by time, money first, and the resources that bind."""

from collections.abc import Sequence

import polars as pl
from rich.console import Console

from steelyard.cli.kpi_view import currency_of
from steelyard.cli.table import NumberForm, form_of, show_frame, unit_name
from steelyard.plan.numbers import PlanNumbers

OVERVIEW = (
    "demand_plan", "constrained_demand", "revenue", "budget_revenue", "revenue_vs_budget", "gross_margin",
    "gross_margin_percent", "inventory_value", "backlog", "coverage",
)  # fmt: skip
"""Measures of the overview, those that the plan holds."""
OF_PRICE = ("revenue", "gross_margin", "gross_margin_percent", "revenue_vs_budget")
OF_RESOURCES = ("utilisation", "bottleneck_utilisation", "overload_hours")
MOST_GROUPS = 20


def measure_by_time(
    plan: PlanNumbers, measures: Sequence[str], time: str, *, scope: dict[str, tuple[str, ...]] | None = None,
    periods: tuple[str, str] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """One row per measure, one text column per period; every measure in a form of its own."""
    frame = plan.frame(list(measures), time=time, scope=scope, periods=periods)
    rows = []
    for name in measures:
        declared = plan.measure(name)
        values = frame[name].to_list()
        form, unit = form_of(declared.unit, _largest(values))
        head = {"measure": declared.label, "unit": unit_label(plan, declared.unit, unit)}
        written = (form.write(value) for value in values)
        rows.append(head | dict(zip(frame["period"].to_list(), written, strict=True)))
    return pl.DataFrame(rows)


def group_by_time(
    plan: PlanNumbers, measure: str, by: Sequence[str], time: str, *, scope: dict[str, tuple[str, ...]] | None = None,
    periods: tuple[str, str] | None = None,
) -> tuple[pl.DataFrame, dict[str, NumberForm], str]:  # fmt: skip
    """One row per group, one number column per period, the form of the numbers, and their unit."""
    frame = plan.frame([measure], by=by, time=time, scope=scope, periods=periods)
    wide = frame.pivot(on="period", index=list(by), values=measure, maintain_order=True)
    numbers = [name for name in wide.columns if name not in by]
    declared = plan.measure(measure)
    form, unit = form_of(declared.unit, _largest(frame[measure].to_list()))
    return wide, dict.fromkeys(numbers, form), unit_label(plan, declared.unit, unit)


def unit_label(plan: PlanNumbers, unit: str, scale: str) -> str:
    """The unit of a measure as people read it, with its scale.

    Example: `money` in thousands is `k EUR`.
    """
    if scale == "%":
        return "%"
    return f"{scale} {unit_name(unit, currency_of(plan))}".strip()


def _largest(values: Sequence[float | None]) -> float:
    return max((abs(value) for value in values if value is not None and value == value), default=0.0)


def overview_of(plan: PlanNumbers) -> list[str]:
    """The measures of the overview that the plan holds; those of money and budget only where there is some."""
    held = [name for name in OVERVIEW if name in plan.measures]
    budget, priced = "budget_revenue" in held and plan.value("budget_revenue") != 0, has_prices(plan)
    left_out = {name for name in held if (not budget and "budget" in name) or (not priced and name in OF_PRICE)}
    return [name for name in held if name not in left_out]


def has_prices(plan: PlanNumbers) -> bool:
    """Say whether anything is sold for money in the plan."""
    return "revenue" in plan.measures and plan.value("revenue") != 0


def has_resources(plan: PlanNumbers) -> bool:
    """Say whether the plan knows any machine or line that can be loaded."""
    return bool(binding_resources(plan).height)


def says_nothing(plan: PlanNumbers) -> frozenset[str]:
    """Measures and KPIs that this plan cannot fill: those of prices or of resources that the company does not have."""
    without_price = frozenset() if has_prices(plan) else frozenset(OF_PRICE)
    return without_price | (frozenset() if has_resources(plan) else frozenset(OF_RESOURCES))


def headline_measure(plan: PlanNumbers) -> str:
    """What the table by family shows: revenue, or demand where the company has no price."""
    return "revenue" if has_prices(plan) else "demand_plan"


def show_overview(console: Console, plan: PlanNumbers, time: str) -> None:
    """The measures of the overview by time."""
    frame = measure_by_time(plan, overview_of(plan), time)
    show_frame(console, frame, title="The plan", right=frame.columns[2:])


def show_groups(console: Console, plan: PlanNumbers, measure: str, by: Sequence[str], time: str, **cut: object) -> None:
    """One measure by group and time, the largest groups first."""
    frame, forms, unit = group_by_time(plan, measure, by, time, **cut)  # type: ignore[arg-type]
    size = pl.sum_horizontal(pl.col(list(forms)).abs().fill_null(0.0))
    ranked = frame.sort(size, descending=True, maintain_order=True)
    used = ranked.filter(size > 0)
    shown = (used if used.height else ranked).head(MOST_GROUPS)
    left = frame.height - shown.height
    note = f"{left} more with less or nothing: --json shows all" if left else ""
    labels = {name: name.replace("_", " ") for name in by}
    title = f"{plan.measure(measure).label}{f' [{unit}]' if unit else ''}"
    show_frame(console, shown, title=title, forms=forms, labels=labels, note=note)


def binding_resources(plan: PlanNumbers) -> pl.DataFrame:
    """Resources by peak load: peak, its period, periods above capacity, hours that are missing."""
    names = [name for name in ("utilisation", "overload") if name in plan.measures]
    frame = plan.frame(names, by=["resource"])
    missing = pl.col("overload").sum() if "overload" in names else pl.lit(None, dtype=pl.Float64)
    return (
        frame.group_by("resource", maintain_order=True)
        .agg(
            pl.col("utilisation").mean().alias("mean"),
            pl.col("utilisation").max().alias("peak"),
            pl.col("period").get(pl.col("utilisation").fill_null(-1.0).arg_max()).alias("peak_period"),
            (pl.col("utilisation") > 1.0).sum().alias("periods_over"),
            missing.alias("hours_over"),
        )
        .sort("peak", descending=True, nulls_last=True)
    )


def show_resources(console: Console, plan: PlanNumbers, top: int = 8) -> None:
    """The most loaded resources, if there are any."""
    frame = binding_resources(plan)
    if not frame.height:
        return
    over = int((frame["peak"] > 1.0).sum())
    labels = {"peak_period": "in", "periods_over": "periods over", "hours_over": "overload [h]"}
    ratio = NumberForm(decimals=0, percent=True)
    title = f"Resources: {over} of {frame.height} above capacity (before levelling)"
    forms = {"mean": ratio, "peak": ratio, "hours_over": NumberForm()}
    show_frame(console, frame.head(top), title=title, labels=labels, forms=forms)
