"""Streams: forecasts that came with the extract, spread down to the series, and the weight of each stream."""

from itertools import product

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.demand.consensus import StreamRanks
from steelyard.demand.stream import STREAMS, read_precedence, read_weight_rules
from steelyard.grid.block import SILENT, Array, Blocks, BoolArray, IntArray, cut, silent_block, uniform_block
from steelyard.grid.hierarchy import Hierarchy
from steelyard.grid.series import NONE
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods, period_shares
from steelyard.plan.inputs.rows import PlanRows, lifted_customer

SOURCES = {
    "sales_forecast": ("sales",),
    "marketing_forecast": ("marketing",),
    "customer_forecast": ("customer",),
    "finance_forecast": ("finance", "budget"),
    "customer_commitment": ("commitment",),
}
"""Sources of `forecast_in` by stream; the first one that says anything counts, so that none counts twice."""
SPREAD_PERIODS = 12
"""Past periods whose demand splits a forecast that names no place or customer."""
KEYS = ("item", "location", "customer")


def stream_inputs(
    extract: Extract, rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters, *, history: Array, abc: IntArray
) -> dict[str, Value]:
    """Streams, commitments and weights of a plan.

    Args:
        extract: The accepted tables.
        rows: The series.
        periods: History and horizon.
        parameters: Settings of the model.
        history: Demand history, period x series [units]; it splits what is forecast on a higher level.
        abc: ABC class of each demand series, 0 is A.
    """
    said = _split(forecasts(extract, parameters), extract, rows, periods, history[-SPREAD_PERIODS:].sum(axis=0))
    spoken = set(said["source"].unique())
    values: dict[str, Value] = {}
    for stream, sources in SOURCES.items():
        source = next((one for one in sources if one in spoken), sources[0])
        values[stream] = _stream(said.filter(pl.col("source") == source), rows, periods)
    values["commitment_penalty"] = _penalties(said, rows, periods)
    return {**values, **_weights(rows, periods, parameters, abc), "stream_ranks": stream_ranks(parameters)}


