"""Decision pages: queue, one decision, its drafting, the grades, the authority matrix."""

import json
from collections.abc import Callable
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.plan.measuring.export import workbook
from steelyard.plan.uncertainty.register import Assumption
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.decisions import (
    grading,
    laying,
    passing,
    pictures,
    publication,
    selectors,
    services,
    signing,
)
from steelyard.web.decisions.exports import decision_tables
from steelyard.web.decisions.forms import DecisionEditForm, DecisionForm, MoveForm, OptionForm, SignForm
from steelyard.web.decisions.labels import FORUMS, forum_label
from steelyard.web.decisions.page import DecisionView, OptionView, decision_page
from steelyard.web.decisions.papers import decision_of
from steelyard.web.decisions.people import active, full_name
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.access import seen_records
from steelyard.web.scenarios.asked import filter_text
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import seen_assumptions
from steelyard.web.ui.dates import sentence_words

Trail = list[dict[str, str]]
PREFILLED = ("question", "kind", "forum", "scope", "background")
"""Words of a new decision that the address may give."""
COURSES = {"gross_margin": "Gross margin", "shipments": "Volume served", "inventory_value": "Stock"}


def queue(request: HttpRequest) -> HttpResponse:
    """Show what is to be decided, and what was."""
    cycle, forum = request.GET.get("cycle", ""), request.GET.get("forum", "")
    user = person(request)
    open_ones = selectors.open_decisions(cycle, forum)
    shown = selectors.decision_lines(cycle=cycle, forum=forum)
    open_numbers = {line.number for line in open_ones}
    context = {
        "open": open_ones,
        "drafts": [line for line in shown if line.state == "draft"],
        "past": [line for line in shown if line.state != "draft" and line.number not in open_numbers],
        "cycle": cycle,
        "forum": forum,
        "forums": FORUMS.items(),
        "cycles": selectors.cycles_known(),
        "can_prepare": user.may(Ability.BRANCH),
        "can_export": user.may(Ability.EXPORT),
        "currency": _currency(),
        "money": selectors.sees_whole_money(),
    }
    return render(request, "decisions/queue.html", context)


def decision(request: HttpRequest, number: int) -> HttpResponse:
    """Show one decision: options side by side, the way to sign, the record."""
    view = decision_page(number, person(request))
    return render(request, "decisions/decision.html", _context(request, view))


def options_part(request: HttpRequest, number: int) -> HttpResponse:
    """Answer the options as a part of the page, while they are being weighed."""
    view = decision_page(number, person(request))
    answer = render(request, "decisions/_options.html", _context(request, view))
    if not view.unsettled:
        answer["HX-Refresh"] = "true"
    return answer


def _context(request: HttpRequest, view: DecisionView) -> dict[str, object]:
    known, stated = active(), _stated(request, view)
    charts = {
        "decision-range": pictures.range_chart(view),
        "decision-difference": pictures.difference_chart(view),
        "decision-course": pictures.course_chart(view, request.GET.get("course", "gross_margin")),
        "decision-grade": pictures.grade_chart(view.grade) if view.grade else None,
        "decision-outcome": pictures.outcome_chart(view.grade) if view.grade else None,
    }
    return {
        "view": view,
        "charts": {name.removeprefix("decision-"): json.dumps(option) for name, option in charts.items() if option},
        "course": request.GET.get("course", "gross_margin"),
        "courses": COURSES.items(),
        "currency": _currency(),
        "forums": [(key, label) for key, label in FORUMS.items() if key != view.row.forum],
        "people": [(name, full_name(name, known)) for name in known],
        "option_form": _option_form(request, stated) if view.can_edit else None,
        "stated": stated,
        "comment_subject": f"decision:{view.row.pk}",
        "can_merge": person(request).may(Ability.BRANCH),
        "trail": _trail(),
    }


