"""Finance: prices, costs, exchange rates, budgets and actuals of the ledger."""

from steelyard.data.column import choice, day, ident, money, number, quantity, ratio, text
from steelyard.data.declarations.supply import VALIDITY
from steelyard.data.table import Table

PRICE = Table(
    name="price",
    level=3,
    owner="sales manager",
    meaning="The price of an item, for all or for one customer or channel, over a time.",
    key=("item_id", "customer_id", "channel", "price_list", "valid_from"),
    columns=(
        ident("item_id", "The item.", "item").required(),
        ident("customer_id", "The customer; empty for all.", "customer").lenient(),
        text("channel", "The channel; empty for all."),
        text("price_list", "The price list."),
        money("price", "Price of per_quantity units.", "not_negative").required(),
        text("currency", "Currency of the price.").required(),
        quantity("per_quantity", "Units the price is stated for; empty is 1.", "positive"),
        choice("price_type", "Before or after discount.", "list", "net"),
        ratio("discount", "Discount that is always given on it, as a share of the price."),
        day("valid_from", "First day.", "validity"),
        day("valid_to", "Last day, inclusive.", "validity"),
    ),
    rules=(VALIDITY,),
)

ITEM_COST = Table(
    name="item_cost",
    level=3,
    owner="finance controller",
    meaning="The standard cost of an item over a time.",
    key=("item_id", "location_id", "valid_from"),
    columns=(
        ident("item_id", "The item.", "item").required(),
        ident("location_id", "The location; empty for all.", "location"),
        money("standard_cost", "Standard cost of one base unit.", "not_negative").required(),
        text("currency", "Currency of the cost.").required(),
        money("material", "Part of it that is material.", "not_negative"),
        money("labour", "Part of it that is labour.", "not_negative"),
        money("overhead", "Part of it that is overhead.", "not_negative"),
        money("freight", "Part of it that is freight.", "not_negative"),
        ratio("holding_rate", "Cost of holding stock for a year, as a share of its value."),
        day("valid_from", "First day.", "validity"),
        day("valid_to", "Last day, inclusive.", "validity"),
    ),
    rules=(VALIDITY,),
)

CURRENCY_RATE = Table(
    name="currency_rate",
    level=3,
    owner="finance controller",
    meaning="Exchange rates: 1 unit of from_currency is `rate` units of to_currency.",
    key=("from_currency", "to_currency", "rate_type", "valid_from"),
    columns=(
        text("from_currency", "Currency converted from.").required(),
        text("to_currency", "Currency converted to.").required(),
        choice("rate_type", "Kind of rate.", "average", "closing", "budget", "plan"),
        day("valid_from", "First day of the rate.", "validity").required(),
        number("rate", "1 from = rate to.", "positive").required(),
    ),
)

BUDGET = Table(
    name="budget",
    level=3,
    owner="finance controller",
    meaning="Budget, latest estimate or quota by period, at the level it was made.",
    key=(
        "version",
        "period_id",
        "account",
        "measure",
        "item_id",
        "family",
        "customer_id",
        "channel",
        "territory",
        "sales_person",
        "organisation",
        "department",
    ),
    columns=(
        choice("version", "Whose figure it is.", "budget", "latest_estimate", "quota").required(),
        ident("period_id", "Period, quarter or year, as in the period table, or YYYY-MM, YYYY-Q1, FYyyyy.").required(),
        text("account", "Account of the ledger.").conditional(),
        text(
            "measure",
            "What the row plans: budget_revenue, or a line of the ledger: operating_expense, depreciation, capex, "
            "interest, tax.",
        ).conditional(),
        ident("item_id", "The item.", "item").lenient(),
        text("family", "The product family."),
        ident("customer_id", "The customer.", "customer").lenient(),
        text("channel", "The sales channel."),
        text("territory", "The sales territory."),
        text("sales_person", "The sales person."),
        text("organisation", "The organisation."),
        text("department", "The department."),
        money("amount", "Amount of the period.").conditional(),
        quantity("quantity", "Quantity of the period."),
        text("currency", "Currency of the amount."),
    ),
    quantity="quantity",
    money="amount",
)

ACTUALS_GL = Table(
    name="actuals_gl",
    level=3,
    owner="finance controller",
    meaning="Actual amounts of the general ledger.",
    key=("period_id", "account", "organisation", "department", "scenario"),
    columns=(
        ident("period_id", "Period, as in the period table, or YYYY-MM.").required(),
        text("account", "Account.").required(),
        text("organisation", "Organisation.").required(),
        money("amount", "Amount of the period.").required(),
        text("currency", "Currency of the amount.").required(),
        text("department", "Department."),
        text("scenario", "Actual, or another scenario of the ledger."),
        text("account_type", "Revenue, expenditure, assets and so on."),
        text(
            "measure",
            "What the account stands for: revenue and cogs (tie to sales), operating_expense, depreciation, capex, "
            "interest, tax, cash.",
        ),
    ),
    money="amount",
)

TABLES = (PRICE, ITEM_COST, CURRENCY_RATE, BUDGET, ACTUALS_GL)
