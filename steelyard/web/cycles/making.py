"""Making: cycles laid on the calendar from templates, opened and moved; without asking who wants it."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from steelyard.cycle.cycle import DatedCycle, lay_cycle, next_keys
from steelyard.cycle.escalation import rules_json
from steelyard.cycle.template import CycleTemplate, step_json
from steelyard.cycle.working_days import days_json
from steelyard.errors import NameTaken
from steelyard.web.company import now
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.cycles.selectors import template_of, template_read
from steelyard.web.scenarios.choice import BASE

AHEAD = 12
"""Months that stand in the calendar."""


def cycle_made(template: str, key: str, *, anchor: date | None = None, label: str = "", scenario: str = BASE) -> Cycle:
    """Make a cycle from a template.

    Raises:
        CycleInvalid: The key is none.
        NameTaken: There is a cycle of this key.
        NotFound: There is no such template.
    """
    read = template_read(template_of(template))
    return cycle_kept(read, lay_cycle(read, key, anchor=anchor, label=label), scenario)


def cycle_kept(template: CycleTemplate, dated: DatedCycle, scenario: str) -> Cycle:
    """Keep a cycle that is laid on the calendar.

    Raises:
        NameTaken: There is a cycle of this key.
    """
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(
                key=dated.key, label=dated.label[:100], kind=template.kind, template=template.name,
                anchor=dated.anchor, scenario=scenario, days=days_json(template.days),
                escalations=rules_json(template.escalations),
            )  # fmt: skip
            Step.objects.bulk_create(
                Step(cycle=cycle, number=n, key=one.plan.key, plan=step_json(one.plan), starts=one.starts,
                     ends=one.ends)
                for n, one in enumerate(dated.steps, start=1)
            )  # fmt: skip
    except IntegrityError as fault:
        raise NameTaken(f"There is a cycle {dated.key} already", mend="choose another key") from fault
    return cycle


def cycles_ahead(template: str, key: str, *, by: str, months: int = AHEAD, scenario: str = BASE) -> list[Cycle]:
    """Make the cycles of the months after a cycle, as far as they are not there."""
    return _missing(template, next_keys(key, months), scenario)


def _missing(template: str, keys: Iterable[str], scenario: str) -> list[Cycle]:
    known = set(Cycle.objects.values_list("key", flat=True))
    return [cycle_made(template, key, scenario=scenario) for key in keys if key not in known]


def cycle_opened(cycle: Cycle, *, by: str) -> bool:
    """Open a cycle that is planned; answers whether it was."""
    planned = Cycle.objects.filter(pk=cycle.pk, state="planned")
    return bool(planned.update(state="open", opened_at=now(), opened_by=by, revision=cycle.revision + 1))
