"""Sharing pages: name, note, lock of a scenario, and who sees and changes it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.selectors import people
from steelyard.web.company import workspace
from steelyard.web.scenarios import sharing
from steelyard.web.scenarios.access import access_of, may_govern
from steelyard.web.scenarios.audience import Access, Audience
from steelyard.web.scenarios.choice import chosen_scenario

REACH_WORDS = (("all", "Everybody"), ("some", "The ticked roles and people"), ("none", "Only me and the S&OP lead"))


def sharing_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show who sees and changes a scenario; a post keeps it."""
    chosen_scenario(request, scenario)
    record = workspace().records.scenario(scenario)
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            return _kept(request, scenario)
        except SteelyardError as error:
            context["fault"] = str(error)
    access = access_of(record.id)
    sides = [("seen", "Who sees it", access.seen_by), ("changed", "Who of them changes it", access.changed_by)]
    context |= {
        "record": record, "sides": sides, "reaches": REACH_WORDS, "roles": [(r.value, r.label) for r in Role],
        "people": [one for one in people() if one.is_active], "may_govern": may_govern(person(request), record),
        "trail": [
            {"label": "Scenarios", "url": reverse("scenarios:scenarios")},
            {"label": scenario, "url": reverse("scenarios:scenario", kwargs={"scenario": scenario})},
        ],
    }  # fmt: skip
    return render(request, "scenarios/sharing.html", context)


@require_POST
def scenario_lock(request: HttpRequest, scenario: str) -> HttpResponse:
    """Lock a scenario, or let it take changes again."""
    chosen_scenario(request, scenario)
    if request.POST.get("open"):
        sharing.scenario_unlock(scenario, user=person(request))
        messages.success(request, f"{scenario} takes changes again.")
    else:
        sharing.scenario_lock(scenario, user=person(request))
        messages.success(request, f"{scenario} is locked; it takes no changes.")
    return redirect("scenarios:scenario", scenario=scenario)


def _kept(request: HttpRequest, scenario: str) -> HttpResponse:
    user = person(request)
    sharing.scenario_share(scenario, Access(_audience(request, "seen"), _audience(request, "changed")), user=user)
    name, note = request.POST.get("name", "").strip(), request.POST.get("note", "").strip()
    now_called = sharing.scenario_describe(scenario, user=user, new_name=name, note=note)
    messages.success(request, f"{now_called}: kept.")
    return redirect("scenarios:scenario", scenario=now_called)


def _audience(request: HttpRequest, side: str) -> Audience:
    reach = request.POST.get(f"{side}-reach", "all")
    if reach != "some":
        return Audience(reach)  # type: ignore[arg-type]
    return Audience("some", tuple(request.POST.getlist(f"{side}-people")), tuple(request.POST.getlist(f"{side}-roles")))
