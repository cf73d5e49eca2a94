"""Risk pages: the registers, the tornado, the futures, the forms."""

import json
from math import isfinite

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import ChangeInvalid, NotFound, SteelyardError
from steelyard.plan.measuring.export import workbook
from steelyard.plan.uncertainty.register_records import REGISTER_OF_ASSUMPTIONS, REGISTER_OF_RISKS
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.risk import futures, pictures, selectors, services
from steelyard.web.risk.forms import AssumptionForm, EffectForm, RiskForm
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.stale import stands_on, watch_token

WEIGHED = (REGISTER_OF_ASSUMPTIONS, REGISTER_OF_RISKS)
WATCHED = ("gross_margin", "revenue", "inventory_value", "shipments")


def start(request: HttpRequest) -> HttpResponse:
    """Go to the registers of the scenario asked for, else of the one looked at last."""
    try:
        return redirect("risk:registers", chosen_scenario(request, request.GET.get("scenario", "")))
    except NotFound as fault:
        return render(request, "risk/begin.html", {"fault": str(fault)})


def registers(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show both registers against a scenario; the pictures load by themselves."""
    chosen_scenario(request, scenario)
    user = person(request)
    context = {
        "view": selectors.register_view(scenario),
        "token": watch_token([scenario], registers=WEIGHED),
        "can_edit": user.may(Ability.BRANCH),
        "can_export": user.may(Ability.EXPORT),
    }
    return render(request, "risk/registers.html", context)


def tornado(request: HttpRequest) -> HttpResponse:
    """Answer the tornado as a part of the page."""
    scenario, context = chosen_scenario(request), dict[str, object]()
    try:
        plan = plan_of(scenario)
        seen = [name for name in WATCHED if name in plan.measures]
        measure = request.GET.get("measure", "") or seen[0]
        context |= {"measure": measure, "measures": [(name, plan.measure(name).label) for name in seen]}
        found = selectors.tornado_of(scenario, measure)
        context |= {"found": found, "currency": base_currency(plan.inputs.extract)}
        if found.bars:
            context["chart"] = json.dumps(pictures.tornado_chart(found))
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_tornado.html", context)


@requires(Ability.BRANCH)
def assumption_new(request: HttpRequest) -> HttpResponse:
    """Enter an assumption."""
    return _entered(request, AssumptionForm, "New assumption")


@requires(Ability.BRANCH)
def risk_new(request: HttpRequest) -> HttpResponse:
    """Enter a risk or an opportunity."""
    return _entered(request, RiskForm, "New risk or opportunity")


def _entered(request: HttpRequest, kind: type[EffectForm], title: str) -> HttpResponse:
    scenario = chosen_scenario(request)
    plan = plan_of(scenario)
    form = kind(
        request.POST or None,
        measures=selectors.measures_of(plan, drawn=kind is RiskForm),
        levels=[("", "everything"), *((name, name.replace("_", " ")) for name in plan.series("demand_plan").levels)],
        periods=list(plan.horizon.labels),
    )
    context = {"form": form, "title": title, "trail": [{"label": "Risk", "url": reverse("risk:start")}]}
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, scenario, form)
            return redirect("risk:start")
        except SteelyardError as fault:
            context["fault"] = str(fault)
    return render(request, "risk/new.html", context)


def _keep(request: HttpRequest, scenario: str, form: EffectForm) -> None:
    given, user = form.cleaned_data, person(request)
    words = {name: given[name] for name in ("statement", "owner")}
    if isinstance(form, RiskForm):
        words |= {name: given[name] for name in ("kind", "group", "response", "trigger")}
        risk = services.risk_add(
            scenario, user=user, effect=form.effect, probability=given["probability"] / 100,
            correlation=given["correlation"], **words,
        )  # fmt: skip
        messages.success(request, f"{risk.kind.capitalize()} {risk.id} is kept.")
    else:
        further = {name: given[name] for name in ("source", "valid_until", "value", "unit", "linked")}
        kept = services.assumption_add(scenario, user=user, effect=form.effect, **further, **words)
        messages.success(request, f"Assumption {kept.id} is kept, to be validated.")


@require_POST
def assumption_judge(request: HttpRequest, number: int) -> HttpResponse:
    """Validate or reject an assumption, or note what came true."""
    try:
        came = read_percent(request.POST.get("outcome", ""))
        entry = services.assumption_judge(number, request.POST.get("status", ""), user=person(request), outcome=came)
    except SteelyardError as fault:
        messages.error(request, str(fault))
        return redirect("risk:start")
    messages.success(request, f"Assumption {number} is {entry.status}.")
    return redirect("risk:start")


def read_percent(given: str) -> float | None:
    """A percentage as it was typed; None where nothing was.

    Raises:
        ChangeInvalid: It is no number.
    """
    if not given.strip():
        return None
    try:
        came = float(given.strip().removesuffix("%").replace(",", "."))
    except ValueError:
        came = float("nan")
    if not isfinite(came):
        raise ChangeInvalid(
            f"{given[:40]!r} is no percentage", where="what came true", mend="type a number such as -4.5"
        )
    return came


@require_POST
def risk_judge(request: HttpRequest, number: int) -> HttpResponse:
    """Say what became of a risk."""
    entry = services.risk_judge(number, request.POST.get("status", ""), user=person(request))
    messages.success(request, f"{entry.kind.capitalize()} {number}: {entry.status}.")
    return redirect("risk:start")


@require_POST
def ranges(request: HttpRequest) -> HttpResponse:
    """Make the optimistic, most likely and pessimistic scenarios."""
    try:
        made = services.ranges_make(chosen_scenario(request), user=person(request))
    except SteelyardError as fault:
        messages.error(request, str(fault))
        return redirect("risk:start")
    messages.success(request, f"Made {', '.join(made)}.")
    return redirect(reverse("scenarios:compare") + "?" + "&".join(f"with={name}" for name in made))


@requires(Ability.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send tornado, futures and registers as a workbook."""
    scenario = chosen_scenario(request)
    registers = selectors.register_tables(selectors.register_view(scenario))
    tables = futures.outlook_tables(scenario) | registers | stands_on(scenario)
    audit_record(actor=person(request).username, action="risk.export", subject="all")
    answer = HttpResponse(workbook(tables, futures.OUTLOOK_PICTURES), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="risk.xlsx"'
    return answer
