"""Finance: statement, bridge, budget, profitability, actions and the value of an option."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast, get_args

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, NoteOption, PeriodsOption, ScopeOption, read_periods, read_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.money.action import ActionStatus, GapAction
from steelyard.plan.money.action_plan import put_in_plan, take_out
from steelyard.plan.money.bridge import Bridged, bridge_versions
from steelyard.plan.money.budget_load import VERSIONS, load_budget
from steelyard.plan.money.budget_state import budget_states
from steelyard.plan.money.lines import version_of
from steelyard.plan.money.option_value import value_option
from steelyard.plan.money.profitability import profitability as earners
from steelyard.plan.money.statement import Time, make_statement
from steelyard.plan.money.variance import variance_exceptions
from steelyard.plan.money.version import MoneyVersion, VersionKind, plan_money
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.workspace import Workspace

finance = typer.Typer(help="Statement, bridge, budget, profitability, actions, options.", no_args_is_help=True)
PlanArgument = Annotated[str, typer.Argument(help="Scenario or published plan.")]
BeforeOption = Annotated[str, typer.Option("--from", help="Version it starts from.")]
AfterOption = Annotated[str, typer.Option("--to", help="Version it leads to.")]
NumberArgument = Annotated[int, typer.Argument(help="Number of the action.")]
THOUSANDS = NumberForm(decimals=0, scale=1e3)


def _kind(name: str) -> VersionKind:
    if name not in get_args(VersionKind):
        raise ChangeInvalid(f"There is no version {name!r}", mend=f"use one of {', '.join(get_args(VersionKind))}")
    return cast(VersionKind, name)


def _last(workspace: Workspace) -> PlanNumbers | None:
    published = workspace.published()
    return workspace.numbers_of(workspace.published_plan(published[-1].id)) if published else None


def _version(workspace: Workspace, plan: PlanNumbers, name: str) -> MoneyVersion:
    last = _last(workspace) if name == "last_plan" else None
    return plan_money(last, kind="last_plan", name="Last plan") if last is not None else version_of(plan, _kind(name))


@finance.command("statement")
def statement(
    name: PlanArgument = "base",
    version: Annotated[list[str] | None, typer.Option("--version", "-v", help="Version, again for more.")] = None,
    time: Annotated[str, typer.Option("--time", "-t", help="month, quarter or fiscal_year.")] = "quarter",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
) -> None:
    """Show income, working capital and cash of one or more versions."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Adding up"):
        plan = plan_of(workspace, name)
        kinds = [_kind(one) for one in version or ("operating_plan", "budget")]
        last = _last(workspace) if "last_plan" in kinds else None
        found = make_statement(
            plan, kinds, time=cast(Time, time), scope=read_scope(scope), periods=read_periods(periods), last_plan=last
        )
        currency = currency_of(plan)
    frame = found.frame()

    def show(console: Console) -> None:
        shown = frame.drop("line").filter(pl.any_horizontal(pl.col(list(found.periods)).is_not_null()))
        shares = shown["label"].str.contains("%|days")
        money = shown.filter(~shares)
        show_frame(console, money, title=f"{name}, thousand {currency}", forms=dict.fromkeys(found.periods, THOUSANDS))
        for reason in found.missing.values():
            console.print(f"[dim]{reason}[/]")

    session.answer({"rows": frame.to_dicts(), "missing": dict(found.missing), "sources": found.sources}, show)


@finance.command("bridge")
def bridge(
    name: PlanArgument = "base",
    before: BeforeOption = "budget",
    after: AfterOption = "plan",
    measure: Annotated[
        str, typer.Option("--measure", "-m", help="revenue, gross_margin, contribution.")
    ] = "gross_margin",
    by: Annotated[str, typer.Option("--by", help="Level of the detail.")] = "product_family",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
) -> None:
    """Show why money differs between two versions; the steps add up to the cent."""
    if measure not in get_args(Bridged):
        raise ChangeInvalid(f"There is no bridge of {measure!r}", mend=f"use one of {', '.join(get_args(Bridged))}")
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Taking apart"):
        plan = plan_of(workspace, name)
        found = bridge_versions(
            _version(workspace, plan, before), _version(workspace, plan, after), cast(Bridged, measure), by=[by],
            scope=read_scope(scope), periods=read_periods(periods),
        )  # fmt: skip
        currency = currency_of(plan)
    payload: dict[str, object] = {
        "measure": measure, "start": str(found.start), "end": str(found.end), "periods": list(found.periods),
        "effects": {effect: str(value) for effect, value in found.effects}, "detail": found.detail.to_dicts(),
    }  # fmt: skip

    def show(console: Console) -> None:
        steps = [(found.names[0], found.start), *found.effects, (found.names[1], found.end)]
        rows = pl.DataFrame({"step": [step for step, _ in steps], currency: [f"{value:,.2f}" for _, value in steps]})
        show_frame(console, rows, title=f"{measure.replace('_', ' ')}, {found.periods[0]} to {found.periods[-1]}")
        forms = dict.fromkeys(found.detail.columns[1:], THOUSANDS)
        show_frame(console, found.detail, title=f"thousand {currency}", forms=forms)

    session.answer(payload, show)


