"""Template filters: people as they are called, roles as people read them."""

from django import template

from steelyard.web.accounts.roles import role_label
from steelyard.web.accounts.sight import called

register = template.Library()


@register.filter
def person(name: object) -> str:
    """What people call somebody, by the name they sign in with."""
    return called(str(name or ""))


@register.filter
def role(key: object) -> str:
    """A role as people read it."""
    return role_label(str(key or ""))