@requires(Ability.BRANCH)
def decision_new(request: HttpRequest) -> HttpResponse:
    """Draft a decision."""
    user, known = person(request), active()
    people = [(name, full_name(name, known)) for name in known]
    cycles = selectors.cycles_known()
    cycle = request.GET.get("cycle") or (cycles[0] if cycles else f"{now():%Y-%m}")
    told = {name: sentence_words(request.GET[name]) for name in PREFILLED if request.GET.get(name)}
    first = {"owner": user.username, "cycle": cycle, "forum": "executive_sop", **told}
    due = selectors.forum_day(cycle, str(first["forum"]))
    form = DecisionForm(request.POST or None, people=people, initial={**first, "due": due})
    if request.method == "POST" and form.is_valid():
        made = services.decision_create(user=user, supersedes=_number(request.GET.get("instead")), **form.words)
        if nothing := request.GET.get("nothing"):
            services.option_add(made.pk, user=user, scenario=nothing, label="As planned", note="Nothing is done.")
        return redirect("decisions:decision", number=made.pk)
    context = {
        "form": form, "title": "New decision", "trail": _trail(), "back": reverse("decisions:start"),
        "send": "Go on to the options",
    }  # fmt: skip
    return render(request, "decisions/form.html", context)


@requires(Ability.BRANCH)
def decision_edit(request: HttpRequest, number: int) -> HttpResponse:
    """Change the words of a draft."""
    row, known, user = decision_of(number), active(), person(request)
    first = {
        name: getattr(row, name) for name in ("question", "forum", "cycle", "due", "owner", "background", "version")
    }
    first["scope"] = filter_text({level: tuple(members) for level, members in row.scope.items()})
    people = [(name, full_name(name, known)) for name in known]
    form = DecisionEditForm(request.POST or None, people=people, initial=first)
    if request.method == "POST" and form.is_valid():
        services.decision_edit(number, user=user, **form.words)
        return redirect("decisions:decision", number=number)
    context = {
        "form": form, "title": f"Edit decision {number}", "trail": _trail(), "send": "Keep it",
        "back": reverse("decisions:decision", args=[number]),
    }  # fmt: skip
    return render(request, "decisions/form.html", context)


@require_POST
def option_add(request: HttpRequest, number: int) -> HttpResponse:
    """Add an option, or say anew what one of them is."""
    form = _option_form(request)
    if not form.is_valid():
        messages.error(request, " ".join(f"{name}: {' '.join(map(str, said))}" for name, said in form.errors.items()))
        return redirect("decisions:decision", number=number)
    given, rests_on = form.cleaned_data, [int(one) for one in form.cleaned_data["rests_on"]]
    said = {"label": given["label"], "note": given["note"], "case": form.case, "rests_on": rests_on}
    if stated := _number(request.POST.get("option")):
        services.option_state(number, stated, user=person(request), **said)
    else:
        services.option_add(number, user=person(request), scenario=given["scenario"], **said)
    return redirect("decisions:decision", number=number)


@require_POST
def option_act(request: HttpRequest, number: int, option: int, act: str) -> HttpResponse:
    """Recommend an option, or take it away."""
    (services.decision_recommend if act == "recommend" else services.option_remove)(
        number, option, user=person(request)
    )
    return redirect("decisions:decision", number=number)


