"""Scenario forms."""

from typing import Any

from django import forms


class NewScenarioForm(forms.Form):
    """A scenario on an extract."""

    name = forms.CharField(label="Name", max_length=60, initial="base")
    extract = forms.ChoiceField(label="Extract")
    horizon = forms.IntegerField(label="Horizon in periods", min_value=1, max_value=120, initial=24)
    note = forms.CharField(label="What it is for", max_length=300, required=False)

    def __init__(self, *args: Any, extracts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extract"].choices = extracts  # type: ignore[attr-defined]


class BranchForm(forms.Form):
    """A branch."""

    name = forms.CharField(label="Name", max_length=60)
    note = forms.CharField(label="What it is for", max_length=300, required=False)


class PublishForm(forms.Form):
    """A publication: what it is for, and the revision that was looked at."""

    note = forms.CharField(label="Note", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput)
    waive = forms.CharField(
        label="Why it is published without that decision", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    sure = forms.BooleanField(label="I have looked at the numbers above; publish them as the plan")
