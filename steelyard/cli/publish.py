"""Publish: keep the numbers of a scenario for ever."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from steelyard.cli.company import only_scenario, open_company
from steelyard.cli.option import ActorOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import Session, actor_or_me, current_session, now
from steelyard.errors import ChangeInvalid
from steelyard.web.project.environment import APP_RECORDS, database_url
from steelyard.web.serve import connect


def publish(
    scenario: Annotated[str, typer.Argument(help="Scenario to publish.")] = "",
    note: Annotated[str, typer.Option("--note", help="What was agreed, in words; required.", show_default=False)] = "",
    waive: Annotated[str, typer.Option("--waive", help="Why it goes without the decision the month asks for.")] = "",
    actor: ActorOption = "",
) -> None:
    """Publish a scenario as a plan that never changes; its id is the digest of everything in it."""
    session, who = current_session(), actor_or_me(actor)
    if not note.strip():
        mend = 'say what was agreed, e.g. --note "October cycle, as decided on the 20th"'
        raise ChangeInvalid("A plan is published with a note", where="--note", mend=mend)
    with open_company(session) as workspace, progress_bar(session, "Publishing"):
        name = only_scenario(workspace, scenario)
        _require_decision(session, name, who, waive)
        plan = workspace.scenario(name).publish(actor=who, at=now(), note=note)

    def show(console: Console) -> None:
        console.print(f"Published [bold]{name}[/] as plan [bold]{plan.id}[/], by {escape(who)}")
        console.print(f"[dim]Check it anywhere with: steelyard replay {plan.id[:12]}[/]")

    payload = {"plan": plan.id, "scenario": name, "extract": plan.extract, "changes": len(plan.changes), "by": who}
    session.answer(payload, show)


def _require_decision(session: Session, name: str, who: str, waive: str) -> None:
    """Go on only when no running month wants a decision first; a company that was never served has no months.

    Raises:
        NotAllowed: A month does, and nobody with authority waives it.
    """
    if not ((session.folder / APP_RECORDS).exists() or database_url()):
        return
    connect(session.folder)
    from steelyard.web.accounts.selectors import people  # needs the settings of the company
    from steelyard.web.scenarios.publishing_rule import require_free

    person = next((one for one in people() if one.username == who and one.is_active), None)
    require_free(name, user=person, waive=waive)
