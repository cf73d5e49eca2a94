"""Template filters: figures and words as people read them."""

from decimal import Decimal

from django import template

from steelyard.web.ui import figures

register = template.Library()


@register.filter
def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """A number with thousands marks and a true minus."""
    return figures.number(None if value is None else float(value), int(decimals))


@register.filter
def plainly(value: object) -> object:
    """A value of a record: a fraction with four decimals at most, anything else as it is."""
    return figures.number(value, 4).rstrip("0").rstrip(".") if isinstance(value, float) else value


@register.filter
def words(name: object) -> str:
    """A name as words: `scenario.switch_off` becomes `scenario switch off`."""
    return str(name).replace("_", " ").replace(".", " ")


@register.filter
def signed(value: float | Decimal | None, decimals: int = 0) -> str:
    """A number with its sign."""
    return figures.signed(None if value is None else float(value), int(decimals))


@register.filter
def scaled(value: float | None, size: float) -> str:
    """A number in thousands, millions or whatever the table is in."""
    return figures.number(None if value is None else value / size)


@register.filter
def scaled_signed(value: float | None, size: float) -> str:
    """The same with its sign."""
    return figures.signed(None if value is None else value / size)


@register.filter
def percent(value: float | Decimal | None, decimals: int = 0) -> str:
    """A share of one in percent, without the mark."""
    return figures.number(None if value is None else 100.0 * float(value), int(decimals))
