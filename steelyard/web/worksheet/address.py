"""Address: which cells a row of the grid stands for, spelled so that it can travel and come back."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from steelyard.errors import ChangeInvalid
from steelyard.web.scenarios.asked import filter_text as filter_text
from steelyard.web.scenarios.asked import quote_member

Pairs = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Node:
    """One line of the tree: the filter it was seen through, and the members on the way down to it."""

    filter: Pairs = ()
    path: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The node as a word without blanks or commas.

        Example:
            >>> Node((("channel", ("Retail",)),), (("product_family", "Road Bikes"),)).key
            'channel:Retail//product_family:Road%20Bikes'
        """
        filters = ";".join(f"{level}:{'|'.join(quote_member(m) for m in members)}" for level, members in self.filter)
        return f"{filters}//{'/'.join(f'{level}:{quote_member(member)}' for level, member in self.path)}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a node back.

        Raises:
            ChangeInvalid: The word is no node.
        """
        filters, cut, path = key.partition("//")
        if not cut:
            raise ChangeInvalid("This is not a row of the worksheet", where=key[:80], mend="reload the page")
        pairs = (_pair(part) for part in path.split("/") if part)
        return cls(parse_filter(filters), tuple((level, unquote(member)) for level, member in pairs))

    @property
    def scope(self) -> dict[str, tuple[str, ...]]:
        """Members by level: the filter narrowed by the path."""
        return {**dict(self.filter), **{level: (member,) for level, member in self.path}}


@dataclass(frozen=True)
class Row:
    """A node, the measure shown on it, and whether its difference from another plan is."""

    node: Node
    measure: str
    variant: str = ""
    """delta or percent for a line that tells the difference from another plan."""

    @property
    def key(self) -> str:
        """The row as a word."""
        return f"{self.measure}{f'~{self.variant}' if self.variant else ''}@{self.node.key}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a row back.

        Raises:
            ChangeInvalid: The word is no row.
        """
        named, _, node = key.partition("@")
        measure, _, variant = named.partition("~")
        return cls(Node.parse(node), measure, variant)


def parse_filter(text: str) -> Pairs:
    """Read a filter such as `channel:Retail|Web;territory:North`; `=` does for `:`.

    Example:
        >>> parse_filter("channel=Retail")
        (('channel', ('Retail',)),)
    """
    pairs = (_pair(part.replace("=", ":", 1) if ":" not in part else part) for part in text.split(";") if part.strip())
    return tuple(sorted((level, tuple(sorted({unquote(m) for m in members.split("|")}))) for level, members in pairs))


def _pair(part: str) -> tuple[str, str]:
    level, cut, members = part.strip().partition(":")
    if not cut or not members:
        raise ChangeInvalid("A filter names a level and its members", where=part[:80], mend="write channel:Retail|Web")
    return level, members
