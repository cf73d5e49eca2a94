"""Portfolio pages: launches, one launch, ends of life, products, candidates to leave, calendar."""

from datetime import date
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join

from steelyard.errors import ChangeInvalid, NotFound, SteelyardError
from steelyard.plan.portfolio.exits import ExitAssumptions, exit_table, freed_capacity, hour_values
from steelyard.plan.portfolio.launches import known_launch, launch_curve
from steelyard.plan.portfolio.like_proposal import propose_like_items
from steelyard.plan.portfolio.products import product_table, tail_summary, vitality_by_family
from steelyard.plan.portfolio.slip import slip_what_if
from steelyard.web.accounts.permissions import may_edit, person, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import sees_money
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.portfolio import charts, forms, selectors
from steelyard.web.portfolio.selectors import facts_of
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import Moment, moment_of, plan_of
from steelyard.web.scenarios.slice import page_slice

TABS = (
    ("launches", "Launches"),
    ("endings", "End of life"),
    ("products", "Portfolio"),
    ("exits", "Rationalisation"),
    ("calendar", "Calendar"),
)
AREA = "portfolio"
MOST_PRODUCTS = 500
"""Products shown on the page; the export has all."""


def start(request: HttpRequest) -> HttpResponse:
    """Go to the launches of the scenario looked at last."""
    try:
        name = chosen_scenario(request)
    except NotFound:
        return redirect("home")
    return redirect("portfolio:launches", scenario=name)


