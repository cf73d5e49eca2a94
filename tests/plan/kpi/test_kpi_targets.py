"""What a company expects of its plans."""

from dataclasses import replace

import polars as pl

from steelyard.plan.kpi.targets import kpi_targets
from tests.company import company


def stated(*targets: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"scope": [scope for scope, _ in targets], "value": [value for _, value in targets]})


def test_targets_are_assumptions_with_a_scope_that_says_so() -> None:
    plain = company(items=2)
    table = stated(("target:fill_rate", "96"), ("target:inventory_turns", "many"), ("currency_rate", "1.1"))
    assert kpi_targets(replace(plain, tables={**plain.tables, "assumption": table})) == {"fill_rate": 96.0}


def test_without_assumptions_there_are_no_targets() -> None:
    assert kpi_targets(company(items=2)) == {}
