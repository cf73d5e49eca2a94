"""Template filters: shares of one as percent."""

from django import template

from steelyard.web.ui import figures

register = template.Library()


@register.filter
def share(value: float | None, decimals: int = 0) -> str:
    """A share of one in percent, without its sign of percent."""
    return figures.number(None if value is None else 100.0 * float(value), int(decimals))


@register.filter
def signed_share(value: float | None, decimals: int = 0) -> str:
    """The same with plus or minus."""
    return figures.signed(None if value is None else 100.0 * float(value), int(decimals))
