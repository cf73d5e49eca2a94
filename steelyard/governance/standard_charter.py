"""Standard charter: the roles, forums, duties, standards and protocols with which a company may begin."""

from steelyard.governance.charter import Charter
from steelyard.governance.data_standard import DataStandard
from steelyard.governance.forum import Forum
from steelyard.governance.matter import matter_of
from steelyard.governance.ownership import Ownership
from steelyard.governance.protocol import DecisionProtocol
from steelyard.governance.raci import RaciRow
from steelyard.governance.role import Role

PLANNER, SALES, PRODUCT, SUPPLY, FINANCE, LEAD, BOARD = (
    "demand_planner", "sales", "product_manager", "supply_planner", "finance", "sop_lead", "executive",
)  # fmt: skip

_ROLES = tuple(
    Role(key, label, purpose, key)
    for key, label, purpose in (
        (PLANNER, "Demand planner", "Keeps the forecast and leads the demand review."),
        (SALES, "Sales", "Says what customers will ask for, and stands by it."),
        (PRODUCT, "Product manager", "Answers for launches, phase-outs and the range."),
        (SUPPLY, "Supply planner", "Finds out what supply can do, and what it would take to do more."),
        (FINANCE, "Finance partner", "Turns the plan into money and holds it against the budget."),
        (LEAD, "S&OP lead", "Runs the month: calendar, gates, decisions, records."),
        (BOARD, "Executive", "Decides, and stands behind the plan."),
    )
)

_FORUMS = (
    Forum(
        "product_review", "Product review", "What comes, what goes, and what that asks of demand and supply.",
        PRODUCT, (PRODUCT, SALES, SUPPLY), (PLANNER, FINANCE), working_day=4, quorum=2,
        decides=("launch", "exit"),
    ),
    Forum(
        "demand_review", "Demand review", "One demand plan that sales, product and finance sign.",
        PLANNER, (PLANNER, SALES, PRODUCT), (FINANCE, LEAD), working_day=7, minutes=90, quorum=2,
        decides=("promotion",),
    ),
    Forum(
        "supply_review", "Supply review", "What supply can really do, and the ways to close the gaps.",
        SUPPLY, (SUPPLY, PLANNER), (FINANCE, LEAD), working_day=10, minutes=90, quorum=1,
        decides=("sourcing", "shift"),
    ),
    Forum(
        "pre_sop", "Pre-S&OP", "Agrees what it may, and passes the rest up with options.",
        LEAD, (PLANNER, SALES, SUPPLY, FINANCE), (PRODUCT,), working_day=13, minutes=120, quorum=3,
        decides=("balance", "inventory", "other"),
    ),
    Forum(
        "executive_sop", "Executive S&OP", "Decides what is open and approves the one plan.",
        BOARD, (BOARD, FINANCE, SALES), (LEAD, SUPPLY, PRODUCT), working_day=16, minutes=60, quorum=2,
        decides=("plan_approval", "price", "people", "line", "site", "investment"),
    ),
)  # fmt: skip

_STEPS = (
    # matter, label, planner, sales, product, supply, finance, lead, executive
    ("step:data_gathering", "Data gathering", "R", "", "C", "R", "C", "A", ""),
    ("step:product_review", "Product review", "C", "R", "A", "C", "C", "I", "I"),
    ("step:demand_planning", "Demand planning", "AR", "R", "R", "C", "C", "I", ""),
    ("step:supply_planning", "Supply planning", "C", "I", "C", "AR", "C", "I", ""),
    ("step:pre_sop", "Pre-S&OP", "R", "R", "C", "R", "R", "A", "I"),
    ("step:executive_sop", "Executive S&OP", "I", "C", "C", "C", "R", "R", "A"),
)
_MEASURES = (
    ("measure:statistical_forecast", "Statistical forecast", "AR", "I", "I", "I", "", "", ""),
    ("measure:sales_forecast", "Sales forecast", "C", "AR", "C", "", "I", "", ""),
    ("measure:consensus_demand", "Consensus demand", "AR", "R", "C", "I", "C", "I", ""),
    ("measure:safety_stock", "Safety stock", "C", "I", "", "AR", "C", "I", ""),
    ("measure:capacity_available", "Available capacity", "", "", "", "AR", "I", "I", ""),
    ("measure:price", "Price", "I", "R", "C", "", "A", "", ""),
    ("measure:budget_revenue", "Budget", "I", "C", "", "I", "AR", "I", "C"),
)
_DECISIONS = (
    ("decision:plan_approval", "Approval of the plan", "C", "C", "C", "C", "C", "R", "A"),
    ("decision:balance", "Balance of demand and supply", "C", "C", "I", "R", "C", "A", "I"),
    ("decision:price", "Price", "I", "R", "C", "", "C", "I", "A"),
    ("decision:promotion", "Promotion", "C", "AR", "C", "C", "C", "I", ""),
    ("decision:launch", "Launch", "C", "C", "AR", "C", "C", "I", "I"),
    ("decision:exit", "Exit", "C", "C", "AR", "C", "C", "I", "I"),
    ("decision:sourcing", "Sourcing", "I", "", "C", "AR", "C", "I", ""),
    ("decision:inventory", "Inventory", "C", "I", "", "R", "C", "A", "I"),
    ("decision:shift", "Shift", "I", "", "", "AR", "C", "I", "I"),
    ("decision:people", "People", "I", "", "", "R", "C", "C", "A"),
    ("decision:line", "Line", "C", "I", "C", "R", "C", "C", "A"),
    ("decision:site", "Site", "C", "C", "C", "R", "C", "C", "A"),
    ("decision:investment", "Investment", "C", "C", "C", "R", "R", "C", "A"),
    ("decision:other", "Other decisions", "C", "C", "C", "C", "C", "AR", "I"),
)

