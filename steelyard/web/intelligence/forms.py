"""Intelligence forms."""

from typing import Any

from django import forms

from steelyard.plan.intelligence.entry import KINDS


class EntryForm(forms.Form):
    """What was heard: by whom, of what, when, how much, how sure."""

    kind = forms.ChoiceField(label="Kind of source", choices=[(kind, kind.capitalize()) for kind in KINDS])
    source = forms.CharField(label="Source", max_length=120)
    statement = forms.CharField(label="What was said", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    level = forms.ChoiceField(label="Of")
    member = forms.CharField(label="Member", max_length=120, required=False)
    first = forms.ChoiceField(label="From")
    last = forms.ChoiceField(label="To")
    low = forms.FloatField(label="Low, %", min_value=-100, max_value=1000)
    likely = forms.FloatField(label="Likely, %", min_value=-100, max_value=1000)
    high = forms.FloatField(label="High, %", min_value=-100, max_value=1000)
    confidence = forms.FloatField(label="Confidence, %", min_value=0, max_value=100, initial=70)
    evidence = forms.CharField(label="Evidence", max_length=500, required=False)
    owner = forms.CharField(label="Owner", max_length=60, required=False)
    valid_until = forms.DateField(
        label="Valid until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, levels: list[tuple[str, str]], periods: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        for name in ("first", "last"):
            self.fields[name].choices = [(period, period) for period in periods]  # type: ignore[attr-defined]
        for name in ("low", "likely", "high", "confidence"):
            self.fields[name].widget.attrs["step"] = "any"
        self.fields["source"].widget.attrs["list"] = "known-sources"

    def entered(self) -> dict[str, Any]:
        """The entry as the service takes it."""
        given = dict(self.cleaned_data)
        level, member = given.pop("level"), given.pop("member").strip()
        members = tuple(part.strip() for part in member.split("|") if part.strip())
        periods = (given.pop("first"), given.pop("last"))
        return given | {
            "scope": {level: members} if level and members else {},
            "periods": periods,
            "confidence": given["confidence"] / 100,
        }
