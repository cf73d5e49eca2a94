"""Grading: expected against what came, the option not taken, and calibration; examples made by hand."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from steelyard.cycle.grading.actual import Actuals, actuals_of, demand_came, known_periods
from steelyard.cycle.grading.calibration import calibrate, chance_of_at_most
from steelyard.cycle.grading.expectation import Expectation, to_date
from steelyard.cycle.grading.grade import Grade, Line, OptionOutcome, grade, read_grade
from steelyard.cycle.grading.replay import demand_without, play
from steelyard.plan.plan import Plan
from steelyard.plan.workspace import Workspace
from tests.company import company
from tests.web.conftest import AT

EXPECTED = (
    Expectation("revenue", (100.0, 210.0), (90.0, 190.0), (115.0, 240.0)),
    Expectation("inventory_value", (50.0, 40.0), (45.0, 30.0), (60.0, 55.0)),
    Expectation("demand", (10.0, 20.0)),
)
CAME = Actuals(("2026-01", "2026-02"), {"revenue": 180.0, "inventory_value": 29.0, "demand": 19.0})


def outcome(key: int, margin: float, *, taken: bool = False) -> OptionOutcome:
    return OptionOutcome(key, f"option {key}", taken, {"gross_margin": margin})


def test_numbers_are_held_against_the_end_of_the_last_known_period() -> None:
    found = {line.name: line for line in grade(EXPECTED, CAME).lines}
    assert (found["revenue"].expected, found["revenue"].actual, found["revenue"].error) == (210.0, 180.0, -30.0)
    assert (found["revenue"].inside, found["revenue"].verdict) == (False, "worse")
    assert found["revenue"].relative == pytest.approx(-30 / 210)


def test_less_stock_than_the_range_is_better_and_no_range_is_no_verdict() -> None:
    found = {line.name: line.verdict for line in grade(EXPECTED, CAME).lines}
    assert found == {"revenue": "worse", "inventory_value": "better", "demand": "unknown"}
    assert grade(EXPECTED, CAME).inside == (0, 2)


def test_what_nobody_knows_is_not_graded() -> None:
    assert [line.name for line in grade(EXPECTED, replace(CAME, values={"revenue": 1.0})).lines] == ["revenue"]
    assert grade(EXPECTED, Actuals((), {})).lines == ()


def test_the_gain_is_over_the_best_option_not_taken() -> None:
    found = Grade((), (), (outcome(1, 80.0), outcome(2, 100.0, taken=True), outcome(3, 130.0)))
    assert found.gain == -30.0
    assert Grade((), (), (outcome(2, 100.0, taken=True),)).gain is None
    unseen = tuple(OptionOutcome(n, "", n == 2, {"demand": 5.0}) for n in (1, 2))
    assert Grade((), (), unseen).gain is None, "no margin is known, which is not a gain of nothing"


def test_a_grade_survives_being_kept() -> None:
    made = grade(EXPECTED, CAME, [outcome(1, 80.0), outcome(2, 100.0, taken=True)], 0.97)
    assert read_grade(json.loads(json.dumps(made.to_json()))) == made


def test_both_options_share_the_error_of_the_forecast() -> None:
    # 100 planned, 80 came: the option that would have planned 30 more would have met 110.
    came, taken = np.array([80.0]), np.array([100.0])
    assert demand_without(came, taken, np.array([130.0])).tolist() == [110.0]
    assert demand_without(came, taken, taken).tolist() == came.tolist()
    assert demand_without(came, taken, np.array([0.0])).tolist() == [0.0]


def test_flows_add_up_and_levels_stay() -> None:
    values = np.array([[1.0, 2.0, 3.0]])
    assert to_date("gross_margin", values).tolist() == [[1.0, 3.0, 6.0]]
    assert to_date("inventory_value", values).tolist() == [[1.0, 2.0, 3.0]]


def line(inside: bool) -> Line:
    return Line("revenue", 100.0, 90.0, 110.0, 105.0 if inside else 150.0)


@pytest.mark.parametrize(
    ("inside", "outside", "verdict"),
    [(0, 0, "nothing known yet"), (8, 2, "well calibrated, as far as so few can tell"), (3, 7, "too sure"),
     (30, 0, "too cautious"), (24, 6, "well calibrated")],
)  # fmt: skip
def test_a_forum_is_called_too_sure_only_when_chance_does_not_explain_it(
    inside: int, outside: int, verdict: str
) -> None:
    lines = (*[line(True)] * inside, *[line(False)] * outside)
    assert calibrate([("executive_sop", Grade(("p",), lines, ()))])[0].verdict == verdict


def test_calibration_is_counted_per_forum() -> None:
    grades = [
        ("pre_sop", Grade((), (line(True),), (outcome(1, 5.0, taken=True), outcome(2, 3.0)))),
        ("pre_sop", Grade((), (line(False),), (outcome(1, 5.0, taken=True), outcome(2, 9.0)))),
        ("executive_sop", Grade((), (line(True),), ())),
    ]
    executive, pre = calibrate(grades)
    assert (pre.decisions, pre.inside, pre.numbers, pre.gain, pre.regrets) == (2, 1, 2, -2.0, 1)
    assert pre.bias == pytest.approx((0.05 + 0.50) / 2)
    assert (executive.forum, executive.gain) == ("executive_sop", None)


def test_the_binomial_chance_is_that_of_the_table() -> None:
    # Binomial table, n = 10, p = 0.8: P(X <= 5) = 0.0328
    assert chance_of_at_most(5, 10, 0.8) == pytest.approx(0.0328, abs=5e-5)


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Plan, Plan, Plan]]:
    with Workspace.create(tmp_path_factory.mktemp("grading") / "c", company="Small") as workspace:
        first = company(items=4, customers=2)
        later = company(items=4, customers=2, periods=26, as_of=date(2026, 2, 28))
        workspace.add_extract(first, at=AT, actor="dana")
        then = workspace.create_scenario("then", extract=first.digest, actor="dana", at=AT, horizon=12)
        more = then.branch("more", actor="dana", at=AT)
        more.change("consensus_demand", percent=20, actor="dana", at=AT, reason="promotion")
        workspace.add_extract(later, at=AT, actor="dana")
        now = workspace.create_scenario("now", extract=later.digest, actor="dana", at=AT, horizon=12)
        yield then.plan(), more.plan(), now.plan()


def test_what_came_is_read_from_the_later_extract(two_months: tuple[Plan, Plan, Plan]) -> None:
    then, _, now = two_months
    found = actuals_of(then, now)
    assert found.periods == then.horizon.labels[:2] == known_periods(then, now)
    assert found.values["demand"] == pytest.approx(
        now.value("demand_history", periods=(found.periods[0], found.periods[-1]))
    )
    assert demand_came(then, now, found.periods).sum() == pytest.approx(found.values["demand"])
    assert actuals_of(now, then).periods == ()


def test_the_option_taken_meets_the_demand_that_came(two_months: tuple[Plan, Plan, Plan]) -> None:
    then, more, now = two_months
    periods = known_periods(then, now)
    taken = play(then, then, now, periods)
    assert taken.values["demand"] == pytest.approx(now.value("demand_history", periods=(periods[0], periods[-1])))
    other = play(more, then, now, periods)
    assert other.values["demand"] > taken.values["demand"]
    assert play(more, more, now, periods).values["demand"] == pytest.approx(taken.values["demand"])
