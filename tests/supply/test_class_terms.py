"""Terms by class of customer: how they are read, and who waits when one class costs more than another."""

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid
from steelyard.supply.class_terms import ClassTerms, class_values, read_class_terms, unknown_classes


def test_terms_are_read_by_class_and_what_is_not_said_stays() -> None:
    told = "A: B: backlog 0.3, rank 2; Web: goodwill 0"
    assert read_class_terms(told) == {"A: B": ClassTerms(0.3, None, 2), "Web": ClassTerms(None, 0.0, None)}
    waiting, losing, rank = class_values(("Web", "A: B", "Shop"), told, backlog=0.1, goodwill=0.5)
    assert waiting.tolist() == [0.1, 0.3, 0.1]
    assert losing.tolist() == [0.0, 0.5, 0.5]
    assert rank.tolist() == [3, 2, 3]
    assert unknown_classes(told, ("Web",)) == ("A: B",)


def test_without_terms_all_classes_are_alike() -> None:
    waiting, losing, rank = class_values(("A", "B"), "  ", backlog=0.1, goodwill=0.5)
    assert np.ptp(waiting) == np.ptp(losing) == np.ptp(rank) == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Retail", "says nothing"),
        ("Retail: speed 3", "is no term of Retail"),
        ("Retail: backlog", "no number"),
        ("Retail: backlog 11", "from 0 to 10"),
        ("Retail: rank 1.5", "whole number"),
        ("Retail: rank 1, rank 2", "rank twice"),
        ("Retail: rank 1; Retail: rank 2", "named twice"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, told: str) -> None:
    with pytest.raises(ChangeInvalid, match=told):
        read_class_terms(text)
