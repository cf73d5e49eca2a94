"""Governance pages: duties as a matrix, forums and absences, owners and standards and protocols."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.errors import EntryMoved, GovernanceInvalid
from steelyard.governance.charter import PARTS, Part, body_of
from steelyard.governance.matter import KINDS
from steelyard.governance.raci import RaciRow
from steelyard.governance.raci_check import RaciFinding
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import Ability
from steelyard.web.governance import forms, selectors, services

KIND_LABELS = {"step": "Steps of the month", "measure": "Measures", "decision": "Kinds of decision"}
LETTERS = ("", "R", "A", "AR", "C", "I")


def duties(request: HttpRequest) -> HttpResponse:
    """The matrix of duties with what is wrong with it."""
    return render(request, "governance/duties.html", _matrix(request))


@require_POST
def duty(request: HttpRequest) -> HttpResponse:
    """Write one cell of the matrix, and show the matrix again."""
    given, fault = request.POST, ""
    try:
        services.duty_set(
            given.get("matter", ""), given.get("role", ""), given.get("letters", ""), user=person(request),
            expected=_revision(given.get("revision")),
        )  # fmt: skip
    except (GovernanceInvalid, EntryMoved) as error:
        fault = str(error)
    return render(request, "governance/_matrix.html", _matrix(request) | {"fault": fault})


def forums(request: HttpRequest) -> HttpResponse:
    """The forums with those who sit in them, and who is away."""
    user = person(request)
    context = {
        "forums": selectors.forum_views(),
        "absences": [one for one in selectors.absence_lines() if not one.over],
        "people": selectors.persons(),
        "role_labels": {role.key: role.label for role in selectors.charter().roles},
        "roles": _roles(),
        "form": forms.AbsenceForm(people=selectors.persons(), me=user.username),
        "me": user.username,
        "can_govern": user.may(Ability.GOVERN),
        "tab": "forums",
    }
    return render(request, "governance/forums.html", context)


def rules(request: HttpRequest) -> HttpResponse:
    """Owners, data standards and decision protocols."""
    agreed = selectors.charter()
    labels = {role.key: role.label for role in agreed.roles}
    context = {
        "owned": [(one, labels.get(one.role, one.role)) for one in agreed.ownership],
        "standards": [(one, labels.get(one.role, one.role)) for one in agreed.standards],
        "protocols": [
            (one, labels.get(one.proposes, one.proposes), _forum_name(one.forum)) for one in agreed.protocols
        ],
        "can_govern": person(request).may(Ability.GOVERN),
        "tab": "rules",
    }
    return render(request, "governance/rules.html", context)


def entry(request: HttpRequest, part: str, name: str = "") -> HttpResponse:
    """Write an entry of the charter: a new one, or one anew."""
    chosen = _part(part)
    before = next((e for kind, key, e in selectors.charter().entries() if kind == chosen and key == name), None)
    initial = body_of(before) if before else {}
    form = forms.entry_form(chosen, request.POST or None, initial, roles=_role_choices())
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            kept = {"duties": initial["duties"]} if isinstance(before, RaciRow) else {}
            expected = _revision(request.POST.get("revision")) if before else None
            services.entry_put(chosen, form.body() | kept, user=person(request), expected=expected)
            messages.success(request, "Kept; the trail says what was different.")
            return redirect(forms.PAGES[chosen])
        except (GovernanceInvalid, EntryMoved) as error:
            fault = str(error)
    context = {
        "form": form, "part": chosen, "name": name, "fault": fault, "page": forms.PAGES[chosen], "before": before,
        "revision": selectors.revisions(chosen).get(name, ""),
    }  # fmt: skip
    return render(request, "governance/entry.html", context)


@require_POST
def remove(request: HttpRequest, part: str) -> HttpResponse:
    """Take an entry out of the charter."""
    chosen = _part(part)
    services.entry_remove(chosen, request.POST.get("name", ""), user=person(request))
    messages.success(request, "Taken out of the charter.")
    return redirect(forms.PAGES[chosen])


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Take the standard charter as the company's own."""
    made = services.charter_adopt(user=person(request))
    messages.success(request, f"{made} entries are the company's own now." if made else "The company has its charter.")
    return redirect("governance:duties")


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Name a person for a role, or release them."""
    role, name = request.POST.get("role", ""), request.POST.get("person", "")
    act = services.holder_remove if request.POST.get("release") else services.holder_add
    act(role, name, user=person(request))
    return redirect("governance:forums")


@require_POST
def absent(request: HttpRequest) -> HttpResponse:
    """Tell that somebody is away."""
    form = forms.AbsenceForm(request.POST, people=selectors.persons(), me=person(request).username)
    if form.is_valid():
        given = form.cleaned_data
        first, last = given["first"], given["last"]
        assert isinstance(first, date)
        services.absence_add(
            given["person"],
            first=first,
            last=last,
            delegate=given["delegate"],
            note=given["note"],
            user=person(request),
        )
        messages.success(request, "The absence is kept; the delegate acts meanwhile.")
    else:
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
    return redirect("governance:forums")


@require_POST
def back(request: HttpRequest, number: int) -> HttpResponse:
    """Take an absence back."""
    services.absence_remove(number, user=person(request))
    return redirect("governance:forums")


def _matrix(request: HttpRequest) -> dict[str, object]:
    matrix, findings = selectors.matrix(), selectors.raci_findings()
    kept, names = selectors.revisions("row"), selectors.called()
    groups = [
        (KIND_LABELS[kind], [_row(row, matrix.roles, kept, findings) for row in matrix.rows if row.matter.kind == kind])
        for kind in KINDS
    ]
    return {
        "groups": groups,
        "roles": [
            (role, [names.get(name, name) for name in matrix.held_by.get(role.key, ())]) for role in matrix.roles
        ],
        "findings": findings,
        "letters": LETTERS,
        "can_govern": person(request).may(Ability.GOVERN),
        "adopted": selectors.adopted(),
        "tab": "duties",
    }


def _row(
    row: RaciRow, roles: tuple[object, ...], kept: dict[str, int], findings: list[RaciFinding]
) -> dict[str, object]:
    name = str(row.matter)
    where = "; ".join(f"{level.replace('_', ' ')} {', '.join(members)}" for level, members in row.matter.scope.items())
    return {
        "name": name,
        "label": row.label,
        "where": where,
        "revision": kept.get(name, ""),
        "cells": [(role, row.duties.get(getattr(role, "key", ""), "")) for role in roles],
        "findings": [one for one in findings if one.row == name and one.severity != "note"],
    }


def _roles() -> list[dict[str, object]]:
    agreed, named, names = selectors.charter().roles, selectors.named_holders(), selectors.called()
    holding, kept = selectors.held_by(agreed), selectors.revisions("role")
    return [
        {
            "role": role,
            "people": [
                (name, names.get(name, name), name in named.get(role.key, ())) for name in holding.get(role.key, ())
            ],
            "revision": kept.get(role.key, 0),
        }
        for role in agreed
    ]


def _role_choices() -> list[tuple[str, str]]:
    return [(role.key, role.label) for role in selectors.charter().roles]


def _forum_name(key: str) -> str:
    return next((forum.name for forum in selectors.forums() if forum.key == key), key)


def _part(part: str) -> Part:
    for known in PARTS:
        if part == known:
            return known
    raise GovernanceInvalid(f"A charter has no {part!r}", mend=f"use one of {', '.join(PARTS)}")


def _revision(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
