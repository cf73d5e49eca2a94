"""Streams: weights of slices and who is heard first, read from what a company writes."""

import numpy as np
import pytest

from steelyard.demand.stream import read_precedence, read_weight_rules, weigh_streams
from steelyard.errors import ChangeInvalid
from steelyard.grid.block import silent_block


def test_rules_name_slices_by_class_and_periods() -> None:
    first, second = read_weight_rules("a 2-: sales 0.5, customer 1; 1: finance 1")
    assert (first.abc, first.first, first.last, first.weights) == ("A", 2, 0, (("sales", 0.5), ("customer", 1.0)))
    assert (second.abc, second.first, second.last) == ("", 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A: sales 1.5", "use a weight from 0 to 1"),
        ("A: sales -1", "use a weight from 0 to 1"),
        ("A: sale 0.5", "use statistical, sales"),
        ("A sales 0.5", "put a colon"),
        ("A: sales", "write e.g. sales 0.5"),
        ("D: sales 1", "neither an ABC class nor periods"),
        ("A 0-3: sales 1", "neither an ABC class nor periods"),
    ],
)
def test_a_rule_that_cannot_be_read_says_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(ChangeInvalid, match=said):
        read_weight_rules(text)


def test_unnamed_streams_are_heard_last_together() -> None:
    assert read_precedence("") == (("statistical", "sales", "marketing", "customer", "finance"),)
    assert read_precedence("customer, sales > finance")[-1] == ("statistical", "marketing")


def test_a_stream_stands_once_in_the_precedence() -> None:
    with pytest.raises(ChangeInvalid, match="sales stands twice"):
        read_precedence("sales > sales")


def test_the_mean_is_that_of_the_streams_that_speak() -> None:
    streams = [np.array([[10.0, np.nan]]), np.array([[20.0, np.nan]]), silent_block((1, 2))]
    mean = weigh_streams(streams, [np.full((1, 2), w) for w in (0.25, 0.75, 1.0)], [[0, 1, 2]])
    assert mean[0, 0] == 17.5
    assert np.isnan(mean[0, 1])


def test_a_consensus_lies_between_the_lowest_and_the_highest_voice() -> None:
    chance = np.random.default_rng(1)
    streams = [np.where(chance.random((4, 50)) < 0.3, np.nan, chance.gamma(2.0, 50.0, (4, 50))) for _ in range(4)]
    weights = [chance.random((4, 50)) + 0.01 for _ in range(4)]
    mean = weigh_streams(streams, weights, [[0, 1, 2, 3]])
    said = np.isfinite(np.stack(streams)).any(axis=0)
    low, high = np.fmin.reduce(streams)[said], np.fmax.reduce(streams)[said]
    assert np.all((mean[said] >= low - 1e-9) & (mean[said] <= high + 1e-9))
    assert np.all(np.isnan(mean[~said]))
