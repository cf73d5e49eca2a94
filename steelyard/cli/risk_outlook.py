"""Risk outlook: drivers of the best plan, sweeps, robust choice, risks in money, and signposts."""

from dataclasses import replace
from typing import Annotated, cast

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.focus_options import FamilyOption, FromOption, ResourceOption, ToOption
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import (
    ActorOption,
    NoteOption,
    PeriodsOption,
    ScopeOption,
    read_periods,
    read_scope,
)
from steelyard.cli.progress import progress_bar
from steelyard.cli.risk_options import (
    HighOption,
    LowOption,
    MeasureOption,
    OwnerOption,
    ScenarioArgument,
    StatementArgument,
    WatchedOption,
)
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.balancing.block import block_told
from steelyard.plan.balancing.focus import read_focus
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.expected import expected_value
from steelyard.plan.uncertainty.plan_drivers import plan_drivers
from steelyard.plan.uncertainty.robust_choice import choose_robustly, stated_futures
from steelyard.plan.uncertainty.sensitivity import sweep
from steelyard.plan.uncertainty.signpost import Side, Signpost
from steelyard.plan.uncertainty.signpost_reading import read_signposts
from steelyard.plan.uncertainty.warm_tornado import Outcome


def drivers(
    name: ScenarioArgument = "base",
    outcome: Annotated[str, typer.Option("--outcome", help="profit, service or stock.")] = "profit",
    family: FamilyOption = None,
    resource: ResourceOption = "",
    first: FromOption = "",
    last: ToOption = "",
) -> None:
    """Show how far each driver alone moves the best supply plan, solved again from the last solution on."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Solving"):
        plan = plan_of(workspace, name)
        day = plan.maker.extract(plan.inputs.extract).as_of
        entries = [one for one in workspace.records.registers.assumptions.entries() if one.counts_on(day)]
        told = plan_drivers(plan, entries, read_focus(family or (), resource, first, last))
        found, stated, left = told.tornado, told.stated, told.left_out
        ranked = found.ranked(cast(Outcome, outcome))
    rows = [{"driver": bar.name, "low": low, "high": high} for bar, low, high in ranked]
    payload = {
        "outcome": outcome, "base": vars(found.base), "stated": bool(stated), "bars": rows,
        "left_out": [one.statement for one in left], "seconds": found.seconds, "block": block_told(told.block),
    }  # fmt: skip

    def show(console: Console) -> None:
        if told.block is not None:
            console.print(f"[yellow]{told.block}[/]")
        form = NumberForm(signed=True, decimals=2, percent=True) if outcome == "service" else NumberForm(signed=True)
        title = f"What moves {outcome} of the best plan" + ("" if stated else ", each driver 10 % both ways")
        show_frame(console, pl.DataFrame(rows), title=title, forms={"low": form, "high": form})

    session.answer(payload, show)


def sweep_one(
    name: ScenarioArgument = "base",
    moves: Annotated[str, typer.Option("--moves", help="Measure that is moved.")] = "consensus_demand",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    low: LowOption = -20.0,
    high: HighOption = 20.0,
    steps: Annotated[int, typer.Option("--steps", min=2, max=101, help="How many percentages.")] = 9,
    measure: WatchedOption = "gross_margin",
) -> None:
    """Move one parameter from one percentage to another in steps, and show a number at each."""
    session = current_session()
    effect = Effect(moves, read_scope(scope), read_periods(periods), low, min(max(0.0, low), high), high)
    percents = [low + (high - low) * step / (steps - 1) for step in range(steps)]
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, name)
        values, unit = sweep(plan, effect, percents, measure), plan.measure(measure).unit
        currency = currency_of(plan)
    rows = [{"moved by": percent, measure: value} for percent, value in zip(percents, values, strict=True)]

    def show(console: Console) -> None:
        forms = {"moved by": NumberForm(signed=True, decimals=1), measure: NumberForm()}
        show_frame(
            console, pl.DataFrame(rows), title=f"{measure} [{currency if unit == 'money' else unit}]", forms=forms
        )

    session.answer({"moves": moves, "measure": measure, "unit": unit, "rows": rows}, show)


def regret(
    names: Annotated[list[str], typer.Argument(help="Scenarios or published plans, two or more.")],
    measure: WatchedOption = "gross_margin",
) -> None:
    """Show which scenario one would regret least over every future that the registers state."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plans, registers = [plan_of(workspace, name) for name in dict.fromkeys(names)], workspace.records.registers
        if len(plans) < 2:
            raise ChangeInvalid("A choice needs two scenarios", mend="name two or more")
        day = plans[0].maker.extract(plans[0].inputs.extract).as_of
        counting = [one for one in registers.assumptions.entries() if one.counts_on(day)]
        futures, left = stated_futures(plans[0], counting, registers.risks.entries())
        found = choose_robustly(plans, futures, measure)
    regrets = (found.regret.worst, found.regret.expected)
    largest, mean = (dict(zip(found.scenarios, one.tolist(), strict=True)) for one in regrets)
    payload: dict[str, object] = {
        "measure": measure, "smallest_largest": found.safest, "smallest_mean": found.likeliest, "largest": largest,
        "mean": mean, "futures": found.frame().to_dicts(), "left_out": list(left),
    }  # fmt: skip

    def show(console: Console) -> None:
        frame = found.frame()
        show_frame(console, frame, title=f"{measure} by future", forms=dict.fromkeys(frame.columns[1:], NumberForm()))
        told = f"Largest regret is smallest with [bold]{found.safest}[/], mean regret with [bold]{found.likeliest}[/]."
        console.print(told)
        if left:
            console.print(f"[dim]Cannot be laid on a plan: {'; '.join(left)}[/]")

    session.answer(payload, show)


