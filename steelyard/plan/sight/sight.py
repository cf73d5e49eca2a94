"""Sight: the parts of the company a reader may see, and the kinds of money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.grid.block import IntArray
from steelyard.grid.measure import Measure
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.canonical import digest_of

Side = Literal["sales", "cost"]
"""Two kinds of money: what customers pay, and everything else (cost, margin, value of stock)."""

SALES_MONEY = frozenset(
    {
        "revenue_history",
        "price",
        "list_price",
        "discounts",
        "revenue",
        "receivables",
        "budget_revenue",
        "revenue_vs_budget",
    }
)
"""Measures of the sales side; all other money is of the cost side, a measure declared tomorrow as well."""

Part = tuple[tuple[str, tuple[str, ...]], ...]
"""A slice: members by level; a series lies in it when it matches one member on every level."""


@dataclass(frozen=True)
class Sight:
    """What a reader may see.

    Example:
        >>> Sight(parts=(part_of({"product_family": ["Road"]}),)).limited
        True
    """

    parts: tuple[Part, ...] = ()
    """Slices of which the reader sees the union; none: the whole company."""
    hidden: frozenset[Side] = frozenset()
    """Kinds of money the reader does not see."""

    @property
    def limited(self) -> bool:
        """Whether the reader sees a part of the company only."""
        return bool(self.parts)

    @property
    def everything(self) -> bool:
        """Whether nothing is kept from the reader."""
        return not self.parts and not self.hidden

    @property
    def key(self) -> str:
        """Digest that tells two sights apart."""
        return digest_of({"parts": [list(map(str, part)) for part in self.parts], "hidden": sorted(self.hidden)})[:16]

    def shows(self, side: Side) -> bool:
        """Whether the reader sees a kind of money."""
        return side not in self.hidden

    def hides(self, name: str, measures: Mapping[str, Measure]) -> bool:
        """Whether a measure is money kept from the reader; a ratio is, when one of its parts is."""
        declared = measures.get(name)
        if declared is None or not self.hidden:
            return False
        if declared.is_money:
            return side_of(name) in self.hidden
        return declared.is_ratio and any(
            self.hides(part, measures) for part in (declared.numerator, declared.denominator)
        )


EVERYTHING = Sight()
"""The sight of those from whom nothing is kept, and of the system itself."""


def side_of(measure: str) -> Side:
    """The kind of money a money measure is."""
    return "sales" if measure in SALES_MONEY else "cost"


def part_of(scope: Mapping[str, str | Sequence[str]]) -> Part:
    """A slice as a part of a sight.

    Example:
        >>> part_of({"customer": "C1", "product_family": ["Road", "City"]})
        (('customer', ('C1',)), ('product_family', ('City', 'Road')))
    """
    spelled = {level: (found,) if isinstance(found, str) else tuple(found) for level, found in scope.items()}
    return tuple((level, tuple(sorted(set(members)))) for level, members in sorted(spelled.items()))


def rows_of(part: Part, series: SeriesIndex) -> IntArray:
    """Rows in a part, ascending; members that do not exist here hold none."""
    scope: dict[str, list[str]] = {}
    for level, members in part:
        scope[level] = [name for name in members if level in series.levels and series.has_member(level, name)]
        if not scope[level]:
            return np.empty(0, dtype=np.int64)
    return series.select(scope)


def inside(scope: Scope, part: Part, series: SeriesIndex) -> bool:
    """Whether every row of a scope lies in a part."""
    return bool(np.isin(series.select(scope), rows_of(part, series)).all())
