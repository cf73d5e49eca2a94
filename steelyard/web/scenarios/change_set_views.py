"""Change set pages: the list, one set, recording, laying."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import Ability
from steelyard.web.company import workspace
from steelyard.web.scenarios import change_set_services as sets
from steelyard.web.scenarios import selectors
from steelyard.web.scenarios.asked import parse_scope
from steelyard.web.scenarios.choice import chosen_scenario


def set_list(request: HttpRequest) -> HttpResponse:
    """List the change sets."""
    context = {"sets": sets.set_views(), "trail": _trail(), "can_branch": person(request).may(Ability.BRANCH)}
    return render(request, "scenarios/change_sets.html", context)


def set_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a set; with a scenario chosen, what would become of it there. A post lays it."""
    view = sets.set_view(name)
    target, shift, scope = _asked(request)
    context: dict[str, object] = {
        "one": view, "trail": [*_trail(), {"label": "Change sets", "url": reverse("scenarios:change_sets")}],
        "names": [line.name for line in selectors.scenario_tree() if not line.closed], "target": target,
        "shift": shift, "scope": scope, "can_branch": person(request).may(Ability.BRANCH),
        "can_withdraw": person(request).may(Ability.ARCHIVE) or view.actor == person(request).username,
    }  # fmt: skip
    try:
        if target and request.method == "POST":
            return _lay(request, name, target, shift, scope)
        if target:
            context["fit"] = sets.set_fit(target, name, shift=shift, scope=parse_scope(scope))
            context["revision"] = workspace().scenario(target).revision
    except SteelyardError as error:
        context["fault"] = str(error)
    return render(request, "scenarios/change_set.html", context)


@require_POST
def set_record(request: HttpRequest, scenario: str) -> HttpResponse:
    """Keep the ticked changes of a scenario, or all of them, under a name."""
    chosen_scenario(request, scenario)
    only = request.POST.getlist("change")
    note = request.POST.get("note", "")
    made = sets.set_record(scenario, request.POST.get("name", ""), only=only, note=note, user=person(request))
    count = len(made.changes)
    messages.success(request, f"{count} change{'' if count == 1 else 's'} kept as “{made.name}”.")
    return redirect("scenarios:change_set", name=made.name)


@require_POST
def set_withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take a set off the list."""
    sets.set_withdraw(name, user=person(request))
    messages.success(request, f"{name} is off the list; its versions stay on record.")
    return redirect("scenarios:change_sets")


def _lay(request: HttpRequest, name: str, target: str, shift: int, scope: str) -> HttpResponse:
    revision = request.POST.get("revision", "")
    sets.set_lay(
        target, name, user=person(request), shift=shift, scope=parse_scope(scope),
        expected_revision=int(revision) if revision.isdecimal() else None,
    )  # fmt: skip
    messages.success(request, f"{name} is laid on {target}; one undo takes all of it back.")
    return redirect(reverse("scenarios:scenario", kwargs={"scenario": target}) + "#changes")


def _asked(request: HttpRequest) -> tuple[str, int, str]:
    data = request.POST if request.method == "POST" else request.GET
    shift = data.get("shift", "").strip()
    whole = int(shift) if shift.lstrip("-").isdecimal() and len(shift) < 5 else 0
    return data.get("scenario", ""), whole, data.get("scope", "").strip()


def _trail() -> list[dict[str, str]]:
    return [{"label": "Scenarios", "url": reverse("scenarios:scenarios")}]
