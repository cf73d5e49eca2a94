"""Policy proposal: a rule of replenishment or of lot sizing for item-locations, as changes of a scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid
from steelyard.inventory.stock_policy import RULES, read_policy
from steelyard.plan.change import Change
from steelyard.plan.life_operation import AddRow
from steelyard.plan.operation import Scalar, SetMasterData
from steelyard.plan.review.lot_sizing import LotSheet
from steelyard.plan.review.policies import BEST_BAND, BEST_LOT, PolicySheet

TABLE = "item_location"
MOST = 20_000
"""Item-locations that are changed at once at the most."""


@dataclass(frozen=True)
class PlaceChange:
    """New columns of the row of an item-location."""

    item: str
    location: str
    columns: tuple[tuple[str, Scalar], ...]
    known: bool = True
    """Whether the table has a row for it; else one is added."""

    @property
    def operations(self) -> tuple[SetMasterData | AddRow, ...]:
        """What changes the row, or adds it."""
        key = {"item": self.item, "location": self.location}
        if self.known:
            return tuple(SetMasterData(TABLE, key, column, value) for column, value in self.columns)
        return (AddRow(TABLE, {"item_id": self.item, "location_id": self.location, "stocked": True,
                               **dict(self.columns)}),)  # fmt: skip


@dataclass(frozen=True)
class PolicyProposal:
    """Policies of item-locations as somebody proposes them.

    Args:
        why: What asks for it, in words; it becomes the note of the changes.
        places: What shall be changed.
    """

    why: str
    places: tuple[PlaceChange, ...]

    def changes(
        self, *, author: str, at: datetime, note: str = "", reason: str = "management_decision"
    ) -> tuple[Change, ...]:
        """The proposal as changes of master data. Append them together: they are one event, and undone as one.

        Raises:
            ChangeInvalid: There is nothing to change, or too much at once.
        """
        told = f"{self.why}: {note}" if note.strip() else self.why
        if not self.places:
            raise ChangeInvalid("The proposal changes no policy", where=self.why, mend="there is nothing to take over")
        if len(self.places) > MOST:
            what = f"{len(self.places):,} item-locations are too many at once"
            raise ChangeInvalid(what, where=self.why, mend=f"choose {MOST:,} at the most, or set a rule by class")
        return tuple(
            Change(operation, author=author, at=at, reason=reason, note=told)
            for one in self.places
            for operation in one.operations
        )


def propose_rule(
    sheet: PolicySheet, places: Sequence[tuple[str, str]], rule: str, *, lot: float | None = None
) -> PolicyProposal:
    """Replenish item-locations by a rule.

    The best policies and buffers come with the safety stock they ask for, lots with the quantity they order; of the
    other rules the plan calculates the levels itself.

    Args:
        sheet: The rules beside each other.
        places: Item and location of each.
        rule: A rule that is compared, or one of lot sizing.
        lot: Units ordered at once, instead of those of the rule.

    Raises:
        NotFound: The plan does not hold an item-location.
        ChangeInvalid: There is no such rule.
    """
    word = {BEST_LOT: "reorder_point", BEST_BAND: "min_max"}.get(rule, rule)
    if word not in RULES:
        known = ", ".join((*RULES, BEST_LOT, BEST_BAND))
        raise ChangeInvalid(f"There is no rule {rule!r}", mend=f"use one of {known}")
    lines = policy_lines(sheet.terms.extract)
    found = tuple(_with_rule(sheet, place, rule, word, lot, lines.get(place)) for place in places)
    return PolicyProposal(f"Replenished by {rule.replace('_', ' ')}", found)


def propose_lots(sheet: LotSheet, places: Sequence[tuple[str, str]], rule: str = "") -> PolicyProposal:
    """Size lots of item-locations by a rule.

    Args:
        sheet: The rules beside each other.
        places: Item and location of each.
        rule: The rule; empty takes the cheapest of each.

    Raises:
        NotFound: The plan does not hold an item-location.
        ChangeInvalid: There is no such rule.
    """
    if rule and rule not in RULES:
        raise ChangeInvalid(f"There is no rule of lot sizing {rule!r}", mend=f"use one of {', '.join(RULES)}")
    cheapest = {(item, location): best for item, location, best in _pairs(sheet)}
    lines, made = policy_lines(sheet.terms.extract), []
    stated = sheet.terms.rows("order_cost")
    for item, location in places:
        row, chosen = sheet.terms.row_of(item, location), rule or cheapest.get((item, location), "")
        if not chosen:
            continue
        line = with_words(lines.get((item, location), ""), chosen)
        asked = sheet.terms.asked_order_cost
        cost = (("order_cost", asked),) if asked > 0 and not stated[row] > 0 else ()
        known = (item, location) in lines
        made.append(PlaceChange(item, location, (("stock_policy", line), *cost), known))
    return PolicyProposal(f"Lots by {(rule or 'cheapest rule').replace('_', ' ')}", tuple(made))


def with_words(line: str, rule: str, *, lot: float | None = None, review_days: float | None = None) -> str:
    """A policy line with another rule; what it says of service and law stays.

    Example:
        >>> with_words("fill_rate 0.98 min_max lot 40", "wagner_whitin")
        'fill_rate 0.98 wagner_whitin'
    """
    words, kept = iter(line.split()), []
    for word in words:
        if word == "lot" or (word == "review" and review_days is not None):
            next(words, "")
        elif word not in RULES:
            kept.append(word)
    review = [] if review_days is None else [f"review {review_days:g}"]
    quantity = [] if lot is None else [f"lot {lot:g}"]
    told = " ".join((*kept, *review, rule, *quantity))
    read_policy(told)
    return told


def _with_rule(
    sheet: PolicySheet, place: tuple[str, str], rule: str, word: str, lot: float | None, line: str | None
) -> PlaceChange:
    found = sheet.of_place(*place).filter(rule=rule)
    numbers = found.row(0, named=True) if found.height else None
    columns: list[tuple[str, Scalar]] = []
    quantity = lot
    if numbers is not None:
        if quantity is None and rule in (BEST_LOT, "kanban"):
            quantity = max(round(numbers["lot"]), 1)
        if rule in (BEST_LOT, BEST_BAND, "buffer"):
            row = sheet.terms.row_of(*place)
            lead = float(sheet.terms.demand[row] * sheet.terms.supplied.lead_time[row])
            review = numbers["review_days"] / sheet.terms.days if rule == BEST_BAND else 0.0
            used = lead + float(sheet.terms.demand[row]) * review
            columns.append(("safety_stock_qty", float(max(round(numbers["reorder_point"] - used), 0))))
    columns.insert(0, ("stock_policy", with_words(line or "", word, lot=quantity)))
    return PlaceChange(*place, tuple(columns), line is not None)


def policy_lines(extract: Extract) -> dict[tuple[str, str], str]:
    """Stock policy of every row of item_location, empty where it states none."""
    table = extract.tables["item_location"].select("item_id", "location_id", "stock_policy")
    return {(item, location): line or "" for item, location, line in table.iter_rows()}


def _pairs(sheet: LotSheet) -> list[tuple[str, str, str]]:
    return [
        (item, location, rule) for item, location, rule in sheet.best.select("item", "location", "rule").iter_rows()
    ]