@finance.command("profitability")
def profitability(
    name: PlanArgument = "base",
    by: Annotated[str, typer.Option("--by", help="item, product_family, customer, channel, territory.")] = "channel",
    version: Annotated[str, typer.Option("--version", "-v", help="Version of the money.")] = "plan",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
) -> None:
    """Show what members of a level earn, the largest contribution first."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Adding up"):
        plan = plan_of(workspace, name)
        frame = earners(plan, [by], version=_kind(version), scope=read_scope(scope), periods=read_periods(periods))
        currency = currency_of(plan)
    columns = ("revenue", "discounts", "cogs", "gross_margin", "contribution")
    percents = [(100 * pl.col(one)).alias(one) for one in ("gross_margin_percent", "contribution_percent")]
    shown = frame.select(by, *columns, *percents)
    forms = dict.fromkeys(columns, THOUSANDS) | dict.fromkeys(shown.columns[6:], NumberForm(decimals=1))
    session.answer(
        {"rows": frame.to_dicts()},
        lambda console: show_frame(console, shown, title=f"{name}, thousand {currency}", forms=forms),
    )


@finance.command("budget")
def budget(name: PlanArgument = "base") -> None:
    """Show how far each version of the budget reaches, what was spread down, and where the plan is off."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Comparing"):
        plan = plan_of(workspace, name)
        states = budget_states(plan)
        off = variance_exceptions(plan, last_plan=_last(workspace))
    rows = [
        {"version": one.label, "made by": " x ".join(one.levels) or "total", "first": one.first, "last": one.last,
         "loaded": one.loaded, "spread": one.spread, "silent periods": len(one.missing)}
        for one in states
    ]  # fmt: skip
    gaps = [
        {"member": one.member, "period": one.period, "measure": one.measure, "against": one.against, "gap": one.gap,
         "percent": 100 * one.share}
        for one in off
    ]  # fmt: skip

    def show(console: Console) -> None:
        if not rows:
            console.print("There is no budget. [dim]Import the table budget with measure budget_revenue.[/]")
            return
        show_frame(console, pl.DataFrame(rows), title="Budget", forms=dict.fromkeys(("loaded", "spread"), THOUSANDS))
        if gaps:
            show_frame(console, pl.DataFrame(gaps[:15]), title=f"Off by more than is borne ({len(gaps)})",
                       forms={"gap": THOUSANDS, "percent": NumberForm(decimals=1)})  # fmt: skip

    session.answer({"versions": rows, "variances": gaps}, show)


@finance.command("load-budget")
def load(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet with period_id, amount and levels.", exists=True)],
    name: PlanArgument = "base",
    into: Annotated[str, typer.Option("--into", help="Name of the new scenario.")] = "",
    version: Annotated[str, typer.Option("--version", help="budget, latest_estimate or quota.")] = "budget",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Load a budget through the checks of an import, onto a scenario of its own with the changes of another."""
    session, who = current_session(), actor_or_me(actor)
    if version not in VERSIONS:
        raise ChangeInvalid(f"There is no version {version!r}", mend=f"use one of {', '.join(VERSIONS)}")
    with open_company(session) as workspace, progress_bar(session, "Loading"):
        done = load_budget(
            workspace, workspace.scenario(name), file, into or f"{name} with {version.replace('_', ' ')}", actor=who,
            at=now(), version=version, note=note,
        )  # fmt: skip
    state = done.state
    payload = {
        "scenario": done.scenario.name, "extract": done.extract.digest, "rows": done.rows, "replaced": done.replaced,
        "refused": list(done.refused), "loaded": state and state.loaded, "spread": state and state.spread,
        "silent_periods": list(state.missing) if state else [],
        "changes": [{"change": str(line.change), "fate": line.fate, "why": line.why} for line in done.lines],
    }  # fmt: skip

    def show(console: Console) -> None:
        console.print(f"[bold]{done.scenario.name}[/]: {done.rows:,} rows loaded, {done.replaced:,} replaced")
        for reason in done.refused[:10]:
            console.print(f"Left out: {reason}")
        if state is not None:
            console.print(f"{state.loaded:,.0f} loaded, {state.spread:,.0f} spread down to the series")
            if state.missing:
                console.print(f"It says nothing about {', '.join(state.missing)}")

    session.answer(payload, show)


@finance.command("option")
def option(
    base: PlanArgument,
    other: Annotated[str, typer.Argument(help="Scenario with the option.")],
    outlay: Annotated[float, typer.Option("--outlay", help="What it costs at the start.")] = 0.0,
    rate: Annotated[float | None, typer.Option("--rate", help="Discount rate a year.")] = None,
) -> None:
    """Value a scenario beyond another: net present value, return, payback."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Valuing"):
        found = value_option(plan_of(workspace, base), plan_of(workspace, other), outlay=outlay, rate=rate)
    payload: dict[str, object] = {
        "outlay": found.outlay, "cash": sum(found.cash), "released": found.released,
        "net_present_value": found.net_present_value, "return_on_investment": found.return_on_investment,
        "payback_periods": found.payback_periods, "internal_rate": found.internal_rate,
    }  # fmt: skip
    rows = pl.DataFrame(
        {"": list(payload), "value": [f"{value:,.3f}" for value in payload.values() if isinstance(value, float)]}
    )
    session.answer(payload, lambda console: show_frame(console, rows, title=f"{other} beyond {base}"))


