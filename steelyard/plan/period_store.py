"""Period store: the calendar of a kept plan as plain values."""

from collections.abc import Mapping, Sequence

import numpy as np

from steelyard.grid.calendar import Calendar
from steelyard.plan.canonical import Json
from steelyard.plan.inputs.periods import PlanPeriods


def spell_periods(periods: PlanPeriods) -> dict[str, Json]:
    """Spell history and horizon as plain values."""
    calendar = periods.calendar
    return {
        "starts": [str(day) for day in calendar.edges[:-1]],
        "end": str(calendar.edges[-1]),
        "labels": list(calendar.labels),
        "levels": {level: list(names) for level, names in calendar.levels.items()},
        "periods_per_year": calendar.periods_per_year,
        "history": periods.history_count,
    }


def read_periods(spelled: Mapping[str, Json]) -> PlanPeriods:
    """Read history and horizon back.

    Example:
        >>> months = PlanPeriods(Calendar.months("2026-01-01", 3), 1)
        >>> read_periods(spell_periods(months)).calendar.labels
        ('2026-01', '2026-02', '2026-03')
    """
    levels: Mapping[str, Sequence[str]] = spelled["levels"]  # type: ignore[assignment]
    calendar = Calendar(
        np.array(spelled["starts"], dtype="datetime64[D]"),
        np.datetime64(str(spelled["end"]), "D"),
        tuple(spelled["labels"]),  # type: ignore[arg-type]
        {level: tuple(names) for level, names in levels.items()},
        int(spelled["periods_per_year"]),  # type: ignore[arg-type]
    )
    return PlanPeriods(calendar, int(spelled["history"]))  # type: ignore[arg-type]
