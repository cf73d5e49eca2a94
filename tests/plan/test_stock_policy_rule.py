"""The check of the table and the reader of policies agree on what a line may say."""

import polars as pl
import pytest

from steelyard.data.declarations.master_data import POLICY_LINE
from steelyard.errors import ChangeInvalid
from steelyard.inventory.stock_policy import LAWS, MEASURES, RULES, read_policy

GOOD = [
    "lot 500",
    "lot .5 min_max",
    "",
    "fill_rate 0.98 gamma review 7 min_max",
    " cycle  .95 ",
    "review 7.5",
    *MEASURES,
    *LAWS,
    *RULES,
]
BAD = ["lot", "lot 0", "lot many", "99", "fillrate 0.9", "review", "0.9.5", "cycle0.9", "as much as possible"]


@pytest.mark.parametrize("line", GOOD + BAD)
def test_both_take_and_refuse_the_same_lines(line: str) -> None:
    accepted = pl.Series([line]).str.contains(POLICY_LINE)[0]
    assert accepted == (line in GOOD)
    if accepted:
        read_policy(line)
    else:
        with pytest.raises(ChangeInvalid):
            read_policy(line)
