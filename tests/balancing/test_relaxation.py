"""Relaxation: sets of limits of which none can be spared."""

from itertools import combinations

import pytest

from steelyard.balancing.relaxation import irreducible_set, irreducible_sets


def closes(*ways: set[str]):
    return lambda chosen: any(way <= chosen for way in ways)


def test_nothing_of_a_set_can_be_spared() -> None:
    for asked in (closes({"a", "b"}, {"c"}), closes({"a"}, {"b", "c"}), closes({"a", "b", "c"})):
        for one in irreducible_sets(["a", "b", "c", "d"], asked, most=5):
            assert asked(one)
            assert not any(asked(frozenset(part)) for part in combinations(one, len(one) - 1))


def test_several_ways_are_found_the_smallest_first() -> None:
    found = irreducible_sets(["a", "b", "c"], closes({"a", "b"}, {"c"}), most=5)
    assert found == (frozenset("c"), frozenset("ab"))


def test_where_nothing_closes_it_there_is_no_set() -> None:
    assert irreducible_set(["a"], lambda chosen: False) is None
    assert irreducible_sets(["a"], lambda chosen: False) == ()


def test_what_already_closes_needs_nothing() -> None:
    assert irreducible_set(["a", "b"], lambda chosen: True) == frozenset()


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_sets_than_asked_for(most: int) -> None:
    assert len(irreducible_sets(list("abcd"), closes({"a"}, {"b"}, {"c"}), most=most)) == most
