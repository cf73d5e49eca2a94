"""Option: the options that several commands share, and how their values are read."""

from typing import Annotated

import typer

from steelyard.errors import ChangeInvalid

ScopeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scope", "-s", metavar="LEVEL=MEMBER", help="Where: level=member, repeatable; members split by '|'."
    ),
]
PeriodsOption = Annotated[
    str | None, typer.Option("--periods", "-p", metavar="FIRST..LAST", help="When: one period or first..last.")
]
ByOption = Annotated[
    list[str] | None, typer.Option("--by", "-b", metavar="LEVEL", help="Level to group by, repeatable.")
]
TimeOption = Annotated[
    str, typer.Option("--time", "-t", help="period, month, quarter, year, fiscal_year or all.", show_default=True)
]
MeasuresOption = Annotated[
    list[str] | None, typer.Option("--measure", "-m", metavar="NAME", help="Measure to show, repeatable.")
]
ActorOption = Annotated[
    str, typer.Option("--actor", help="Who does it; by default STEELYARD_ACTOR or your login name.", show_default=False)
]
NoteOption = Annotated[str, typer.Option("--note", help="The reason in words.", show_default=False)]


def read_scope(pairs: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Read level=member pairs; the same level again adds members.

    Raises:
        ChangeInvalid: A pair lacks its level or member.

    Example:
        >>> read_scope(["product_family=Kitchen scales", "territory=North|South"])
        {'product_family': ('Kitchen scales',), 'territory': ('North', 'South')}
    """
    scope: dict[str, tuple[str, ...]] = {}
    for pair in pairs or []:
        level, equals, members = pair.partition("=")
        if not (level.strip() and equals and members.strip()):
            raise ChangeInvalid(
                f"{pair!r} is no scope", where="--scope", mend="write level=member, e.g. territory=North"
            )
        found = tuple(member.strip() for member in members.split("|") if member.strip())
        scope[level.strip()] = (*scope.get(level.strip(), ()), *found)
    return scope


def read_periods(text: str | None) -> tuple[str, str] | None:
    """Read one period or first..last.

    Raises:
        ChangeInvalid: A side is missing.

    Example:
        >>> read_periods("2026-11..2027-01"), read_periods("2026-11"), read_periods(None)
        (('2026-11', '2027-01'), ('2026-11', '2026-11'), None)
    """
    if not text:
        return None
    first, dots, last = text.partition("..")
    if not first or (dots and not last):
        raise ChangeInvalid(f"{text!r} is no range of periods", where="--periods", mend="write e.g. 2026-11..2027-01")
    return first.strip(), (last if dots else first).strip()


def say_scope(scope: dict[str, tuple[str, ...]]) -> str:
    """A scope in words."""
    return ", ".join(f"{level} {' / '.join(members)}" for level, members in scope.items()) or "everything"
