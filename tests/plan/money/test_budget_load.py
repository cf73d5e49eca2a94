"""A budget from a file: through the checks, replacing its own time, spread down; what is lost or silent is said."""

from datetime import UTC, datetime

import polars as pl
import pytest

from steelyard.errors import ImportRejected, NameTaken
from steelyard.plan.change import Change
from steelyard.plan.money.budget_load import load_budget
from steelyard.plan.operation import Percent

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def load(workspace, base, file, name="with budget", **more):
    return load_budget(workspace, base, file, name, actor="fiona", at=AT, **more)


def test_a_quarter_of_a_family_replaces_its_time_and_is_spread_down(workspace, base, tmp_path):
    base.append(Change(Percent(5), "consensus_demand", author="dana", at=AT))
    file = tmp_path / "budget of may.csv"
    file.write_text("period_id;family;amount\n2026-Q1;F0;9.000,50\n2026-Q2;F9;100\n")
    before = base.plan()
    done = load(workspace, base, file)
    plan = done.scenario.plan()
    assert (done.rows, done.replaced, done.refused) == (2, 12, ())
    assert plan.value("budget_revenue", periods=("2026-01", "2026-03")) == pytest.approx(9000.5)
    assert plan.value("budget_revenue", periods=("2026-04", "2026-06")) == 0
    rest = ("2026-07", "2026-12")
    assert plan.value("budget_revenue", periods=rest) == before.value("budget_revenue", periods=rest)
    assert done.state is not None
    assert done.state.loaded - done.state.spread == pytest.approx(100.0), "family F9 is not there"
    assert plan.value("consensus_demand") == before.value("consensus_demand"), "the changes came along"
    assert base.plan().value("budget_revenue") == before.value("budget_revenue")


def test_an_excel_budget_that_ends_early_says_which_periods_are_silent(workspace, base, tmp_path):
    file = tmp_path / "estimate.xlsx"
    pl.DataFrame({"period_id": ["2026-01", "2026-02"], "amount": [500.0, 600.0]}).write_excel(file)
    done = load(workspace, base, file, version="latest_estimate")
    assert done.state is not None
    assert done.state.missing[0] == "2026-03"
    assert done.state.spread == pytest.approx(1100.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("month,amount\n2026-01,5\n", "no column period_id"),
        ("period_id,amount\nsome day,5\n2026-01,much\n", "No row can be used"),
        ("", "rejected"),
    ],
)
def test_what_cannot_be_used_is_refused_whole(workspace, base, tmp_path, text, said):
    file = tmp_path / "budget.csv"
    file.write_text(text)
    extracts = len(workspace.extracts())
    with pytest.raises(ImportRejected) as told:
        load(workspace, base, file)
    assert said in str(told.value)
    assert len(workspace.extracts()) == extracts
    assert "with budget" not in {one.name for one in workspace.scenarios()}


def test_a_name_that_is_taken_keeps_nothing(workspace, base, tmp_path):
    file = tmp_path / "budget.csv"
    file.write_text("period_id,amount\n2026-01,5\n")
    with pytest.raises(NameTaken):
        load(workspace, base, file, "base")
    assert len(workspace.extracts()) == 1
