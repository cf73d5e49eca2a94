"""Heard: what the people of the demo company heard of the market, month by month."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from steelyard.data.synthetic.family import FAMILIES


@dataclass(frozen=True)
class Heard:
    """One thing that was heard; effects in percent of demand."""

    kind: str
    source: str
    statement: str
    scope: dict[str, str]
    periods: tuple[str, str]
    effect: tuple[float, float, float]
    """Low, likely and high end of the effect [percent]."""
    confidence: float
    evidence: str
    owner: str
    believed: bool
    """Whether the plan of the month counted on it."""


_NORTHERN = "Northern Trade Federation"
_PANEL = "Kitchenware panel"
_INSTITUTE = "Institute for the Economy"
_RIVAL = "Visit to the trade fair"
_SAID: tuple[tuple[int, str, str, str, dict[str, str], int, tuple[float, float, float], float, str, str, bool], ...] = (
    (6, "distributor", _NORTHERN, "members fill their shelves", {"territory": "North"}, 2, (2, 6, 10), 0.8,
     "letter to members", "sam", True),
    (5, "research", _PANEL, "households buy fewer kitchen scales", {"product_family": FAMILIES[0].name}, 2, (-6, -3, 1),
     0.6, "panel, wave 2", "petra", True),
    (4, "distributor", _NORTHERN, "a rival cannot deliver", {"territory": "North"}, 2, (3, 8, 12), 0.9,
     "talk with the chairman", "sam", True),
    (3, "economy", _INSTITUTE, "investment in the south picks up", {"territory": "South"}, 3, (-2, 3, 8), 0.7,
     "quarterly report", "fiona", False),
    (3, "research", _PANEL, "health scales are in fashion again", {"product_family": FAMILIES[1].name}, 2, (0, 4, 9),
     0.7, "panel, wave 3", "petra", True),
    (2, "distributor", _NORTHERN, "dealers order ahead of the fair", {"territory": "North"}, 1, (2, 5, 9), 0.7,
     "round of calls", "sam", False),
    (2, "competitor", _RIVAL, "a new platform at a lower price", {"product_family": FAMILIES[2].name}, 2, (-10, -5, 0),
     0.5, "brochure", "petra", True),
    (0, "distributor", _NORTHERN, "dealers hope for a strong winter", {"territory": "North"}, 3, (2, 7, 12), 0.8,
     "letter to members", "sam", False),
    (0, "economy", _INSTITUTE, "consumers hold back until spring", {"channel": "Retail"}, 4, (-6, -3, 0), 0.7,
     "quarterly report", "fiona", False),
    (0, "customer", "Buying office of the chains", "the range is listed in 80 more stores",
     {"product_family": FAMILIES[0].name}, 6, (1, 4, 7), 0.75, "protocol of the year talk", "sam", False),
)  # fmt: skip
"""Months before the present one, then the entry; its first period is the month after it was heard."""


def heard_in(as_of: date, months_ago: int) -> tuple[Heard, ...]:
    """What was heard in the month that began after a day.

    Args:
        as_of: Last day of history then.
        months_ago: How many months before the present one that is.

    Example:
        >>> [(one.source, one.periods) for one in heard_in(date(2026, 8, 31), 2)][0]
        ('Northern Trade Federation', ('2026-09', '2026-09'))
    """
    month = np.datetime64(as_of, "M") + 1
    return tuple(
        Heard(
            kind, source, statement, scope, (str(month), str(month + length - 1)), effect, sure, evidence, owner, used
        )
        for ago, kind, source, statement, scope, length, effect, sure, evidence, owner, used in _SAID
        if ago == months_ago
    )