def forecasts(extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """The newest version of each forecast of a stream, with the keys of the series; null where a row names none.

    Returns:
        source, item, location, customer, period_id, quantity, penalty.
    """
    known = [source for sources in SOURCES.values() for source in sources]
    stored = extract.tables["forecast_in"]
    table = (stored if "penalty" in stored.columns else stored.with_columns(penalty=None)).filter(
        (pl.col("version_date") <= extract.as_of) & pl.col("source").is_in(known)
    )
    keys = ["source", "item_id", "location_id", "customer_id", "period_id"]
    newest = table.sort("version_date", maintain_order=True).unique(keys, keep="last", maintain_order=True)
    members = Hierarchy.from_table("customer", extract.tables["customer"]).members
    named = newest.rename({"item_id": "item", "location_id": "location", "customer_id": "customer"})
    named = named.join(members, on="customer", how="left", maintain_order="left")
    named = named.with_columns(pl.col("channel", "territory").fill_null(NONE))
    lifted = pl.when(pl.col("customer").is_not_null()).then(lifted_customer(parameters))
    return named.with_columns(lifted.alias("customer")).select(
        "source", *KEYS, "period_id", pl.col("quantity").cast(pl.Float64), pl.col("penalty").cast(pl.Float64)
    )


def unseen_combinations(extract: Extract, lines: pl.DataFrame, parameters: PlanParameters) -> pl.DataFrame:
    """Forecast combinations that no demand has been seen for: item, location, customer as far as they are named."""
    asked = forecasts(extract, parameters).select(KEYS).unique(maintain_order=True)
    return pl.concat(_unmatched(part, names, lines) for names, part in _by_pattern(asked))


def _unmatched(part: pl.DataFrame, names: tuple[str, ...], lines: pl.DataFrame) -> pl.DataFrame:
    return part.join(lines.select(names).unique(), on=names, how="anti", maintain_order="left")


def _by_pattern(frame: pl.DataFrame) -> list[tuple[tuple[str, ...], pl.DataFrame]]:
    """Rows by which of location and customer they name, in a fixed order."""
    found = []
    for has_location, has_customer in product((True, False), repeat=2):
        inside = (pl.col("location").is_not_null() == has_location) & (pl.col("customer").is_not_null() == has_customer)
        names = ("item", *(("location",) if has_location else ()), *(("customer",) if has_customer else ()))
        found.append((names, frame.filter(inside)))
    return found


def _split(said: pl.DataFrame, extract: Extract, rows: PlanRows, periods: PlanPeriods, recent: Array) -> pl.DataFrame:
    """Each forecast over the series and periods it means: source, row, t, quantity, penalty.

    quantity of a series = forecast x recent demand of the series / recent demand of all series the forecast means
    """
    series = rows.demand.members.select(KEYS).with_columns(
        pl.Series("row", range(rows.demand.size), dtype=pl.Int64), pl.Series("recent", np.maximum(recent, 0.0))
    )
    spread = pl.concat(_over_series(part, names, series) for names, part in _by_pattern(said))
    shares = period_shares(spread["period_id"], extract, periods.of("horizon"))
    dated = spread.join(shares, on="period_id", maintain_order="left")
    return dated.select("source", "row", "t", pl.col("quantity") * pl.col("share"), "penalty")


def _over_series(part: pl.DataFrame, names: tuple[str, ...], series: pl.DataFrame) -> pl.DataFrame:
    total, size = pl.col("recent").sum().over(names), pl.len().over(names)
    share = pl.when(total > 0).then(pl.col("recent") / total).otherwise(1.0 / size)
    keyed = series.select(*names, "row", share.alias("part"))
    joined = part.select("source", *names, "period_id", "quantity", "penalty").join(
        keyed, on=names, maintain_order="left_right"
    )
    return joined.select("source", "row", "period_id", pl.col("quantity") * pl.col("part"), "penalty")


def _stream(said: pl.DataFrame, rows: PlanRows, periods: PlanPeriods) -> Blocks:
    """Quantities `[period, series]`, NaN where nobody says anything; blocks nobody speaks in are one object."""
    if not said.height:
        return tuple(silent_block((periods.horizon_count, stop - start)) for start, stop in rows.demand.cuts)
    sums, spoken = _laid(said, "quantity", rows, periods)
    blocks = cut(np.where(spoken, sums, SILENT), rows.demand.cuts)
    return tuple(block if np.isfinite(block).any() else silent_block(block.shape) for block in blocks)


def _penalties(said: pl.DataFrame, rows: PlanRows, periods: PlanPeriods) -> Blocks:
    """Penalty of a committed unit, `[period, series]` [money/unit]; the dearest where several stand, 0 where none."""
    stated = said.filter((pl.col("source") == "commitment") & pl.col("penalty").is_not_null())
    if not stated.height:
        return _uniform(0.0, rows, periods)
    out = np.zeros((periods.horizon_count, rows.demand.size))
    np.maximum.at(out, (stated["t"].to_numpy(), stated["row"].to_numpy()), stated["penalty"].to_numpy())
    return cut(out, rows.demand.cuts)


def _laid(said: pl.DataFrame, column: str, rows: PlanRows, periods: PlanPeriods) -> tuple[Array, BoolArray]:
    shape = (periods.horizon_count, rows.demand.size)
    flat = said["t"].to_numpy() * shape[1] + said["row"].to_numpy()
    sums: Array = np.bincount(flat, said[column].to_numpy(), shape[0] * shape[1]).astype(np.float64).reshape(shape)
    return sums, np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape) > 0


def _weights(rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters, abc: IntArray) -> dict[str, Value]:
    """Weight of each stream, `[period, series]`: of the company, and of the slices that rules name."""
    rules = read_weight_rules(parameters.stream_weights)
    ruled = {name for rule in rules for name, _ in rule.weights}
    weights: dict[str, Value] = {}
    for stream in STREAMS:
        usual = float(getattr(parameters, f"{stream}_weight"))
        blocks = _uniform(usual, rows, periods)
        if stream in ruled:
            whole = np.full((periods.horizon_count, rows.demand.size), usual)
            for rule in rules:
                inside = np.flatnonzero(abc == "ABC".index(rule.abc)) if rule.abc else np.arange(abc.size)
                for name, weight in rule.weights:
                    if name == stream:
                        whole[rule.first - 1 : rule.last or None, inside] = weight
            blocks = cut(whole, rows.demand.cuts)
        weights[f"{stream}_weight"] = blocks
    return weights


def _uniform(value: float, rows: PlanRows, periods: PlanPeriods) -> Blocks:
    return tuple(uniform_block((periods.horizon_count, stop - start), value) for start, stop in rows.demand.cuts)


def stream_ranks(parameters: PlanParameters) -> StreamRanks:
    """Which streams are heard first, as the parameters say."""
    named = read_precedence(parameters.stream_precedence)
    return StreamRanks(tuple(tuple(STREAMS.index(name) for name in rank) for rank in named))
