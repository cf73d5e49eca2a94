"""Finance review pages: the statement, the bridge, what earns and binds money, the budget and the actions."""

import json
from collections.abc import Callable

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotAllowed, NotFound, PlanError, SteelyardError
from steelyard.plan.money.bridge import MoneyBridge
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import sight
from steelyard.web.audit.services import audit_record
from steelyard.web.finance_review import pictures, selectors, services
from steelyard.web.finance_review.forms import MEASURES, ActionForm, BudgetForm
from steelyard.web.finance_review.rows import bridge_rows, earner_rows, statement_rows
from steelyard.web.finance_review.workbook import finance_workbook
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.stale import stands_on, watch_token

MOST_ROWS, MOST_VARIANCES = 100, 12
Part = dict[str, object]


def review(request: HttpRequest) -> HttpResponse:
    """Show the page; its parts load by themselves."""
    user = person(request)
    try:
        selectors.require_finance()
        name = chosen_scenario(request, request.GET.get("scenario", ""))
        token = watch_token([name])
        currency = base_currency(plan_of(name).inputs.extract)
    except (NotFound, NotAllowed) as fault:
        return render(request, "finance_review/begin.html", {"fault": str(fault)})
    context = {
        "scenario": name, "token": token, "currency": currency, "whole": not sight().limited,
        "can_edit": user.may(Ability.BRANCH), "can_export": user.may(Ability.EXPORT),
    }  # fmt: skip
    return render(request, "finance_review/review.html", context)


def statement(request: HttpRequest) -> HttpResponse:
    """Answer the statement as a part of the page."""

    def found(name: str) -> Part:
        time = selectors.asked_time(request.GET.get("time", ""))
        shown = selectors.asked_version(request.GET.get("version", ""), "operating_plan")
        against = selectors.asked_version(request.GET.get("against", ""), "budget")
        made = selectors.statement_of(name, list(dict.fromkeys((shown, against))), time=time)
        return {
            "found": made, "time": time, "version": shown, "against": against,
            "times": selectors.TIMES.items(), "versions": selectors.VERSION_LABELS.items(),
            "rows": statement_rows(made, shown, against), "chart": json.dumps(pictures.statement_chart(made)),
            "missing": list(made.missing.values()), "against_name": selectors.VERSION_LABELS[against],
        }  # fmt: skip

    return _part(request, "finance_review/_statement.html", found)


def bridge(request: HttpRequest) -> HttpResponse:
    """Answer the bridge as a part of the page."""

    def found(name: str) -> Part:
        before = selectors.asked_version(request.GET.get("before", ""), "budget")
        after = selectors.asked_version(request.GET.get("after", ""), "plan")
        measure = selectors.asked_measure(request.GET.get("measure", ""))
        offered: Part = {
            "before": before, "after": after, "measure": measure, "measures": selectors.MEASURES.items(),
            "versions": selectors.VERSION_LABELS.items(),
        }  # fmt: skip
        try:
            made = selectors.bridge_of(name, before, after, measure)
        except PlanError as fault:
            return offered | {"fault": str(fault)}
        return offered | {
            "found": made, "chart": json.dumps(pictures.bridge_chart(made)), "rows": bridge_rows(made, MOST_ROWS),
            "words": list(pictures.WORDS.values()), "more": max(made.detail.height - MOST_ROWS, 0),
        }  # fmt: skip

    return _part(request, "finance_review/_bridge.html", found)


def earners(request: HttpRequest) -> HttpResponse:
    """Answer what earns money as a part of the page."""

    def found(name: str) -> Part:
        level = request.GET.get("level", "") or "product_family"
        version = selectors.asked_version(request.GET.get("version", ""), "plan")
        frame = selectors.earners(name, level, version)
        return {
            "level": level, "levels": [(one, one.replace("_", " ")) for one in selectors.levels_of(name)],
            "version": version, "versions": selectors.VERSION_LABELS.items(), "count": frame.height,
            "chart": json.dumps(pictures.earning_chart(frame, level)) if frame.height else "",
            "rows": earner_rows(frame, level, MOST_ROWS), "more": max(frame.height - MOST_ROWS, 0),
        }  # fmt: skip

    return _part(request, "finance_review/_earners.html", found)


def capital(request: HttpRequest) -> HttpResponse:
    """Answer working capital and cash as a part of the page."""

    def found(name: str) -> Part:
        made = selectors.statement_of(name, ["plan"], time="month")
        return {
            "capital": json.dumps(pictures.capital_chart(made, "plan")),
            "cash": json.dumps(pictures.cash_chart(made, "plan")),
        }

    return _part(request, "finance_review/_capital.html", found)


def budget(request: HttpRequest) -> HttpResponse:
    """Answer the state of the budget and where the plan is off as a part of the page."""
    may_load = person(request).may(Ability.EDIT_FINANCE) and not sight().limited

    def found(name: str) -> Part:
        off = selectors.variances_of(name)
        return {
            "states": selectors.budgets_of(name), "variances": off[:MOST_VARIANCES],
            "more": max(len(off) - MOST_VARIANCES, 0), "labels": selectors.VERSION_LABELS, "scenario": name,
            "may_load": may_load,
        }  # fmt: skip

    return _part(request, "finance_review/_budget.html", found)


