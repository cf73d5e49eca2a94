"""Stock policy: how an item-location is served and replenished, in one line that people can write.

    fill_rate 0.98 gamma review 7 min_max

Words: what the level means (cycle, fill_rate, ready_rate, backorder_cost), the level, the law of demand (normal, gamma,
negative_binomial, empirical), `review` and days between reviews, the rule by which is ordered or lots are sized, and
`lot` with a fixed quantity. What a line does not say stays as it was. A rule that is written shapes the orders of the
plan; the rule a class has by default only says how its levels are shown. Rules by class are such lines, each after its
ABC or ABC/XYZ class: `A: fill_rate 0.99; CZ: 0.85`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from steelyard.errors import ChangeInvalid
from steelyard.inventory.service_stock import ServiceMeasure

MEASURES: tuple[str, ...] = get_args(ServiceMeasure)
LAWS = ("normal", "gamma", "negative_binomial", "empirical")
RULES: Mapping[str, str] = {
    "reorder_point": "order a lot when the stock position falls to the reorder point (s, Q)",
    "min_max": "order up to the maximum when the position falls to the minimum (s, S)",
    "order_up_to": "at each review order up to the level (R, S)",
    "reviewed_band": "at each review order up to the level, if the position is at or below the minimum (R, s, S)",
    "kanban": "a card for each container, freed when it is emptied",
    "buffer": "demand-driven buffer: order up to the top of green when the net flow position is below green",
    "lot_for_lot": "order what is needed, when it is needed, in allowed lots",
    "economic_order": "order at least the economic quantity, where order cost and holding cost meet (EOQ)",
    "period_order": "order for as many periods as the economic quantity covers (POQ)",
    "wagner_whitin": "order so that ordering and holding cost least over the horizon",
    "silver_meal": "cover one more period while cost per period falls",
    "least_unit_cost": "cover one more period while cost per unit falls",
    "part_period": "cover as many periods as cost one order to hold (part-period balancing)",
}
"""Rules by name, in words; new ones come last, plans number them."""
DYNAMIC_RULES = ("wagner_whitin", "silver_meal", "least_unit_cost", "part_period", "period_order")
"""Rules of lot sizing that say with each order how many periods of net requirements it covers."""
ABC, XYZ = "ABC", "XYZ"


@dataclass(frozen=True)
class StockPolicy:
    """How an item-location is served and replenished."""

    measure: str = "cycle"
    """What the service level means: cycle, fill_rate, ready_rate or backorder_cost."""
    level: float | None = None
    """The level, above 0 and below 1; None takes that of the class. For backorder_cost: backorder / (backorder +
    holding)."""
    law: str = "normal"
    """Law of demand over lead time and review."""
    review_days: float | None = None
    """Days between reviews; None for one period."""
    rule: str = ""
    """Rule by which is ordered; empty for the default of the class."""
    lot: float | None = None
    """Fixed quantity of an order [units]; None leaves it to the rule."""
    written: bool = False
    """Whether somebody wrote the rule or the quantity, so that it shapes the orders of the plan."""

    @property
    def measure_code(self) -> int:
        """Number of the measure."""
        return MEASURES.index(self.measure)

    @property
    def law_code(self) -> int:
        """Number of the law."""
        return LAWS.index(self.law)


DEFAULT_RULES: Mapping[str, str] = {"A": "order_up_to", "B": "reorder_point", "C": "min_max"}
"""Rule of a class that states none: A is looked at in every review, B by lots, C with the least work."""


def read_policy(text: str, base: StockPolicy | None = None) -> StockPolicy:
    """Read one line, on top of a policy.

    Raises:
        ChangeInvalid: A word is unknown or a number out of range; the message lists the words.

    Example:
        >>> read_policy("fill_rate 0.98 gamma review 7 min_max") == StockPolicy(
        ...     "fill_rate", 0.98, "gamma", review_days=7.0, rule="min_max", written=True)
        True
    """
    policy = base or StockPolicy()
    words = iter(text.split())
    for word in words:
        if word in MEASURES:
            policy = replace(policy, measure=word)
        elif word in LAWS:
            policy = replace(policy, law=word)
        elif word in RULES:
            policy = replace(policy, rule=word, written=True)
        elif word == "lot":
            policy = replace(policy, lot=_number(next(words, ""), text, 1e-6, 1e12), written=True)
        elif word == "review":
            policy = replace(policy, review_days=_number(next(words, ""), text, 0.0, 1000.0))
        else:
            policy = replace(policy, level=_number(word, text, 1e-6, 1 - 1e-6))
    return policy


def read_class_policies(text: str) -> Mapping[str, StockPolicy]:
    """Read rules by class; a rule for `AX` goes on top of the one for `A`.

    Raises:
        ChangeInvalid: A rule has no class, or a word is unknown.

    Example:
        >>> sorted(read_class_policies("A: 0.99; AZ: gamma"))
        ['A', 'AX', 'AY', 'AZ']
        >>> read_class_policies("AZ: gamma; A: 0.99")["AZ"]
        StockPolicy(measure='cycle', level=0.99, law='gamma', review_days=None, rule='', lot=None, written=False)
    """
    rules = [_rule(part) for part in text.split(";") if part.strip()]
    found: dict[str, StockPolicy] = {}
    for name, line in sorted(rules, key=lambda rule: len(rule[0])):
        names = (name, *(name + y for y in XYZ)) if len(name) == 1 else (name,)
        for one in names:
            found[one] = read_policy(line, found.get(one, found.get(one[0])))
    return found


def policy_of(classes: Mapping[str, StockPolicy], abc: str, xyz: str) -> StockPolicy:
    """The policy of a class: of its own rule, else of its ABC class, else the standard one.

    Example:
        >>> policy_of({}, "C", "X").rule
        'min_max'
    """
    found = classes.get(abc + xyz) or classes.get(abc) or StockPolicy()
    return found if found.rule else replace(found, rule=DEFAULT_RULES[abc])


def _rule(part: str) -> tuple[str, str]:
    name, colon, line = part.partition(":")
    name = name.strip().upper()
    known = len(name) in (1, 2) and name[0] in ABC and name[1:] in ("", *XYZ)
    if not (colon and known):
        raise ChangeInvalid(f"{part.strip()!r} names no class", mend="write A: fill_rate 0.99; CZ: 0.85 gamma")
    return name, line


def _number(word: str, text: str, low: float, high: float) -> float:
    try:
        value = float(word)
    except ValueError as fault:
        words = ", ".join((*MEASURES, *LAWS, "review", "lot", *RULES))
        raise ChangeInvalid(
            f"{word!r} says nothing about stock", where=text, mend=f"use a number or {words}"
        ) from fault
    if not low <= value <= high:
        raise ChangeInvalid(
            f"{word} is out of range", where=text, mend="give service as a share, review in days, a lot in units"
        )
    return value
