"""Action records: gap-closing actions in the database, every version kept."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Engine

from steelyard.plan.money.action import GapAction
from steelyard.plan.uncertainty.effect import effect_of
from steelyard.plan.versioned import VersionedRecords, versioned_table

gap_action_table = versioned_table("steelyard_gap_action")


def gap_action_records(engine: Engine) -> VersionedRecords[GapAction]:
    """The register of gap-closing actions.

    Args:
        engine: An SQLAlchemy engine on which the table exists.
    """
    return VersionedRecords(engine, gap_action_table, _action, "action")


def _action(content: dict[str, Any]) -> GapAction:
    effect, due = effect_of(content["effect"]), date.fromisoformat(content["due"])
    return GapAction(**{**content, "effect": effect, "due": due})
