"""Cycle: run the month from the command line, so that schedulers can drive it."""

from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company
from steelyard.cli.exit_code import ExitCode
from steelyard.cli.option import ActorOption
from steelyard.cli.session import Session, actor_or_me, current_session
from steelyard.cli.table import show_frame
from steelyard.errors import NotFound
from steelyard.web.serve import connect

if TYPE_CHECKING:
    from steelyard.web.accounts.models import User

cycle = typer.Typer(help="List, show, open and close the months, their steps and gates.", no_args_is_help=True)
KeyArgument = Annotated[str, typer.Argument(help="The cycle, such as 2026-11.")]
StepArgument = Annotated[str, typer.Argument(help="A step, such as demand_planning.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; goes into the record.")]


@cycle.command("list")
def list_cycles() -> None:
    """List the cycles: those that are on, those to come, those that are over."""
    session = _session()
    from steelyard.web.cycles.overview import cycle_lines  # needs the settings of the company

    rows = [
        {"cycle": line.cycle.key, "state": line.cycle.state, "step": line.on.plan.label if line.on else "",
         "late": line.late, "first": str(line.first or ""), "last": str(line.last or ""),
         "over": f"{line.done} of {line.steps}"}
        for line in cycle_lines()
    ]  # fmt: skip
    _answer(
        session, {"cycles": rows}, rows, "Cycles", "There are no cycles yet; make them with `steelyard cycle ahead`."
    )


@cycle.command("show")
def show_cycle(key: KeyArgument, actor: ActorOption = "") -> None:
    """Show a cycle: its steps with state, days, gates and lateness."""
    session = _session()
    from steelyard.web.cycles.api_schema import cycle_json
    from steelyard.web.cycles.selectors import cycle_view

    told = cycle_json(cycle_view(key, _person(actor)))
    told["works"] = [_work(work) for work in _listed(told["works"])]
    steps = _listed(told["steps"])
    for step in steps:
        step["works"] = [_work(work) for work in step["works"]]
    rows = [
        {"step": s["label"], "state": s["state"], "owner": s["owner"], "from": str(s["starts"]),
         "until": str(s["ends"]), "late": s["late"], "done": f"{s['progress']:.0%}",
         "open gates": ", ".join(g["gate"] for g in s["gates"] if g["standing"] not in ("met", "waived"))}
        for s in steps
    ]  # fmt: skip
    _answer(session, told, rows, f"{told['label']}, {told['state']}", "")


@cycle.command("ahead")
def create_ahead(
    month: Annotated[str, typer.Argument(help="The first month, such as 2026-11.")],
    months: Annotated[int, typer.Option("--months", help="How many.", min=1, max=36)] = 12,
    actor: ActorOption = "",
) -> None:
    """Make the months of the calendar, as far as they are not there."""
    session = _session()
    from steelyard.web.cycles.cycle_services import cycles_create_ahead

    made = [one.key for one in cycles_create_ahead(month, user=_person(actor), months=months)]
    session.answer({"made": made}, lambda console: console.print(f"Made {len(made)} cycles: {', '.join(made) or '-'}"))


@cycle.command("open")
def open_cycle(
    key: KeyArgument,
    step: Annotated[str, typer.Argument(help="A step to start; without one, the cycle is opened.")] = "",
    actor: ActorOption = "",
) -> None:
    """Open a cycle, or start one of its steps with the work it does by itself."""
    session = _session()
    from steelyard.web.cycles.cycle_services import cycle_open
    from steelyard.web.cycles.step_services import step_start

    person = _person(actor)
    if step:
        step_start(key, step, user=person)
    else:
        cycle_open(key, user=person)
    _finish(session, key)


@cycle.command("close")
def close_cycle(
    key: KeyArgument,
    step: Annotated[str, typer.Argument(help="A step to finish; without one, the cycle is closed.")] = "",
    actor: ActorOption = "",
) -> None:
    """Finish a step whose gates hold, or close a cycle whose steps are over, with the work done by itself."""
    session = _session()
    from steelyard.web.cycles.cycle_services import cycle_close
    from steelyard.web.cycles.step_services import step_finish

    person = _person(actor)
    if step:
        step_finish(key, step, user=person)
    else:
        cycle_close(key, user=person)
    _finish(session, key)


