"""Accuracy pages: how good the forecasts were, who made them better, and the tables as a workbook."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound
from steelyard.plan.measuring.export import accuracy_workbook
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.accuracy import pictures, selectors, services
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.asked import parse_scope, whole_number
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.slice import DEMAND, page_slice
from steelyard.web.scenarios.words import ChangeLine

SHOWN_ALARMS = 25
MOST_OWN = 50


def accuracy_page(request: HttpRequest) -> HttpResponse:
    """Show how good the archived forecasts were."""
    level = request.GET.get("level") or "item_location"
    try:
        name = chosen_scenario(request)
        part = page_slice(request, plan_of(name))
        view = selectors.accuracy_view(name, lag=_lag(request), level=level, scope=part.scope)
    except NotFound as fault:
        return render(request, "accuracy/begin.html", {"fault": str(fault)})
    extract = measuring_of(name).now.inputs.extract
    names = member_names(extract)
    shown = view.alarms[:SHOWN_ALARMS]
    context = {
        "name": name,
        "part": part,
        "slice_levels": [(one, one.replace("_", " ").capitalize()) for one in plan_of(name).series(DEMAND).levels],
        "view": view,
        "levels": selectors.LEVEL_LABELS.items(),
        "lag_chart": pictures.by_lag(view.lags),
        "stairs_chart": pictures.stairs(view.stairs),
        "steps": [(step, view.stairs.share(step.error), view.stairs.share(step.effect)) for step in view.stairs.steps],
        "total": view.stairs.share(view.stairs.total),
        "matrix": [(abc, [cell for cell in view.matrix if cell.segment[0] == abc]) for abc in "ABC"],
        "streams": view.streams.iter_rows(named=True),
        "lines": [row for row in view.lags.iter_rows(named=True) if row["stream"] == "consensus"],
        "alarms": [
            (alarm, " ".join(names.spoken(level, member) for level, member in alarm.group.items())) for alarm in shown
        ],
        "more_alarms": max(len(view.alarms) - len(shown), 0),
        "currency": base_currency(extract),
        "vanished": selectors.told_units(view.record.vanished),
        "appeared": selectors.told_units(view.record.appeared),
        "weights": selectors.proposed_weights(name, scope=part.scope, lag=view.lag),
        "can_weigh": person(request).may(Ability.EDIT_DEMAND),
        "can_export": person(request).may(Ability.EXPORT),
    }
    return render(request, "accuracy/accuracy.html", context)


def people_part(request: HttpRequest) -> HttpResponse:
    """Answer what overrides did, one's own and by function, as a part of the page."""
    name, user = chosen_scenario(request), person(request)
    measuring, scope = measuring_of(name), page_slice(request, plan_of(name)).scope
    extract = measuring.now.inputs.extract
    context = {
        "people": selectors.people_view(measuring, user, scope),
        "functions": selectors.functions_view(measuring, scope),
        "own": [
            (grade, ChangeLine(grade.change, True, member_names(extract)))
            for grade in selectors.own_overrides(measuring, user, scope)[:MOST_OWN]
        ],
        "everybody": user.role in selectors.SEES_EVERYBODY,
        "currency": base_currency(extract),
        "user_name": user.username,
    }
    return render(request, "accuracy/_people.html", context)


@require_POST
def weigh(request: HttpRequest) -> HttpResponse:
    """Let the streams of a slice count as their record asks for."""
    name, scope = chosen_scenario(request), parse_scope(request.POST.get("scope", ""))
    lag = whole_number(request.POST.get("lag", ""))
    event = services.weights_adopt(name, user=person(request), scope=scope, lag=lag)
    messages.success(request, f"{len(event.changes)} weights of {name} follow the record; undo takes them back.")
    return redirect("accuracy:accuracy")


@requires(Ability.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send all tables as a workbook."""
    level = request.GET.get("level") or "item_location"
    name, user = chosen_scenario(request), person(request)
    measuring, scope = measuring_of(name), page_slice(request, plan_of(name)).scope
    author = "" if user.role in selectors.SEES_EVERYBODY else user.username
    by = selectors.levels_of(level)
    content = accuracy_workbook(measuring, lag=_lag(request), by=by, author=author, scope=scope)
    audit_record(actor=person(request).username, action="accuracy.export", subject=level)
    answer = HttpResponse(content, content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="accuracy.xlsx"'
    return answer


def _lag(request: HttpRequest) -> int | None:
    text = request.GET.get("lag", "0")
    return int(text) if text.isdecimal() and len(text) < 4 else None
