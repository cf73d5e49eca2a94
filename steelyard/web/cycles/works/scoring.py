"""Score: how good last month's numbers were: forecast, key figures, sources of intelligence, decisions."""

import math

from steelyard.errors import NotFound
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.score import CONSENSUS
from steelyard.plan.measuring.score import score as score_of
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.cycles.neighbours import adherence, decision_grades
from steelyard.web.cycles.works.place import Place, Plain, Said


def score(place: Place) -> Said:
    """Hold the archived plans against what came."""
    measuring = measuring_of(place.cycle.scenario)
    facts: dict[str, Plain] = {
        "accuracy": _accuracy(measuring), "sources": _sources(measuring),
        "adherence": [dict(line) for line in adherence(place.cycle.scenario)],
        "decisions": [dict(line) for line in decision_grades()],
    }  # fmt: skip
    told = facts["accuracy"]
    if not isinstance(told, dict) or not told:
        return Said("No published plan has a month that is over; there is nothing to score yet.", facts)
    return Said(
        f"Plan of {told['version']}: accuracy {told['accuracy']:.0%}, bias {told['bias']:+.0%} over "
        f"{told['cells']:,} items at their places.",
        facts,
    )


def _accuracy(measuring: Measuring) -> dict[str, object]:
    """What the plan of last month said of that month, by item and place, as the KPI measures it."""
    try:
        record = measuring.record(("item", "location"))
    except NotFound:
        return {}
    month = measuring.archive.graded[-1].label
    found, naive = (score_of(record, stream, lag=0, target=month) for stream in (CONSENSUS, "naive"))
    return {
        "version": month, "accuracy": _told(found.accuracy), "bias": _told(found.bias),
        "mase": _told(found.mase), "cells": found.cells, "value_added": _told(naive.wmape - found.wmape),
    }  # fmt: skip


def _sources(measuring: Measuring) -> list[object]:
    return [
        {"source": name, "claims": record.outcomes, "hits": _told(record.hit_rate), "weight": _told(record.weight)}
        for name, record in sorted(measuring.sources().items())
    ]


def _told(value: float) -> float:
    return round(value, 4) if math.isfinite(value) else 0.0
