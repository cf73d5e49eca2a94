"""Money laws, for random companies: bridges tie to the cent, statements add up, cash follows from profit."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from steelyard.grid.calendar import Calendar
from steelyard.plan.money.bridge import CENT, Bridged, bridge_versions
from steelyard.plan.money.lines import version_of
from steelyard.plan.money.statement import make_statement
from steelyard.plan.money.version import MoneyVersion
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MEASURES: tuple[Bridged, ...] = ("revenue", "gross_margin", "contribution")


def random_version(rng: np.random.Generator, name: str, months: int = 6) -> MoneyVersion:
    """Some series, some of them silent, with credit notes, returns, and rates of their own."""
    count = int(rng.integers(1, 25))
    chosen = np.sort(rng.choice(40, count, replace=False))
    members = pl.DataFrame(
        {
            "item": [f"I{n}" for n in chosen],
            "location": ["D"] * count,
            "customer": [f"C{n % 3}" for n in chosen],
            "product_family": [f"F{n % 4}" for n in chosen],
        }
    )
    shape = (months, count)
    quantity = np.where(rng.random(shape) < 0.6, rng.integers(-5, 400, shape), 0).astype(float)
    price, cost = rng.uniform(0.01, 900, shape), rng.uniform(0.01, 700, shape)
    credit = np.where(rng.random(shape) < 0.1, rng.normal(0, 1e4, shape), 0.0)
    revenue, cogs = quantity * price + credit, quantity * cost
    factor = rng.uniform(0.7, 1.4, shape) if rng.random() < 0.5 else np.ones(shape)
    return MoneyVersion(
        name, "plan", Calendar.months("2026-01-01", months), np.ones(months, bool), members, quantity, revenue,
        np.zeros(shape), cogs, revenue - cogs * rng.uniform(0, 1), price, cost, revenue * factor, cogs / factor,
    )  # fmt: skip


def spoken(version: MoneyVersion) -> set[str]:
    """Periods a version says something about."""
    return {label for label, said in zip(version.calendar.labels, version.covered.tolist(), strict=True) if said}


def cents(value: float) -> Decimal:
    return Decimal(value).quantize(CENT)


@pytest.mark.parametrize("seed", range(60))
def test_a_bridge_between_random_versions_ties_to_the_cent(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, after = random_version(rng, "before"), random_version(rng, "after")
    for measure in MEASURES:
        found = bridge_versions(before, after, measure, by=["product_family"])
        ends = {"revenue": "revenue", "contribution": "contribution"}.get(measure)
        totals = [float((getattr(v, ends) if ends else v.revenue - v.cogs).sum()) for v in (before, after)]
        assert found.start + sum(effect for _, effect in found.effects) == found.end
        assert abs(found.start - cents(totals[0])) <= CENT
        assert abs(found.end - cents(totals[1])) <= CENT
        rows = found.detail.drop("product_family", "after").sum_horizontal()
        assert np.allclose(rows.to_numpy(), found.detail["after"].to_numpy(), atol=0.005)


@pytest.mark.parametrize("seed", range(3))
def test_every_pair_of_versions_of_a_company_ties(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    workspace = Workspace.create(tmp_path_factory.mktemp("law") / "c", company="Law")
    rates = [
        {"from_currency": "EUR", "to_currency": "USD", "rate": rate, "rate_type": kind, "valid_from": day}
        for kind, day, rate in (
            ("plan", date(2024, 1, 1), 1.1), ("average", date(2024, 1, 1), 1.2), ("average", date(2025, 6, 1), 1.05),
            ("budget", date(2024, 1, 1), 1.15),
        )
    ]  # fmt: skip
    made = company(items=3 + seed, customers=3, seed=seed, replace={"currency_rate": rates})
    sales = made.tables["sales_line"].with_columns(
        currency=pl.when(pl.col("customer_id") == "C1").then(pl.lit("EUR")).otherwise(pl.lit("USD"))
    )
    extract = company(
        items=3 + seed,
        customers=3,
        seed=seed,
        replace={"currency_rate": rates, "sales_line": sales.drop("_source", "_source_row").to_dicts()},
    )
    workspace.add_extract(extract, at=AT)
    plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=12).plan()
    views = [version_of(plan, kind) for kind in ("plan", "operating_plan", "budget", "actual", "last_year")]
    bridged = 0
    for before, after in permutations(views, 2):
        if not spoken(before) & spoken(after):
            continue
        for measure in MEASURES:
            found = bridge_versions(before, after, measure)
            assert found.start + sum(effect for _, effect in found.effects) == found.end
        bridged += 1
    assert bridged >= 10


@pytest.mark.parametrize("seed", range(3))
def test_months_add_up_to_quarters_and_cash_follows_from_profit(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = Workspace.create(tmp_path_factory.mktemp("law") / "c", company="Law")
    workspace.add_extract(company(items=4, customers=3, seed=seed), at=AT)
    plan = workspace.create_scenario("base", actor="dana", at=AT, horizon=12).plan()
    months, quarters = (make_statement(plan, ("plan",), time=time) for time in ("month", "quarter"))
    for line in ("revenue", "cogs", "operating_profit", "customer_receipts", "supplier_payments", "cash_flow"):
        summed = sum(months.value("plan", period, line) or 0.0 for period in months.periods)
        assert summed == pytest.approx(sum(quarters.value("plan", period, line) or 0.0 for period in quarters.periods))
    for period in quarters.periods:
        v = {line: quarters.value("plan", period, line) or 0.0 for line in
             ("operating_profit", "depreciation", "working_capital_change", "capex", "cash_flow")}  # fmt: skip
        reckoned = v["operating_profit"] + v["depreciation"] - v["working_capital_change"] - v["capex"]
        assert v["cash_flow"] == pytest.approx(reckoned)
