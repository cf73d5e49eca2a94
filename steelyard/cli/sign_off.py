"""Sign-off: stand behind the numbers of a slice for a function, close it, reopen it, or see who has."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape

from steelyard.cli.company import only_scenario, open_company
from steelyard.cli.option import ActorOption, PeriodsOption, ScopeOption, read_periods, read_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.sign_off.signature import CONSENSUS, FUNCTIONS, Act
from steelyard.plan.sign_off.signed_slice import SignedSlice


def sign_off(
    scenario: Annotated[str, typer.Argument(help="Scenario whose numbers are signed.")] = "",
    function: Annotated[
        str, typer.Argument(help=f"Who stands behind them: {', '.join(FUNCTIONS)}; nothing lists the sign-offs.")
    ] = "",
    measure: Annotated[str, typer.Option("--measure", "-m", help="The consensus, or a stream.")] = CONSENSUS,
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
    close: Annotated[bool, typer.Option("--close", help="Sign, and take no changes from now on.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Let a closed slice take changes again.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the signature back.")] = False,
    note: Annotated[str, typer.Option("--note", help="What was agreed, in words.", show_default=False)] = "",
    actor: ActorOption = "",
    expected_revision: Annotated[
        int | None, typer.Option("--expected-revision", help="Refuse if somebody changed the scenario since.")
    ] = None,
) -> None:
    """Sign the demand of a slice for a function; without a function, show who has signed and what has moved since."""
    session, act = current_session(), _act(close, reopen, withdraw)
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        name = only_scenario(workspace, scenario)
        target = workspace.scenario(name)
        if function:
            made = target.sign(
                function, actor=actor_or_me(actor), at=now(), measure=measure, scope=read_scope(scope),
                periods=read_periods(periods), note=note, act=act, expected_revision=expected_revision,
            )  # fmt: skip
        signed, revision = target.signed_slices(), target.revision
    rows = [_row(one) for one in signed]
    said = f"{made.slice}: {made.told}" if function else ""
    payload: dict[str, object] = {"scenario": name, "revision": revision, "sign_offs": rows}
    session.answer({**payload, "signed": said} if function else payload, lambda console: _show(console, said, rows))


def _act(close: bool, reopen: bool, withdraw: bool) -> Act:
    if close + reopen + withdraw > 1:
        raise ChangeInvalid("A sign-off does one thing", mend="give one of --close, --reopen and --withdraw")
    if close:
        return "closed"
    return "reopened" if reopen else "withdrawn" if withdraw else "signed"


def _row(one: SignedSlice) -> dict[str, object]:
    held = one.sign_off
    return {
        "function": FUNCTIONS[held.function], "slice": str(held.slice), "state": one.state, "by": held.actor,
        "at": f"{held.at:%Y-%m-%d %H:%M}", "signed": held.value, "now": one.value, "note": held.note,
    }  # fmt: skip


def _show(console: Console, said: str, rows: list[dict[str, object]]) -> None:
    if said:
        console.print(escape(said))
    if rows:
        shown = pl.DataFrame(rows).with_columns(pl.col("signed", "now").round(0).cast(pl.Int64, strict=False))
        show_frame(
            console,
            shown.drop("note") if not any(row["note"] for row in rows) else shown,
            title="Sign-offs, units",
            wrap=True,
        )
    else:
        console.print("Nobody has signed yet. [dim]Sign with `steelyard sign-off base sales -s product_family=...`.[/]")
