"""Template filters: gates as people type them."""

from django import template

from steelyard.cycle.step import GateUse
from steelyard.web.cycles import template_form

register = template.Library()


@register.filter
def gate_text(gate: GateUse) -> str:
    """A gate with its arguments and who may waive it."""
    return template_form.gate_text(gate)