actions = typer.Typer(help="Gap-closing actions: list, add, judge, put in the plan.", no_args_is_help=True)
finance.add_typer(actions, name="actions")


@actions.command("list")
def list_actions() -> None:
    """List the actions."""
    session = current_session()
    with open_company(session) as workspace:
        rows = [_row(one) for one in workspace.records.gap_actions.entries()]
    session.answer({"actions": rows}, lambda console: _show(console, rows))


@actions.command("add")
def add(
    statement: Annotated[str, typer.Argument(help="What is done.")],
    value: Annotated[float, typer.Option("--value", help="What it is expected to bring over the horizon.")],
    due: Annotated[datetime, typer.Option("--due", formats=["%Y-%m-%d"])],
    percent: Annotated[float, typer.Option("--percent", help="How far it moves the measure.")],
    measure: Annotated[str, typer.Option("--measure", "-m")] = "consensus_demand",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    scenario: Annotated[str, typer.Option("--scenario")] = "base",
    owner: Annotated[str, typer.Option("--owner", help="By default the actor.")] = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Enter an action; the plan does not count on it yet."""
    session, who = current_session(), actor_or_me(actor)
    effect = Effect(measure, read_scope(scope), read_periods(periods), percent, percent, percent)
    entry = GapAction(statement, owner or who, due.date(), value, effect, scenario, note=note, actor=who, at=now())
    with open_company(session) as workspace:
        workspace.records.scenario(scenario)
        kept = workspace.records.gap_actions.add(entry)
    session.answer(_row(kept), lambda console: console.print(f"Action [bold]{kept.id}[/]: {statement}"))


@actions.command("judge")
def judge(
    number: NumberArgument,
    status: Annotated[str, typer.Argument(help="proposed, agreed, in progress, done, dropped.")],
    realised: Annotated[float | None, typer.Option("--realised", help="What it brought.")] = None,
    actor: ActorOption = "",
) -> None:
    """Say how far an action is, and what it brought."""
    session, who = current_session(), actor_or_me(actor)
    with open_company(session) as workspace:
        entry = workspace.records.gap_actions.entry(number)
        brought = entry.realised if realised is None else realised
        judged = replace(entry, status=cast(ActionStatus, status), realised=brought, actor=who, at=now())
        kept = workspace.records.gap_actions.revise(judged)
    session.answer(_row(kept), lambda console: console.print(f"Action [bold]{number}[/] is {status}"))


@actions.command("plan")
def plan_on(
    number: NumberArgument,
    out: Annotated[bool, typer.Option("--out", help="Take it out of the plan.")] = False,
    actor: ActorOption = "",
) -> None:
    """Put an action in its scenario as a change, or take it out."""
    session, who = current_session(), actor_or_me(actor)
    with open_company(session) as workspace:
        versions = workspace.records.gap_actions.history(number)
        moved = (take_out if out else put_in_plan)(workspace, versions[-1], actor=who, at=now())
        kept = workspace.records.gap_actions.revise(moved, expected_version=len(versions))
    standing = "in the plan" if kept.in_plan else "out of the plan"
    session.answer(_row(kept), lambda console: console.print(f"Action [bold]{number}[/] is {standing}"))


def _row(entry: GapAction) -> dict[str, object]:
    return {
        "number": entry.id, "action": entry.statement, "owner": entry.owner, "due": entry.due.isoformat(),
        "value": entry.value, "status": entry.status, "in plan": entry.in_plan, "scenario": entry.scenario,
    }  # fmt: skip


def _show(console: Console, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        show_frame(console, pl.DataFrame(list(rows)), title="Actions", wrap=True)
    else:
        console.print("No action yet. [dim]Enter one with `steelyard finance actions add`.[/]")
