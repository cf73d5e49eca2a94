"""Cache: inputs and results that were calculated before; they may be dropped at any time."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Cache(Generic[Key, Kept]):
    """Keeps the values used last; no value is made twice at the same time.

    Args:
        size: How many values are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._making: defaultdict[Key, threading.RLock] = defaultdict(threading.RLock)

    def get(self, key: Key) -> Kept | None:
        """The value of a key, if it is kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def made(self, key: Key, make: Callable[[], Kept]) -> Kept:
        """The value of a key, made if it is not kept."""
        kept = self.get(key)
        if kept is not None:
            return kept
        with self._lock:
            making = self._making[key]
        with making:
            kept = self.get(key)
            return self.keep(key, make()) if kept is None else kept

    def keep(self, key: Key, value: Kept) -> Kept:
        """Keep a value; the one unused for longest goes when there are too many."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                gone, _ = self._kept.popitem(last=False)
                self._making.pop(gone, None)
            return value

    def latest(self) -> Kept | None:
        """The value used last."""
        with self._lock:
            return next(reversed(self._kept.values()), None)

    def kept(self) -> tuple[Kept, ...]:
        """All values, those used last first."""
        with self._lock:
            return tuple(reversed(self._kept.values()))
