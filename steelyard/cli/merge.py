"""Merge: diff, merge, promote and rebase scenarios; `steelyard scenario` lists them among its commands."""

from collections.abc import Sequence
from typing import Annotated, cast

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import SHORT, open_company
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.merge.proposal import Choice, MergeProposal
from steelyard.plan.merge.rebase import Rebased, propose_rebase, rebase_scenario
from steelyard.plan.merge.scenarios import (
    compare_scenarios,
    merge_scenarios,
    promote,
    propose_scenario_merge,
)

NameArgument = Annotated[str, typer.Argument(help="Name of the scenario.")]
IntoArgument = Annotated[str, typer.Argument(help="Scenario that takes over.")]
FromArgument = Annotated[str, typer.Argument(help="Scenario it takes from; stays as it is.")]


def diff_scenarios(
    one: Annotated[str, typer.Argument(help="A scenario.")], other: Annotated[str, typer.Argument(help="Another one.")]
) -> None:
    """Show how the inputs of two scenarios differ: changes, settings, extract."""
    session = current_session()
    with open_company(session) as workspace:
        found = compare_scenarios(workspace.scenario(one), workspace.scenario(other))
    rows = [
        *_rows(found.between.removed, f"only {one}"),
        *_rows(found.between.added, f"only {other}"),
        *_rows(found.between.switched, "switched"),
    ]
    rows += [{"where": "setting", "change": f"{name}: {a} / {b}"} for name, (a, b) in found.parameters.items()]
    payload = {"base": found.base, "differences": rows, "kept": len(found.between.kept), "extracts": found.extracts}

    def show(console: Console) -> None:
        console.print(f"Both start from [bold]{found.base or 'nothing in common'}[/]; {payload['kept']} changes alike")
        if found.extracts[0] != found.extracts[1]:
            console.print(f"Extracts {found.extracts[0][:SHORT]} and {found.extracts[1][:SHORT]}")
        if rows:
            show_frame(console, pl.DataFrame(rows).select("where", "change"), wrap=True)
        else:
            console.print("[dim]No difference.[/]")

    session.answer(payload, show)


def merge_scenario(
    into: IntoArgument,
    other: FromArgument,
    settle: Annotated[
        list[str] | None, typer.Option("--settle", help="A conflict and its choice: 3.2.1=ours, theirs or both.")
    ] = None,
    otherwise: Annotated[
        str, typer.Option("--otherwise", help="Choice for conflicts that are not named: ours, theirs or both.")
    ] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would happen.")] = False,
    actor: ActorOption = "",
) -> None:
    """Take over the changes of another scenario; where both changed the same, you decide."""
    session = current_session()
    with open_company(session) as workspace:
        ours, theirs = workspace.scenario(into), workspace.scenario(other)
        proposal = propose_scenario_merge(workspace, ours, theirs)
        if not preview:
            merge_scenarios(
                workspace, ours, theirs, choices=_choices(settle or []), otherwise=cast(Choice, otherwise) or None,
                actor=actor_or_me(actor), at=now(), expected_revision=ours.revision,
            )  # fmt: skip
    said = "Would merge" if preview else "Merged"
    session.answer(
        {"into": into, "from": other, "preview": preview, **_spelled(proposal)},
        lambda console: _show_merge(console, proposal, f"{said} [bold]{other}[/] into [bold]{into}[/]"),
    )


def _choices(settle: Sequence[str]) -> dict[str, Choice]:
    pairs = [part.partition("=") for part in settle]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise ChangeInvalid("A choice names a conflict and how it is settled", where=wrong[0], mend="write 3.2.1=ours")
    return {name: cast(Choice, choice) for name, _, choice in pairs}


def _spelled(proposal: MergeProposal) -> dict[str, object]:
    return {
        "takes": _rows(proposal.takes, "taken"),
        "conflicts": [
            {"id": c.theirs.id, "theirs": str(c.theirs), "ours": [str(o) for o in c.ours], "cells": c.cells}
            for c in proposal.conflicts
        ],
        "misfits": [{"change": str(m.change), "why": str(m.fault)} for m in proposal.misfits],
        "known": len(proposal.known),
    }


def _show_merge(console: Console, proposal: MergeProposal, said: str) -> None:
    console.print(f"{said}: {len(proposal.takes)} changes without conflict, {len(proposal.known)} already there")
    if proposal.takes:
        show_frame(console, pl.DataFrame(_rows(proposal.takes, "taken")).select("change", "note"), wrap=True)
    if proposal.conflicts:
        rows = [
            {"conflict": c.theirs.id, "theirs": str(c.theirs), "ours": "; ".join(map(str, c.ours)), "cells": c.cells}
            for c in proposal.conflicts
        ]
        show_frame(console, pl.DataFrame(rows), title="Conflicts", wrap=True)
    for misfit in proposal.misfits:
        console.print(f"[yellow]left out[/] {misfit.change}: {misfit.fault}")


def promote_scenario(name: NameArgument, actor: ActorOption = "") -> None:
    """Make the changes of a branch those of its base; the branch goes into the archive."""
    session = current_session()
    with open_company(session) as workspace:
        event = promote(workspace, workspace.scenario(name), actor=actor_or_me(actor), at=now())
        base = workspace.scenario(event.scenario).name
    payload = {"promoted": name, "into": base, "changes": len(event.changes)}
    session.answer(payload, lambda c: c.print(f"Promoted {payload['changes']} changes into [bold]{base}[/]"))


def rebase_onto(
    name: NameArgument,
    new: Annotated[str, typer.Argument(help="Name of the scenario on the other extract.")],
    extract: Annotated[str, typer.Option("--extract", help="Beginning of its digest; the latest if not given.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only say what becomes of each change.")] = False,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Take a scenario's changes to another extract: what applies, what expired, what conflicts."""
    session = current_session()
    with open_company(session) as workspace:
        digest, old = workspace.open_extract(extract).digest, workspace.scenario(name)
        if preview:
            lines = propose_rebase(workspace, old, digest)
        else:
            _, lines = rebase_scenario(
                workspace, old, new, extract=digest, actor=actor_or_me(actor), at=now(), note=note
            )
    rows = [_fate(line) for line in lines]

    def show(console: Console) -> None:
        console.print(f"{'Would make' if preview else 'Made'} [bold]{new}[/] on extract {digest[:SHORT]}")
        if rows:
            show_frame(console, pl.DataFrame(rows).select("change", "fate", "why"), wrap=True)

    session.answer({"name": new, "extract": digest, "preview": preview, "changes": rows}, show)


def _fate(line: Rebased) -> dict[str, object]:
    return {"id": line.change.id, "change": str(line.change), "fate": line.fate, "why": line.why}


def _rows(changes: Sequence[Change], where: str) -> list[dict[str, object]]:
    return [{"where": where, "id": c.id, "change": str(c), "note": c.note} for c in changes]
