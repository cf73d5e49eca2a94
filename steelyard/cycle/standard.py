"""Standard templates: the five-step month with a product review, and an event cycle, to be edited by the company."""

from steelyard.cycle.page import Page
from steelyard.cycle.step import GateUse, StepPlan, Task
from steelyard.cycle.template import CycleTemplate

_LEAD = ("sop_lead", "administrator")
_TOP = ("executive", "sop_lead", "administrator")


def _signed(function: str) -> GateUse:
    return GateUse("the_consensus_is_signed_by", (function,))


DATA_GATHERING = StepPlan(
    "data_gathering", "Data gathering", "demand_planner", 1, 3,
    participants=("supply_planner", "finance"),
    purpose="Bring in what the ERP says as of month end, mend what is wrong with it, and take the plan to it.",
    inputs=("Extract of the ERP as of month end", "Plan of last month"),
    outputs=("Data that can be trusted, with its score", "Last month's plan on the new facts", "Last month, scored"),
    criteria=("The score of the data, and the money that stands on its flaws",),
    tasks=(
        Task("look_at_findings", "Look at the findings that most money stands on, and have them mended",
             "demand_planner", Page("data")),
        Task("check_masterdata", "Check lead times and capacity that have changed", "supply_planner", Page("data")),
        Task("check_prices", "Check prices, costs and rates", "finance", Page("data")),
        Task("score_last_month", "Look at how last month's forecast did", "demand_planner", Page("accuracy")),
    ),
    gates=(
        GateUse("the_extract_is_of_this_month", (7.0,)),
        GateUse("data_score_is_at_least", (90.0,)),
        GateUse("the_plan_stands_on_the_newest_extract"),
        GateUse("every_task_is_done"),
    ),
    work_at_open=("import", "roll", "grade", "score"), work_at_close=("roll", "forecast", "grade", "score", "alerts"),
)  # fmt: skip
PRODUCT_REVIEW = StepPlan(
    "product_review", "Product review", "product_manager", 3, 5,
    participants=("sales", "demand_planner"), meeting="product_review", optional=True,
    purpose="Agree on launches, ends of life and promotions, before anybody plans their demand.",
    inputs=("Launches, endings and the calendar of events",),
    outputs=("Launches with gate, day and curve", "Items that go, with last buys"),
    criteria=("Margin per hour on constraints of each launch", "Exposure of each item that ends"),
    tasks=(
        Task("launches", "Move, hold or pass every launch", "product_manager", Page("portfolio")),
        Task("heard", "Judge what was heard of customers and markets", "sales", Page("intelligence"),
             GateUse("every_intelligence_is_judged")),
    ),
    gates=(GateUse("every_task_is_done"),),
)  # fmt: skip
DEMAND_PLANNING = StepPlan(
    "demand_planning", "Demand planning", "demand_planner", 4, 8,
    participants=("sales", "product_manager", "finance"), meeting="demand_review",
    purpose="Agree on one demand plan without looking at what supply can do.",
    inputs=("Statistical forecast", "Streams of sales, marketing, customers and finance", "Market intelligence"),
    outputs=("Consensus demand, signed by function and slice",),
    criteria=("Bias and accuracy by family", "Differences between streams in money"),
    tasks=(
        Task("review_exceptions", "Work through the exceptions of your slice, and sign it", "demand_planner",
             Page("demand_review"), _signed("demand_planning")),
        Task("enter_sales", "Enter what sales believes, and sign it", "sales", Page("demand_review"),
             _signed("sales")),
        Task("sign_finance", "Compare with the finance forecast, and sign", "finance", Page("demand_review"),
             _signed("finance")),
    ),
    gates=(
        GateUse("every_item_has_a_forecast"),
        GateUse("the_consensus_is_signed_by", ("demand_planning", "sales", "finance")),
        GateUse("every_signed_slice_is_unchanged"),
        GateUse("every_override_has_a_reason"),
    ),
    work_at_close=("lock", "forecast"),
)  # fmt: skip
SUPPLY_PLANNING = StepPlan(
    "supply_planning", "Supply planning", "supply_planner", 8, 12,
    participants=("demand_planner", "finance"), meeting="supply_review",
    purpose="Find out what supply can really do, and what it takes to do more.",
    inputs=("Consensus demand, closed", "Capacity, stock, orders, suppliers"),
    outputs=("A supply plan that can be done", "What it cannot serve, with the reason", "Options with their cost"),
    criteria=("Overloads and what an hour is worth", "Service and stock against target"),
    tasks=(
        Task("load", "Look at overloads, and lay capacity options on scenarios", "supply_planner", Page("capacity")),
        Task("stock", "Work through shortages and excess", "supply_planner", Page("stock")),
        Task("sources", "Check late orders and sources", "supply_planner", Page("sourcing")),
    ),
    gates=(
        GateUse("no_overload_without_decision"),
        GateUse("service_is_at_least", (90.0,)),
        GateUse("every_signed_slice_is_unchanged"),
    ),
    work_at_close=("snapshot",),
)  # fmt: skip
PRE_SOP = StepPlan(
    "pre_sop", "Pre-S&OP", "sop_lead", 13, 15,
    participants=("demand_planner", "sales", "product_manager", "supply_planner", "finance"), meeting="pre_sop",
    purpose="Balance demand and supply in money, decide what may be decided here, pass options up.",
    inputs=("Signed demand, supply plan, options", "Open decisions and actions"),
    outputs=("One recommended plan", "Decisions asked of the executives, each with its options"),
    criteria=("Gap to budget and to finance forecast", "Margin, service, stock and cash of each option"),
    tasks=(
        Task("reconcile", "Explain the gaps to budget and finance forecast", "finance", Page("cycle", part="pre_sop"),
             GateUse("finance_gap_is_explained", (0.05,))),
        Task("assumptions", "Validate the assumptions one by one", "sop_lead",
             Page("risk", part="assumptions"), GateUse("every_assumption_is_validated")),
        Task("options", "Compare the options, and recommend one for each question", "sop_lead", Page("decisions")),
    ),
    gates=(
        GateUse("finance_gap_is_explained", (0.05,)),
        GateUse("every_assumption_is_validated"),
        GateUse("no_action_is_overdue"),
    ),
    work_at_close=("pass_up", "snapshot"),
)  # fmt: skip
EXECUTIVE_SOP = StepPlan(
    "executive_sop", "Executive S&OP", "sop_lead", 16, 18,
    participants=("executive", "finance", "sales", "supply_planner"), meeting="executive_sop",
    purpose="Decide what is left, and publish one plan.",
    inputs=("Recommended plan", "Decisions asked for"),
    outputs=("The published plan", "Decisions with conditions, owners and dates"),
    criteria=("Chance to meet the budget", "Service, cash and capacity over the horizon"),
    tasks=(
        Task("decide", "Take the decisions that are asked for", "executive", Page("decisions"),
             GateUse("no_open_decision")),
        Task("read", "Read the plan on a page", "executive", Page("plan")),
    ),
    gates=(
        GateUse("every_approved_option_is_in_the_plan", (), _TOP),
        GateUse("the_plan_is_approved", (), _TOP),
        GateUse("no_open_decision", (), _TOP),
        GateUse("budget_gap_has_an_action", (0.05,), _TOP),
    ),
    work_at_close=("publish", "snapshot"),
)  # fmt: skip

