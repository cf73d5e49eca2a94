"""View: what part of the plan the worksheet shows, and how; all of it fits into an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from steelyard.errors import ChangeInvalid
from steelyard.web.worksheet.address import Node, Pairs, filter_text, parse_filter
from steelyard.web.worksheet.beside import VARIANTS, Variant
from steelyard.web.worksheet.columns import PAST_PERIODS

DEFAULT_LEVELS = ("product_family", "item")
DEFAULT_MEASURES = ("demand_history", "statistical_forecast", "consensus_demand")
MOST_ROWS = 500
TIME_LABELS = (("period", "Periods"), ("quarter", "Quarters"), ("year", "Years"), ("fiscal_year", "Fiscal years"))


@dataclass(frozen=True)
class View:
    """Levels by measures by periods, seen through a filter, with some nodes open."""

    levels: tuple[str, ...] = DEFAULT_LEVELS
    measures: tuple[str, ...] = DEFAULT_MEASURES
    filter: Pairs = ()
    time: str = "period"
    past: int = PAST_PERIODS
    totals: bool = True
    against: str = ""
    """A scenario or published plan (`plan:<id>`) whose differences stand below each measure."""
    depth: int = 0
    """Nodes above this depth are open, unless they are closed by hand."""
    opened: frozenset[str] = field(default_factory=frozenset)
    closed: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def parse(cls, asked: Mapping[str, str]) -> Self:
        """Read a view from the parts of an address; what is missing has its default.

        Raises:
            ChangeInvalid: A number is not a number, or the filter cannot be read.
        """
        return cls(
            levels=_words(asked.get("levels")) or DEFAULT_LEVELS,
            measures=_words(asked.get("measures")) or DEFAULT_MEASURES,
            filter=parse_filter(asked.get("scope", "")),
            time=asked.get("time") or "period",
            past=_whole(asked, "past", PAST_PERIODS),
            against=asked.get("against", "").strip(),
            totals=asked.get("totals", "1") not in {"0", "false", "no"},
            depth=_whole(asked, "depth", 0),
            opened=frozenset(_words(asked.get("open"))),
            closed=frozenset(_words(asked.get("closed"))),
        )

    @property
    def query(self) -> dict[str, str]:
        """The parts of an address that differ from the default; open nodes are left out."""
        default = View()
        spelled = {
            "levels": ",".join(self.levels) if self.levels != default.levels else "",
            "measures": ",".join(self.measures) if self.measures != default.measures else "",
            "scope": filter_text(dict(self.filter)),
            "time": self.time if self.time != default.time else "",
            "past": str(self.past) if self.past != default.past else "",
            "totals": "" if self.totals else "0",
            "depth": str(self.depth) if self.depth else "",
            "against": self.against,
        }
        return {name: value for name, value in spelled.items() if value}

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the numbers: everything but what is open and which measures are shown."""
        return (self.levels, self.filter, self.time, self.past, self.totals)

    @property
    def lines(self) -> tuple[tuple[str, Variant], ...]:
        """What stands on each node, line by line: a measure, or its difference from the plan beside."""
        variants = VARIANTS if self.against else VARIANTS[:1]
        return tuple((measure, variant) for measure in self.measures for variant in variants)

    def with_nodes(self, opened: Sequence[str], closed: Sequence[str]) -> "View":
        """The same view with other nodes open."""
        return replace(self, opened=frozenset(opened), closed=frozenset(closed))

    def narrowed(self, level: str, members: Sequence[str]) -> "View":
        """The same view with more members in its filter."""
        held = dict(self.filter)
        held[level] = tuple(sorted({*held.get(level, ()), *members}))
        return replace(self, filter=tuple(sorted(held.items())))

    def widened(self, level: str) -> "View":
        """The same view without its filter on a level."""
        return replace(self, filter=tuple(pair for pair in self.filter if pair[0] != level))

    def node(self, path: Sequence[tuple[str, str]]) -> Node:
        """A node of this view."""
        return Node(self.filter, tuple(path))


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _whole(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name) or str(default)
    if not text.isdecimal() or len(text) > 4:
        raise ChangeInvalid(f"{name} is not a whole number", where=text[:40], mend=f"write {name}={default}")
    return int(text)
