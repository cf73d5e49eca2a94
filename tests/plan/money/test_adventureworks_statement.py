"""AdventureWorks in money: margin by channel as its order lines say, purchases of the size of what is used."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.data.importing import check_extract
from steelyard.plan.money.profitability import profitability
from steelyard.plan.money.statement import Statement, make_statement
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.workspace import Workspace

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MAPPING = Path(__file__).resolve().parents[3] / "examples" / "adventureworks" / "mapping.toml"
HISTORY = ("2005-07", "2008-06")
"""The 36 full months of the extract."""
MILLION = 1e6

pytestmark = [pytest.mark.slow, pytest.mark.shared_data]


@pytest.fixture(scope="module")
def plan(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> PlanNumbers:
    made = Workspace.create(tmp_path_factory.mktemp("money") / "aw", company="AdventureWorks")
    made.add_extract(check_extract(shared / "data" / "adventureworks", mapping=MAPPING, at=AT), at=AT, actor="fiona")
    return made.create_scenario("base", actor="fiona", at=AT, horizon=12).plan()


def _of_channel(plan: PlanNumbers, channel: str) -> Statement:
    return make_statement(plan, ("actual",), time="all", periods=HISTORY, scope={"channel": channel})


@pytest.mark.parametrize(
    ("channel", "revenue", "cogs", "margin"),
    [("internet", 28_849_144, 16_985_874, 0.411), ("reseller", 80_450_597, 79_980_114, 0.006)],
)
def test_revenue_and_margin_of_each_channel_are_those_of_its_order_lines(
    plan: PlanNumbers, channel: str, revenue: float, cogs: float, margin: float
) -> None:
    """29.4 and 80.5 M USD ordered, less what the internet shipped after June 2008; margins of 41 and 0.6 %."""
    told = _of_channel(plan, channel)
    column = told.periods[0]
    assert told.value("actual", column, "revenue") == pytest.approx(revenue, abs=1)
    assert told.value("actual", column, "cogs") == pytest.approx(cogs, abs=1)
    assert told.value("actual", column, "gross_margin_percent") == pytest.approx(margin, abs=0.001)


def test_the_channels_add_up_to_the_company(plan: PlanNumbers) -> None:
    whole = make_statement(plan, ("actual",), time="all", periods=HISTORY)
    column = whole.periods[0]
    parts = [_of_channel(plan, channel).value("actual", column, "gross_margin") for channel in ("internet", "reseller")]
    assert sum(part or 0.0 for part in parts) == pytest.approx(whole.value("actual", column, "gross_margin"), abs=0.01)


def test_the_plan_keeps_the_margin_of_each_channel(plan: PlanNumbers) -> None:
    margins = dict(profitability(plan, ("channel",)).select("channel", "gross_margin_percent").iter_rows())
    assert margins["internet"] == pytest.approx(0.41, abs=0.02)
    assert margins["reseller"] == pytest.approx(0.006, abs=0.03)


def _year_ahead(plan: PlanNumbers, line: str) -> float:
    told = make_statement(plan, ("plan",), time="all")
    found = told.value("plan", told.periods[0], line)
    assert found is not None, line
    return found


def test_what_is_paid_to_suppliers_is_of_the_size_of_what_is_used(plan: PlanNumbers) -> None:
    """Prices by the pack read as prices by the piece gave 277 M USD a year for goods that cost 42 M."""
    assert 0.4 < _year_ahead(plan, "supplier_payments") / _year_ahead(plan, "cogs") < 1.0


def test_stock_and_payables_begin_as_the_books_say(plan: PlanNumbers) -> None:
    """The data warehouse values its stock at 23.6 M USD; purchases of June 2008 are not all paid."""
    told = make_statement(plan, ("actual",), time="all", periods=HISTORY)
    assert told.value("actual", told.periods[0], "inventory") == pytest.approx(20.4 * MILLION, rel=0.05)
    assert told.value("actual", told.periods[0], "payables") == pytest.approx(4.2 * MILLION, rel=0.05)
