"""Portfolio forms: what a person enters about launches and ends."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from steelyard.errors import ChangeInvalid
from steelyard.portfolio.life_cycle import GATE_STATUSES
from steelyard.portfolio.phase_in import CURVES

_CURVE_WORDS = {"linear": "Linear", "exponential": "Exponential", "s_curve": "S-curve", "own": "Own"}
_CHOSEN = SafeString(" selected")
_DAY = forms.DateInput(attrs={"type": "date"})


MOST_LISTED = 300
"""Items listed in a choice; of more, those that hold what is typed are offered."""


class ItemSelect(forms.Select):
    """A choice among items: a list, or where there are thousands a field that offers what fits as one types."""

    find = ""
    """Address that answers the items which hold a text."""
    many = False
    """Whether there are too many for a list."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Write the element."""
        held = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        if self.find and self.many:
            return self._typed(held, str(value or ""))
        choices = list(self.choices)
        rows = ((key, _CHOSEN if key == str(value or "") else "", label) for key, label in choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html("<select{}>{}</select>", flatatt(held), options)

    def _typed(self, held: dict[str, Any], value: str) -> SafeString:
        offered = f"{held.get('id', held['name'])}-offered"
        field = held | {
            "value": value, "list": offered, "autocomplete": "off", "placeholder": "Part of a code or name",
            "hx-get": self.find, "hx-trigger": "input changed delay:250ms", "hx-target": f"#{offered}",
        }  # fmt: skip
        return format_html('<input type="text"{}><datalist id="{}"></datalist>', flatatt(field), offered)


class _ItemForm(forms.Form):
    """A form about an item."""

    item = forms.ChoiceField(label="Item", widget=ItemSelect)
    note = forms.CharField(label="Why", max_length=300, required=False)

    def __init__(self, *args: Any, items: list[tuple[str, str]], find: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, items, find)


class LaunchForm(_ItemForm):
    """A launch."""

    date = forms.DateField(label="First day of sale", widget=_DAY)
    like = forms.CharField(
        label="Like-items", required=False, max_length=500, help_text="Item=weight, by comma: KS-1001=0.8, KS-1004=0.2"
    )
    offset = forms.IntegerField(
        label="Periods the like-items ran ahead", required=False, min_value=0, max_value=120,
        help_text="12 reads their numbers of a year before; empty reads the same period",
    )  # fmt: skip
    curve = forms.ChoiceField(label="Phase-in curve", choices=[(c, _CURVE_WORDS[c]) for c in CURVES], initial="s_curve")
    ramp = forms.IntegerField(label="Periods until full volume", min_value=1, max_value=260, initial=6)
    shares = forms.CharField(
        label="Own curve", required=False, max_length=300, help_text="Gain of each period, together 1: 0.2, 0.3, 0.5"
    )
    volume = forms.FloatField(
        label="Units a period at full volume", required=False, min_value=0, help_text="Empty: as the like-items say"
    )
    price = forms.FloatField(label="Net price", required=False, min_value=0, help_text="Empty: as the price list says")
    takes_from = forms.CharField(
        label="Takes from", required=False, max_length=500, help_text="Item=share of a unit lost per unit: KS-1001=0.2"
    )
    field_order = ("item", "date", "like", "offset", "curve", "ramp", "shares", "volume", "price", "takes_from", "note")


class SlipForm(_ItemForm):
    """A launch on another day."""

    date = forms.DateField(label="New first day of sale", widget=_DAY)
    field_order = ("item", "date", "note")


class GateForm(_ItemForm):
    """The launch gate."""

    status = forms.ChoiceField(label="The gate is", choices=[(s, s) for s in GATE_STATUSES])
    date = forms.DateField(label="Day of the decision", required=False, widget=_DAY)
    field_order = ("item", "status", "date", "note")


class EndForm(_ItemForm):
    """An item that ends."""

    date = forms.DateField(label="Last day of sale", widget=_DAY)
    run_down = forms.IntegerField(label="Periods over which it fades", min_value=0, max_value=60, initial=3)
    curve = forms.ChoiceField(
        label="How it fades", choices=[(c, _CURVE_WORDS[c]) for c in CURVES if c != "own"], initial="linear"
    )
    field_order = ("item", "date", "run_down", "curve", "note")


class SuccessorForm(_ItemForm):
    """An item that takes over from another."""

    item = None  # type: ignore[assignment]
    old = forms.ChoiceField(label="Old item", widget=ItemSelect)
    new = forms.ChoiceField(label="Successor", widget=ItemSelect)
    date = forms.DateField(label="From", widget=_DAY)
    factor = forms.FloatField(label="Units of the successor per old unit", min_value=0, initial=1.0)
    window = forms.IntegerField(label="Periods in which both are sold", min_value=0, max_value=60, initial=2)
    field_order = ("old", "new", "date", "factor", "window", "note")


class NewItemForm(_ItemForm):
    """An item that the extract does not know."""

    item = forms.CharField(label="Code of the new item", max_length=60)  # type: ignore[assignment]
    pattern = forms.ChoiceField(label="Copy master data of", widget=ItemSelect)
    description = forms.CharField(label="Name", max_length=120, required=False)
    price = forms.FloatField(label="Net price", required=False, min_value=0)
    cost = forms.FloatField(label="Standard cost", required=False, min_value=0)
    field_order = ("item", "pattern", "description", "price", "cost", "note")

    def __init__(self, *args: Any, items: list[tuple[str, str]], find: str = "", **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        _offer(self, items, find)


def _offer(form: forms.Form, items: list[tuple[str, str]], find: str) -> None:
    """Let the fields of a form choose among items."""
    for field in form.fields.values():
        if isinstance(field.widget, ItemSelect):
            field.choices = lambda: [("", "–"), *items]  # type: ignore[attr-defined]
            field.widget.find, field.widget.many = find, len(items) > MOST_LISTED


def read_pairs(text: str, field: str) -> dict[str, float]:
    """Read `item=number` pairs by comma; a missing number is 1.

    Raises:
        ChangeInvalid: A pair has no item or no number.
    """
    found: dict[str, float] = {}
    for pair in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        item, equals, number = pair.partition("=")
        try:
            found[item.strip()] = float(number) if equals else 1.0
        except ValueError:
            raise ChangeInvalid(f"{pair!r} is no item with a number", where=field, mend="write KS-1001=0.8") from None
    return found


def read_numbers(text: str, field: str) -> tuple[float, ...]:
    """Read numbers by comma.

    Raises:
        ChangeInvalid: One of them is no number.
    """
    try:
        return tuple(float(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError:
        raise ChangeInvalid(f"{text!r} is no list of numbers", where=field, mend="write 0.2, 0.3, 0.5") from None
