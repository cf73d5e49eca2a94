"""Published cases: a file each, with inputs, expected numbers and how near a result must come."""

import json
from pathlib import Path
from typing import Any

import numpy as np


class Case:
    """One published case."""

    def __init__(self, shared: Path, name: str) -> None:
        content = json.loads((shared / "cases" / f"{name}.json").read_text())
        self.inputs: dict[str, Any] = content["inputs"]
        self.expected: dict[str, Any] = content["expected"]
        self._tolerance = content["tolerance"]

    def agrees(self, result: object, expected: object) -> bool:
        """Whether a number, or each of several, is as near as the case asks."""
        return np.allclose(
            np.asarray(result, np.float64),
            np.asarray(expected, np.float64),
            rtol=self._tolerance["rel"],
            atol=self._tolerance["abs"],
        )
