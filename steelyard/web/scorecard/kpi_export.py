"""KPI export: the tables of the scorecard, by the name of their sheet."""

import polars as pl

from steelyard.kpi.registry import INDICATORS
from steelyard.web.scorecard import case_selectors, kpi_selectors


def kpi_tables(scenario: str) -> dict[str, pl.DataFrame]:
    """Scorecard, periods, slices and cases of a scenario."""
    found = {
        "Scorecard": _scorecard(scenario),
        "Periods": _periods(scenario),
        "Families": _slices(scenario),
        "Cases": _cases(scenario),
    }
    return {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in found.items() if rows}


def _scorecard(scenario: str) -> list[dict[str, object]]:
    return [
        {
            "kpi": line.label, "value": line.value if line.known else None, "unit": line.unit, "target": line.target,
            "standing": line.standing, "kind": "leading" if line.leading else "lagging", "owner": line.owner,
            "definition": INDICATORS[line.name].definition, "formula": INDICATORS[line.name].words,
            "behaviour": INDICATORS[line.name].behaviour, "guard": INDICATORS[line.name].guard,
        }
        for line in kpi_selectors.kpi_lines(scenario)
    ]  # fmt: skip


def _periods(scenario: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, indicator in INDICATORS.items():
        series = kpi_selectors.kpi_series(scenario, name)
        for kind, values in (("actual", series.actual), ("forecast of the time", series.said), ("plan", series.plan)):
            rows += [{"kpi": indicator.label, "kind": kind, "period": p, "value": value} for p, value in values]
    return rows


def _slices(scenario: str) -> list[dict[str, object]]:
    level = next(iter(kpi_selectors.levels_of(scenario)), "")
    rows: list[dict[str, object]] = []
    for name, indicator in INDICATORS.items():
        if level and indicator.source != "records":
            for line in kpi_selectors.slice_lines(scenario, name, level):
                known = line.value if line.value == line.value else None
                rows.append({"kpi": indicator.label, level: line.member, "value": known, "standing": line.standing})
    return rows


def _cases(scenario: str) -> list[dict[str, object]]:
    both = (*case_selectors.cases_open(scenario=scenario), *case_selectors.cases_closed(scenario=scenario))
    return [
        {
            "case": one.number, "kpi": one.label, "where": one.where, "since": one.opened_cycle,
            "months in a row": one.months_in_a_row, "state": one.state, "owner": one.owner, "cause": one.cause,
            "action": one.action, "due": one.due, "outcome": one.outcome,
        }
        for one in both
    ]  # fmt: skip
