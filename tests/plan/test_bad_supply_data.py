"""Bad supply data by public import: each fault is a finding with its rows and the mend, and a plan still exists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import steelyard as sy
from steelyard.plan.review.supply import Way, compare_ways, supply_findings, supply_model_of

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ENGINES: tuple[Way, ...] = ("infinite", "priority", "decomposition", "exact")
Fault = Callable[[pl.DataFrame], pl.DataFrame]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """One fault in one table.

    Args:
        table: The table it is put into.
        fault: How the table is spoilt.
        rule: The finding that must come.
        names: What that finding must name.
    """

    table: str
    fault: Fault
    rule: str
    names: str


def with_value(column: str, value: object, key: str, member: str) -> Fault:
    """Set a column of the rows of one member."""

    def spoil(table: pl.DataFrame) -> pl.DataFrame:
        other = pl.lit(value, dtype=table[column].dtype) if value is None else pl.lit(value).cast(table[column].dtype)
        return table.with_columns(pl.when(pl.col(key) == member).then(other).otherwise(pl.col(column)).alias(column))

    return spoil


def with_more(column: str, value: str, item: str) -> Fault:
    """Add a column that says something of one item."""
    return lambda table: table.with_columns(pl.when(pl.col("item_id") == item).then(pl.lit(value)).alias(column))


def without(key: str, member: str) -> Fault:
    """Take the rows of one member away."""
    return lambda table: table.filter(pl.col(key) != member)


def with_ring(table: pl.DataFrame) -> pl.DataFrame:
    """Let the first component of the first bill need what it is built into."""
    first = table.head(1)
    back = first.with_columns(
        pl.lit("RING").alias("bom_id"), pl.col("component_id").alias("item_id"), pl.col("item_id").alias("component_id")
    )
    return pl.concat((table, back))


def with_second_source(table: pl.DataFrame) -> pl.DataFrame:
    """Split a part between two sources that sum to more than 1."""
    first = table.filter(pl.col("item_id") == "R-7001").head(1).with_columns(pl.lit(0.8).alias("split_ratio"))
    second = first.with_columns(pl.lit("SECOND").alias("source_id"), pl.lit(0.7).alias("split_ratio"))
    return pl.concat((table.filter(pl.col("source_id") != first["source_id"][0]), first, second))


def with_lots(table: pl.DataFrame) -> pl.DataFrame:
    """A least lot above the most."""
    part = pl.col("item_id") == "R-7001"
    return table.with_columns(pl.when(part).then(50.0).alias("min_lot"), pl.when(part).then(10.0).alias("max_lot"))


def with_silent_month(table: pl.DataFrame) -> pl.DataFrame:
    """No hours of the packing line in one month."""
    shut = (pl.col("resource_id") == "PACK") & (pl.col("period_id") == "2027-02")
    return table.with_columns(
        pl.when(shut).then(0.0).otherwise(pl.col(column)).alias(column) for column in ("available", "overtime_max")
    )


CASES = {
    "ring": Case("bom", with_ring, "bill_of_material_has_no_ring", "CS-1001"),
    "component without source": Case("source", without("item_id", "R-7001"), "components_have_a_source", "R-7001"),
    "resource without capacity": Case(
        "resource_capacity", without("resource_id", "PACK"), "resources_have_capacity", "PACK"
    ),
    "negative lot": Case("source", with_value("min_lot", -5.0, "item_id", "R-7001"), "", "min_lot"),
    "lead time beyond the horizon": Case(
        "source", with_value("lead_time_days", 2000, "item_id", "R-7001"), "lead_time_is_within_the_horizon", "R-7001"
    ),
    "hole in the calendar": Case(
        "resource_capacity", without("period_id", "2027-03"), "capacity_covers_the_horizon", "the first from 2027-03"
    ),
    "unknown alternative": Case(
        "source", with_more("alternative", "9", "CS-1001"), "sources_follow_alternatives_of_a_bill", "CS-1001"
    ),
    "expired lot": Case(
        "inventory", with_more("expiry_date", "2026-01-31", "R-7001"), "stock_has_not_expired", "R-7001"
    ),
    "quota": Case("source", with_second_source, "quotas_sum_to_one", "R-7001"),
    "least above most": Case("item_location", with_lots, "lots_fit_each_other", "R-7001"),
    "period without hours": Case("resource_capacity", with_silent_month, "no_period_is_without_hours", "PACK"),
}  # fmt: skip


def without_totals(manifest: Path) -> None:
    """Leave the control totals out, which would reject a spoilt file as a whole."""
    parts = manifest.read_text().split("\n[")
    manifest.write_text("\n[".join(part for part in parts if not part.startswith("files.")))


@pytest.fixture(scope="module")
def erp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company as its ERP gives it."""
    folder = tmp_path_factory.mktemp("erp")
    sy.demo_company(folder, items=6)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_it_is_found_named_and_planned_with(name: str, erp: Path, tmp_path: Path) -> None:
    case, folder = CASES[name], tmp_path / "erp"
    folder.mkdir()
    for file in erp.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    table = folder / f"{case.table}.csv"
    case.fault(pl.read_csv(table)).write_csv(table)
    without_totals(folder / "manifest.toml")
    with sy.Workspace.create(tmp_path / "company", company="Spoilt") as workspace:
        extract = workspace.import_extract(folder, at=AT)
        workspace.create_scenario("base", horizon=12, actor="dana", at=AT)
        plan = workspace.scenario("base").plan()
        model = supply_model_of(plan)
        told = [(one.rule, f"{one}") for one in extract.findings]
        told += [(one.rule, f"{one}") for one in supply_findings(plan, model)]
        found = [text for rule, text in told if case.rule in rule and case.names in text]
        assert found, sorted({rule for rule, _ in told})
        assert "mend=''" not in found[0]
        for way in compare_ways(plan, ENGINES, model=model):
            assert np.isfinite(way.evaluation.profit), way.way
