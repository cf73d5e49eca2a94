"""Registry: every KPI there is, by name, in the order in which they are shown."""

from collections.abc import Iterator

from steelyard.kpi.declared import demand, finance, inventory, process, supply
from steelyard.kpi.indicator import Area, Indicator

AREAS: dict[Area, str] = {
    "finance": "Money",
    "supply": "Supply and service",
    "inventory": "Inventory",
    "demand": "Demand",
    "process": "The process itself",
}
"""Parts of the month, as people read them."""
_DECLARED = (
    *demand.DECLARED,
    *supply.DECLARED,
    *inventory.DECLARED,
    *finance.DECLARED,
    *process.DECLARED,
)
INDICATORS: dict[str, Indicator] = {indicator.name: indicator for indicator in _DECLARED}
"""All indicators by name, in the order in which they are shown."""
ROOT = "return_on_stock"
"""The financial result at the top of the KPI tree."""


def branches(name: str, depth: int = 0) -> Iterator[tuple[int, str]]:
    """A KPI and all that drives it, with how deep each stands; one met before is not followed again.

    Example:
        >>> list(branches("decisions_on_time"))[:2]
        [(0, 'decisions_on_time'), (1, 'cycle_on_time')]
    """
    yield from _branches(name, depth, set())


def _branches(name: str, depth: int, met: set[str]) -> Iterator[tuple[int, str]]:
    yield depth, name
    if name in met:
        return
    met.add(name)
    for driver in INDICATORS[name].drivers:
        yield from _branches(driver, depth + 1, met)
