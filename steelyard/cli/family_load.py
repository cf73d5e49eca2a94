"""Family load: capacity of each kind, bills of families by the plan's own mix, and what more of a family would load."""

from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.review.capacity import CapacityView
from steelyard.plan.review.family_bills import FamilyBills, FamilyQuantity, load_in_sum, load_of_quantity

ScenarioArgument = Annotated[str, typer.Argument(help="Scenario or published plan.")]
LevelOption = Annotated[str, typer.Option("--level", help="Level whose members have bills.")]
WHOLE, PER_UNIT, SHARE = NumberForm(), NumberForm(decimals=4), NumberForm(percent=True)


def show_resources(name: ScenarioArgument = "base") -> None:
    """Show what each resource offers, its rated and its demonstrated capacity, asked and planned; a mean period."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        frame = CapacityView(plan_of(workspace, name)).kinds

    def show(console: Console) -> None:
        numbers = ("offered", "rated", "demonstrated", "best", "asked", "planned")
        forms = {**dict.fromkeys(numbers, WHOLE), "utilisation": SHARE, "efficiency": SHARE}
        show_frame(console, frame, title="Capacity of a mean period", forms=forms)
        if frame["demonstrated"].null_count() == frame.height:
            console.print("[dim]Neither hours worked nor closed orders tell what resources have delivered.[/]")

    session.answer({"resources": frame.to_dicts()}, show)


def show_bills(name: ScenarioArgument = "base", level: LevelOption = "product_family") -> None:
    """Show what a unit of each family asks of each resource by the plan's own mix, all that goes into it included."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        bills = FamilyBills(plan_of(workspace, name), level)
        mean, frame = bills.mean, bills.frame

    def show(console: Console) -> None:
        forms = {
            **dict.fromkeys(("per_unit", "least", "most"), PER_UNIT), "quantity": WHOLE, "hours": WHOLE, "share": SHARE,
        }  # fmt: skip
        show_frame(console, mean, title="A unit asks of resources", forms=forms)

    session.answer({"bills": mean.to_dicts(), "periods": frame.to_dicts()}, show)


def show_family(
    member: Annotated[str, typer.Argument(help="The family, or another member of the level.")],
    name: ScenarioArgument = "base",
    percent: Annotated[float | None, typer.Option("--percent", help="More of what the plan asks for, %.")] = None,
    units: Annotated[float | None, typer.Option("--units", help="More units in every period.")] = None,
    first: Annotated[str, typer.Option("--from", help="First period.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last period.")] = "",
    level: LevelOption = "product_family",
) -> None:
    """Show what more (or less) of a family would load, by its bill at the plan's own mix."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        bills = FamilyBills(plan_of(workspace, name), level)
        load = load_of_quantity(bills, FamilyQuantity(member, percent, units, first, last))
    total = load_in_sum(load)

    def show(console: Console) -> None:
        numbers = ("quantity", "more", "asked", "available", "overload_before", "overload")
        title = f"{total['quantity'][0]:+,.0f} units of {member}" if total.height else member
        shown = total.drop("quantity").rename({"overload_before": "overload now", "overload": "overload then"})
        forms = {**dict.fromkeys((*numbers, "overload now", "overload then"), WHOLE), "worst": SHARE}
        show_frame(console, shown, title=title, forms=forms)

    session.answer({"total": total.to_dicts(), "load": load.to_dicts()}, show)
