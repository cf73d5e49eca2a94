"""Serve: the app in the browser."""

from typing import Annotated

import typer

from steelyard.cli.company import open_company
from steelyard.cli.session import Session, current_session
from steelyard.web.accounts.roles import MAKE_THE_FIRST
from steelyard.web.serve import connect
from steelyard.web.serve import serve as serve_web

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)]


def serve(host: HostOption = "127.0.0.1", port: PortOption = 8000) -> None:
    """Serve the app for the company; stop it with Ctrl-C."""
    session = current_session()
    open_company(session).close()
    serve_company(session, host, port)


def serve_company(session: Session, host: str, port: int) -> None:
    """Say where the app is and serve it until it is stopped."""
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/"
    session.side.print(f"Serving [bold]{session.folder}[/] on [bold]{address}[/]   [dim]stop with Ctrl-C[/]")
    connect(session.folder, host)
    from steelyard.web.accounts.selectors import nobody_yet  # needs the settings of the company

    if nobody_yet():
        session.side.print(f"[yellow]Nobody can sign in yet[/]; {MAKE_THE_FIRST}")
    serve_web(session.folder, host=host, port=port)
