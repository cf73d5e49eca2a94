"""Demo agreements: who answers for what in the demo company, its targets by family, and its cases of two months."""

from datetime import date, timedelta
from pathlib import Path

from steelyard.web.serve import connect

FAMILY = "product_family"
TARGETS = (
    ("fill_rate", 96.0, 3.0, "", ""),
    ("fill_rate", 98.0, 2.0, FAMILY, "Industrial platforms"),
    ("fill_rate", 92.0, 4.0, FAMILY, "Spares and accessories"),
    ("forecast_accuracy", 75.0, 8.0, "", ""),
    ("otif", 95.0, 2.0, "", ""),
    ("cash_to_cash", 50.0, 10.0, "", ""),
    ("excess_value", 300_000.0, 100_000.0, "", ""),
)
"""KPI, target, what is watched beyond it, level and member."""
CAUSES = {
    "fill_rate": (
        "Two lines run at their limit from December on; the forecast for the winter came a month late.",
        "Saturday shift on the load cell line, and build ahead in November.",
    ),
    "forecast_bias": (
        "Promotions of the trade customers were entered twice, as uplift and as a change of sales.",
        "Sales enters promotions as promotions only; demand planning checks the largest ten.",
    ),
}
"""What people found, by KPI: cause and action."""
LOOKED_AT = ("last-month", "base")
"""Scenarios whose plans the alert rules are looked at on, the month before first."""


def make_agreements(folder: Path) -> dict[str, int]:
    """Adopt the standard charter, agree on targets, look at the alert rules for two months, and say why.

    Returns:
        How many duties, targets and open cases there are.
    """
    connect(folder)
    from steelyard.web.accounts.selectors import people  # needs the settings of the company
    from steelyard.web.governance import services as governance
    from steelyard.web.governance.selectors import charter
    from steelyard.web.scorecard import case_selectors, services

    who = {one.username: one for one in people()}
    governance.charter_adopt(user=who["ines"])
    for name, target, tolerance, level, member in TARGETS:
        services.target_set(name, target, user=who["ines"], level=level, member=member, tolerance=tolerance)
    for scenario in LOOKED_AT:
        services.alerts_evaluate(scenario, actor="ines")
    found, told = case_selectors.cases_open(), dict(CAUSES)
    for line in found:
        if line.kpi in told and line.months_in_a_row > 1:
            cause, action = told.pop(line.kpi)
            due = date.fromisoformat(f"{line.sightings[-1].cycle}-01") + timedelta(days=20)
            services.case_write(
                line.number, user=who["ines"], cause=cause, action=action, due=due, owner=line.owner or "ines"
            )
    return {"duties": len(charter().rows), "targets": len(TARGETS), "cases": len(found)}
