"""Risk: registers of assumptions, risks and opportunities; tornado, ranges and many futures of a plan."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, cast

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import (
    ActorOption,
    NoteOption,
    PeriodsOption,
    ScopeOption,
    read_periods,
    read_scope,
    say_scope,
)
from steelyard.cli.progress import progress_bar
from steelyard.cli.risk_futures import simulate
from steelyard.cli.risk_options import (
    HighOption,
    LikelyOption,
    LowOption,
    MeasureOption,
    NumberArgument,
    OwnerOption,
    ScenarioArgument,
    StatementArgument,
    WatchedOption,
)
from steelyard.cli.risk_outlook import drivers, expected, regret, signpost, signposts, sweep_one
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame, with_unit
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.graph import Wiring
from steelyard.plan.uncertainty.effect import Effect, check_effect
from steelyard.plan.uncertainty.ranges import make_range_scenarios
from steelyard.plan.uncertainty.register import Assumption, AssumptionStatus, Risk, RiskKind, RiskStatus
from steelyard.plan.uncertainty.sensitivity import Tornado, make_tornado

risk = typer.Typer(help="Assumptions, risks and opportunities; tornado, ranges and many futures.", no_args_is_help=True)


@risk.command("list")
def list_entries() -> None:
    """List assumptions, risks and opportunities."""
    session = current_session()
    with open_company(session) as workspace:
        registers = workspace.records.registers
        assumptions = [_assumption_row(one) for one in registers.assumptions.entries()]
        risks = [_risk_row(one) for one in registers.risks.entries()]

    def show(console: Console) -> None:
        for title, rows in (("Assumptions", assumptions), ("Risks and opportunities", risks)):
            if rows:
                show_frame(console, pl.DataFrame(rows), title=title, wrap=True)
        if not assumptions and not risks:
            console.print("The registers are empty. [dim]Enter one with `steelyard risk assume` or `risk add`.[/]")

    session.answer({"assumptions": assumptions, "risks": risks}, show)


@risk.command("assume")
def assume(
    statement: StatementArgument,
    measure: MeasureOption = "consensus_demand",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    low: LowOption = 0.0,
    likely: LikelyOption = 0.0,
    high: HighOption = 0.0,
    owner: OwnerOption = "",
    source: Annotated[str, typer.Option("--source", help="Where it comes from.")] = "",
    valid_until: Annotated[datetime | None, typer.Option("--valid-until", formats=["%Y-%m-%d"])] = None,
    value: Annotated[float | None, typer.Option("--value", help="Likely value in words of the trade.")] = None,
    unit: Annotated[str, typer.Option("--unit", help="Its unit, such as USD/t.")] = "",
    linked: Annotated[list[str] | None, typer.Option("--linked", help="Further measure that rests on it.")] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="Whose members and periods are meant.")] = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Enter an assumption with its range."""
    session, who = current_session(), actor_or_me(actor)
    effect = Effect(measure, read_scope(scope), read_periods(periods), low, likely, high)
    until = valid_until.date() if valid_until else None
    entry = Assumption(
        statement, owner or who, effect, source, until, value=value, unit=unit, linked=tuple(linked or ()), note=note,
        actor=who, at=now(),
    )  # fmt: skip
    with open_company(session) as workspace:
        _check_measures(workspace.calculator.wiring, (measure, *entry.linked))
        check_effect(plan_of(workspace, only_scenario(workspace, scenario)), effect)
        kept = workspace.records.registers.assumptions.add(entry)
    session.answer(_assumption_row(kept), lambda console: console.print(f"Assumption [bold]{kept.id}[/]: {statement}"))


