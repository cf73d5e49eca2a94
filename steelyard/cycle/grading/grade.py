"""Grade of a decision: expected against what came, and against the option not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from steelyard.cycle.grading.actual import Actuals
from steelyard.cycle.grading.expectation import Expectation
from steelyard.plan.canonical import Json

Verdict = Literal["held", "better", "worse", "unknown"]
HIGHER = {"demand": True, "revenue": True, "gross_margin": True, "inventory_value": False}
"""Whether more than the range is good news."""


@dataclass(frozen=True)
class Line:
    """One number: what was expected of it and what came."""

    name: str
    expected: float
    low: float | None
    """P10; None where no future was played."""
    high: float | None
    """P90."""
    actual: float

    @property
    def error(self) -> float:
        """What came less what was expected."""
        return self.actual - self.expected

    @property
    def relative(self) -> float | None:
        """The error as a share of what was expected; None where nothing was."""
        return self.error / abs(self.expected) if self.expected else None

    @property
    def inside(self) -> bool | None:
        """Whether it came inside the range; None without one."""
        return None if self.low is None or self.high is None else self.low <= self.actual <= self.high

    @property
    def verdict(self) -> Verdict:
        """Held inside the range, else better or worse.

        Example:
            >>> Line("revenue", 100.0, 90.0, 115.0, 85.0).verdict
            'worse'
        """
        if self.inside is None:
            return "unknown"
        if self.inside:
            return "held"
        return "better" if (self.actual > self.expected) == HIGHER.get(self.name, True) else "worse"


@dataclass(frozen=True)
class OptionOutcome:
    """What one option brought or would have brought, with the demand that came."""

    key: int
    label: str
    taken: bool
    values: Mapping[str, float]

    @property
    def margin(self) -> float:
        """Gross margin [money]."""
        return self.values.get("gross_margin", 0.0)


@dataclass(frozen=True)
class Grade:
    """How a decision turned out."""

    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    options: tuple[OptionOutcome, ...]
    comparable: float = 1.0
    """Share of the demand that came which the decided plan knew [ratio]."""

    @property
    def gain(self) -> float | None:
        """Margin of the option taken less that of the best other one [money]; None if no other or no margin is known.

        Below zero is regret: another option would have brought more.
        """
        known = [one for one in self.options if "gross_margin" in one.values]
        others = [one.margin for one in known if not one.taken]
        taken = [one.margin for one in known if one.taken]
        return taken[0] - max(others) if others and taken else None

    @property
    def inside(self) -> tuple[int, int]:
        """How many numbers came inside their range, of how many that have one."""
        known = [line.inside for line in self.lines if line.inside is not None]
        return sum(known), len(known)

    def to_json(self) -> dict[str, Json]:
        """As plain values."""
        return {
            "periods": list(self.periods),
            "lines": [asdict(line) for line in self.lines],
            "options": [{**asdict(one), "values": dict(one.values)} for one in self.options],
            "comparable": self.comparable,
        }


def read_grade(spelled: Mapping[str, Json]) -> Grade:
    """Read what `to_json` wrote."""
    lines: Sequence[Mapping[str, Json]] = spelled["lines"]  # type: ignore[assignment]
    options: Sequence[Mapping[str, Json]] = spelled["options"]  # type: ignore[assignment]
    return Grade(
        tuple(spelled["periods"]),  # type: ignore[arg-type]
        tuple(Line(**line) for line in lines),  # type: ignore[arg-type]
        tuple(OptionOutcome(**one) for one in options),  # type: ignore[arg-type]
        float(str(spelled.get("comparable", 1.0))),
    )


def grade(
    expected: Sequence[Expectation], actuals: Actuals, options: Sequence[OptionOutcome] = (), comparable: float = 1.0
) -> Grade:
    """Hold what was expected against what came.

    Args:
        expected: Of the option that was taken.
        actuals: What came, to the end of the last known period.
        options: Every option played with the demand that came.
        comparable: Share of that demand which the decided plan knew.
    """
    last = len(actuals.periods) - 1
    told = [one for one in expected if one.name in actuals.values and 0 <= last < len(one.planned)]
    lines = tuple(
        Line(one.name, one.planned[last], _at(one.low, last), _at(one.high, last), actuals.values[one.name])
        for one in told
    )
    return Grade(actuals.periods, lines, tuple(options), comparable)


def _at(values: tuple[float, ...], place: int) -> float | None:
    return values[place] if place < len(values) else None