FIVE_STEPS = CycleTemplate(
    "month", "Five-step month",
    (DATA_GATHERING, PRODUCT_REVIEW, DEMAND_PLANNING, SUPPLY_PLANNING, PRE_SOP, EXECUTIVE_SOP),
)  # fmt: skip
EVENT = CycleTemplate(
    "event", "Event, off-cycle",
    (
        StepPlan(
            "assess", "Assess", "sop_lead", 1, 2, participants=("demand_planner", "supply_planner", "finance"),
            purpose="Say what has happened, and what it does to demand, supply and money if nothing is done.",
            outputs=("A scenario of the event", "What stands at stake in money"),
            tasks=(
                Task("branch", "Branch a scenario of the event, and change what it changes", "sop_lead",
                     Page("scenarios")),
                Task("demand", "Say what it does to demand", "demand_planner", Page("demand_review")),
                Task("supply", "Say what it does to supply", "supply_planner", Page("supply_review")),
            ),
            gates=(GateUse("every_task_is_done"),), work_at_close=("forecast",),
        ),
        StepPlan(
            "options", "Options", "supply_planner", 2, 4, participants=("demand_planner", "finance", "sales"),
            purpose="Lay the ways out side by side, each with its money.",
            outputs=("Options with service, cost and cash",),
            tasks=(Task("options", "Lay each way out on a scenario", "supply_planner", Page("scenarios")),),
            gates=(GateUse("every_task_is_done"),), work_at_close=("snapshot",),
        ),
        StepPlan(
            "decide", "Decide", "sop_lead", 4, 5, participants=("executive", "finance"), meeting="executive_sop",
            purpose="Decide, and publish the plan that follows.", outputs=("The decision", "The published plan"),
            tasks=(Task("decide", "Take the decision", "executive", Page("decisions")),),
            gates=(GateUse("no_open_decision", (), _TOP),), work_at_close=("publish", "snapshot"),
        ),
    ),
    kind="event",
)  # fmt: skip
STANDARD_TEMPLATES: tuple[CycleTemplate, ...] = (FIVE_STEPS, EVENT)
