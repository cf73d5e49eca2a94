"""Quality: rules that look at the whole extract; each rule is a function whose name says what should hold."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl

from steelyard.data.capacity_cover import CAPACITY_RULES
from steelyard.data.company import Company
from steelyard.data.currency_quality import CURRENCY_RULES
from steelyard.data.demand_quality import DEMAND_RULES
from steelyard.data.finance_quality import FINANCE_RULES
from steelyard.data.finding import Finding
from steelyard.data.history_quality import HISTORY_RULES
from steelyard.data.load_quality import implied_load_is_plausible
from steelyard.data.order_quality import ORDER_RULES
from steelyard.data.resource_quality import RESOURCE_RULES
from steelyard.data.schema import TABLES
from steelyard.data.supply_quality import SUPPLY_RULES
from steelyard.data.unit_quality import UNIT_RULES
from steelyard.data.worth import latest_rates

Rule = Callable[[Company], list[Finding]]


def check_sets(company: Company) -> list[Finding]:
    """Apply every rule on the whole extract."""
    return [finding for rule in RULES for finding in rule(company)]


def every_item_has_a_family(company: Company) -> list[Finding]:
    """Sold items have a product family, or they are lost in every roll-up."""
    items = company.table("item")
    missing = items.filter(pl.col("family").is_null())["item_id"]
    return company.finding_on_items(
        "every_item_has_a_family",
        "item",
        missing.filter(missing.is_in(company.sold.implode())),
        "{n} sold items have no product family",
        "fill family; reviews run by family",
    )


def sold_items_are_not_raw_material(company: Company) -> list[Finding]:
    """An item that is sold is no raw material, unless it is meant to be."""
    raw = company.table("item").filter(pl.col("item_type") == "raw")["item_id"]
    return company.finding_on_items(
        "sold_items_are_not_raw_material",
        "item",
        raw.filter(raw.is_in(company.sold.implode())),
        "{n} items of type raw are sold",
        "set item_type to finished, or confirm that spares are sold",
    )


def sold_items_are_alive(company: Company) -> list[Finding]:
    """Nothing is sold long after its end date."""
    ended = company.table("item").filter(
        pl.col("end_date") < company.as_of - timedelta(days=company.thresholds.ended_item_days)
    )["item_id"]
    return company.finding_on_items(
        "sold_items_are_alive",
        "item",
        ended.filter(ended.is_in(company.sold.implode())),
        "{n} items were sold in the last year though they ended before it",
        "correct end_date, or check the sales",
    )


def sold_items_have_a_cost(company: Company) -> list[Finding]:
    """Sold items have a standard cost above zero, or their margin is wrong."""
    costs = company.table("item_cost")
    if not costs.height:
        return []
    costed = costs.filter(pl.col("standard_cost") > 0)["item_id"]
    return company.finding_on_items(
        "sold_items_have_a_cost",
        "item_cost",
        company.sold.filter(~company.sold.is_in(costed.implode())),
        "{n} sold items have no standard cost above zero",
        "enter the standard cost; their margin is overstated",
    )


def sold_items_have_a_price(company: Company) -> list[Finding]:
    """Sold items have a price, or their plan has no revenue."""
    prices = company.table("price")
    if not prices.height:
        return []
    priced = prices.filter(pl.col("price") > 0)["item_id"]
    return company.finding_on_items(
        "sold_items_have_a_price",
        "price",
        company.sold.filter(~company.sold.is_in(priced.implode())),
        "{n} sold items have no price above zero",
        "enter a price; the mean of past sales is used meanwhile",
    )


def items_cost_less_than_their_price(company: Company) -> list[Finding]:
    """The latest cost of an item is below each of its latest prices."""
    by_list = ["item_id", "customer_id", "channel", "price_list", "currency"]
    price = company.table("price").sort("valid_from", nulls_last=False).group_by(by_list, maintain_order=True).last()
    costs = company.table("item_cost").sort("valid_from", nulls_last=False)
    cost = costs.group_by("item_id", "currency", maintain_order=True).agg(pl.col("standard_cost").last())
    per_unit = pl.col("price") / pl.col("per_quantity").fill_null(1.0)
    both = price.join(cost, on=["item_id", "currency"]).filter(per_unit > 0)
    return company.finding_on_items(
        "items_cost_less_than_their_price",
        "price",
        both.filter(pl.col("standard_cost") > per_unit)["item_id"],
        "{n} items cost more than one of their prices",
        "check price and cost, also their units and channels",
    )


def prices_do_not_overlap(company: Company) -> list[Finding]:
    """One price at a time for an item, customer, channel and list."""
    keys = ["item_id", "customer_id", "channel", "price_list", "price_type", "currency", "per_quantity"]
    rows = company.table("price").sort([*keys, "valid_from"], nulls_last=False)
    following = pl.col("valid_from").shift(-1).over(keys)
    overlap = rows.filter((pl.col("valid_to") >= following).fill_null(False))
    return company.finding_on_items(
        "prices_do_not_overlap",
        "price",
        overlap["item_id"],
        "{n} items have two prices for the same day",
        "end the older price the day before the newer begins",
    )


def every_currency_has_a_rate(company: Company) -> list[Finding]:
    """Every currency in use can be converted to the base currency."""
    base = company.manifest.base_currency
    known = latest_rates(company.table("currency_rate"), base)
    findings = []
    for name, table in TABLES.items():
        if not table.has("currency") or not company.table(name).height:
            continue
        used = company.table(name)["currency"].drop_nulls()
        missing = used.filter(~used.is_in(list(known)))
        if len(missing):
            codes = tuple(missing.unique().sort().to_list())
            message = f"{len(missing):,} rows are in {', '.join(codes)}, which has no rate to {base}; read as {base}"
            mend = f"add rates to {base} to table currency_rate"
            findings.append(
                company.finding(
                    "every_currency_has_a_rate", name, len(missing), "warning", message, mend, examples=codes
                )
            )
    return findings


def hierarchies_have_no_rings(company: Company) -> list[Finding]:
    """No location or customer is its own parent, grandparent and so on."""
    findings = []
    for name in ("location", "customer"):
        table = TABLES[name]
        parents = dict(company.table(name).select(table.key[0], "parent").drop_nulls().iter_rows())
        ring = sorted(member for member in parents if _in_ring(member, parents))
        if ring:
            message = f"{len(ring)} members of {name} are their own parent in a ring"
            mend = "break the ring by correcting one parent"
            findings.append(
                company.finding(
                    "hierarchies_have_no_rings", name, len(ring), "error", message, mend, examples=tuple(ring[:5])
                )
            )
    return findings


def _in_ring(member: str, parents: dict[str, str]) -> bool:
    seen, place = set[str](), parents.get(member)
    while place is not None and place not in seen:
        if place == member:
            return True
        seen.add(place)
        place = parents.get(place)
    return False


def periods_have_no_gap(company: Company) -> list[Finding]:
    """The period table is gapless and without overlap."""
    rows = company.table("period").sort("start_date")
    broken = rows.filter((pl.col("start_date").shift(-1) - pl.col("end_date")) != timedelta(days=1))
    if not broken.height:
        return []
    message = f"{broken.height} periods do not end the day before the next begins"
    mend = "correct start_date and end_date of the period table"
    examples = tuple(broken["period_id"].head(5).to_list())
    return [company.finding("periods_have_no_gap", "period", broken.height, "error", message, mend, examples=examples)]


def tables_of_the_next_level_are_there(company: Company) -> list[Finding]:
    """Says which tables are missing for the supply review and for finance."""
    wanted = {
        2: ("location", "inventory", "source", "routing", "resource", "resource_capacity"),
        3: ("item_cost", "price", "budget"),
    }
    steps = {2: "the supply review", 3: "finance"}
    return [
        company.finding(
            "tables_of_the_next_level_are_there",
            name,
            0,
            "note",
            f"table {name} has no rows; {steps[level]} works without it or not at all",
            f"deliver table {name}",
        )
        for level, names in wanted.items()
        for name in names
        if not company.table(name).height
    ]


RULES: tuple[Rule, ...] = (
    every_item_has_a_family,
    sold_items_are_not_raw_material,
    sold_items_are_alive,
    sold_items_have_a_cost,
    sold_items_have_a_price,
    items_cost_less_than_their_price,
    prices_do_not_overlap,
    every_currency_has_a_rate,
    hierarchies_have_no_rings,
    periods_have_no_gap,
    tables_of_the_next_level_are_there,
    *HISTORY_RULES,
    *DEMAND_RULES,
    *SUPPLY_RULES,
    *RESOURCE_RULES,
    *CAPACITY_RULES,
    *ORDER_RULES,
    *UNIT_RULES,
    *FINANCE_RULES,
    *CURRENCY_RULES,
    implied_load_is_plausible,
)
"""Every rule on the whole extract."""
