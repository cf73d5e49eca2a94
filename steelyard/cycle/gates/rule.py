"""Rule: a condition on facts with a name that reads as a sentence, and the evidence it gives."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from steelyard.cycle.page import Page
from steelyard.cycle.step import GateUse
from steelyard.errors import CycleInvalid

MOST_ROWS = 50
"""Rows of evidence that are kept; the sentence counts all of them."""


@dataclass(frozen=True)
class Ask:
    """A question that a decision would settle, so that it is put with one press."""

    question: str
    kind: str
    """Kind of decision."""


@dataclass(frozen=True)
class Row:
    """One thing that stands against a rule."""

    subject: str
    text: str
    amount: float | None = None
    unit: str = "money"
    """Of the amount: money in the company's currency, or hours."""
    page: Page | None = None
    """Where this one is mended, if another page than the rule's."""
    ask: Ask | None = None
    """The question to be put, where a decision would deal with it and nobody has asked."""
    decision: int = 0
    """Number of the decision it is about, or that has been asked; 0 is none."""
    explain: str = ""
    """What the gap is held against, where words explain it: budget or finance_forecast."""


@dataclass(frozen=True)
class Evidence:
    """What a rule found."""

    met: bool
    sentence: str
    page: Page
    """Where it is mended."""
    rows: tuple[Row, ...] = ()
    judged: bool = True
    """False where there was nothing to judge by: such a rule is not met."""


@dataclass(frozen=True)
class Argument:
    """A number or word that the company gives a rule."""

    name: str
    kind: type[float] | type[str]


@dataclass(frozen=True)
class Rule:
    """A rule as it stands in the register."""

    name: str
    meaning: str
    """One sentence."""
    how: str
    """How it is mended, in a sentence or two; empty where the page says it all."""
    facts: type
    """The kind of facts it judges."""
    page: Page
    arguments: tuple[Argument, ...]
    many: bool
    """Whether it takes any number of words more."""
    judge: Callable[..., Evidence] = field(repr=False)

    @property
    def sentence(self) -> str:
        """The name as words.

        Example: `every_forecast_is_signed` reads "Every forecast is signed".
        """
        return self.name.replace("_", " ").capitalize()


_REGISTER: dict[str, Rule] = {}


def rule(page: str) -> Callable[[Callable[..., Evidence]], Callable[..., Evidence]]:
    """Enter a rule into the register.

    The function's name is the rule's name; its first parameter is annotated with the kind of facts it judges; the
    others, numbers and words, are given in the template of the company.

    Args:
        page: Where it is mended, one of `PAGES`.
    """

    def enter(function: Callable[..., Evidence]) -> Callable[..., Evidence]:
        name = function.__name__
        if name in _REGISTER and _REGISTER[name].judge.__module__ != function.__module__:
            raise CycleInvalid(f"There are two rules {name!r}", mend="name one of them more exactly")
        _REGISTER[name] = _rule_of(function, Page(page))
        return function

    return enter


def rules() -> Mapping[str, Rule]:
    """Every rule by name."""
    return dict(_REGISTER)


def rule_named(name: str) -> Rule:
    """A rule by name.

    Raises:
        CycleInvalid: There is none.
    """
    if name not in _REGISTER:
        raise CycleInvalid(f"There is no rule {name!r}", mend=f"use one of {', '.join(sorted(_REGISTER))}")
    return _REGISTER[name]


def check_gate(gate: GateUse) -> Rule:
    """Go on only when a gate names a rule and gives it the arguments it takes.

    Raises:
        CycleInvalid: It does not.
    """
    found = rule_named(gate.rule)
    given, wanted = len(gate.arguments), len(found.arguments)
    if given < wanted or (given > wanted and not found.many):
        told = ", ".join(argument.name for argument in found.arguments) or "no argument"
        raise CycleInvalid(f"{gate.rule} takes {told}", where=gate.key, mend="give it in the template")
    for argument, value in zip(found.arguments, gate.arguments, strict=False):
        if isinstance(value, str) != (argument.kind is str):
            raise CycleInvalid(f"{argument.name} of {gate.rule} is a {_kind(argument.kind)}", where=gate.key)
    if any(not isinstance(value, str) for value in gate.arguments[wanted:]):
        raise CycleInvalid(f"{gate.rule} takes words", where=gate.key)
    return found


def judge(gate: GateUse, facts: Callable[[type], object | None]) -> Evidence:
    """Judge a gate.

    Args:
        gate: The rule with its arguments.
        facts: Gives the facts of a kind; None where there are none to be had.

    Raises:
        CycleInvalid: The gate does not fit its rule.
    """
    found = check_gate(gate)
    known = facts(found.facts)
    if known is None:
        told = f"{found.sentence}: there is nothing to judge by yet."
        return Evidence(False, told, found.page, judged=False)
    evidence = found.judge(known, *gate.arguments)
    return Evidence(evidence.met, evidence.sentence, evidence.page, evidence.rows[:MOST_ROWS], evidence.judged)


def counted(number: int, one: str, many: str = "") -> str:
    """A count in words.

    Example:
        >>> counted(1, "item"), counted(3, "item")
        ('1 item', '3 items')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _rule_of(function: Callable[..., Evidence], page: Page) -> Rule:
    hints: dict[str, Any] = get_type_hints(function)
    first, *others = inspect.signature(function).parameters.values()
    named = [one for one in others if one.kind is not inspect.Parameter.VAR_POSITIONAL]
    arguments = tuple(Argument(one.name, hints[one.name]) for one in named)
    meaning, how, *_ = [" ".join(part.split()) for part in (function.__doc__ or "").split("\n\n")] + [""]
    return Rule(function.__name__, meaning, how, hints[first.name], page, arguments, len(named) < len(others), function)


def _kind(kind: type) -> str:
    return "word" if kind is str else "number"
