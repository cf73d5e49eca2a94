"""Line flows: the kernel gives the bits of the sums written out in numpy."""

import numpy as np
import pytest

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply._line_flows import taken
from steelyard.supply.evaluate import consumed_units, hours_used
from steelyard.supply.model import SupplyModel, option_of_lines
from tests.supply.random_model import random_model


def ahead(quantity: Array, line: IntArray, lag: IntArray) -> Array:
    """Quantity of each line's option some periods before its receipt."""
    later = np.arange(quantity.shape[0])[:, None] + lag
    return np.where(later < quantity.shape[0], quantity[np.minimum(later, quantity.shape[0] - 1), line], 0.0)


def consumed(model: SupplyModel, quantity: Array) -> Array:
    options, period = model.options, np.arange(model.length)[:, None]
    line = option_of_lines(options.component_start)
    counts = (period >= options.component_from) & (period < options.component_to)
    released = ahead(quantity, line, options.lead_time[line]) * counts * options.quantity_per
    return scatter_add(released, options.component, len(model.nodes.names))


@pytest.mark.parametrize("seed", range(20))
def test_components_and_hours_are_those_written_out(seed: int) -> None:
    model = random_model(seed)
    options, count = model.options, len(model.resources.names)
    quantity = np.random.default_rng(seed).uniform(0, 50, (model.length, len(options.names)))
    hours = ahead(quantity, option_of_lines(options.hour_start), options.hour_offset) * options.hours_per_unit
    nothing = np.zeros((model.length, len(model.nodes.names)))
    assert np.array_equal(consumed_units(model, quantity), consumed(model, quantity))
    assert np.array_equal(hours_used(model, quantity, nothing), scatter_add(hours, options.resource, count))


def test_a_line_counts_between_its_dates() -> None:
    line, lag = np.array([0]), np.array([1])
    found = taken(np.ones((4, 1)), line, lag, np.array([2.0]), line, 1, since=np.array([1]), until=np.array([9]))
    assert found[:, 0].tolist() == [0.0, 2.0, 2.0, 0.0]
