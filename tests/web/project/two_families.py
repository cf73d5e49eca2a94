"""A company of two families, one of them secret: whatever belongs to it has a name that occurs nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract, sealed
from steelyard.data.schema import TABLES
from steelyard.plan.intelligence.entry import IntelligenceEntry
from steelyard.plan.sight.seen_extract import side_of_column
from steelyard.plan.sight.sight import Side
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption, Risk
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SECRET = re.compile("secretitem|secretfamily", re.IGNORECASE)
"""How everything of the secret family is named."""
RENAMED = {"I1": "SecretItem1", "I3": "+SecretItem3", "F1": "SecretFamily"}
HOSTILE = "=cmd|' /C calc'!A0 "
"""How every description and name begins; in no export may it be a formula."""
OWN = {"product_family": ["F0"]}
"""The part of the other family."""


def two_families(as_of: date = date(2025, 12, 31), *, cost: float = 1.0, sales: float = 1.0) -> Extract:
    """The company's extract.

    Args:
        as_of: Last day of the history.
        cost: Factor on all money of the cost side.
        sales: Factor on all money of the sales side.
    """
    made = company(items=4, customers=2, as_of=as_of)
    factors: Mapping[Side, float] = {"cost": cost, "sales": sales}
    tables = {name: _scaled(name, _renamed(frame), factors) for name, frame in made.tables.items()}
    return sealed(_with(made, tables))


def served(folder: Path, *, cost: float = 1.0) -> None:
    """Put the company into a folder.

    A month is over since a plan was published; there are a base, a branch, changes of both families, and things heard,
    assumed and feared of both.
    """
    with Workspace.create(folder, company="Two Families") as home:
        for as_of, name in ((date(2025, 11, 30), "before"), (date(2025, 12, 31), "base")):
            home.add_extract(two_families(as_of, cost=cost), at=AT, actor="dana")
            _planned(home, name, datetime(as_of.year, as_of.month, 28, 9, tzinfo=UTC))
        _noted(home)


def _planned(home: Workspace, name: str, at: datetime) -> None:
    base = home.create_scenario(name, actor="dana", at=AT, horizon=12)
    base.change("consensus_demand", percent=5, scope={"product_family": "F0"}, actor="dana", at=AT, reason="launch")
    base.change(
        "consensus_demand", percent=7, scope={"product_family": "SecretFamily"}, actor="dana", at=AT, reason="launch",
        note="SecretFamily talks",
    )  # fmt: skip
    base.publish(actor="dana", at=at, note="A month")


def _noted(home: Workspace) -> None:
    branch = home.scenario("base").branch("promo", actor="sam", at=AT, note="spring")
    branch.change("consensus_demand", percent=9, scope={"item": "SecretItem1"}, actor="sam", at=AT, reason="promotion")
    for item in ("I0", "SecretItem1"):
        home.records.intelligence.add(_heard(item))
        effect = Effect("consensus_demand", {"item": (item,)}, ("2026-03", "2026-05"), 2.0, 5.0, 9.0)
        home.records.registers.assumptions.add(Assumption(f"{item} holds", "dana", effect, actor="dana", at=AT))
        home.records.registers.risks.add(Risk(f"{item} burns", "dana", 0.3, effect, actor="dana", at=AT))


def _heard(item: str) -> IntelligenceEntry:
    return IntelligenceEntry(
        "customer", f"Buyer of {item}", f"{item} sells out", {"item": (item,)}, ("2026-03", "2026-05"), 2.0, 5.0, 9.0,
        0.6, "", "dana", None, "dana", AT,
    )  # fmt: skip


def _renamed(frame: pl.DataFrame) -> pl.DataFrame:
    text = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    renamed = frame.with_columns(pl.col(name).replace(RENAMED) for name in text)
    spoken = [name for name in ("description", "name") if name in text]
    return renamed.with_columns(pl.lit(HOSTILE) + pl.col(name).fill_null("") for name in spoken)


def _scaled(table: str, frame: pl.DataFrame, factors: Mapping[Side, float]) -> pl.DataFrame:
    money = [one.name for one in TABLES[table].columns if one.kind == "money" and one.name in frame.columns]
    return frame.with_columns(pl.col(name) * factors[side_of_column(table, name)] for name in money)


def _with(made: Extract, tables: Mapping[str, pl.DataFrame]) -> Extract:
    return replace(made, tables=MappingProxyType(dict(tables)))
