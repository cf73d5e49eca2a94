"""Past: what corrects the demand of the past, and what drove it."""

import numpy as np
import polars as pl

from steelyard.demand.promotion import take_out_promotions
from steelyard.grid.block import Array, Blocks, BoolArray, cut, shared_block
from steelyard.plan.calculation import Value
from steelyard.plan.inputs import demand, history
from steelyard.plan.inputs.drivers import measure_drivers
from steelyard.plan.inputs.frame import PlanFrame
from steelyard.plan.inputs.recall import recalled
from steelyard.plan.inputs.rows import PlanRows


def by_series(rows: PlanRows, values: Array) -> Blocks:
    """Numbers by demand series, cut into blocks."""
    return cut(values, rows.demand.cuts)


def shared_blocks(rows: PlanRows, values: Array) -> Blocks:
    """Blocks by series; one that holds a single number is the same object wherever it is used."""
    return tuple(shared_block(block) for block in by_series(rows, values))


class Past:
    """Makes the inputs that tell about the past of each series."""

    def __init__(self, frame: PlanFrame, rows: PlanRows) -> None:
        self.extract, self.parameters, self.periods, self.rows = frame.extract, frame.parameters, frame.periods, rows
        self.reading, self.footing = frame.reading, (*frame.footing, self.periods, rows)

    def values(self, lines: pl.DataFrame, asked: Array, quantity: Array, promoted: BoolArray) -> dict[str, Value]:
        """What corrects the history: stock-outs, promotions, exclusions, successions, prices, series from outside."""
        return {
            **self._lives(asked),
            "stockout_flag": self._stockouts(asked),
            "promotion_flag": self._flagged(promoted),
            "excluded_demand": self._excluded(),
            **self._drivers(self._usual(asked, quantity, promoted), self._log_price(lines, promoted)),
        }

    @recalled
    def _lives(self, asked: Array) -> dict[str, Value]:
        """Since when each series is sold, and what it takes over from others."""
        own_life, links = np.isfinite(asked), history.successions(self.extract, self.rows)
        own = by_series(self.rows, own_life.astype(np.float64))
        joined = by_series(self.rows, history.joined_life(own_life, links)) if links.old.size else own
        return {"own_life_history": own, "life_history": joined, "supersession": links}

    @recalled
    def _stockouts(self, asked: Array) -> Blocks:
        found = history.stockouts(self.extract, self.rows, self.periods, self.parameters, asked)
        return shared_blocks(self.rows, found)

    @recalled
    def _flagged(self, flags: BoolArray) -> Blocks:
        return shared_blocks(self.rows, flags.astype(np.float64))

    @recalled
    def _excluded(self) -> Blocks:
        lines = history.excluded_lines(self.extract, self.parameters, self.periods)
        return shared_blocks(self.rows, history.excluded_demand(lines, self.rows, self.periods))

    @recalled
    def _usual(self, asked: Array, quantity: Array, promoted: BoolArray) -> Array:
        """Demand without what promotions brought, `[period, series]`; NaN outside the active life."""
        effect = demand.effect_of_promotions(self.extract, self.rows, self.periods.of("history"))
        own = np.where(np.isfinite(asked), quantity, np.nan)
        return take_out_promotions(own, promoted, effect=effect).baseline

    @recalled
    def _log_price(self, lines: pl.DataFrame, promoted: BoolArray) -> Array:
        """Log of the price by its usual level, `[period, series]`; NaN where a promotion ran."""
        found = history.log_price_ratio(history.price_history(lines, self.rows, self.periods))
        return np.where(promoted, np.nan, found)

    @recalled
    def _drivers(self, usual: Array, log_price: Array) -> dict[str, Value]:
        """What prices and series from outside did and do to demand."""
        found = measure_drivers(
            self.extract, self.rows, self.periods, self.parameters, history=usual, log_price=log_price
        )
        return {
            "past_driver_factor": shared_blocks(self.rows, found.past_factor),
            "indicator_factor": shared_blocks(self.rows, found.indicator_factor),
            "price_elasticity": shared_blocks(self.rows, found.elasticity),
            "price_evidence": found.prices,
            "indicator_evidence": found.indicators,
        }

    @recalled
    def promoted(self, runs: BoolArray) -> BoolArray:
        """Whether a promotion ran, as the lines or the table of promotions say, `[period, series]`."""
        return runs | demand.promotion_runs(self.extract, self.rows, self.periods.of("history"))
