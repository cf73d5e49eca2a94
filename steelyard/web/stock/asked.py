"""Asked: what a question about replenishment says, read from an address, a form or a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from steelyard.errors import ChangeInvalid
from steelyard.plan.review.last_buy import SeasonTerms
from steelyard.web.ui.typed import TypedForm, typed_form

MOST_TEXT = 80
MOST_COST = 1e9
NUMBERS = {
    "order_cost": "The cost of an order",
    "shared_cost": "The cost of a joint order",
    "item_cost": "The cost of an item in an order",
    "salvage": "Salvage",
    "goodwill": "Goodwill",
    "reorder_point": "A reorder point",
    "order_up_to": "A level to order up to",
    "lot": "A lot",
    "review_days": "Days of review",
}
"""Numbers that a question may hold, as people call them."""
LEVELS = ("reorder_point", "order_up_to", "lot", "review_days")
"""Those that say how a rule of one's own orders."""


@dataclass(frozen=True)
class Ask:
    """A question about replenishment.

    Raises:
        ChangeInvalid: A number is none, below zero, or beyond all reason.
    """

    item: str = ""
    location: str = ""
    supplier: str = ""
    text: str = ""
    rule: str = ""
    last: str = ""
    basis: str = "law"
    page: int = 1
    order_cost: float | None = None
    """Money for an order where nothing is stated."""
    shared_cost: float | None = None
    item_cost: float | None = None
    salvage: float | None = None
    """Percent of its cost that a unit left over still brings."""
    goodwill: float | None = None
    """Percent of the price that a customer who goes without costs beside the margin."""
    reorder_point: float | None = None
    order_up_to: float | None = None
    lot: float | None = None
    review_days: float | None = None

    def __post_init__(self) -> None:
        for name, told in NUMBERS.items():
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and 0 <= value <= MOST_COST):
                raise ChangeInvalid(f"{told} cannot be {value:g}", mend=f"enter a number from 0 to {MOST_COST:,.0f}")

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Ask":
        """Read a question.

        Raises:
            ChangeInvalid: A number is none, or out of range.
        """
        page = given.get("page", "1")

        def word(name: str) -> str:
            return given.get(name, "").strip()[:MOST_TEXT]

        def amount(name: str) -> float | None:
            return number_of(given.get(name, ""), NUMBERS[name])

        return cls(
            word("item"), word("location"), word("supplier"), word("text"), word("rule"), word("last"),
            "history" if given.get("basis") == "history" else "law", int(page) if page.isdecimal() else 1,
            amount("order_cost"), amount("shared_cost"), amount("item_cost"), amount("salvage"), amount("goodwill"),
            amount("reorder_point"), amount("order_up_to"), amount("lot"), amount("review_days"),
        )  # fmt: skip

    @property
    def cost(self) -> float:
        """Money for an order where nothing is stated; 0 where nothing is asked."""
        return self.order_cost or 0.0

    @property
    def season(self) -> SeasonTerms:
        """What leftovers bring and shortages cost.

        Raises:
            ChangeInvalid: A share is out of range.
        """
        usual = SeasonTerms()
        return SeasonTerms(
            usual.salvage if self.salvage is None else self.salvage / 100.0,
            usual.goodwill if self.goodwill is None else self.goodwill / 100.0,
        )

    @property
    def place(self) -> bool:
        """Whether one item-location is asked for."""
        return bool(self.item and self.location)


def typed_ask(given: Mapping[str, str]) -> TypedForm:
    """The numbers of a question as somebody typed them, each with what is wrong with it."""
    return typed_form(given, NUMBERS, lambda name, text: Ask.of({name: text}).season)


def number_of(text: str, told: str) -> float | None:
    """A number that people may leave out; separators of thousands do not matter.

    Raises:
        ChangeInvalid: It is no number.
    """
    plain = text.strip().replace(",", "").replace(" ", "")
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError as fault:
        raise ChangeInvalid(f"{text!r} is no number", where=told, mend="enter a number, such as 150") from fault
