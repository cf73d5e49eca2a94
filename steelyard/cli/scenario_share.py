"""Scenario share: who sees a scenario and who of them changes it; `steelyard scenario` lists it."""

from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.company import open_company
from steelyard.cli.option import ActorOption
from steelyard.cli.session import actor_or_me, current_session
from steelyard.cli.user import connect_app
from steelyard.web.accounts.roles import Role
from steelyard.web.scenarios.audience import Access, Audience, Reach


def share_scenario(
    name: Annotated[str, typer.Argument(help="Name of the scenario.")],
    seen_by: Annotated[
        list[str] | None, typer.Option("--seen-by", help="all, none, or a role or a sign-in name, repeatable.")
    ] = None,
    changed_by: Annotated[
        list[str] | None, typer.Option("--changed-by", help="all, none, or a role or a sign-in name, repeatable.")
    ] = None,
    actor: ActorOption = "",
) -> None:
    """Say who sees a scenario in the app and who of them changes it; without options, show it.

    Its author and whoever may archive any scenario see and change it in any case.
    """
    session = current_session()
    with open_company(session) as workspace:
        record = workspace.records.scenario(name)
    connect_app(session)
    from steelyard.web.scenarios.access import access_of  # needs the settings of the company
    from steelyard.web.scenarios.sharing import access_set

    found: Access = access_of(record.id)
    if seen_by or changed_by:
        wanted = Access(_audience(seen_by) or found.seen_by, _audience(changed_by) or found.changed_by)
        found = access_set(record, wanted, actor=actor_or_me(actor))
    payload: dict[str, object] = {
        "scenario": record.name,
        "seen_by": found.seen_by.to_json(),
        "changed_by": found.changed_by.to_json(),
    }

    def show(console: Console) -> None:
        console.print(f"[bold]{record.name}[/]: seen by {_words(found.seen_by)}, changed by {_words(found.changed_by)}")

    session.answer(payload, show)


def _audience(names: list[str] | None) -> Audience | None:
    """All, nobody, or the roles and people named; nothing where nobody is named."""
    if not names:
        return None
    if names in (["all"], ["none"]):
        reach: Reach = "all" if names == ["all"] else "none"
        return Audience(reach)
    roles = {role.value for role in Role}
    return Audience(
        "some", tuple(one for one in names if one not in roles), tuple(one for one in names if one in roles)
    )


def _words(audience: Audience) -> str:
    return ", ".join((*audience.roles, *audience.people)) if audience.reach == "some" else audience.reach
