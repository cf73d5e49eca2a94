"""Folder: a synthetic company as files: one CSV per table and a manifest with counts and control totals."""

from pathlib import Path

import polars as pl

from steelyard.data.manifest import ControlTotal, Manifest, manifest_text
from steelyard.data.schema import TABLES
from steelyard.data.synthetic.company import SyntheticCompany


def write_company(company: SyntheticCompany, folder: Path | str) -> Path:
    """Write every table as CSV in declared column order, and `manifest.toml`; return the folder."""
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    for name, frame in company.tables.items():
        in_declared_order(name, frame).write_csv(into / f"{name}.csv")
    (into / "manifest.toml").write_text(manifest_text(manifest_of_company(company)), encoding="utf-8")
    return into


def in_declared_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a frame in the order of the contract; a column that the contract lacks is a KeyError."""
    for column in frame.columns:
        TABLES[name].column(column)
    return frame.select([column for column in TABLES[name].names if column in frame.columns])


def manifest_of_company(company: SyntheticCompany) -> Manifest:
    """Who, as of when, and the control totals of every table."""
    return Manifest(
        company=company.name,
        source_system=company.source_system,
        as_of=company.as_of,
        base_currency=company.base_currency,
        totals={name: _control_total(name, frame) for name, frame in company.tables.items()},
    )


def _control_total(name: str, frame: pl.DataFrame) -> ControlTotal:
    table = TABLES[name]
    quantity = _sum(frame, table.quantity, 6)
    return ControlTotal(frame.height, quantity, _sum(frame, table.money, 4))


def _sum(frame: pl.DataFrame, column: str | None, decimals: int) -> float | None:
    if column is None or column not in frame.columns:
        return None
    return round(float(frame[column].sum()), decimals)
