"""Convention options: a flag for every way of counting supply, made of the conventions as they are declared."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from steelyard.plan.review.conventions import BY_NAME, Convention

PANEL = "How supply is counted"
_TYPES: dict[str, Any] = {"flag": bool | None, "share": float | None, "choice": str | None, "text": str | None}


def with_conventions(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for every convention; what is not said comes as None.

    Args:
        command: A command that takes further keywords.
    """
    own = [one for one in inspect.signature(command).parameters.values() if one.kind is not one.VAR_KEYWORD]
    added = [_parameter(one) for one in BY_NAME.values()]

    @wraps(command)
    def told(*args: object, **said: object) -> None:
        command(*args, **said)

    told.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]
    told.__annotations__ = {one.name: one.annotation for one in (*own, *added)}
    return told


def _parameter(one: Convention) -> inspect.Parameter:
    flag = f"--{one.name.replace('_', '-')}"
    flag += f"/--no{flag[1:]}" if one.kind == "flag" else ""
    option = typer.Option(flag, help=_help(one), rich_help_panel=PANEL, show_default=False)
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(one.name, kind, default=None, annotation=Annotated[_TYPES[one.kind], option])


def _help(one: Convention) -> str:
    words = "; ".join(f"{value}: {said}" for value, said in one.choices.items())
    return f"{one.label}. {one.meaning}" + (f" {words}." if words else "")
