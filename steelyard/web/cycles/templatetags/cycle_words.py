"""Template filters: gates as people type them, sentences within others."""

from django import template

from steelyard.cycle.step import GateUse
from steelyard.web.cycles import template_form

register = template.Library()


@register.filter
def lower_first(text: str) -> str:
    """A sentence within another one."""
    return text[:1].lower() + text[1:]


@register.filter
def gate_text(gate: GateUse) -> str:
    """A gate with its arguments and who may waive it."""
    return template_form.gate_text(gate)
