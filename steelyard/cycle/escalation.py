"""Escalation: what goes wrong is told to whom, by how late or how large it is, along a path of roles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from steelyard.errors import CycleInvalid

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "lateness": "working days late",
        "gap": "percent of gap between plan and budget or finance",
        "service": "percent of demand not served in its period",
        "money": "money that waits for a decision",
        "stock": "percent of stock that is excess",
    }
)
"""By what is escalated, with its unit."""


@dataclass(frozen=True)
class Rung:
    """From which amount on a role is told."""

    amount: float
    role: str


@dataclass(frozen=True)
class EscalationRule:
    """A path of roles, by one kind of measure."""

    kind: str
    path: tuple[Rung, ...]
    steps: tuple[str, ...] = ()
    """Keys of the steps it holds for; empty is all of them."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise CycleInvalid(f"There is no escalation by {self.kind!r}", mend=f"use one of {', '.join(KINDS)}")
        if not self.path:
            raise CycleInvalid(
                f"The escalation by {self.kind} has no path", mend="name from which amount on who is told"
            )
        object.__setattr__(self, "path", tuple(sorted(self.path, key=lambda rung: rung.amount)))


@dataclass(frozen=True)
class Measured:
    """Something that may be escalated, with its size."""

    kind: str
    subject: str
    """Names the occasion, such as `2026-11 demand_planning`."""
    amount: float
    text: str
    """What people are told, one sentence."""
    step: str = ""
    page: str = "cycle"
    decision: int = 0
    """Number of the decision it is about; 0 is none."""


@dataclass(frozen=True)
class Escalation:
    """Somebody is told of something."""

    measured: Measured
    role: str
    level: int
    """How many rungs of the path the amount has passed; 1 is the first."""

    @property
    def occasion(self) -> str:
        """Names it, so that each rung is told once."""
        return f"{self.measured.kind} {self.measured.subject} level {self.level}"


STANDARD: tuple[EscalationRule, ...] = (
    EscalationRule("lateness", (Rung(1, "owner"), Rung(2, "sop_lead"), Rung(4, "executive"))),
    EscalationRule("gap", (Rung(5, "finance"), Rung(10, "sop_lead"), Rung(20, "executive"))),
    EscalationRule("service", (Rung(3, "supply_planner"), Rung(8, "sop_lead"), Rung(15, "executive"))),
    EscalationRule("money", (Rung(100_000, "sop_lead"), Rung(1_000_000, "executive"))),
    EscalationRule("stock", (Rung(15, "supply_planner"), Rung(30, "sop_lead"))),
)
"""What a company begins with; `owner` is the owner of the step."""


def escalate(rules: Sequence[EscalationRule], measured: Iterable[Measured]) -> tuple[Escalation, ...]:
    """Say who is told of what: everybody on the path whose amount has been passed, the lowest first.

    Example:
        >>> late = Measured("lateness", "2026-11 demand", 2, "Demand planning is 2 working days late.")
        >>> [one.role for one in escalate(STANDARD, [late])]
        ['owner', 'sop_lead']
    """
    return tuple(
        Escalation(one, rung.role, level)
        for one in measured
        for rule in rules
        if rule.kind == one.kind and (not rule.steps or one.step in rule.steps)
        for level, rung in enumerate(rule.path, start=1)
        if one.amount >= rung.amount
    )


def rules_json(rules: Sequence[EscalationRule]) -> list[dict[str, object]]:
    """Rules as they are kept."""
    return [
        {"kind": rule.kind, "steps": list(rule.steps), "path": [[rung.amount, rung.role] for rung in rule.path]}
        for rule in rules
    ]


def rules_from_json(told: object) -> tuple[EscalationRule, ...]:
    """Read rules as they are kept.

    Raises:
        CycleInvalid: They cannot be read.
    """
    try:
        return tuple(
            EscalationRule(str(one["kind"]), tuple(Rung(float(a), str(r)) for a, r in one["path"]), tuple(one["steps"]))
            for one in told  # type: ignore[attr-defined]
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise CycleInvalid("The paths of escalation cannot be read", where=str(fault)) from fault
