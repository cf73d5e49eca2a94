"""Command line: `steelyard <command>`, a face over the workspace; every command lives in a file of its name."""

import typer

from steelyard.cli.command_group import CommandGroup
from steelyard.cli.pipe import flush_answer

app = typer.Typer(
    cls=CommandGroup,
    name="steelyard",
    help="Sales & operations planning a company can run itself.",
    epilog="Exit codes: 0 done, 1 findings or a difference, 2 usage, 3 rejected, 4 conflict, 5 not found, 70 fault.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def everywhere() -> None:
    """Sales & operations planning a company can run itself."""


def main() -> None:
    """Run the command line."""
    try:
        app(prog_name="steelyard")
    finally:
        flush_answer()