def launches(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show every launch with its gate, its curve and what it earns."""
    moment = _moment(request, scenario)
    facts = facts_of(moment.plan)
    part = page_slice(request, moment.plan)
    frame = selectors.inside(moment.plan, selectors.table_of(moment.plan, "launches"), part.scope)
    offered = _offered(moment)
    context = _context(request, moment, "launches") | {
        "part": part,
        "rows": frame.to_dicts(),
        "totals": frame.select(pl.col("units", "revenue", "margin").sum()).to_dicts()[0] if frame.height else {},
        "chart": charts.launches_chart(moment.plan, frame, facts),
        "constraints": facts.constraints,
        "notes": facts.life.notes,
        "launch_form": forms.LaunchForm(**offered),
        "item_form": forms.NewItemForm(**offered),
    }
    return render(request, "portfolio/launches.html", context)


def items_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the items that hold what was typed into a field, as options of its list."""
    typed = next((str(text) for text in request.GET.values() if text), "")
    found = selectors.items_holding(plan_of(scenario), typed)
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', found))


def _offered(moment: Moment) -> dict[str, Any]:
    """What the fields of a form offer, and where they ask for more."""
    find = reverse("portfolio:items", kwargs={"scenario": moment.name})
    return {"items": selectors.item_choices(moment.plan), "find": find}


def launch(request: HttpRequest, scenario: str, item: str) -> HttpResponse:
    """Show one launch over time, with like-items, gate and slip."""
    moment = _moment(request, scenario)
    facts = facts_of(moment.plan)
    record = known_launch(facts, item)
    row = selectors.table_of(moment.plan, "launches").filter(pl.col("item") == item).row(0, named=True)
    items = [(item, item)]
    context = _context(request, moment, "launches") | {
        "row": row,
        "record": record,
        "like": [(other, weight, record.offset.get(other, 0)) for other, weight in record.like.items()],
        "chart": charts.launch_chart(moment.plan, launch_curve(moment.plan, item, facts)),
        "proposals": propose_like_items(moment.plan, item, facts).to_dicts(),
        "slip_form": forms.SlipForm(items=items, initial={"item": item, "date": row["launch_date"]}),
        "gate_form": forms.GateForm(
            items=items, initial={"item": item, "status": record.gate, "date": record.gate_date}
        ),
        "trail": [{"label": "Launches", "url": reverse("portfolio:launches", kwargs={"scenario": scenario})}],
        "asked": request.GET.get("date", ""),
    }
    return render(request, "portfolio/launch.html", context)


def slip(request: HttpRequest, scenario: str, item: str) -> HttpResponse:
    """Answer a launch on another day, side by side, as a part of its page; nothing is kept."""
    moment = moment_of(scenario)
    currency = base_currency(moment.plan.inputs.extract)
    try:
        day = date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        fault = "Choose a day to try, such as 2027-03-01."
        return render(request, "portfolio/_slip.html", {"fault": fault})
    try:
        found = slip_what_if(moment.scenario, item, day, actor=person(request).username, at=now())
    except SteelyardError as error:
        return render(request, "portfolio/_slip.html", {"fault": str(error)})
    context = {
        "name": scenario,
        "item": item,
        "day": day,
        "currency": currency,
        "headlines": found.headlines().to_dicts(),
        "resources": found.resources().to_dicts(),
        "charts": charts.slip_charts(found.over_time(), currency),
        "may_edit": _editable(request, moment),
    }
    return render(request, "portfolio/_slip.html", context)


def endings(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show items that go: run-down, last buy, exposure."""
    moment = _moment(request, scenario)
    facts = facts_of(moment.plan)
    part = page_slice(request, moment.plan)
    frame = selectors.inside(moment.plan, selectors.table_of(moment.plan, "endings"), part.scope)
    offered = _offered(moment)
    context = _context(request, moment, "endings") | {
        "part": part,
        "rows": frame.to_dicts(),
        "exposure": float(frame["exposure"].sum()) if frame.height else 0.0,
        "as_of": facts.as_of,
        "chart": charts.endings_chart(moment.plan, frame, facts),
        "end_form": forms.EndForm(**offered),
        "successor_form": forms.SuccessorForm(**offered),
    }
    return render(request, "portfolio/endings.html", context)


def products(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show what every product earns and asks for, the tail and the vitality."""
    moment = _moment(request, scenario)
    months, fault = _number(request, "months", 24, 1, 120)
    part = page_slice(request, moment.plan)
    table = product_table(moment.plan, facts_of(moment.plan), new_months=int(months))
    frame = selectors.inside(moment.plan, selectors.without_costs(table), part.scope)
    currency = base_currency(moment.plan.inputs.extract)
    context = _context(request, moment, "products") | {
        "part": part,
        "rows": frame.head(MOST_PRODUCTS).to_dicts(),
        "found": frame.height,
        "tail": selectors.without_costs(tail_summary(frame)).to_dicts(),
        "vitality": vitality_by_family(frame).to_dicts(),
        "months": int(months),
        "fault": fault,
        "pareto": charts.pareto_chart(frame, currency),
        "bubble": charts.complexity_chart(frame, currency) if sees_money("cost") else {},
    }
    return render(request, "portfolio/products.html", context)


def exits(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show items that are better left than kept, and what leaving them frees."""
    selectors.require_costs()
    moment = _moment(request, scenario)
    facts = facts_of(moment.plan)
    salvage, wrong = _number(request, "salvage", 30, 0, 100)
    retained, also = _number(request, "retained", 50, 0, 100)
    part = page_slice(request, moment.plan)
    table = exit_table(moment.plan, facts, ExitAssumptions(salvage=salvage / 100, retained=retained / 100))
    frame = selectors.inside(moment.plan, table, part.scope)
    wanted = frame.filter("candidate")
    prices = dict(zip(facts.resources, hour_values(facts).tolist(), strict=True))
    freed = freed_capacity(facts, wanted["item"].to_list())
    context = _context(request, moment, "exits") | {
        "part": part,
        "rows": wanted.to_dicts(),
        "others": frame.height - wanted.height,
        "sums": wanted.select(pl.col(pl.Float64).sum()).to_dicts()[0] if wanted.height else {},
        "freed": [row | {"price": prices.get(str(row["resource"]), 0.0)} for row in freed.to_dicts()],
        "chart": charts.freed_chart(freed),
        "salvage": salvage,
        "retained": retained,
        "fault": wrong or also,
    }
    return render(request, "portfolio/exits.html", context)


def calendar(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show launches, gates, successions, promotions and ends over the periods."""
    moment = _moment(request, scenario)
    part = page_slice(request, moment.plan)
    frame = selectors.inside(moment.plan, selectors.table_of(moment.plan, "calendar"), part.scope)
    context = _context(request, moment, "calendar") | {
        "part": part,
        "rows": frame.to_dicts(),
        "clashes": frame.filter(pl.col("clash") != "").height,
        "chart": charts.calendar_chart(moment.plan, frame),
        "tall": frame.height > 14,
        "long": frame.height > 24,
    }
    return render(request, "portfolio/calendar.html", context)


def export(request: HttpRequest, scenario: str, table: str, kind: str) -> HttpResponse:
    """Give one of the tables as xlsx, csv or parquet."""
    require(person(request), Ability.EXPORT)
    plan = moment_of(scenario).plan
    content = selectors.table_file(plan, table, kind, page_slice(request, plan).scope)
    audit_record(
        actor=person(request).username,
        action="portfolio.export",
        subject=scenario,
        detail={"table": table, "kind": kind},
    )
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{table}-{scenario}.{kind}"'
    return answer


def _moment(request: HttpRequest, scenario: str) -> Moment:
    chosen_scenario(request, scenario)
    return moment_of(scenario)


def _context(request: HttpRequest, moment: Moment, tab: str) -> dict[str, Any]:
    name = moment.name
    return {
        "name": name,
        "currency": base_currency(moment.plan.inputs.extract),
        "tabs": [
            (key, label, reverse(f"portfolio:{key}", kwargs={"scenario": name}))
            for key, label in TABS
            if key != "exits" or sees_money("cost")
        ],
        "tab": tab,
        "can_edit": _editable(request, moment),
        "can_export": person(request).may(Ability.EXPORT),
        "can_undo": _editable(request, moment) and moment.scenario.can_undo(person(request).username),
        "horizon": (moment.plan.horizon.labels[0], moment.plan.horizon.labels[-1]),
        "rail": "portfolio",
    }


def _editable(request: HttpRequest, moment: Moment) -> bool:
    return moment.open and may_edit(person(request), AREA)


def _number(request: HttpRequest, name: str, usual: float, low: float, high: float) -> tuple[float, str]:
    """A number of the address within its range; else the usual one, and what is wrong."""
    text = request.GET.get(name, "")
    if not text:
        return usual, ""
    try:
        number = float(text)
        if low <= number <= high:
            return number, ""
    except ValueError:
        pass
    fault = ChangeInvalid(f"{text!r} is no number for {name}", mend=f"enter a number from {low:g} to {high:g}")
    return usual, str(fault)
