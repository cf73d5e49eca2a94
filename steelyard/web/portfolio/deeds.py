"""Portfolio deeds: what the forms of the pages do."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.plan.life_operation import (
    Launch,
    LifeOperation,
    NewItem,
    PhaseOut,
    RowOperation,
    SetGate,
    SlipLaunch,
    Supersede,
    life_words,
)
from steelyard.web.accounts.permissions import person
from steelyard.web.portfolio import forms, selectors, services
from steelyard.web.scenarios.plans import plan_of


@require_POST
def enter_launch(request: HttpRequest, scenario: str) -> HttpResponse:
    """Enter a launch."""
    return _enter(request, scenario, forms.LaunchForm, _launch, "launch")


@require_POST
def enter_slip(request: HttpRequest, scenario: str) -> HttpResponse:
    """Move a launch."""
    return _enter(request, scenario, forms.SlipForm, lambda d: SlipLaunch(d["item"], d["date"].isoformat()), "launch")


@require_POST
def enter_gate(request: HttpRequest, scenario: str) -> HttpResponse:
    """Say what the launch gate decided."""
    return _enter(
        request, scenario, forms.GateForm, lambda d: SetGate(d["item"], d["status"], _day(d["date"])), "launch"
    )


@require_POST
def enter_end(request: HttpRequest, scenario: str) -> HttpResponse:
    """Phase an item out."""
    return _enter(
        request, scenario, forms.EndForm,
        lambda d: PhaseOut(d["item"], d["date"].isoformat(), d["run_down"], d["curve"]), "phase_out",
    )  # fmt: skip


@require_POST
def enter_successor(request: HttpRequest, scenario: str) -> HttpResponse:
    """Let an item take over from another."""
    return _enter(
        request, scenario, forms.SuccessorForm,
        lambda d: Supersede(d["old"], d["new"], d["date"].isoformat(), d["factor"], d["window"]), "phase_out",
    )  # fmt: skip


@require_POST
def enter_item(request: HttpRequest, scenario: str) -> HttpResponse:
    """Bring a new item into the scenario."""
    return _enter(
        request, scenario, forms.NewItemForm,
        lambda d: NewItem(d["item"].strip(), d["pattern"], d["description"], d["price"], d["cost"]), "launch",
    )  # fmt: skip


@require_POST
def undo(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take back the person's latest change."""
    try:
        services.life_undo(scenario, user=person(request))
        messages.success(request, "Your latest change is taken back.")
    except SteelyardError as fault:
        messages.error(request, str(fault))
    return _back(request, scenario)


def _launch(entered: dict[str, Any]) -> Launch:
    like = forms.read_pairs(entered["like"], "like-items")
    ahead = entered["offset"]
    return Launch(
        entered["item"],
        entered["date"].isoformat(),
        like=like,
        offset=dict.fromkeys(like, float(ahead)) if ahead else {},
        curve=entered["curve"],
        ramp=entered["ramp"],
        shares=forms.read_numbers(entered["shares"], "own curve"),
        volume=entered["volume"],
        price=entered["price"],
        takes_from=forms.read_pairs(entered["takes_from"], "takes from"),
    )


def _enter(request: HttpRequest, scenario: str, form_class: Any, made: Any, reason: str) -> HttpResponse:
    form: Form = form_class(request.POST, items=selectors.item_choices(plan_of(scenario)))
    if not form.is_valid():
        said = "; ".join(_fault(form, name) for name in form.errors)
        messages.error(request, f"Not entered. {said}")
        return _back(request, scenario)
    try:
        operation: LifeOperation | RowOperation = made(form.cleaned_data)
        services.life_enter(
            scenario, operation, user=person(request), reason=reason, note=form.cleaned_data.get("note", "")
        )
        words = life_words(operation)
        messages.success(request, f"Entered: {words}.")
    except SteelyardError as fault:
        messages.error(request, f"Not entered, the plan stands as it was. {fault}")
    return _back(request, scenario)


def _fault(form: Form, name: str) -> str:
    said = " ".join(str(error) for error in form.errors[name])
    return f"{form.fields[name].label}: {said}"


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _back(request: HttpRequest, scenario: str) -> HttpResponse:
    """To the page the form came from, if it is one of ours."""
    asked = request.POST.get("next", "")
    home = reverse("portfolio:start")
    inside = asked.startswith(home) and "//" not in asked[1:]
    return redirect(asked if inside else reverse("portfolio:launches", kwargs={"scenario": scenario}))
