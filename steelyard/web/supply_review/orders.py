"""Order messages on the web: what to do about open orders, as a part of the supply review, a workbook and an answer."""

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.plan.measuring.export import workbook
from steelyard.plan.plan import Plan
from steelyard.plan.review.order_messages import message_totals, order_messages
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import sees_money
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.stale import stands_on

SHOWN, MOST = 10, 500
"""Messages on the page at first, and when all are asked for; the workbook holds every one."""


def messages_of(plan: Plan, kind: str = "", item: str = "") -> pl.DataFrame:
    """Order messages of a plan, of one kind and of items whose number holds a text; no money for who sees no cost."""
    frame = order_messages(plan)
    if kind:
        frame = frame.filter(pl.col("message") == kind)
    if item:
        frame = frame.filter(pl.col("item").str.to_lowercase().str.contains(item.lower(), literal=True))
    return frame if sees_money("cost") else frame.with_columns(pl.lit(None, pl.Float64).alias("money"))


def orders_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the order messages as a part of the page."""
    plan = moment_of(scenario).plan
    kind, item = request.GET.get("message", ""), request.GET.get("item", "").strip()
    frame = messages_of(plan, item=item)
    totals = message_totals(frame)
    chosen = frame.filter(pl.col("message") == kind) if kind else frame
    shown = chosen.head(MOST if request.GET.get("all") else SHOWN)
    context: dict[str, object] = {
        "scenario": scenario,
        "kind": kind,
        "item": item,
        "totals": totals.to_dicts(),
        "rows": shown.to_dicts(),
        "found": chosen.height,
        "more": chosen.height - shown.height,
        "unfolds": shown.height < min(chosen.height, MOST),
        "sees_costs": sees_money("cost"),
        "names": member_names(plan.inputs.extract),
        "currency": base_currency(plan.inputs.extract),
        "can_export": person(request).may(Ability.EXPORT),
    }
    return render(request, "supply_review/_orders.html", context)


@requires(Ability.EXPORT)
def orders_export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Send the order messages as a workbook."""
    frame = messages_of(moment_of(scenario).plan)
    audit_record(actor=person(request).username, action="supply_review.orders", subject=scenario)
    tables = {"Totals": message_totals(frame), "Orders": frame} | stands_on(scenario)
    answer = HttpResponse(workbook(tables), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="orders.xlsx"'
    return answer
