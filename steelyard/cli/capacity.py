"""Capacity: load against capacity, the work behind it, bottlenecks in money, what gates late units, and moves."""

from math import isfinite
from typing import Annotated, cast

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.family_load import ScenarioArgument, show_bills, show_family, show_resources
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import PlanError
from steelyard.plan.review.capacity import CapacityView, load_by_source, work_on
from steelyard.plan.review.moves import move_table, move_totals
from steelyard.plan.review.pricing import PricedPlan
from steelyard.plan.review.rough_cut_ways import ROUGH_CUT_WAYS, rough_cut_way
from steelyard.plan.review.supply import WAYS, Way, compare_ways, supply_model_of

capacity = typer.Typer(help="Load, the work behind it, bottlenecks and late units.", no_args_is_help=True)
capacity.command("resources")(show_resources)
capacity.command("bills")(show_bills)
capacity.command("family")(show_family)
MethodOption = Annotated[str, typer.Option("--method", "-m", help=f"How to load: {', '.join(ROUGH_CUT_WAYS)} (CPOF).")]
HOURS, PRICE = NumberForm(), NumberForm(decimals=1)


@capacity.command("show")
def show_load(name: ScenarioArgument = "base", method: MethodOption = "resource_profile") -> None:
    """Show load as percent of capacity, by resource and period; past due work stands apart."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        view = CapacityView(plan_of(workspace, name), rough_cut_way(method))
        frame, shares = view.frame, view.cut.shares
    past = dict(zip(view.resources, view.past_due.tolist(), strict=True))
    split = dict(zip(view.resources, shares.share.tolist(), strict=True)) if shares else {}

    def show(console: Console) -> None:
        wide = frame.pivot(on="period", index="resource", values="utilisation", maintain_order=True)
        units = {one.name: one.unit for one in view.facts}
        wide = wide.with_columns(
            pl.col("resource").replace_strict(units).alias("unit"),
            pl.col("resource").replace_strict(past, default=0.0).alias("past due"),
        )
        forms = {**dict.fromkeys(view.periods, NumberForm(percent=True)), "past due": HOURS}
        shown = wide.select("resource", "unit", "past due", *view.periods)
        show_frame(console, shown, title=f"Load, % of capacity: {ROUGH_CUT_WAYS[view.way]}", forms=forms)
        if shares:
            parts = ", ".join(f"{name} {share:.0%}" for name, share in split.items() if share)
            console.print(f"[dim]Shares by {shares.basis} of {shares.periods} past periods: {parts}.[/]")

    basis = {"basis": shares.basis, "periods": shares.periods, "share": split} if shares else None
    session.answer({"method": view.way, "past_due": past, "shares": basis, "load": frame.to_dicts()}, show)


@capacity.command("slack")
def show_slack(name: ScenarioArgument = "base", method: MethodOption = "resource_profile") -> None:
    """Show the hours still free up to each period, by resource; below zero no building ahead can help."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        view = CapacityView(plan_of(workspace, name), rough_cut_way(method))
        frame = view.frame.select("resource", "period", "slack")
    first = frame.filter(pl.col("slack") < 0).group_by("resource", maintain_order=True).agg(pl.col("period").first())
    short = dict(first.iter_rows())

    def show(console: Console) -> None:
        wide = frame.pivot(on="period", index="resource", values="slack", maintain_order=True)
        found = pl.Series("short from", [short.get(each, "") for each in wide["resource"].to_list()])
        forms = dict.fromkeys(view.periods, HOURS)
        shown = wide.with_columns(found).select("resource", "short from", *view.periods)
        show_frame(console, shown, title="Hours free up to each period", forms=forms)

    session.answer({"slack": frame.to_dicts(), "short_from": short}, show)


