"""Names: what items, places, customers and resources are called, beside their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from steelyard.plan.sight import Sight
from steelyard.web.accounts.sight import sight
from steelyard.web.masterdata.selectors import extract

KEPT = 24
NAMED = {
    "item": ("item", "item_id", "description"),
    "location": ("location", "location_id", "name"),
    "customer": ("customer", "customer_id", "name"),
    "resource": ("resource", "resource_id", "name"),
}
"""For each level with codes: the table, its column of codes and its column of names."""


@dataclass(frozen=True, eq=False)
class MemberNames:
    """Names of the members of an extract by level; a member that is its own name has none."""

    by_level: Mapping[str, Mapping[str, str]]

    def of(self, level: str, member: str) -> str:
        """What a member is called; empty where the code is all there is."""
        return self.by_level.get(level, {}).get(member, "")

    def spoken(self, level: str, member: str) -> str:
        """Code and name.

        Example:
            >>> MemberNames({"item": {"CS-1001": "Kitchen scale"}}).spoken("item", "CS-1001")
            'CS-1001 Kitchen scale'
        """
        return f"{member} {self.of(level, member)}".rstrip()

    def holds(self, level: str, member: str, text: str) -> bool:
        """Whether code or name contains a text, in whatever case."""
        return text.lower() in member.lower() or text.lower() in self.of(level, member).lower()


NAMELESS = MemberNames({})
"""Where nothing is known but codes."""


def member_names(digest: str = "") -> MemberNames:
    """Names in an extract; in the latest without a digest.

    Raises:
        NotFound: There is no such extract.
    """
    return _names(digest or extract().digest, sight())


@lru_cache(maxsize=KEPT)
def _names(digest: str, _eyes: Sight) -> MemberNames:
    """Names as the person of the request sees them, which `_eyes` tells apart."""
    tables = extract(digest).tables
    return MemberNames({level: _read(tables[table], code, name) for level, (table, code, name) in NAMED.items()})


def _read(frame: pl.DataFrame, code: str, name: str) -> dict[str, str]:
    rows = frame.select(code, name).drop_nulls().iter_rows()
    named = ((member, " ".join(spelled.split())) for member, spelled in rows)
    return {member: plain for member, plain in named if _letters(plain) != _letters(member)}


def _letters(text: str) -> str:
    return "".join(mark for mark in text.casefold() if mark.isalnum())
