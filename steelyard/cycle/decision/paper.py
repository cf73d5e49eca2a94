"""Paper: all that a signature stands for, under one digest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from steelyard.cycle.decision.case import BusinessCase
from steelyard.cycle.decision.kind import kind_of
from steelyard.errors import DecisionInvalid
from steelyard.plan.canonical import Json, digest_of


@dataclass(frozen=True)
class PaperOption:
    """An option of the paper."""

    key: int
    label: str
    plan: str
    """Digest of its plan."""
    revision: int
    case: BusinessCase
    weighed: bool
    rests_on: tuple[int, ...] = ()
    """Numbers of the assumptions it rests on."""


@dataclass(frozen=True)
class Paper:
    """A question with its options, as it is put before a forum."""

    kind: str
    question: str
    background: str
    amount: float | None
    """Money at stake; None where nobody knows."""
    recommended: int | None
    options: tuple[PaperOption, ...]
    conditions: tuple[str, ...] = ()
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The part of the company it is about, members by level; everything without one."""

    @property
    def digest(self) -> str:
        """Digest of the paper; it moves with every word and every number of an option."""
        spelled: dict[str, Json] = {
            "kind": self.kind,
            "question": self.question,
            "background": self.background,
            "amount": None if self.amount is None else round(self.amount, 2),
            "recommended": self.recommended,
            "options": [_spelled(option) for option in self.options],
            "conditions": list(self.conditions),
        }
        if self.scope:
            spelled["scope"] = {level: list(members) for level, members in self.scope.items()}
        return digest_of(spelled)


LEAST_OPTIONS = 2


def check_paper(paper: Paper) -> None:
    """Go on only when a paper can be put before a forum.

    Raises:
        DecisionInvalid: Something is missing; the message says all of it.
    """
    if missing := what_is_missing(paper):
        raise DecisionInvalid("The decision cannot be asked yet", where="; ".join(missing), mend="complete the paper")


def what_is_missing(paper: Paper) -> Sequence[str]:
    """What a paper still needs before it can be put before a forum, each in words; nothing where it is complete."""
    least = 1 if kind_of(paper.kind).key == "plan_approval" else LEAST_OPTIONS
    found = []
    if not paper.question.strip():
        found.append("it has no question")
    if len(paper.options) < least:
        found.append(f"it has {len(paper.options)} of at least {least} options, doing nothing included")
    found += [f"option {one.label} is not weighed" for one in paper.options if not one.weighed]
    if paper.recommended not in [one.key for one in paper.options]:
        found.append("no option is recommended")
    if kind_of(paper.kind).resource and not any(one.case.capex or one.case.yearly_gain for one in paper.options):
        found.append("no option says what it spends and earns beside its plan")
    return found


def _spelled(option: PaperOption) -> dict[str, Json]:
    return {
        "key": option.key,
        "label": option.label,
        "plan": option.plan,
        "revision": option.revision,
        "case": asdict(option.case),
        "rests_on": list(option.rests_on),
    }
