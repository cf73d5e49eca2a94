"""Cell subject: the slice that a comment on a cell of the worksheet is about, as its subject names it."""

from collections.abc import Iterable
from urllib.parse import unquote

Part = tuple[tuple[str, tuple[str, ...]], ...]


def cell_scope(subject: str) -> dict[str, tuple[str, ...]]:
    """Members by level of the cell a subject names; empty when it names no member.

    Example:
        >>> cell_scope("cell:base/price@channel:Retail//product_family:Road%20Bikes/2026-11")
        {'channel': ('Retail',), 'product_family': ('Road Bikes',)}
    """
    filters, _, path = subject.partition("@")[2].partition("//")
    pairs = [part.partition(":") for part in (*filters.split(";"), *path.split("/")) if ":" in part]
    return {level: tuple(unquote(member) for member in members.split("|")) for level, _, members in pairs}


def cell_within(subject: str, parts: Iterable[Part]) -> bool:
    """Whether a cell lies in one of the parts; where the levels differ it is taken to lie outside.

    Example:
        >>> cell_within("cell:base/price@//channel:Retail/2026-11", [(("channel", ("Retail", "Web")),)])
        True
    """
    scope = cell_scope(subject)
    return any(all(level in scope and set(scope[level]) <= set(members) for level, members in part) for part in parts)
