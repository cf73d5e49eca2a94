"""Names beside codes in templates."""

from django import template

from steelyard.web.masterdata.names import NAMELESS, MemberNames

register = template.Library()


@register.filter
def called(member: object, names: object) -> str:
    """What an item is called, beside its code; empty where the code is all there is."""
    known = names if isinstance(names, MemberNames) else NAMELESS
    return known.of("item", str(member))
