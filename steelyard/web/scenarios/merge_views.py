"""Merge pages: difference and merge of two scenarios, promotion of a branch, rebase on another extract."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.plan.merge.proposal import Choice
from steelyard.plan.merge.rebase import TAKEN
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import extracts
from steelyard.web.scenarios import merging, selectors
from steelyard.web.scenarios.asked import whole_number
from steelyard.web.scenarios.views import trail
from steelyard.web.scenarios.words import ChangeLine


@requires(Ability.BRANCH)
def merge(request: HttpRequest) -> HttpResponse:
    """Show what a merge would do, and do it."""
    names = [line.name for line in selectors.scenario_tree()]
    into, other = (request.GET.get(name, "") for name in ("into", "from"))
    context: dict[str, object] = {"names": names, "into": into, "other": other, "trail": trail()}
    if request.method == "POST":
        return _merged(request, into, other)
    if into and other:
        try:
            context |= {"view": merging.merge_view(into, other), "choices": merging.CHOICES}
        except SteelyardError as fault:
            context["fault"] = str(fault)
    return render(request, "scenarios/merge.html", context)


def _merged(request: HttpRequest, into: str, other: str) -> HttpResponse:
    """Merge with the choices made; what was not chosen is told on the page, nothing is kept."""
    given = {key.removeprefix("choice-"): value for key, value in request.POST.items() if key.startswith("choice-")}
    choices = {key: cast(Choice, value) for key, value in given.items() if isinstance(value, str) and value}
    try:
        event = merging.scenario_merge(
            into, other, choices=choices, user=person(request),
            expected_revision=whole_number(request.POST.get("revision", "")),
        )  # fmt: skip
    except SteelyardError as fault:
        messages.error(request, str(fault))
        query = f"?into={into}&from={other}"
        return redirect(reverse("scenarios:merge") + query)
    taken = f"{len(event.changes)} change{'' if len(event.changes) == 1 else 's'}"
    messages.success(request, f"{taken} of {other} merged into {into}; undo takes all back at once.")
    return redirect("scenarios:scenario", scenario=into)


@require_POST
def scenario_promote(request: HttpRequest, scenario: str) -> HttpResponse:
    """Make the changes of a branch those of its base."""
    try:
        base = merging.scenario_promote(scenario, user=person(request))
    except SteelyardError as fault:
        messages.error(request, str(fault))
        return redirect("scenarios:scenario", scenario=scenario)
    messages.success(request, f"The changes of {scenario} are those of {base} now; the branch is in the archive.")
    return redirect("scenarios:scenario", scenario=base)


@requires(Ability.BRANCH)
def scenario_rebase(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show what becomes of each change on another extract, and take them there."""
    one = selectors.scenario_line(scenario)
    choices = [line for line in extracts() if line.digest != one.extract]
    digest = request.GET.get("extract", choices[0].digest if choices else "")
    context: dict[str, object] = {"line": one, "extracts": choices, "extract": digest, "trail": trail()}
    if request.method == "POST":
        made = merging.scenario_rebase(
            scenario, request.POST.get("name", ""), extract=digest, user=person(request),
            note=request.POST.get("note", "")[:500],
        )  # fmt: skip
        messages.success(request, f"{made.name} stands on the other extract, with {len(made.own_changes)} changes.")
        return redirect("scenarios:scenario", scenario=made.name)
    if digest:
        try:
            lines, names = merging.rebase_preview(scenario, digest), member_names(digest)
            context["fates"] = [(ChangeLine(line.change, False, names), line, line.fate in TAKEN) for line in lines]
        except SteelyardError as fault:
            context["fault"] = str(fault)
    return render(request, "scenarios/rebase.html", context)
