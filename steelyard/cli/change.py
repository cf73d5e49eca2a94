"""Change: alter numbers of a scenario, with a reason; take back and bring back."""

from dataclasses import dataclass
from datetime import datetime
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
from steelyard.plan.measuring.check import OverrideSize, check_overrides
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import (
    Add,
    CellOperation,
    Formula,
    Lock,
    Per,
    Percent,
    SetMasterData,
    SetParameter,
    SetValue,
    Unlock,
    Withdraw,
)

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
    no_opinion: Annotated[bool, typer.Option("--no-opinion", help="A stream says nothing here any more.")] = False,
    expires: Annotated[
        datetime | None, typer.Option("--expires", formats=["%Y-%m-%d"], help="First day on which it counts no more.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Say how large it is, and keep nothing.")] = False,
    reason: Annotated[
        str, typer.Option("--reason", help=f"Why; an override needs one of {', '.join(REASONS)}.", show_default=False)
    ] = "",
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
        before, sizes = target.plan(), list[OverrideSize]()
        if undo or redo:
            (target.undo if undo else target.redo)(who, now())
            said = "Taken back" if undo else "Brought back"
        elif parameter or master_data:
            operation = _parameter(parameter) if parameter else _master_data(master_data, key or [])
            made = Change(operation, author=who, at=now(), reason=reason or "other", note=note)
            said = str(target.append(made, expected_revision=expected_revision).changes[0])
        else:
            asked = Asked(set_, add, percent, formula, lock, no_opinion, cast(SpreadRule, spread), cast(Per, per))
            made = Change(
                read_operation(asked), measure=measure, scope=read_scope(scope), periods=read_periods(periods),
                author=who, at=now(), reason=required_reason(reason, asked), note=note,
                expires=None if expires is None else expires.date(),
            )  # fmt: skip
            sizes = check_overrides(before, [made], large=workspace.thresholds.large_override)
            said = str(made) if check else str(target.append(made, expected_revision=expected_revision).changes[0])
        after, revision = target.plan(), target.revision
    remarks = [one.words for one in sizes if one.words]
    payload = {
        "scenario": scenario, "revision": revision, "change": said, "effect": effects(before, after),
        "remarks": remarks, "kept": not check,
    }  # fmt: skip

    def show(console: Console) -> None:
        for remark in remarks:
            console.print(f"[yellow]{escape(remark)}[/]")
        if check:
            console.print(f"{escape(said)}   [dim]Not kept. Leave --check out to keep it.[/]")
        else:
            show_change(console, said, scenario, revision, before, after)

    session.answer(payload, show)


@dataclass(frozen=True)
class Asked:
    """What the options ask for."""

    set_: float | None
    add: float | None
    percent: float | None
    formula: str | None
    lock: bool | None
    no_opinion: bool
    spread: SpreadRule
    per: Per


def read_operation(asked: Asked) -> CellOperation:
    """The one operation that the options ask for.

    Raises:
        ChangeInvalid: They ask for none, or for several.
    """
    operations: list[CellOperation] = []
    if asked.set_ is not None:
        operations.append(SetValue(asked.set_, asked.spread, per=asked.per))
    if asked.add is not None:
        operations.append(Add(asked.add, asked.spread, per=asked.per))
    if asked.percent is not None:
        operations.append(Percent(asked.percent))
    if asked.formula is not None:
        operations.append(Formula(asked.formula, asked.spread, asked.per))
    if asked.lock is not None:
        operations.append(Lock() if asked.lock else Unlock())
    if asked.no_opinion:
        operations.append(Withdraw())
    if len(operations) != 1:
        given = f"given: {', '.join(one.kind for one in operations) or 'nothing'}"
        mend = "give one of set, add, percent, formula, lock and no-opinion"
        raise ChangeInvalid("A change does one thing", where=given, mend=mend)
    return operations[0]


def required_reason(reason: str, asked: Asked) -> str:
    """The reason of an override; a lock needs none.

    Raises:
        ChangeInvalid: An override has none.
    """
    if not reason and asked.lock is None:
        raise ChangeInvalid("An override needs a reason", where="--reason", mend=f"give one of {', '.join(REASONS)}")
    return reason or "other"


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
