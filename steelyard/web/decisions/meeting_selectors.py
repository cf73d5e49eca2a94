"""Meeting selectors: the agenda of a meeting, who is there, what was said, what is parked."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from steelyard.cycle.meeting.agenda import Agenda, Item, Section, build_agenda
from steelyard.errors import SteelyardError
from steelyard.plan.canonical import Json
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.register import Assumption
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import sees_money, sight
from steelyard.web.balance.selectors import lever_agenda, levers_weighed
from steelyard.web.company import now
from steelyard.web.decisions import models
from steelyard.web.decisions.action_selectors import ActionLine, action_lines, actions_open
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.meetings import meeting_of
from steelyard.web.decisions.people import active, full_name
from steelyard.web.decisions.seen import sees_meeting
from steelyard.web.decisions.selectors import open_decisions
from steelyard.web.governance.selectors import forum_members
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import seen_assumptions
from steelyard.web.scorecard.case_selectors import cases_open, grouped
from steelyard.web.scorecard.exceptions import exceptions

MOST_EXCEPTIONS = 8
LEVERS_IN = "pre_sop"
"""The forum that balances demand and supply, and so has the levers before it."""
LOOK_AHEAD = 12
"""Periods in which exceptions are looked for."""
CHANGED = timedelta(days=45)
"""For how long an assumption counts as changed before a company's first meeting of a forum."""


