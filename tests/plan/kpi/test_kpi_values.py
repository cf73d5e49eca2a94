"""KPIs of a plan: the same numbers as the measures they are made of."""

import math
from datetime import UTC, date, datetime

import pytest

from steelyard.errors import StoreDamaged
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.money.expected import budget_money
from steelyard.plan.money.version import plan_money
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
JUDGED_LATER = {
    "forecast_accuracy", "forecast_bias", "forecast_value_added", "plan_stability", "plan_adherence",
    "schedule_adherence",
}  # fmt: skip


def values(kpis):
    return {kpi.name: kpi.value for kpi in kpis}


def test_every_indicator_has_a_value_in_order(base):
    kpis = base.plan().kpis()
    assert [kpi.name for kpi in kpis] == list(INDICATORS)
    unknown = {kpi.name for kpi in kpis if math.isnan(kpi.value)}
    beside = {name for name, one in INDICATORS.items() if one.source == "records"}
    assert unknown == JUDGED_LATER | beside | {"overrides_with_reason"}


def test_values_tie_to_measures(base):
    plan = base.plan()
    kpis = values(plan.kpis())
    assert kpis["revenue"] == pytest.approx(plan.value("revenue"))
    assert kpis["inventory_value"] == pytest.approx(plan.value("inventory_value"))
    margin = plan.value("gross_margin") / plan.value("revenue")
    assert kpis["gross_margin_percent"] == pytest.approx(100 * margin)
    assert kpis["bottleneck_utilisation"] == pytest.approx(100 * plan.value("utilisation"))
    assert 0 <= kpis["fill_rate"] <= 100


def test_a_damaged_plan_is_an_error_and_no_unknown_kpi(base, workspace):
    published = workspace.numbers_of(base.publish(**DANA))
    for pack in (workspace.folder / "plans" / "blocks").glob("*.pack"):
        pack.write_bytes(pack.read_bytes()[:60] + bytes(pack.stat().st_size - 1060) + pack.read_bytes()[-1000:])
    with pytest.raises(StoreDamaged):
        published.kpis()


def test_a_scope_without_resources_leaves_their_kpis_unknown(base):
    kpis = values(base.plan().kpis(scope={"product_family": "F0"}))
    assert math.isnan(kpis["bottleneck_utilisation"])
    assert kpis["revenue"] == pytest.approx(base.plan().value("revenue", scope={"product_family": "F0"}))


def test_the_companys_target_judges(base):
    kpi = next(kpi for kpi in base.plan().kpis(targets={"fill_rate": 0.0}) if kpi.name == "fill_rate")
    assert (kpi.target, kpi.standing) == (0.0, "good")


def test_against_the_plan_before_accuracy_and_stability_are_known(workspace, base):
    december = workspace.add_extract(company(items=6, customers=3, periods=23, as_of=date(2025, 11, 30)), at=AT)
    before = workspace.create_scenario("december", extract=december.digest, horizon=12, **DANA).plan()
    kpis = values(base.plan().kpis(previous=before))
    assert kpis["forecast_accuracy"] <= 100
    assert math.isfinite(kpis["forecast_bias"])
    assert values(base.plan().kpis(previous=base.plan()))["plan_stability"] == 100


def test_margin_is_held_against_the_budgets_margin_of_the_same_periods(base):
    """As the finance page tells it: the budget at its own volume and standard cost."""
    plan = base.plan()
    mine, budget = plan_money(plan), budget_money(plan)
    held = [t for t, label in enumerate(plan.horizon.labels) if budget.covered[plan.history.size + t]]
    asked = sum(float((budget.revenue - budget.cogs)[plan.history.size + t].sum()) for t in held)
    got = sum(float((mine.revenue - mine.cogs)[t].sum()) for t in held)
    assert held
    assert values(plan.kpis())["margin_vs_budget"] == pytest.approx(100 * (got - asked) / abs(asked))
    parts = [values(plan.kpis(scope={"product_family": name}))["margin_vs_budget"] for name in ("F0", "F1")]
    assert all(math.isfinite(part) for part in parts)
    assert min(parts) <= values(plan.kpis())["margin_vs_budget"] <= max(parts)
