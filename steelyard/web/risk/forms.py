"""Risk forms."""

from typing import Any

from django import forms

from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.signpost import Signpost

USUAL_CORRELATION = 0.5


class EffectForm(forms.Form):
    """What is uncertain: the statement, what it moves, how far, and who looks after it."""

    statement = forms.CharField(label="Statement", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.ChoiceField(label="Moves")
    level = forms.ChoiceField(label="Of", required=False)
    member = forms.CharField(label="Member", max_length=120, required=False)
    first = forms.ChoiceField(label="From", required=False)
    last = forms.ChoiceField(label="To", required=False)
    low = forms.FloatField(label="Low, %", min_value=-100, max_value=1000)
    likely = forms.FloatField(label="Likely, %", min_value=-100, max_value=1000)
    high = forms.FloatField(label="High, %", min_value=-100, max_value=1000)
    owner = forms.CharField(label="Owner", max_length=60, required=False)

    def __init__(
        self,
        *args: Any,
        measures: list[tuple[str, str]],
        levels: list[tuple[str, str]],
        periods: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        days = [("", "–"), *((period, period) for period in periods)]
        choices = {"measure": measures, "level": levels, "first": days, "last": days}
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for name in ("low", "likely", "high"):
            self.fields[name].widget.attrs["step"] = "any"

    @property
    def effect(self) -> Effect:
        """The effect entered.

        Raises:
            ChangeInvalid: The range or the periods make no sense.
        """
        given = self.cleaned_data
        members = tuple(part.strip() for part in given["member"].split("|") if part.strip())
        first, last = given["first"] or given["last"], given["last"] or given["first"]
        return Effect(
            given["measure"], {given["level"]: members} if given["level"] and members else {},
            (first, last) if first else None, given["low"], given["likely"], given["high"],
        )  # fmt: skip


class AssumptionForm(EffectForm):
    """An assumption."""

    value = forms.FloatField(label="Likely value, such as 9500", required=False)
    unit = forms.CharField(label="Its unit, such as USD/t", max_length=40, required=False)
    linked = forms.MultipleChoiceField(label="Further measures that rest on it", required=False)
    source = forms.CharField(label="Source", max_length=200, required=False)
    valid_until = forms.DateField(
        label="Valid until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, measures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, measures=measures, **kwargs)
        self.fields["linked"].choices = measures  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs["step"] = "any"


class RiskForm(EffectForm):
    """A risk or an opportunity."""

    kind = forms.ChoiceField(label="Kind", choices=[("risk", "Risk"), ("opportunity", "Opportunity")])
    probability = forms.FloatField(label="Probability, %", min_value=0, max_value=100)
    group = forms.CharField(label="Happens together with group", max_length=60, required=False)
    correlation = forms.FloatField(
        label="Correlation within the group, 0 to 1",
        min_value=0,
        max_value=1,
        initial=USUAL_CORRELATION,
        required=False,
    )
    response = forms.CharField(label="Response", max_length=300, required=False)
    trigger = forms.CharField(label="Trigger", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["correlation"].widget.attrs["step"] = "any"

    def clean_correlation(self) -> float:
        """The correlation, the usual one where nothing is entered."""
        given = self.cleaned_data["correlation"]
        return USUAL_CORRELATION if given is None else float(given)


class SignpostForm(forms.Form):
    """A signpost: what is watched, the threshold, and the scenario to open when it is crossed."""

    statement = forms.CharField(label="Statement", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.ChoiceField(label="Watches")
    level = forms.ChoiceField(label="Of", required=False)
    member = forms.CharField(label="Member", max_length=120, required=False)
    first = forms.ChoiceField(label="From", required=False)
    last = forms.ChoiceField(label="To", required=False)
    side = forms.ChoiceField(label="Speaks when it is", choices=[("above", "above"), ("below", "below")])
    threshold = forms.FloatField(label="Threshold in a period; 0.95 for 95 %")
    scenario = forms.CharField(label="Scenario to open then", max_length=60)
    owner = forms.CharField(label="Owner", max_length=60, required=False)

    def __init__(
        self,
        *args: Any,
        measures: list[tuple[str, str]],
        levels: list[tuple[str, str]],
        periods: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        days = [("", "–"), *((period, period) for period in periods)]
        for name, offered in {"measure": measures, "level": levels, "first": days, "last": days}.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.fields["threshold"].widget.attrs["step"] = "any"

    def signpost(self, person: str) -> Signpost:
        """The signpost entered, owned by the person where no owner is named.

        Raises:
            ChangeInvalid: It says nothing that can be watched.
        """
        given = self.cleaned_data
        members = tuple(part.strip() for part in given["member"].split("|") if part.strip())
        first, last = given["first"] or given["last"], given["last"] or given["first"]
        return Signpost(
            given["statement"].strip(), given["owner"] or person, given["measure"], given["side"], given["threshold"],
            given["scenario"].strip(), {given["level"]: members} if given["level"] and members else {},
            (first, last) if first else None,
        )  # fmt: skip
