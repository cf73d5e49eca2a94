"""Canonical JSON: one spelling of a value, so that equal content has equal bytes and an equal digest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical_json(value: Json) -> bytes:
    """Write a value as UTF-8 JSON with sorted keys and no blanks.

    Raises:
        ValueError: A number is not finite; such a number has no canonical spelling.

    Example:
        >>> canonical_json({"b": 1.5, "a": ["x"]})
        b'{"a":["x"],"b":1.5}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest_of(value: Json) -> str:
    """Digest a value by its canonical JSON (sha256, hexadecimal)."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
