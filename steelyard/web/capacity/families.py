"""Family selectors: what a unit of each family loads by the plan's own mix, and what more of one would load."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.plan.plan import Plan
from steelyard.plan.review.family_bills import FamilyBills, FamilyQuantity, load_in_sum, load_of_quantity
from steelyard.web.answers.answers import Answers
from steelyard.web.scorecard.charts import Option, bars, line, lines_and_bars, numbers
from steelyard.web.worksheet.columns import short_label

LEVEL = "product_family"
USUAL_PERCENT = 10.0
_bills: Answers[FamilyBills] = Answers("Working out bills of families", 6)


@dataclass(frozen=True)
class BillCell:
    """What a unit of a family takes of one resource; nothing where it takes none."""

    per_unit: float | None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class BillRow:
    """The bill of one family."""

    member: str
    quantity: float
    """Units asked for over the horizon."""
    cells: tuple[BillCell, ...]
    """One a resource."""


def bills_of(plan: Plan) -> FamilyBills:
    """Bills of the families of a plan, worked out once."""
    return _bills.of(plan, lambda: FamilyBills(plan, LEVEL))


def bill_rows(bills: FamilyBills) -> list[BillRow]:
    """One row a family with a cell for each resource."""
    known = {(row["member"], row["resource"]): row for row in bills.mean.iter_rows(named=True)}
    return [
        BillRow(
            member,
            next(row["quantity"] for (name, _), row in known.items() if name == member),
            tuple(_cell(known.get((member, resource))) for resource in bills.resources),
        )
        for member in bills.members
    ]


def _cell(row: Mapping[str, float] | None) -> BillCell:
    return BillCell(row["per_unit"], row["least"], row["most"]) if row else BillCell(None)


def asked_quantity(given: Mapping[str, str], bills: FamilyBills) -> FamilyQuantity:
    """The quantity a form asks about; ten percent more of the first family where it says nothing.

    Raises:
        ChangeInvalid: The amount is no number.
    """
    member, unit = given.get("family", "") or bills.members[0], given.get("unit", "percent")
    amount = _amount(given.get("amount", "") or f"{USUAL_PERCENT:g}")
    first, last = given.get("first", ""), given.get("last", "")
    if unit == "units":
        return FamilyQuantity(member, units=amount, first=first, last=last)
    return FamilyQuantity(member, percent=amount, first=first, last=last)


def _amount(text: str) -> float:
    try:
        return float(text.replace("\N{MINUS SIGN}", "-").replace(" ", "").rstrip("%"))
    except ValueError as fault:
        raise ChangeInvalid(f"{text[:40]!r} is no amount", mend="write a number such as 10 or -5") from fault


def family_load(bills: FamilyBills, asked: FamilyQuantity) -> tuple[list[dict[str, object]], Option | None]:
    """What a quantity would load: a row a resource, tightest first, and a picture of the tightest."""
    load = load_of_quantity(bills, asked)
    rows = load_in_sum(load).sort("worst", descending=True, nulls_last=True)
    return rows.to_dicts(), _picture(load.filter(pl.col("resource") == rows["resource"][0])) if rows.height else None


def _picture(load: pl.DataFrame) -> Option:
    """Load of the plan and what comes on top as bars, capacity as a line."""
    kept = load.select(pl.min_horizontal("asked", pl.col("asked") + pl.col("more"))).to_series()
    return lines_and_bars(
        [short_label(label) for label in load["period"].to_list()],
        [
            bars("Load of the plan", numbers(kept.to_list()), stack="load"),
            bars("Added" if load["more"].sum() >= 0 else "Freed", numbers(load["more"].abs().to_list()), stack="load"),
            line("Capacity", numbers(load["available"].to_list()), kind="published"),
        ],
        unit=str(load["unit"][0]),
    )
