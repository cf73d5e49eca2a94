"""Asked signatures: which functions the month asks to sign the consensus; others may sign, and nobody waits for them.

The rooms of the month know the gates of a month; they enter their rule here when the app starts. Without a month every
function that reviews demand is asked.
"""

from collections.abc import Callable, Collection

from steelyard.web.demand_review.board import REVIEWERS

_rules: list[Callable[[str], Collection[str]]] = []


def signature_rule(rule: Callable[[str], Collection[str]]) -> Callable[[str], Collection[str]]:
    """Enter a rule: of a scenario it says which functions are to sign; nothing where it does not know."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def functions_asked(scenario: str) -> tuple[str, ...]:
    """The functions whose signature on the consensus of a scenario somebody waits for, in the order of the review."""
    known = {function for rule in _rules for function in rule(scenario)}
    return tuple(f for f in REVIEWERS if f in known) if known else REVIEWERS
