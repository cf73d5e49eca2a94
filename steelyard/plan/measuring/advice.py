"""Override advice: before a change is saved, what like changes by this person have done so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.plan.measuring.grade import OverrideGrade, OverrideKind

FEWEST = 3
"""Graded overrides below which the circle is widened."""


@dataclass(frozen=True)
class OverrideAdvice:
    """What like overrides have done."""

    kind: OverrideKind
    author: str
    n: int
    """Overrides that are alike and graded."""
    helped_share: float
    """Share of them that made the forecast better [ratio]; NaN without any."""
    mean_effect: float
    """Mean error they saved, by the demand they moved [ratio]; negative where they made it worse."""
    money: float
    """Error they saved at margin, all together [money]."""
    circle: str
    """Whose and which overrides were looked at, in words."""

    @property
    def verdict(self) -> str:
        """helps, hurts, mixed or unknown."""
        if self.n < FEWEST:
            return "unknown"
        if self.helped_share >= 0.6 and self.mean_effect > 0:
            return "helps"
        return "hurts" if self.helped_share <= 0.4 and self.mean_effect < 0 else "mixed"

    @property
    def sentence(self) -> str:
        """The advice in one sentence."""
        if not self.n:
            return "No override like this has been graded yet."
        effect = abs(100 * self.mean_effect)
        way = "took off" if self.mean_effect > 0 else "added"
        return (
            f"{self.circle}: {self.n} graded, {round(100 * self.helped_share)} % helped; "
            f"on average they {way} {effect:.1f} points of error."
        )


_Alike = Callable[[OverrideGrade, OverrideKind, str], bool]
_CIRCLES: tuple[tuple[str, _Alike], ...] = (
    (
        "Your {size} changes {direction} in segment {segment}",
        lambda g, k, who: g.change.author == who and g.kind == k,
    ),
    (
        "Your {size} changes {direction}, all segments",
        lambda g, k, who: g.change.author == who and (g.kind.direction, g.kind.size) == (k.direction, k.size),
    ),
    ("All your changes {direction}", lambda g, k, who: g.change.author == who and g.kind.direction == k.direction),
    ("Everybody's {size} changes {direction} in segment {segment}", lambda g, k, who: g.kind == k),
    ("Everybody's changes {direction}", lambda g, k, who: g.kind.direction == k.direction),
)
"""Circles of likeness, the closest first; the first one with enough overrides speaks."""


def advise(grades: Sequence[OverrideGrade], kind: OverrideKind, author: str) -> OverrideAdvice:
    """Say what like overrides have done: by this person in this segment, same direction and size.

    Where there are fewer than three, the circle is widened step by step, and the advice says so.

    Args:
        grades: Every graded override.
        kind: Segment, direction and size of the override that is about to be saved.
        author: Who is about to save it.
    """
    best: tuple[str, list[OverrideGrade]] = (_CIRCLES[0][0], [])
    for words, alike in _CIRCLES:
        found = [grade for grade in grades if alike(grade, kind, author)]
        if len(found) > len(best[1]):
            best = (words, found)
        if len(found) >= FEWEST:
            break
    return _advice(kind, author, *best)


def _advice(kind: OverrideKind, author: str, words: str, found: Sequence[OverrideGrade]) -> OverrideAdvice:
    circle = words.format(size=kind.size, direction=kind.direction, segment=kind.segment or "(none)")
    if not found:
        return OverrideAdvice(kind, author, 0, np.nan, np.nan, 0.0, circle)
    actual = sum(grade.actual for grade in found)
    return OverrideAdvice(
        kind,
        author,
        len(found),
        float(np.mean([grade.helped for grade in found])),
        sum(grade.effect for grade in found) / actual if actual else float("nan"),
        sum(grade.money for grade in found),
        circle,
    )


@dataclass(frozen=True)
class PersonRecord:
    """What one person's graded overrides have done together."""

    author: str
    stream: str
    n: int
    helped_share: float
    effect: float
    """Error saved [units]."""
    effect_share: float
    """Error saved by the demand moved [ratio]."""
    bias: float
    """Forecast less demand by demand, over the cells moved [ratio]; positive when too hopeful."""
    money: float
    """Error saved at margin [money]."""


def person_records(grades: Sequence[OverrideGrade], *, segment: str = "") -> list[PersonRecord]:
    """What each person's overrides have done, those who helped most first.

    Args:
        grades: Graded overrides.
        segment: Only those in this segment; all without it.
    """
    chosen = [grade for grade in grades if not segment or grade.kind.segment == segment]
    people = sorted({(grade.change.author, grade.change.stream) for grade in chosen})
    found = [_record_of(who, [g for g in chosen if (g.change.author, g.change.stream) == who]) for who in people]
    return sorted(found, key=lambda one: (-one.money, -one.effect, one.author))


def _record_of(who: tuple[str, str], grades: Sequence[OverrideGrade]) -> PersonRecord:
    actual = sum(grade.actual for grade in grades)
    effect, bias = sum(grade.effect for grade in grades), sum(grade.bias for grade in grades)
    return PersonRecord(
        *who,
        len(grades),
        float(np.mean([grade.helped for grade in grades])),
        effect,
        effect / actual if actual else float("nan"),
        bias / actual if actual else float("nan"),
        sum(grade.money for grade in grades),
    )
