"""KPI pages: scorecard of a role or forum, one KPI, the tree, rules, cases, and the own record."""

from datetime import date
from math import isfinite, nan

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.errors import EntryMoved, KpiInvalid, NotFound
from steelyard.kpi.alert import AlertRule
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.measuring.export import workbook
from steelyard.web.accounts.permissions import person, require, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.governance.selectors import called, charter, persons, roles_of
from steelyard.web.governance.services import seen_mark
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard import (
    case_selectors,
    kpi_export,
    kpi_pictures,
    kpi_selectors,
    own_record,
    rule_selectors,
    services,
)
from steelyard.web.scorecard.kpis import formula_words


class DateForm(forms.Form):
    """A day, or none."""

    due = forms.DateField(required=False)


def scorecard(request: HttpRequest) -> HttpResponse:
    """The KPIs of a role or forum; one's own role first."""
    try:
        name = chosen_scenario(request)
    except NotFound as fault:
        return render(request, "scorecard/no_plan.html", {"fault": str(fault)})
    agreed, user = charter(), person(request)
    mine = [f"role:{role}" for role in roles_of(user)]
    asked = request.GET.get("for", _first_with_kpis(mine))
    kind, _, key = asked.partition(":")
    lines = kpi_selectors.kpi_lines(
        name, role=key if kind == "role" else "", forum=key if kind == "forum" else "", trends=True
    )
    groups = [
        (label, [(line, kpi_pictures.spark(line.trend)) for line in found])
        for label, found in kpi_selectors.by_area(lines)
    ]
    context = {
        "name": name,
        "groups": groups,
        "roles": [(f"role:{one.key}", one.label) for one in agreed.roles],
        "forums": [(f"forum:{one.key}", one.name) for one in agreed.forums],
        "asked": asked,
        "mine": mine,
        "cases": case_selectors.grouped(
            case_selectors.cases_open(key if kind == "role" else "", key if kind == "forum" else "", scenario=name)
        )[:12],
        "counts": {word: sum(line.standing == word for line in lines) for word in ("good", "watch", "act")},
        "can_export": user.may(Ability.EXPORT),
        "tab": "scorecard",
    }
    return render(request, "scorecard/scorecard.html", context)


def _first_with_kpis(asked: list[str]) -> str:
    """The first of some roles that owns a KPI; empty, which is everything, where none does."""
    owning = {f"role:{role}" for role, _ in rule_selectors.owner_roles().values()}
    return next((one for one in asked if one in owning), "")


def kpi(request: HttpRequest, kpi: str) -> HttpResponse:
    """One KPI: what it is, how it went and will go, by slice, its targets, rules and cases."""
    indicator, name = rule_selectors.indicator_of(kpi), chosen_scenario(request)
    plan = plan_of(name)
    levels = kpi_selectors.levels_of(name)
    level = request.GET.get("level", "")
    level = level if level in levels else levels[0] if levels else ""
    target = kpi_selectors.target_of(name, kpi)
    goal = target.target if target else indicator.target
    currency = base_currency(plan.inputs.extract)
    line = next(one for one in kpi_selectors.kpi_lines(name) if one.name == kpi)
    option = kpi_pictures.over_time(kpi_selectors.kpi_series(name, kpi), indicator, goal, currency)
    (owner, people), names = rule_selectors.owner_of_kpi(indicator), called()
    context = {
        "name": name,
        "indicator": indicator,
        "line": line,
        "code": formula_words(indicator.formula),
        "option": option,
        "owner": owner,
        "people": [names.get(one, one) for one in people],
        "forums": [forum.name for forum in charter().forums if forum.key in indicator.forums],
        "standards": kpi_selectors.standards_held(name, now().date()) if kpi == "data_score" else (),
        "levels": levels,
        "level": level,
        "slices": kpi_selectors.slice_lines(name, kpi, level) if level and indicator.source != "records" else (),
        "worksheet": kpi_selectors.worksheet_address(name, indicator),
        "tolerance": target.tolerance if target and target.tolerance is not None else indicator.tolerance,
        "targets": rule_selectors.seen_targets(plan, kpi),
        "rules": [one for one in rule_selectors.seen_rules(plan) if one.kpi == kpi],
        "cases": case_selectors.cases_of(kpi, scenario=name),
        "drivers": [INDICATORS[one] for one in indicator.drivers],
        "driven": [one for one in INDICATORS.values() if kpi in one.drivers],
        "can_govern": person(request).may(Ability.GOVERN),
        "tab": "scorecard",
    }
    return render(request, "scorecard/kpi.html", context)


def tree(request: HttpRequest) -> HttpResponse:
    """The KPI tree, as a picture and as a list."""
    name = chosen_scenario(request)
    nodes = kpi_selectors.tree(name)
    context = {"name": name, "nodes": nodes, "option": kpi_pictures.tree_picture(nodes), "tab": "tree"}
    return render(request, "scorecard/tree.html", context)


