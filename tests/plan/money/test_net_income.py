"""From operating profit to net income: settings and accounts, what is not set, and the cash it takes."""

from datetime import UTC, datetime

import pytest

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.money.option_value import value_option
from steelyard.plan.money.statement import make_statement
from steelyard.plan.operation import Percent, SetParameter
from steelyard.plan.scenario import Scenario

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def with_settings(base: Scenario, name: str, **values: object) -> Scenario:
    branch = base.branch(name, actor="dana", at=AT)
    branch.append(*(Change(SetParameter(key, value), author="dana", at=AT) for key, value in values.items()))
    return branch


def test_what_nobody_has_set_is_said_and_counts_nowhere(base):
    found = make_statement(base.plan(), ("plan",), time="quarter")
    assert found.unset["tax"] == "not set: give tax_rate in the settings"
    assert found.unset["interest"] == "not set: give debt and interest_rate in the settings"
    assert {"interest", "profit_before_tax", "tax", "net_income"} == set(found.unset)
    for period in found.periods:
        assert found.value("plan", period, "net_income") is None
        assert found.value("plan", period, "interest_and_tax") == 0.0
        assert found.value("plan", period, "cash_flow") is not None


def test_interest_and_tax_lead_from_operating_profit_to_net_income_and_cash(base):
    plain = make_statement(base.plan(), ("plan",), time="quarter")
    plan = with_settings(base, "taxed", tax_rate="0.25", interest_rate="0.06", debt="120000").plan()
    found = make_statement(plan, ("plan",), time="quarter")
    assert not found.unset
    for period in found.periods:
        v = {line.key: found.value("plan", period, line.key) for line in found.lines}
        assert v["interest"] == pytest.approx(3 * 120000 * 0.06 / 12)
        assert v["profit_before_tax"] == pytest.approx(v["operating_profit"] - v["interest"])
        assert v["tax"] == pytest.approx(0.25 * v["profit_before_tax"])
        assert v["net_income"] == pytest.approx(0.75 * v["profit_before_tax"])
        before = plain.value("plan", period, "cash_flow")
        assert v["cash_flow"] == pytest.approx(before - v["interest"] - v["tax"])
    assert found.sources["tax"] == "settings: 25.0% of profit before tax"


def test_interest_alone_leaves_the_tax_open(base):
    found = make_statement(with_settings(base, "owing", interest_rate="0.06", debt="1000").plan(), ("plan",))
    assert set(found.unset) == {"tax", "net_income"}
    assert found.value("plan", found.periods[0], "profit_before_tax") is not None


@pytest.mark.parametrize(("name", "value"), [("tax_rate", "1.5"), ("interest_rate", "much"), ("fiscal_year_start", 13)])
def test_what_cannot_be_is_refused(base, name, value):
    with pytest.raises(ChangeInvalid, match=name):
        with_settings(base, f"wrong {name}", **{name: value})


def test_an_option_is_worth_less_after_tax(base):
    more = Change(Percent(20), "consensus_demand", author="dana", at=AT, reason="promotion")
    option = base.branch("more", actor="dana", at=AT)
    option.append(more)
    taxed = with_settings(base, "taxed option", tax_rate="0.25")
    both = taxed.branch("more taxed", actor="dana", at=AT)
    both.append(more)
    before, after = value_option(base.plan(), option.plan()), value_option(taxed.plan(), both.plan())
    profit = (
        make_statement(option.plan(), ("plan",), time="period"),
        make_statement(base.plan(), ("plan",), time="period"),
    )
    for t, period in enumerate(before.periods):
        earned = profit[0].value("plan", period, "operating_profit") - profit[1].value(
            "plan", period, "operating_profit"
        )
        assert before.cash[t] - after.cash[t] == pytest.approx(0.25 * earned)


def test_a_fiscal_year_begins_where_it_is_set(base):
    plan = with_settings(base, "july", fiscal_year_start=7).plan()
    years = dict(zip(plan.horizon.labels, plan.horizon.levels["fiscal_year"], strict=True))
    assert (years["2026-06"], years["2026-07"]) == ("FY2026", "FY2027")
    found = make_statement(plan, ("plan",), time="fiscal_year")
    assert found.periods == ("FY2026", "FY2027")
    assert found.value("plan", "FY2026", "revenue") == pytest.approx(
        plan.value("revenue", periods=("2026-01", "2026-06"))
    )
