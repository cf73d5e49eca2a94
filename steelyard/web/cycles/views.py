"""Cycle pages: the list of months, one month with its steps, and what people do to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import Ability
from steelyard.web.company import now, workspace
from steelyard.web.cycles import cycle_services, judging, selectors, step_services, work_services
from steelyard.web.cycles.authority import is_lead
from steelyard.web.cycles.forms import read_day, read_revision, read_whole
from steelyard.web.cycles.judging import gates_are_old, gates_refresh
from steelyard.web.cycles.overview import cycle_lines
from steelyard.web.cycles.timeline import time_line
from steelyard.web.masterdata.selectors import base_currency


def cycle_list(request: HttpRequest) -> HttpResponse:
    """List the months and events."""
    user = person(request)
    lines = cycle_lines()
    context = {
        "lines": lines, "templates": selectors.templates(), "lead": is_lead(user), "rail": "cycle",
        "today": now().date(), "month": f"{now():%Y-%m}",
    }  # fmt: skip
    return render(request, "cycles/cycles.html", context)


def start(request: HttpRequest) -> HttpResponse:
    """Go to the cycle that is on; without one, to the list."""
    found = selectors.current_cycle()
    return redirect("cycles:cycle", key=found.key) if found else redirect("cycles:cycles")


def cycle_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a cycle: time line, steps with gates, people, tasks, and the work done by itself."""
    user = person(request)
    working = selectors.works_go_on(selectors.cycle_of(key))  # NOTE: asked before the page reads what goes on
    view = selectors.cycle_view(key, user)
    context = {
        "view": view, "cycle": view.cycle, "lead": is_lead(user), "timeline": time_line(view), "rail": "cycle",
        "currency": _currency(view.cycle.scenario), "may_ask": user.may(Ability.BRANCH),
        "old": [one.step.key for one in view.steps if gates_are_old(one.step)],
        "working": working,
    }  # fmt: skip
    return render(request, "cycles/cycle.html", context)


def working_part(request: HttpRequest, key: str) -> HttpResponse:
    """Answer nothing while work is under way, and ask for the page anew once it is through."""
    answer = HttpResponse(status=204)
    if not selectors.works_go_on(selectors.cycle_of(key)):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def cycle_create(request: HttpRequest) -> HttpResponse:
    """Make a cycle from a template."""
    sent = request.POST
    made = cycle_services.cycle_create(
        sent.get("template", "month"), sent.get("key", "").strip(), user=person(request),
        anchor=read_day(sent, "anchor"), label=sent.get("label", "").strip(),
        scenario=sent.get("scenario", "").strip() or "base",
    )  # fmt: skip
    return redirect("cycles:cycle", key=made.key)


@require_POST
def create_ahead(request: HttpRequest) -> HttpResponse:
    """Fill the calendar a year ahead."""
    made = cycle_services.cycles_create_ahead(request.POST.get("month", ""), user=person(request))
    messages.success(request, f"{len(made)} months are new in the calendar.")
    return redirect("cycles:cycles")


@require_POST
def cycle_act(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """Open, close, move or duplicate a cycle."""
    sent, user = request.POST, person(request)
    if act == "open":
        cycle_services.cycle_open(key, user=user)
    elif act == "close":
        cycle_services.cycle_close(key, user=user, expected=read_revision(sent))
    elif act == "move":
        cycle_services.cycle_move(key, read_whole(sent, "working_days"), user=user)
    else:
        key = cycle_services.cycle_duplicate(
            key, sent.get("key", "").strip(), user=user, anchor=read_day(sent, "anchor")
        ).key
    return redirect("cycles:cycle", key=key)


@require_POST
def step_act(request: HttpRequest, key: str, step: str, act: str) -> HttpResponse:
    """Start, finish, reopen, skip or move a step, or judge its gates."""
    sent, user = request.POST, person(request)
    seen, reason = read_revision(sent), sent.get("reason", "")
    if act == "start":
        step_services.step_start(key, step, user=user, expected=seen)
    elif act == "finish":
        step_services.step_finish(key, step, user=user, expected=seen)
    elif act == "reopen":
        step_services.step_reopen(key, step, reason=reason, user=user, expected=seen)
    elif act == "skip":
        step_services.step_skip(key, step, reason=reason, user=user, expected=seen)
    elif act == "move":
        starts, ends = read_day(sent, "starts"), read_day(sent, "ends")
        if starts and ends:
            cycle_services.step_dates_set(key, step, starts=starts, ends=ends, user=user)
    else:
        judging.gates_judge(key, step, by=user.username)
    return _back_to(key, step)


@require_POST
def task_act(request: HttpRequest, key: str, step: str, task: str) -> HttpResponse:
    """Mark a task as done, or take that back."""
    user = person(request)
    if request.POST.get("undo"):
        step_services.task_undo(key, step, task, user=user)
    else:
        step_services.task_do(key, step, task, user=user, note=request.POST.get("note", ""))
    return redirect(request.POST["back"]) if _own(request.POST.get("back", "")) else _back_to(key, step)


@require_POST
def gate_act(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Waive a gate, or take the waiver back."""
    user, gate = person(request), request.POST.get("gate", "")
    if request.POST.get("undo"):
        step_services.waiver_take_back(key, step, gate, user=user)
    else:
        step_services.gate_waive(key, step, gate, reason=request.POST.get("reason", ""), user=user)
    return _back_to(key, step)


@require_POST
def work_act(request: HttpRequest, number: int) -> HttpResponse:
    """Do work again, or leave it."""
    user = person(request)
    if request.POST.get("leave"):
        found = work_services.work_leave(number, reason=request.POST.get("reason", ""), user=user)
    else:
        found = work_services.work_again(number, user=user)
    return redirect("cycles:cycle", key=found.cycle.key)


def evidence_part(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Answer when the gates of a step were judged, and its tasks and gates anew where the page shows others."""
    user = person(request)
    judged = gates_refresh(selectors.step_of(key, step))
    view = selectors.cycle_view(key, user)
    line = next(one for one in view.steps if one.step.key == step)
    context = {
        "cycle": view.cycle, "line": line, "judged_at": judged.at if judged else line.judged_at,
        "may_ask": user.may(Ability.BRANCH), "currency": _currency(view.cycle.scenario),
        "moved": request.GET.get("seen") != line.seen, "fresh": judged is not None,
    }  # fmt: skip
    return render(request, "cycles/_judged.html", context)


@require_POST
def gap_explain(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Say in the row of a gate why money is off, and what is done about it."""
    sent = request.POST
    step_services.gap_explain(
        key, step, sent.get("gate", ""), sent.get("member", ""), user=person(request), cause=sent.get("cause", ""),
        action=sent.get("action", ""),
    )  # fmt: skip
    judging.gates_judge(key, step, by=person(request).username)
    messages.success(request, f"The gap of {sent.get('member', '')} is explained; its case is followed from now on.")
    return _back_to(key, step)


def _back_to(key: str, step: str) -> HttpResponse:
    return redirect(f"{reverse('cycles:cycle', args=[key])}#{step}")


def _currency(scenario: str) -> str:
    """Currency of the plan of a cycle; nothing where the plan is gone."""
    try:
        return base_currency(workspace().scenario(scenario).extract)
    except NotFound:
        return ""


def _own(path: str) -> bool:
    return path.startswith("/") and not path.startswith("//") and "\\" not in path
