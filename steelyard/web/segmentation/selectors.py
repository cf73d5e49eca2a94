"""Segmentation selectors: the matrix, the items behind a cell, the movers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse

from steelyard.plan.forecasting.segmentation import Segmentation, segmentation
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scenarios.plans import Moment
from steelyard.web.scenarios.slice import Scope, items_inside
from steelyard.web.scorecard.charts import Option, money_scale, ranking
from steelyard.web.worksheet.address import filter_text

SHOWN = 200
"""Items shown at once; the file holds all."""
FILTERS = ("segment", "demand_class", "life_cycle", "product_family")
"""Columns by which the items are narrowed."""
HISTORY = (
    "demand_history", "history_correction", "cleaned_demand", "uplift_history", "baseline_history",
    "statistical_forecast", "consensus_demand",
)  # fmt: skip
"""What the worksheet shows of an item."""
ROWS = (("A", "most of the value"), ("B", "the next part"), ("C", "the rest"))
COLUMNS = (("X", "easy to forecast"), ("Y", "harder"), ("Z", "hard"))
_kept: Answers[Segmentation] = Answers("Sorting items into segments", 8)


@dataclass(frozen=True)
class Cell:
    """One of the nine segments."""

    segment: str
    items: int
    revenue: float
    share: float
    moved_in: int
    moved_out: int
    review: str
    service_class: str
    method: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """A row of the matrix."""

    letter: str
    meaning: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and where it goes off."""

    label: str
    url: str


@dataclass(frozen=True)
class ItemRow:
    """An item of the table."""

    values: Mapping[str, object]
    name: str
    url: str


@dataclass(frozen=True)
class SegmentPage:
    """What the page of segments shows."""

    rows: tuple[Row, ...]
    items: tuple[ItemRow, ...]
    found: int
    movers: tuple[ItemRow, ...]
    moved: int
    compared_with: str
    chips: tuple[Chip, ...]
    classes: Option
    life: Option
    total: int


def segments_of(moment: Moment) -> Segmentation:
    """The segments of a plan; those of the last few plans are remembered."""
    return _kept.of(moment.plan, lambda: segmentation(workspace(), moment.plan))


def segments_inside(moment: Moment, scope: Scope) -> Segmentation:
    """The segments of the items of a slice; classes stay those of the whole company."""
    found = segments_of(moment)
    if not scope:
        return found
    inside = pl.col("item").is_in(items_inside(moment.plan, scope))
    return replace(found, items=found.items.filter(inside), movers=found.movers.filter(inside))


def chosen_items(found: Segmentation, chosen: Mapping[str, str]) -> pl.DataFrame:
    """The items of a segment, class, state or family."""
    table = found.items
    for column, value in chosen.items():
        table = table.filter(pl.col(column) == value)
    return table


def segment_page(moment: Moment, chosen: Mapping[str, str], scope: Scope) -> SegmentPage:
    """Gather what the page shows of a slice."""
    found, names = segments_inside(moment, scope), member_names(moment.plan.inputs.extract)
    items = chosen_items(found, chosen)
    movers = found.movers.join(items.select("item"), on="item", how="semi", maintain_order="left")
    return SegmentPage(
        rows=_rows(found, chosen),
        items=_item_rows(items.head(SHOWN), names, moment.name),
        found=items.height,
        movers=_item_rows(movers.head(SHOWN // 4), names, moment.name),
        moved=movers.height,
        compared_with=found.compared_with,
        chips=tuple(Chip(f"{_word(c)}: {_word(v)}", _address(_without(chosen, c))) for c, v in chosen.items()),
        classes=_by(items, "demand_class"),
        life=_by(items, "life_cycle"),
        total=found.items.height,
    )


def _rows(found: Segmentation, chosen: Mapping[str, str]) -> tuple[Row, ...]:
    cells = {one["segment"]: one for one in found.matrix().iter_rows(named=True)}
    return tuple(
        Row(letter, meaning, tuple(_cell(cells[letter + column], chosen) for column, _ in COLUMNS))
        for letter, meaning in ROWS
    )


def _cell(one: Mapping[str, object], chosen: Mapping[str, str]) -> Cell:
    segment = str(one["segment"])
    on = chosen.get("segment") == segment
    url = _address(_without(chosen, "segment") if on else {**chosen, "segment": segment})
    return Cell(
        segment, int(str(one["items"])), float(str(one["revenue"])), 100 * float(str(one["share"])),
        int(str(one["moved_in"])), int(str(one["moved_out"])), str(one["review"] or ""),
        str(one["service_class"] or ""), str(one["method"] or ""), url, on,
    )  # fmt: skip


def _item_rows(table: pl.DataFrame, names: MemberNames, scenario: str) -> tuple[ItemRow, ...]:
    page = reverse("worksheet:worksheet", kwargs={"scenario": scenario})
    shown = urlencode({"measures": ",".join(HISTORY), "past": "24"})
    return tuple(
        ItemRow(one, names.of("item", item), f"{page}?{urlencode({'scope': filter_text({'item': (item,)})})}&{shown}")
        for one in table.iter_rows(named=True)
        if (item := str(one["item"]))
    )


def _by(items: pl.DataFrame, column: str) -> Option:
    sums = items.group_by(column).agg(pl.len().alias("items"), pl.col("revenue").sum()).sort("revenue", descending=True)
    if not sums.height:
        return {}
    scale, mark = money_scale(sums, ["revenue"])
    labels = [f"{_word(str(one[0]))} ({one[1]})" for one in sums.select(column, "items").iter_rows()]
    return ranking(labels, [round(value / scale, 2) for value in sums["revenue"].to_list()], unit=f"revenue {mark}")


def _word(name: str) -> str:
    return name.replace("_", " ")


def _without(chosen: Mapping[str, str], column: str) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if name != column}


def _address(chosen: Mapping[str, str]) -> str:
    return f"?{urlencode(chosen)}"
