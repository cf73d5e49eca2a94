"""Content: what a book says, page by page, as plain frozen values that two writers draw alike."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias, cast

from steelyard.plan.canonical import Json, digest_of

Tone = Literal["accent", "warm", "violet", "leaf", "brick", "blue", "quiet", "good", "alert", "ink", "clear"]
"""A colour by its meaning; `clear` is not drawn."""
ChartKind = Literal["columns", "stacked", "lines", "bars", "waterfall"]
FORMAT = 1


@dataclass(frozen=True)
class Tile:
    """One figure with its name and a word on it."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "ink"


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: tuple[Tile, ...]
    kind: Literal["tiles"] = "tiles"


@dataclass(frozen=True)
class Table:
    """A table of words and formatted figures.

    Args:
        columns: Heads.
        rows: Cells, row by row, as many as there are heads.
        title: Stands above.
        words: How many columns from the left hold words; they are set left, the others right.
        strong: Numbers of the rows that are totals.
        widths: Share of each column of the width; empty for even figures and wider words.
        nothing: What is said when there are no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    words: int = 1
    strong: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    nothing: str = "Nothing to report."
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class ChartSeries:
    """One set of values over the categories of a chart; None is a gap."""

    name: str
    values: tuple[float | None, ...]
    tone: Tone = "accent"


@dataclass(frozen=True)
class Chart:
    """A picture.

    A waterfall has one series of steps; its first and last category are totals, those between are changes.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    drawn: ChartKind = "columns"
    unit: str = ""
    nothing: str = "No figures for this picture yet."
    kind: Literal["chart"] = "chart"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.categories or all(value is None for one in self.series for value in one.values)


@dataclass(frozen=True)
class Text:
    """Paragraphs under a head; with `listed` each has a mark."""

    paragraphs: tuple[str, ...]
    title: str = ""
    listed: bool = False
    nothing: str = "Nothing to report."
    kind: Literal["text"] = "text"


Block: TypeAlias = Tiles | Table | Chart | Text


@dataclass(frozen=True)
class Row:
    """Blocks side by side.

    Args:
        blocks: From left to right.
        height: Share of the page's height, against the other rows.
        widths: Share of each block; empty for even ones.
    """

    blocks: tuple[Block, ...]
    height: float = 1.0
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page: a sentence that says what it tells, and what shows it."""

    title: str
    rows: tuple[Row, ...]
    section: str = ""


@dataclass(frozen=True)
class Book:
    """A book.

    Args:
        company: Whose.
        title: Such as "Executive S&OP 2026-11".
        subtitle: What it stands on, in words.
        made_from: Digest of the plan it tells of.
        dated: Day of that plan as people read it; the files carry no other time.
        stamp: The same moment in ISO 8601, for the properties of the files.
        pages: After the cover.
    """

    company: str
    title: str
    subtitle: str
    made_from: str
    dated: str
    stamp: str
    pages: tuple[Page, ...] = field(default=())

    @property
    def digest(self) -> str:
        """Digest of all it says."""
        return digest_of(self.to_json())

    def to_json(self) -> Json:
        """Spell the content for keeping."""
        return {"format": FORMAT, **cast(Mapping[str, Json], _plain(asdict(self)))}

    @classmethod
    def from_json(cls, spelled: Mapping[str, Json]) -> "Book":
        """Read kept content."""
        pages = tuple(_page(page) for page in cast(Sequence[Mapping[str, Json]], spelled["pages"]))
        words = {name: str(spelled[name]) for name in ("company", "title", "subtitle", "made_from", "dated", "stamp")}
        return cls(**words, pages=pages)


_BLOCKS: Mapping[str, type[Tiles] | type[Table] | type[Chart] | type[Text]] = {
    "tiles": Tiles,
    "table": Table,
    "chart": Chart,
    "text": Text,
}
_PARTS: Mapping[str, type[Tile] | type[ChartSeries]] = {"tiles": Tile, "series": ChartSeries}


def _page(spelled: Mapping[str, Json]) -> Page:
    rows = cast(Sequence[Mapping[str, Json]], spelled["rows"])
    return Page(str(spelled["title"]), tuple(_row(row) for row in rows), str(spelled["section"]))


def _row(spelled: Mapping[str, Json]) -> Row:
    blocks = cast(Sequence[Mapping[str, Json]], spelled["blocks"])
    widths = cast(Sequence[float], spelled["widths"])
    return Row(tuple(_block(block) for block in blocks), cast(float, spelled["height"]), tuple(widths))


def _block(spelled: Mapping[str, Json]) -> Block:
    fields = {name: _field(name, value) for name, value in spelled.items()}
    return _BLOCKS[str(spelled["kind"])](**fields)  # type: ignore[arg-type]


def _field(name: str, value: Json) -> object:
    if name in _PARTS:
        parts = cast(Sequence[Mapping[str, Json]], value)
        return tuple(_PARTS[name](**{k: _frozen(v) for k, v in part.items()}) for part in parts)  # type: ignore[arg-type]
    return _frozen(value)


def _frozen(value: object) -> object:
    return tuple(_frozen(part) for part in value) if isinstance(value, list | tuple) else value


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
