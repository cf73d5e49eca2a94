"""Published plan pages: publish with confirmation, list, one plan, replay, export."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios import comparison, exports, selectors, services
from steelyard.web.scenarios.compare_view import kpi_line
from steelyard.web.scenarios.forms import BranchForm, PublishForm
from steelyard.web.scenarios.plans import any_plan, moment_of
from steelyard.web.scenarios.publishing_rule import hold_of
from steelyard.web.scenarios.stale import published_stale


@requires(Ability.PUBLISH)
def publish(request: HttpRequest, scenario: str) -> HttpResponse:
    """Ask for confirmation with the numbers in sight, then publish."""
    moment = moment_of(scenario)
    form = PublishForm(request.POST or None, initial={"revision": moment.revision})
    if request.method == "POST" and form.is_valid():
        published = services.scenario_publish(
            scenario,
            user=person(request),
            note=form.cleaned_data["note"],
            expected_revision=form.cleaned_data["revision"],
            waive=form.cleaned_data["waive"],
        )
        messages.success(request, f"{scenario} is published as plan {published.id[:12]}.")
        return redirect("scenarios:published_plan", plan_id=published.id)
    last, hold = selectors.last_published(), hold_of(scenario)
    context = {
        "form": form,
        "hold": hold,
        "may_waive": hold is not None and hold.may_waive(person(request)),
        "scenario_name": scenario,
        "moment": moment,
        "last": last,
        "kpis": [kpi_line(row) for row in comparison.headlines(scenario, f"plan:{last.id}" if last else "")],
        "names": [f"Plan {last.id[:8]}", scenario] if last else [scenario],
        "changes": selectors.change_lines(scenario),
        "currency": base_currency(moment.plan.inputs.extract),
        "trail": [
            {"label": "Scenarios", "url": reverse("scenarios:scenarios")},
            {"label": scenario, "url": reverse("scenarios:scenario", kwargs={"scenario": scenario})},
        ],
    }
    return render(request, "scenarios/publish.html", context)


def published_list(request: HttpRequest) -> HttpResponse:
    """List published plans."""
    return render(request, "scenarios/published.html", {"lines": selectors.published_lines()})


def published_page(request: HttpRequest, plan_id: str) -> HttpResponse:
    """Show a published plan: what it stands on, its numbers, whether it replays, where to download it."""
    published = selectors.published_plan(plan_id)
    numbers = any_plan(f"plan:{published.id}")
    user = person(request)
    known = selectors.open_scenario(published.scenario)
    context = {
        "plan": published,
        "scenario_known": known,
        "compare_url": _compare_url(published.id, partner := selectors.partner_of(published)),
        "partner": partner,
        "kpis": [kpi_line(row) for row in comparison.plan_rows(numbers)],
        "names": ["Published"],
        "currency": base_currency(published.extract),
        "replay": selectors.replay_of(published.id),
        "stale": published_stale(published.id),
        "views": exports.VIEWS,
        "branch_form": BranchForm(),
        "can_branch": user.may(Ability.BRANCH),
        "can_export": user.may(Ability.EXPORT),
        "trail": [{"label": "Published plans", "url": reverse("scenarios:published")}],
    }
    return render(request, "scenarios/published_plan.html", context)


def _compare_url(plan_id: str, scenario: str) -> str:
    """Compare with the plan as base, against a scenario where there is one."""
    asked = [("with", f"plan:{plan_id}"), *([("with", scenario)] if scenario else [])]
    return f"{reverse('scenarios:compare')}?{urlencode(asked)}"


@require_POST
def replay(request: HttpRequest, plan_id: str) -> HttpResponse:
    """Start a replay."""
    return redirect("jobs:job", job_id=services.replay_start(plan_id, user=person(request)).pk)


@require_POST
def published_branch(request: HttpRequest, plan_id: str) -> HttpResponse:
    """Branch from a published plan."""
    form = BranchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A branch needs a name of up to 60 characters.")
        return redirect("scenarios:published_plan", plan_id=plan_id)
    made = services.published_branch(plan_id, user=person(request), **form.cleaned_data)
    return redirect("scenarios:scenario", scenario=made.name)


@requires(Ability.EXPORT)
def export(request: HttpRequest, plan_id: str, view: str, kind: str) -> HttpResponse:
    """Send a published plan as CSV, Parquet or workbook."""
    published = selectors.published_plan(plan_id)
    audit_record(
        actor=person(request).username, action="plan.export", subject=published.id, detail={"view": view, "kind": kind}
    )
    content = exports.export_file(any_plan(f"plan:{published.id}"), view, kind)
    answer = HttpResponse(content, content_type=exports.KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="plan-{published.id[:12]}-{view}.{kind}"'
    return answer
