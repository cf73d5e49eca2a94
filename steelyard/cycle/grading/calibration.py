"""Calibration: how often what a forum expected came inside its range, and to which side it errs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from steelyard.cycle.grading.grade import Grade

WANTED = 0.80
"""Share of outcomes that belongs inside P10 to P90."""
SURE = 0.05
"""A share is called too low or too high when chance alone gives it less often than this."""


@dataclass(frozen=True)
class Calibration:
    """How well a forum knows what its decisions bring."""

    forum: str
    decisions: int
    numbers: int
    """Numbers with a range that are known."""
    inside: int
    """Those that came inside."""
    bias: float | None
    """Mean of what came less what was expected, as a share of it; below zero: it expects too much."""
    gain: float | None
    """Margin that its choices brought over the best option not taken, summed [money]."""
    regrets: int
    """Decisions of which another option would have brought more margin."""

    @property
    def share(self) -> float | None:
        """Share inside the range; None before anything is known."""
        return self.inside / self.numbers if self.numbers else None

    @property
    def verdict(self) -> str:
        """Whether the ranges are fit, said only when chance alone does not explain it."""
        if not self.numbers:
            return "nothing known yet"
        if chance_of_at_most(self.inside, self.numbers, WANTED) < SURE:
            return "too sure"
        if chance_of_at_most(self.numbers - self.inside, self.numbers, 1 - WANTED) < SURE:
            return "too cautious"
        return "well calibrated, as far as so few can tell" if self.numbers < 20 else "well calibrated"


def chance_of_at_most(count: int, trials: int, probability: float) -> float:
    """Binomial chance of at most so many successes.

    Example:
        >>> round(chance_of_at_most(1, 3, 0.8), 3)
        0.104
    """
    return sum(comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(count + 1))


def calibrate(grades: Iterable[tuple[str, Grade]]) -> tuple[Calibration, ...]:
    """The calibration of every forum, by its key.

    Args:
        grades: Forum and grade of each graded decision.
    """
    by_forum: Mapping[str, list[Grade]] = _grouped(grades)
    return tuple(_of(forum, found) for forum, found in sorted(by_forum.items()))


def _grouped(grades: Iterable[tuple[str, Grade]]) -> dict[str, list[Grade]]:
    found: dict[str, list[Grade]] = {}
    for forum, one in grades:
        found.setdefault(forum, []).append(one)
    return found


def _of(forum: str, grades: Sequence[Grade]) -> Calibration:
    relative = [line.relative for one in grades for line in one.lines if line.relative is not None]
    gains = [one.gain for one in grades if one.gain is not None]
    return Calibration(
        forum,
        decisions=len(grades),
        numbers=sum(one.inside[1] for one in grades),
        inside=sum(one.inside[0] for one in grades),
        bias=sum(relative) / len(relative) if relative else None,
        gain=sum(gains) if gains else None,
        regrets=sum(gain < 0 for gain in gains),
    )
