"""Measures of supply: requirements, plans and resources."""

from steelyard.grid.measure import Measure


def _units(name: str, label: str, meaning: str) -> Measure:
    return Measure(name=name, label=label, meaning=meaning, grain="item_location", unit="units", area="supply")


def _hours(name: str, label: str, meaning: str) -> Measure:
    return Measure(name=name, label=label, meaning=meaning, grain="resource", unit="hours", area="supply")


MEASURES: tuple[Measure, ...] = (
    _units("independent_demand", "Independent demand", "Demand plan of all customers served from this place."),
    _units(
        "dependent_demand", "Dependent demand", "What assemblies and other places need of this item when they start."
    ),
    _units(
        "gross_requirement", "Gross requirement", "Independent plus dependent demand, before stock and open orders."
    ),
    Measure(
        name="scheduled_receipts",
        label="Scheduled receipts",
        meaning="Open orders by the period in which they come in; overdue ones stand in the first period.",
        grain="item_location",
        unit="units",
        editable=True,
        area="supply",
    ),
    _units(
        "rescheduled_receipts",
        "Open orders as planned",
        "Open orders when the plan counts on them: those that may be moved come when they are needed.",
    ),
    Measure(
        name="minimum_receipts",
        label="Least receipts",
        meaning="Least new orders by period of receipt, as a planner sets them; empty sets nothing.",
        grain="item_location",
        unit="units",
        editable=True,
        optional=True,
        spread_basis="independent_demand",
        area="supply",
    ),
    Measure(
        name="maximum_receipts",
        label="Most receipts",
        meaning="Most new orders by period of receipt; empty sets nothing, the same as the least fixes them.",
        grain="item_location",
        unit="units",
        editable=True,
        optional=True,
        spread_basis="independent_demand",
        area="supply",
    ),
    _units("planned_receipts", "Planned receipts", "New orders by period of receipt, if nothing limited supply."),
    _units("planned_releases", "Planned releases", "The same orders by the period in which they must start."),
    _units(
        "constrained_receipts",
        "Constrained receipts",
        "What can come in with the hours, components and lead times there are.",
    ),
    _units("constrained_releases", "Constrained releases", "The same by the period in which it starts."),
    _units(
        "component_issues",
        "Component issues",
        "What assemblies and other places take from stock under the constrained plan.",
    ),
    Measure(
        name="shortage_quantity",
        label="Shortage",
        meaning="Planned so far and not yet received under the constrained plan.",
        grain="item_location",
        unit="units",
        over_time="last",
        area="supply",
    ),
    Measure(
        name="capacity_available",
        label="Available capacity",
        meaning="Hours the resource can work, after shifts, utilisation and efficiency.",
        grain="resource",
        unit="hours",
        editable=True,
        area="supply",
    ),
    _hours("capacity_load", "Load", "Hours that the unconstrained plan asks of the resource."),
    _hours("constrained_load", "Constrained load", "Hours that the constrained plan uses."),
    Measure(
        name="utilisation",
        label="Utilisation",
        meaning="Load of the unconstrained plan as a share of the available hours.",
        grain="resource",
        unit="ratio",
        over_series="ratio",
        over_time="ratio",
        numerator="capacity_load",
        denominator="capacity_available",
        area="supply",
    ),
    Measure(
        name="hour_price",
        label="Hour price",
        meaning="Money that one more hour of the resource is worth; only engines that weigh money know it.",
        grain="resource",
        unit="money",
        over_series="mean",
        over_time="mean",
        area="supply",
    ),
    _hours("overtime_hours", "Overtime", "Hours of overtime that the constrained plan uses."),
    _hours("overload", "Overload", "Hours that the unconstrained plan asks beyond what is available."),
    Measure(
        name="ration",
        label="Ration",
        meaning="Most that is served in the period, as somebody sets it; what is asked beyond is turned away and does "
        "not wait. Empty sets nothing.",
        grain="demand",
        unit="units",
        editable=True,
        optional=True,
        spread_basis="demand_plan",
        area="supply",
    ),
    Measure(
        name="turned_away",
        label="Turned away",
        meaning="Demand plan beyond the ration: supply is not asked to serve it.",
        grain="demand",
        unit="units",
        area="supply",
    ),
    Measure(
        name="allocation_rank",
        label="Allocation rank",
        meaning="Place in the queue where a location cannot ship all: a lower rank is served in full first, equal "
        "ranks share in proportion; a mean over series.",
        grain="demand",
        unit="rank",
        over_series="mean",
        over_time="mean",
        editable=True,
        area="supply",
    ),
)
