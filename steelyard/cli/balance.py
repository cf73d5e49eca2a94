"""Balance: gaps of a plan, levers with what each is worth, the best mix, taking parts of it, rations and ways out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from steelyard.balancing.demand_shaping import Promotion
from steelyard.balancing.weights import Weights
from steelyard.cli.balance_preview import preview_payload, show_preview
from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.focus_options import FamilyOption, FromOption, ResourceOption, ToOption
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, NoteOption, PeriodsOption, ScopeOption, read_periods, read_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame, with_unit
from steelyard.plan.balancing.block import BlockTold, block_told
from steelyard.plan.balancing.board import GapBoard
from steelyard.plan.balancing.catalogue import Catalogue, catalogue_of
from steelyard.plan.balancing.focus import Focus, read_focus
from steelyard.plan.balancing.frames import (
    lever_frame,
    mix_frame,
    month_frame,
    promoted_frame,
    queue_frame,
    term_frame,
    way_frame,
)
from steelyard.plan.balancing.mix import Mix, best_mix
from steelyard.plan.balancing.preview import preview_levers
from steelyard.plan.balancing.promotion_month import plan_months
from steelyard.plan.balancing.queue import RationAsked, queue_levers, ration_changes
from steelyard.plan.balancing.rationing import Rationing
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.balancing.take import TakenCheck, check_taken
from steelyard.plan.balancing.taking import changes_of_levers, changes_of_mix, read_shares
from steelyard.plan.balancing.ways_out import WaysOut
from steelyard.plan.export import write_table
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.capacity_options import read_options
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace

balance = typer.Typer(
    help="Gaps, levers with what each is worth, the best mix, trying and taking it, rations, ways out.",
    no_args_is_help=True,
)
ScenarioArgument = Annotated[str, typer.Argument(help="Scenario or published plan; `base` if left out.")]
OptionsOption = Annotated[
    Path | None, typer.Option("--options", help="A file of capacity options (CSV), beside those of the data.")
]
BranchOption = Annotated[str, typer.Option("--branch", help="Take it on a new branch of this name.")]
WHOLE, SHARE, ONE = NumberForm(), NumberForm(decimals=1, percent=True), NumberForm(decimals=1)


@balance.command("gaps")
def gaps(
    scenario: ScenarioArgument = "",
    file: Annotated[Path | None, typer.Option("--file", help="Write all cells: .csv, .parquet or .xlsx.")] = None,
) -> None:
    """Show demand against supply by family and period: units, money, hours."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, only_scenario(workspace, scenario))
        board = GapBoard(balance_base(plan))
        families, cells, currency = board.families, board.frame, currency_of(plan)
    if file is not None:
        write_table(cells, file, title="Gaps")
    payload = {
        "scenario": plan.name, "units": board.units, "money": board.money, "hours": board.hours,
        "missing_hours": board.missing_hours, "service": board.service, "families": families.to_dicts(),
        "cells": cells.to_dicts(),
    }  # fmt: skip

    def show(console: Console) -> None:
        told = f"{board.units:,.0f} units late or lost, {with_unit(board.money, 'money', currency)}"
        console.print(f"[bold]{plan.name}[/]: {told}; service {board.service:.1%}")
        if board.short_resources:
            where, missing = ", ".join(board.short_resources), f"hours missing there: {board.missing_hours:,.0f}"
            console.print(f"{board.hours:,.0f} hours in them on {where}; {missing}")
        forms = dict.fromkeys(("demand", "served", "gap", "gap_money", "gap_hours"), WHOLE) | {"service": SHARE}
        show_frame(console, families, title="Gap by family", forms=forms)

    session.answer(payload, show)


