"""Resource quality: bad shifts, calendars, crews and carriers are found, named and can be mended."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from steelyard.data.company import Company
from steelyard.data.extract import Extract
from steelyard.data.finding import Finding
from steelyard.data.manifest import Manifest
from steelyard.data.resource_quality import RESOURCE_RULES
from steelyard.data.supply_quality import resources_have_capacity
from steelyard.data.worth import Worth
from tests.company import LINE, PLANT, _bought, _resource, _routing, company
from tests.data.conftest import ImportFolder, rules_of

TRUCK = {
    "resource_id": "TRUCK",
    "location_id": PLANT,
    "resource_type": "transport",
    "capacity_unit": "weight_per_period",
}
CREW = {"resource_id": "CREW", "location_id": PLANT, "resource_type": "labour", "capacity_unit": "hours_per_period"}
SHIFTS = {"resource_id": LINE, "shifts": 3.0, "hours_per_shift": 8.0}

CASES = {
    "shifts longer than a day": (
        {"resource_capacity": [{**SHIFTS, "hours_per_shift": 9.0}]}, "shifts_fit_into_a_day", LINE,
    ),
    "labour hours and no crew": ({"routing": [{**_routing("I0"), "labour_hours": 1.0}]},
                                 "crews_of_labour_hours_are_known", "I0"),
    "labour hours and two crews": (
        {"routing": [{**_routing("I0"), "labour_hours": 1.0}],
         "resource": [_resource(), CREW, {**CREW, "resource_id": "OTHER"}]},
        "crews_of_labour_hours_are_known", "I0",
    ),
    "a machine as crew": (
        {"routing": [{**_routing("I0"), "labour_hours": 1.0, "labour_resource_id": LINE}]},
        "named_crews_are_crews", LINE,
    ),
    "a machine as carrier": (
        {"source": [{**_bought(), "carrier_id": LINE}]}, "named_carriers_are_of_type_transport", LINE,
    ),
    "goods without weight": (
        {"source": [{**_bought(), "carrier_id": "TRUCK"}], "resource": [_resource(), TRUCK]},
        "moved_items_have_the_size_their_carrier_counts", "COMP",
    ),
    "hours worked in a period to come": (
        {"resource_history": [{"resource_id": LINE, "period_id": "2026-01", "hours_worked": 1.0}]},
        "history_of_resources_is_of_past_periods", LINE,
    ),
    "hours worked in no period": (
        {"resource_history": [{"resource_id": LINE, "period_id": "week five", "hours_worked": 1.0}]},
        "history_of_resources_is_of_past_periods", LINE,
    ),
    "a calendar nobody describes": (
        {"resource": [{**_resource(), "calendar_id": "NIGHT"}], "resource_capacity": [SHIFTS]},
        "working_calendars_are_described", "NIGHT",
    ),
}  # fmt: skip


def checked(extract: Extract, rules: tuple[Callable[[Company], list[Finding]], ...] = RESOURCE_RULES) -> list[Finding]:
    manifest = Manifest(company="Small Company", source_system="test", as_of=extract.as_of, base_currency="USD")
    worth = Worth(pl.DataFrame(schema={"item_id": pl.String, "quantity": pl.Float64, "money": pl.Float64}), {})
    return [one for rule in rules for one in rule(Company(extract.tables, manifest, worth))]


@pytest.mark.parametrize("name", CASES)
def test_it_is_found_with_its_name_and_the_mend(name: str) -> None:
    tables, rule, member = CASES[name]
    (found,) = checked(company(items=1, replace=tables))  # type: ignore[arg-type]
    assert (found.rule, found.severity) == (rule, "warning")
    assert member in found.examples
    assert found.mend


def test_a_company_that_says_nothing_of_them_has_no_findings() -> None:
    assert not checked(company(items=2))


def test_one_crew_at_the_place_is_enough() -> None:
    tables = {"routing": [{**_routing("I0"), "labour_hours": 1.0}], "resource": [_resource(), CREW]}
    assert not checked(company(items=1, replace=tables))  # type: ignore[arg-type]


def test_shifts_are_capacity_and_a_carrier_needs_some() -> None:
    sources = [{**_bought(), "carrier_id": "TRUCK"}]
    extract = company(
        items=1, replace={"resource_capacity": [SHIFTS], "source": sources, "resource": [_resource(), TRUCK]}
    )
    (found,) = checked(extract, (resources_have_capacity,))
    assert found.examples == ("TRUCK",)


def test_rows_that_say_nothing_are_kept_out_and_week_days_checked(import_folder: ImportFolder) -> None:
    extract = import_folder(
        resource__csv="resource_id,location_id,resource_type,capacity_unit,calendar_id\n"
        "LINE,P,machine,hours_per_period,FIVE\n",
        resource_capacity__csv="resource_id,period_id,available,shifts,hours_per_shift\n"
        "LINE,2025-01,,2,8\nLINE,2025-02,,2,\nLINE,2025-03,300,,\n",
        working_calendar__csv="calendar_id,weekdays\nFIVE,Mo-Fr\n",
        calendar_exception__csv="calendar_id,start_date,end_date\nFIVE,2025-01-10,2025-01-02\nFIVE,2025-05-01,\n"
        "SIX,2025-05-01,\n",
    )
    assert extract.quarantine["resource_capacity"]["_rule"].to_list() == ["capacity_is_stated"]
    assert extract.tables["resource_capacity"]["period_id"].to_list() == ["2025-01", "2025-03"]
    assert "weekdays_are_digits" in rules_of(extract, "working_calendar")
    assert sorted(extract.quarantine["calendar_exception"]["_rule"].to_list()) == [
        "calendar_id_is_known", "exception_ends_after_it_starts",
    ]  # fmt: skip
    assert extract.tables["calendar_exception"]["start_date"].to_list() == [date(2025, 5, 1)]
