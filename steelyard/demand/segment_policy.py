"""Segment policy: what each of the nine segments asks of people, methods and stock, as the company sets it."""

from dataclasses import dataclass
from typing import Literal

from steelyard.errors import ChangeInvalid

SEGMENTS = ("AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ")
"""The nine segments: value down, forecastability across."""

Review = Literal["full", "exception", "automatic"]

REVIEWS: dict[str, Review] = {"F": "full", "E": "exception", "N": "automatic"}
"""Review effort by letter: every item each month, only where something stands out, nobody."""
METHODS = {"A": "by its history", "L": "without trend"}
"""Method route by letter: as the history asks for, or the smoothed level in season, without trend."""
SERVICE = "AAABBBCCC"
EFFORT = "EFFEEFNNE"
METHOD = "AAAAAAAAA"


@dataclass(frozen=True)
class SegmentPolicy:
    """What holds for each segment, one letter each in the order of `SEGMENTS`."""

    service: str = SERVICE
    """Service class: A, B or C."""
    review: str = EFFORT
    """Review effort: F full, E by exception, N automatic."""
    method: str = METHOD
    """Method route: A as the history asks for, L without trend."""

    def __post_init__(self) -> None:
        for name, letters in (("service", "ABC"), ("review", "".join(REVIEWS)), ("method", "".join(METHODS))):
            said = getattr(self, name)
            if len(said) != len(SEGMENTS) or set(said) - set(letters):
                raise ChangeInvalid(
                    f"The parameter segment_{name} is {said!r}",
                    mend=f"give nine letters for {' '.join(SEGMENTS)}, each one of {', '.join(letters)}",
                )

    @property
    def follows_value(self) -> bool:
        """Whether the service class is that of value alone."""
        return self.service == SERVICE

    @property
    def one_method(self) -> bool:
        """Whether every segment is forecast as its history asks for."""
        return self.method == METHOD
