"""Variance alerts: money off another version opens one case for each family, and no second one for the same gap."""

from types import SimpleNamespace

import pytest

from steelyard.plan.money import variance_alerts
from steelyard.plan.money.variance import VarianceException
from steelyard.plan.money.variance_alerts import variance_breaches


def off(against: str, measure: str, member: str, period: str, value: float, target: float) -> VarianceException:
    return VarianceException(against, measure, "product_family", member, period, value, target)  # type: ignore[arg-type]


@pytest.fixture
def found(monkeypatch):
    def give(*exceptions: VarianceException) -> None:
        monkeypatch.setattr(variance_alerts, "variance_exceptions", lambda plan, last_plan=None: exceptions)

    return give


PLAN = SimpleNamespace()


def test_quarters_of_one_family_are_one_breach(found) -> None:
    found(off("last_plan", "revenue", "A", "2026-Q2", 70, 100), off("last_plan", "revenue", "A", "2026-Q1", 80, 100))
    (one,) = variance_breaches(PLAN)  # type: ignore[arg-type]
    assert (one.place, one.first, one.last) == ("variance:last_plan:revenue@product_family=A", "2026-Q1", "2026-Q2")
    assert (one.value, one.target) == (150, 200)
    assert one.rule == "Revenue is 25 % behind the last plan"


def test_margin_that_follows_revenue_and_a_gap_a_rule_has_found_are_no_breach_of_their_own(found) -> None:
    found(
        off("budget", "revenue", "A", "2026-Q1", 80, 100), off("budget", "gross_margin", "A", "2026-Q1", 30, 50),
        off("budget", "gross_margin", "B", "2026-Q1", 30, 50),
    )  # fmt: skip
    names = [one.place for one in variance_breaches(PLAN)]  # type: ignore[arg-type]
    assert names == ["variance:budget:gross_margin@product_family=B", "variance:budget:revenue@product_family=A"]
    seen = {"revenue_vs_budget@product_family=A"}
    assert all("=A" not in one.place for one in variance_breaches(PLAN, seen=seen) if "revenue" in one.kpi)  # type: ignore[arg-type]


def test_quarters_that_make_up_for_each_other_are_no_breach(found) -> None:
    found(
        off("last_plan", "revenue", "A", "2026-Q1", 90, 100), off("last_plan", "revenue", "A", "2026-Q2", 107, 100),
        off("last_plan", "revenue", "B", "2026-Q1", 90, 100), off("last_plan", "revenue", "B", "2026-Q2", 94, 100),
    )  # fmt: skip
    assert [one.member for one in variance_breaches(PLAN)] == ["B"], "1.5 % behind is borne, 8 % is not"  # type: ignore[arg-type]


def test_what_is_small_beside_the_largest_gap_opens_nothing(found) -> None:
    found(
        off("budget", "revenue", "A", "2026-Q1", 0, 1e6), off("budget", "revenue", "B", "2026-Q1", 90, 100),
    )  # fmt: skip
    assert [one.member for one in variance_breaches(PLAN)] == ["A"]  # type: ignore[arg-type]