def actions(request: HttpRequest) -> HttpResponse:
    """Answer the gap-closing actions as a part of the page."""
    can_edit = person(request).may(Ability.BRANCH)
    return _part(
        request,
        "finance_review/_actions.html",
        lambda name: {"view": selectors.actions_of(name), "can_edit": can_edit},
    )


def _part(request: HttpRequest, template: str, found: Callable[[str], Part]) -> HttpResponse:
    context: Part = {}
    try:
        name = chosen_scenario(request)
        context = {"currency": base_currency(plan_of(name).inputs.extract), **found(name)}
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, template, context)


@requires(Ability.BRANCH)
def action_new(request: HttpRequest) -> HttpResponse:
    """Enter an action."""
    selectors.require_finance()
    name = chosen_scenario(request)
    plan = plan_of(name)
    form = ActionForm(
        request.POST or None,
        measures=[(one, plan.measure(one).label) for one in MEASURES],
        levels=[("", "everything"), *((one, one.replace("_", " ")) for one in plan.series("demand_plan").levels)],
        periods=list(plan.horizon.labels),
        initial={word: request.GET[word] for word in ("against", "level", "member") if request.GET.get(word)},
    )
    context: Part = {"form": form, "trail": [{"label": "Finance", "url": reverse("finance_review:start")}]}
    if request.method == "POST" and form.is_valid():
        given = {word: form.cleaned_data[word] for word in ("statement", "against", "owner", "due", "value")}
        try:
            kept = services.action_add(name, user=person(request), effect=form.effect, **given)
        except SteelyardError as fault:
            context["fault"] = str(fault)
        else:
            messages.success(request, f"Action {kept.id} is kept; put it in the plan when it is agreed.")
            return redirect(reverse("finance_review:start") + "#actions")
    return render(request, "finance_review/action_new.html", context)


@require_POST
def budget_upload(request: HttpRequest) -> HttpResponse:
    """Take a budget and go to its job."""
    name = chosen_scenario(request)
    form = BudgetForm(request.POST, request.FILES)
    if not form.is_valid():
        faults = "; ".join(f"{field}: {' '.join(map(str, told))}" for field, told in form.errors.items())
        messages.error(request, f"The budget was not taken: {faults}")
        return redirect(reverse("finance_review:start") + "#budget")
    given = form.cleaned_data
    job = services.budget_upload(
        name, given["file"], user=person(request), name=given["name"], version=given["version"], note=given["note"]
    )
    return redirect("jobs:job", job_id=job.pk)


@require_POST
def action_judge(request: HttpRequest, number: int) -> HttpResponse:
    """Say how far an action is."""
    return _told(request, lambda: services.action_judge(number, request.POST.get("status", ""), user=person(request)))


@require_POST
def action_plan(request: HttpRequest, number: int) -> HttpResponse:
    """Put an action in the plan, or take it out."""
    change = services.action_take_out if request.POST.get("out") else services.action_count_on
    return _told(request, lambda: change(number, user=person(request)))


def _told(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        entry = act()
        standing = "in the plan" if getattr(entry, "in_plan", False) else "not in the plan"
        messages.success(request, f"Action {getattr(entry, 'id', '')}: {getattr(entry, 'status', '')}, {standing}.")
    except SteelyardError as fault:
        messages.error(request, str(fault))
    return redirect(reverse("finance_review:start") + "#actions")


@requires(Ability.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send the review as a workbook."""
    name = chosen_scenario(request)
    made = selectors.statement_of(name, ["operating_plan", "budget", "last_plan", "last_year"], time="quarter")
    tables = {"By family": selectors.earners(name), "By customer": selectors.earners(name, "customer")}
    tables |= _actions(name) | stands_on(name)
    audit_record(actor=person(request).username, action="finance.export", subject=name)
    answer = HttpResponse(finance_workbook(made, _bridge_or_none(name), tables),
                          content_type=KINDS["xlsx"])  # fmt: skip
    answer["Content-Disposition"] = 'attachment; filename="finance.xlsx"'
    return answer


def _bridge_or_none(name: str) -> MoneyBridge | None:
    try:
        return selectors.bridge_of(name)
    except PlanError:
        return None


def _actions(name: str) -> dict[str, pl.DataFrame]:
    lines = selectors.actions_of(name).lines
    rows = [
        {"Number": one.entry.id, "Action": one.entry.statement, "Owner": one.entry.owner, "Due": one.entry.due,
         "Value": one.entry.value, "Status": one.entry.status, "In plan": "yes" if one.entry.in_plan else "no",
         "Moves": one.moves, "Of": one.where, "By %": one.entry.effect.likely, "Brought": one.entry.realised}
        for one in lines
    ]  # fmt: skip
    return {"Actions": pl.DataFrame(rows)} if rows else {}
