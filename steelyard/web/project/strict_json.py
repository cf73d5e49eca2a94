"""Strict JSON: what the API answers can be read by every client, so a number that is none is null."""

import json
from math import isfinite
from typing import Any

from django.http import HttpRequest
from ninja.renderers import JSONRenderer


class StrictJson(JSONRenderer):
    """Writes JSON without NaN and Infinity, which no standard knows and browsers refuse (RFC 8259, section 6)."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """An answer as text; cells without a value, such as hidden money, are null."""
        try:
            return json.dumps(data, cls=self.encoder_class, allow_nan=False)
        except ValueError:
            return json.dumps(without_nan(data), cls=self.encoder_class, allow_nan=False)


def without_nan(data: object) -> object:
    """The same with null for every number that is none.

    Example:
        >>> without_nan({"low": float("nan"), "steps": (1.5, float("inf"))})
        {'low': None, 'steps': [1.5, None]}
    """
    if isinstance(data, float):
        return data if isfinite(data) else None
    if isinstance(data, dict):
        return {name: without_nan(value) for name, value in data.items()}
    return [without_nan(value) for value in data] if isinstance(data, list | tuple) else data
