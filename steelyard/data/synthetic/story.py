"""Story: the people of the demo company, its targets, and the three things that happen to it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import FAMILIES
from steelyard.data.synthetic.product import Products
from steelyard.data.synthetic.shape import Shape
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
        *_launch_ramp(shape, products),
        _demand("percent", 4.0, kitchen, _span(shape, 0, 1), "sam", "customer_information", christmas),
        _demand("percent", -3.0, trade, _span(shape, 2, 7), "dana", "market_intelligence", "refits put off in Italy"),
    )
    return StoryScenario("base", "Operating plan", "dana", changes)


def _launch_ramp(shape: Shape, products: Products) -> list[StoryChange]:
    """The story's launch: four months of ramp, then half a year at full volume."""
    item = {"item": str(products.item_id[products.story_launch])}
    start, full = _story_start(shape, products), float(products.volume[products.story_launch])
    ramp = [(start + n, start + n, share) for n, share in enumerate((0.3, 0.5, 0.7, 0.9))]
    note = "phase-in agreed at the product review"
    return [
        _demand("set", round(full * share, -1), item, _span(shape, first, last), "petra", "launch", note)
        for first, last, share in (*ramp, (start + 4, start + 9, 1.0))
    ]


def _story_start(shape: Shape, products: Products) -> int:
    return int(products.launch[products.story_launch]) - shape.history_months


def _launch_slips(shape: Shape, products: Products) -> StoryScenario:
    star = products.story_launch
    new, old = {"item": str(products.item_id[star])}, {"item": str(products.item_id[products.follows[star]])}
    start = _story_start(shape, products)
    slipped, later = _span(shape, start, start + 2), _span(shape, start + 3, start + 6)
    changes = (
        _demand("set", 0.0, new, slipped, "petra", "launch", "approval test failed, new date"),
        _demand("percent", 25.0, old, slipped, "sam", "customer_information", "customers take the old model meanwhile"),
        _demand("percent", -35.0, new, later, "dana", "launch", "the ramp starts later"),
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
