"""Start what fits: a line of the bill that does not count yet takes nothing, even where its component is short."""

import numpy as np
import pytest

from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.priority import start_what_fits


def test_a_short_component_of_a_later_bill_line_holds_nothing_back() -> None:
    write = ModelBuilder(4)
    write.node("bolt", opening=0)
    write.node("frame", opening=100)
    write.node("bike")
    write.make("bike", unit_cost=1, components={"bolt": 1, "frame": 1})
    write.demand("bolt", [5, 0, 0, 0], price=1, backlog_cost=0.1)
    write.demand("bike", [10, 10, 10, 10], price=20, backlog_cost=1)
    model = write.build()
    model.options.component_from.flags.writeable = True
    model.options.component_from[model.options.component == model.nodes.names.index("bolt")] = 4
    quantity = np.full((4, len(model.options.names)), 10.0)
    plan = start_what_fits(model, quantity)
    assert np.isfinite(plan.decisions.quantity).all()
    assert plan.decisions.quantity.sum() == pytest.approx(40.0)
