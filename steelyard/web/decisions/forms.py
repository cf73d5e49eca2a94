"""Decision forms."""

from typing import Any

from django import forms

from steelyard.cycle.decision.kind import DECLARED
from steelyard.web.decisions.labels import FORUMS
from steelyard.web.scenarios.asked import parse_scope

DAY = {"type": "date"}


def _day(label: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))


class DecisionForm(forms.Form):
    """A question to be put before a forum."""

    question = forms.CharField(label="Question", max_length=300)
    kind = forms.ChoiceField(label="Kind", choices=[(kind.key, kind.label) for kind in DECLARED])
    forum = forms.ChoiceField(label="Asked of", choices=list(FORUMS.items()))
    cycle = forms.CharField(label="Cycle", max_length=20)
    due = _day("Needed by")
    owner = forms.ChoiceField(label="Owner", required=False)
    scope = forms.CharField(
        label="About a part of the company only", required=False, max_length=500,
        help_text="Such as product_family:Scales; who sees only other parts is not asked and does not read it.",
    )  # fmt: skip
    background = forms.CharField(
        label="Background", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people  # type: ignore[attr-defined]

    @property
    def words(self) -> dict[str, Any]:
        """What was entered, with the scope as members by level."""
        return {**self.cleaned_data, "scope": parse_scope(self.cleaned_data["scope"])}


class DecisionEditForm(DecisionForm):
    """The words of a draft; its kind stays."""

    kind = None  # type: ignore[assignment]
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class OptionForm(forms.Form):
    """A scenario as an option."""

    scenario = forms.ChoiceField(label="Scenario")
    label = forms.CharField(label="Called", max_length=120, required=False)
    note = forms.CharField(label="What it is and rests on", max_length=2000, required=False,
                           widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    capex = forms.FloatField(label="Capex", required=False, min_value=0)
    yearly_gain = forms.FloatField(label="Gain a year", required=False)
    years = forms.IntegerField(label="For years", required=False, min_value=1, max_value=40)
    residual = forms.FloatField(label="Worth at the end", required=False)
    rate = forms.FloatField(label="Discount rate, %", required=False, min_value=-50, max_value=200)
    rests_on = forms.MultipleChoiceField(label="Assumptions it rests on", required=False)

    def __init__(self, *args: Any, scenarios: list[str], assumptions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].choices = [(name, name) for name in scenarios]  # type: ignore[attr-defined]
        self.fields["rests_on"].choices = assumptions  # type: ignore[attr-defined]

    @property
    def case(self) -> dict[str, float]:
        """The business case entered; what is empty is left out."""
        given = {name: self.cleaned_data[name] for name in ("capex", "yearly_gain", "years", "residual")}
        found = {name: value for name, value in given.items() if value is not None}
        rate = self.cleaned_data["rate"]
        return found if rate is None else {**found, "rate": rate / 100}


class SignForm(forms.Form):
    """A signature."""

    verdict = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject")])
    option = forms.IntegerField(required=False, min_value=1)
    paper = forms.CharField(max_length=64)
    statement = forms.CharField(required=False, max_length=2000)
    conditions = forms.CharField(required=False, max_length=3000)
    password = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput)

    @property
    def wanted(self) -> list[str]:
        """Conditions, one a line."""
        return [text.strip() for text in self.cleaned_data["conditions"].splitlines() if text.strip()]


class MoveForm(forms.Form):
    """An act short of deciding: version seen, and what the act asks for."""

    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(required=False, max_length=2000)
    until = _day("Until")
    to = forms.CharField(required=False, max_length=150)


class ActionMoveForm(forms.Form):
    """Another day or owner of an action."""

    due = _day("By")
    owner = forms.CharField(required=False, max_length=150)


class MeetingForm(forms.Form):
    """A meeting to be planned."""

    forum = forms.ChoiceField(label="Forum", choices=list(FORUMS.items()))
    cycle = forms.CharField(label="Cycle", max_length=20)
    starts_at = forms.DateTimeField(
        label="Begins", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=600, initial=60)
    chair = forms.ChoiceField(label="Chair")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].choices = people  # type: ignore[attr-defined]


class ActionForm(forms.Form):
    """An action to be entered."""

    text = forms.CharField(label="What", max_length=300)
    owner = forms.ChoiceField(label="Who")
    due = _day("By", required=True)
    value = forms.FloatField(label="Money that stands on it", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people  # type: ignore[attr-defined]
