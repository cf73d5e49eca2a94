"""Governance forms: one for each part of the charter, and for absences."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from steelyard.governance.charter import Part
from steelyard.governance.matter import KINDS, matter_of
from steelyard.governance.ownership import THINGS
from steelyard.governance.role import Person

PAGES: Mapping[Part, str] = {
    "role": "governance:forums",
    "forum": "governance:forums",
    "row": "governance:duties",
    "ownership": "governance:rules",
    "standard": "governance:rules",
    "protocol": "governance:rules",
}
"""The page on which a part stands."""
Choices = list[tuple[str, str]]


class EntryForm(forms.Form):
    """An entry of the charter; lists are one word a line."""

    lists: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The plain values that the charter reads."""
        given = dict(self.cleaned_data)
        for name in self.lists:
            if isinstance(given[name], str):
                given[name] = [line.strip() for line in given[name].splitlines() if line.strip()]
        return given


class RoleForm(EntryForm):
    """A role."""

    key = forms.SlugField(label="Name in snake_case", max_length=60)
    label = forms.CharField(label="Called", max_length=80)
    purpose = forms.CharField(label="What it is there for", max_length=300, required=False)
    follows = forms.CharField(label="Sign-in role whose people hold it", max_length=60, required=False)


class ForumForm(EntryForm):
    """A forum."""

    lists = ("voters", "guests", "decides")
    key = forms.SlugField(label="Name in snake_case", max_length=60)
    name = forms.CharField(label="Called", max_length=80)
    purpose = forms.CharField(label="What it is there for", max_length=300, required=False)
    chair = forms.ChoiceField(label="Chair")
    voters = forms.MultipleChoiceField(label="Have a vote", widget=forms.CheckboxSelectMultiple)
    guests = forms.MultipleChoiceField(label="Are heard", widget=forms.CheckboxSelectMultiple, required=False)
    every = forms.ChoiceField(label="Every", choices=[(one, one) for one in ("month", "week", "quarter")])
    working_day = forms.IntegerField(label="On working day", min_value=1, max_value=66, initial=1)
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=600, initial=60)
    quorum = forms.IntegerField(label="Quorum", min_value=1, max_value=50, initial=1)
    decides = forms.CharField(
        label="Decides, one kind a line", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )  # fmt: skip


class RowForm(EntryForm):
    """A row of duties; its letters are written in the matrix."""

    kind = forms.ChoiceField(label="Of a", choices=[(kind, kind) for kind in KINDS])
    key = forms.CharField(label="Name of the step, measure or kind of decision", max_length=60)
    slice = forms.CharField(
        label="Slice",
        max_length=120,
        required=False,
        help_text="Such as product_family=Kitchen scales|Bells; empty is all",
    )
    label = forms.CharField(label="Called", max_length=120)

    def body(self) -> dict[str, Any]:
        """The plain values that the charter reads."""
        given = self.cleaned_data
        where = f"@{given['slice'].strip()}" if given["slice"].strip() else ""
        return {"matter": f"{given['kind']}:{given['key'].strip()}{where}", "label": given["label"]}


class OwnershipForm(EntryForm):
    """Whose something is."""

    thing = forms.ChoiceField(label="A", choices=[(thing, thing) for thing in THINGS])
    key = forms.CharField(label="Name", max_length=60)
    role = forms.ChoiceField(label="Belongs to")
    person = forms.CharField(label="One person of the role", max_length=150, required=False)


class StandardForm(EntryForm):
    """A data standard."""

    table = forms.CharField(label="Table", max_length=60)
    text = forms.CharField(label="The standard", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    role = forms.ChoiceField(label="Seen to by")
    least_score = forms.FloatField(label="Least score", min_value=0, max_value=100, initial=95)
    oldest_days = forms.IntegerField(label="Days the data may be old", min_value=0, max_value=366, initial=5)


class ProtocolForm(EntryForm):
    """A decision protocol."""

    lists = ("evidence",)
    kind = forms.SlugField(label="Kind of decision", max_length=60)
    title = forms.CharField(label="Called", max_length=120)
    proposes = forms.ChoiceField(label="Prepared by")
    forum = forms.CharField(label="Taken by the forum", max_length=60)
    least_options = forms.IntegerField(label="Options to compare, at least", min_value=1, max_value=9, initial=2)
    notice_days = forms.IntegerField(label="Working days of notice", min_value=0, max_value=60, initial=2)
    evidence = forms.CharField(
        label="The paper shows, one sentence a line", widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    record = forms.CharField(label="What is kept", max_length=300, required=False)


class AbsenceForm(forms.Form):
    """Who is away, and who stands in."""

    person = forms.ChoiceField(label="Who")
    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    delegate = forms.ChoiceField(label="Stands in", required=False)
    note = forms.CharField(label="Note", max_length=200, required=False)

    def __init__(self, *args: Any, people: Iterable[Person], me: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.name, one.called) for one in people if one.active]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        self.fields["person"].initial = me
        self.fields["delegate"].choices = [("", "nobody"), *choices]  # type: ignore[attr-defined]


_FORMS: Mapping[Part, type[EntryForm]] = {
    "role": RoleForm,
    "forum": ForumForm,
    "row": RowForm,
    "ownership": OwnershipForm,
    "standard": StandardForm,
    "protocol": ProtocolForm,
}
_ROLE_FIELDS = ("chair", "voters", "guests", "role", "proposes")


def entry_form(
    part: Part, given: Mapping[str, Any] | None, initial: Mapping[str, object], *, roles: Choices
) -> EntryForm:
    """The form of a part, filled with an entry."""
    kind = _FORMS[part]
    spelled = {
        name: "\n".join(map(str, value)) if isinstance(value, list) and name in ("decides", "evidence") else value
        for name, value in initial.items()
    }
    form = kind(given, initial=_row_fields(spelled) if part == "row" else spelled)
    for name in _ROLE_FIELDS:
        if name in form.fields:
            form.fields[name].choices = roles  # type: ignore[attr-defined]
    return form


def _row_fields(initial: Mapping[str, object]) -> dict[str, object]:
    if "matter" not in initial:
        return {}
    matter = matter_of(str(initial["matter"]))
    return {"kind": matter.kind, "key": matter.key, "slice": str(matter).partition("@")[2], "label": initial["label"]}
