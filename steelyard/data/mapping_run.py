"""Mapping run: a mapping is applied to its sources and gives the raw rows of the contract tables."""

from collections.abc import Mapping as Named
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from steelyard.data.extract import SourceRecord
from steelyard.data.formula import compile_formula
from steelyard.data.intake import Intake, Progress, RawTable, reading_findings, record_of
from steelyard.data.manifest import Manifest, manifest_of, read_manifest
from steelyard.data.mapping import CAPACITY_PERIODS, ColumnRule, Join, Mapping, SourceRule
from steelyard.data.mapping_sources import LINEAGE, Sources
from steelyard.data.read.source_file import FAULT, ROW
from steelyard.data.term import Term, as_date, as_number, as_plain_text, column_term, literal_term
from steelyard.data.typed import as_text
from steelyard.errors import DataError, ImportRejected, MappingInvalid, SteelyardError

_KEEP = "_keep"


def read_mapped(source: Path | str, mapping: Mapping, progress: Progress, as_of: date | None = None) -> Intake:
    """Read the sources of a mapping and turn them into raw rows of the contract tables.

    Raises:
        ImportRejected: A source is missing or unreadable, or a declaration does not fit it; all faults are gathered.
    """
    manifest = _manifest(source, mapping, as_of)
    run = _Run(Sources(source, mapping), manifest.as_of)
    tables: dict[str, RawTable] = {}
    faults: list[SteelyardError] = []
    for done, (name, rules) in enumerate(mapping.tables.items()):
        progress(f"mapping {name}", done, len(mapping.tables))
        try:
            tables[name] = run.table(name, rules)
        except DataError as fault:
            faults.append(fault)
    if faults:
        raise ImportRejected("The mapping does not fit the files", faults)
    assumptions = (*_declared(mapping), *run.assumptions)
    notes = tuple(reading_findings(list(run.sources.read.values())))
    return Intake(manifest, tables, notes, assumptions, mapping.digest, mapping.thresholds)


def _manifest(source: Path | str, mapping: Mapping, as_of: date | None) -> Manifest:
    """What the mapping states, over what the folder's own manifest states; control totals are the folder's."""
    beside = read_manifest(Path(source)) if "://" not in str(source) and Path(source).is_dir() else None
    if not mapping.head and beside is not None:
        manifest = beside
    else:
        manifest = replace(manifest_of(mapping.head, mapping.name), totals=beside.totals if beside else {})
    return manifest.at(as_of) if as_of else manifest


def _declared(mapping: Mapping) -> list[Named[str, object]]:
    return [{"author": f"mapping {mapping.name}", **row} for row in mapping.assumptions]


