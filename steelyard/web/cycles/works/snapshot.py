"""Snapshot: digest and key figures of the plan at a moment of the month, so that later ones can be held against it."""

import math

from steelyard.plan.plan import Plan
from steelyard.web.cycles.works.place import Place, Said
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scorecard.selectors import ahead

FIGURES = {
    "consensus_demand": "Consensus demand", "constrained_demand": "Served demand", "revenue": "Revenue",
    "gross_margin": "Gross margin", "budget_revenue": "Budget", "backlog_value": "Backlog",
}  # fmt: skip
"""Figures that are kept, over the year ahead."""


def snapshot(place: Place) -> Said:
    """Keep the key figures of the year ahead, with the digest and the revision they belong to."""
    moment = moment_of(place.cycle.scenario)
    figures = key_figures(moment.plan)
    told = ", ".join(f"{FIGURES[name].lower()} {value:,.0f}" for name, value in list(figures.items())[:3])
    return Said(
        f"Revision {moment.revision} ({moment.plan.digest[:12]}): {told}.",
        {"revision": moment.revision, "digest": moment.plan.digest, "figures": dict(figures)},
    )


def key_figures(plan: Plan) -> dict[str, float]:
    """The key figures of the year ahead."""
    window = ahead(plan)
    found = {name: plan.value(name, periods=window) for name in FIGURES if name in plan.measures}
    return {name: float(value) for name, value in found.items() if math.isfinite(value)}
