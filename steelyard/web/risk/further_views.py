"""Further parts of the risk page: drivers, sweep, robust choice, risks in money, owners, signposts and their form."""

import json
from math import isfinite, nan

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import ChangeInvalid, SteelyardError
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.robust_choice import RobustChoice
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.risk import further, further_services, pictures, selectors
from steelyard.web.risk.forms import SignpostForm
from steelyard.web.scenarios.choice import chosen_scenario, scenario_links
from steelyard.web.scenarios.plans import plan_of

OUTCOMES = {"profit": "Profit", "service": "Service", "stock": "Stock value"}


def drivers(request: HttpRequest) -> HttpResponse:
    """Answer what moves the best supply plan, as a part of the page."""
    outcome = request.GET.get("outcome", "profit")
    outcome = outcome if outcome in OUTCOMES else "profit"
    context: dict[str, object] = {"outcome": outcome, "outcomes": OUTCOMES.items()}
    try:
        plan = plan_of(chosen_scenario(request))
        view = further.drivers_view(plan)
        chart = pictures.warm_chart(view.tornado, outcome, base_currency(plan.inputs.extract))
        context |= {"view": view, "chart": json.dumps(chart)}
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_drivers.html", context)


def sweep(request: HttpRequest) -> HttpResponse:
    """Answer one parameter moved step by step, as a part of the page."""
    given = {name: request.GET.get(name, usual) for name, usual in _SWEEP.items()}
    context: dict[str, object] = {"given": given}
    try:
        plan = plan_of(chosen_scenario(request))
        context |= {
            "measures": selectors.measures_of(plan, drawn=False),
            "watched": [(name, plan.measure(name).label) for name in selectors.watched(plan)],
            "levels": plan.series("demand_plan").levels,
        }
        if "measure" in request.GET:
            effect = _effect(given)
            found = further.sweep_view(plan, effect, given["watch"], int(_number(given["steps"], "steps")))
            context["chart"] = json.dumps(pictures.sweep_chart(found, plan.measure(given["watch"]).label))
            context["rows"] = list(zip(found.percents, found.values, strict=True))
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_sweep.html", context)


_SWEEP = {
    "measure": "consensus_demand", "level": "", "member": "", "low": "-20", "high": "20", "steps": "9",
    "watch": "gross_margin",
}  # fmt: skip


def robust(request: HttpRequest) -> HttpResponse:
    """Answer which scenario one would regret least, as a part of the page."""
    context: dict[str, object] = {}
    try:
        current = chosen_scenario(request)
        chosen = request.GET.getlist("scenario")
        plan = plan_of(current)
        measure = request.GET.get("measure", "") or selectors.watched(plan)[0]
        context |= {
            "measure": measure,
            "measures": [(name, plan.measure(name).label) for name in selectors.watched(plan)],
            "scenarios": [(link.name, link.name in chosen or (not chosen and link.current)) for link in
                          scenario_links(request)],
        }  # fmt: skip
        if chosen:
            view = further.robust_view(chosen, measure)
            currency = base_currency(plan.inputs.extract)
            context |= {
                "view": view, "rows": robust_rows(view.choice),
                "chart": json.dumps(pictures.regret_chart(view.choice, currency)),
            }  # fmt: skip
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_robust.html", context)


def robust_rows(found: RobustChoice) -> list[tuple[str, list[tuple[float, float]]]]:
    """Each future, with outcome and regret of each scenario."""
    cells = np.stack([found.outcomes, found.regret.table], axis=-1)
    return [(future, list(map(tuple, cells[:, n].tolist()))) for n, future in enumerate(found.futures)]


def expected(request: HttpRequest) -> HttpResponse:
    """Answer risks in money and how owners have judged, as a part of the page."""
    context: dict[str, object] = {"can_edit": person(request).may(Ability.BRANCH)}
    try:
        plan = plan_of(chosen_scenario(request))
        measure = selectors.watched(plan)[0]
        context |= {
            "found": further.expected_view(plan, measure), "label": plan.measure(measure).label,
            "owners": further.owners_view(plan), "currency": base_currency(plan.inputs.extract),
        }  # fmt: skip
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_expected.html", context)


def signposts(request: HttpRequest) -> HttpResponse:
    """Answer the signposts held against the plan, as a part of the page."""
    context: dict[str, object] = {"can_edit": person(request).may(Ability.BRANCH)}
    try:
        plan = plan_of(chosen_scenario(request))
        context["states"] = [
            (state, plan.measures[state.signpost.measure].label if not state.fault else state.signpost.measure)
            for state in further.signposts_view(plan)
        ]
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_signposts.html", context)


@requires(Ability.BRANCH)
def signpost_new(request: HttpRequest) -> HttpResponse:
    """Set a signpost."""
    scenario = chosen_scenario(request)
    plan = plan_of(scenario)
    form = SignpostForm(
        request.POST or None,
        measures=sorted((name, one.label) for name, one in plan.measures.items() if one.span == "horizon"),
        levels=[("", "everything"), *((name, name.replace("_", " ")) for name in plan.series("demand_plan").levels)],
        periods=list(plan.horizon.labels),
    )
    trail = [{"label": "Risk", "url": reverse("risk:start")}]
    context: dict[str, object] = {"form": form, "title": "New signpost", "trail": trail}
    if request.method == "POST" and form.is_valid():
        try:
            user = person(request)
            kept = further_services.signpost_add(scenario, form.signpost(user.username), user=user)
            messages.success(request, f"Signpost {kept.id} is set.")
            return redirect("risk:start")
        except SteelyardError as fault:
            context["fault"] = str(fault)
    return render(request, "risk/new.html", context)


@require_POST
def signpost_close(request: HttpRequest, number: int) -> HttpResponse:
    """Stop watching a signpost."""
    further_services.signpost_close(number, chosen_scenario(request), user=person(request))
    messages.success(request, f"Signpost {number} is no longer watched.")
    return redirect("risk:start")


@require_POST
def risk_count(request: HttpRequest, number: int) -> HttpResponse:
    """Count a risk in or out of the plan."""
    counted = request.POST.get("in_plan") == "yes"
    entry = further_services.risk_count(number, in_plan=counted, user=person(request))
    messages.success(request, f"{entry.kind.capitalize()} {number} is {'in' if counted else 'beside'} the plan.")
    return redirect("risk:start")


def _effect(given: dict[str, str]) -> Effect:
    members = tuple(part.strip() for part in given["member"].split("|") if part.strip())
    low, high = _number(given["low"], "from"), _number(given["high"], "to")
    scope = {given["level"]: members} if given["level"] and members else {}
    return Effect(given["measure"], scope, None, low, min(max(0.0, low), high), high)


def _number(text: str, what: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = nan
    if not isfinite(found):
        raise ChangeInvalid(f"{text[:40]!r} is no number", where=what, mend="enter a number")
    return found
