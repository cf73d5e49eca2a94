"""Demand review page: streams, chart, exceptions and signatures of a slice."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast, get_args
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import ChangeInvalid, NotFound, SteelyardError
from steelyard.plan.export import write_table
from steelyard.plan.sign_off.signature import FUNCTIONS, Act
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.selectors import own_scope
from steelyard.web.demand_review import selectors, services
from steelyard.web.demand_review.exceptions import SHOWN
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import Moment, moment_of
from steelyard.web.scenarios.slice import check_scope
from steelyard.web.worksheet import finding
from steelyard.web.worksheet.address import filter_text, parse_filter
from steelyard.web.worksheet.selectors import level_label, levels_of, may_edit_scenario
from steelyard.web.worksheet.view import View

Scope = dict[str, tuple[str, ...]]


def start(request: HttpRequest) -> HttpResponse:
    """Go to the demand review of the scenario looked at last, on the person's own slice."""
    try:
        name = chosen_scenario(request)
    except NotFound:
        return redirect("home")
    return redirect(address(name, own_scope(person(request))))


def demand_review(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the slice in the address; without one, the person's own."""
    chosen_scenario(request, scenario)
    moment, user = moment_of(scenario), person(request)
    own = own_scope(user)
    scope, fault = _scope_of(request, moment, own)
    view = selectors.review_view(moment.plan, scope)
    context = {
        **_standing(request, moment, scope),
        "fault": fault,
        "view": view,
        "levels": [
            pair for pair in levels_of(moment.plan, view) if pair[0] in moment.plan.series("consensus_demand").levels
        ],
        "filters": _chips(scenario, scope, member_names(moment.plan.inputs.extract)),
        "editable": may_edit_scenario(moment, user, view),
        "is_own": scope == own,
        "own_url": address(scenario, own),
        "has_own": bool(own),
        "all_url": f"{address(scenario, {})}?scope=",
        "rail": "demand_review",
    }
    return render(request, "demand_review/review.html", context)


def standing(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the parts of the page that move when numbers do."""
    moment = moment_of(scenario)
    scope, _ = _scope_of(request, moment, {})
    return render(request, "demand_review/_standing.html", _standing(request, moment, scope))


def exceptions(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer what needs a person, as a part that comes when the archive has been read."""
    moment = moment_of(scenario)
    scope, _ = _scope_of(request, moment, {})
    context = _exceptions(request, moment, scope, selectors.exceptions_of(moment, scope))
    return render(request, "demand_review/_exceptions.html", context)


@require_POST
def slice_choose(request: HttpRequest, scenario: str) -> HttpResponse:
    """Narrow the slice by what was typed, or make the slice the person's own."""
    scope = dict(parse_filter(request.POST.get("scope", "")))
    text, level = request.POST.get("member", "").strip(), request.POST.get("level", "")
    if request.POST.get("own"):
        services.own_slice_set(scenario, scope, user=person(request))
        messages.success(request, "Your pages open on this slice from now on.")
    elif text:
        plan = moment_of(scenario).plan
        view = View(filter=tuple(sorted(scope.items())))
        meant = finding.members_meant(plan, finding.levels_searched(plan, view, level), text)
        scope = dict(view.narrowed(meant.level, meant.members).filter)
        check_scope(plan, scope)
    return redirect(address(scenario, scope))


@require_POST
def sign(request: HttpRequest, scenario: str) -> HttpResponse:
    """Sign, close, reopen or withdraw for a function."""
    act = request.POST.get("act", "signed")
    if act not in get_args(Act):
        raise ChangeInvalid(f"{act!r} is no act on a slice", mend=f"use one of {', '.join(get_args(Act))}")
    scope, function = dict(parse_filter(request.POST.get("scope", ""))), request.POST.get("function", "")
    revision = request.POST.get("revision", "")
    made = services.slice_sign(
        scenario, function, user=person(request), act=cast(Act, act), scope=scope, note=request.POST.get("note", ""),
        expected_revision=int(revision) if revision.isdecimal() else None,
    )  # fmt: skip
    messages.success(request, f"{FUNCTIONS[made.function]}: {made.act}.")
    return redirect(address(scenario, scope))


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the streams of a slice as a workbook: one row for each item, customer and period."""
    moment = moment_of(scenario)
    scope, _ = _scope_of(request, moment, {})
    plan = moment.plan
    measures = [name for name in selectors.ROWS if plan.measure(name).span == "horizon"]
    frame = plan.frame(measures, by=("product_family", "item", "location", "customer"), scope=scope)
    heading = {name: f"{plan.measure(name).label} [{plan.measure(name).unit}]" for name in measures}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "demand-review.xlsx"
        write_table(frame, path, title="Demand review", heading=heading)
        answer = HttpResponse(path.read_bytes(), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="demand-review-{scenario}.xlsx"'
    return answer


def address(scenario: str, scope: Scope) -> str:
    """The page of a slice."""
    page = reverse("demand_review:review", kwargs={"scenario": scenario})
    return f"{page}?{urlencode({'scope': filter_text(scope)})}" if scope else page


def _scope_of(request: HttpRequest, moment: Moment, usual: Scope) -> tuple[Scope, str]:
    """The slice asked for, or the usual one; a slice that is not in the plan gives everything, and why."""
    try:
        scope = dict(parse_filter(request.GET["scope"])) if "scope" in request.GET else usual
        check_scope(moment.plan, scope)
    except SteelyardError as error:
        return {}, str(error)
    return scope, ""


def _standing(request: HttpRequest, moment: Moment, scope: Scope) -> dict[str, object]:
    page = selectors.review(moment, scope, person(request))
    here = reverse("demand_review:review", kwargs={"scenario": moment.name})
    return {
        **_exceptions(request, moment, scope, page.exceptions),
        "moment": moment,
        "page": page,
        "chart_json": json.dumps(page.chart),
        "families": [
            (one, f"{here}?{urlencode({'scope': _family(scope, one.member)})}") for one in page.board.families
        ],
        "others": [
            (one, f"{here}?{urlencode({'scope': filter_text(dict(one.sign_off.slice.scope))})}") for one in page.others
        ],
        "functions": FUNCTIONS,
    }


def _exceptions(request: HttpRequest, moment: Moment, scope: Scope, listed: selectors.Exceptions) -> dict[str, object]:
    here = reverse("demand_review:review", kwargs={"scenario": moment.name})
    every = request.GET.get("all") == "1"
    return {
        "name": moment.name,
        "exceptions": [
            (one, f"{here}?{urlencode({'scope': one.scope})}") for one in listed.found[: None if every else SHOWN]
        ],
        "more": 0 if every else max(len(listed.found) - SHOWN, 0),
        "coming": listed.coming,
        "every": every,
        "scope_text": filter_text(scope),
        "currency": base_currency(moment.plan.inputs.extract),
    }


def _family(scope: Scope, member: str) -> str:
    return filter_text({**scope, "product_family": (member,)})


def _chips(scenario: str, scope: Scope, names: MemberNames) -> list[tuple[str, str, str]]:
    page = reverse("demand_review:review", kwargs={"scenario": scenario})
    return [
        (
            level_label(level),
            ", ".join(names.spoken(level, m) for m in members),
            f"{page}?{urlencode({'scope': _without(scope, level)})}",
        )
        for level, members in scope.items()
    ]


def _without(scope: Scope, level: str) -> str:
    return filter_text({other: members for other, members in scope.items() if other != level})
