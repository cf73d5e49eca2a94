"""Change: alter numbers of a scenario, with a reason; take back and bring back."""

from typing import Annotated, cast, get_args

import typer
from rich.console import Console
from rich.markup import escape

from steelyard.cli.company import open_company
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, NoteOption, PeriodsOption, ScopeOption, read_periods, read_scope
from steelyard.cli.plan_view import says_nothing
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import MINUS, with_unit
from steelyard.errors import ChangeInvalid
from steelyard.grid.spread import SpreadRule
from steelyard.plan.change import REASONS, Change
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Per, SetMasterData, SetParameter

EFFECTS = ("demand_plan", "constrained_demand", "revenue", "gross_margin", "inventory_value", "backlog")


def change(
    scenario: Annotated[str, typer.Argument(help="Scenario to change.")],
    measure: Annotated[str, typer.Argument(help="Editable measure, e.g. consensus_demand.")] = "",
    set_: Annotated[float | None, typer.Option("--set", help="The total it shall have.")] = None,
    add: Annotated[float | None, typer.Option("--add", help="What it shall have more.")] = None,
    percent: Annotated[float | None, typer.Option("--percent", help="Growth; 8 means +8 %.")] = None,
    formula: Annotated[str | None, typer.Option("--formula", help="What becomes of it, e.g. '*1.2+100'.")] = None,
    lock: Annotated[
        bool | None, typer.Option("--lock/--unlock", help="Keep the cells as they are, or let them go.")
    ] = None,
    parameter: Annotated[str, typer.Option("--parameter", metavar="NAME=VALUE", help="Set a parameter instead.")] = "",
    master_data: Annotated[
        str, typer.Option("--master-data", metavar="TABLE.COLUMN=VALUE", help="Set master data instead, with --key.")
    ] = "",
    key: Annotated[
        list[str] | None, typer.Option("--key", metavar="COLUMN=VALUE", help="Rows of the master data, repeatable.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back your last change.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Bring back what you took back.")] = False,
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    spread: Annotated[
        str, typer.Option("--spread", help=f"How a total is split: {', '.join(get_args(SpreadRule))}.")
    ] = "basis",
    per: Annotated[
        str, typer.Option("--per", help=f"What a value is the total of: {', '.join(get_args(Per))}.")
    ] = "scope",
    reason: Annotated[str, typer.Option("--reason", help=f"One of {', '.join(REASONS)}.")] = "other",
    note: NoteOption = "",
    actor: ActorOption = "",
    expected_revision: Annotated[
        int | None, typer.Option("--expected-revision", help="Refuse if somebody changed the scenario since.")
    ] = None,
) -> None:
    """Change a measure of a scenario and show what it does to the plan."""
    session, who = current_session(), actor_or_me(actor)
    if spread == "factor":
        raise ChangeInvalid("Split factors cannot be given here", mend="use the library, or another --spread")
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        target = workspace.scenario(scenario)
        before = target.plan()
        if undo or redo:
            (target.undo if undo else target.redo)(who, now())
            said = "Taken back" if undo else "Brought back"
        elif parameter or master_data:
            operation = _parameter(parameter) if parameter else _master_data(master_data, key or [])
            made = Change(operation, author=who, at=now(), reason=reason, note=note)
            said = str(target.append(made, expected_revision=expected_revision).changes[0])
        else:
            said = str(
                target.change(
                    measure, set=set_, add=add, percent=percent, formula=formula, lock=lock, scope=read_scope(scope),
                    periods=read_periods(periods), spread=cast(SpreadRule, spread), per=cast(Per, per), reason=reason,
                    note=note, actor=who, at=now(), expected_revision=expected_revision,
                )
            )  # fmt: skip
        after, revision = target.plan(), target.revision
    payload = {"scenario": scenario, "revision": revision, "change": said, "effect": effects(before, after)}
    session.answer(payload, lambda console: show_change(console, said, scenario, revision, before, after))


def _parameter(text: str) -> SetParameter:
    name, equals, value = text.partition("=")
    if not equals:
        raise ChangeInvalid(f"{text!r} is no parameter", where="--parameter", mend="write name=value")
    return SetParameter(name.strip(), _scalar(value.strip()))


def _master_data(text: str, key: list[str]) -> SetMasterData:
    place, equals, value = text.partition("=")
    table, dot, column = place.strip().partition(".")
    if not (equals and dot):
        mend = "write table.column=value, e.g. source.lead_time_days=60"
        raise ChangeInvalid(f"{text!r} is no master data", where="--master-data", mend=mend)
    pairs = {level: members[0] for level, members in read_scope(key).items()}
    return SetMasterData(table, pairs, column, _scalar(value.strip()))


def _scalar(text: str) -> str | float | bool:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def effects(before: PlanNumbers, after: PlanNumbers) -> dict[str, dict[str, float]]:
    """Totals over the horizon before and after, of the headlines that moved by more than a millionth."""
    silent = says_nothing(after)
    held = [name for name in EFFECTS if name in before.measures and name in after.measures and name not in silent]
    pairs = {name: (before.value(name), after.value(name)) for name in held}
    return {
        name: {"before": a, "after": b, "effect": b - a}
        for name, (a, b) in pairs.items()
        if abs(b - a) > max(1e-6 * abs(a), 5e-3)  # less is written as nothing
    }


def show_change(
    console: Console, said: str, scenario: str, revision: int, before: PlanNumbers, after: PlanNumbers
) -> None:
    """A change in words and the headlines it moves."""
    console.print(f"{escape(said)}   [dim]{scenario}, revision {revision}[/]")
    moved = effects(before, after)
    for name, effect in moved.items():
        declared = after.measure(name)
        currency = currency_of(after)
        sign = "+" if effect["effect"] >= 0 else MINUS
        delta = with_unit(abs(effect["effect"]), declared.unit, currency)
        share = f" ({effect['effect'] / abs(effect['before']):+.1%})".replace("-", MINUS) if effect["before"] else ""
        console.print(f"  {declared.label:<28} {sign}{delta}{share}")
    if not moved:
        console.print("  [dim]No headline of the plan moves.[/]")
