"""Risk futures: a plan played through many futures, with every KPI, the load of resources and the budget."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.kpi_view import currency_of, write_kpi
from steelyard.cli.progress import progress_bar
from steelyard.cli.risk_options import ScenarioArgument
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.kpi.targets import kpi_targets
from steelyard.plan.uncertainty.future_kpis import KpiFutures
from steelyard.plan.uncertainty.monte_carlo import PlanFutures, simulate_plan

MOST_LOADS = 12


def simulate(
    name: ScenarioArgument = "base",
    draws: Annotated[int, typer.Option("--draws", help="How many futures.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same futures.")] = 1,
    persistence: Annotated[float, typer.Option("--persistence", help="Of demand errors over time, 0 to 1.")] = 0.3,
    shared: Annotated[float, typer.Option("--shared", help="Of demand errors within a family, 0 to 1.")] = 0.5,
    assumptions: Annotated[
        bool, typer.Option("--assumptions/--no-assumptions", help="Draw assumptions within their ranges too.")
    ] = True,
    kpi: Annotated[str, typer.Option("--kpi", help="Show this KPI period by period.")] = "",
) -> None:
    """Play a plan through many futures of demand, lead times, risks and assumptions: every KPI, the budget, hours."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Simulating"):
        plan, registers = plan_of(workspace, name), workspace.records.registers
        extract = plan.maker.extract(plan.inputs.extract)
        counting = [one for one in registers.assumptions.entries() if assumptions and one.counts_on(extract.as_of)]
        found = simulate_plan(
            plan, draws=draws, seed=seed, risks=registers.risks.entries(), assumptions=counting,
            persistence=persistence, shared=shared,
        )  # fmt: skip
        told, currency = found.kpis(kpi_targets(extract)), currency_of(plan)
        payload = _payload(name, found, told, kpi)
    session.answer(payload, lambda console: _show_futures(console, found, told, currency, kpi))


def _payload(name: str, found: PlanFutures, told: KpiFutures, kpi: str) -> dict[str, object]:
    budget = found.chance_of_budget
    return {
        "scenario": name, "draws": found.draws, "seed": found.seed, "risks": [one.statement for one in found.risks],
        "assumptions": [one.statement for one in found.assumptions],
        "assumptions_not_drawn": [one.statement for one in found.undrawn],
        "summary": found.summary.to_dicts(),
        "kpis": told.summary.to_dicts(),
        "kpis_not_drawn": [{"kpi": one.name, "why": why} for one, why in told.left_out],
        "by_period": told.fan(kpi).to_dicts() if kpi else [],
        "load": found.loads.by_period.to_dicts(),
        "chance_of_budget": None
        if budget is None
        else {"value": budget.value, "error": budget.error, "over": found.budget_words},
        "budget_chances": [
            {"outcome": one.outcome, "target": one.target, "value": one.chance.value, "error": one.chance.error}
            for one in found.budget_chances
        ],
        "breaches": [
            {"resource": b.resource, "period": b.period, "chance": b.chance.value, "hours_short": b.hours_short}
            for b in found.breaches
        ],
    }  # fmt: skip


def _show_futures(console: Console, found: PlanFutures, told: KpiFutures, currency: str, kpi: str) -> None:
    console.print(
        f"[bold]{found.plan.name}[/]: {found.draws:,} futures, seed {found.seed}, {len(found.risks)} risks, "
        f"{len(found.assumptions)} assumptions"
    )
    _show_outcomes(console, found)
    _show_kpis(console, told, currency)
    if kpi:
        _show_fan(console, told, currency, kpi)
    if found.budget_chances:
        chances = ", ".join(
            f"{one.label.lower()} [bold]{one.chance.value:.0%}[/] ± {one.chance.error:.1%}"
            for one in found.budget_chances
        )
        console.print(f"Chance to reach the budget: {chances} (over {found.budget_words})")
    _show_load(console, found)
    reasons = dict.fromkeys(why for _, why in told.left_out)
    for why in reasons:
        labels = ", ".join(one.label.lower() for one, reason in told.left_out if reason == why)
        console.print(f"[dim]Not told: {labels}: {why}.[/]")
    if found.undrawn:
        console.print(f"[dim]Assumptions no future can draw: {'; '.join(one.statement for one in found.undrawn)}.[/]")


def _show_outcomes(console: Console, found: PlanFutures) -> None:
    shown = found.summary.filter(pl.col("outcome") != "fill_rate").select(
        pl.col("label").alias("over the horizon"), "mean", "p10", "p50", "p90",
        pl.col("value_at_risk").alias("at risk 95 %"),
    )  # fmt: skip
    show_frame(console, shown, forms=dict.fromkeys(shown.columns[1:], NumberForm(decimals=0)))


def _show_kpis(console: Console, told: KpiFutures, currency: str) -> None:
    columns = ("plan", "p10", "p50", "p90", "target")
    rows = [
        {"KPI": row["label"]}
        | {name: write_kpi(row[name], row["unit"], currency) for name in columns}
        | {"reached": "–" if row["chance"] is None else f"{row['chance']:.0%} ± {row['chance_error']:.1%}"}
        for row in told.summary.iter_rows(named=True)
    ]
    show_frame(console, pl.DataFrame(rows), title="Every KPI over the horizon", right=[*columns, "reached"], wrap=True)


def _show_fan(console: Console, told: KpiFutures, currency: str, kpi: str) -> None:
    unit = next(one.unit for one in told.indicators if one.name == kpi)
    columns = ("plan", "p10", "p50", "p90")
    rows = [
        {"period": row["period"]} | {name: write_kpi(row[name], unit, currency) for name in columns}
        for row in told.fan(kpi).iter_rows(named=True)
    ]
    show_frame(console, pl.DataFrame(rows), title=kpi, right=list(columns))


def _show_load(console: Console, found: PlanFutures) -> None:
    threatened = found.loads.by_period.filter(pl.col("chance") > 0).sort("chance", "hours_short", descending=True)
    if threatened.is_empty():
        return
    shown = threatened.select(
        "resource", "period", pl.col("p50").alias("load P50"), pl.col("p90").alias("load P90"), "chance",
        pl.col("hours_short").alias("hours short"),
    ).head(MOST_LOADS)  # fmt: skip
    share = NumberForm(percent=True)
    forms = {"load P50": share, "load P90": share, "chance": share, "hours short": NumberForm(decimals=0)}
    show_frame(console, shown, title="Where hours may be missing", forms=forms)
    if threatened.height > MOST_LOADS:
        console.print(f"[dim]and {threatened.height - MOST_LOADS} more; --json tells all[/]")
