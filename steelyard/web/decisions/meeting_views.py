"""Meeting pages: list, one meeting live, actions, authority matrix."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.views.decorators.http import require_POST

from steelyard.cycle.authority import AuthorityRule
from steelyard.cycle.decision.kind import DECLARED
from steelyard.errors import DecisionInvalid, NotFound
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability, Role, role_label
from steelyard.web.company import now
from steelyard.web.decisions import actions as action_services
from steelyard.web.decisions import authority_services, meetings, selectors
from steelyard.web.decisions.action_selectors import action_lines, kept_share_of
from steelyard.web.decisions.forms import ActionForm, ActionMoveForm, MeetingForm
from steelyard.web.decisions.labels import FORUMS, forum_label
from steelyard.web.decisions.meeting_selectors import (
    MeetingView,
    meeting_lines,
    meeting_page,
    pack_json,
    people_of,
)
from steelyard.web.decisions.papers import authority_matrix
from steelyard.web.decisions.people import active, full_name
from steelyard.web.risk.services import assumption_judge
from steelyard.web.scenarios.choice import chosen_scenario

PARTS = frozenset({"agenda", "people", "minutes", "parked", "actions"})


def meeting_list(request: HttpRequest) -> HttpResponse:
    """List meetings, and plan one."""
    known = active()
    people = [(name, full_name(name, known)) for name in known]
    first = {
        "chair": person(request).username,
        "forum": "pre_sop",
        "cycle": _cycle(),
        "starts_at": now(),
        "minutes": 60,
    }
    context = {
        "lines": meeting_lines(request.GET.get("cycle", ""), request.GET.get("forum", "")),
        "form": MeetingForm(people=people, initial=first),
        "can_lead": person(request).may(Ability.PUBLISH),
        "trail": _trail(),
    }
    return render(request, "decisions/meetings.html", context)


@require_POST
def meeting_plan(request: HttpRequest) -> HttpResponse:
    """Plan a meeting; those who sit in its forum are asked to it."""
    known = active()
    form = MeetingForm(request.POST, people=[(name, name) for name in known])
    if not form.is_valid():
        messages.error(request, " ".join(f"{name}: {' '.join(map(str, said))}" for name, said in form.errors.items()))
        return redirect("decisions:meetings")
    given = form.cleaned_data
    at = given["starts_at"]
    made = meetings.meeting_plan(
        user=person(request), cycle=given["cycle"], forum=given["forum"], minutes=given["minutes"],
        starts_at=make_aware(at, get_current_timezone()) if is_naive(at) else at, chair=given["chair"],
        people=people_of(given["forum"]),
    )  # fmt: skip
    return redirect("decisions:meeting", number=made.pk)


def meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Show a meeting: agenda, people, minutes, parking lot, actions."""
    return render(request, "decisions/meeting.html", _context(request, number))


def meeting_part(request: HttpRequest, number: int, part: str) -> HttpResponse:
    """Answer one part of a meeting, which asks for itself again while the meeting runs."""
    if part not in PARTS:
        raise NotFound(f"A meeting has no part {part!r}", mend=f"ask for one of {', '.join(sorted(PARTS))}")
    return render(request, f"decisions/_{part}.html", _context(request, number))


