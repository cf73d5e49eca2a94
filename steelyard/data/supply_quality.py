"""Supply quality: rules on sources, bills of material, routings, capacity and stock."""

from collections.abc import Callable

import polars as pl

from steelyard.data.base_unit import CONVERTED, UnitColumns, unit_factors
from steelyard.data.company import Company
from steelyard.data.finding import Finding
from steelyard.data.period_name import mean_days


def planned_items(company: Company) -> pl.Series:
    """Items that need supply: sold ones, and the components of what is made, level by level."""
    wanted = set(company.sold.to_list())
    below: dict[str, list[str]] = {}
    for item, component in company.valid_bom.select("item_id", "component_id").iter_rows():
        below.setdefault(item, []).append(component)
    open_items = list(wanted)
    while open_items:
        new = [component for component in below.get(open_items.pop(), ()) if component not in wanted]
        wanted.update(new)
        open_items += new
    return pl.Series("item_id", sorted(wanted), dtype=pl.String)


def planned_items_have_a_source(company: Company) -> list[Finding]:
    """Every planned item has at least one valid source."""
    if not company.table("source").height:
        return []
    items = planned_items(company)
    missing = items.filter(~items.is_in(company.valid_sources["item_id"].implode()))
    sold = missing.is_in(company.sold.implode())
    return [
        *company.finding_on_items(
            "planned_items_have_a_source",
            "source",
            missing.filter(sold),
            "{n} sold items have no valid source of supply",
            "add a make, buy or transfer source",
        ),
        *company.finding_on_items(
            "components_have_a_source",
            "source",
            missing.filter(~sold),
            "{n} components have no valid source of supply",
            "add a make or buy source for the component",
        ),
    ]


def bill_of_material_has_no_ring(company: Company) -> list[Finding]:
    """No item is needed, at any level, to make itself."""
    ring = items_in_rings(company.valid_bom)
    return company.finding_on_items(
        "bill_of_material_has_no_ring",
        "bom",
        pl.Series("item_id", ring, dtype=pl.String),
        "{n} items need themselves through their bill of material: " + " > ".join(ring[:6]),
        "end one of the rows of the ring with valid_to",
        "error",
    )


def items_do_not_follow_in_a_ring(company: Company) -> list[Finding]:
    """No item is, over successors, its own successor."""
    links = company.table("item_link").filter(pl.col("type") == "successor")
    ring = items_in_rings(links.select("item_id", component_id="other_id"))
    return company.finding_on_items(
        "items_do_not_follow_in_a_ring",
        "item_link",
        pl.Series("item_id", ring, dtype=pl.String),
        "{n} items are their own successor in a ring",
        "remove one link of the ring",
        "error",
    )


def successors_start_near_the_end(company: Company) -> list[Finding]:
    """A successor starts near the end of its predecessor, or as many periods before it as both shall be sold.

    Links of which no start or no end is known are left alone.
    """
    items = company.table("item").select("item_id", "launch_date", "end_date")
    links = company.table("item_link").filter(pl.col("type") == "successor")
    known = links.join(items.drop("end_date"), on="item_id").join(
        items.drop("launch_date"), left_on="other_id", right_on="item_id"
    )
    days = (pl.coalesce("start_date", "launch_date") - pl.col("end_date")).dt.total_days()
    both = pl.col("overlap_periods").fill_null(0.0) * mean_days(company.manifest.calendar, company.table("period"))
    most = company.thresholds.successor_gap_days
    off = known.with_columns(days=days).filter((pl.col("days") > most) | (pl.col("days") < -most - both))
    members = pl.concat([off["item_id"], off["other_id"].rename("item_id")])
    if not off.height:
        return []
    money, quantity = company.worth.of_items(members)
    shown = tuple(
        f"{item} after {other}: {days:+d} days"
        for item, other, days in off.select("item_id", "other_id", "days").rows()
    )
    message = f"{off.height} successors start more than {most} days before or after the end of their predecessor"
    mend = "correct start_date of the link or end_date of the predecessor, or state overlap_periods"
    rule = "successors_start_near_the_end"
    return [company.finding(rule, "item_link", off.height, "warning", message, mend, money, quantity, shown[:5])]


