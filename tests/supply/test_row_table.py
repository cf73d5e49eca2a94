"""The row table: replaced rows are seen, the table before stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steelyard.supply.row_table import RowTable, cells_of


def test_replacing_leaves_the_table_before_as_it_was() -> None:
    before = RowTable.of(np.zeros((40, 2)))
    after = before.replace(np.array([3]), np.array([[1.0, 2.0]]))
    assert before.dense().sum() == 0
    assert after.take(np.array([2, 3])).tolist() == [[0, 0], [1, 2]]
    assert after.base is before.base


def test_nothing_to_replace_gives_the_same_table() -> None:
    table = RowTable.of(np.zeros((4, 2)))
    assert table.replace(np.empty(0, np.int64), np.empty((0, 2))) is table


@given(st.integers(0, 10_000))
def test_a_history_of_replacements_equals_plain_assignment(seed: int) -> None:
    draw = np.random.default_rng(seed)
    plain = draw.random((50, 3))
    table = RowTable.of(plain.copy())
    for _ in range(6):
        rows = draw.permutation(50)[: draw.integers(0, 12)]
        numbers = draw.random((rows.size, 3))
        table, plain = table.replace(rows, numbers), plain.copy()
        plain[rows] = numbers
    assert np.array_equal(table.dense(), plain)
    assert all(np.array_equal(cells_of(table.cells, row), plain[row]) for row in range(50))


def test_many_replacements_fold_into_a_new_base() -> None:
    table = RowTable.of(np.zeros((16, 2))).replace(np.arange(8), np.ones((8, 2)))
    assert table.over.shape[0] == 0
    assert table.dense()[:8].all()
