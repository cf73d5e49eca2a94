"""KPIs from the terminal: the registry, and values over the horizon and by period."""

from steelyard.kpi.registry import INDICATORS
from tests.cli.conftest import Call, answer


def test_the_registry_is_listed(call: Call) -> None:
    rows = answer(call("kpi", "list", "--json"))["kpis"]
    assert [row["name"] for row in rows] == list(INDICATORS)


def test_values_and_periods_are_shown(call: Call) -> None:
    assert len(answer(call("kpi", "show", "base", "--json"))["kpis"]) == len(INDICATORS)
    periods = answer(call("kpi", "show", "base", "--kpi", "fill_rate", "--json"))["periods"]
    assert any(row["plan"] is not None for row in periods)
    assert any(row["actual"] is not None for row in periods)
    assert call("kpi", "show", "base", "--kpi", "speed").exit_code == 5
