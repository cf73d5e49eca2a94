"""Settings: what the file `steelyard.toml` of a workspace says."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from steelyard.data.threshold import STANDARD, Thresholds
from steelyard.errors import PlanError

SETTINGS = "steelyard.toml"


@dataclass(frozen=True)
class Settings:
    """What the file `steelyard.toml` of a workspace says."""

    company: str
    """Name of the company."""
    database: str = ""
    """URL of the records; empty for `records.db` in the folder."""
    thresholds: Thresholds = STANDARD
    """How far figures may differ before a check of the data speaks; table `[thresholds]`."""


def read_settings(folder: Path) -> Settings:
    """Read the settings of a workspace.

    Raises:
        PlanError: The file cannot be read, or names no company.
        DataError: It sets a threshold that does not exist, or out of its range.
    """
    path = folder / SETTINGS
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        company, database = str(content["company"]), str(content.get("database", ""))
        set_by_company = dict(content.get("thresholds", {}))
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, UnicodeDecodeError) as fault:
        raise PlanError(
            "The settings cannot be read", where=f"{path}: {fault}", mend='it needs company = "..."'
        ) from fault
    return Settings(company, database, STANDARD.with_values(set_by_company, f"{path}, thresholds"))


def settings_text(company: str, database: str) -> bytes:
    """The settings of a new workspace."""
    lines = ["# Settings of this workspace.", f"company = {json.dumps(company, ensure_ascii=False)}"]
    if database:
        lines.append(f"database = {json.dumps(database)}")
    return ("\n".join(lines) + "\n").encode()
