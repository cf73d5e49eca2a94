"""Story: the people of the demo company, its targets, and the three things that happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import FAMILIES
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import NEVER, Shape, first_day, last_day
from steelyard.data.synthetic.site import Suppliers
from steelyard.data.synthetic.sourcing import Sourcing
from steelyard.data.synthetic.structure import Make, Structure


@dataclass(frozen=True)
class StoryChange:
    """One thing a person of the story believes or decides; operations as in the change log of a plan."""

    measure: str
    operation: str
    """set, add, percent or formula."""
    value: float | str
    scope: dict[str, str]
    periods: tuple[str, str]
    actor: str
    reason: str
    note: str
    per: str = "period"
    """What a set or added value is the total of: scope, period or cell."""
    stream: str = ""
    """Who speaks: sales, marketing, finance; empty for the planner."""
    decision: Mapping[str, object] = field(default_factory=dict)
    """A decision about the life of an item, spelled as in the change log; it has no measure, scope or periods."""


@dataclass(frozen=True)
class StoryScenario:
    """A scenario of the story, or the base if its name is base."""

    name: str
    note: str
    actor: str
    changes: tuple[StoryChange, ...]


TARGETS = (
    ("forecast_accuracy", "70", "percent", "by item and place one month ahead, as agreed for the year"),
    ("fill_rate", "96", "percent", "contracts of the trade customers ask for it"),
    ("inventory_turns", "15", "turns", "covenant of the current credit line"),
    ("gross_margin_percent", "42", "percent", "three-year strategy"),
    ("bottleneck_utilisation", "92", "percent", "above it overtime is planned"),
    ("inventory_value", "4500000", "money", "working capital agreed with the owners, in EUR"),
)
"""KPI, target, unit and reason, as the assumptions of the extract state them."""


def assumption_table(shape: Shape) -> pl.DataFrame:
    """Table `assumption`: the targets of the year, and two planning assumptions."""
    rows = [(f"target:{name}", value, unit, reason, "ines") for name, value, unit, reason in TARGETS]
    rows.append(("currency_rate", "GBP 1.17, USD 0.91", "EUR", "plan rates of treasury for the budget", "fiona"))
    rows.append(("resource_capacity", "2", "shifts", "both plants run two shifts through the horizon", "luis"))
    columns = ["scope", "value", "unit", "reason", "author"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    return frame.with_columns(
        pl.Series("assumption_id", [f"A{n:02d}" for n in range(1, frame.height + 1)]),
        pl.lit(f"{shape.as_of.year}-01-01").alias("valid_from"),
    )


def tell_story(
    shape: Shape, products: Products, structure: Structure, suppliers: Suppliers, sourcing: Sourcing
) -> tuple[StoryScenario, ...]:
    """The base with its agreed judgements, and three scenarios: a late launch, a failing supplier, a growing region."""
    worst = largest_supplier(structure, sourcing)
    return (
        _base(shape, products),
        _launch_slips(shape, products),
        _supplier_fails(shape, suppliers.name[worst], str(suppliers.supplier_id[worst])),
        _north_grows(shape),
    )


def largest_supplier(structure: Structure, sourcing: Sourcing) -> int:
    """Number of the supplier of the most electronic parts."""
    electronic = structure.bought & (structure.make == Make.ELECTRONIC)
    return int(np.bincount(sourcing.supplier[electronic]).argmax())


def _span(shape: Shape, first: int, last: int) -> tuple[str, str]:
    """Labels of the months first and last of the horizon, counted from 0."""
    horizon = shape.horizon
    return str(horizon[min(first, horizon.size - 1)]), str(horizon[min(last, horizon.size - 1)])


def _demand(
    operation: str, value: float, scope: dict[str, str], periods: tuple[str, str], actor: str, reason: str, note: str
) -> StoryChange:
    return StoryChange("consensus_demand", operation, value, scope, periods, actor, reason, note)


def _base(shape: Shape, products: Products) -> StoryScenario:
    kitchen = {"product_family": FAMILIES[0].name, "channel": "Retail"}
    trade = {"product_family": FAMILIES[2].name, "territory": "South"}
    christmas = "two chains list the range for Christmas"
    changes = (
        *_launch(shape, products),
        *_retire(shape, products),
        _demand("percent", 4.0, kitchen, _span(shape, 0, 1), "sam", "customer_information", christmas),
        _demand("percent", -3.0, trade, _span(shape, 2, 7), "dana", "market_intelligence", "refits put off in Italy"),
    )
    return StoryScenario("base", "Operating plan", "dana", changes)


def _decide(kind: str, actor: str, reason: str, note: str, **values: object) -> StoryChange:
    return StoryChange("", kind, 0.0, {}, ("", ""), actor, reason, note, decision={"kind": kind, **values})


def _launch(shape: Shape, products: Products) -> tuple[StoryChange, ...]:
    """The story's launch: five months of ramp to full volume, at some cost to the model it resembles."""
    star = products.story_launch
    item, like = str(products.item_id[star]), str(products.item_id[_resembles(products, star)])
    opens = _month_start(shape, products, 0)
    return (
        _decide(
            "launch", "petra", "launch", "phase-in agreed at the product review",
            item=item, date=opens, like={like: 1.0}, curve="own", shares=[0.3, 0.2, 0.2, 0.2, 0.1],
            volume=round(float(products.volume[star]), -1), takes_from={like: 0.15},
        ),
        _decide(
            "gate", "petra", "launch", "approval test in the week before", item=item, status="open",
            date=str(first_day(shape.horizon[:1])[0] + 20),
        ),
    )  # fmt: skip