def items_in_rings(bom: pl.DataFrame) -> list[str]:
    """Items of which some chain of components leads back to themselves, sorted.

    Peels off, again and again, items that are made of nothing left and items that go into nothing left; what stays
    is rings and what connects them.
    """
    edges = bom.select("item_id", "component_id").drop_nulls().unique()
    while edges.height:
        kept = edges.filter(
            pl.col("component_id").is_in(edges["item_id"].implode())
            & pl.col("item_id").is_in(edges["component_id"].implode())
        )
        if kept.height == edges.height:
            break
        edges = kept
    return sorted(set(edges["item_id"].to_list()) & set(edges["component_id"].to_list()))


def made_items_have_a_bill_of_material(company: Company) -> list[Finding]:
    """Items that are made have components."""
    if not company.table("bom").height:
        return []
    made = _made(company)
    missing = made.filter(~made.is_in(company.valid_bom["item_id"].implode()))
    return company.finding_on_items(
        "made_items_have_a_bill_of_material",
        "bom",
        missing.filter(missing.is_in(planned_items(company).implode())),
        "{n} made items have no valid bill of material",
        "add it, or set make_buy to buy",
    )


def made_items_have_a_routing(company: Company) -> list[Finding]:
    """Items that are made load some resource."""
    if not company.table("routing").height:
        return []
    made = _made(company)
    missing = made.filter(~made.is_in(company.table("routing")["item_id"].implode()))
    return company.finding_on_items(
        "made_items_have_a_routing",
        "routing",
        missing.filter(missing.is_in(planned_items(company).implode())),
        "{n} made items have no routing; their load is not seen",
        "add a routing, or confirm that no resource binds",
    )


def _made(company: Company) -> pl.Series:
    return company.table("item").filter(pl.col("make_buy") == "make")["item_id"]


def resources_have_capacity(company: Company) -> list[Finding]:
    """Every resource that a routing or a move uses states what it offers."""
    named = (company.table("routing"), ("resource_id", "labour_resource_id")), (company.valid_sources, ("carrier_id",))
    used = pl.concat([table[name] for table, names in named for name in names]).drop_nulls().unique()
    by_shifts = pl.col("shifts") * pl.col("hours_per_shift")
    offered = company.table("resource_capacity").filter(pl.coalesce("available", by_shifts) > 0)["resource_id"]
    missing = used.filter(~used.is_in(offered.implode())).sort()
    if not len(missing):
        return []
    items = company.table("routing").filter(pl.col("resource_id").is_in(missing.implode()))["item_id"]
    money, quantity = company.worth.of_items(items)
    message = f"{len(missing)} resources have no capacity; with limits nothing can be made or moved on them"
    names = tuple(missing.head(5).to_list())
    return [
        company.finding(
            "resources_have_capacity",
            "resource_capacity",
            len(missing),
            "warning",
            message,
            "add a row with available per period, or with shifts and hours_per_shift",
            money,
            quantity,
            names,
        )
    ]


def phantoms_are_passed_through(company: Company) -> list[Finding]:
    """A phantom has a bill to be passed through, and no stock of its own that nobody would plan."""
    called = company.valid_bom.filter(pl.col("phantom").fill_null(False))["component_id"].unique()
    empty = called.filter(~called.is_in(company.valid_bom["item_id"].implode()))
    stock = company.table("inventory").filter(pl.col("on_hand_qty") > 0)["item_id"]
    stocked = called.filter(called.is_in(stock.implode()))
    return [
        *company.finding_on_items(
            "phantoms_have_a_bill_of_material",
            "bom",
            empty.sort(),
            "{n} phantoms have no bill of material; they are planned as components",
            "add their bill of material, or take the phantom flag off the lines that call them",
        ),
        *company.finding_on_items(
            "phantoms_have_no_stock",
            "inventory",
            stocked.sort(),
            "{n} phantoms are in stock, which the plan does not use",
            "take the phantom flag off the lines that call them until the stock is used up",
        ),
    ]


