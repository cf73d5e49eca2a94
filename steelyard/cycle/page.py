"""Page: where a task or a piece of evidence is looked at or mended, named by what it shows and not by its address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from steelyard.errors import CycleInvalid

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "data": "Data",
        "worksheet": "Worksheet",
        "demand_review": "Demand review",
        "segmentation": "Segments",
        "accuracy": "Accuracy",
        "intelligence": "Intelligence",
        "portfolio": "Portfolio",
        "supply_review": "Supply review",
        "capacity": "Capacity",
        "sourcing": "Sourcing",
        "stock": "Inventory",
        "balance": "Balance",
        "finance_review": "Finance review",
        "risk": "Risk",
        "scenarios": "Scenarios",
        "decisions": "Decisions",
        "plan": "Plan on a page",
        "published": "Published plans",
        "cycle": "Cycle",
        "governance": "Governance",
        "executive": "Executive page",
        "book": "Book",
    }
)
"""Pages that tasks and evidence may name, as people read them."""
Scope = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Page:
    """A page, on a slice of the plan."""

    key: str
    scope: Scope = field(default_factory=dict)
    """Members by level; empty opens on the slice of the person who looks."""
    part: str = ""
    """Where on the page, such as `assumptions`; empty is its top."""

    def __post_init__(self) -> None:
        if self.key not in PAGES:
            raise CycleInvalid(f"There is no page {self.key!r}", mend=f"use one of {', '.join(PAGES)}")
        spelled = {level: tuple(members) for level, members in sorted(self.scope.items())}
        object.__setattr__(self, "scope", MappingProxyType(spelled))

    @property
    def label(self) -> str:
        """The page as people read it."""
        return PAGES[self.key]

    def __hash__(self) -> int:
        """Hash by content."""
        return hash((self.key, tuple(self.scope.items()), self.part))


def page_json(page: Page) -> dict[str, object]:
    """A page as it is kept."""
    told: dict[str, object] = {"key": page.key, "scope": {level: list(m) for level, m in page.scope.items()}}
    return told | ({"part": page.part} if page.part else {})


def page_from_json(told: object) -> Page:
    """Read a page as it is kept; a bare word is a page without a slice.

    Raises:
        CycleInvalid: There is no such page.
    """
    if isinstance(told, str):
        return Page(told)
    record = told if isinstance(told, Mapping) else {}
    scope = record.get("scope", {})
    if not isinstance(scope, Mapping):
        raise CycleInvalid("The slice of a page names members by level", where=str(told)[:80])
    members = {str(level): (m,) if isinstance(m, str) else tuple(map(str, m)) for level, m in scope.items()}
    return Page(str(record.get("key", "")), members, str(record.get("part", "")))
