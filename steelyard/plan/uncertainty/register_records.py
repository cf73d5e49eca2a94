"""Register records: assumptions, risks and signposts in the database, every version kept."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Engine

from steelyard.plan.canonical import digest_of
from steelyard.plan.uncertainty.drawing import require_drawn
from steelyard.plan.uncertainty.effect import effect_of
from steelyard.plan.uncertainty.group import check_groups
from steelyard.plan.uncertainty.register import Assumption, Risk
from steelyard.plan.uncertainty.signpost import Signpost
from steelyard.plan.versioned import VersionedRecords, versioned_table

REGISTER_OF_ASSUMPTIONS, REGISTER_OF_RISKS = "register of assumptions", "register of risks"

assumption_table = versioned_table("steelyard_assumption")
risk_table = versioned_table("steelyard_risk")
signpost_table = versioned_table("steelyard_signpost")


class Registers:
    """The registers of a workspace.

    Args:
        engine: An SQLAlchemy engine on which the tables exist.
    """

    def __init__(self, engine: Engine) -> None:
        self.assumptions = VersionedRecords(engine, assumption_table, _assumption, "assumption")
        self.risks = VersionedRecords(engine, risk_table, _risk, "risk", require_drawn, check_groups)
        self.signposts = VersionedRecords(engine, signpost_table, _signpost, "signpost")

    def digests(self) -> dict[str, str]:
        """Digests of the registers as they are now, by their names: what an answer stands on beside its plan."""
        return {
            REGISTER_OF_ASSUMPTIONS: digest_of(repr(self.assumptions.entries())),
            REGISTER_OF_RISKS: digest_of(repr(self.risks.entries())),
        }


def _assumption(content: dict[str, Any]) -> Assumption:
    until = content["valid_until"]
    day = date.fromisoformat(until) if until else None
    return Assumption(**{**content, "effect": effect_of(content["effect"]), "valid_until": day})


def _risk(content: dict[str, Any]) -> Risk:
    return Risk(**{**content, "effect": effect_of(content["effect"])})


def _signpost(content: dict[str, Any]) -> Signpost:
    periods = content["periods"]
    return Signpost(**{**content, "periods": (periods[0], periods[1]) if periods else None})