def expected(name: ScenarioArgument = "base", measure: WatchedOption = "gross_margin") -> None:
    """Show open risks in money: probability times what the plan would move by, in the plan and beside it."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        found = expected_value(plan_of(workspace, name), workspace.records.registers.risks.entries(), measure)
    rows = [
        {"number": one.risk.id, "statement": one.risk.statement, "owner": one.risk.owner,
         "probability": one.risk.probability, "in_plan": one.risk.in_plan, "impact": one.impact,
         "expected": one.expected}
        for one in found.lines
    ]  # fmt: skip

    def show(console: Console) -> None:
        signed = NumberForm(signed=True)
        forms = {"probability": NumberForm(percent=True), "impact": signed, "expected": signed}
        if rows:
            show_frame(console, pl.DataFrame(rows), title=f"Risks in {measure}", forms=forms, wrap=True)
        console.print(f"Beside the plan {signed.write(found.beside)}, in the plan {signed.write(found.in_plan)}")

    session.answer({"measure": measure, "beside": found.beside, "in_plan": found.in_plan, "risks": rows}, show)


def signpost(
    statement: StatementArgument,
    measure: MeasureOption,
    threshold: Annotated[float, typer.Option("--threshold", help="In the unit of the measure, by period.")],
    opens: Annotated[str, typer.Option("--opens", help="Scenario to open when it is crossed.")],
    side: Annotated[str, typer.Option("--side", help="above or below.")] = "above",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    owner: OwnerOption = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Set a signpost: a measure that crosses a threshold says which scenario to open."""
    session, who = current_session(), actor_or_me(actor)
    entry = Signpost(
        statement, owner or who, measure, cast(Side, side), threshold, opens, read_scope(scope),
        read_periods(periods), note=note, actor=who, at=now(),
    )  # fmt: skip
    with open_company(session) as workspace:
        workspace.scenario(opens)
        kept = workspace.records.registers.signposts.add(entry)
    session.answer({"number": kept.id}, lambda console: console.print(f"Signpost [bold]{kept.id}[/]: {statement}"))


def signposts(
    name: ScenarioArgument = "base",
    close: Annotated[int, typer.Option("--close", help="Stop watching the signpost of this number.")] = 0,
    actor: ActorOption = "",
) -> None:
    """Hold the signposts against a plan: which are crossed, when, and what to open."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        register = workspace.records.registers.signposts
        if close:
            register.revise(replace(register.entry(close), closed=True, actor=actor_or_me(actor), at=now()))
        states = read_signposts(plan_of(workspace, name), register.entries())
    rows = [
        {"number": one.signpost.id, "statement": one.signpost.statement, "measure": one.signpost.measure,
         "side": one.signpost.side, "threshold": one.signpost.threshold, "value": one.value,
         "crossed": one.crossed, "period": one.period, "opens": one.signpost.scenario, "fault": one.fault}
        for one in states
    ]  # fmt: skip

    def show(console: Console) -> None:
        forms = dict.fromkeys(("threshold", "value"), NumberForm(decimals=2))
        if rows:
            show_frame(console, pl.DataFrame(rows).drop("fault"), title="Signposts", forms=forms, wrap=True)
        else:
            console.print("No signpost is watched. [dim]Set one with `steelyard risk signpost`.[/]")

    session.answer({"signposts": rows}, show)
