"""People pages: who signs in, with which role, and what they see."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.grid.hierarchy import LEVEL_COLUMNS
from steelyard.web.accounts import people_services as services
from steelyard.web.accounts import selectors
from steelyard.web.accounts.people_forms import MoneyForm, NewPersonForm, PasswordForm, PersonForm
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability, Money, Role
from steelyard.web.accounts.services import person_add

LEVELS = [(level, level.replace("_", " ").capitalize()) for levels in LEVEL_COLUMNS.values() for level in levels]
"""Levels a part may be cut by: product, place, customer."""
LINES_OF_A_PART = 3
administrator = requires(Ability.ADMINISTER)


@administrator
def people(request: HttpRequest) -> HttpResponse:
    """List everybody, and say how much of the money each role sees."""
    lines = selectors.people_lines()
    text = request.GET.get("text", "").strip().lower()
    shown = [line for line in lines if text in f"{line.user.username} {line.user.get_full_name()}".lower()]
    context = {"lines": shown, "text": text, "money": selectors.money_by_role(), "choices": list(Money)}
    return render(request, "accounts/people.html", context)


@administrator
def person_new(request: HttpRequest) -> HttpResponse:
    """Add a person."""
    form, fault = NewPersonForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = person_add(**form.entered(), actor=person(request).username)
            return redirect("people:person", made.username)
        except SteelyardError as error:
            fault = str(error)
    return render(request, "accounts/person_new.html", {"form": form, "fault": fault, "trail": _trail()})


@administrator
def person_page(request: HttpRequest, username: str) -> HttpResponse:
    """Show and change one person."""
    user, fault = selectors.find_person(username), ""
    form = PersonForm(request.POST or None, initial={**vars(user), "active": user.is_active})
    if request.method == "POST" and form.is_valid():
        try:
            services.person_change(username, by=person(request), **form.entered())
            messages.success(request, f"{username} is changed.")
            return redirect("people:person", username)
        except SteelyardError as error:
            fault = str(error)
    context = {
        "one": user,
        "form": form,
        "fault": fault,
        "parts": selectors.part_lines(user),
        "levels": LEVELS,
        "lines": range(LINES_OF_A_PART),
        "password_form": PasswordForm(),
        "trail": _trail(),
    }
    return render(request, "accounts/person.html", context)


@administrator
@require_POST
def part_give(request: HttpRequest, username: str) -> HttpResponse:
    """Give a person a part of the company."""
    services.part_give(username, _scope(request.POST), by=person(request))
    return redirect("people:person", username)


@administrator
@require_POST
def part_take(request: HttpRequest, username: str, number: int) -> HttpResponse:
    """Take a part away."""
    services.part_take(username, number, by=person(request))
    return redirect("people:person", username)


@administrator
@require_POST
def password_reset(request: HttpRequest, username: str) -> HttpResponse:
    """Give a person a new password."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        services.password_reset(username, form.cleaned_data["password"], by=person(request))
        messages.success(request, f"{username} has a new password; tell it to them, they may change it.")
    else:
        messages.error(request, _first_fault(form))
    return redirect("people:person", username)


@administrator
@require_POST
def money_set(request: HttpRequest) -> HttpResponse:
    """Say how much of the money a role sees."""
    form = MoneyForm(request.POST)
    if form.is_valid():
        role, money = Role(form.cleaned_data["role"]), Money(form.cleaned_data["money"])
        services.money_set(role, money, by=person(request))
        messages.success(request, f"{role.label} sees: {money.label.lower()}.")
    else:
        messages.error(request, _first_fault(form))
    return redirect("people:people")


def _scope(said: QueryDict) -> dict[str, list[str]]:
    """The slice that a form spells line by line: a level, and members divided by |."""
    scope: dict[str, list[str]] = {}
    for level, members in zip(said.getlist("level"), said.getlist("members"), strict=False):
        named = [part.strip() for part in members.split("|") if part.strip()]
        if level in dict(LEVELS) and named:
            scope.setdefault(level, []).extend(named)
    return scope


def _first_fault(form: forms.Form) -> str:
    return " ".join(str(fault) for faults in form.errors.values() for fault in faults) or "The form is not complete."


def _trail() -> list[dict[str, str]]:
    return [{"label": "People", "url": reverse("people:people")}]