@capacity.command("work")
def show_work(
    resource: Annotated[str, typer.Argument(help="The resource.")],
    name: ScenarioArgument = "base",
    period: Annotated[str, typer.Option("--period", "-p", help="One period; all if not given.")] = "",
) -> None:
    """Show the items that use a resource, and the families whose demand asks for its hours; most hours first."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, name)
        frame, asked = work_on(plan, resource, period), load_by_source(plan, resource)
    forms = {"units": HOURS, "hours_per_unit": NumberForm(decimals=3), "hours": NumberForm(decimals=1)}
    title = f"Work on {resource}{f' in {period}' if period else ''}"

    def show(console: Console) -> None:
        show_frame(console, frame, title=title, forms=forms)
        shown = asked.select("member", *([period] if period else ["total"]))
        show_frame(console, shown, title="Asked for by", forms=dict.fromkeys(shown.columns[1:], HOURS))

    session.answer({"work": frame.to_dicts(), "families": asked.to_dicts()}, show)


@capacity.command("bottlenecks")
def show_bottlenecks(name: ScenarioArgument = "base") -> None:
    """Show resources by price x hours, what a tenth more would bring, and what gates late units."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Pricing hours"):
        plan = plan_of(workspace, name)
        priced = PricedPlan(plan)
        lines, short, currency = priced.bottlenecks(), priced.shortages(), currency_of(plan)
    rows = [
        {
            "resource": one.resource, "worth": one.found.worth, "dearest hour": one.found.price,
            "periods": len(one.found.periods), "tenth more [h]": one.more.hours if one.more else None,
            "at price": one.more.at_price if one.more else None,
            "planned again": one.more.planned_again if one.more else None,
        }
        for one in lines
    ]  # fmt: skip
    late = [
        {
            "item": one.item, "location": one.location, "since": one.since, "late at": one.period,
            "units": one.units, "money": one.money,
            "gated by": one.gated_by, "in": one.gate_period, "adds": _finite(one.gate.extra_cost), "way": one.way,
            "next way": one.next_way, "costs more": _finite(one.gate.next_extra),
        }
        for one in short
    ]  # fmt: skip

    def show(console: Console) -> None:
        if rows:
            names = ("worth", "tenth more [h]", "at price", "planned again")
            forms = {**dict.fromkeys(names, HOURS), "dearest hour": NumberForm(decimals=1)}
            show_frame(console, pl.DataFrame(rows), title=f"Bottlenecks [{currency}]", forms=forms)
        else:
            console.print("No hour is worth money: nothing binds.")
        if priced.rough:
            console.print(f"[dim]Rough, half or twice is possible: {', '.join(priced.rough)}.[/]")
        if late:
            forms = {"units": HOURS, "money": HOURS, "adds": PRICE, "costs more": PRICE}
            show_frame(console, pl.DataFrame(late).drop("way"), title=f"Late units [{currency}]", forms=forms)

    session.answer({"engine": priced.engine, "rough": priced.rough, "bottlenecks": rows, "late": late}, show)


@capacity.command("moves")
def show_moves(
    name: ScenarioArgument = "base",
    way: Annotated[
        str, typer.Option("--way", "-w", help=f"{', '.join(WAYS)}; the engine of the plan if not given.")
    ] = "",
    top: Annotated[int, typer.Option("--top", help="How many are shown, the dearest first.", min=1)] = 20,
) -> None:
    """Show what an engine puts elsewhere than the plan without limits, why, and what that costs."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, name)
        knobs = plan.inputs.parameters
        asked = way or (knobs.supply_engine if knobs.finite_capacity else "infinite")
        model, currency = supply_model_of(plan), currency_of(plan)
        found = compare_ways(plan, [cast(Way, asked)], model=model)
        if not found:
            raise PlanError("The plan is too large for the exact engine", mend="ask for another way")
        frame = move_table(plan, model, found[0])
        totals = move_totals(frame)

    def show(console: Console) -> None:
        forms = dict.fromkeys(("moves", "quantity", "money"), HOURS)
        show_frame(console, totals, title=f"Moves of {asked} [{currency}]", forms=forms)
        show_frame(console, frame.head(top), title=f"The dearest [{currency}]", forms=forms, wrap=True)

    session.answer({"way": asked, "totals": totals.to_dicts(), "moves": frame.to_dicts()}, show)


def _finite(value: float) -> float | None:
    """A number, or nothing where no money is enough."""
    return value if isfinite(value) else None