@balance.command("levers")
def levers(
    scenario: ScenarioArgument = "",
    options: OptionsOption = None,
    months: Annotated[
        bool, typer.Option("--months", help="Show every month planned promotions could move to.")
    ] = False,
    family: FamilyOption = None,
    resource: ResourceOption = "",
    first: FromOption = "",
    last: ToOption = "",
) -> None:
    """List levers by value, each measured alone on the plan's supply model: the agenda of the pre-S&OP."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Weighing levers"):
        plan = plan_of(workspace, only_scenario(workspace, scenario))
        catalogue = _catalogue(plan, options, read_focus(family or (), resource, first, last))
        frame, by_month, currency = lever_frame(catalogue), month_frame(catalogue), currency_of(plan)
        payload = _lever_payload(catalogue)

    def show(console: Console) -> None:
        _show_block(console, catalogue.block)
        _show_schedule(console, catalogue, currency)
        shown = frame.select("key", "kind", "lead_periods", "used", "unit", "cost", "gap_closed", "gain", "per_unit")
        forms = dict.fromkeys(("used", "cost", "gap_closed", "gain"), WHOLE) | {"per_unit": ONE}
        show_frame(console, shown, title=f"Levers by value, as the supply model weighs them [{currency}]", forms=forms)
        for name, value, usual in catalogue.base.terms.told():
            if not usual:
                console.print(f"[dim]{name} is set to {value:g}[/]")
        if months and by_month.height:
            forms = dict.fromkeys(("gain", "gap_closed"), NumberForm(signed=True))
            show_frame(console, by_month.drop("key"), title="Months of planned promotions", forms=forms)

    session.answer(payload, show)


@balance.command("mix")
def mix(
    scenario: ScenarioArgument = "",
    profit: Annotated[float, typer.Option("--profit", help="Weight of profit, 0 to 10.")] = 1.0,
    service: Annotated[float, typer.Option("--service", help="Weight of service.")] = 0.0,
    cash: Annotated[float, typer.Option("--cash", help="Weight of cash in stock.")] = 0.0,
    stability: Annotated[float, typer.Option("--stability", help="Weight of few changes.")] = 0.0,
    options: OptionsOption = None,
    take: Annotated[bool, typer.Option("--take", help="Take the mix as changes, one event.")] = False,
    only: Annotated[list[str] | None, typer.Option("--only", help="Take these levers of the mix only.")] = None,
    branch: BranchOption = "",
    note: NoteOption = "",
    actor: ActorOption = "",
    family: FamilyOption = None,
    resource: ResourceOption = "",
    first: FromOption = "",
    last: ToOption = "",
) -> None:
    """Find the best mix of all levers for what counts; take it, or parts of it, as one event."""
    session, weights = current_session(), Weights(profit, service, cash, stability)
    with open_company(session) as workspace, progress_bar(session, "Weighing levers"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        catalogue = _catalogue(plan, options, read_focus(family or (), resource, first, last))
        found, who = best_mix(catalogue, weights), actor_or_me(actor)
        check = None
        if take or only:
            changes = changes_of_mix(catalogue, found, author=who, at=now(), keys=only or (), note=note)
            check = check_taken(plan, changes)
            _into(workspace, name, branch, who, note).append(*changes)
        currency = currency_of(plan)
    payload = _mix_payload(found) | {"taken": vars(check) if check else None, "branch": branch}
    payload["block"] = block_told(catalogue.block)

    def show(console: Console) -> None:
        _show_block(console, catalogue.block)
        _show_mix(console, found, check, currency)

    session.answer(payload, show)


@balance.command("preview")
def preview(
    scenario: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    asked: Annotated[list[str], typer.Argument(metavar="LEVER[=SHARE]", help="Levers by key; 0.5 tries half.")],
    options: OptionsOption = None,
    family: FamilyOption = None,
    resource: ResourceOption = "",
    first: FromOption = "",
    last: ToOption = "",
) -> None:
    """Tell what levers do by the plan's own engine, each alone and all together, before any is taken."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Weighing levers"):
        plan = plan_of(workspace, scenario)
        catalogue = _catalogue(plan, options, read_focus(family or (), resource, first, last))
        found = preview_levers(catalogue, read_shares(asked), author=actor_or_me(""), at=now())
        currency = currency_of(plan)
    session.answer(preview_payload(found), lambda console: show_preview(console, found, currency))


@balance.command("take")
def take(
    scenario: Annotated[str, typer.Argument(help="Scenario.")],
    asked: Annotated[list[str], typer.Argument(metavar="LEVER[=SHARE]", help="Levers by key; 0.5 takes half.")],
    options: OptionsOption = None,
    branch: BranchOption = "",
    note: NoteOption = "",
    actor: ActorOption = "",
    family: FamilyOption = None,
    resource: ResourceOption = "",
    first: FromOption = "",
    last: ToOption = "",
) -> None:
    """Take levers as changes of a scenario, one event; `schedule_change` lets the engine plan by money."""
    session, who = current_session(), actor_or_me(actor)
    with open_company(session) as workspace, progress_bar(session, "Weighing levers"):
        plan = plan_of(workspace, scenario)
        catalogue = _catalogue(plan, options, read_focus(family or (), resource, first, last))
        changes = changes_of_levers(catalogue, read_shares(asked), author=who, at=now(), note=note)
        check = check_taken(plan, changes)
        into = _into(workspace, scenario, branch, who, note)
        event = into.append(*changes)
        currency = currency_of(plan)
    payload = {"scenario": into.name, "revision": event.revision, "changes": len(changes), "taken": vars(check)}
    session.answer(payload, lambda console: _show_check(console, check, currency))


