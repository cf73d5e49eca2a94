"""Segmentation pages: the matrix with its items and movers; the history and what it was cleaned of."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.demand.segment_policy import METHODS, REVIEWS, SEGMENTS
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.export import write_table
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.slice import page_slice
from steelyard.web.segmentation import past, selectors, services
from steelyard.web.ui.figures import signed


def start(request: HttpRequest) -> HttpResponse:
    """Go to the segments of the scenario looked at last."""
    try:
        return redirect("segmentation:segments", scenario=chosen_scenario(request))
    except NotFound:
        return redirect("home")


def segments(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the matrix, the movers and the items behind what was chosen."""
    chosen_scenario(request, scenario)
    moment, user = moment_of(scenario), person(request)
    chosen = {name: request.GET[name] for name in selectors.FILTERS if request.GET.get(name)}
    knobs, part = moment.plan.inputs.parameters, page_slice(request, moment.plan)
    letters = list(zip(SEGMENTS, knobs.segment_service, knobs.segment_review, knobs.segment_method, strict=True))
    context = {
        "name": scenario,
        "moment": moment,
        "part": part,
        "page": selectors.segment_page(moment, chosen, part.scope),
        "columns": selectors.COLUMNS,
        "chosen": urlencode(chosen),
        "currency": base_currency(moment.plan.inputs.extract),
        "knobs": knobs,
        "letters": letters,
        "services": "ABC",
        "reviews": REVIEWS.items(),
        "methods": METHODS.items(),
        "editable": moment.open and user.may(Ability.EDIT_DEMAND),
        "rail": "segmentation",
    }
    return render(request, "segmentation/segments.html", context)


def history(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show what the history was cleaned of, what does not count, and what drives demand."""
    chosen_scenario(request, scenario)
    moment, user = moment_of(scenario), person(request)
    part = page_slice(request, moment.plan)
    context = {
        "name": scenario,
        "moment": moment,
        "part": part,
        "page": past.history_page(moment, request.GET.get("kind", ""), part.scope),
        "currency": base_currency(moment.plan.inputs.extract),
        "kind": request.GET.get("kind", ""),
        "editable": moment.open and user.may(Ability.EDIT_DEMAND),
        "rail": "segmentation",
    }
    return render(request, "segmentation/history.html", context)


@require_POST
def policy_set(request: HttpRequest, scenario: str) -> HttpResponse:
    """Set cut-offs and what each segment asks for."""
    wanted = {name: request.POST[name] for name in services.KNOBS if name in request.POST}
    for part in ("service", "review", "method"):
        letters = [request.POST.get(f"{part}_{segment}", "") for segment in SEGMENTS]
        if all(letters):
            wanted[f"segment_{part}"] = "".join(letters)
    event = services.policy_change(scenario, wanted, user=person(request))
    messages.success(request, "The segments are cut anew." if event else "Nothing differed from what holds.")
    return redirect("segmentation:segments", scenario=scenario)


@require_POST
def correction_set(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take a correction of the history back, apply a suggested one, or set another."""
    cell = {name: request.POST.get(name, "") for name in ("item", "location", "customer", "period")}
    try:
        units = float(request.POST.get("units", "").replace(",", "."))
    except ValueError as fault:
        raise ChangeInvalid("A correction is a number of units", mend="enter 0 to take it back") from fault
    note = request.POST.get("note", "")
    services.cell_correct(scenario, units=units, note=note, user=person(request), **cell)
    done = "is taken back" if units == 0 else f"is now {signed(units)} units"
    messages.success(request, f"The correction of {cell['item']} in {cell['period']} {done}.")
    kind = request.POST.get("kind", "")
    return redirect(reverse("segmentation:history", kwargs={"scenario": scenario}) + (f"?kind={kind}" if kind else ""))


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Hand over the items chosen as an Excel file."""
    moment = moment_of(scenario)
    chosen = {name: request.GET[name] for name in selectors.FILTERS if request.GET.get(name)}
    found = selectors.segments_inside(moment, page_slice(request, moment.plan).scope)
    table = selectors.chosen_items(found, chosen)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "segments.xlsx"
        write_table(table, file)
        content = file.read_bytes()
    answer = HttpResponse(content, content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="segments-{scenario}.xlsx"'
    return answer
