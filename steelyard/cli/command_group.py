"""Command group: commands loaded when they are called, with common options, that never end in a traceback."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from steelyard.cli.exit_code import ExitCode, code_of
from steelyard.cli.pipe import leave_pipe
from steelyard.cli.session import COMPANY_VARIABLE, begin_session, current_session, show_fault
from steelyard.errors import SteelyardError

COMMANDS: dict[str, str] = {
    "new": "Make a workspace for a company.",
    "map": "Propose a mapping for a folder of unknown files.",
    "import": "Import an extract of the ERP.",
    "check": "Check an extract before it is imported, or show what was found in the last one.",
    "run": "Calculate a scenario and show its plan.",
    "change": "Change numbers of a scenario, with a reason; undo and redo.",
    "scenario": "List, create, branch, show, diff, merge, promote, rebase, lock and archive scenarios.",
    "change-set": "Keep changes under a name and lay them on any scenario.",
    "launch": "List launches, enter, move and gate them, name successors, end items.",
    "portfolio": "Products, tail and vitality, endings, candidates to leave, calendar of events.",
    "compare": "Compare two scenarios or published plans.",
    "explain": "Explain a number: formula, inputs, changes, rows of the extract.",
    "forecast": "Show a statistical forecast, its interval, and how it came about.",
    "sign-off": "Sign the demand of a slice for a function; see what is unsigned or has moved.",
    "engines": "Plan supply by every engine and strategy, side by side.",
    "strategies": "Level, chase and hybrid next to the optimum, and as scenarios.",
    "what-if": "Ask what a change of capacity, demand, cost, lead time or source does to the best plan.",
    "inventory": "Review stock: what it is for, exceptions in money, the best service for a budget.",
    "replenishment": "Policies side by side, lots, quantity discounts, joint orders, last buys.",
    "capacity-options": "Rank ways to get more hours: overtime to a new line, with payback.",
    "balance": "Gaps of a plan, levers by value, the best mix, rations and ways out.",
    "multi-echelon": "Place safety stock where in the network it costs least.",
    "cycle": "Run the month: cycles, steps, gates, the work they do by themselves.",
    "publish": "Publish a scenario as a plan that never changes.",
    "replay": "Calculate a published plan again and compare every byte.",
    "export": "Write measures of a plan to a file.",
    "segment": "What matters and what can be forecast; what history was cleaned of; what drives demand.",
    "accuracy": "Grade archived forecasts: by lag, segment, hand and person; advise on a change.",
    "intelligence": "Keep market intelligence, use it in scenarios, see how sources did.",
    "capacity": "Load by three methods, bills of families, the work behind it, bottlenecks, late units.",
    "sourcing": "Show lead times as stated and as seen, and peg orders to demand.",
    "finance": "Statement, bridge, budget, profitability, gap-closing actions, value of an option.",
    "risk": "Keep assumptions, risks and opportunities; tornado, ranges and many futures.",
    "kpi": "List KPIs, show them by period, look at alert rules, follow cases, export.",
    "demo": "Make the demo company with its scenarios and users.",
    "user": "Add and list the people who sign in.",
    "serve": "Serve the app in the browser.",
}
"""Every command and its one line; the command `x-y` is the function or group `x_y` of the file `x_y.py`."""


PANEL = "Everywhere"


class CommandsOnDemand(dict[str, Any]):
    """Commands by name; each is imported when it is first asked for."""

    def __getitem__(self, name: str) -> Any:
        """Load one."""
        if super().__getitem__(name) is None:
            self[name] = load_command(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Load one if there is such a command."""
        return default if name not in COMMANDS else self[name]

    def items(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        """Load all."""
        return ((name, self[name]) for name in self)

    def values(self) -> Iterator[Any]:  # type: ignore[override]
        """Load all."""
        return (self[name] for name in self)


def load_command(name: str) -> Any:
    """Import the file of a command and build it, common options included."""
    word = f"{name}_" if name == "import" else name.replace("-", "_")
    found = getattr(import_module(f"steelyard.cli.{word}"), word)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    add_common_options(command)
    return command


def add_common_options(command: Any) -> None:
    """Give a command, or each command of a group, --company, --json and --debug."""
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            add_common_options(below)
        return
    command.params.extend(common_options())


def common_options() -> list[Any]:
    """The options that every command takes."""
    holder = typer.Typer(add_completion=False)
    holder.command()(_common)
    return [option for option in typer.main.get_command(holder).params if option.name in _FIELDS]


def _remember(option: typer.CallbackParam, value: Any) -> Any:
    """Keep a common option in the session; options after the command win over those before it."""
    if value:
        setattr(current_session(), _FIELDS[str(option.name)], value)
    return value


_FIELDS = {"company_folder": "company", "json_answer": "as_json", "debug_faults": "debug"}


def _common(
    company_folder: Annotated[
        Path | None,
        typer.Option(
            "--company", metavar="FOLDER", help=f"Folder of the company's workspace [{COMPANY_VARIABLE}, else here].",
            callback=_remember, expose_value=False, rich_help_panel=PANEL,
        ),
    ] = None,
    json_answer: Annotated[
        bool,
        typer.Option("--json", help="Answer in JSON.", callback=_remember, expose_value=False, rich_help_panel=PANEL),
    ] = False,
    debug_faults: Annotated[
        bool,
        typer.Option(
            "--debug", help="Show the traceback of a fault.", callback=_remember, expose_value=False,
            rich_help_panel=PANEL,
        ),
    ] = False,
) -> None:  # fmt: skip
    """Carry the common options; it is never called."""


class CommandGroup(TyperGroup):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = CommandsOnDemand(dict.fromkeys(COMMANDS))
        self.params.extend(common_options())
        self._listing = False

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Begin a call: common options are remembered from here on."""
        begin_session()
        return super().make_context(*arguments, **settings)

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command; while help is written, its one line is enough."""
        if self._listing:
            return TyperCommand(cmd_name, help=COMMANDS[cmd_name])
        return self.commands.get(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write help without loading any command."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a fault is told in three lines and by the exit code."""
        session = current_session()
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except BrokenPipeError:
            leave_pipe()
        except SteelyardError as fault:
            if session.debug:
                raise
            show_fault(session, fault)
            raise typer.Exit(code_of(fault)) from None
        except Exception as fault:  # the last door: nobody shall see a traceback who did not ask for it
            if session.debug or hasattr(fault, "exit_code"):  # a message of the command line's own
                raise
            show_fault(session, _unexpected(fault))
            raise typer.Exit(ExitCode.FAULT) from None


def _unexpected(fault: BaseException) -> SteelyardError:
    said = f"{type(fault).__name__}: {fault}".splitlines()[0]
    return SteelyardError(
        "Something went wrong that should not", where=said, mend="run it again with --debug and report it"
    )
