"""Demo registers: what the demo company believes, what may happen beside it, and what it watches."""

from datetime import date, datetime, timedelta

from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption, AssumptionStatus, Risk, RiskKind
from steelyard.plan.uncertainty.signpost import Signpost
from steelyard.plan.workspace import Workspace

KITCHEN, PLATFORMS = {"product_family": "Kitchen scales"}, {"product_family": "Industrial platforms"}
Told = tuple[str, str, str, dict[str, str], tuple[float, float, float], str, AssumptionStatus]
ASSUMPTIONS: tuple[Told, ...] = (
    ("Households buy as many scales as last winter", "dana", "consensus_demand", KITCHEN, (-6.0, 0.0, 4.0),
     "Kitchenware panel", "validated"),
    ("Industry invests as its order books say", "sam", "consensus_demand", PLATFORMS, (-8.0, 0.0, 6.0),
     "Order books of the ten largest customers", "validated"),
    ("Retail takes the price list of January", "sam", "price", {"channel": "Retail"}, (-2.5, 0.0, 0.5),
     "Year talks", "proposed"),
    ("Steel and load cells cost what the contracts say", "luis", "unit_cost", {}, (-1.0, 0.0, 3.0),
     "Contracts until spring", "validated"),
    ("The winter flu takes no more hours than usual", "luis", "capacity_available", {}, (-5.0, 0.0, 1.0),
     "Works council", "proposed"),
)  # fmt: skip
"""Statement, owner, measure, scope, low/likely/high [%], source, status."""
Feared = tuple[str, str, float, str, dict[str, str], tuple[float, float, float], RiskKind, str, str, str]
RISKS: tuple[Feared, ...] = (
    ("A rival lowers the price of platforms", "sam", 0.3, "consensus_demand", PLATFORMS, (-15.0, -9.0, -4.0), "risk",
     "market", "Service contracts instead of discounts", "His new list, expected in January"),
    ("The kitchen chain in the North lists two more scales", "sam", 0.4, "consensus_demand",
     KITCHEN | {"territory": "North"}, (3.0, 8.0, 14.0), "opportunity", "market", "Pre-build in November",
     "Protocol of the listing talk"),
    ("The supplier of load cells fails for weeks", "luis", 0.15, "planned_receipts", PLATFORMS, (-30.0, -18.0, -8.0),
     "risk", "supply", "Second source, half a month of stock", "Delivery promise slips by a week"),
    ("Containers wait at the port again", "luis", 0.35, "planned_receipts", {}, (-4.0, -2.0, -0.5), "risk", "supply",
     "Book a month ahead", "Days at anchor above six"),
)  # fmt: skip
"""Statement, owner, probability, measure, scope, low/likely/high [%], kind, group, response, trigger."""
VALID = timedelta(days=180)
NEAR = 0.97
"""Share of the highest month of demand at which the first signpost stands."""


def enter_registers(workspace: Workspace, scenario: str, *, as_of: date, at: datetime) -> None:
    """Enter assumptions and risks; those of members that so small a company does not have are left out."""
    series = workspace.scenario(scenario).inputs.series["demand"]
    registers = workspace.records.registers
    for statement, owner, measure, scope, ends, source, status in ASSUMPTIONS:
        if all(series.has_member(level, name) for level, name in scope.items()):
            registers.assumptions.add(
                Assumption(
                    statement, owner, Effect(measure, scope, None, *ends), source, as_of + VALID,
                    status, actor=owner, at=at,
                )
            )  # fmt: skip
    for text, owner, chance, measure, scope, ends, kind, group, response, trigger in RISKS:
        if all(series.has_member(level, name) for level, name in scope.items()):
            registers.risks.add(
                Risk(
                    text, owner, chance, Effect(measure, scope, None, *ends), kind, group,
                    response=response, trigger=trigger, actor=owner, at=at,
                )
            )  # fmt: skip


def set_signposts(workspace: Workspace, plan: Plan, opens: str, *, at: datetime) -> None:
    """Set two signposts: one that the plan crosses in its highest month, and one it does not reach."""
    totals = [plan.value("consensus_demand", periods=(label, label)) for label in plan.horizon.labels]
    peak = round(max(totals), -2)
    for statement, owner, threshold in (
        ("Demand comes near the hours of the lines", "dana", NEAR * peak),
        ("Demand outgrows every plan of this year", "ines", 1.25 * peak),
    ):
        workspace.records.registers.signposts.add(
            Signpost(statement, owner, "consensus_demand", "above", threshold, opens, actor=owner, at=at)
        )
