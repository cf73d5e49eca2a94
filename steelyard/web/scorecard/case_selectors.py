"""Case selectors: cases with how long they have gone on, for pages, meetings and the home of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from steelyard.errors import NotFound
from steelyard.kpi.alert import slice_words
from steelyard.kpi.case import months_in_a_row, row_words
from steelyard.kpi.case_subject import SUBJECTS
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard import rule_selectors
from steelyard.web.scorecard.kpi_selectors import spelled
from steelyard.web.scorecard.kpi_sight import sees_of_slice
from steelyard.web.scorecard.models import Case, Look

BASE = "base"


@dataclass(frozen=True)
class SightingLine:
    """A cycle in which a case was seen."""

    cycle: str
    rule: str
    periods: str
    value: float
    target: float | None
    value_text: str
    target_text: str


@dataclass(frozen=True)
class CaseLine:
    """A case as it is listed."""

    number: int
    kpi: str
    label: str
    where: str
    """The slice in words."""
    level: str
    member: str
    opened_cycle: str
    months_in_a_row: int
    text: str
    """What is wrong, in one sentence, with how long it has been so."""
    owner: str
    owner_role: str
    cause: str
    action: str
    due: date | None
    closed_at: datetime | None
    closed_by: str
    outcome: str
    gone: bool
    """Whether the last look no longer saw it."""
    revision: int
    url: str
    sightings: tuple[SightingLine, ...]

    @property
    def is_kpi(self) -> bool:
        """Whether it is about a KPI; else it is about money that is off another version of the plan."""
        return SUBJECTS[self.kpi].is_kpi

    @property
    def money(self) -> float:
        """Money it is off by, as it was seen last; nothing where it is about no money."""
        last = self.sightings[-1] if self.sightings and SUBJECTS[self.kpi].unit == "money" else None
        return abs(last.value - (last.target or 0.0)) if last else 0.0

    @property
    def months_words(self) -> str:
        """How long it has gone on, in words."""
        return row_words(self.months_in_a_row)

    @property
    def state(self) -> str:
        """open, followed or closed."""
        if self.closed_at is not None:
            return "closed"
        return "followed" if self.cause and self.action else "open"

    @property
    def late(self) -> bool:
        """Whether the action was due before the last sighting's month ended."""
        last = self.sightings[-1].cycle if self.sightings else ""
        return self.closed_at is None and self.due is not None and f"{self.due:%Y-%m}" < last


@dataclass(frozen=True)
class CaseGroup:
    """Cases of one KPI: that of the company with those of its parts behind it, else the longest one first."""

    head: CaseLine
    others: tuple[CaseLine, ...]


def grouped(lines: Iterable[CaseLine]) -> tuple[CaseGroup, ...]:
    """Cases by KPI, in the order of the first of each."""
    found: dict[str, list[CaseLine]] = {}
    for line in lines:
        found.setdefault(line.kpi, []).append(line)
    ranked = (sorted(mine, key=lambda line: bool(line.member)) for mine in found.values())
    return tuple(CaseGroup(mine[0], tuple(mine[1:])) for mine in ranked)


def cases_open(role: str = "", forum: str = "", *, scenario: str = BASE) -> tuple[CaseLine, ...]:
    """Open cases the person of the request may see, the longest first, and the most money first among these.

    Args:
        role: Only cases of KPIs that this role owns.
        forum: Only cases of KPIs on the scorecard of this forum.
        scenario: Whose plan says what lies in one's part of the company.
    """
    lines = [
        line
        for line in _lines(Case.objects.filter(closed_at=None), scenario)
        if (not role or line.owner_role == role) and (not forum or forum in SUBJECTS[line.kpi].forums)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.months_in_a_row, -line.money, line.number)))


def cases_closed(*, scenario: str = BASE, most: int = 50) -> tuple[CaseLine, ...]:
    """Cases that are closed, the latest first."""
    return tuple(_lines(Case.objects.exclude(closed_at=None)[:most], scenario))


def cases_of(kpi: str, *, scenario: str = BASE) -> tuple[CaseLine, ...]:
    """Cases of one KPI, open ones first."""
    return tuple(sorted(_lines(Case.objects.filter(kpi=kpi), scenario), key=lambda line: line.closed_at is not None))


def case(number: int, *, scenario: str = BASE) -> CaseLine:
    """One case.

    Raises:
        NotFound: There is none of this number that the person may see.
    """
    for line in _lines(Case.objects.filter(pk=number), scenario):
        return line
    raise NotFound(f"There is no case {number}", mend="look at the list of cases")


def seen_before(scenario: str = BASE) -> tuple[CaseLine, ...]:
    """Open cases that have been seen for two months in a row or more, the longest first."""
    return tuple(line for line in cases_open(scenario=scenario) if line.months_in_a_row > 1)


def last_look() -> tuple[str, datetime] | None:
    """The cycle in which the rules were looked at last, and when."""
    found = Look.objects.order_by("-cycle").first()
    return (found.cycle, found.at) if found else None


def _lines(found: QuerySet[Case], scenario: str) -> list[CaseLine]:
    cases = found.select_related("owner", "closed_by").prefetch_related("sightings")
    looks = list(Look.objects.order_by("cycle").values_list("cycle", flat=True))
    try:
        plan = plan_of(scenario)
    except NotFound:
        return []
    currency, owners = base_currency(plan.inputs.extract), rule_selectors.owner_roles()
    return [
        _line(one, looks, currency, owners[one.kpi][0])
        for one in cases
        if one.kpi in SUBJECTS and sees_of_slice(plan, one.kpi, one.level, one.member)
    ]


def _line(one: Case, looks: Iterable[str], currency: str, owner: str) -> CaseLine:
    subject, cycles = SUBJECTS[one.kpi], list(looks)
    sightings = tuple(
        SightingLine(
            s.cycle, s.rule, s.first if s.first == s.last else f"{s.first} to {s.last}", s.value, s.target,
            spelled(s.value, subject.unit, currency),
            "" if s.target is None else spelled(s.target, subject.unit, currency),
        )
        for s in one.sightings.all()
    )  # fmt: skip
    row = months_in_a_row({s.cycle for s in sightings}, cycles)
    gone = bool(sightings) and bool(cycles) and sightings[-1].cycle < cycles[-1]
    called = slice_words(one.level, one.member)
    return CaseLine(
        one.pk, one.kpi, subject.label, called or "company", one.level, one.member, one.opened_cycle, row,
        _told(subject.label, called, sightings, row, is_kpi=subject.is_kpi),
        one.owner.username if one.owner else "",
        owner, one.cause, one.action, one.due, one.closed_at,
        one.closed_by.username if one.closed_by else "", one.outcome, gone, one.revision,
        reverse("scorecard:case", args=[one.pk]), sightings,
    )  # fmt: skip


def _told(label: str, member: str, sightings: tuple[SightingLine, ...], row: int, *, is_kpi: bool) -> str:
    where = f" of {member}" if member else ""
    if not sightings:
        return f"{label}{where}"
    last = sightings[-1]
    held = "target" if is_kpi else "against"
    against = f", {held} {last.target_text}" if last.target_text else ""
    words = f": {row_words(row)}" if row > 1 else ""
    return f"{label}{where} at {last.value_text}{against}{words}"