@balance.command("ration")
def ration(
    scenario: ScenarioArgument = "",
    first: Annotated[list[str] | None, typer.Option("--first", help="Channel that goes first, repeatable.")] = None,
    by: Annotated[list[str] | None, typer.Option("--by", "-b", help="Level of who lost what, repeatable.")] = None,
    take: Annotated[
        str, typer.Option("--take", help="ration:priority, ration:fair_share, ration:profit or channel:NAME.")
    ] = "",
    percent: Annotated[
        float | None, typer.Option("--percent", help="Serve at most this percent of what --scope asks.")
    ] = None,
    units: Annotated[float | None, typer.Option("--units", help="Serve at most so many units of --scope.")] = None,
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    branch: BranchOption = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Share out what is short by priority, fair share or profit, show who loses what, and take a rule or a limit."""
    session, who = current_session(), actor_or_me(actor)
    asked = RationAsked(take, read_scope(scope), percent, units, read_periods(periods))
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        found = Rationing(balance_base(plan), tuple(first or ()))
        summary, losers, levers = found.summary, found.who_lost(tuple(by or ())), queue_levers(found)
        check = None
        if take or percent is not None or units is not None:
            check = check_taken(plan, changes := ration_changes(found, asked, author=who, at=now(), note=note))
            _into(workspace, name, branch, who, note).append(*changes)
        currency = currency_of(plan)
    payload = {
        "order": list(found.channels), "rules": summary.to_dicts(), "who_lost": losers.to_dicts(),
        "levers": [vars(one) for one in levers], "taken": vars(check) if check else None, "branch": branch,
    }  # fmt: skip

    def show(console: Console) -> None:
        forms = dict.fromkeys(("lost_units", "lost_revenue", "margin", "more_than_now"), WHOLE)
        show_frame(console, summary, title="By rule", forms=forms | {"worst_service": SHARE})
        names = [name for name in losers.columns if name.endswith("_service")]
        numbers = [name for name in losers.columns if name.endswith("_lost")] + ["asked"]
        forms = dict.fromkeys(numbers, WHOLE) | dict.fromkeys(names, SHARE)
        show_frame(console, losers, title="Who loses what", forms=forms)
        for one in levers:
            more = f"{with_unit(abs(one.gain), 'money', currency)} {'more' if one.gain >= 0 else 'less'}"
            console.print(f"{one.key}: {more}. {one.side_effect}")
        if check is not None:
            _show_check(console, check, currency)

    session.answer(payload, show)


@balance.command("ways-out")
def ways_out(
    scenario: ScenarioArgument = "",
    family: FamilyOption = None,
    resource: ResourceOption = "",
    first: FromOption = "",
    last: ToOption = "",
) -> None:
    """Where no lever closes the gap: the smallest sets of limits that must give way, with cost and service."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Looking for ways out"):
        plan = plan_of(workspace, only_scenario(workspace, scenario))
        found = WaysOut(balance_base(plan), read_focus(family or (), resource, first, last))
        ways = found.sets()
        left, currency = found.levers_alone, currency_of(plan)
    frame = way_frame(ways)
    payload = {
        "closed": found.closed, "left": left.units, "target": found.target, "service": left.service,
        "ways": frame.to_dicts(), "block": block_told(found.block),
    }  # fmt: skip

    def show(console: Console) -> None:
        _show_block(console, found.block)
        console.print(f"With all levers of the data {left.units:,.0f} units stay late ({left.service:.1%} in time)")
        if found.closed:
            console.print(f"The gap closes (up to {found.target:,.0f} units): see `steelyard balance mix --service 10`")
        forms = dict.fromkeys(("quantity", "cost", "left"), WHOLE) | {"service": SHARE}
        if frame.height:
            show_frame(console, frame, title=f"Smallest sets of limits that must give way [{currency}]", forms=forms)

    session.answer(payload, show)


