"""Target: what a company expects of a KPI, for everything or for a family, region or customer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """What is expected."""

    kpi: str
    target: float
    tolerance: float | None = None
    """Distance on the bad side that is only watched; None is that of the KPI."""
    level: str = ""
    """Level of the slice; empty is the whole company."""
    member: str = ""

    @property
    def name(self) -> str:
        """What names it among the targets."""
        return f"{self.kpi}@{self.level}={self.member}" if self.level else self.kpi


def target_for(kpi: str, targets: Iterable[Target], scope: Mapping[str, Iterable[str]] | None = None) -> Target | None:
    """The target that holds for a slice: that of its family or region before that of the company.

    Example:
        >>> whole, north = Target("fill_rate", 95.0), Target("fill_rate", 97.0, level="territory", member="North")
        >>> target_for("fill_rate", [whole, north], {"territory": ["North"]}).target
        97.0
        >>> target_for("fill_rate", [whole, north], {"territory": ["South"]}).target
        95.0
    """
    asked = {level: tuple(members) for level, members in (scope or {}).items()}
    fitting = [
        one for one in targets if one.kpi == kpi and (not one.level or asked.get(one.level) == (one.member,))
    ]  # fmt: skip
    return max(fitting, key=lambda one: bool(one.level), default=None)
