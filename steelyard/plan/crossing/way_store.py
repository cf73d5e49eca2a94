"""Way store: the plans of ways gone before, so that another process explains numbers without calculating them again.

A way is one file that is there whole or not at all. All of it could be calculated again: a file that is damaged is
removed, and so are those used longest ago when there are too many.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from steelyard.plan.canonical import digest_of
from steelyard.plan.code_version import PACKAGES, PEERS, crossing_version, package_versions
from steelyard.plan.crossing.way_file import KeptPlan, read_way, spell_way
from steelyard.plan.durable import make_folder, sweep_leftovers, write_whole
from steelyard.plan.numbers import PlanNumbers

ENDING = ".way"
MOST_BYTES = 512 * 2**20
"""What all ways of a folder take at most; one that takes more than half of it is not kept."""
MOST_NUMBERS = 2**28
"""Numbers of the plans on a way above which it is not kept: they would not fit in the folder."""

log = logging.getLogger(__name__)


class WayStore:
    """The kept ways of a folder.

    Args:
        folder: Where they are; made when the first is kept.
        most: Bytes that all of them take at most.
    """

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def open(self, before: str, after: str) -> Mapping[str, KeptPlan]:
        """The plans on the way between two plans, by digest; nothing if it is not kept.

        Args:
            before: Digest of the plan at the start.
            after: Digest of the plan at the end.
        """
        path = self._path(before, after)
        try:
            content = path.read_bytes()
        except OSError:
            return {}
        with suppress(OSError):
            os.utime(path)
        try:
            return read_way(content)
        except ValueError:
            with suppress(OSError):
                path.unlink()
            return {}

    def keep(self, before: str, after: str, plans: Sequence[PlanNumbers]) -> int:
        """Keep the plans on the way between two plans, unless it is kept already or too large.

        Args:
            before: Digest of the plan at the start.
            after: Digest of the plan at the end.
            plans: Those on the way, each after the one it is most like; one may come twice.

        Returns:
            Bytes written.
        """
        path = self._path(before, after)
        if path.exists() or _numbers(plans) > MOST_NUMBERS:
            return 0
        parts = spell_way(plans)
        return self._written(path, parts) if sum(map(len, parts)) <= self._most // 2 else 0

    def _written(self, path: Path, parts: Sequence[bytes]) -> int:
        """Write a way and make room for it; a folder that cannot be written to keeps nobody from an answer."""
        try:
            make_folder(self._folder)
            sweep_leftovers(self._folder)
            self._make_room(self._most - sum(map(len, parts)))
            return write_whole(path, parts)
        except OSError as fault:
            log.warning("A way between two plans could not be kept: %s", fault)
            return 0

    def _make_room(self, most: int) -> None:
        """Remove the ways used longest ago until the others take no more than so many bytes."""
        for _, size, path in sorted(self._held(), reverse=True):
            most -= size
            if most < 0:
                path.unlink(missing_ok=True)

    def _held(self) -> Iterator[tuple[float, int, Path]]:
        """When each way was used last, its size, and its file; another process may just have removed it."""
        for path in self._folder.glob(f"*{ENDING}"):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            yield state.st_mtime, state.st_size, path

    def _path(self, before: str, after: str) -> Path:
        """The file of a way: by its ends, and by the code that calculates and says which plans lie between them."""
        packages = package_versions((*PACKAGES, *PEERS))
        code = [crossing_version(), *(f"{name} {version}" for name, version in packages.items())]
        return self._folder / f"{digest_of({'before': before, 'after': after, 'code': code})}{ENDING}"


def _numbers(plans: Sequence[PlanNumbers]) -> int:
    """How many numbers the distinct blocks of some plans hold."""
    values = (plan.values[name] for plan in plans for name in plan.measures if name in plan.values)
    sizes = {id(block): block.size for value in values if isinstance(value, tuple) for block in value}
    return sum(sizes.values())
