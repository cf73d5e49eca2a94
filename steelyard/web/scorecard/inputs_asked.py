"""Inputs asked: which functions a month asks to sign the consensus, and by which day.

The rooms of the month know the gates and days of a month; they enter their rule here when the app starts. A month that
stands in no calendar asks every function of the demand review, by the day that the charter names.
"""

from collections.abc import Callable, Mapping
from datetime import date

from steelyard.cycle.working_days import WorkingDays
from steelyard.web.governance.selectors import forums

FORUM, USUAL_DAY = "demand_review", 7
"""The forum by whose day inputs are due without a calendar, and the working day on which it meets unless it says so."""
Asked = Mapping[str, date]
"""Last day by function, in the order in which they are asked."""

_rules: list[Callable[[str], Asked]] = []


def inputs_rule(rule: Callable[[str], Asked]) -> Callable[[str], Asked]:
    """Enter a rule: of a month it says which functions sign by when; nothing where it does not know."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def inputs_asked(month: str, usual: tuple[str, ...]) -> Asked:
    """Last day by function whose signature somebody waits for.

    Args:
        month: Such as 2026-11.
        usual: Functions that are asked where no calendar knows the month.
    """
    known = {function: day for rule in _rules for function, day in rule(month).items()}
    return known or dict.fromkeys(usual, usual_day(month))


def usual_day(month: str) -> date:
    """The day of the demand review as the charter says, counted from the first of the month."""
    day = next((forum.working_day for forum in forums() if forum.key == FORUM), USUAL_DAY)
    return WorkingDays().nth(date(int(month[:4]), int(month[5:7]), 1), day)