def quotas_sum_to_one(company: Company) -> list[Finding]:
    """Split ratios of the sources of an item and location sum to 1."""
    stated = company.valid_sources.filter(pl.col("split_ratio").is_not_null())
    sums = stated.group_by("item_id", "location_id").agg(pl.col("split_ratio").sum())
    wrong = sums.filter((pl.col("split_ratio") - 1.0).abs() > company.thresholds.split_difference)
    return company.finding_on_items(
        "quotas_sum_to_one",
        "source",
        wrong["item_id"],
        "{n} items have split ratios that do not sum to 1",
        "correct split_ratio of their sources",
    )


def lots_fit_each_other(company: Company) -> list[Finding]:
    """The least lot is not above the most."""
    rows = company.table("item_location").filter(pl.col("min_lot") > pl.col("max_lot"))
    return company.finding_on_items(
        "lots_fit_each_other",
        "item_location",
        rows["item_id"],
        "{n} items have min_lot above max_lot",
        "correct the lot sizes",
    )


def sources_follow_alternatives_of_a_bill(company: Company) -> list[Finding]:
    """An alternative that a source names stands in a bill of its item."""
    named = company.table("source").filter((pl.col("source_type") == "make") & pl.col("alternative").is_not_null())
    unknown = named.join(company.table("bom"), on=["item_id", "alternative"], how="anti")
    return company.finding_on_items(
        "sources_follow_alternatives_of_a_bill",
        "source",
        unknown["item_id"],
        "{n} items have sources that name an alternative no bill has; the first valid one is planned",
        "correct alternative of the source, or add the bill",
    )


def stock_has_not_expired(company: Company) -> list[Finding]:
    """No lot in stock expired before the as-of date."""
    expired = company.table("inventory").filter(
        (pl.col("expiry_date") < company.as_of) & (pl.col("on_hand_qty") > 0) & (pl.col("stock_type") != "blocked")
    )
    return company.finding_on_items(
        "stock_has_not_expired",
        "inventory",
        expired["item_id"],
        "{n} items have lots in stock that have expired; the plan does not count on them",
        "book the lots out, or correct expiry_date",
    )


def stocked_items_that_sell_have_stock_rows(company: Company) -> list[Finding]:
    """Sold items appear in the stock list, if only with zero."""
    stock = company.table("inventory")
    if not stock.height:
        return []
    missing = company.sold.filter(~company.sold.is_in(stock["item_id"].implode()))
    return company.finding_on_items(
        "stocked_items_that_sell_have_stock_rows",
        "inventory",
        missing,
        "{n} sold items have no stock row; their stock is taken as zero",
        "deliver a row with zero if there is none",
    )


def units_convert_to_the_base_unit(company: Company) -> list[Finding]:
    """Quantities in another unit than the item's own can be converted."""
    return [finding for unit in CONVERTED for finding in _open_units(company, unit)]


def _open_units(company: Company, unit: UnitColumns) -> list[Finding]:
    rows = company.table(unit.table)
    if rows["uom"].null_count() == rows.height:
        return []
    found = unit_factors(company.tables, unit)
    lost = rows.filter(found["other"] & found["factor"].is_null())
    units = ", ".join(lost["uom"].unique().sort().head(5).to_list())
    return company.finding_on_items(
        "units_convert_to_the_base_unit",
        unit.table,
        lost["item_id"],
        f"{{n}} items have rows in {units} without conversion; read as the base unit",
        "add the unit to uom_conversion, or correct base_uom of the item",
    )


SUPPLY_RULES: tuple[Callable[[Company], list[Finding]], ...] = (
    planned_items_have_a_source,
    bill_of_material_has_no_ring,
    items_do_not_follow_in_a_ring,
    successors_start_near_the_end,
    made_items_have_a_bill_of_material,
    made_items_have_a_routing,
    resources_have_capacity,
    phantoms_are_passed_through,
    quotas_sum_to_one,
    lots_fit_each_other,
    sources_follow_alternatives_of_a_bill,
    stock_has_not_expired,
    stocked_items_that_sell_have_stock_rows,
    units_convert_to_the_base_unit,
)