_ORDER = (PLANNER, SALES, PRODUCT, SUPPLY, FINANCE, LEAD, BOARD)
_ROWS = tuple(
    RaciRow(matter_of(matter), label, {role: letters for role, letters in zip(_ORDER, cells, strict=True) if letters})
    for matter, label, *cells in (*_STEPS, *_MEASURES, *_DECISIONS)
)

_OWNED = (
    *(
        Ownership("table", table, role)
        for role, tables in (
            (PLANNER, ("sales_line", "demand_history", "forecast_in", "promotion", "event")),
            (PRODUCT, ("item", "item_link")),
            (SALES, ("customer", "open_order", "price")),
            (SUPPLY, ("inventory", "inventory_history", "item_location", "source", "supplier", "supply_order", "bom")),
            (SUPPLY, ("resource", "resource_capacity", "routing", "location")),
            (FINANCE, ("item_cost", "budget", "currency_rate", "actuals_gl")),
        )
        for table in tables
    ),
    Ownership("process", "calendar", LEAD),
    Ownership("process", "gates", LEAD),
    Ownership("process", "decision_queue", LEAD),
)

_STANDARDS = (
    DataStandard("item", "Every item has a family, a unit and a status; new ones within two days.", PRODUCT, 98.0),
    DataStandard("sales_line", "Orders of the month are complete on working day 2; returns are marked.", PLANNER),
    DataStandard("inventory", "Stock is that of the last day of the month and never negative.", SUPPLY),
    DataStandard("supply_order", "Open orders have a due date that is not in the past.", SUPPLY, 90.0),
    DataStandard("item_cost", "Every item that is sold has a standard cost.", FINANCE, 98.0),
    DataStandard("price", "Every item that is sold has a price for each channel it is sold in.", SALES),
    DataStandard("budget", "The budget of the year covers every family by month.", FINANCE, 90.0, 35),
)

_PROTOCOLS = (
    DecisionProtocol(
        "plan_approval", "Approval of the plan", LEAD, "executive_sop", 2, 2,
        (
            "The plan stands on this month's extract and its gates are passed or waived.",
            "The gap to the budget is explained in volume, price, mix and cost.",
            "Every assumption that carries money has an owner.",
        ),
        "The plan is published with its digest; a later change needs a new decision.",
    ),
    DecisionProtocol(
        "investment", "Line, site, people, investment", SUPPLY, "executive_sop", 3, 5,
        (
            "Doing nothing is one of the options.",
            "Each option shows capital, payback, lead time and the risk of both demand and supply.",
            "The effect is stated with a range and the day on which it will be measured.",
        ),
        "Expected effects are kept and graded when actuals arrive.",
    ),
    DecisionProtocol(
        "balance", "Balance of demand and supply", SUPPLY, "pre_sop", 2, 1,
        ("The rule is named, and who loses how much by it.",), "Rule and shares, until supply is whole again.",
    ),
    DecisionProtocol(
        "promotion", "Promotion", SALES, "demand_review", 1, 1,
        ("The uplift is compared with that of promotions like it.", "Supply has said that it can serve the uplift."),
        "The expected uplift, to be held against what came.",
    ),
)  # fmt: skip

STANDARD = Charter(_ROLES, _FORUMS, _ROWS, _OWNED, _STANDARDS, _PROTOCOLS)
"""What a company begins with until it writes its own."""
