"""RACI: who is asked, for which slice, and what is wrong with a matrix."""

from datetime import date

import pytest

from steelyard.errors import GovernanceInvalid
from steelyard.governance.absence import Absence, acting
from steelyard.governance.matter import Matter, matter_of
from steelyard.governance.raci import Answerer, RaciRow, letters_of, row_for, who_is
from steelyard.governance.raci_check import Matrix, check_raci
from steelyard.governance.role import Role

DAY = date(2026, 11, 3)
ROLES = (Role("planner", "Planner", ""), Role("sales", "Sales", ""), Role("north", "North", ""))
HELD = {"planner": ["dana"], "sales": ["sam", "sue"], "north": ["nell"]}
ALL = RaciRow(matter_of("measure:consensus_demand"), "Consensus", {"planner": "AR", "sales": "C"})
NORTH = RaciRow(matter_of("measure:consensus_demand@territory=North"), "Consensus North", {"north": "AR"})


def rules(*rows: RaciRow, held=HELD, absences=()) -> list[str]:
    return [one.rule for one in check_raci(Matrix(rows, ROLES, held, DAY, tuple(absences)))]


def test_the_narrowest_row_answers() -> None:
    asked = Matter("measure", "consensus_demand", {"territory": ["North"], "item": ["I1"]})
    assert row_for([ALL, NORTH], asked) is NORTH
    assert row_for([ALL, NORTH], Matter("measure", "consensus_demand", {"territory": ["North", "South"]})) is ALL
    assert row_for([NORTH], Matter("measure", "consensus_demand")) is None


def test_who_is_accountable_for_a_slice() -> None:
    asked = Matter("measure", "consensus_demand", {"territory": ["North"]})
    assert who_is("accountable", asked, rows=[ALL, NORTH], held_by=HELD) == [Answerer("nell", "north")]
    assert [one.person for one in who_is("consulted", ALL.matter, rows=[ALL], held_by=HELD)] == ["sam", "sue"]
    assert who_is("informed", ALL.matter, rows=[ALL], held_by=HELD) == []


def test_a_delegate_stands_in_and_nobody_without_one() -> None:
    away = Absence("dana", DAY, DAY, "sam")
    found = who_is("accountable", ALL.matter, rows=[ALL], held_by=HELD, absences=[away], day=DAY)
    assert found == [Answerer("sam", "planner", "dana")]
    alone = Absence("dana", DAY, DAY)
    assert who_is("accountable", ALL.matter, rows=[ALL], held_by=HELD, absences=[alone], day=DAY) == []


def test_delegates_in_a_ring_are_nobody() -> None:
    ring = [Absence("dana", DAY, DAY, "sam"), Absence("sam", DAY, DAY, "dana")]
    assert acting("dana", DAY, ring) == ""
    assert acting("dana", DAY, [ring[0]]) == "sam"


def test_a_sound_matrix_has_no_finding() -> None:
    assert rules(ALL, NORTH) == []


@pytest.mark.parametrize(
    ("duties", "rule"),
    [
        ({"planner": "R"}, "somebody_is_accountable"),
        ({"planner": "AR", "north": "A"}, "only_one_is_accountable"),
        ({"planner": "A"}, "somebody_does_the_work"),
        ({"planner": "AR", "board": "C"}, "every_role_has_a_user"),
        ({"sales": "AR"}, "one_person_is_accountable"),
    ],
)
def test_what_is_wrong_is_found(duties, rule) -> None:
    assert rule in rules(RaciRow(matter_of("step:x"), "X", duties))


def test_an_absent_owner_without_a_delegate_is_found() -> None:
    assert rules(ALL, absences=[Absence("dana", DAY, DAY)]) == ["no_accountable_is_absent"]
    assert rules(ALL, absences=[Absence("dana", DAY, DAY, "sam")]) == []


def test_a_matter_is_read_as_it_is_written() -> None:
    for text in ("step:pre_sop", "measure:price@channel=Retail|Web;territory=North"):
        assert str(matter_of(text)) == text
    with pytest.raises(GovernanceInvalid):
        matter_of("measure:price@channel")
    with pytest.raises(GovernanceInvalid, match="no duty"):
        letters_of("RX")
