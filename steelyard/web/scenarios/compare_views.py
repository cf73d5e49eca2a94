"""Compare pages: two to four plans side by side, the chain between them, and the workbook of both."""

from collections.abc import Sequence

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.errors import SteelyardError
from steelyard.plan.bridge import bridge_span, say_span
from steelyard.plan.compare import common_periods
from steelyard.plan.compare import compare as hold
from steelyard.plan.compare_book import comparison_sheets
from steelyard.plan.export import workbook_of
from steelyard.plan.money.statement import Time
from steelyard.plan.plan import Plan
from steelyard.plan.sheet_picture import waterfall_picture, waterfall_table
from steelyard.web.accounts.permissions import person, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios import comparison, selectors
from steelyard.web.scenarios.asked import parse_periods, parse_scope
from steelyard.web.scenarios.chain import chain
from steelyard.web.scenarios.choice import BASE
from steelyard.web.scenarios.compare_view import chain_tables, compare_tables, short_name
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import any_plan
from steelyard.web.scenarios.side_by_side import TIMES, side_by_side
from steelyard.web.scenarios.stale import stands_on, watch_token
from steelyard.web.scenarios.views import trail
from steelyard.web.scenarios.words import scope_text
from steelyard.web.ui.figures import unit_label


def compare(request: HttpRequest) -> HttpResponse:
    """Hold scenarios against the first one."""
    names = [line.name for line in selectors.scenario_tree()]
    asked = [_whole_name(name) for name in request.GET.getlist("with") if name]
    part = request.GET.get("part", "")
    context: dict[str, object] = {"names": names, "asked": asked, "trail": trail(), "slots": _slots(asked, names)}
    context["published"] = selectors.published_choices(asked)
    if len(set(asked)) >= 2:
        try:
            view = comparison.comparison(asked, measure=request.GET.get("measure", ""))
            plan = any_plan(asked[0])
            parts = comparison.parts_of(plan, view.measure)
            context |= compare_tables(view, member_names(plan.inputs.extract))
            common = "..".join(view.periods) if view.periods else ""
            context |= _part_of(parts, part, request.GET.get("periods", "") or common, plan)
            currency = base_currency(plan.inputs.extract)
            context |= {"token": watch_token(asked), "can_export": person(request).may(Ability.EXPORT)}
            context |= {"currency": currency, "quarter_unit": unit_label(plan.measure(view.measure).unit, currency)}
        except SteelyardError as error:
            context["fault"] = str(error)
    return render(request, "scenarios/compare.html", context)


def compare_sides(request: HttpRequest) -> HttpResponse:
    """Answer a measure of several plans with delta columns, as a part of the compare page."""
    asked = [name for name in dict.fromkeys(request.GET.getlist("with")) if name][:4]
    measure, time = request.GET.get("measure", ""), request.GET.get("time", "quarter")
    context: dict[str, object] = {
        "asked": asked, "measure": measure, "times": TIMES.items(), "names": [short_name(name) for name in asked],
        "span": 1 + 3 * max(len(asked) - 1, 0),
    }  # fmt: skip
    try:
        known: Time = time if time in TIMES else "quarter"
        plans = [any_plan(name) for name in asked]
        context["side"] = side_by_side(plans, measure, level=request.GET.get("level", ""), time=known)
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "scenarios/_side_by_side.html", context)


def compare_chain(request: HttpRequest) -> HttpResponse:
    """Answer the exact chain of steps between two plans, as a part of the compare page."""
    base, other = [*request.GET.getlist("with"), "", ""][:2]
    before, after = any_plan(base), any_plan(other)
    names = short_name(base), short_name(other)
    try:
        scope, periods = parse_scope(request.GET.get("part", "")), parse_periods(request.GET.get("periods", ""))
        told = chain(before, after, request.GET.get("measure", ""), scope=scope, periods=periods)
    except SteelyardError as error:
        return render(request, "scenarios/_chain.html", {"fault": str(error)})
    span = bridge_span(before, after, told.measure, periods=periods)
    context = chain_tables(told, *names, base_currency(after.inputs.extract)) | {
        "span": span, "from": f"{names[0]}, {say_span(span.before)}", "to": f"{names[1]}, {say_span(span.after)}",
    }  # fmt: skip
    return render(request, "scenarios/_chain.html", context)


def compare_export(request: HttpRequest) -> HttpResponse:
    """Answer a comparison as a workbook: totals, levels, cells, settings, assumptions, changes, what it stands on."""
    require(person(request), Ability.EXPORT)
    asked = list(dict.fromkeys(_whole_name(name) for name in request.GET.getlist("with") if name))
    view = comparison.comparison(asked, measure=request.GET.get("measure", ""))
    plans = [any_plan(name) for name in asked]
    sheets = comparison_sheets(
        hold(*plans, periods=common_periods(plans)),
        measure=view.measure,
        level=comparison.main_level(plans[0], view.measure),
        currency=base_currency(plans[0].inputs.extract),
    )
    audit_record(
        actor=person(request).username, action="comparison.export", subject=", ".join(asked)[:200],
        detail={"measure": view.measure},
    )  # fmt: skip
    ways = why_sheets(plans, [short_name(name) for name in asked], view)
    pictures = {title: waterfall_picture(f"{view.measure.replace('_', ' ')}: {title}") for title in ways}
    content = workbook_of({**ways, **sheets, **stands_on(*asked)}, pictures)
    answer = HttpResponse(content, content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="comparison.xlsx"'
    return answer


def why_sheets(plans: Sequence[Plan], names: Sequence[str], view: comparison.CompareView) -> dict[str, pl.DataFrame]:
    """The chain from the first plan to each other one, as sheets from which a waterfall is drawn."""
    found: dict[str, pl.DataFrame] = {}
    for plan, name in zip(plans[1:], names[1:], strict=True):
        try:
            told = chain(plans[0], plan, view.measure, periods=view.periods)
        except SteelyardError:  # a share of nothing has no steps
            continue
        steps = [(step.what, float(step.effect)) for step in told.steps]
        found[f"Why {name}"] = waterfall_table((names[0], float(told.start)), steps, (name, float(told.end)))
    return found


def _whole_name(name: str) -> str:
    """A published plan by its whole id, whatever part of it was given; a scenario as it is."""
    if not name.startswith("plan:"):
        return name
    try:
        return f"plan:{selectors.published_plan(name.removeprefix('plan:')).id}"
    except SteelyardError:
        return name


def _part_of(parts: list[tuple[str, str]], part: str, periods: str, plan: Plan) -> dict[str, object]:
    """The part and the periods that the chain is told for: a family or resource of the list, or any cell pressed."""
    scope = parse_scope(part)
    words = scope_text(scope, member_names(plan.inputs.extract)) if scope else ""
    return {
        "parts": parts, "part": part, "periods": periods, "is_cell": bool(part) and part not in dict(parts),
        "part_words": ", ".join(filter(None, (words, periods.replace("..", " to ")))),
    }  # fmt: skip


def _slots(asked: list[str], names: list[str]) -> list[str]:
    default = [BASE if BASE in names else next(iter(names), "")]
    return [*(asked or default), *[""] * 4][:4]
