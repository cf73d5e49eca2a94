"""Measures of the portfolio area: what launches, their effect on older items, and phase-outs do to demand."""

from steelyard.grid.measure import Measure

MEASURES: tuple[Measure, ...] = (
    Measure(
        "launch_forecast",
        "Launch forecast",
        "What like-items and the phase-in curve say beyond the statistical forecast; fades as actuals arrive.",
        grain="demand",
        unit="units",
        signed=True,
        area="portfolio",
    ),
    Measure(
        "cannibalisation",
        "Cannibalisation",
        "Units that older items lose to launches beside them.",
        grain="demand",
        unit="units",
        signed=True,
        area="portfolio",
    ),
    Measure(
        "phase_out_effect",
        "Phase-out effect",
        "Units an item loses by its run-down or because a successor takes over.",
        grain="demand",
        unit="units",
        signed=True,
        area="portfolio",
    ),
)
