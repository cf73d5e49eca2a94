"""Template pages: the list, and the editor of one."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from steelyard.cycle.gates import rules
from steelyard.cycle.page import PAGES
from steelyard.cycle.template import template_from_json, template_json
from steelyard.cycle.work import WORK
from steelyard.errors import CycleInvalid, SteelyardError
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import role_label
from steelyard.web.cycles import cycle_services, selectors
from steelyard.web.cycles.authority import ROLES, is_lead
from steelyard.web.cycles.models import Template
from steelyard.web.cycles.template_form import edited


def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates."""
    found = [(one, selectors.template_read(one)) for one in selectors.templates()]
    context = {"templates": found, "lead": is_lead(person(request)), "rail": "cycle"}
    return render(request, "cycles/templates.html", context)


def template_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a template, and keep what is changed in it."""
    user = person(request)
    found = selectors.template_of(name)
    fault, body = "", found.body
    if request.method == "POST":
        try:
            body = edited(found.body, request.POST)
            kept = cycle_services.template_save(
                request.POST.get("name", "").strip() or name, body, user=user,
                expected=int(request.POST.get("revision") or 0) if request.POST.get("name", name) == name else None,
            )  # fmt: skip
            messages.success(request, f"The template {kept.label} is kept. Cycles that exist keep the steps they have.")
            return redirect("cycles:template", name=kept.name)
        except SteelyardError as error:
            fault = str(error)
    return render(request, "cycles/template.html", _context(found, body, fault, lead=is_lead(user)))


def _context(found: Template, body: dict[str, object], fault: str, *, lead: bool) -> dict[str, object]:
    try:
        read = template_from_json(body)
    except CycleInvalid:
        read = selectors.template_read(found)
    return {
        "template": found, "read": read, "fault": fault, "lead": lead, "rail": "cycle", "rules": rules().values(),
        "roles": [(role, role_label(role)) for role in ROLES], "work": WORK.items(), "pages": PAGES.items(),
        "text": json.dumps(template_json(read), indent=2, ensure_ascii=False),
        "steps": [(step, role_label(step.owner)) for step in read.steps],
    }  # fmt: skip
