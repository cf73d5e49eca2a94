"""Drivers: how demand answers to price and to series from outside, measured on the history of an extract."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.demand.driver import measure_response
from steelyard.demand.indicator import indicator_effect, measure_influence
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.plan.cache import Cache
from steelyard.plan.inputs.content import content_of
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.inputs.rows import PlanRows

STEADIEST = 0.02
"""Standard deviation of the logarithm of price up to which a price tells nothing."""
MOST_ELASTIC = -6.0
"""Strongest answer to price that is believed; Bijmolt, van Heerde and Pieters (2005) found few beyond it."""
VAGUEST = 1.5
"""Largest standard error of an elasticity that is used: prices that rise for all on one day say next to nothing."""


KEPT_ANSWERS = 4
_answers: "Cache[tuple[object, ...], tuple[Array, PriceEvidence]]" = Cache(KEPT_ANSWERS)
"""Answers to price that were measured last: plans on the way to an explanation share their history."""


@dataclass(frozen=True, eq=False)
class PriceEvidence:
    """What the history says about price, by product family."""

    families: tuple[str, ...]
    elasticity: Array
    """Percent more demand for one percent more price; 0 where there is no evidence."""
    error: Array
    """Its standard error; infinite where the price never moved."""
    series: Array
    """Series whose price moved."""


@dataclass(frozen=True, eq=False)
class IndicatorEvidence:
    """What the history says about series from outside, indicator x product family."""

    indicators: tuple[str, ...]
    families: tuple[str, ...]
    lead: Array
    """Periods by which the indicator runs ahead."""
    response: Array
    """Percent more demand for one percent more of the indicator."""
    error: Array
    skill: Array
    """Share of squared forecast error saved in periods it was not fitted to; NaN: not tested."""
    chosen: Array
    """Indicator used for each family, -1 for none."""
    until: tuple[str, ...]
    """Last period each indicator is known for."""


@dataclass(frozen=True, eq=False)
class Drivers:
    """What drivers do to each series, and how that is known."""

    elasticity: Array
    """Price elasticity by series; 0 where there is no evidence."""
    past_factor: Array
    """Factor of price and indicators on past demand, period x series; 1 where nothing moved."""
    indicator_factor: Array
    """Factor of indicators on planned demand, period x series; 1 where none is used."""
    prices: PriceEvidence
    indicators: IndicatorEvidence


def measure_drivers(
    extract: Extract,
    rows: PlanRows,
    periods: PlanPeriods,
    parameters: PlanParameters,
    *,
    history: Array,
    log_price: Array,
) -> Drivers:
    """Measure price elasticities and indicators.

    Args:
        extract: The accepted tables.
        rows: The series.
        periods: History and horizon.
        parameters: Whether drivers are looked for.
        history: Demand without what promotions added, period x series [units]; NaN where unknown.
        log_price: Logarithm of price by the usual one, period x series; NaN where unknown.
    """
    elasticity, prices = _price_response(rows, periods, history, log_price if parameters.price_response else None)
    factor, indicators = _indicator_factor(extract, rows, periods, history, parameters.indicators)
    priced = np.exp(elasticity * np.where(np.isfinite(log_price), log_price, 0.0))
    count = periods.history_count
    return Drivers(elasticity, priced * factor[:count], factor[count:], prices, indicators)


def _price_response(
    rows: PlanRows, periods: PlanPeriods, history: Array, log_price: Array | None
) -> tuple[Array, PriceEvidence]:
    families, group = rows.demand.names("product_family"), rows.demand.codes("product_family")
    year = periods.calendar.periods_per_year
    if log_price is None:
        return _answered(families, group, year, history, None)
    key = (families, year, *map(content_of, (group, history, log_price)))
    return _answers.made(key, lambda: _answered(families, group, year, history, log_price))


def _answered(
    families: tuple[str, ...], group: IntArray, year: int, history: Array, log_price: Array | None
) -> tuple[Array, PriceEvidence]:
    elasticity, moved = np.zeros(group.size), np.zeros(group.size, dtype=bool)
    nothing = np.zeros(len(families)), np.full(len(families), np.inf)
    if log_price is None:
        return elasticity, PriceEvidence(families, *nothing, np.zeros(len(families)))
    moved = _moves(log_price)
    chosen = np.flatnonzero(moved)
    pooled, error = nothing
    if chosen.size:
        found = measure_response(
            history[:, chosen], log_price[None][:, :, chosen], group[chosen], len(families),
            period=year,
        )  # fmt: skip
        # NOTE: demand that rises with its price is a shortage or a better product, and no answer to price.
        error = found.error[0]
        sound = (found.pooled[0] < 0) & (found.pooled[0] >= MOST_ELASTIC) & (error <= VAGUEST)
        pooled = np.where(sound, found.pooled[0], 0.0)
        elasticity[chosen] = np.where(sound[group[chosen]], np.clip(found.own[0], MOST_ELASTIC, 0.0), 0.0)
    counts = np.bincount(group, moved, len(families)).astype(np.float64)
    return np.round(elasticity, 4), PriceEvidence(families, np.round(pooled, 4), np.round(error, 4), counts)


def _moves(log_price: Array) -> BoolArray:
    known = np.isfinite(log_price)
    count = np.maximum(known.sum(axis=0), 1)
    plain = np.where(known, log_price, 0.0)
    mean = plain.sum(axis=0) / count
    spread = np.sqrt(np.where(known, np.square(plain - mean), 0.0).sum(axis=0) / count)
    return np.asarray(spread > STEADIEST)


def external_values(extract: Extract, periods: PlanPeriods) -> tuple[tuple[str, ...], Array]:
    """Names of the series from outside and their mean in each period, `[period, indicator]`; NaN where unknown."""
    table = extract.tables["external_series"]
    names = tuple(table["series_id"].unique(maintain_order=True).sort().to_list())
    at = periods.calendar.locate(table["date"].to_numpy().astype("datetime64[D]"))
    codes = np.searchsorted(np.array(names, dtype=np.str_), table["series_id"].to_numpy()) if names else at
    known = at >= 0
    size = periods.calendar.size * len(names)
    place = at[known] * max(len(names), 1) + codes[known]
    total = np.bincount(place, table["value"].to_numpy()[known], size)
    count = np.bincount(place, minlength=size)
    values = np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(periods.calendar.size, len(names))
    return names, values


def _indicator_factor(
    extract: Extract, rows: PlanRows, periods: PlanPeriods, history: Array, wanted: bool
) -> tuple[Array, IndicatorEvidence]:
    families, group = rows.demand.names("product_family"), rows.demand.codes("product_family")
    names, values = external_values(extract, periods)
    count = periods.history_count
    plain = np.ones((periods.calendar.size, rows.demand.size))
    if not (names and wanted):
        empty = np.zeros((0, len(families)))
        none = np.full(len(families), -1.0)
        return plain, IndicatorEvidence((), families, empty, empty, empty, empty, none, ())
    moved = _logged(values)
    demand = scatter_add(np.nan_to_num(history), group, len(families))
    found = measure_influence(
        demand, moved[:count], _applies(extract, names, families), period=periods.calendar.periods_per_year
    )
    by_family = np.ones((periods.calendar.size, len(families)))
    for family, k in enumerate(found.chosen.tolist()):
        if k >= 0:
            lead, response = int(found.lead[k, family]), float(found.response[k, family])
            by_family[:, family] = indicator_effect(moved[:, k], lead=lead, response=response, history=count)
    evidence = IndicatorEvidence(
        names, families, found.lead.astype(np.float64), np.round(found.response, 4), np.round(found.error, 4),
        np.round(found.skill, 4), found.chosen.astype(np.float64), _until(values, periods),
    )  # fmt: skip
    return by_family[:, group], evidence


def _logged(values: Array) -> Array:
    """The logarithm of series that are always positive; the others by their standard deviation."""
    positive = np.where(np.isfinite(values), values, 1.0).min(axis=0) > 0
    spread = np.nanstd(np.where(np.isfinite(values).any(axis=0), values, 0.0), axis=0)
    logged = np.log(np.where(positive & np.isfinite(values), values, 1.0))
    scaled = values / np.where(spread > 0, spread, 1.0)
    return np.where(np.isfinite(values), np.where(positive, logged, scaled), np.nan)


def _applies(extract: Extract, names: tuple[str, ...], families: tuple[str, ...]) -> BoolArray:
    """Which series concern which families: those they name, else all."""
    table = extract.tables["external_series"].select("series_id", "family").unique()
    out = np.zeros((len(names), len(families)), dtype=bool)
    for name, family in table.iter_rows():
        if family is None:
            out[names.index(name)] = True
        elif family in families:
            out[names.index(name), families.index(family)] = True
    return out


def _until(values: Array, periods: PlanPeriods) -> tuple[str, ...]:
    last = [np.flatnonzero(np.isfinite(column)) for column in values.T]
    return tuple(periods.calendar.labels[known[-1]] if known.size else "" for known in last)


def price_table(evidence: PriceEvidence) -> pl.DataFrame:
    """Elasticity by product family: product_family, elasticity, error, series, used."""
    return pl.DataFrame(
        {
            "product_family": evidence.families,
            "elasticity": evidence.elasticity,
            "error": np.where(np.isfinite(evidence.error), evidence.error, np.nan),
            "series": evidence.series.astype(np.int64),
            "used": evidence.elasticity < 0,
        },
        schema_overrides={"product_family": pl.String},
    ).with_columns(pl.col("error").fill_nan(None))


def indicator_table(evidence: IndicatorEvidence) -> pl.DataFrame:
    """Influence by indicator and product family, with lead, skill out of sample and whether it is used."""
    pairs = [(k, f) for k in range(len(evidence.indicators)) for f in range(len(evidence.families))]
    rows = [
        (
            evidence.indicators[k], evidence.families[f], int(evidence.lead[k, f]), float(evidence.response[k, f]),
            float(evidence.error[k, f]), float(evidence.skill[k, f]), int(evidence.chosen[f]) == k, evidence.until[k],
        )
        for k, f in pairs
    ]  # fmt: skip
    schema = {
        "indicator": pl.String, "product_family": pl.String, "lead": pl.Int64, "response": pl.Float64,
        "error": pl.Float64, "skill": pl.Float64, "used": pl.Boolean, "known_until": pl.String,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row")
    untested = pl.col("skill").is_nan() | pl.col("error").is_infinite()
    return table.with_columns(
        pl.when(~untested).then(pl.col(name)).alias(name) for name in ("response", "error", "skill")
    )
