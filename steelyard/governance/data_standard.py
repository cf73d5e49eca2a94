"""Data standard: how good and how fresh a table must be, and who sees to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DataStandard:
    """What is asked of a table."""

    table: str
    text: str
    """The standard in words, as people agreed on it."""
    role: str
    """Key of the role that sees to it."""
    least_score: float = 95.0
    """Least data quality score [0 to 100]."""
    oldest_days: int = 5
    """Days the extract may be old when the cycle begins."""


@dataclass(frozen=True)
class StandardCheck:
    """A standard held against an extract."""

    standard: DataStandard
    score: float | None
    """Score of the table; None when the extract has no rows of it."""
    age_days: int

    @property
    def kept(self) -> bool:
        """Whether the standard is kept."""
        return not self.why

    @property
    def why(self) -> str:
        """What is missing; empty when it is kept."""
        faults = []
        if self.score is None:
            faults.append("the extract has no rows")
        elif self.score < self.standard.least_score:
            faults.append(f"score {self.score:.1f}, {self.standard.least_score:g} is asked for")
        if self.age_days > self.standard.oldest_days:
            faults.append(f"{self.age_days} days old, {self.standard.oldest_days} are allowed")
        return "; ".join(faults)


def check_standards(
    standards: Iterable[DataStandard], scores: Mapping[str, float], age_days: int
) -> list[StandardCheck]:
    """Hold every standard against the scores of an extract.

    Args:
        standards: The standards.
        scores: Data quality score by table [0 to 100]; a table without rows is left out.
        age_days: Days between the extract's as-of date and the day it is judged.

    Example:
        >>> check_standards([DataStandard("item", "Every item has a family.", "lead")], {"item": 90.0}, 2)[0].why
        'score 90.0, 95 is asked for'
    """
    return [StandardCheck(one, scores.get(one.table), age_days) for one in standards]
