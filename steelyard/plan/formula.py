"""Formula: what a planner types into a cell, such as `*1.2+100`, read by a small parser and never evaluated as code."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array

Evaluate = Callable[[Array], Array]
"""From the value of a cell to its new value."""

LONGEST = 200
"""Characters a formula may have."""

_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TOKEN = re.compile(rf"\s*({_NUMBER.pattern}|[A-Za-z_]+|.)", re.ASCII | re.DOTALL)
_FUNCTIONS: dict[str, Callable[[Array, Array], Array]] = {"min": np.minimum, "max": np.maximum}


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Evaluate:
    """Read a formula over `x`, the value of the cell.

    Numbers, `x`, `+ - * /`, parentheses, `min(a, b)` and `max(a, b)`. A text that begins with an operator goes on
    from the value: `*1.2+100` means `x*1.2+100`, and `-5` means `x-5`.

    Raises:
        ChangeInvalid: The text is not a formula; the message names the place.

    Example:
        >>> parse_formula("*1.2+100")(np.array([50.0]))
        array([160.])
    """
    stripped = text.strip().removeprefix("=")
    if not stripped or len(stripped) > LONGEST:
        raise ChangeInvalid("A formula needs 1 to 200 characters", mend="write for example *1.2+100")
    continued = f"x{stripped}" if stripped[0] in "+-*/" else stripped
    return _Parser(text, _tokens(continued)).formula()


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token.strip()]


@dataclass
class _Parser:
    """Recursive descent: sum > product > sign > atom."""

    text: str
    tokens: list[str]
    at: int = 0

    def formula(self) -> Evaluate:
        result = self._sum()
        if self.at < len(self.tokens):
            raise self._fault()
        return result

    def _sum(self) -> Evaluate:
        result = self._product()
        while self._peek() in ("+", "-"):
            result = _combine(np.add if self._take() == "+" else np.subtract, result, self._product())
        return result

    def _product(self) -> Evaluate:
        result = self._sign()
        while self._peek() in ("*", "/"):
            result = _combine(np.multiply if self._take() == "*" else _divide, result, self._sign())
        return result

    def _sign(self) -> Evaluate:
        if self._peek() == "-":
            self._take()
            operand = self._sign()
            return lambda x: -operand(x)
        return self._atom()

    def _atom(self) -> Evaluate:
        token = self._take()
        if token == "x":
            return lambda x: x
        if token == "(":
            inner = self._sum()
            self._expect(")")
            return inner
        if token in _FUNCTIONS:
            return self._call(_FUNCTIONS[token])
        if _NUMBER.fullmatch(token):
            number = float(token)
            return lambda x: np.full_like(x, number)
        self.at -= 1
        raise self._fault()

    def _call(self, function: Callable[[Array, Array], Array]) -> Evaluate:
        self._expect("(")
        left = self._sum()
        self._expect(",")
        right = self._sum()
        self._expect(")")
        return _combine(function, left, right)

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self.at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._take() != token:
            self.at -= 1
            raise self._fault()

    def _fault(self) -> ChangeInvalid:
        token = self._peek()
        what = f"{token!r} is not expected" if token else "it ends too early"
        place = f"formula {self.text!r}, part {min(self.at, len(self.tokens)) + 1}"
        return ChangeInvalid(
            f"The formula cannot be read: {what}", where=place, mend="write for example *1.2+100 or max(x, 50)"
        )


def _combine(function: Callable[[Array, Array], Array], left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda x: function(left(x), right(x))


def _divide(left: Array, right: Array) -> Array:
    if np.any(right == 0):
        raise ChangeInvalid("The formula divides by zero", mend="divide by a number that is never zero")
    return left / right