@require_POST
def act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Do what leads a decision on, short of signing it."""
    form, user = MoveForm(request.POST), person(request)
    if not form.is_valid():
        messages.error(request, "That could not be read: " + " ".join(form.errors))
        return redirect("decisions:decision", number=number)
    given = form.cleaned_data
    version, reason, to, until = given["version"], given["reason"], given["to"], given["until"] or now().date()
    deeds: dict[str, Callable[[], object]] = {
        "ask": lambda: services.decision_ask(number, user=user, version=version),
        "again": lambda: services.decision_ask_again(number, user=user, version=version),
        "withdraw": lambda: services.decision_withdraw(number, user=user, version=version, reason=reason),
        "defer": lambda: services.decision_defer(number, user=user, version=version, until=until, reason=reason),
        "delegate": lambda: services.decision_delegate(number, user=user, version=version, to=to, reason=reason),
        "pass-up": lambda: passing.decision_pass_up(number, user=user, version=version, to=to, reason=reason),
        "dissent": lambda: services.dissent_add(number, user=user, text=reason),
        "weigh": lambda: services.options_weigh(number, user=user),
        "renew": lambda: passing.decision_renew(number, user=user, version=version),
        "lay": lambda: laying.option_lay(number, user=user),
        "publish": lambda: publication.publication_retry(number, user=user),
    }  # fmt: skip
    if act not in deeds:
        return redirect("decisions:decision", number=number)
    deeds[act]()
    if act == "lay":
        messages.success(request, "The option is laid on the plan, as one step that an undo takes back.")
    return redirect("decisions:decision", number=number)


@require_POST
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Sign a decision."""
    form = SignForm(request.POST)
    if not form.is_valid():
        messages.error(request, "To sign, choose a verdict and enter your password.")
        return redirect("decisions:decision", number=number)
    given = form.cleaned_data
    found = signing.decision_sign(
        number, user=person(request), password=given["password"], paper=given["paper"],
        approve=given["verdict"] == "approve", option=given["option"], statement=given["statement"],
        conditions=form.wanted,
    )  # fmt: skip
    messages.success(request, laying.signed_words(found))
    return redirect("decisions:decision", number=number)


def grades(request: HttpRequest) -> HttpResponse:
    """Show how decisions turned out, and how well forums know."""
    forum = request.GET.get("forum", "")
    found = selectors.calibration_by_forum()
    chart = pictures.calibration_chart(found)
    context = {
        "graded": selectors.graded_decisions(forum),
        "calibration": [(forum_label(one.forum), one) for one in found],
        "chart": json.dumps(chart) if chart else "",
        "gradable": grading.gradable() if person(request).may(Ability.BRANCH) else 0,
        "currency": _currency(),
        "money": selectors.sees_whole_money(),
        "can_export": person(request).may(Ability.EXPORT),
        "trail": _trail(),
    }
    return render(request, "decisions/grades.html", context)


@require_POST
def grade(request: HttpRequest) -> HttpResponse:
    """Start the grading."""
    return redirect("jobs:job", job_id=grading.grading_start(user=person(request)).pk)


@requires(Ability.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send decisions, options, signatures, grades and actions as a workbook."""
    audit_record(actor=person(request).username, action="decisions.export")
    answer = HttpResponse(workbook(decision_tables()), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="decisions.xlsx"'
    return answer


def _stated(request: HttpRequest, view: DecisionView) -> OptionView | None:
    """The option whose words the address asks to change."""
    wanted = _number(request.GET.get("option"))
    return next((one for one in view.options if one.number == wanted), None) if view.can_edit else None


def _option_form(request: HttpRequest, stated: OptionView | None = None) -> OptionForm:
    known = [record for record in seen_records(workspace().records.scenarios()) if not record.archived]
    names = [record.name for record in sorted(known, key=lambda record: (record.closed, -record.id))]
    told = [(str(one.id), f"{one.id}: {one.statement}") for one in _assumptions(request)]
    return OptionForm(
        request.POST or None, scenarios=[stated.scenario] if stated else names, assumptions=told,
        initial=_said(stated) if stated else None,
    )  # fmt: skip


def _said(option: OptionView) -> dict[str, object]:
    """What an option says of itself, as its form shows it."""
    case = asdict(option.case) if option.case else {}
    rests_on = [str(one.id) for one in option.assumptions]
    money = {**case, "rate": 100 * case["rate"]} if case else {}
    return {"scenario": option.scenario, "label": option.label, "note": option.note, "rests_on": rests_on, **money}


def _assumptions(request: HttpRequest) -> tuple[Assumption, ...]:
    try:
        return seen_assumptions(plan_of(chosen_scenario(request)))
    except SteelyardError:
        return ()


def _currency() -> str:
    known = workspace().extracts()
    return base_currency(known[-1].digest) if known else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _trail() -> Trail:
    return [{"label": "Decisions", "url": reverse("decisions:start")}]
