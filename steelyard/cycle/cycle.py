"""Cycle: one month of the process, or one event: a template laid on the calendar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from steelyard.cycle.step import Standing, StepPlan, StepState, lateness
from steelyard.cycle.template import CycleTemplate
from steelyard.cycle.working_days import WorkingDays
from steelyard.errors import CycleInvalid

KEY = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-[a-z0-9][a-z0-9-]{0,30})?")


@dataclass(frozen=True)
class DatedStep:
    """A step with its days."""

    plan: StepPlan
    starts: date
    ends: date


@dataclass(frozen=True)
class DatedCycle:
    """A template on the calendar."""

    key: str
    label: str
    anchor: date
    """Day from which the working days of the template are counted."""
    steps: tuple[DatedStep, ...]


def check_key(key: str) -> str:
    """Give back the key of a cycle: a month, such as `2026-11`, with a word behind it for an event.

    Raises:
        CycleInvalid: It is no such key.
    """
    if not KEY.fullmatch(key):
        raise CycleInvalid(f"{key!r} is no key of a cycle", mend="use a month such as 2026-11, or 2026-11-strike")
    return key


def first_day(key: str) -> date:
    """The first day of a cycle's month."""
    return date(int(check_key(key)[:4]), int(key[5:7]), 1)


def last_day(key: str) -> date:
    """The last day of a cycle's month.

    Example:
        >>> last_day("2026-11")
        datetime.date(2026, 11, 30)
    """
    return first_day(next_keys(key, 1)[0]) - timedelta(days=1)


def next_keys(key: str, count: int) -> tuple[str, ...]:
    """The keys of the months that follow.

    Example:
        >>> next_keys("2026-11", 2)
        ('2026-12', '2027-01')
    """
    start = first_day(key)
    months = [start.year * 12 + start.month - 1 + n for n in range(1, count + 1)]
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)


def lay_cycle(template: CycleTemplate, key: str, *, anchor: date | None = None, label: str = "") -> DatedCycle:
    """Lay a template on the calendar.

    Args:
        template: The template.
        key: The month, or the month and a word for an event.
        anchor: Day from which working days are counted; the first of the month if nothing is given.
        label: What people read; the month in words if nothing is given.

    Raises:
        CycleInvalid: The key is none.
    """
    start = anchor or first_day(key)
    steps = tuple(
        DatedStep(step, _day(template.days, start, step.starts), _day(template.days, start, step.ends))
        for step in template.steps
    )
    return DatedCycle(check_key(key), label or cycle_label(key), start, steps)


def move_cycle(cycle: DatedCycle, working_days: int, days: WorkingDays) -> DatedCycle:
    """The same cycle some working days later, or earlier; each step keeps its distance to the others."""
    moved = tuple(
        replace(step, starts=shift(step.starts, working_days, days), ends=shift(step.ends, working_days, days))
        for step in cycle.steps
    )
    return replace(cycle, anchor=shift(cycle.anchor, working_days, days), steps=moved)


def shift(day: date, working_days: int, days: WorkingDays) -> date:
    """A day some working days later, or earlier; a free day counts as the working day after it."""
    if not working_days:
        return day
    here = days.nth(day, 1)
    return days.nth(here, working_days + 1)


def cycle_label(key: str) -> str:
    """A cycle in words.

    Example:
        >>> cycle_label("2026-11-strike")
        'November 2026, strike'
    """
    word = key[8:].replace("-", " ")
    return f"{first_day(key):%B %Y}" + (f", {word}" if word else "")


def current_step(steps: Sequence[Standing]) -> Standing | None:
    """The step that is on: the first that is open or closing, else the first that waits; none when all are over."""
    on = [step for step in steps if step.state in (StepState.OPEN, StepState.CLOSING)]
    waiting = [step for step in steps if step.state is StepState.WAITING]
    return next(iter(on or waiting), None)


def blocking_step(steps: Sequence[Standing], key: str) -> Standing | None:
    """The first step before this one that is not over, which it waits for; None where nothing holds it."""
    before = takewhile(lambda step: step.plan.key != key, steps)
    return next((step for step in before if not step.state.is_over), None)


def blocked_by(steps: Sequence[Standing], key: str) -> str:
    """The label of the step that this one waits for; empty where nothing holds it."""
    found = blocking_step(steps, key)
    return found.plan.label if found else ""


def days_late(steps: Sequence[Standing], today: date, days: WorkingDays) -> int:
    """Working days by which the step that is on is late."""
    on = current_step(steps)
    return lateness(on, today, days) if on else 0


def day_of_cycle(cycle_anchor: date, today: date, days: WorkingDays) -> int:
    """Which working day of the cycle a day is; 1 is the first."""
    return days.between(cycle_anchor - timedelta(days=1), today)


def day_words(number: int) -> str:
    """A working day of a cycle in words; 1 is the first, 0 the last before it.

    Example:
        >>> day_words(3), day_words(0), day_words(-4)
        ('working day 3', '1 working day before it begins', '5 working days before it begins')
    """
    if number > 0:
        return f"working day {number}"
    before = 1 - number
    return f"{before} working day{'' if before == 1 else 's'} before it begins"


def day_span_words(first: int, last: int) -> str:
    """The working days of a step in words.

    Example:
        >>> day_span_words(4, 8), day_span_words(3, 3)
        ('working day 4 to 8', 'working day 3')
    """
    if first > 0 and last != first:
        return f"{day_words(first)} to {last}"
    return day_words(first) if last == first else f"{day_words(first)} to {day_words(last)}"


def _day(days: WorkingDays, anchor: date, number: int) -> date:
    return days.nth(anchor, number)
