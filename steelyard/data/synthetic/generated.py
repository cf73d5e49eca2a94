"""Generated: the gen-N model, a plain one-factory company that anyone can rebuild to compare planning speed.

N finished items in N/50 families, one factory, one customer; 36 months of closed orders; one operation per item on one
of N/50 resources; two bought components per item out of N/5.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from steelyard.data.synthetic.company import SyntheticCompany
from steelyard.data.synthetic.shape import Floats, Ints, Shape, Texts, first_day, numbered, working_days

FACTORY, CUSTOMER, SUPPLIER = "FACTORY", "MARKET", "SUPPLY"
HISTORY_MONTHS = 36
CAPACITY_SHARE = 0.98
CAPACITY_MONTH = 48
"""Month whose mean load sets the capacity, counted from the first month of history."""


@dataclass(frozen=True)
class _Model:
    item_id: Texts
    family: Ints
    component_id: Texts
    components: Ints
    """Two component numbers per item."""
    hours: Floats
    base: Floats
    mean: Floats
    """Mean demand, month x item, history and horizon."""
    ordered: Floats
    """Drawn demand of the history."""


def make_generated_company(items: int = 1000, months: int = 24, seed: int = 1) -> SyntheticCompany:
    """Generate gen-N.

    Args:
        items: N, finished items.
        months: Months to plan.
        seed: Seed of chance.

    Example:
        >>> make_generated_company(100).tables["sales_line"].height
        3373
    """
    shape = Shape(
        items=items, seed=seed, as_of=date(2026, 10, 31), history_months=HISTORY_MONTHS, horizon_months=months
    )
    model = _draw(shape)
    tables = {
        "item": _items(model),
        "location": _locations(),
        "customer": _customers(),
        "supplier": _suppliers(),
        "item_location": _item_locations(model),
        "sales_line": _sales(shape, model),
        "inventory": _inventory(shape, model),
        "source": _sources(shape, model),
        "bom": _bom(shape, model),
        "resource": _resources(model),
        "routing": _routing(model),
        "resource_capacity": _capacity(shape, model),
        "item_cost": _costs(shape, model),
        "price": _prices(shape, model),
    }
    return SyntheticCompany(f"gen-{items}", "generated", shape.as_of, "EUR", tables)


def _draw(shape: Shape) -> _Model:
    count, groups = shape.items, max(1, shape.items // 50)
    chance = shape.stream("gen")
    base = chance.lognormal(4.5, 1.0, count)
    month = np.arange(shape.months.size)[:, None]
    trend = base * chance.uniform(-0.005, 0.015, count)
    swing = chance.choice([0.0, 0.2, 0.4], count)
    wave = 1.0 + swing * np.sin(2.0 * np.pi * (month + chance.integers(0, 12, count)) / 12.0)
    mean = np.maximum(base + trend * month, 0.0) * wave
    past = mean[: shape.history_months]
    drawn = np.maximum(past * (1.0 + chance.normal(0.0, 0.15, past.shape)), 0.0).round()
    sparse = np.arange(count) % 10 == 9
    ordered = np.where(sparse & (chance.random(past.shape) < 0.6), 0.0, drawn)
    mean = np.where(sparse, 0.4 * mean, mean)
    pool = max(2, count // 5)
    first = chance.integers(0, pool, count)
    second = (first + 1 + chance.integers(0, pool - 1, count)) % pool
    return _Model(
        numbered("I", count, width=5),
        np.arange(count) % groups,
        numbered("K", pool, width=5),
        np.stack([first, second], axis=1),
        chance.uniform(0.02, 0.2, count).round(4),
        base,
        mean,
        ordered,
    )


def _items(model: _Model) -> pl.DataFrame:
    made = pl.DataFrame({"item_id": model.item_id.tolist(), "family": [f"F{f + 1:03d}" for f in model.family]})
    bought = pl.DataFrame({"item_id": model.component_id.tolist()})
    made = made.with_columns(item_type=pl.lit("finished"), make_buy=pl.lit("make"), category=pl.lit("Finished"))
    bought = bought.with_columns(
        family=pl.lit("Components"), item_type=pl.lit("raw"), make_buy=pl.lit("buy"), category=pl.lit("Parts")
    )
    return pl.concat([made, bought]).with_columns(description=pl.format("Item {}", "item_id"), base_uom=pl.lit("EA"))


def _locations() -> pl.DataFrame:
    return pl.DataFrame(
        {"location_id": [FACTORY], "location_type": ["plant"], "name": ["Factory"], "currency": ["EUR"]}
    )


def _customers() -> pl.DataFrame:
    return pl.DataFrame({"customer_id": [CUSTOMER], "name": ["Market"], "channel": ["All"], "currency": ["EUR"]})


def _suppliers() -> pl.DataFrame:
    return pl.DataFrame({"supplier_id": [SUPPLIER], "name": ["Supplier"], "currency": ["EUR"]})


def _item_locations(model: _Model) -> pl.DataFrame:
    """Minimum stock: half a month of the last mean."""
    least = (0.5 * model.mean[HISTORY_MONTHS - 1]).round()
    used = np.concatenate([least, np.zeros(model.component_id.size)])
    return pl.DataFrame(
        {"item_id": [*model.item_id.tolist(), *model.component_id.tolist()], "safety_stock_qty": used}
    ).with_columns(location_id=pl.lit(FACTORY), stocked=pl.lit(True))


def _sales(shape: Shape, model: _Model) -> pl.DataFrame:
    """One closed order per item and month with demand, wanted mid-month."""
    month, item = np.nonzero(model.ordered)
    quantity = model.ordered[month, item]
    wanted = first_day(shape.months[month]) + 14
    price = _price(model)[item]
    return pl.DataFrame(
        {
            "order_id": pl.Series(np.arange(1, month.size + 1)),
            "item_id": model.item_id[item].tolist(),
            "order_date": pl.Series(wanted - 7),
            "requested_date": pl.Series(wanted),
            "shipped_date": pl.Series(wanted),
            "quantity": quantity,
            "shipped_qty": quantity,
            "unit_price": price,
            "amount_net": (quantity * price).round(2),
        }
    ).with_columns(
        pl.format("S{}", pl.col("order_id").cast(pl.String).str.zfill(7)).alias("order_id"),
        line_id=pl.lit("1"),
        customer_id=pl.lit(CUSTOMER),
        location_id=pl.lit(FACTORY),
        status=pl.lit("closed"),
        currency=pl.lit("EUR"),
    )


def _usage(shape: Shape, model: _Model) -> Floats:
    """Mean monthly use of each component in the horizon."""
    made = model.mean[shape.history_months :].mean(axis=0)
    use = np.bincount(model.components.ravel(), weights=np.repeat(made, 2), minlength=model.component_id.size)
    return use.astype(np.float64)


def _inventory(shape: Shape, model: _Model) -> pl.DataFrame:
    """0.3 to 1.5 months of stock."""
    chance = shape.stream("gen_stock")
    monthly = np.concatenate([model.mean[shape.history_months - 1], _usage(shape, model)])
    names = [*model.item_id.tolist(), *model.component_id.tolist()]
    stock = (monthly * chance.uniform(0.3, 1.5, monthly.size)).round()
    return pl.DataFrame({"item_id": names, "on_hand_qty": stock}).with_columns(
        location_id=pl.lit(FACTORY), as_of_date=pl.lit(shape.as_of), stock_type=pl.lit("unrestricted")
    )


def _sources(shape: Shape, model: _Model) -> pl.DataFrame:
    """Items are made in a day; components are bought in 14, 30 or 60 days, at least 100, in tens."""
    chance = shape.stream("gen_source")
    made = pl.DataFrame({"item_id": model.item_id.tolist()}).with_columns(
        source_type=pl.lit("make"),
        lead_time_days=pl.lit(1),
        routing_id=pl.format("T-{}", "item_id"),
        bom_id=pl.format("B-{}", "item_id"),
    )
    days = chance.choice([14, 30, 60], model.component_id.size)
    bought = pl.DataFrame({"item_id": model.component_id.tolist(), "lead_time_days": days}).with_columns(
        source_type=pl.lit("buy"),
        supplier_id=pl.lit(SUPPLIER),
        min_lot=pl.lit(100.0),
        lot_multiple=pl.lit(10.0),
        unit_price=pl.lit(2.0),
        currency=pl.lit("EUR"),
    )
    return pl.concat([made, bought], how="diagonal_relaxed").with_columns(
        source_id=pl.format("S-{}", "item_id"),
        location_id=pl.lit(FACTORY),
        priority=pl.lit(1.0),
        split_ratio=pl.lit(1.0),
    )


def _bom(shape: Shape, model: _Model) -> pl.DataFrame:
    parent = np.repeat(model.item_id, 2)
    return pl.DataFrame(
        {"item_id": parent.tolist(), "component_id": model.component_id[model.components.ravel()].tolist()}
    ).with_columns(
        bom_id=pl.format("B-{}", "item_id"),
        quantity_per=pl.lit(1.0),
        per_quantity=pl.lit(1.0),
        valid_from=pl.lit(first_day(shape.months[:1])[0]),
    )


def _resource_ids(model: _Model) -> Texts:
    return numbered("W", int(model.family.max()) + 1, width=3)


def _resources(model: _Model) -> pl.DataFrame:
    return pl.DataFrame({"resource_id": _resource_ids(model).tolist()}).with_columns(
        location_id=pl.lit(FACTORY),
        resource_type=pl.lit("machine"),
        capacity_unit=pl.lit("hours_per_period"),
        name=pl.format("Work centre {}", "resource_id"),
        cost_per_hour=pl.lit(40.0),
        currency=pl.lit("EUR"),
    )


def _routing(model: _Model) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "item_id": model.item_id.tolist(),
            "resource_id": _resource_ids(model)[model.family].tolist(),
            "hours_per_unit": model.hours,
        }
    ).with_columns(routing_id=pl.format("T-{}", "item_id"), operation_no=pl.lit("10"), location_id=pl.lit(FACTORY))


def _capacity(shape: Shape, model: _Model) -> pl.DataFrame:
    """98 % of the mean load at month 48, scaled by the working days of each month."""
    at = min(CAPACITY_MONTH, shape.months.size) - 1
    load = np.bincount(model.family, weights=model.mean[at] * model.hours)
    days = working_days(shape.horizon)
    available = (CAPACITY_SHARE * load[:, None] * days / days.mean()).round(1)
    return pl.DataFrame(
        {
            "resource_id": np.repeat(_resource_ids(model), days.size).tolist(),
            "period_id": np.tile(shape.horizon.astype(str), load.size).tolist(),
            "available": available.ravel(),
        }
    )


def _price(model: _Model) -> Floats:
    price: Floats = ((4.0 + model.hours * 40.0) * 1.6).round(2)
    return price


def _costs(shape: Shape, model: _Model) -> pl.DataFrame:
    """A component costs 2; an item its two components and its hours at 40."""
    labour = (model.hours * 40.0).round(4)
    made = pl.DataFrame(
        {
            "item_id": model.item_id.tolist(),
            "standard_cost": (4.0 + labour).round(4),
            "material": np.full(labour.size, 4.0),
            "labour": labour,
        }
    )
    bought = pl.DataFrame({"item_id": model.component_id.tolist()}).with_columns(
        standard_cost=pl.lit(2.0), material=pl.lit(2.0), labour=pl.lit(0.0)
    )
    return pl.concat([made, bought]).with_columns(
        location_id=pl.lit(FACTORY),
        currency=pl.lit("EUR"),
        holding_rate=pl.lit(0.2),
        valid_from=pl.lit(first_day(shape.months[:1])[0]),
    )


def _prices(shape: Shape, model: _Model) -> pl.DataFrame:
    return pl.DataFrame({"item_id": model.item_id.tolist(), "price": _price(model)}).with_columns(
        customer_id=pl.lit(CUSTOMER),
        currency=pl.lit("EUR"),
        price_type=pl.lit("net"),
        valid_from=pl.lit(first_day(shape.months[:1])[0]),
    )
