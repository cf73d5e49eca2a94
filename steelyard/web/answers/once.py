"""Once: what a request that only reads has looked up, so that one page is about one moment and asks for it once."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

Found = TypeVar("Found")
_found: ContextVar[dict[Hashable, object] | None] = ContextVar("found", default=None)


@contextmanager
def looking_up_once() -> Iterator[None]:
    """Within this, what is looked up under a key stays as it was found."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


@contextmanager
def looking_anew() -> Iterator[None]:
    """Within this, what was looked up for somebody else's eyes is not taken; afterwards it is again."""
    token = _found.set(None if _found.get() is None else {})
    try:
        yield
    finally:
        _found.reset(token)


def once(key: Hashable, find: Callable[[], Found]) -> Found:
    """What is found under a key: as it was found before in this request, else looked up now."""
    found = _found.get()
    if found is None:
        return find()
    if key not in found:
        found[key] = find()
    return cast(Found, found[key])
