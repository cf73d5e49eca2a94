"""A small company with an archive: three months planned and published, each with what was known then, and a base now.

Every month sales, finance and the planner change the consensus; one item goes out of the books, one comes new.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from steelyard.data.extract import Extract
from steelyard.plan.change import Change
from steelyard.plan.operation import Add, Percent, SetValue
from steelyard.plan.workspace import Workspace
from tests.company import Row, company
from tests.made_once import copy_of

NOW = date(2025, 12, 31)
MONTHS = (date(2025, 9, 30), date(2025, 10, 31), date(2025, 11, 30))
GONE, NEW = "I4", "I5"


def extract_as_of(as_of: date) -> Extract:
    """The company as its books stood on a day: no later sales; one item ends with November, one begins in December."""
    whole = company(items=6, customers=3, periods=30, as_of=NOW)
    lines = [_plain(row) for row in whole.tables["sales_line"].iter_rows(named=True)]
    known = [row for row in lines if row["requested_date"] <= as_of and _sold(row, as_of)]
    left_out = NEW if as_of < NOW else GONE
    tables = {
        name: [_plain(row) for row in whole.tables[name].iter_rows(named=True) if left_out not in row.values()]
        for name in ("item", "inventory", "routing", "price", "item_cost", "source", "bom", "open_order")
    }
    return company(items=6, customers=3, periods=30, as_of=as_of, replace={**tables, "sales_line": known})


def _sold(row: Row, as_of: date) -> bool:
    if row["item_id"] == NEW:
        return as_of == NOW and row["requested_date"] >= date(2025, 12, 1)  # type: ignore[operator]
    return row["item_id"] != GONE or as_of < NOW


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def moment(as_of: date, day: int, hour: int = 9) -> datetime:
    return datetime(as_of.year, as_of.month, as_of.day, hour, tzinfo=UTC) + timedelta(days=day)


def judgements(as_of: date) -> list[Change]:
    """What people believed in one month: relative, absolute and additive, by several hands."""
    first, third = (as_of + timedelta(days=5)).strftime("%Y-%m"), (as_of + timedelta(days=70)).strftime("%Y-%m")

    def said(operation: object, scope: dict[str, str], who: str, stream: str, hour: int) -> Change:
        return Change(
            operation, "consensus_demand", scope, (first, third), who, moment(as_of, 3, hour), "other", stream=stream  # type: ignore[arg-type]
        )  # fmt: skip

    return [
        said(Percent(12), {"product_family": "F0"}, "sam", "sales", 9),
        said(Add(-90, per="period"), {"location": "D1"}, "fiona", "finance", 10),
        said(SetValue(700, per="scope"), {"item": "I1"}, "dana", "", 11),
        said(Percent(3), {}, "sam", "sales", 12),
    ]


def archive_workspace(folder: Path) -> Workspace:
    """Make the company, its published plans and its base."""
    workspace = Workspace.create(folder, company="Small Company")
    for as_of in MONTHS:
        extract = workspace.add_extract(extract_as_of(as_of), at=moment(as_of, 1), actor="dana")
        made = workspace.create_scenario(
            f"{as_of:%Y-%m}", extract=extract.digest, actor="dana", at=moment(as_of, 2), horizon=12
        )
        made.append(*judgements(as_of))
        made.publish(actor="ines", at=moment(as_of, 20))
    workspace.add_extract(extract_as_of(NOW), at=moment(NOW, 1), actor="dana")
    workspace.create_scenario("base", actor="dana", at=moment(NOW, 2), horizon=12)
    return workspace


def archive_copy(factory: pytest.TempPathFactory, to: Path) -> Workspace:
    """Open a copy of it, which is made once in a test run."""
    return Workspace.open(copy_of(factory, "archive", lambda folder: archive_workspace(folder).close(), to))
