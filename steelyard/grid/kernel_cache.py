"""Kernel cache: a compiled kernel is kept until its file, or any file of the package that it imports, changes.

numba itself looks at the kernel's own file only. A kernel that calls one of another file, or takes a constant from
there, would go on with the code that was there when it was compiled, also after an upgrade.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from numba.core import caching, config

ROOT = Path(__file__).resolve().parent.parent
"""Folder of the package."""
_IMPORT = re.compile(r"^(?:from|import) ([\w.]+)(?: import (\([^)]*\)|[^\n]*))?", re.MULTILINE)
"""Imports at the head of a file; what is indented is an example, or for types only."""
_USUAL = (
    "UserProvidedCacheLocator", "InTreeCacheLocator", "UserWideCacheLocator", "IPythonCacheLocator", "ZipCacheLocator",
)  # fmt: skip
"""Where numba looks for kernels by itself."""


@cache
def source_stamp(file: Path) -> str:
    """Digest of a file of the package and of all that it imports from there, near and far (sha256, hexadecimal)."""
    digest = hashlib.sha256()
    for path in sorted(sources_of(file)):
        digest.update(f"\x1e{path.relative_to(ROOT).as_posix()}\x1f".encode() + path.read_bytes())
    return digest.hexdigest()


def sources_of(file: Path) -> set[Path]:
    """A file of the package and all files of the package that it imports, near and far."""
    seen: set[Path] = set()
    waiting = [file]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _imported(path)
    return seen


def keep_kernels_fresh() -> None:
    """Let numba ask this module where kernels of the package are kept, and whether they still hold."""
    ours = [f"{__name__}.{name}" for name in ("_Given", "_Beside", "_OfUser")]
    others = config.CACHE_LOCATOR_CLASSES or ",".join(_USUAL)  # type: ignore[attr-defined]
    if ours[0] not in others:
        config.CACHE_LOCATOR_CLASSES = ",".join([*ours, others])  # type: ignore[attr-defined]


@cache
def _imported(file: Path) -> tuple[Path, ...]:
    found = _IMPORT.findall(file.read_text(encoding="utf-8"))
    return tuple(path for module, names in found for path in _files(module, names))


def _files(module: str, names: str) -> Iterator[Path]:
    first, *rest = module.split(".")
    if first != ROOT.name:
        return
    place = ROOT.joinpath(*rest)
    asked = [place, *(place / name for name in re.findall(r"\w+", names))]
    for one in asked:
        yield from (path for path in (one.with_suffix(".py"), one / "__init__.py") if path.is_file())


class _Fresh:
    """What a place of numba's becomes: for files of the package only, with the stamp of all they import."""

    _py_file: str

    def get_source_stamp(self) -> str:
        return source_stamp(Path(self._py_file).resolve())

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        path = Path(py_file).resolve()
        if ROOT not in path.parents or not path.is_file():
            return None
        return super().from_function(py_func, py_file)  # type: ignore[misc]


class _Given(_Fresh, caching.UserProvidedCacheLocator):
    """The folder of NUMBA_CACHE_DIR."""


class _Beside(_Fresh, caching.InTreeCacheLocator):
    """`__pycache__` beside the file."""


class _OfUser(_Fresh, caching.UserWideCacheLocator):
    """The person's folder of caches, where the package cannot be written."""
