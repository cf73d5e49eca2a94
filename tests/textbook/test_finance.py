"""Finance as printed in textbooks: cash from sales and purchases, cash-to-cash cycle."""

from pathlib import Path

import numpy as np

from steelyard.finance.cash import cash_cycle, spread_payments
from tests.textbook.cases import Case


def test_cash_of_garrison(shared: Path) -> None:
    case = Case(shared, "fin_garrison_hampton_freeze")
    given, wanted = case.inputs, case.expected
    sales = np.array(given["sales_units"], np.float64) * given["price"]
    purchases = np.array(wanted["material_purchases_lb"], np.float64) * given["material_cost_lb"]
    collected = spread_payments(sales, profile(given["collections"]), opening=given["opening_receivables"])
    paid = spread_payments(purchases, profile(given["payments"]), opening=given["opening_payables"])
    assert case.agrees(purchases, wanted["material_purchase_cost"])
    assert case.agrees(collected, wanted["cash_collections"])
    assert case.agrees(paid, wanted["cash_paid_material"])
    assert case.agrees(collected.sum(), wanted["year"]["collections"])
    assert case.agrees(paid.sum(), wanted["year"]["material_paid"])


def profile(shares: dict[str, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([shares["same_quarter"], shares["next_quarter"]])


def test_cash_to_cash_from_mean_balances(shared: Path) -> None:
    case = Case(shared, "fin_ccc_accounting_example")
    given, wanted = case.inputs, case.expected
    inventory, receivables, payables = (float(np.mean(given[x])) for x in ("inventory", "receivables", "payables"))
    cycle = cash_cycle(
        revenue=given["revenue"],
        cogs=given["cogs"],
        inventory=inventory,
        receivables=receivables,
        payables=payables,
        days=given["days"],
    )
    assert case.agrees(cycle, [wanted["dio"], wanted["dso"], wanted["dpo"], wanted["ccc"]])
