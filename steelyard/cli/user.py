"""User: the people who sign in to the app of a company."""

import sys
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company
from steelyard.cli.option import ActorOption
from steelyard.cli.session import Session, actor_or_me, current_session
from steelyard.cli.table import show_frame
from steelyard.errors import ChangeInvalid
from steelyard.web.accounts.roles import MAKE_THE_FIRST, Role
from steelyard.web.serve import connect

user = typer.Typer(help="Add and list the people who sign in.", no_args_is_help=True)


@user.command("add")
def add_person(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[Role, typer.Option("--role", help="What the person is in the process.")],
    full_name: Annotated[str, typer.Option("--full-name", help="First and last name, as pages show it.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the standard input; else it is asked.")
    ] = False,
    actor: ActorOption = "",
) -> None:
    """Add a person who signs in with a password; whoever holds the company's folder may."""
    session = current_session()
    connect_app(session)
    from steelyard.web.accounts.services import person_add  # needs the settings of the company

    password = _password(password_stdin)
    made = person_add(username=name, password=password, role=role, full_name=full_name, actor=actor_or_me(actor))

    def show(console: Console) -> None:
        console.print(f"Added [bold]{name}[/], {made.role_label}")
        console.print(f"[dim]Sign in after: steelyard serve --company {session.folder}[/]")

    session.answer(_row(made), show)


@user.command("list")
def list_people() -> None:
    """List the people of the company with their roles."""
    session = current_session()
    connect_app(session)
    from steelyard.web.accounts.selectors import people

    rows = [_row(one) for one in people()]

    def show(console: Console) -> None:
        if not rows:
            console.print(f"Nobody can sign in yet; {MAKE_THE_FIRST}")
            return
        show_frame(console, pl.DataFrame(rows, infer_schema_length=None), title="People", wrap=True)

    session.answer({"people": rows}, show)


def connect_app(session: Session) -> None:
    """Make the records of the app ready, beside those of the company."""
    open_company(session).close()
    connect(session.folder)


def _password(from_stdin: bool) -> str:
    """The password, from the standard input or asked for twice at the terminal.

    Raises:
        ChangeInvalid: There is no terminal to ask at, or nothing on the standard input.
    """
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise ChangeInvalid("No password came", where="--password-stdin", mend="give it as the first line")
        return given
    if not sys.stdin.isatty():
        raise ChangeInvalid("There is no terminal to ask for the password", mend="give it with --password-stdin")
    return str(typer.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt="Once more"))


def _row(one: Any) -> dict[str, object]:
    seen = one.last_login
    return {
        "name": one.username, "full_name": one.get_full_name(), "role": one.role, "active": one.is_active,
        "last_sign_in": f"{seen:%Y-%m-%d %H:%M}" if seen else None,
    }  # fmt: skip