@require_POST
def meeting_act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Open or close a meeting."""
    user = person(request)
    if act == "open":
        meetings.meeting_open(number, user=user)
    elif act == "close":
        view = _view(request, number)
        meetings.meeting_close(number, user=user, pack=pack_json(view.agenda))
    return redirect("decisions:meeting", number=number)


@require_POST
def seat(request: HttpRequest, number: int) -> HttpResponse:
    """Say who is there."""
    given = request.POST
    meetings.attendance_set(
        number, given.get("person", ""), user=person(request), present=given.get("present") == "yes",
        delegate=given.get("delegate", ""),
    )  # fmt: skip
    return render(request, "decisions/_people.html", _context(request, number))


@require_POST
def minute(request: HttpRequest, number: int) -> HttpResponse:
    """Write a line into the minutes or the parking lot."""
    parked = request.POST.get("parked") == "yes"
    meetings.minute_add(number, user=person(request), text=request.POST.get("text", ""), parked=parked)
    part = "parked" if parked else "minutes"
    return render(request, f"decisions/_{part}.html", _context(request, number))


@require_POST
def settle(request: HttpRequest, number: int, note: int) -> HttpResponse:
    """Take a question off the parking lot."""
    meetings.parked_settle(note, user=person(request))
    return render(request, "decisions/_parked.html", _context(request, number))


@require_POST
def assumption(request: HttpRequest, number: int, entry: int) -> HttpResponse:
    """Validate or reject an assumption in the meeting, and let the minutes say so."""
    status = request.POST.get("status", "")
    judged = assumption_judge(entry, status, user=person(request))
    view = _view(request, number)
    if view.is_open:
        text = f"Assumption {entry} {judged.status}: {judged.statement}"
        meetings.minute_add(number, user=person(request), text=text)
    return redirect("decisions:meeting", number=number)


def actions(request: HttpRequest) -> HttpResponse:
    """List actions."""
    user = person(request)
    status, whose = request.GET.get("status", "open"), request.GET.get("owner", "")
    known = active()
    people = [(name, full_name(name, known)) for name in known]
    lines = action_lines(owner=whose, status="" if status == "all" else status)
    context = {
        "lines": lines,
        "late": sum(line.late for line in lines),
        "status": status,
        "owner": whose,
        "people": people,
        "kept": kept_share_of(whose),
        "me": user.username,
        "can_lead": user.may(Ability.PUBLISH),
        "can_add": user.may(Ability.BRANCH),
        "form": ActionForm(people=people, initial={"owner": user.username}),
        "money": selectors.sees_whole_money(),
        "trail": _trail(),
    }
    return render(request, "decisions/actions.html", context)


@require_POST
def action_add(request: HttpRequest) -> HttpResponse:
    """Enter an action."""
    known = active()
    form = ActionForm(request.POST, people=[(name, name) for name in known])
    number = request.POST.get("meeting", "")
    if not form.is_valid():
        raise DecisionInvalid("An action needs what, who and by when", mend="complete it")
    held = meetings.meeting_of(int(number)) if number.isdecimal() else None
    action_services.action_add(
        user=person(request), cycle=held.cycle if held else _cycle(), meeting=held.pk if held else None,
        **form.cleaned_data,
    )  # fmt: skip
    if held and getattr(request, "htmx", False):
        return render(request, "decisions/_actions.html", _context(request, held.pk))
    return redirect("decisions:meeting", number=held.pk) if held else redirect("decisions:actions")


@require_POST
def action_close(request: HttpRequest, number: int) -> HttpResponse:
    """Close an action."""
    given = request.POST
    action_services.action_close(
        number, user=person(request), status=given.get("status", ""), outcome=given.get("outcome", "")
    )
    return redirect("decisions:actions")


@require_POST
def action_move(request: HttpRequest, number: int) -> HttpResponse:
    """Give an action another day or owner."""
    form = ActionMoveForm(request.POST)
    if not form.is_valid():
        raise DecisionInvalid("The day cannot be read", mend="write it as 2026-11-30")
    action_services.action_move(number, user=person(request), **form.cleaned_data)
    return redirect("decisions:actions")


def authority(request: HttpRequest) -> HttpResponse:
    """Show the authority matrix and its faults; who looks after the process edits it."""
    matrix = authority_matrix()
    context = {
        "edited": [*matrix.rules, AuthorityRule("", 0.0, "pre_sop", ())],
        "rows": [(kind, [_line(rule) for rule in matrix.of_kind(kind.key)]) for kind in DECLARED],
        "faults": authority_services.authority_findings(),
        "kinds": [("", "Every other kind"), *((kind.key, kind.label) for kind in DECLARED)],
        "roles": [(role.value, role.label) for role in Role],
        "forums": FORUMS.items(),
        "can_edit": person(request).may(Ability.PUBLISH),
        "trail": _trail(),
    }
    return render(request, "decisions/authority.html", context)


@requires(Ability.PUBLISH)
@require_POST
def authority_set(request: HttpRequest) -> HttpResponse:
    """Keep a new matrix."""
    doubtful = authority_services.authority_set(_read_rules(request), user=person(request))
    messages.success(request, f"The matrix is kept{f', with {len(doubtful)} doubts' if doubtful else ''}.")
    return redirect("decisions:authority")


def _line(rule: AuthorityRule) -> tuple[AuthorityRule, str, str, str]:
    """A rule with forum and roles as people read them."""
    signers, must = (", ".join(role_label(role) for role in roles) for roles in (rule.roles, rule.includes))
    return rule, forum_label(rule.forum), signers, must


def _read_rules(request: HttpRequest) -> list[AuthorityRule]:
    """The rules of a form: one field of each name for each row; a row without forum or roles is left out."""
    given = request.POST
    rows = zip(*(given.getlist(name) for name in ("kind", "up_to", "forum", "quorum")), strict=True)
    found = []
    for place, (kind, up_to, forum, quorum) in enumerate(rows):
        roles, includes = given.getlist(f"roles-{place}"), given.getlist(f"includes-{place}")
        if roles and given.get(f"gone-{place}") != "yes":
            limit = _amount(up_to)
            found.append(AuthorityRule(kind, limit, forum, tuple(roles), _whole(quorum), tuple(includes)))
    return found


def _amount(text: str) -> float | None:
    plain = text.strip().replace(",", "")
    try:
        value = float(plain) if plain else None
    except ValueError as fault:
        raise DecisionInvalid(f"{text!r} is no amount", mend="enter a number, or nothing for any amount") from fault
    if value is not None and not 0 <= value < 1e15:
        raise DecisionInvalid(f"{text!r} is no amount", mend="enter a number from 0 on")
    return value


def _whole(text: str) -> int:
    if not text.strip().isdecimal() or not 1 <= int(text) <= 20:
        raise DecisionInvalid(f"{text!r} is no number of signatures", mend="enter 1 to 20")
    return int(text)


def _view(request: HttpRequest, number: int) -> MeetingView:
    try:
        scenario = chosen_scenario(request)
    except NotFound:
        scenario = ""
    return meeting_page(number, person(request), scenario, weigh=request.GET.get("weigh") == "yes")


def _context(request: HttpRequest, number: int) -> dict[str, object]:
    view, known = _view(request, number), active()
    people = [(name, full_name(name, known)) for name in known]
    return {
        "view": view,
        "people": people,
        "me": person(request).username,
        "may_judge": person(request).may(Ability.BRANCH),
        "action_form": ActionForm(people=people, auto_id="action_%s"),
        "trail": [*_trail(), {"label": "Meetings", "url": reverse("decisions:meetings")}],
    }


def _cycle() -> str:
    known = selectors.cycles_known()
    return known[0] if known else f"{now():%Y-%m}"


def _trail() -> list[dict[str, str]]:
    return [{"label": "Decisions", "url": reverse("decisions:start")}]
