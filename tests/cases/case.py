"""Case: a published problem with its inputs, its expected numbers, and how near a result must come to each."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "cases"


class Case:
    """One published case; a result has the shape of what is expected."""

    def __init__(self, name: str) -> None:
        content = json.loads((FOLDER / f"{name}.json").read_text())
        self.inputs: dict[str, Any] = content["inputs"]
        self.expected: Any = content["expected"]
        self._relative, self._absolute = float(content["tolerance"]["rel"]), float(content["tolerance"]["abs"])

    def differences(self, result: object) -> list[str]:
        """Every leaf of the expected numbers that the result misses, in words."""
        return list(self._walk(result, self.expected, ""))

    def _walk(self, result: Any, expected: Any, path: str) -> list[str]:
        if isinstance(expected, Mapping):
            return [told for key in expected for told in self._walk(result[key], expected[key], f"{path}/{key}")]
        if isinstance(expected, Sequence) and not isinstance(expected, str):
            if len(result) != len(expected):
                return [f"{path}: {len(result)} numbers for {len(expected)}"]
            pairs = enumerate(zip(result, expected, strict=True))
            return [told for i, (mine, theirs) in pairs for told in self._walk(mine, theirs, f"{path}/{i}")]
        if isinstance(expected, int | float):
            near = abs(float(result) - expected) <= max(self._absolute, self._relative * abs(expected))
            return [] if near else [f"{path}: {float(result):.6g} for {expected:.6g}"]
        return [] if result == expected else [f"{path}: {result!r} for {expected!r}"]