@cycle.command("reopen")
def reopen_step(key: KeyArgument, step: StepArgument, reason: ReasonOption, actor: ActorOption = "") -> None:
    """Open a step again that was over."""
    session = _session()
    from steelyard.web.cycles.step_services import step_reopen

    step_reopen(key, step, reason=reason, user=_person(actor))
    _finish(session, key)


@cycle.command("gates")
def judge_gates(key: KeyArgument, step: StepArgument, actor: ActorOption = "") -> None:
    """Judge the gates of a step on the numbers of now; exit code 1 while one does not hold."""
    session = _session()
    from steelyard.web.cycles.judging import gates_judge
    from steelyard.web.cycles.plans import waived_gates
    from steelyard.web.cycles.selectors import step_of

    found = gates_judge(key, step, by=_person(actor).username)
    waived = waived_gates(step_of(key, step))
    rows = [
        {"gate": one.gate, "standing": "met" if one.met else "waived" if one.gate in waived else "open",
         "found": one.sentence}
        for one in found
    ]  # fmt: skip
    _answer(session, {"gates": rows}, rows, f"Gates of {step}, {key}", "This step has no gates.")
    if any(row["standing"] == "open" for row in rows):
        raise typer.Exit(ExitCode.DIFFERENT)


@cycle.command("waive")
def waive_gate(
    key: KeyArgument,
    step: StepArgument,
    gate: Annotated[str, typer.Argument(help="The gate, such as data_score_is_at_least(95).")],
    reason: ReasonOption,
    actor: ActorOption = "",
) -> None:
    """Let a step end although a rule does not hold: by authority, with a reason, in the record."""
    session = _session()
    from steelyard.web.cycles.step_services import gate_waive

    made = gate_waive(key, step, gate, reason=reason, user=_person(actor))
    session.answer({"gate": made.gate, "by": made.by, "reason": made.reason},
                   lambda console: console.print(f"{made.gate} is waived by {made.by}"))  # fmt: skip


@cycle.command("resume")
def resume_work() -> None:
    """Take up the work that a stop of the machine has cut off."""
    session = _session()
    from steelyard.web.cycles.selectors import open_cycles
    from steelyard.web.cycles.work_services import works_finish, works_resume

    works_resume()
    through = [(one.key, works_finish(one.key)) for one in open_cycles()]
    session.answer({"cycles": dict(through)},
                   lambda console: console.print("All work is through" if all(d for _, d in through) else
                                                 "Some work has failed; see `steelyard cycle show`"))  # fmt: skip


@cycle.command("watch")
def watch_cycles() -> None:
    """Remind people of what falls due and escalate what is late; run it from a scheduler, each is told once."""
    session = _session()
    from steelyard.web.cycles.watch import cycles_watch

    told = cycles_watch()
    session.answer({"told": told}, lambda console: console.print(f"{told} notices were sent"))


def _session() -> Session:
    session = current_session()
    open_company(session).close()
    connect(session.folder)
    return session


def _person(actor: str) -> "User":
    """The person in whose name the month is run.

    Raises:
        NotFound: Nobody of this name signs in.
    """
    from steelyard.web.accounts.selectors import people

    name = actor_or_me(actor)
    found = next((one for one in people() if one.username == name and one.is_active), None)
    if found is None:
        raise NotFound(f"Nobody signs in as {name!r}", mend="name a person with --actor; see `steelyard user list`")
    return found


def _finish(session: Session, key: str) -> None:
    from steelyard.web.cycles.selectors import current_step_key, cycle_of
    from steelyard.web.cycles.work_services import works_finish

    through = works_finish(key)
    state = cycle_of(key).state
    told = {"cycle": key, "state": state, "through": through, "step": current_step_key()}
    session.answer(told, lambda console: console.print(_said(key, state, through)))
    if not through:
        raise typer.Exit(ExitCode.DIFFERENT)


def _said(key: str, state: str, through: bool) -> str:
    return f"{key} is {state}" + ("" if through else "; work has failed, see `steelyard cycle show`")


def _work(work: dict[str, object]) -> dict[str, object]:
    return {name: work[name] for name in ("kind", "moment", "state", "said")}


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _answer(session: Session, payload: dict[str, object], rows: list[Any], title: str, empty: str) -> None:
    def show(console: Console) -> None:
        if rows:
            show_frame(console, pl.DataFrame(rows, infer_schema_length=None), title=title, wrap=True)
        else:
            console.print(empty)

    session.answer(payload, show)
