"""Stock kind: the kernels say what the formulas say, and a series does not depend on its neighbours."""

from math import erfc

import numpy as np

from steelyard.grid.block import Array
from steelyard.inventory.stock_kind import StockKinds, stock_kinds

PERIODS, SERIES, DAYS = 12, 60, 30.0


def a_block(columns: slice = slice(None)) -> tuple[Array, ...]:
    """Stock, safety stock, demand, two kinds of receipts, backlog, error and lead time of some series."""
    draw = np.random.default_rng(5)
    flows = [draw.gamma(1.0, scale, (PERIODS, SERIES)) for scale in (60.0, 20.0, 30.0, 10.0, 10.0)]
    backlog = np.where(draw.random((PERIODS, SERIES)) < 0.1, 3.0, 0.0)
    error = np.where(np.arange(SERIES) % 7 == 0, 0.0, 9.0)
    lead = np.where(np.arange(SERIES) % 5 == 0, 0.0, draw.gamma(2.0, 25.0, SERIES))
    lead[1] = DAYS * 2 * PERIODS
    return tuple(np.ascontiguousarray(part[..., columns]) for part in (*flows, backlog, error, lead))


def kinds(block: tuple[Array, ...]) -> StockKinds:
    """Kinds of stock where one period lies between reviews and nothing is ordered at least."""
    stock, safety, demand, scheduled, planned, backlog, error, lead = block
    one = np.ones(lead.size)
    return StockKinds(
        *stock_kinds(
            stock, safety, demand, scheduled, planned, backlog, error, lead, lead / 10, DAYS, one, 0 * one, 0.0,
            np.ones_like(stock), 0.02,
        )
    )  # fmt: skip


def test_the_pipeline_holds_the_receipts_of_the_lead_time_and_goes_on_beyond_the_horizon():
    _, _, _, scheduled, planned, _, _, lead = a_block()
    receipts = np.concatenate((scheduled + planned, np.repeat((scheduled + planned)[-1:], 3 * PERIODS, axis=0)))
    found = kinds(a_block()).pipeline_stock
    for t in range(PERIODS):
        share = np.clip(lead / DAYS - np.arange(3 * PERIODS)[:, None], 0.0, 1.0)
        assert np.allclose(found[t], (share * receipts[t + 1 : t + 1 + 3 * PERIODS]).sum(axis=0), rtol=1e-12)


def test_the_risk_is_the_chance_that_errors_and_late_supply_take_more_than_the_stock():
    stock, _, demand, _, _, backlog, error, lead = a_block()
    found = kinds(a_block()).stock_out_risk
    for t in range(PERIODS):
        for s in range(SERIES):
            exposed = min(t + 1, lead[s] / DAYS + 1)
            sigma = np.sqrt(exposed * error[s] ** 2 + (demand[t, s] * lead[s] / 10 / DAYS) ** 2)
            chance = 0.5 * erfc(stock[t, s] / sigma / np.sqrt(2.0)) if sigma > 0 else 0.0
            assert np.isclose(found[t, s], 1.0 if backlog[t, s] > 0 else chance, rtol=1e-9, atol=1e-15)


def test_a_series_does_not_depend_on_its_neighbours():
    for whole, alone in zip(kinds(a_block()), kinds(a_block(slice(8, 11))), strict=True):
        assert np.array_equal(whole[:, 8:11], alone)
