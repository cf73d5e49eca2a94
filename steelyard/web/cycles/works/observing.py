"""Observe: what only the records of the month know of how it was run: on time, decided, attended, signed."""

from datetime import datetime

from steelyard.cycle.step import StepState
from steelyard.errors import SteelyardError
from steelyard.plan.sign_off.signature import SignOff
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.cycles.neighbours import attendance, decisions_on_time, kpi_observe
from steelyard.web.cycles.signatures import functions_of
from steelyard.web.cycles.works.place import Place, Plain, Said

LABELS = {
    "cycle_on_time": "steps on time", "decisions_on_time": "decisions on time", "attendance": "seats taken",
    "input_on_time": "inputs on time",
}  # fmt: skip


def observe(place: Place) -> Said:
    """Keep the KPIs of the process for the month."""
    if place.cycle.kind != "monthly":
        return Said("An event is not measured as a month.")
    found = process_kpis(place.cycle, [(one.function, one.at) for one in _signatures(place)])
    for name, value in found.items():
        kpi_observe(name, place.cycle.key, value, source=f"cycle {place.cycle.key}", actor=place.by)
    told = ", ".join(f"{value:.0f} % {LABELS[name]}" for name, value in found.items())
    facts: dict[str, Plain] = {name: round(value, 2) for name, value in found.items()}
    return Said(f"Observed: {told}." if told else "There is nothing to observe yet.", facts)


def process_kpis(cycle: Cycle, signed: list[tuple[str, datetime]]) -> dict[str, float]:
    """KPIs of the process that are known of a cycle [percent].

    Args:
        cycle: The month.
        signed: Function and time of every signature since it was opened.
    """
    steps = list(cycle.steps.order_by("number"))
    told = {
        "cycle_on_time": _share([_in_time(step) for step in steps if step.state != StepState.SKIPPED.value]),
        "decisions_on_time": decisions_on_time(cycle.key),
        "attendance": attendance(cycle.key),
        "input_on_time": _share([ok for step in steps for ok in _inputs(step, signed)]),
    }
    return {name: value for name, value in told.items() if value is not None}


def _signatures(place: Place) -> list[SignOff]:
    since = place.cycle.opened_at
    try:
        found = place.scenario.sign_offs
    except SteelyardError:
        return []
    return [one for one in found if one.stands and (since is None or one.at >= since)]


def _in_time(step: Step) -> bool:
    return step.finished_at is not None and step.finished_at.date() <= step.ends


def _inputs(step: Step, signed: list[tuple[str, datetime]]) -> list[bool]:
    """Whether each function that a step asks had signed by its last day."""
    return [any(f == name and at.date() <= step.ends for f, at in signed) for name in functions_of(step)]


def _share(flags: list[bool]) -> float | None:
    return 100.0 * sum(flags) / len(flags) if flags else None
