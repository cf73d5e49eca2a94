"""Finance review forms."""

from typing import Any

from django import forms

from steelyard.plan.money.budget_load import VERSIONS
from steelyard.plan.uncertainty.effect import Effect

MEASURES = ("consensus_demand", "price", "unit_cost", "customer_payment_days", "supplier_payment_days")
"""What an action usually moves."""
GAPS = (("budget", "Budget"), ("latest_estimate", "Latest estimate"), ("finance_forecast", "Finance forecast"))
"""Versions to which an action closes a gap."""


class ActionForm(forms.Form):
    """An action that closes a gap."""

    statement = forms.CharField(label="What is done", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    against = forms.ChoiceField(label="Closes the gap to", choices=GAPS)
    owner = forms.CharField(label="Owner", max_length=60, required=False)
    due = forms.DateField(label="Due", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    value = forms.FloatField(label="Value over the horizon, money")
    measure = forms.ChoiceField(label="Moves")
    percent = forms.FloatField(label="By, %", min_value=-100, max_value=1000)
    level = forms.ChoiceField(label="Of", required=False)
    member = forms.CharField(label="Member", max_length=200, required=False)
    first = forms.ChoiceField(label="From", required=False)
    last = forms.ChoiceField(label="To", required=False)

    def __init__(
        self, *args: Any, measures: list[tuple[str, str]], levels: list[tuple[str, str]], periods: list[str],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        days = [("", "–"), *((period, period) for period in periods)]
        for name, offered in {"measure": measures, "level": levels, "first": days, "last": days}.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for name in ("value", "percent"):
            self.fields[name].widget.attrs["step"] = "any"

    @property
    def effect(self) -> Effect:
        """What the action moves.

        Raises:
            ChangeInvalid: The percentage or the periods make no sense.
        """
        given = self.cleaned_data
        members = tuple(part.strip() for part in given["member"].split("|") if part.strip())
        first, last = given["first"] or given["last"], given["last"] or given["first"]
        scope = {given["level"]: members} if given["level"] and members else {}
        span = (first, last) if first else None
        return Effect(given["measure"], scope, span, given["percent"], given["percent"], given["percent"])


class BudgetForm(forms.Form):
    """A budget as a file."""

    file = forms.FileField()
    version = forms.ChoiceField(choices=[(one, one.replace("_", " ")) for one in VERSIONS], initial="budget")
    name = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=300, required=False)
