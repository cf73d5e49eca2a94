"""Resources: what makes, stores and moves, what it offers, when it works and what it has worked."""

import polars as pl

from steelyard.data.column import choice, day, flag, ident, money, number, quantity, ratio, text
from steelyard.data.table import RowRule, Table

WORKING_CALENDAR = Table(
    name="working_calendar",
    level=2,
    owner="production planner",
    meaning="A working week that resources and locations follow; Monday to Friday where none is named.",
    key=("calendar_id",),
    columns=(
        ident("calendar_id", "Code of the calendar.").required(),
        text("weekdays", "Days of the week that are worked, 1 for Monday to 7 for Sunday; 12345 if empty."),
        text("name", "Name of the calendar."),
    ),
    rules=(
        RowRule(
            "weekdays_are_digits",
            ("weekdays",),
            lambda as_of: ~pl.col("weekdays").str.contains("^[1-7]{1,7}$"),
            "weekdays holds something else than the digits 1 to 7; Monday to Friday is taken meanwhile",
            "write the days that are worked, 1 for Monday to 7 for Sunday, such as 123456",
            quarantines=False,
        ),
    ),
)

CALENDAR_EXCEPTION = Table(
    name="calendar_exception",
    level=2,
    owner="production planner",
    meaning="A holiday, a shutdown, or a day that is worked although the week says otherwise.",
    key=("calendar_id", "start_date"),
    columns=(
        ident("calendar_id", "The calendar.", "working_calendar").required(),
        day("start_date", "First day.").required(),
        day("end_date", "Last day, inclusive; the first alone if empty."),
        flag("working", "Whether these days are worked; if empty they are not."),
        text("name", "What it is."),
    ),
    rules=(
        RowRule(
            "exception_ends_after_it_starts",
            ("start_date", "end_date"),
            lambda as_of: pl.col("end_date") < pl.col("start_date"),
            "the exception ends before it starts",
            "correct start_date or end_date",
        ),
    ),
)

RESOURCE = Table(
    name="resource",
    level=2,
    owner="production planner",
    meaning="A machine group, labour pool, store, supplier or carrier whose capacity binds.",
    key=("resource_id",),
    columns=(
        ident("resource_id", "Code of the resource.").required(),
        ident("location_id", "Where it stands.", "location").required(),
        choice(
            "resource_type", "Kind of resource.", "machine", "labour", "storage", "supplier", "handling", "transport"
        ).required(),
        choice(
            "capacity_unit",
            "Unit AND period of its capacity figures: hours, units, kilograms or cubic metres.",
            "hours_per_period",
            "units_per_period",
            "weight_per_period",
            "volume_per_period",
        ).required(),
        text("name", "Name of the resource."),
        text("group", "Group, for roll-up."),
        money("cost_per_hour", "Cost of one hour.", "not_negative"),
        money("overtime_cost_per_hour", "Cost of one hour of overtime.", "not_negative"),
        text("currency", "Currency of the cost."),
        flag("bottleneck_flag", "Whether it is known to bind."),
        ratio("utilisation", "Share of the hours there are in which it works; 1 if empty."),
        ratio("efficiency", "Share of the hours it works that produce; 1 if empty."),
        number("parallel_units", "Machines or people that work a shift side by side; 1 if empty.", "positive"),
        ident("calendar_id", "Working calendar; that of its location if empty.", "working_calendar").lenient(),
        number("workers", "Workers of a crew at the as-of date; their hours are then its capacity.", "positive"),
        number("hours_per_worker", "Hours of a worker in a period; capacity by worker if empty.", "positive"),
        number("overtime_per_worker", "Most overtime hours of a worker in a period.", "not_negative"),
        money("wage", "Pay of a worker for a period, worked or not.", "not_negative"),
        money("hire_cost", "Cost of hiring a worker; if empty nobody is hired.", "not_negative"),
        money("layoff_cost", "Cost of laying off a worker; if empty nobody is laid off.", "not_negative"),
        number("min_workers", "Least workers.", "not_negative"),
        number("max_workers", "Most workers.", "not_negative"),
        number("extra_shifts", "Most further shifts in a period.", "not_negative"),
        number("hours_per_extra_shift", "Hours that a further shift brings in a period.", "positive"),
        money("extra_shift_cost", "Cost of a further shift in a period.", "not_negative"),
    ),
)

RESOURCE_CAPACITY = Table(
    name="resource_capacity",
    level=2,
    owner="production planner",
    meaning="What a resource offers in a period, or its shifts; an empty period holds for every one without its own.",
    key=("resource_id", "period_id"),
    columns=(
        ident("resource_id", "The resource.", "resource").required(),
        ident("period_id", "The period, or empty for every period."),
        quantity(
            "available",
            "Capacity in the unit of the resource; if empty, shifts x hours x working days.",
            "not_negative",
        ).conditional(),
        number("shifts", "Shifts in a working day.", "not_negative"),
        number("hours_per_shift", "Hours in a shift.", "not_negative"),
        quantity("overtime_max", "Most overtime.", "not_negative"),
        quantity("planned_downtime", "Hours lost to planned downtime.", "not_negative"),
    ),
    quantity="available",
    rules=(
        RowRule(
            "capacity_is_stated",
            ("available", "shifts", "hours_per_shift"),
            lambda as_of: pl.col("available").is_null() & (pl.col("shifts") * pl.col("hours_per_shift")).is_null(),
            "neither available nor shifts and hours_per_shift are filled",
            "enter what the resource offers in the period, or its shifts in a day and the hours of one",
        ),
    ),
)

RESOURCE_HISTORY = Table(
    name="resource_history",
    level=2,
    owner="production planner",
    meaning="What a resource worked in a past period, and what that gave by the standard hours of its routings.",
    key=("resource_id", "period_id"),
    columns=(
        ident("resource_id", "The resource.", "resource").required(),
        ident("period_id", "The past period.").required(),
        quantity(
            "hours_worked", "Hours it worked, or what else its capacity is counted in.", "not_negative"
        ).required(),
        quantity("hours_earned", "Standard hours of what it made; those it worked if empty.", "not_negative"),
    ),
    quantity="hours_worked",
)

TABLES = (
    WORKING_CALENDAR,
    CALENDAR_EXCEPTION,
    RESOURCE,
    RESOURCE_CAPACITY,
    RESOURCE_HISTORY,
)
