"""Supply terms: what supply costs and allows beyond the one source that requirements follow."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.capacity import capacity_available, productive_share
from steelyard.plan.inputs.crew import Crews, ShiftSteps, crews, shift_steps
from steelyard.plan.inputs.demand import accumulate
from steelyard.plan.inputs.further_sources import (
    SOURCE_TYPES,
    Recipes,
    SourceRules,
    further_sources,
    recipes,
    source_rules,
)
from steelyard.plan.inputs.money import to_base
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods, period_shares
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.storage import Storage, storage
from steelyard.supply.class_terms import class_values

RESOURCE_TYPES = ("machine", "labour", "supplier", "storage", "transport", "handling")
"""Types of resource in the order of the kinds of a supply model."""


@dataclass(frozen=True)
class SupplyPrices:
    """What the company pays for stock, waiting and lost sales where no table says."""

    holding_rate: float
    """Cost of holding stock for a year, as a share of its value."""
    shortfall_factor: float
    """A unit short of its target costs so many times what holding it costs."""
    backlog_rate: float
    """Cost of a unit that waits a month, as a share of its price."""
    goodwill_rate: float
    """Cost of a lost unit beside its margin, as a share of its price."""
    class_terms: str
    """Where that and the rank differ by class of customer; see `read_class_terms`."""
    overtime_premium: float
    """What an hour of overtime costs beyond a regular one, as a share of that, where no table says."""
    source_preference: float
    """What each step of priority of a source weighs beside money, as a share of standard cost."""
    quota_weight: float
    """What a unit beside the quota of its source weighs, as a share of standard cost."""
    stability_weight: float
    """What a unit more or less than in the plan approved last weighs, as a share of standard cost."""


@dataclass(frozen=True, eq=False)
class SupplyTerms:
    """Terms of supply.

    Args:
        kind: Number of the source type of each item-location in `SOURCE_TYPES`, -1 where it has no source.
        freight: Money to move a unit from its source, by item-location.
        most: Most units its source gives in a period, inf where nothing limits.
        holding_rate: Cost of holding stock for a year as a share of its value, NaN where none is stated.
        shelf_life_days: Days until a unit expires, 0 where it keeps.
        overtime: Most hours of overtime, `[period, resource]`.
        overtime_premium: Money that an hour of overtime costs beyond a regular hour, NaN where none is stated.
        hour_cost: Money of a regular hour, NaN where none is stated.
        resource_kind: Number of the type of each resource in `RESOURCE_TYPES`.
        efficiency: Share of the hours of each resource that produce: utilisation x efficiency.
        to_come: Share of each planned period that is still to come.
        crews: Workers of labour resources whose number may change.
        storage: Limits of what may lie at an item-location.
        shifts: Shifts that may be added, by resource.
        rules: Validity, priority and quota of each item-location's source; of all where it has none.
        source: Name of that source, nothing where it has none.
        split: Share of the need it states, 0 where it states none.
        other_source: Name of each further source.
        other_split: Share of the need it states, 0 where it states none.
        other_row: Item-location of each further source.
        other_kind: Its number in `SOURCE_TYPES`.
        other_rules: Validity, priority and quota of the further sources.
        other_recipes: What they take.
        other_lead_days: Its lead time [days].
        other_price: Money per unit, NaN where none is stated; freight included.
        other_lot_minimum: Least quantity of one order; NaN for that of the item-location.
        other_lot_multiple: Quantities are multiples of this, likewise.
        other_most: Most units in a period.
        customer_class: Number of the class of customer of each demand series.
        class_names: Names of the classes.
    """

    kind: IntArray
    freight: Array
    most: Array
    holding_rate: Array
    shelf_life_days: Array
    overtime: Array
    overtime_premium: Array
    hour_cost: Array
    resource_kind: IntArray
    efficiency: Array
    to_come: Array
    crews: Crews
    storage: Storage
    shifts: ShiftSteps
    rules: SourceRules
    source: tuple[str, ...]
    split: Array
    other_source: tuple[str, ...]
    other_split: Array
    other_row: IntArray
    other_kind: IntArray
    other_rules: SourceRules
    other_recipes: Recipes
    other_lead_days: Array
    other_price: Array
    other_lot_minimum: Array
    other_lot_multiple: Array
    other_most: Array
    customer_class: IntArray
    class_names: tuple[str, ...]


def supply_prices(parameters: PlanParameters) -> SupplyPrices:
    """The prices that parameters set."""
    return SupplyPrices(
        holding_rate=parameters.holding_rate,
        shortfall_factor=parameters.shortfall_factor,
        backlog_rate=parameters.backlog_rate,
        goodwill_rate=parameters.goodwill_rate,
        class_terms=parameters.class_terms,
        overtime_premium=parameters.overtime_premium,
        source_preference=parameters.source_preference,
        quota_weight=parameters.quota_weight,
        stability_weight=parameters.stability_weight,
    )


def supply_terms(
    extract: Extract, rows: PlanRows, periods: PlanPeriods, sources: pl.DataFrame, conversion: CurrencyConversion
) -> SupplyTerms:
    """Read the terms of supply.

    Args:
        extract: The accepted tables.
        rows: The series.
        periods: History and horizon.
        sources: The source that each item-location follows.
        conversion: Currency rates.
    """
    places = rows.places.size
    row = sources["row"].to_numpy()
    kind, freight, most = np.full(places, -1), np.zeros(places), np.full(places, np.inf)
    kind[row] = _kinds(sources["source_type"])
    freight[row] = _priced(sources, "transport_cost", conversion).fill_null(0.0).to_numpy()
    most[row] = sources["max_per_period"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    hour, premium = _hour_costs(extract, rows, conversion)
    named = rows.resources.members["resource_type"].to_list()
    others, calendar = further_sources(extract, rows, sources), periods.of("horizon")
    both = pl.concat([sources.select(_RULED), others.select(_RULED)])
    of_both = np.concatenate((row.astype(np.int64), others["place"].to_numpy()))
    rules = source_rules(extract, both, of_both, calendar)

    def priced(table: pl.DataFrame, column: str) -> pl.Series:
        return _priced(table, column, conversion)

    open_share = periods.open_share(extract.as_of)
    of_series, names = customer_classes(rows)
    return SupplyTerms(
        kind=kind,
        freight=freight,
        most=most,
        holding_rate=_holding_rates(extract, rows),
        shelf_life_days=_shelf_lives(extract, rows),
        overtime=_overtime(extract, rows, periods),
        overtime_premium=premium,
        hour_cost=hour,
        resource_kind=np.array([_kind_of(each) for each in named], np.int64),
        efficiency=productive_share(extract, rows),
        to_come=open_share,
        crews=crews(extract, rows, priced, capacity_available(extract, rows, periods) * open_share[:, None]),
        storage=storage(extract, rows),
        shifts=shift_steps(extract, rows, priced),
        rules=_by_place(rules, row, places, calendar.size),
        source=_names_by_place(sources, row, places),
        split=_split_by_place(sources, row, places),
        other_source=tuple(others["source_id"].to_list()),
        other_split=_stated_split(others),
        other_row=others["place"].cast(pl.Int64).to_numpy(),
        other_kind=_kinds(others["source_type"]),
        other_rules=_part(rules, slice(row.size, None)),
        other_recipes=recipes(extract, rows, others, calendar),
        other_lead_days=others["lead_time_days"].cast(pl.Float64).to_numpy(),
        other_price=_other_prices(others, conversion),
        other_most=others["max_per_period"].cast(pl.Float64).fill_null(np.inf).to_numpy(),
        other_lot_minimum=others["min_lot"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        other_lot_multiple=others["lot_multiple"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        customer_class=of_series,
        class_names=names,
    )


def customer_classes(rows: PlanRows) -> tuple[IntArray, tuple[str, ...]]:
    """Class of customer of each demand series: its channel, as a number, and the names of the classes."""
    members = rows.demand.members
    classes = members["channel"] if "channel" in members.columns else pl.Series([""] * members.height, dtype=pl.String)
    names = tuple(classes.unique(maintain_order=True).to_list())
    return classes.replace_strict(names, pl.Series(range(len(names)), dtype=pl.Int64)).to_numpy(), names


def ranks_of_classes(rows: PlanRows, parameters: PlanParameters) -> Array:
    """Rank of the class of customer of each demand series, as parameters set it; all alike by default."""
    of_series, names = customer_classes(rows)
    return class_values(names, parameters.class_terms, backlog=0.0, goodwill=0.0)[2][of_series].astype(np.float64)


_RULED = ("valid_from", "valid_to", "priority", "split_ratio")
"""Columns of a source that say when and how much it is used."""


def _part(rules: SourceRules, chosen: slice) -> SourceRules:
    return SourceRules(rules.first[chosen], rules.last[chosen], rules.rank[chosen], rules.quota[chosen])


def _names_by_place(sources: pl.DataFrame, row: IntArray, places: int) -> tuple[str, ...]:
    names = [""] * places
    for place, name in zip(row.tolist(), sources["source_id"].to_list(), strict=True):
        names[place] = str(name)
    return tuple(names)


def _split_by_place(sources: pl.DataFrame, row: IntArray, places: int) -> Array:
    split = np.zeros(places)
    split[row] = _stated_split(sources)
    return split


def _stated_split(sources: pl.DataFrame) -> Array:
    return np.asarray(np.nan_to_num(sources["split_ratio"].cast(pl.Float64).fill_null(0.0).to_numpy()))


def _by_place(rules: SourceRules, row: IntArray, places: int, periods: int) -> SourceRules:
    """Rules of chosen sources by item-location; where there is no source, nothing is ruled out."""
    out = SourceRules(np.zeros(places, np.int64), np.full(places, periods), np.ones(places), np.full(places, np.nan))
    for found, values in ((out.first, rules.first), (out.last, rules.last)):
        found[row] = values[: row.size]
    out.rank[row], out.quota[row] = rules.rank[: row.size], rules.quota[: row.size]
    return out


def _kind_of(resource_type: str) -> int:
    return RESOURCE_TYPES.index(resource_type) if resource_type in RESOURCE_TYPES else 0


def _kinds(types: pl.Series) -> IntArray:
    numbers = {name: number for number, name in enumerate(SOURCE_TYPES)}
    return types.replace_strict(numbers, default=-1, return_dtype=pl.Int64).to_numpy()


def _priced(frame: pl.DataFrame, column: str, conversion: CurrencyConversion) -> pl.Series:
    """A money column in base currency, at the rate of the first valid month."""
    if not frame.height:
        return pl.Series([], dtype=pl.Float64)
    value = pl.col(column).cast(pl.Float64)
    priced = frame.with_columns(value.alias("value"))
    rate = _rates(priced, conversion)
    return priced.with_columns(pl.col("value") * rate)["value"]


def _rates(frame: pl.DataFrame, conversion: CurrencyConversion) -> pl.Series:
    day = pl.date(2000, 1, 1)
    known = frame["currency"].fill_null(conversion.base)
    if (known == conversion.base).all():
        return pl.Series([1.0] * frame.height)
    stamped = frame.with_columns(pl.lit(1.0).alias("one"), pl.col("valid_from").fill_null(day).alias("day"))
    return stamped.with_columns(to_base(stamped, "one", pl.col("day"), conversion).alias("one"))["one"]


def _other_prices(others: pl.DataFrame, conversion: CurrencyConversion) -> Array:
    price = _priced(others, "unit_price", conversion).to_numpy().astype(np.float64)
    freight = _priced(others, "transport_cost", conversion).fill_null(0.0).to_numpy().astype(np.float64)
    moved = others["source_type"].to_numpy() == "transfer"
    return np.asarray(np.where(moved, freight, price + freight))


def _hour_costs(extract: Extract, rows: PlanRows, conversion: CurrencyConversion) -> tuple[Array, Array]:
    """Cost of a regular hour and what overtime costs beyond it, by resource."""
    table = extract.tables["resource"].rename({"resource_id": "resource"})
    table = table.with_columns(pl.lit(None, pl.Date).alias("valid_from"))
    row = rows.find("resource", table)
    hour, premium = np.full(rows.resources.size, np.nan), np.full(rows.resources.size, np.nan)
    regular = _priced(table, "cost_per_hour", conversion).to_numpy().astype(np.float64)
    over = _priced(table, "overtime_cost_per_hour", conversion).to_numpy().astype(np.float64)
    hour[row[row >= 0]] = regular[row >= 0]
    premium[row[row >= 0]] = np.maximum(over - np.nan_to_num(regular), 0.0)[row >= 0]
    return hour, premium


def _holding_rates(extract: Extract, rows: PlanRows) -> Array:
    table = extract.tables["item_cost"].filter(pl.col("holding_rate").is_not_null())
    rates = table.group_by("item_id").agg(pl.col("holding_rate").last().cast(pl.Float64))
    return _of_items(rows, rates, "holding_rate", np.nan)


def _shelf_lives(extract: Extract, rows: PlanRows) -> Array:
    table = extract.tables["item"].select("item_id", pl.col("shelf_life_days").cast(pl.Float64))
    return _of_items(rows, table, "shelf_life_days", 0.0)


def _of_items(rows: PlanRows, table: pl.DataFrame, column: str, default: float) -> Array:
    items = rows.places.members.select(pl.col("item").alias("item_id"))
    joined = items.join(table, on="item_id", how="left", maintain_order="left")
    return np.array(joined[column].fill_null(default).to_numpy(), np.float64)


def _overtime(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Most overtime by planned period; a row without a period holds for every period without its own."""
    table = extract.tables["resource_capacity"].rename({"resource_id": "resource"})
    row = rows.find("resource", table)
    stated = table.select("period_id", pl.col("overtime_max").cast(pl.Float64), row=pl.Series(row))
    stated = stated.filter((pl.col("row") >= 0) & pl.col("overtime_max").is_not_null())
    calendar = periods.of("horizon")
    out = np.zeros((calendar.size, rows.resources.size))
    always = stated.filter(pl.col("period_id").is_null())
    out[:, always["row"].to_numpy()] = always["overtime_max"].to_numpy()
    own = stated.join(period_shares(stated["period_id"], extract, calendar), on="period_id", maintain_order="left")
    place = (own["t"].to_numpy(), own["row"].to_numpy())
    hours = accumulate(*place, (own["overtime_max"] * own["share"]).to_numpy(), out.shape)
    cover = accumulate(*place, own["cover"].to_numpy(), out.shape)
    return np.asarray(np.where(cover > 0, hours / np.where(cover > 0, cover, 1.0), out))
