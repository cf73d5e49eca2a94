"""Forums, ownership and data standards: who sits, whose it is, what is kept."""

from datetime import date

from steelyard.governance.absence import Absence
from steelyard.governance.data_standard import DataStandard, check_standards
from steelyard.governance.forum import Forum, check_forum, seats, votes_present
from steelyard.governance.ownership import Ownership, owner_of

DAY = date(2026, 11, 3)
HELD = {"lead": ["ines"], "sales": ["sam"], "finance": ["fiona"]}
FORUM = Forum("pre_sop", "Pre-S&OP", "Agrees.", "lead", ("sales", "finance"), quorum=2)


def test_everybody_sits_once_with_the_highest_part() -> None:
    held = HELD | {"sales": ["sam", "ines"]}
    assert [(seat.person, seat.part) for seat in seats(FORUM, held)] == [
        ("ines", "chair"), ("sam", "vote"), ("fiona", "vote"),
    ]  # fmt: skip


def test_a_delegate_takes_the_seat() -> None:
    away = [Absence("sam", DAY, DAY, "dana")]
    seated = seats(FORUM, HELD, absences=away, day=DAY)
    assert [(seat.person, seat.instead_of) for seat in seated if seat.role == "sales"] == [("dana", "sam")]
    assert votes_present(FORUM, seated) == 2
    assert check_forum(FORUM, HELD, away, DAY) == []


def test_a_forum_that_cannot_decide_is_found() -> None:
    assert [one.rule for one in check_forum(FORUM, HELD, [Absence("sam", DAY, DAY)], DAY)] == ["quorum_can_be_met"]
    assert [one.rule for one in check_forum(FORUM, {}, [], DAY)] == ["forum_has_a_chair", "quorum_can_be_met"]


def test_the_narrowest_ownership_holds() -> None:
    owned = [
        Ownership("kpi", "fill_rate", "supply"),
        Ownership("kpi", "fill_rate", "north", scope={"territory": ("North",)}),
    ]
    found = owner_of("kpi", "fill_rate", owned, {"territory": ["North"]})
    assert found is not None
    assert found.role == "north"
    whole = owner_of("kpi", "fill_rate", owned)
    assert whole is not None
    assert whole.role == "supply"
    assert owner_of("table", "fill_rate", owned) is None


def test_a_standard_says_what_is_missing() -> None:
    standards = [DataStandard("item", "Complete.", "lead", 98.0, 3), DataStandard("price", "Complete.", "sales")]
    kept, missing = check_standards(standards, {"item": 99.0}, 5)
    assert kept.why == "5 days old, 3 are allowed"
    assert missing.why == "the extract has no rows"
    assert check_standards(standards[:1], {"item": 98.0}, 3)[0].kept
