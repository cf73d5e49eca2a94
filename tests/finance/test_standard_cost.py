"""Standard cost by hand: a table of a top and four legs, made, painted and moved."""

import numpy as np
import pytest

from steelyard.finance.standard_cost import CostArcs, CostParts, roll_up_cost, variable_share


def table() -> CostParts:
    """Row 0 table at the centre, 1 table at the plant, 2 top, 3 leg, 4 timber."""
    arcs = CostArcs(np.array([1, 2, 3, 4, 4]), np.array([0, 1, 1, 2, 3]), np.array([1.0, 1.0, 4.0, 2.0, 0.5]))
    return roll_up_cost(
        arcs, np.array([0, 1, 2, 2, 3]),
        bought=np.array([0.0, 0, 0, 0, 10.0]), conversion=np.array([0.0, 8.0, 5.0, 1.0, 0.0]),
        freight=np.array([3.0, 0, 0, 0, 0]), overhead_rate=0.5,
    )  # fmt: skip


def test_a_table_costs_its_timber_its_hours_and_its_way() -> None:
    parts = table()
    assert parts.material.tolist() == [40.0, 40.0, 20.0, 5.0, 10.0]
    assert parts.conversion.tolist() == [17.0, 17.0, 5.0, 1.0, 0.0]
    assert parts.overhead[0] == 8.5
    assert parts.freight.tolist() == [3.0, 0.0, 0.0, 0.0, 0.0]
    assert parts.total[0] == 68.5


def test_parts_share_the_whole_and_overhead_is_fixed() -> None:
    shares = table().shares()
    assert shares.total == pytest.approx(np.ones(5))
    variable = variable_share(shares, fixed_conversion=0.0, fixed_overhead=1.0)
    assert variable[0] == pytest.approx(1 - 8.5 / 68.5)
