"""Pieces: parts of a calculation that do not need each other, and who runs them."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")


class RunPieces(Protocol):
    """Runs a function on each piece, at once or one after another; results come in the order of the pieces."""

    def __call__(self, function: Callable[[Piece], Made], pieces: Iterable[Piece], /) -> list[Made]:
        """Run the function on every piece."""
        ...


def one_by_one(function: Callable[[Piece], Made], pieces: Iterable[Piece], /) -> list[Made]:
    """Run pieces one after another.

    Example:
        >>> one_by_one(abs, [-1, 2])
        [1, 2]
    """
    return [function(piece) for piece in pieces]
