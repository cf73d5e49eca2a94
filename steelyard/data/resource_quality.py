"""Resource quality: rules on shifts, working calendars, crews and carriers."""

from collections.abc import Callable

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding, Severity
from steelyard.data.period_name import period_days

HOURS_OF_A_DAY = 24.0
SIZES = {"weight_per_period": "weight_kg", "volume_per_period": "volume_m3"}


def shifts_fit_into_a_day(company: Company) -> list[Finding]:
    """Shifts times hours of a shift are no more than a day has."""
    table = company.table("resource_capacity")
    long = table.filter(pl.col("shifts") * pl.col("hours_per_shift") > HOURS_OF_A_DAY)
    message = f"{long.height} rows state shifts that are longer than a day together"
    mend = "correct shifts in a day or hours_per_shift; machines side by side belong into parallel_units"
    return _on_resources(company, "shifts_fit_into_a_day", "resource_capacity", long["resource_id"], message, mend)


def crews_of_labour_hours_are_known(company: Company) -> list[Finding]:
    """Labour hours of an operation find the crew that works them."""
    routing, resource = company.table("routing"), company.table("resource")
    crews = resource.filter(pl.col("resource_type") == "labour")
    stands = resource.select("resource_id", stands="location_id")
    alone = crews.filter(pl.len().over("location_id") == 1)["location_id"]
    asked = routing.filter((pl.col("labour_hours") > 0) & pl.col("labour_resource_id").is_null())
    on_crew = pl.col("resource_id").is_in(crews["resource_id"].implode())
    lost = asked.join(stands, on="resource_id", how="left").filter(
        ~on_crew & ~pl.coalesce("location_id", "stands").is_in(alone.implode()).fill_null(False)
    )
    return company.finding_on_items(
        "crews_of_labour_hours_are_known",
        "routing",
        lost["item_id"],
        "{n} items have labour hours at places with no crew or several; nobody's hours are loaded",
        "name the crew in labour_resource_id, or add one resource of type labour at the location",
    )


def named_crews_are_crews(company: Company) -> list[Finding]:
    """The crew that an operation names is a resource of type labour."""
    crews = company.table("resource").filter(pl.col("resource_type") == "labour")["resource_id"]
    named = company.table("routing")["labour_resource_id"].drop_nulls().unique().sort()
    message = "{n} resources are named as crews and are not of type labour"
    wrong = named.filter(~named.is_in(crews.implode()))
    return _on_resources(
        company, "named_crews_are_crews", "routing", wrong, message.format(n=len(wrong)), "set resource_type to labour"
    )


def named_carriers_are_of_type_transport(company: Company) -> list[Finding]:
    """The carrier that a source names is a resource of type transport; another limits nothing."""
    carriers = _carriers(company)["resource_id"]
    named = company.table("source")["carrier_id"].drop_nulls().unique().sort()
    wrong = named.filter(~named.is_in(carriers.implode()))
    message = (
        f"{len(wrong)} carriers of sources are no resources of type transport; their moves are planned without limit"
    )
    mend = "set resource_type of the carrier to transport, or correct carrier_id"
    return _on_resources(company, "named_carriers_are_of_type_transport", "source", wrong, message, mend)


def moved_items_have_the_size_their_carrier_counts(company: Company) -> list[Finding]:
    """What is moved by a carrier that counts weight or volume states it, or it takes no room."""
    counted = _carriers(company).filter(pl.col("capacity_unit").is_in(list(SIZES)))
    moved = company.valid_sources.select("item_id", resource_id="carrier_id").join(counted, on="resource_id")
    sized = moved.join(company.table("item").select("item_id", *SIZES.values()), on="item_id", how="left")
    size = pl.coalesce(pl.when(pl.col("capacity_unit") == unit).then(pl.col(name)) for unit, name in SIZES.items())
    return company.finding_on_items(
        "moved_items_have_the_size_their_carrier_counts",
        "item",
        sized.filter(~(size > 0).fill_null(False))["item_id"],
        "{n} items are moved by carriers that count weight or volume and do not state theirs; they take no room",
        "enter weight_kg or volume_m3 of the item",
    )


def working_calendars_are_described(company: Company) -> list[Finding]:
    """A calendar that somebody follows is described, or Monday to Friday without a holiday is taken."""
    known = company.table("working_calendar")["calendar_id"]
    followed = pl.concat([company.table(name)["calendar_id"] for name in ("resource", "location", "supplier")])
    named = followed.drop_nulls().unique().sort()
    lacking = named.filter(~named.is_in(known.implode()))
    shifts = company.table("resource_capacity").filter(pl.col("available").is_null())
    if not len(lacking) or not shifts.height:
        return []
    message = f"{len(lacking)} working calendars are followed and not described; Monday to Friday is taken"
    mend = "add the calendar to working_calendar and its holidays to calendar_exception"
    names = tuple(lacking.head(5).to_list())
    rule = "working_calendars_are_described"
    return [company.finding(rule, "working_calendar", len(lacking), "warning", message, mend, examples=names)]


def history_of_resources_is_of_past_periods(company: Company) -> list[Finding]:
    """What resources worked stands on periods that have a date and are over."""
    table = company.table("resource_history")
    dated = table.join(period_days(table["period_id"], company.table("period")), on="period_id", how="left")
    lost = dated.filter(pl.col("end").is_null() | (pl.col("end") > company.as_of))
    message = (
        f"{lost.height} rows say what was worked in periods that are not over, or cannot be dated; they are left out"
    )
    mend = (
        "name the period 2026-01 or 2026-W05 or as in the period table, and extract up to the last one that has ended"
    )
    rule = "history_of_resources_is_of_past_periods"
    return _on_resources(company, rule, "resource_history", lost["resource_id"], message, mend)


def _carriers(company: Company) -> pl.DataFrame:
    carriers = company.table("resource").filter(pl.col("resource_type") == "transport")
    return carriers.select("resource_id", "capacity_unit")


def _on_resources(
    company: Company,
    rule: str,
    table: str,
    resources: pl.Series,
    message: str,
    mend: str,
    severity: Severity = "warning",
) -> list[Finding]:
    """One finding on a set of resources, none if the set is empty."""
    names = resources.drop_nulls()
    if not len(names):
        return []
    shown = tuple(names.unique().sort().head(5).to_list())
    return [company.finding(rule, table, len(names), severity, message, mend, examples=shown)]


RESOURCE_RULES: tuple[Callable[[Company], list[Finding]], ...] = (
    shifts_fit_into_a_day,
    crews_of_labour_hours_are_known,
    named_crews_are_crews,
    named_carriers_are_of_type_transport,
    moved_items_have_the_size_their_carrier_counts,
    working_calendars_are_described,
    history_of_resources_is_of_past_periods,
)
