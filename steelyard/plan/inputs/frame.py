"""Frame: periods, demand lines and series of a plan: what all of its inputs stand on."""

import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.series import NONE
from steelyard.plan.inputs import demand, history, streams
from steelyard.plan.inputs.life import ProductLife
from steelyard.plan.inputs.life_rows import KEYS, with_life_keys
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods, plan_periods
from steelyard.plan.inputs.recall import Reading, recalled
from steelyard.plan.inputs.rows import PlanRows, plan_rows


class PlanFrame:
    """Periods, demand lines and series of a plan, and the tables and settings it reads.

    Args:
        reading: Where parts are recalled.
        stated: What the ERP said.
        amended: The same with the changes of master data laid on.
        planned: The same with launches and ends laid on.
    """

    def __init__(self, reading: Reading, stated: Extract, amended: Extract, planned: Extract) -> None:
        self.reading, self.parameters = reading, reading.parameters
        self.stated, self.amended = reading.extract("stated", stated), reading.extract("amended", amended)
        self.extract = reading.extract("planned", planned)
        self.footing = (stated.company, stated.as_of.isoformat(), stated.base_currency, stated.calendar)

    @property
    @recalled
    def periods(self) -> PlanPeriods:
        """History and horizon."""
        return plan_periods(self.extract, self.parameters)

    @property
    @recalled
    def lines(self) -> pl.DataFrame:
        """All demand lines with their series keys."""
        return demand.demand_lines(self.extract, self.parameters)

    def rows(self, life: ProductLife) -> PlanRows:
        """The series of the plan, those that launches and successions bring among them."""
        keys = with_life_keys(life, self._seen(self._sold(self.lines)), self.extract)
        return self._rows(self.reading.table("keys", keys.select(KEYS).sort(KEYS)))

    @recalled
    def _sold(self, lines: pl.DataFrame) -> pl.DataFrame:
        return lines.select(KEYS).unique(maintain_order=True)

    @recalled
    def _seen(self, sold: pl.DataFrame) -> pl.DataFrame:
        return with_open_orders(sold, self.extract, self.parameters)

    @recalled
    def _rows(self, keys: pl.DataFrame) -> PlanRows:
        return plan_rows(self.extract, keys, self.parameters)


def with_open_orders(lines: pl.DataFrame, extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """Every combination that was sold, is ordered, or is forecast by a stream."""
    orders = extract.tables["open_order"].select("item_id", "location_id", "customer_id")
    keyed = demand.keyed(orders, extract, parameters)
    columns = ["item", "location", "customer"]
    seen = pl.concat([lines.select(columns), keyed.select(columns)]).unique()
    forecast = demand.placed(streams.unseen_combinations(extract, seen, parameters), extract)
    taken = history.successor_keys(extract, lines)
    unseen = forecast.with_columns(pl.col("customer").fill_null(NONE)).select(columns)
    return pl.concat([seen, unseen, taken]).unique()