def cases(request: HttpRequest) -> HttpResponse:
    """Open and closed cases, and the rules that open them."""
    name, user, mine = chosen_scenario(request), person(request), "mine" in request.GET
    found = [one for one in case_selectors.cases_open(scenario=name) if not mine or one.owner == user.username]
    rules = rule_selectors.seen_rules(plan_of(name))
    context = {
        "name": name,
        "open": case_selectors.grouped(found),
        "mine": mine,
        "edited": next((one for one in rules if one.name == request.GET.get("rule")), None),
        "closed": case_selectors.cases_closed(scenario=name),
        "rules": [(rule, INDICATORS[rule.kpi]) for rule in rules if rule.kpi in INDICATORS],
        "own_rules": rule_selectors.own_rules(),
        "kpis": INDICATORS.values(),
        "levels": kpi_selectors.levels_of(name),
        "last": case_selectors.last_look(),
        "can_govern": user.may(Ability.GOVERN),
        "tab": "cases",
    }
    return render(request, "scorecard/cases.html", context)


def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case: where it was seen, why, what is done, what came of it."""
    user, name, fault = person(request), chosen_scenario(request), ""
    if request.method == "POST":
        try:
            return _case_written(request, number)
        except (KpiInvalid, EntryMoved, NotFound) as error:
            fault = str(error)
    line = case_selectors.case(number, scenario=name)
    context = {
        "case": line,
        "subject": f"case:{number}",
        "fault": fault,
        "people": [one for one in persons() if one.active],
        "may_write": line.closed_at is None and (line.owner == user.username or user.may(Ability.GOVERN)),
        "written": request.POST if fault else {},
        "tab": "cases",
    }
    return render(request, "scorecard/case.html", context)


def _case_written(request: HttpRequest, number: int) -> HttpResponse:
    given, user = request.POST, person(request)
    revision = given.get("revision", "")
    expected = int(revision) if revision.isdecimal() and len(revision) < 10 else None
    if given.get("close"):
        services.case_close(number, user=user, outcome=given.get("outcome", ""), expected=expected)
        messages.success(request, "The case is closed.")
        return redirect("scorecard:cases")
    form = DateForm(given)
    if not form.is_valid():
        raise KpiInvalid("The day cannot be read", mend="write it as 2026-11-30")
    services.case_write(
        number, user=user, cause=given.get("cause", ""), action=given.get("action", ""),
        due=form.cleaned_data["due"], owner=given.get("owner", ""), expected=expected,
    )  # fmt: skip
    messages.success(request, "Kept.")
    return redirect("scorecard:case", number)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Look at the rules now."""
    user = person(request)
    require(user, Ability.GOVERN)
    outcome = services.alerts_evaluate(chosen_scenario(request), actor=user.username)
    told = (
        f"{outcome.found} found for {outcome.cycle}: {len(outcome.opened)} opened, {len(outcome.followed)} seen again"
    )
    messages.success(request, f"{told}, {len(outcome.gone)} gone.")
    return redirect("scorecard:cases")


@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Keep a rule, or take it away."""
    given, user = request.POST, person(request)
    if given.get("remove"):
        services.rule_remove(given.get("name", ""), user=user)
    else:
        made = AlertRule(
            given.get("name", ""), given.get("kpi", ""), given.get("of", "whole"), given.get("worse", "act"),  # type: ignore[arg-type]
            _number(given.get("limit", "")), int(_number(given.get("periods", "1")) or 0), given.get("level", ""),
            given.get("member", "") if given.get("level") else "", given.get("active", "1") == "1",
        )  # fmt: skip
        services.rule_put(made, user=user)
    return redirect("scorecard:cases")


@require_POST
def target(request: HttpRequest, kpi: str) -> HttpResponse:
    """Agree on a target, or take it back."""
    given = request.POST
    services.target_set(
        kpi, _number(given.get("target", "")), user=person(request), level=given.get("level", ""),
        member=given.get("member", "").strip(), tolerance=_number(given.get("tolerance", "")),
    )  # fmt: skip
    messages.success(request, "The target is kept.")
    return redirect("scorecard:kpi", kpi)


def own(request: HttpRequest) -> HttpResponse:
    """One's own bias and input on time; that it was seen is kept."""
    user, name = person(request), chosen_scenario(request)
    today: date = now().date()
    record = own_record.own_record(name, user, today)
    seen_mark(own_record.record_name(record.cycle), user=user)
    context = {"record": record, "currency": base_currency(plan_of(name).inputs.extract), "tab": "own"}
    return render(request, "scorecard/own.html", context)


@requires(Ability.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send the scorecard, the series, the slices and the cases as a workbook."""
    name = chosen_scenario(request)
    audit_record(actor=person(request).username, action="kpi.export", subject=name)
    answer = HttpResponse(workbook(kpi_export.kpi_tables(name)), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="kpis.xlsx"'
    return answer


def _number(text: str) -> float | None:
    """A number as it was typed, or none.

    Raises:
        KpiInvalid: It is no number.
    """
    if not text.strip():
        return None
    try:
        found = float(text.replace(",", "").replace("\u2212", "-"))
    except ValueError:
        found = nan
    if not isfinite(found):
        raise KpiInvalid(f"{text[:40]!r} is no number", mend="write it with a point, such as 97.5")
    return found
