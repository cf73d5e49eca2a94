"""Pace: how many sign-ins one address may try in a minute, whatever comes of them."""

from collections import OrderedDict, deque
from threading import Lock
from time import monotonic

from steelyard.errors import NotAllowed

WINDOW = 60.0
"""Seconds."""
MOST_ADDRESSES = 10_000

_tries: OrderedDict[str, deque[float]] = OrderedDict()
_guard = Lock()


def keep_pace(address: str | None, *, most: int) -> None:
    """Count a try, and go on only when the address has not tried too often within the minute.

    NOTE: counted by each server process; it spares the costly check of passwords. The lockout counts in the database.

    Raises:
        NotAllowed: It has.
    """
    now = monotonic()
    with _guard:
        tries = _tries.setdefault(address or "", deque())
        _tries.move_to_end(address or "")
        while len(_tries) > MOST_ADDRESSES:
            _tries.popitem(last=False)
        while tries and now - tries[0] > WINDOW:
            tries.popleft()
        if len(tries) >= most:
            raise NotAllowed("Too many sign-ins from your address", mend="wait a minute, then try again")
        tries.append(now)


def forget() -> None:
    """Forget all tries."""
    with _guard:
        _tries.clear()