@dataclass(frozen=True)
class SeatView:
    """A person who is asked to a meeting."""

    person: str
    name: str
    role: str
    present: bool
    delegate: str
    delegate_name: str


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list."""

    number: int
    cycle: str
    forum: str
    starts_at: object
    minutes: int
    chair: str
    state: str
    """planned, open or closed."""
    present: int
    asked: int
    url: str

    @property
    def forum_label(self) -> str:
        """The forum as people read it."""
        return forum_label(self.forum)


@dataclass(frozen=True)
class MeetingView:
    """All of a meeting."""

    line: MeetingLine
    row: models.Meeting
    seats: tuple[SeatView, ...]
    agenda: Agenda
    notes: tuple[models.Note, ...]
    parked: tuple[models.Note, ...]
    """The parking lot of the forum: what this and earlier meetings left."""
    actions: tuple[ActionLine, ...]
    """Made in this meeting."""
    can_lead: bool
    sits: bool
    weigh_levers: bool
    """Whether the levers belong on the agenda and have still to be weighed on the plan of now."""

    @property
    def is_open(self) -> bool:
        """Whether its minutes run."""
        return self.line.state == "open"

    @property
    def can_write(self) -> bool:
        """Whether the person may write into its minutes now."""
        return self.is_open and (self.can_lead or self.sits)


def meeting_lines(cycle: str = "", forum: str = "") -> tuple[MeetingLine, ...]:
    """Meetings, the latest first."""
    asked = {name: value for name, value in (("cycle", cycle), ("forum", forum)) if value}
    found = models.Meeting.objects.filter(**asked).prefetch_related("people")
    return tuple(_line(row) for row in found if sees_meeting(row))


def meeting_page(number: int, user: User, scenario: str = "", *, weigh: bool = False) -> MeetingView:
    """One meeting as a person sees it; a closed one with the agenda it had.

    Args:
        number: The meeting.
        user: Who looks.
        scenario: Whose exceptions, cases and levers the agenda ranks.
        weigh: Whether levers that nobody has weighed on this plan are weighed now, which takes seconds.
    """
    row = meeting_of(number)
    seats = tuple(_seats(row))
    parked = models.Note.objects.filter(meeting__forum=row.forum, parked=True, settled_at=None)
    return MeetingView(
        line=_line(row),
        row=row,
        seats=seats,
        agenda=seen_agenda(read_pack(row.pack)) if row.pack else agenda_of(row, scenario, weigh=weigh),
        notes=tuple(row.notes.filter(parked=False)),
        parked=tuple(note for note in parked.select_related("meeting") if sees_meeting(note.meeting)),
        actions=tuple(one for one in action_lines() if one.meeting == row.pk),
        can_lead=user.may(Ability.PUBLISH),
        sits=any(user.username in (seat.person, seat.delegate) for seat in seats),
        weigh_levers=not row.pack and not weigh and _levers_wait(row, scenario),
    )


def minutes_of(cycle: str, user: User) -> tuple[MeetingView, ...]:
    """The meetings of a cycle with their minutes."""
    rows = models.Meeting.objects.filter(cycle=cycle, opened_at__isnull=False).order_by("starts_at")
    return tuple(meeting_page(row.pk, user) for row in rows if sees_meeting(row))


def agenda_of(meeting: models.Meeting, scenario: str, *, weigh: bool = False) -> Agenda:
    """What a meeting has to talk about now."""
    items = [
        *_due(meeting), *_changed_assumptions(meeting, scenario), *_cases(meeting, scenario), *_exceptions(scenario),
        *_levers(meeting, scenario, weigh=weigh), *_decisions(meeting),
    ]  # fmt: skip
    return build_agenda(items, minutes=meeting.minutes, most=MOST_EXCEPTIONS)


def people_of(forum: str) -> list[str]:
    """Who is asked to a forum: those who sit in it, delegates in place of those away."""
    return [seat.person for seat in forum_members(forum, day=now().date())]


def pack_json(agenda: Agenda) -> dict[str, Json]:
    """An agenda as plain values, to be kept with a meeting that is over."""
    sections: list[Json] = []
    for section in agenda.sections:
        items = [{**asdict(item), "due": item.due.isoformat() if item.due else None} for item in section.items]
        sections.append({"part": section.part, "title": section.title, "left_out": section.left_out, "items": items})
    return {"minutes": agenda.minutes, "sections": sections}


def read_pack(pack: dict[str, Json]) -> Agenda:
    """Read what `pack_json` wrote; dates stay out, because the meeting is over."""
    sections: Sequence[dict[str, Json]] = pack["sections"]  # type: ignore[assignment]
    return Agenda(tuple(_section(one) for one in sections), int(str(pack["minutes"])))


def seen_agenda(agenda: Agenda) -> Agenda:
    """A kept agenda as the person sees it: it was made with the eyes of who closed the meeting.

    From whom something is kept sees the actions and decisions on it, without their money.
    """
    if sight().everything:
        return agenda
    open_to_all = [section for section in agenda.sections if section.part in ("actions", "decisions")]
    shown = tuple(
        replace(section, items=tuple(replace(item, money=None) for item in section.items)) for section in open_to_all
    )
    return replace(agenda, sections=shown)


def _section(spelled: dict[str, Json]) -> Section:
    items: Sequence[dict[str, Json]] = spelled["items"]  # type: ignore[assignment]
    read = tuple(Item(**{**one, "due": None}) for one in items)  # type: ignore[arg-type]
    return Section(spelled["part"], str(spelled["title"]), read, int(str(spelled["left_out"])))  # type: ignore[arg-type]


def _due(meeting: models.Meeting) -> Iterator[Item]:
    day = meeting.starts_at.date()
    for one in actions_open():
        if one.due <= day:
            carried = "carried over, " if one.cycle < meeting.cycle else ""
            told = f"{carried}{one.days_late} days late" if one.late else carried.rstrip(", ")
            yield Item("actions", str(one.number), one.text, told, one.value, one.due, one.owner, one.url)


def _changed_assumptions(meeting: models.Meeting, scenario: str) -> Iterator[Item]:
    before = models.Meeting.objects.filter(
        forum=meeting.forum, closed_at__isnull=False, starts_at__lt=meeting.starts_at
    )
    last = before.order_by("-starts_at").first()
    since = last.starts_at if last else meeting.starts_at - CHANGED
    for one in _known_assumptions(scenario):
        if one.at >= since or one.status == "proposed":
            yield Item(
                "assumptions", str(one.id), one.statement, _told(one), owner=one.owner, url=reverse("risk:start")
            )


def _known_assumptions(scenario: str) -> tuple[Assumption, ...]:
    try:
        return seen_assumptions(plan_of(scenario)) if scenario else ()
    except SteelyardError:
        return ()


def _told(one: Assumption) -> str:
    effect, measure = one.effect, one.effect.measure.replace("_", " ")
    return f"{one.status}: {effect.low:+g} to {effect.high:+g} %, likely {effect.likely:+g} %, on {measure}"


def _cases(meeting: models.Meeting, scenario: str) -> Iterator[Item]:
    """Open cases of the KPIs the forum looks at, and of money that is off."""
    for group in grouped(cases_open(forum=meeting.forum, scenario=scenario)) if scenario else ():
        one, parts = group.head, len(group.others)
        told = one.action or one.cause or "nobody has said why yet"
        told += f"; {parts} part{'s' if parts > 1 else ''} of it as well" if parts else ""
        yield Item(
            "cases", str(one.number), one.text, told, due=one.due, owner=one.owner, url=one.url,
            months=one.months_in_a_row,
        )  # fmt: skip


def _levers(meeting: models.Meeting, scenario: str, *, weigh: bool) -> Iterator[Item]:
    """Levers by what they bring, for the forum that balances demand and supply."""
    if not _levers_wait(meeting, scenario) or weigh:
        try:
            found = lever_agenda(scenario) if _has_levers(meeting, scenario) else ()
        except SteelyardError:
            return
        for one in found:
            when = f", from {one.lead_periods} periods ahead on" if one.lead_periods else ""
            told = f"{one.kind}, {one.side} side: closes {one.closes:,.0f} units{when}"
            yield Item("levers", one.key, one.text, told, one.gain, url=one.url)


def _has_levers(meeting: models.Meeting, scenario: str) -> bool:
    return bool(scenario) and meeting.forum == LEVERS_IN and sees_money("cost") and sees_money("sales")


def _levers_wait(meeting: models.Meeting, scenario: str) -> bool:
    try:
        return _has_levers(meeting, scenario) and not levers_weighed(scenario)
    except SteelyardError:
        return False


def _exceptions(scenario: str) -> Iterator[Item]:
    if not scenario:
        return
    try:
        plan = plan_of(scenario)
        labels = plan.horizon.labels
        found = exceptions(plan, (labels[0], labels[min(LOOK_AHEAD, len(labels)) - 1]), top=MOST_EXCEPTIONS)
    except SteelyardError:
        return
    for number, one in enumerate(found):
        name = f"{one.subject} {one.name}".strip()
        yield Item(
            "exceptions",
            str(number),
            f"{one.kind.capitalize()}: {name}",
            one.text,
            one.money,
            url=_sheet(plan, one.view),
        )


def _sheet(plan: Plan, view: dict[str, str]) -> str:
    return f"{reverse('worksheet:worksheet', args=[plan.name])}?{urlencode(view)}"


def _decisions(meeting: models.Meeting) -> Iterator[Item]:
    for one in open_decisions(forum=meeting.forum):
        told = f"{one.kind_label}, {one.options} options" + (
            f"; recommended: {one.recommended}" if one.recommended else ""
        )
        told += f"; to be signed by {one.signed_by}" if one.signed_by else ""
        yield Item("decisions", str(one.number), one.question, told, one.amount, one.due, one.owner, one.url)


def _seats(row: models.Meeting) -> Iterator[SeatView]:
    known = active()
    for seat in row.people.all():
        role = known[seat.person].role_label if seat.person in known else seat.role
        delegate = full_name(seat.delegate, known) if seat.delegate else ""
        yield SeatView(seat.person, full_name(seat.person, known), role, seat.present, seat.delegate, delegate)


def _line(row: models.Meeting) -> MeetingLine:
    people = list(row.people.all())
    state = "closed" if row.closed_at else "open" if row.opened_at else "planned"
    return MeetingLine(
        row.pk, row.cycle, row.forum, row.starts_at, row.minutes, row.chair, state,
        sum(seat.present for seat in people), len(people), reverse("decisions:meeting", args=[row.pk]),
    )  # fmt: skip
