"""Register: assumptions the plan rests on, and risks and opportunities beside it, each with owner, range and status."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal, get_args

from steelyard.errors import ChangeInvalid
from steelyard.plan.uncertainty.effect import Effect

AssumptionStatus = Literal["proposed", "validated", "rejected", "expired"]
RiskKind = Literal["risk", "opportunity"]
RiskStatus = Literal["open", "happened", "did not happen", "closed"]
LONGEST = 500
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Assumption:
    """A statement the plan rests on."""

    statement: str
    owner: str
    effect: Effect
    source: str = ""
    valid_until: date | None = None
    """Last day on which it counts."""
    status: AssumptionStatus = "proposed"
    outcome: float | None = None
    """What came true [percent], when known."""
    value: float | None = None
    """The most likely value in words of the trade, such as 9500 for the price of copper."""
    unit: str = ""
    """Its unit, such as USD/t."""
    linked: tuple[str, ...] = ()
    """Further measures that rest on it, beside the one it moves."""
    note: str = ""
    actor: str = ""
    at: datetime = BEGINNING
    id: int = 0
    """Given by the records."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "linked", tuple(self.linked))
        _check_words(self.statement, self.owner)
        _check_choice("status of an assumption", self.status, get_args(AssumptionStatus))

    def status_on(self, day: date) -> AssumptionStatus:
        """Its status on a day: what has run out has expired."""
        return "expired" if self.valid_until is not None and day > self.valid_until else self.status

    def counts_on(self, day: date) -> bool:
        """Whether it belongs into scenarios made on a day."""
        return self.status_on(day) in ("proposed", "validated")


@dataclass(frozen=True)
class Risk:
    """A risk or an opportunity: what may happen, how probable it is, and what it would do."""

    statement: str
    owner: str
    probability: float
    """That it happens within the horizon, 0 to 1."""
    effect: Effect
    kind: RiskKind = "risk"
    group: str = ""
    """Risks of one group tend to happen together."""
    correlation: float = 0.5
    """How strongly, 0 to 1; of two members the mean counts."""
    response: str = ""
    trigger: str = ""
    """What tells that it is about to happen."""
    status: RiskStatus = "open"
    in_plan: bool = False
    """Whether the plan already counts on its effect."""
    note: str = ""
    actor: str = ""
    at: datetime = BEGINNING
    id: int = field(default=0)
    """Given by the records."""

    def __post_init__(self) -> None:
        _check_words(self.statement, self.owner)
        _check_choice("kind", self.kind, get_args(RiskKind))
        _check_choice("status of a risk", self.status, get_args(RiskStatus))
        for name, share in (("probability", self.probability), ("correlation", self.correlation)):
            if not 0 <= share <= 1:
                raise ChangeInvalid(f"The {name} is {share:g}", where=self.statement, mend="give a value from 0 to 1")

    @property
    def happened(self) -> bool | None:
        """Whether it happened; None while nobody knows."""
        return {"happened": True, "did not happen": False}.get(self.status)


def brier_score(risks: tuple[Risk, ...]) -> float | None:
    """Mean squared distance of the probabilities from what happened (Brier 1950); None before anything is known.

    0 is perfect foresight, 0.25 is what always saying one half earns.
    """
    known = [(risk.probability, float(risk.happened)) for risk in risks if risk.happened is not None]
    return sum((said - came) ** 2 for said, came in known) / len(known) if known else None


def _check_words(statement: str, owner: str) -> None:
    if not 1 <= len(statement.strip()) <= LONGEST:
        raise ChangeInvalid("The statement is empty or too long", mend=f"write 1 to {LONGEST} letters")
    if not owner.strip():
        raise ChangeInvalid("There is no owner", where=statement, mend="name who looks after it")


def _check_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ChangeInvalid(f"There is no {what} {value!r}", mend=f"use one of {', '.join(choices)}")
