"""Demo actions: what the people of the demo company do about the gap to the budget; nobody counts on it yet."""

from datetime import date, datetime, timedelta

from steelyard.plan.money.action import GapAction
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.workspace import Workspace

ACTIONS = (
    ("Raise online prices of kitchen scales", "sam", "price", {"product_family": "Kitchen scales", "channel": "Online"},
     1.5, 190_000.0, 90, "agreed"),
    ("Second source for load cells", "luis", "unit_cost", {"product_family": "Industrial platforms"}, -1.2, 330_000.0,
     150, "in progress"),
    ("Traders pay in 21 days", "fiona", "customer_payment_days", {"channel": "Trade"}, -30.0, 0.0, 60, "proposed"),
)  # fmt: skip
"""Statement, owner, measure, scope, percent, value [EUR], days until due, status."""


def enter_actions(workspace: Workspace, scenario: str, *, as_of: date, at: datetime) -> None:
    """Enter the actions, due some months after the as-of date; those of families that are not there are left out."""
    series = workspace.scenario(scenario).inputs.series["demand"]
    for statement, owner, measure, scope, percent, value, days, status in ACTIONS:
        if all(series.has_member(level, name) for level, name in scope.items()):
            effect = Effect(measure, scope, None, percent, percent, percent)
            due = as_of + timedelta(days=days)
            workspace.records.gap_actions.add(
                GapAction(statement, owner, due, value, effect, scenario, status=status, actor=owner, at=at)  # type: ignore[arg-type]
            )