class _Run:
    """One application of a mapping: views are evaluated once, assumptions are gathered."""

    def __init__(self, sources: Sources, as_of: date) -> None:
        self.sources, self.as_of = sources, as_of
        self.views: dict[str, pl.DataFrame] = {}
        self.assumptions: list[Named[str, object]] = []
        self.used: list[str] = []

    def table(self, name: str, rules: tuple[SourceRule, ...]) -> RawTable:
        """The raw rows of a table, from all its sources."""
        self.used = []
        parts = [self._apply(rule, f"table {name}") for rule in rules]
        for rule, (kept, _, _) in zip(rules, parts, strict=True):
            self._note_assumptions(name, rule, kept.height)
        before = [part[1] for part in parts]
        return RawTable(
            _stacked([part[0] for part in parts]),
            self._records(),
            _stacked([part[2] for part in parts]),
            _stacked(before) if any(rule.group or rule.distinct for rule in rules) else None,
        )

    def _records(self) -> tuple[SourceRecord, ...]:
        names = [name for name in dict.fromkeys(self.used) if name in self.sources.read]
        return tuple(record_of(self.sources.read[name]) for name in names)

    def frame(self, name: str) -> pl.DataFrame:
        """The rows of a view or of a file."""
        view = self.sources.mapping.views.get(name)
        if view is None:
            self.used.append(name)
            return self.sources.frame(name)
        if name not in self.views:
            self.views[name] = self._apply(view, f"view {name}")[0]
        return self.views[name]

    def _apply(self, rule: SourceRule, where: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Result rows, the rows before they were grouped, and the rows that were filtered out."""
        frame = self._opened(rule, where)
        if rule.starts:
            chosen = frame.filter(self._condition(rule, frame, where))
            periods = _periods(chosen, rule.starts, self.as_of, where)
            return periods, periods, periods.clear()
        keep = self._condition(rule, frame, where)
        mapped = frame.select(
            *[self._column(name, column, frame.schema, where) for name, column in rule.columns.items()],
            *[pl.col(name) for name in LINEAGE if name in frame.columns],
            keep.alias(_KEEP),
        )
        kept, filtered = mapped.filter(_KEEP).drop(_KEEP), mapped.filter(~pl.col(_KEEP)).drop(_KEEP)
        return _grouped(kept, rule), kept, filtered

    def _opened(self, rule: SourceRule, where: str) -> pl.DataFrame:
        if rule.rows:
            frame = pl.DataFrame(list(rule.rows), infer_schema_length=None)
            return frame.with_columns(_source=pl.lit("mapping"))
        frame = self.frame(rule.source)
        for join in rule.joins:
            frame = self._looked_up(frame, join, where)
        if rule.unpivot is None:
            return frame
        index = [*rule.unpivot.keep, *(name for name in LINEAGE if name in frame.columns)]
        return frame.unpivot(index=index, variable_name=rule.unpivot.name, value_name=rule.unpivot.value)

    def _looked_up(self, frame: pl.DataFrame, join: Join, where: str) -> pl.DataFrame:
        other = self.frame(join.file).drop(LINEAGE, strict=False)
        place = f"{where}, join {join.alias}"
        left = [column_term(name, frame.schema, place) for name in join.on]
        right = [column_term(name, other.schema, place) for name in join.on.values()]
        keys = [f"_key_{n}" for n in range(len(left))]
        found = other.select(
            *[as_plain_text(term).alias(key) for term, key in zip(right, keys, strict=True)],
            *[pl.col(name).alias(f"{join.alias}.{name}") for name in other.columns],
        ).drop_nulls(keys)
        if not join.many and found.select(keys).is_duplicated().any():
            mend = "group the other source by its key in a view, or state many = true"
            raise MappingInvalid(f"The key of {join.file} finds several rows", where=place, mend=mend)
        keyed = frame.with_columns([as_plain_text(term).alias(key) for term, key in zip(left, keys, strict=True)])
        return keyed.join(found, on=keys, how="left", maintain_order="left").drop(keys)

    def _condition(self, rule: SourceRule, frame: pl.DataFrame, where: str) -> pl.Expr:
        keep = pl.lit(True)
        for formula in rule.where:
            term = compile_formula(formula, frame.schema, as_of=self.as_of, where=f"{where}, where")
            keep = keep & term.expr.fill_null(False)
        if rule.latest is None:
            return keep
        order = compile_formula(rule.latest.order, frame.schema, as_of=self.as_of, where=f"{where}, latest").expr
        by = [compile_formula(name, frame.schema, where=f"{where}, latest").expr for name in rule.latest.by]
        among = pl.when(keep).then(order)
        return keep & (among == among.max().over(by))

    def _column(self, name: str, rule: ColumnRule, schema: Named[str, pl.DataType], where: str) -> pl.Expr:
        place = f"{where}, column {name}"
        if rule.formula is not None:
            term = compile_formula(rule.formula, schema, as_of=self.as_of, where=place)
        elif rule.column is not None:
            term = column_term(rule.column, schema, place)
        elif rule.value == "as_of":
            term = literal_term(self.as_of)
        else:
            term = literal_term(rule.value)
        if rule.values or rule.otherwise is not None:
            term = _value_mapped(term.expr if term.type == "text" else as_plain_text(term), rule)
        return _finished(term, rule).alias(name)

    def _note_assumptions(self, table: str, rule: SourceRule, rows: int) -> None:
        author = f"mapping {self.sources.mapping.name}"
        if rule.assume:
            self.assumptions.append(_assumption(table, "rows as declared", "rows", rule.assume, author, rows))
        for name, column in rule.columns.items():
            if column.assume:
                value = _described(column)
                self.assumptions.append(
                    _assumption(f"{table}.{name}", value, column.unit or "value", column.assume, author, rows)
                )


def _value_mapped(values: pl.Expr, rule: ColumnRule) -> Term:
    """Values by the value map; what it does not name stays, or becomes `otherwise`."""
    found = {str(key): None if value == "" else str(value) for key, value in rule.values.items()}
    default = values if rule.otherwise is None else pl.lit(rule.otherwise if rule.otherwise != "" else None)
    mapped = values.replace_strict(found, default=default, return_dtype=pl.String) if found else default
    return Term(mapped, "text")


def _finished(term: Term, rule: ColumnRule) -> pl.Expr:
    """Dates read and shifted, numbers signed and scaled; text that is neither stays, for the row checks to find."""
    if rule.dates or rule.shift_days:
        moved = as_date(term, rule.dates) + pl.duration(days=rule.shift_days)
        return pl.coalesce(moved.cast(pl.String), as_plain_text(term))
    factor = rule.sign * rule.scale * _per_period(rule)
    if factor == 1.0:
        return term.expr
    scaled = as_number(term) * factor
    return scaled if term.type == "number" else pl.coalesce(scaled.cast(pl.String), as_plain_text(term))


def _assumption(scope: str, value: str, unit: str, reason: str, author: str, rows: int) -> dict[str, object]:
    return {"scope": scope, "value": value, "unit": unit, "reason": reason, "author": author, "rows": float(rows)}


def _described(rule: ColumnRule) -> str:
    if rule.formula is not None:
        return rule.formula
    base = f"column {rule.column}" if rule.column is not None else str(rule.value)
    return f"{base} per {rule.per} x {_per_period(rule):.4g}" if rule.per else base


def _per_period(rule: ColumnRule) -> float:
    if rule.per is None:
        return 1.0
    return rule.times if rule.times is not None else CAPACITY_PERIODS[rule.per]


def _grouped(rows: pl.DataFrame, rule: SourceRule) -> pl.DataFrame:
    if rule.distinct:
        return rows.unique(subset=list(rule.columns), keep="first", maintain_order=True)
    if not rule.group:
        return rows
    chosen = {name: column.aggregate or "first" for name, column in rule.columns.items() if name not in rule.group}
    lineage = [pl.col(name).first() for name in LINEAGE if name in rows.columns]
    aggregates = [_aggregated(name, kind, rows.schema[name]) for name, kind in chosen.items()]
    return rows.group_by(list(rule.group), maintain_order=True).agg(*aggregates, *lineage)


def _aggregated(name: str, kind: str, dtype: pl.DataType) -> pl.Expr:
    values = pl.col(name)
    if kind in ("sum", "mean", "median", "min", "max") and dtype == pl.String:
        values = values.str.strip_chars().cast(pl.Float64, strict=False)
    elif kind in ("sum", "mean", "median") and dtype.is_numeric():
        values = values.cast(pl.Float64)
    return values.count().alias(name) if kind == "count" else getattr(values, kind)().alias(name)


def _periods(frame: pl.DataFrame, column: str, as_of: date, where: str) -> pl.DataFrame:
    """The period table from the starts that occur: each ends the day before the next, the last on the as-of date."""
    starts = frame.select(as_date(column_term(column, frame.schema, where))).to_series().drop_nulls().unique().sort()
    if len(starts) < 2:
        raise MappingInvalid(f"{column} holds no two dates to make periods of", where=where, mend="name another column")
    ends = starts.shift(-1).dt.offset_by("-1d").fill_null(as_of)
    rows = pl.DataFrame({"period_id": starts.dt.strftime("%Y-%m-%d"), "start_date": starts, "end_date": ends})
    return rows.filter(pl.col("start_date") <= pl.col("end_date")).with_columns(pl.lit("mapping").alias("_source"))


def _stacked(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Frames of several sources as one; where they differ in type, a column becomes text."""
    frames = [frame for frame in frames if frame.width]
    if len(frames) > 1:
        mixed = _mixed_columns(frames)
        frames = [_texted(frame, mixed) for frame in frames]
    whole = pl.concat(frames, how="diagonal_relaxed")
    missing = {"_source": pl.String(), ROW: pl.Int64(), FAULT: pl.String()}
    return whole.with_columns(pl.lit(None, dtype=d).alias(n) for n, d in missing.items() if n not in whole.columns)


def _mixed_columns(frames: list[pl.DataFrame]) -> set[str]:
    kinds: dict[str, set[str]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            if dtype != pl.Null:
                kinds.setdefault(name, set()).add("number" if dtype.is_numeric() else str(dtype))
    return {name for name, found in kinds.items() if len(found) > 1}


def _texted(frame: pl.DataFrame, mixed: set[str]) -> pl.DataFrame:
    return frame.with_columns([as_text(frame[name]) for name in frame.columns if name in mixed])
