"""Intelligence: what was heard of the market, on the command line."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from steelyard.cli.company import only_scenario, open_company
from steelyard.cli.option import ActorOption, PeriodsOption, ScopeOption, read_periods, read_scope, say_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.intelligence.entry import KINDS, IntelligenceEntry
from steelyard.plan.intelligence.use import drop_entry, state_of, use_entry
from steelyard.plan.measuring.measuring import Measuring

intelligence = typer.Typer(
    help="Keep market intelligence, use it in scenarios, see how sources did.", no_args_is_help=True
)
NumberArgument = Annotated[int, typer.Argument(help="Number of the entry.")]
ScenarioArgument = Annotated[str, typer.Argument(help="A scenario.")]
POINTS = NumberForm(decimals=1, signed=True)


@intelligence.command("list")
def list_entries(
    scenario: Annotated[str, typer.Option("--scenario", help="Say also whether entries count in it.")] = "",
    withdrawn: Annotated[bool, typer.Option("--all", help="Also entries that were withdrawn.")] = False,
) -> None:
    """Entries with their range, confidence and where they count."""
    session = current_session()
    with open_company(session) as workspace:
        where = workspace.scenario(only_scenario(workspace, scenario))
        uses = workspace.records.intelligence.uses()
        rows = [
            entry_json(entry) | {"in use": state_of(where, entry.id, uses)}
            for entry in workspace.records.intelligence.entries(withdrawn=withdrawn)
        ]
    shown = ["id", "kind", "source", "statement", "periods", "likely", "confidence", "in use"]
    frame = pl.DataFrame([{name: str(row[name]) for name in shown} for row in rows])
    session.answer(
        {"entries": rows},
        lambda console: (
            show_frame(console, frame, title=f"Intelligence, in use in {where.name}", wrap=True)
            if rows
            else console.print("[dim]No intelligence yet. Enter some with `steelyard intelligence add`.[/]")
        ),
    )


@intelligence.command("add")
def add(
    kind: Annotated[str, typer.Argument(help=f"Kind of source: {', '.join(KINDS)}.")],
    source: Annotated[str, typer.Argument(help="Who says so.")],
    statement: Annotated[str, typer.Argument(help="What is said.")],
    likely: Annotated[float, typer.Option("--likely", help="Likely effect on demand in percent.")],
    periods: PeriodsOption = None,
    low: Annotated[float | None, typer.Option("--low", help="Low end of the effect in percent.")] = None,
    high: Annotated[float | None, typer.Option("--high", help="High end of the effect in percent.")] = None,
    confidence: Annotated[float, typer.Option("--confidence", help="Probability of the range, 0 to 1.")] = 0.7,
    scope: ScopeOption = None,
    evidence: Annotated[str, typer.Option("--evidence", help="What it rests on.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Who looks after it; by default who enters it.")] = "",
    valid_until: Annotated[
        str, typer.Option("--valid-until", metavar="DATE", help="Last day on which it counts.")
    ] = "",
    actor: ActorOption = "",
) -> None:
    """Enter what was heard."""
    session, who = current_session(), actor_or_me(actor)
    window = read_periods(periods)
    if window is None:
        raise ChangeInvalid("An entry needs its periods", where="--periods", mend="write e.g. 2026-11..2027-01")
    entry = IntelligenceEntry(
        kind, source, statement, read_scope(scope), window, likely if low is None else low, likely,  # type: ignore[arg-type]
        likely if high is None else high, confidence, evidence, owner or who, _day(valid_until), who, datetime.now(UTC),
    )  # fmt: skip
    with open_company(session) as workspace:
        kept = workspace.records.intelligence.add(entry)
    session.answer(entry_json(kept), lambda console: console.print(f"Entry [bold]{kept.id}[/] is kept."))


@intelligence.command("use")
def use(number: NumberArgument, scenario: ScenarioArgument, actor: ActorOption = "") -> None:
    """Make an entry an assumption of a scenario; its likely effect counts as far as the source has been right."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Weighing the source"):
        where, entry = workspace.scenario(scenario), workspace.records.intelligence.entry(number)
        weight = Measuring(workspace, where.plan()).weight(entry)
        changed = use_entry(workspace, entry, where, weight=weight, actor=actor_or_me(actor), at=datetime.now(UTC))
    told = f"{entry.likely:+g} % x weight {weight:.2f} = {entry.likely * weight:+.1f} %"
    session.answer(
        {"entry": number, "scenario": scenario, "weight": weight, "changed": changed},
        lambda console: console.print(
            f"Entry {number} counts in {scenario}: {told}" if changed else "It counts already."
        ),
    )


@intelligence.command("drop")
def drop(number: NumberArgument, scenario: ScenarioArgument, actor: ActorOption = "") -> None:
    """Take an entry out of a scenario; elsewhere it stays as it is."""
    session = current_session()
    with open_company(session) as workspace:
        where, entry = workspace.scenario(scenario), workspace.records.intelligence.entry(number)
        changed = drop_entry(workspace, entry, where, actor=actor_or_me(actor), at=datetime.now(UTC))
    session.answer(
        {"entry": number, "scenario": scenario, "changed": changed},
        lambda console: console.print(
            f"Entry {number} no longer counts in {scenario}." if changed else "It did not count."
        ),
    )


@intelligence.command("withdraw")
def withdraw(number: NumberArgument) -> None:
    """Mark an entry as withdrawn; it cannot be used any more, its outcome still counts for the source."""
    session = current_session()
    with open_company(session) as workspace:
        kept = workspace.records.intelligence.withdraw(number)
    session.answer(entry_json(kept), lambda console: console.print(f"Entry {number} is withdrawn."))


@intelligence.command("sources")
def sources(
    scenario: Annotated[str, typer.Option("--scenario", help="A scenario on the latest extract.")] = "",
) -> None:
    """Each source's track record: hit rate, mean error, Brier score, weight; and the outcomes behind it."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Scoring"):
        measuring = Measuring(workspace, workspace.scenario(only_scenario(workspace, scenario)).plan())
        outcomes, records = measuring.outcomes(), measuring.sources()
    rows = [{"source": name} | asdict(record) for name, record in records.items()]
    ended = [
        {
            "entry": one.entry.id, "source": one.entry.source, "plan": one.version, "said": one.entry.likely,
            "came": one.realised, "hit": ("yes" if one.hit else "no") if one.complete else "not over",
        }
        for one in outcomes
    ]  # fmt: skip
    forms = {
        "hit_rate": NumberForm(percent=True), "mean_error": POINTS, "mean_absolute_error": NumberForm(decimals=1),
        "brier": NumberForm(decimals=2), "weight": NumberForm(decimals=2),
    }  # fmt: skip

    def show(console: object) -> None:
        if rows:
            show_frame(console, pl.DataFrame(rows), title="Sources", forms=forms)  # type: ignore[arg-type]
        if ended:
            show_frame(console, pl.DataFrame(ended), title="Outcomes", forms={"said": POINTS, "came": POINTS})  # type: ignore[arg-type]

    session.answer({"sources": rows, "outcomes": ended}, show)


def entry_json(entry: IntelligenceEntry) -> dict[str, object]:
    """An entry as plain values."""
    plain = {
        name: value for name, value in vars(entry).items() if name not in ("scope", "periods", "at", "valid_until")
    }
    return plain | {
        "scope": say_scope({level: tuple(members) for level, members in entry.scope.items()}),
        "periods": " to ".join(dict.fromkeys(entry.periods)),
        "at": entry.at.isoformat(),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else "",
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise ChangeInvalid(f"{text!r} is no day", where="--valid-until", mend="write e.g. 2026-12-31") from fault
