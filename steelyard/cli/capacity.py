"""Capacity: load against hours, the work behind it, bottlenecks in money, and what gates late units."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.review.capacity import CapacityView, PricedPlan, work_on

capacity = typer.Typer(help="Load, the work behind it, bottlenecks and late units.", no_args_is_help=True)
ScenarioArgument = Annotated[str, typer.Argument(help="Scenario or published plan.")]
HOURS = NumberForm()


@capacity.command("show")
def show_load(name: ScenarioArgument = "base") -> None:
    """Show load as percent of hours, by resource and period; past due work stands apart."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        view = CapacityView(plan_of(workspace, name))
        frame = view.frame
    past = dict(zip(view.resources, view.past_due.tolist(), strict=True))

    def show(console: Console) -> None:
        wide = frame.pivot(on="period", index="resource", values="utilisation", maintain_order=True)
        wide = wide.with_columns(pl.col("resource").replace_strict(past, default=0.0).alias("past due [h]"))
        share = NumberForm(percent=True)
        forms = {**dict.fromkeys(view.periods, share), "past due [h]": HOURS}
        show_frame(
            console, wide.select("resource", "past due [h]", *view.periods), title="Load, % of hours", forms=forms
        )

    session.answer({"past_due": past, "load": frame.to_dicts()}, show)


@capacity.command("work")
def show_work(
    resource: Annotated[str, typer.Argument(help="The resource.")],
    name: ScenarioArgument = "base",
    period: Annotated[str, typer.Option("--period", "-p", help="One period; all if not given.")] = "",
) -> None:
    """Show the items that use a resource, most hours first."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        frame = work_on(plan_of(workspace, name), resource, period)
    forms = {"units": HOURS, "hours_per_unit": NumberForm(decimals=3), "hours": NumberForm(decimals=1)}
    title = f"Work on {resource}{f' in {period}' if period else ''}"
    session.answer({"work": frame.to_dicts()}, lambda console: show_frame(console, frame, title=title, forms=forms))


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
            "item": one.item, "location": one.location, "late at": one.period, "units": one.units, "money": one.money,
            "gated by": one.gated_by, "in": one.gate_period, "next way": one.next_way,
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
        if late:
            forms = {"units": HOURS, "money": HOURS}
            show_frame(console, pl.DataFrame(late), title=f"Late units [{currency}]", forms=forms)

    session.answer({"engine": priced.engine, "bottlenecks": rows, "late": late}, show)