def _resembles(products: Products, star: int) -> int:
    """The item the launch is like: the one it follows if that stays, else the largest that does, of its family."""
    if products.end[products.follows[star]] == NEVER:
        return int(products.follows[star])
    living = (products.launch < 0) & (products.end == NEVER)
    alike = living & (products.family == products.family[star])
    found = np.flatnonzero(alike if alike.any() else living)
    return int(found[np.argmax(products.volume[found])])


def _retire(shape: Shape, products: Products) -> tuple[StoryChange, ...]:
    """The smallest kitchen scale that nobody has given an end yet goes in ten months, if there is one to spare."""
    living = (products.family == 0) & (products.launch < 0) & (products.end == NEVER)
    living[[*products.follows[products.follows >= 0], _resembles(products, products.story_launch)]] = False
    if not living.any():
        return ()
    small = np.flatnonzero(living)[int(np.argmin(products.volume[living]))]
    day = last_day(shape.horizon[:10][-1:])[0]
    worn = _decide(
        "phase_out", "petra", "phase_out", "sells less each year, and its mould is worn",
        item=str(products.item_id[small]), date=str(day), run_down=4.0,
    )  # fmt: skip
    return (worn,)


def _month_start(shape: Shape, products: Products, later: int) -> str:
    """First day of the month of the story's launch, or of some months later."""
    month = shape.months[0] + int(products.launch[products.story_launch]) + later
    return str(first_day(np.array([month]))[0])


def _story_start(shape: Shape, products: Products) -> int:
    return int(products.launch[products.story_launch]) - shape.history_months


def _launch_slips(shape: Shape, products: Products) -> StoryScenario:
    star = products.story_launch
    item, old = str(products.item_id[star]), {"item": str(products.item_id[_resembles(products, star)])}
    start = _story_start(shape, products)
    slipped, failed = _span(shape, start, start + 2), "approval test failed, new date"
    changes = (
        _decide("slip", "petra", "launch", failed, item=item, date=_month_start(shape, products, 3)),
        _demand("percent", 25.0, old, slipped, "sam", "customer_information", "customers take the old model meanwhile"),
        _decide("gate", "petra", "launch", failed, item=item, status="held", date=_month_start(shape, products, 2)),
    )
    return StoryScenario("launch-slips", "The new kitchen scale comes a quarter late", "petra", changes)


def _supplier_fails(shape: Shape, name: str, supplier: str) -> StoryScenario:
    chips, stock = f"converter chips of {name} ({supplier}) on allocation", "more stock overseas until supply is steady"
    short, careful = _span(shape, 2, 4), _span(shape, 4, 9)
    changes = (
        StoryChange(
            "capacity_available", "percent", -35.0, {"resource": "SMT"}, short, "luis", "supply_constraint", chips
        ),
        StoryChange(
            "safety_stock",
            "percent",
            20.0,
            {"location_region": "Overseas"},
            careful,
            "luis",
            "supply_constraint",
            stock,
        ),
    )
    return StoryScenario("supplier-fails", f"{name} cannot deliver from January to March", "luis", changes)


def _north_grows(shape: Shape) -> StoryScenario:
    north, dealers = {"territory": "North"}, {"territory": "North", "channel": "Trade"}
    first, second, later = _span(shape, 0, 11), _span(shape, 12, 23), _span(shape, 3, 23)
    half, bonus = "half of it in the second year, until proven", "bonus scale of the larger dealers"
    changes = (
        _demand("percent", 12.0, north, first, "sam", "market_intelligence", "growth of the last year goes on"),
        _demand("percent", 6.0, north, second, "dana", "management_decision", half),
        StoryChange("price", "percent", -1.5, dealers, later, "fiona", "price_change", bonus),
    )
    return StoryScenario("north-grows", "Region North keeps growing", "sam", changes)