@balance.command("month")
def month(
    discount: Annotated[float, typer.Option("--discount", help="Money less per unit.")],
    uplift: Annotated[float, typer.Option("--uplift", help="New demand in its month, percent.")],
    scenario: ScenarioArgument = "",
    scope: ScopeOption = None,
    forward_buy: Annotated[
        float, typer.Option("--forward-buy", help="Percent of later demand that comes early.")
    ] = 0.0,
    forward_periods: Annotated[int, typer.Option("--forward-periods", help="How many periods ahead.", min=0)] = 2,
) -> None:
    """Find the month in which a promotion earns most: every month is planned by the best supply plan."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning every month"):
        plan = plan_of(workspace, only_scenario(workspace, scenario))
        promotion = Promotion(discount, uplift / 100, forward_buy / 100, forward_periods)
        found = plan_months(balance_base(plan), promotion, read_scope(scope))
        frame, currency = promoted_frame(found.months), currency_of(plan)

    def show(console: Console) -> None:
        _show_block(console, found.block)
        forms = dict.fromkeys(("profit", "revenue", "cost", "mean_stock", "units"), WHOLE)
        forms |= {"more_profit": NumberForm(signed=True)}
        show_frame(console, frame, title=f"Months by profit [{currency}]", forms=forms)

    payload: dict[str, object] = {
        "scenario": plan.name, "months": frame.to_dicts(), "block": block_told(found.block),
    }  # fmt: skip
    session.answer(payload, show)


def _into(workspace: Workspace, name: str, branch: str, who: str, note: str) -> Scenario:
    """The scenario that takes a lever: the one named, or a new branch of it."""
    found = workspace.scenario(name)
    return found.branch(branch, actor=who, at=now(), note=note) if branch else found


def _catalogue(plan: PlanNumbers, options: Path | None, focus: Focus) -> Catalogue:
    return catalogue_of(plan, None, read_options(options) if options is not None else (), focus)


def _lever_payload(catalogue: Catalogue) -> dict[str, object]:
    schedule, shut = catalogue.schedule, catalogue.program.shut
    return {
        "schedule_change": None if schedule is None else vars(schedule), "gap_units": shut.units,
        "service": shut.service, "levers": lever_frame(catalogue).to_dicts(),
        "months": month_frame(catalogue).to_dicts(), "idle": [one.key for one in catalogue.idle],
        "rationing": queue_frame(catalogue).to_dicts(), "terms": term_frame(catalogue.base.terms).to_dicts(),
        "block": block_told(catalogue.block),
    }  # fmt: skip


def _mix_payload(found: Mix) -> dict[str, object]:
    return {
        "weights": vars(found.weights), "gain": found.together.gain, "sum_alone": found.sum_alone,
        "overlap": found.overlap, "gap_before": found.shut.units, "gap_after": found.together.units,
        "service": found.together.service, "levers": mix_frame(found).to_dicts(), "dropped": list(found.dropped),
    }  # fmt: skip


def _show_block(console: Console, told: BlockTold | None) -> None:
    """Say of what part of a large plan the values are."""
    if told is not None:
        console.print(f"[yellow]{told}[/]")


def _show_schedule(console: Console, catalogue: Catalogue, currency: str) -> None:
    if (one := catalogue.schedule) is not None:
        console.print(
            f"[bold]schedule_change[/]: planned by money, the same hours and sources leave {one.units_after:,.0f} "
            f"units late instead of {one.units_before:,.0f}, worth {with_unit(one.gain, 'money', currency)} as the "
            "supply model weighs waiting, stock and hours; `balance preview` tells what the plan makes of it"
        )


def _show_mix(console: Console, found: Mix, check: TakenCheck | None, currency: str) -> None:
    forms = dict.fromkeys(("used", "cost", "alone", "adds", "closes"), WHOLE)
    show_frame(console, mix_frame(found).drop("lever"), title=f"Best mix [{currency}]", forms=forms)
    together, alone = (with_unit(value, "money", currency) for value in (found.together.gain, found.sum_alone))
    console.print(f"Solved again together: {together}; the parts alone would sum to {alone}")
    console.print(f"Late or lost: {found.shut.units:,.0f} before, {found.together.units:,.0f} after")
    if check is not None:
        _show_check(console, check, currency)


def _show_check(console: Console, check: TakenCheck, currency: str) -> None:
    more = check.margin_after - check.margin_before
    margin = f"{with_unit(abs(more), 'money', currency)} {'more' if more >= 0 else 'less'}"
    cost = with_unit(check.cost, "money", currency)
    console.print(
        f"In the plan: {check.gap_before:,.0f} units late before, {check.gap_after:,.0f} after "
        f"({with_unit(check.money_before, 'money', currency)} to {with_unit(check.money_after, 'money', currency)} at "
        f"price); service "
        f"{check.service_before:.1%} to {check.service_after:.1%}; gross margin {margin}, cost of levers {cost}"
    )
    if check.backfires:
        console.print(
            "[yellow]More is late than before: the engine of this plan makes nothing of it.[/] Take schedule_change too"
        )
