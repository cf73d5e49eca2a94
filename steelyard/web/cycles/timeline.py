"""Time line: the steps of a cycle over its working days, as columns of a grid that the page lays out."""

from dataclasses import dataclass
from datetime import date, timedelta

from steelyard.cycle.working_days import WorkingDays
from steelyard.web.cycles.plans import days_of
from steelyard.web.cycles.selectors import CycleView
from steelyard.web.cycles.step_lines import StepLine


@dataclass(frozen=True)
class Day:
    """One day of the time line."""

    day: date
    free: bool
    today: bool
    why: str
    """Name of the holiday, if it is one."""


@dataclass(frozen=True)
class Bar:
    """One step over the days: each cell says whether the step is on that day."""

    line: StepLine
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TimeLine:
    """Days and bars."""

    days: tuple[Day, ...]
    bars: tuple[Bar, ...]


LONGEST = 62


def time_line(view: CycleView) -> TimeLine:
    """Lay the steps over the days from the first to the last one, today within sight."""
    if not view.steps:
        return TimeLine((), ())
    first = min(line.step.starts for line in view.steps)
    last = max(line.step.ends for line in view.steps)
    if last < view.today <= last + timedelta(days=14) and view.cycle.state == "open":
        last = view.today
    calendar = days_of(view.cycle)
    shown = [first + timedelta(days=n) for n in range(min((last - first).days + 1, LONGEST))]
    days = tuple(_day(day, calendar, view.today) for day in shown)
    return TimeLine(days, tuple(Bar(line, tuple(_cell(line, day, view.today) for day in days)) for line in view.steps))


def _day(day: date, calendar: WorkingDays, today: date) -> Day:
    return Day(day, not calendar.is_worked(day), day == today, calendar.holiday(day))


def _cell(line: StepLine, day: Day, today: date) -> str:
    words = [word for word, holds in (("is-free", day.free), ("is-today", day.today)) if holds]
    if line.step.starts <= day.day <= line.step.ends:
        words.append(f"is-{'late' if line.late else line.step.state}")
    elif line.late and line.is_current and line.step.ends < day.day <= today and not day.free:
        words.append("is-overdue")
    return " ".join(words)
