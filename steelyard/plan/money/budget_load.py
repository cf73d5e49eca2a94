"""Budget load: a budget from a file becomes rows of a new extract, and the scenario is taken to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.importing import check_extract
from steelyard.data.intake import Progress
from steelyard.data.manifest import Manifest, manifest_text
from steelyard.data.period_name import period_days
from steelyard.data.read.folder import open_folder
from steelyard.data.read.source_file import FAULT, ROW
from steelyard.data.schema import TABLES
from steelyard.errors import DataError, ImportRejected
from steelyard.plan.inputs.budget import revenue_rows
from steelyard.plan.merge.rebase import Rebased, rebase_scenario
from steelyard.plan.money.budget_state import BudgetState, budget_states
from steelyard.plan.record_faults import name_taken
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace

VERSIONS = ("budget", "latest_estimate", "quota")
TABLE = "budget"
REVENUE = ("budget_revenue", "revenue")
"""Measures that plan revenue."""


@dataclass(frozen=True, eq=False)
class LoadedBudget:
    """What became of a file.

    Args:
        extract: The facts with the budget in them.
        scenario: The scenario on these facts.
        lines: What became of each change of the old scenario.
        state: How far the version reaches and what was spread down; None where it plans no revenue.
        rows: Rows accepted.
        replaced: Rows of the same version and periods that they replace.
        refused: Rows kept out, with the reason of each.
    """

    extract: Extract
    scenario: Scenario
    lines: tuple[Rebased, ...]
    state: BudgetState | None
    rows: int
    replaced: int
    refused: tuple[str, ...]


def load_budget(
    workspace: Workspace,
    scenario: Scenario,
    file: Path,
    name: str,
    *,
    actor: str,
    at: datetime,
    version: str = "budget",
    note: str = "",
    progress: Progress | None = None,
) -> LoadedBudget:
    """Bring a budget in through the checks of an import, and take a scenario to it under another name.

    The file is a table of the contract (CSV of any dialect, Excel or Parquet): period_id and amount, and the levels it
    was made at (item_id, family, customer_id, channel, territory). Version and measure may be left out: the version
    asked for and budget_revenue. Rows of the same version, measure and periods are replaced; everything else stays.
    The old scenario stays as it is.

    Args:
        workspace: The company.
        scenario: Whose facts and changes are taken along.
        file: The budget.
        name: Name of the new scenario.
        actor: Who loads it.
        at: When.
        version: Whose figures they are, where the file does not say.
        note: Why.
        progress: Told how far it is.

    Raises:
        ImportRejected: The file cannot be read, or none of its rows can be used; nothing is kept.
        NameTaken: Another scenario has the name; nothing is kept.
    """
    if name in {one.name for one in workspace.scenarios(archived=True)}:
        raise name_taken(name)
    before = workspace.open_extract(scenario.extract)
    stated, unknown = _dated(_read(file, version), before.tables["period"])
    kept = _without(before, stated)
    with TemporaryDirectory() as folder:
        _write(Path(folder), stated, before)
        found = check_extract(Path(folder), at=at, previous=kept, progress=progress, thresholds=workspace.thresholds)
    refused = (*unknown, *_kept_out(found))
    rows = found.tables[TABLE].height - kept.tables[TABLE].height
    if rows <= 0:
        raise ImportRejected(
            "The budget was rejected", [DataError("No row can be used", where="; ".join(refused[:5]) or file.name)]
        )
    extract = workspace.add_extract(found, at=at, actor=actor)
    made, lines = rebase_scenario(
        workspace, scenario, name, extract=extract.digest, actor=actor, at=at,
        note=note or f"{scenario.name} with {version.replace('_', ' ')} of {file.name}",
    )  # fmt: skip
    states = budget_states(made.plan())
    replaced = before.tables[TABLE].height - kept.tables[TABLE].height
    return LoadedBudget(extract, made, lines, _state(states, version), rows, replaced, refused)


def _state(states: Sequence[BudgetState], version: str) -> BudgetState | None:
    return next((one for one in states if one.version == version), None)


def _read(file: Path, version: str) -> pl.DataFrame:
    """The rows of the file as text, with version and measure filled in."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / file.name
        place.write_bytes(file.read_bytes())
        try:
            opened = open_folder(Path(folder))
            sheets = [sheet for name in opened.names for sheet in opened.read(name)]
        except DataError as fault:
            raise ImportRejected("The budget was rejected", [fault]) from fault
    frames = [sheet.frame.select(c for c in sheet.frame.columns if c not in (ROW, FAULT)) for sheet in sheets]
    table = pl.concat([frame.cast(pl.String) for frame in frames if frame.height], how="diagonal") if frames else None
    missing = {"period_id", "amount"} - set(table.columns if table is not None else ())
    if table is None or missing:
        lacking = DataError(
            f"The file has no column {' and '.join(sorted(missing))}", where=file.name,
            mend="give period_id, amount, and the levels it was made at, such as family or territory",
        )  # fmt: skip
        raise ImportRejected("The budget was rejected", [lacking])
    for column, usual in (("version", version), ("measure", "budget_revenue")):
        stated = pl.col(column).fill_null(usual) if column in table.columns else pl.lit(usual)
        table = table.with_columns(stated.alias(column))
    return table


def _without(extract: Extract, stated: pl.DataFrame) -> Extract:
    """The extract without the rows that the new ones replace: of their version and measure, in their time."""
    budget = extract.tables[TABLE].with_row_index("_at")
    days = period_days(pl.concat([stated["period_id"], budget["period_id"]]).unique(), extract.tables["period"])
    spans = (
        stated.join(days, on="period_id")
        .group_by("version", "measure")
        .agg(first=pl.col("start").min(), last=pl.col("end").max())
    )
    dated = budget.join(days, on="period_id").select("_at", "version", "start", "end")
    gone: set[int] = set()
    for version, measure, first, last in spans.iter_rows():
        alike = revenue_rows(budget, version) if measure in REVENUE else budget.filter(pl.col("measure") == measure)
        inside = dated.filter((pl.col("version") == version) & (pl.col("start") >= first) & (pl.col("end") <= last))
        gone |= set(inside["_at"]) & set(alike["_at"])
    left = budget.filter(~pl.col("_at").is_in(sorted(gone))).drop("_at")
    return replace(extract, tables=MappingProxyType({**extract.tables, TABLE: left}))


def _write(folder: Path, stated: pl.DataFrame, before: Extract) -> None:
    known = [column for column in stated.columns if column in {entry.name for entry in TABLES[TABLE].columns}]
    stated.select(known).write_parquet(folder / f"{TABLE}.parquet")
    manifest = Manifest(
        company=before.company, source_system=before.source_system, as_of=before.as_of,
        base_currency=before.base_currency, calendar=before.calendar, mode="delta",
    )  # fmt: skip
    (folder / "manifest.toml").write_text(manifest_text(manifest), encoding="utf-8")


def _kept_out(found: Extract) -> list[str]:
    """Rows that the checks keep out, each with its reason."""
    rows = found.quarantine[TABLE].to_dicts() if TABLE in found.quarantine else []
    return [", ".join(f"{name} {value}" for name, value in row.items() if value is not None) for row in rows]


def _dated(stated: pl.DataFrame, calendar: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Rows of periods that are known, and what is said of the others."""
    known = period_days(stated["period_id"].drop_nulls().unique(), calendar)["period_id"]
    inside = stated["period_id"].is_in(known.implode()).fill_null(False)
    unknown = stated.filter(~inside)["period_id"].unique(maintain_order=True)
    return stated.filter(inside), [f"there is no period {name}" for name in unknown]
