"""The charter: read again as it was written, refused where it makes no sense, and sound as it is delivered."""

from datetime import date

import pytest

from steelyard.cycle.decision.kind import KINDS
from steelyard.errors import GovernanceInvalid
from steelyard.governance.charter import Charter, Part, body_of, charter_of, entry_of
from steelyard.governance.forum import check_forum
from steelyard.governance.raci_check import Matrix, check_raci
from steelyard.governance.role import Person, holders
from steelyard.governance.standard_charter import STANDARD

DAY = date(2026, 11, 2)


def held_by() -> dict[str, list[str]]:
    people = [Person(role.key, role.label, role.follows) for role in STANDARD.roles]
    return holders(STANDARD.roles, people, {})


def test_every_entry_is_read_again_as_it_was_written() -> None:
    read = [entry_of(part, body_of(entry)) for part, _, entry in STANDARD.entries()]
    assert charter_of(read) == STANDARD


def test_names_are_unique_within_their_part() -> None:
    names = [(part, name) for part, name, _ in STANDARD.entries()]
    assert len(set(names)) == len(names)


def test_the_standard_charter_has_no_fault() -> None:
    assert check_raci(Matrix(STANDARD.rows, STANDARD.roles, held_by(), DAY)) == []
    assert [fault for forum in STANDARD.forums for fault in check_forum(forum, held_by(), [], DAY)] == []


def test_the_standard_charter_speaks_of_its_own_roles_and_forums_only() -> None:
    roles = {role.key for role in STANDARD.roles}
    forums = {forum.key for forum in STANDARD.forums}
    assert {role for row in STANDARD.rows for role in row.duties} <= roles
    assert {role for forum in STANDARD.forums for role in forum.roles} <= roles
    assert {one.role for one in STANDARD.ownership} | {one.role for one in STANDARD.standards} <= roles
    assert {one.forum for one in STANDARD.protocols} <= forums


@pytest.mark.parametrize(
    ("part", "body", "said"),
    [
        ("role", {"key": "a role!", "label": "x"}, "snake_case"),
        ("role", {"key": "", "label": "x"}, "missing"),
        ("forum", {"key": "f", "name": "F", "chair": "c", "voters": ["a"], "quorum": 2}, "quorum"),
        ("forum", {"key": "f", "name": "F", "chair": "c", "voters": ["a"], "every": "day"}, "day"),
        ("forum", {"key": "f", "name": "F", "chair": "c", "voters": "a"}, "list"),
        ("row", {"matter": "thing:x", "label": "X"}, "answers for"),
        ("row", {"matter": "step:x", "label": "X", "duties": {"sales": "Z"}}, "duty"),
        ("ownership", {"thing": "car", "key": "x", "role": "y"}, "own"),
        ("standard", {"table": "item", "text": "x", "role": "y", "least_score": "many"}, "0 to 100"),
        ("protocol", {"kind": "k", "title": "t", "proposes": "p", "forum": "f", "least_options": 0}, "1 to 9"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(part: Part, body: dict[str, object], said: str) -> None:
    with pytest.raises(GovernanceInvalid, match=said):
        entry_of(part, body)


def test_an_unknown_forum_is_named() -> None:
    with pytest.raises(GovernanceInvalid, match="no forum 'breakfast'"):
        Charter().forum("breakfast")


def test_the_standard_charter_answers_for_every_step_and_kind_of_decision_there_is() -> None:
    answered = {str(row.matter) for row in STANDARD.rows}
    assert {f"decision:{kind}" for kind in KINDS} <= answered
    decided = {kind for forum in STANDARD.forums for kind in forum.decides}
    assert decided == set(KINDS)