@risk.command("add")
def add(
    statement: StatementArgument,
    probability: Annotated[float, typer.Option("--probability", help="That it happens, 0 to 1.")],
    kind: Annotated[str, typer.Option("--kind", help="risk or opportunity.")] = "risk",
    measure: MeasureOption = "consensus_demand",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    low: LowOption = 0.0,
    likely: LikelyOption = 0.0,
    high: HighOption = 0.0,
    owner: OwnerOption = "",
    group: Annotated[str, typer.Option("--group", help="Risks of one group tend to happen together.")] = "",
    correlation: Annotated[float, typer.Option("--correlation", help="Within the group, 0 to 1.")] = 0.5,
    response: Annotated[str, typer.Option("--response", help="What would be done.")] = "",
    trigger: Annotated[str, typer.Option("--trigger", help="What tells that it is about to happen.")] = "",
    scenario: Annotated[str, typer.Option("--scenario", help="Whose members and periods are meant.")] = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Enter a risk or an opportunity."""
    session, who = current_session(), actor_or_me(actor)
    effect = Effect(measure, read_scope(scope), read_periods(periods), low, likely, high)
    entry = Risk(
        statement, owner or who, probability, effect, cast(RiskKind, kind), group, correlation, response, trigger,
        note=note, actor=who, at=now(),
    )  # fmt: skip
    with open_company(session) as workspace:
        check_effect(plan_of(workspace, only_scenario(workspace, scenario)), effect)
        kept = workspace.records.registers.risks.add(entry)
    session.answer(
        _risk_row(kept), lambda console: console.print(f"{kind.capitalize()} [bold]{kept.id}[/]: {statement}")
    )


@risk.command("judge")
def judge(
    kind: Annotated[str, typer.Argument(help="assumption or risk.")],
    number: NumberArgument,
    status: Annotated[str, typer.Argument(help="Its new status.")],
    outcome: Annotated[float | None, typer.Option("--outcome", help="What came true, percent.")] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Give an entry another status: proposed, validated, rejected; open, happened, did not happen, closed."""
    session, who = current_session(), actor_or_me(actor)
    with open_company(session) as workspace:
        registers = workspace.records.registers
        if kind == "assumption":
            one = registers.assumptions.entry(number)
            told = one.outcome if outcome is None else outcome
            judged = replace(one, status=cast(AssumptionStatus, status), outcome=told)
            row = _assumption_row(
                registers.assumptions.revise(replace(judged, note=note or one.note, actor=who, at=now()))
            )
        elif kind == "risk":
            other = registers.risks.entry(number)
            revised = replace(other, status=cast(RiskStatus, status), note=note or other.note, actor=who, at=now())
            row = _risk_row(registers.risks.revise(revised))
        else:
            raise ChangeInvalid(f"There is no register of {kind!r}", mend="name assumption or risk")
    session.answer(row, lambda console: console.print(f"{kind.capitalize()} [bold]{number}[/] is {status}"))


@risk.command("ranges")
def ranges(
    name: Annotated[str, typer.Argument(help="Scenario to branch from.")],
    actor: ActorOption = "",
) -> None:
    """Make optimistic, most likely and pessimistic scenarios of the assumptions."""
    session = current_session()
    with open_company(session) as workspace:
        entries = workspace.records.registers.assumptions.entries()
        made = make_range_scenarios(workspace, workspace.scenario(name), entries, actor=actor_or_me(actor), at=now())
        names: dict[str, object] = {view: one.name for view, one in made.items()}
    session.answer(
        names, lambda console: console.print("Made " + ", ".join(f"[bold]{one}[/]" for one in names.values()))
    )


@risk.command("tornado")
def tornado(
    name: ScenarioArgument = "base",
    measure: WatchedOption = "gross_margin",
    periods: PeriodsOption = None,
) -> None:
    """Show how far each assumption alone moves a number."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, name)
        day = plan.maker.extract(plan.inputs.extract).as_of
        entries = [one for one in workspace.records.registers.assumptions.entries() if one.counts_on(day)]
        found = make_tornado(plan, entries, measure, periods=read_periods(periods))
        currency = currency_of(plan)
    rows = [
        {"assumption": bar.assumption.statement, "owner": bar.assumption.owner, "low": bar.low, "high": bar.high}
        for bar in found.bars
    ]
    payload = {"measure": measure, "unit": found.unit, "base": found.base, "bars": rows}
    session.answer(payload, lambda console: _show_tornado(console, found, currency))


def _show_tornado(console: Console, found: Tornado, currency: str) -> None:
    console.print(f"[bold]{found.measure.replace('_', ' ')}[/] {with_unit(found.base, found.unit, currency)}")
    if not found.bars:
        console.print("[dim]No assumption with a range counts. Enter one with `steelyard risk assume`.[/]")
        return
    widest = max(max(abs(bar.low), abs(bar.high)) for bar in found.bars) or 1.0
    rows = [
        {
            "assumption": bar.assumption.statement,
            "low end": bar.low,
            "high end": bar.high,
            "": _picture(bar.low, bar.high, widest),
        }
        for bar in found.bars
    ]
    form = NumberForm(signed=True, scale=1e3 if widest >= 1e5 else 1.0)
    unit = f" [{'k' if widest >= 1e5 else ''} {currency}]" if found.unit == "money" else ""
    forms = {"low end": form, "high end": form}
    show_frame(console, pl.DataFrame(rows), title=f"What each assumption moves{unit}", forms=forms)


def _picture(low: float, high: float, widest: float, width: int = 12) -> str:
    """A bar left and right of a line."""
    cells = [" "] * (2 * width + 1)
    cells[width] = "│"
    for value in (low, high):
        reach = round(abs(value) / widest * width)
        for step in range(1, reach + 1):
            cells[width + (step if value > 0 else -step)] = "█"
    return "".join(cells)


def _check_measures(wiring: Wiring, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in wiring.measures]
    if unknown:
        raise NotFound(
            f"There is no measure {', '.join(unknown)}", mend="see docs/reference for the measures of a plan"
        )


def _assumption_row(one: Assumption) -> dict[str, object]:
    return {
        "number": one.id, "statement": one.statement, "status": one.status, **_effect_row(one.effect),
        "owner": one.owner, "source": one.source,
        "valid_until": one.valid_until.isoformat() if one.valid_until else "", "value": one.value, "unit": one.unit,
        "linked": ", ".join(one.linked), "outcome": one.outcome,
    }  # fmt: skip


def _risk_row(one: Risk) -> dict[str, object]:
    return {
        "number": one.id, "kind": one.kind, "statement": one.statement, "probability": one.probability,
        "status": one.status, **_effect_row(one.effect), "owner": one.owner, "group": one.group,
        "in_plan": one.in_plan,
    }  # fmt: skip


def _effect_row(effect: Effect) -> dict[str, object]:
    scope = {
        level: (members,) if isinstance(members, str) else tuple(members) for level, members in effect.scope.items()
    }
    where = say_scope(scope) + (f", {effect.periods[0]} to {effect.periods[1]}" if effect.periods else "")
    ends = " / ".join(f"{value:+g}" for value in (effect.low, effect.likely, effect.high))
    return {"effect": f"{effect.measure} {ends} %", "where": where}


for _name, _command in (
    ("drivers", drivers),
    ("sweep", sweep_one),
    ("regret", regret),
    ("simulate", simulate),
    ("expected", expected),
    ("signpost", signpost),
    ("signposts", signposts),
):
    risk.command(_name)(_command)
