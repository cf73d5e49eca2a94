"""Company: a synthetic company as tables of the input contract, with its story and its known defects."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from steelyard.data.synthetic.capacity import (
    daily_hours,
    make_work,
    resource_capacity_table,
    resource_table,
    routing_table,
)
from steelyard.data.synthetic.defect import Defect, add_orphan_lines, make_stock_negative
from steelyard.data.synthetic.family import BASE_CURRENCY, COMPANY, SOURCE_SYSTEM
from steelyard.data.synthetic.ledger import expense_tables, latest_estimate_table
from steelyard.data.synthetic.market import Market, make_market
from steelyard.data.synthetic.opinion import opinion_table
from steelyard.data.synthetic.order_history import closed_orders, closed_production
from steelyard.data.synthetic.outside import external_series_table
from steelyard.data.synthetic.price import (
    actuals_gl_table,
    budget_table,
    currency_rate_table,
    item_cost_table,
    list_price_table,
    make_price_book,
    price_table,
    roll_up_costs,
)
from steelyard.data.synthetic.product import Products, item_link_table, item_table, make_products
from steelyard.data.synthetic.promotion import make_promotions, promotion_table
from steelyard.data.synthetic.sales import forecast_in_table, open_order_table, sales_line_table
from steelyard.data.synthetic.shape import Floats, Shape
from steelyard.data.synthetic.site import customer_table, location_table, make_customers, make_suppliers, supplier_table
from steelyard.data.synthetic.sourcing import item_location_table, make_sourcing, price_break_table, source_table
from steelyard.data.synthetic.stock import closing_stock, inventory_history_table, inventory_table, supply_order_table
from steelyard.data.synthetic.story import StoryScenario, assumption_table, tell_story
from steelyard.data.synthetic.structure import bom_table, make_structure, part_table


@dataclass(frozen=True)
class SyntheticCompany:
    """Everything about a generated company."""

    name: str
    source_system: str
    as_of: date
    base_currency: str
    tables: Mapping[str, pl.DataFrame]
    """Tables of the input contract, as they will be written."""
    defects: tuple[Defect, ...] = ()
    story: tuple[StoryScenario, ...] = ()

    def without_tables(self) -> "SyntheticCompany":
        """The same company without the rows, to be kept while others are made."""
        return replace(self, tables={})


def make_company(shape: Shape) -> SyntheticCompany:
    """Generate the demo company of a shape.

    Example:
        >>> company = make_company(Shape(items=40))
        >>> company.tables["item"].filter(pl.col("item_type") == "finished").height
        40
    """
    products, customers, suppliers = make_products(shape), make_customers(shape), make_suppliers(shape)
    promotions = make_promotions(shape)
    market = make_market(shape, products, customers, promotions)
    structure = make_structure(shape, products)
    work = make_work(shape, structure)
    costs = roll_up_costs(structure, work)
    prices = make_price_book(shape, products, customers, market, costs)
    two_years = slice(shape.history_months - 12, shape.history_months + 12)
    everything = structure.explode(_demand_by_item(shape, products, market))
    requirement, around = everything[12:], everything[:24]
    monthly = requirement[:12].mean(axis=0)
    sourcing = make_sourcing(shape, structure, suppliers, market, monthly)
    closed = closing_stock(shape, products, market)
    sales, orphans = add_orphan_lines(sales_line_table(shape, products, customers, promotions, market, prices))
    inventory, negative = make_stock_negative(inventory_table(shape, structure, sourcing, costs, monthly, closed))
    rates = currency_rate_table(shape)
    planned_expenses, booked_expenses = expense_tables(shape, customers, market, prices)
    orders = supply_order_table(shape, structure, suppliers, sourcing, requirement)
    tables = {
        "item": pl.concat([item_table(shape, products), part_table(structure, products.count)], how="diagonal"),
        "item_link": item_link_table(shape, products),
        "location": location_table(),
        "customer": customer_table(customers),
        "item_location": item_location_table(structure, sourcing, market),
        "sales_line": sales,
        "open_order": open_order_table(shape, products, customers, market, prices),
        "forecast_in": pl.concat(
            [
                forecast_in_table(shape, products, customers, market),
                opinion_table(shape, products, customers, market, prices),
            ],
            how="diagonal",
        ),
        "promotion": promotion_table(shape, promotions),
        "external_series": external_series_table(shape),
        "inventory": inventory,
        "inventory_history": inventory_history_table(shape, products, closed),
        "supply_order": pl.concat(
            [
                orders,
                closed_orders(shape, structure, suppliers, sourcing, orders),
                closed_production(shape, structure, sourcing, everything[:12]),
            ],
            how="diagonal",
        ),
        "supplier": supplier_table(suppliers),
        "source": source_table(structure, suppliers, sourcing, costs),
        "price_break": price_break_table(structure, suppliers, sourcing, monthly),
        "bom": bom_table(shape, structure),
        "routing": routing_table(structure, work),
        "resource": resource_table(),
        "resource_capacity": resource_capacity_table(shape, daily_hours(work, around, shape.months[two_years])),
        "price": pl.concat(
            [price_table(shape, products, customers, market, prices), list_price_table(shape, products, costs)],
            how="diagonal",
        ),
        "item_cost": item_cost_table(shape, market, structure, costs),
        "currency_rate": rates,
        "budget": pl.concat(
            [
                budget_table(shape, products, customers, market, prices),
                latest_estimate_table(shape, products, customers, market, prices),
                planned_expenses,
            ],
            how="diagonal",
        ),
        "actuals_gl": pl.concat([actuals_gl_table(sales, customers, rates), booked_expenses], how="diagonal"),
        "assumption": assumption_table(shape),
    }
    story = tell_story(shape, products, structure, suppliers, sourcing)
    return SyntheticCompany(COMPANY, SOURCE_SYSTEM, shape.as_of, BASE_CURRENCY, tables, (orphans, negative), story)


def _demand_by_item(shape: Shape, products: Products, market: Market) -> Floats:
    """Expected demand from a year back to the end, month x sold item; series of one item follow each other."""
    first = np.searchsorted(market.item, np.arange(products.count))
    return np.add.reduceat(market.expected[shape.history_months - 12 :], first, axis=1)
