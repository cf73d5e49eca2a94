"""A plan on other periods than calendar months: an imported and continued period table, weeks, and 4-4-5."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from steelyard.data.extract import Extract, sealed
from steelyard.grid.block import join
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.periods import period_shares
from steelyard.plan.plan import Plan
from steelyard.plan.workspace import Workspace
from tests.company import LINE, Row, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "adventureworks"
TOTALS = (
    "demand_history", "revenue_history", "statistical_forecast", "revenue", "cogs", "constrained_demand",
    "capacity_available", "capacity_load", "scheduled_receipts", "open_orders",
)  # fmt: skip


# ---- months moved by whole days, as AdventureWorks delivers them


def _adventureworks(shared: Path, folder: Path, mapping: str) -> Iterator[Plan]:
    with Workspace.create(folder, company="AdventureWorks") as workspace:
        workspace.import_extract(shared / "data" / "adventureworks", mapping=EXAMPLES / mapping, at=AT)
        yield workspace.create_scenario("base", actor="dana", at=AT, horizon=18).plan()


@pytest.fixture(scope="module")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """The plan on the 36 periods that were imported as they were delivered."""
    yield from _adventureworks(shared, tmp_path_factory.mktemp("imported") / "w", "shifted_calendar.toml")


@pytest.fixture(scope="module")
def moved_back(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """The plan on calendar months, with all dates moved back."""
    yield from _adventureworks(shared, tmp_path_factory.mktemp("moved") / "w", "mapping.toml")


def test_the_imported_periods_are_the_history(imported: Plan) -> None:
    calendar = imported.inputs.calendar
    assert (imported.inputs.history_count, calendar.size) == (36, 54)
    assert calendar.labels[:4] == ("2010-12-29", "2011-01-29", "2011-03-01", "2011-03-31")
    assert imported.inputs.periods("horizon").labels[:3] == ("2013-12-29", "2014-01-29", "2014-03-01")


def test_the_table_goes_on_as_months_moved_by_the_same_days(imported: Plan) -> None:
    edges = imported.inputs.calendar.edges
    assert ((edges - 2007).astype("datetime64[M]").astype("datetime64[D]") == edges - 2007).all()


def test_the_two_calendars_give_the_same_plan(imported: Plan, moved_back: Plan) -> None:
    for name in TOTALS:
        assert imported.value(name) == pytest.approx(moved_back.value(name), rel=1e-12), name
    own, other = (
        plan.frame(["statistical_forecast", "revenue"], by=["product_family"]) for plan in (imported, moved_back)
    )
    for name in ("statistical_forecast", "revenue"):
        assert np.allclose(own[name].to_numpy(), other[name].to_numpy(), rtol=1e-12)


def test_quarters_and_years_hold_three_and_twelve_periods(imported: Plan) -> None:
    calendar = imported.inputs.calendar
    for level, count in (("quarter", 3), ("year", 12)):
        names, index = calendar.members(level)
        inside = np.bincount(index)[: calendar.size // count]
        assert (inside == count).all()
        assert len(set(names)) == len(names)
    assert imported.frame(["revenue"], by=[], time="quarter")["period"].to_list() == [
        "2014-Q1", "2014-Q2", "2014-Q3", "2014-Q4", "2015-Q1", "2015-Q2",
    ]  # fmt: skip
    assert imported.frame(["revenue"], by=[], time="quarter")["revenue"].sum() == pytest.approx(
        imported.value("revenue")
    )


# ---- weeks and 4-4-5 by rule


def _planned(folder: Path, extract: Extract, horizon: int) -> Iterator[Plan]:
    with Workspace.create(folder, company="Small Company") as workspace:
        workspace.add_extract(extract, at=AT)
        yield workspace.create_scenario("base", actor="dana", at=AT, horizon=horizon).plan()


def _with(calendar: str, as_of: date = date(2025, 12, 31), **tables: Sequence[Row]) -> Extract:
    made = company(items=4, customers=3, periods=48, as_of=as_of, replace=tables)
    return sealed(dataclasses.replace(made, calendar=calendar))


@pytest.fixture(scope="module")
def weekly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """Half a year of weeks, with capacity that is stated by month."""
    months = Calendar.months("2026-01-01", 7)
    hours = [
        {"resource_id": LINE, "period_id": name, "available": 10.0 * days}
        for name, days in zip(months.labels, months.days.tolist(), strict=True)
    ]
    yield from _planned(tmp_path_factory.mktemp("weekly") / "w", _with("weeks", resource_capacity=hours), 26)


@pytest.fixture(scope="module")
def of_weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """A year and a half of months of 4, 4 and 5 weeks."""
    yield from _planned(tmp_path_factory.mktemp("445") / "w", _with("445"), 18)


def _sold(plan: Plan) -> float:
    """Quantity of the lines that lie in the history of a plan."""
    history = plan.inputs.periods("history")
    lines = company(items=4, customers=3, periods=48).tables["sales_line"]
    days = lines["requested_date"].to_numpy().astype("datetime64[D]")
    inside = (days >= history.edges[0]) & (days < history.edges[-1])
    return float(lines["quantity"].to_numpy()[inside].sum())


def test_weeks_are_named_and_start_on_monday(weekly: Plan) -> None:
    horizon = weekly.inputs.periods("horizon")
    assert horizon.labels[:2] == ("2026-W01", "2026-W02")
    assert horizon.size == 26
    assert all(start.isoweekday() == 1 for start in horizon.starts.tolist())
    assert weekly.inputs.periods("history").labels[-1] == "2025-W52"
    assert weekly.inputs.calendar.periods_per_year == 52


def test_weeks_hold_all_demand_and_forecast_as_much(weekly: Plan) -> None:
    assert weekly.value("demand_history") == pytest.approx(_sold(weekly))
    per_week = _sold(weekly) / weekly.inputs.history_count
    assert 0.5 < weekly.value("statistical_forecast") / (26 * per_week) < 2.0
    forecast = weekly.frame(["statistical_forecast"], by=["item"])["statistical_forecast"]
    assert np.isfinite(forecast.to_numpy()).all()
    assert (forecast >= 0).all()


def test_weeks_roll_up_to_quarters_and_years(weekly: Plan) -> None:
    names, _ = weekly.inputs.periods("horizon").members("quarter")
    assert names == ("2026-Q1", "2026-Q2")
    rolled = weekly.frame(["revenue"], by=[], time="quarter")["revenue"].sum()
    assert rolled == pytest.approx(weekly.value("revenue"))


def test_capacity_of_months_is_split_over_weeks(weekly: Plan) -> None:
    """Ten hours a day in every month are seventy hours a week; of the week that runs, the four days to come."""
    hours = join(weekly.inputs.values["capacity_available"])[:, 0]
    assert hours == pytest.approx([40.0, *[70.0] * 25])


def test_months_of_weeks_have_four_four_and_five(of_weeks: Plan) -> None:
    horizon = of_weeks.inputs.periods("horizon")
    assert horizon.labels[:3] == ("FY2026-P01", "FY2026-P02", "FY2026-P03")
    assert (horizon.days[:3] / 7).tolist() == [4, 4, 5]
    assert horizon.starts[0] == np.datetime64("2025-12-29")
    assert horizon.members("quarter")[0] == tuple(f"FY{2026 + n // 4}-Q{n % 4 + 1}" for n in range(6))
    assert horizon.members("fiscal_year")[0] == ("FY2026", "FY2027")


def test_years_of_weeks_begin_with_the_first_week_of_the_year(tmp_path: Path) -> None:
    """Week 53 of 2026 belongs to its last month, and 2027, whose 1 January is a Friday, keeps its name."""
    extract = _with("445", as_of=date(2027, 6, 30))
    calendar = next(_planned(tmp_path / "w", extract, 18)).inputs.calendar
    starts = dict(zip(calendar.labels, calendar.starts.tolist(), strict=True))
    assert [starts[f"FY{y}-P01"] for y in (2024, 2025, 2026, 2027, 2028)] == [
        date(2024, 1, 1), date(2024, 12, 30), date(2025, 12, 29), date(2027, 1, 4), date(2028, 1, 3),
    ]  # fmt: skip
    assert starts["FY2027-P01"] - starts["FY2026-P12"] == timedelta(weeks=6)


def test_months_of_weeks_hold_all_demand(of_weeks: Plan) -> None:
    assert of_weeks.value("demand_history") == pytest.approx(_sold(of_weeks))
    per_period = _sold(of_weeks) / of_weeks.inputs.history_count
    assert 0.5 < of_weeks.value("statistical_forecast") / (18 * per_period) < 2.0
    rolled = of_weeks.frame(["revenue"], by=[], time="fiscal_year")["revenue"].sum()
    assert rolled == pytest.approx(of_weeks.value("revenue"))


# ---- a period table goes on in its own manner


def _periods(starts: list[date], names: list[str]) -> list[Row]:
    return [
        {"period_id": name, "start_date": a, "end_date": b - timedelta(days=1)}
        for name, (a, b) in zip(names, pairwise(starts), strict=True)
    ]


def _continued(tmp_path: Path, starts: list[date], names: list[str]) -> Calendar:
    extract = company(items=2, replace={"period": _periods(starts, names)})
    return next(_planned(tmp_path / "w", sealed(extract), 6)).inputs.periods("horizon")


def test_weeks_of_a_table_go_on_by_their_number(tmp_path: Path) -> None:
    mondays = [date(2024, 1, 1) + timedelta(weeks=n) for n in range(105)]
    names = [f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in mondays[:-1]]
    assert _continued(tmp_path, mondays, names).labels[:3] == ("2026-W01", "2026-W02", "2026-W03")


def test_numbered_periods_of_a_table_go_on_with_the_year_counted_up(tmp_path: Path) -> None:
    firsts = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(25)]
    names = [f"P{n % 12 + 1:02d}/{2024 + n // 12}" for n in range(24)]
    assert _continued(tmp_path, firsts, names).labels[:2] == ("P01/2026", "P02/2026")


def test_names_without_a_year_go_on_by_the_first_day(tmp_path: Path) -> None:
    firsts = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(25)]
    assert _continued(tmp_path, firsts, [f"period {n}" for n in range(24)]).labels[:1] == ("2026-01-01",)


def test_a_month_falls_into_the_weeks_that_it_shares_days_with() -> None:
    shares = period_shares(pl.Series(["2026-02", "2026-W06"]), company(items=1), Calendar.weeks("2026-01-26", 6))
    month = shares.filter(pl.col("period_id") == "2026-02")
    assert month["share"].to_list() == pytest.approx([1 / 28, 7 / 28, 7 / 28, 7 / 28, 6 / 28])
    assert month["cover"].to_list() == pytest.approx([1 / 7, 1, 1, 1, 6 / 7])
    assert shares.filter(pl.col("period_id") == "2026-W06").rows() == [("2026-W06", 1, 1.0, 1.0)]
