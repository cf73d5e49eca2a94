"""Frames: levers, the mix, months of a promotion and ways out as tables, the same for page, file and command line."""

from collections.abc import Sequence

import polars as pl

from steelyard.plan.balancing.catalogue import Catalogue, LeverWorth
from steelyard.plan.balancing.mix import Mix
from steelyard.plan.balancing.promotion_month import PromotedMonth
from steelyard.plan.balancing.terms import LeverTerms
from steelyard.plan.balancing.ways_out import WayOut


def lever_frame(catalogue: Catalogue) -> pl.DataFrame:
    """One row a lever, the most valuable first: the agenda of the pre-S&OP.

    Returns:
        key, kind, side, lever, scope, lead_periods, limit, used, unit, cost, gap_closed [units], gap_money, gain,
        per_unit and cost_per_unit [money per unit of gap closed], service [share], stock [money], side_effect, source.
    """
    return pl.DataFrame([_row(one) for one in catalogue.worths], schema=_SCHEMA)


def _row(one: LeverWorth) -> dict[str, object]:
    lever = one.lever
    return {
        "key": lever.key, "kind": one.label, "side": lever.side, "lever": lever.name, "scope": lever.scope,
        "lead_periods": lever.lead_periods, "limit": lever.limit, "used": one.used, "unit": lever.unit,
        "cost": one.cost, "gap_closed": one.closed, "gap_money": one.closed_money, "gain": one.gain,
        "per_unit": None if one.per_unit != one.per_unit else one.per_unit,
        "cost_per_unit": None if one.cost_per_unit != one.cost_per_unit else one.cost_per_unit,
        "service": one.service, "stock": one.stock, "side_effect": lever.side_effect, "source": lever.source,
    }  # fmt: skip


_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("key", "kind", "side", "lever", "scope"), pl.String),
    "lead_periods": pl.Int64, "limit": pl.Float64, "used": pl.Float64, "unit": pl.String,
    **dict.fromkeys(
        ("cost", "gap_closed", "gap_money", "gain", "per_unit", "cost_per_unit", "service", "stock"), pl.Float64
    ),
    "side_effect": pl.String, "source": pl.String,
}  # fmt: skip


def term_frame(terms: LeverTerms) -> pl.DataFrame:
    """One row a term of the levers: parameter, value, default."""
    rows = [{"parameter": name, "value": value, "default": usual} for name, value, usual in terms.told()]
    return pl.DataFrame(rows, schema={"parameter": pl.String, "value": pl.Float64, "default": pl.Boolean})


def queue_frame(catalogue: Catalogue) -> pl.DataFrame:
    """One row a rationing lever: key, kind, lever, gain, gap_closed, loses, units; the highest margin first."""
    rows = [
        {"key": one.key, "kind": one.label, "lever": one.name, "gain": one.gain, "gap_closed": one.closed,
         "loses": one.worst, "units": one.worst_units}
        for one in catalogue.queues
    ]  # fmt: skip
    schema: dict[str, type[pl.DataType]] = {
        **dict.fromkeys(("key", "kind", "lever"), pl.String), "gain": pl.Float64, "gap_closed": pl.Float64,
        "loses": pl.String, "units": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def mix_frame(mix: Mix) -> pl.DataFrame:
    """One row a lever of the mix: key, kind, lever, used, unit, cost, alone, adds, closes; the most valuable first."""
    rows = [
        {
            "key": part.worth.lever.key, "kind": part.worth.label, "lever": part.worth.lever.name, "used": part.used,
            "unit": part.worth.lever.unit, "cost": part.cost, "alone": part.alone, "adds": part.adds,
            "closes": part.closes,
        }
        for part in mix.parts
    ]  # fmt: skip
    text, real = ("key", "kind", "lever"), ("cost", "alone", "adds", "closes")
    schema: dict[str, type[pl.DataType]] = {
        **dict.fromkeys(text, pl.String), "used": pl.Float64, "unit": pl.String, **dict.fromkeys(real, pl.Float64),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def month_frame(catalogue: Catalogue) -> pl.DataFrame:
    """One row a planned promotion and month it could move to: promotion, move, gain, gap_closed; the best first."""
    rows = [
        {"promotion": name, "move": one.lever.name, "key": one.lever.key, "gain": one.gain, "gap_closed": one.closed}
        for name, found in catalogue.months.items()
        for one in found
    ]
    schema = dict.fromkeys(("promotion", "move", "key"), pl.String) | dict.fromkeys(("gain", "gap_closed"), pl.Float64)
    return pl.DataFrame(rows, schema=schema)


def promoted_frame(found: Sequence[PromotedMonth]) -> pl.DataFrame:
    """One row a month in which a promotion could run, the most profitable first; `none` is no promotion."""
    base = next(one.profit for one in found if one.month < 0)
    rows = [
        {"month": one.label or "none", "profit": one.profit, "more_profit": one.profit - base, "revenue": one.revenue,
         "cost": one.cost, "mean_stock": one.stock, "units": one.units}
        for one in found
    ]  # fmt: skip
    return pl.DataFrame(rows)


def way_frame(ways: Sequence[WayOut]) -> pl.DataFrame:
    """One row a limit that gives way.

    Returns:
        way, what, quantity, unit, first, last, lead_periods, own_cost; of the whole way cost, service and units left.
    """
    rows = [
        {"way": number, "what": one.what, "quantity": one.quantity, "unit": one.unit, "first": one.when[0],
         "last": one.when[1], "lead_periods": one.lead_periods, "own_cost": one.cost, "cost": way.cost,
         "service": way.service, "left": way.units}
        for number, way in enumerate(ways, 1)
        for one in way.relaxed
    ]  # fmt: skip
    schema: dict[str, type[pl.DataType]] = {
        "way": pl.Int64, "what": pl.String, "quantity": pl.Float64, "unit": pl.String, "first": pl.String,
        "last": pl.String, "lead_periods": pl.Int64, "own_cost": pl.Float64,
        "cost": pl.Float64, "service": pl.Float64, "left": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)
