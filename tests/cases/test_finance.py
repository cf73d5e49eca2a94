"""Finance cases through the public functions: master budget and cash cycle."""

import numpy as np

from steelyard.finance.budget import labour_budget, stock_schedule
from steelyard.finance.cash import balance_basis, cash_cycle, spread_payments
from tests.cases.case import Case


def test_fin_garrison_hampton_freeze() -> None:
    case = Case("fin_garrison_hampton_freeze")
    given = case.inputs
    sales = np.array(given["sales_units"], np.float64)
    made = stock_schedule(
        sales, ending_share=given["finished_goods_end_share_of_next_quarter"],
        opening=given["opening_finished_goods"], following_need=given["next_year_q1_units"],
    )  # fmt: skip
    bought = stock_schedule(
        made.received * given["material_lb_per_unit"], ending_share=given["raw_end_share_of_next_quarter"],
        opening=given["opening_raw_lb"], last_ending=given["ending_raw_lb"],
    )  # fmt: skip
    purchases = bought.received * given["material_cost_lb"]
    collect, pay = (np.array([given[x]["same_quarter"], given[x]["next_quarter"]]) for x in ("collections", "payments"))
    collected = spread_payments(sales * given["price"], collect, opening=given["opening_receivables"])
    paid = spread_payments(purchases, pay, opening=given["opening_payables"])
    labour = labour_budget(made.received, given["labour_hours_per_unit"], given["labour_rate"]).cost
    result = {
        "production": made.received,
        "material_purchases_lb": bought.received,
        "material_purchase_cost": purchases,
        "cash_collections": collected,
        "cash_paid_material": paid,
        "labour_cost": labour,
        "year": {
            "collections": collected.sum(),
            "material_cost": purchases.sum(),
            "material_paid": paid.sum(),
            "labour": labour.sum(),
        },
    }
    assert not case.differences(result)


def test_fin_ccc_accounting_example() -> None:
    case = Case("fin_ccc_accounting_example")
    given = case.inputs
    held, owed_to_us, owed_by_us = (
        balance_basis(*given[x], "average") for x in ("inventory", "receivables", "payables")
    )
    cycle = cash_cycle(
        revenue=given["revenue"], cogs=given["cogs"], inventory=held, receivables=owed_to_us, payables=owed_by_us,
        days=given["days"],
    )  # fmt: skip
    result = {
        "dio": cycle.inventory_days,
        "dso": cycle.receivable_days,
        "dpo": cycle.payable_days,
        "ccc": cycle.cash_to_cash_days,
    }
    assert not case.differences(result)
