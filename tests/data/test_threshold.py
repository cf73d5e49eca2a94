"""Thresholds: the company sets them, its mapping may set them again, and a wrong one is told plainly."""

from pathlib import Path

import pytest

from steelyard.data.importing import check_extract
from steelyard.data.mapping_file import load_mapping
from steelyard.data.threshold import STANDARD
from steelyard.errors import DataError, MappingInvalid
from tests.data.conftest import AT, WriteFolder, rules_of

LEDGER = (
    "period_id,account,organisation,amount,currency,account_type\n"
    "2024-11,1,X,100,EUR,revenue\n2024-12,1,X,45,EUR,revenue\n"
)
MAPPING = """
[thresholds]
ledger_difference = 0.5

[[table.item]]
from = "item"
[table.item.columns]
item_id = "item_id"
description = "description"
base_uom = "base_uom"
item_type = "item_type"
family = "family"

[[table.sales_line]]
from = "sales_line"
[table.sales_line.columns]
order_id = "order_id"
line_id = "line_id"
item_id = "item_id"
channel = { value = "retail" }
order_date = "order_date"
quantity = "quantity"
status = "status"
amount_net = "amount_net"
currency = "currency"

[[table.actuals_gl]]
from = "actuals_gl"
[table.actuals_gl.columns]
period_id = "period_id"
account = "account"
organisation = "organisation"
amount = "amount"
currency = "currency"
account_type = "account_type"
"""


def test_a_threshold_decides_what_is_found(write_folder: WriteFolder) -> None:
    folder = write_folder(actuals_gl__csv=LEDGER)
    wide = STANDARD.with_values({"ledger_difference": 0.1}, "here")
    assert "ledger_ties_to_sales" in rules_of(check_extract(folder, at=AT))
    assert "ledger_ties_to_sales" not in rules_of(check_extract(folder, at=AT, thresholds=wide))


def test_thresholds_change_findings_and_no_number(write_folder: WriteFolder) -> None:
    folder = write_folder(actuals_gl__csv=LEDGER)
    wide = STANDARD.with_values({"ledger_difference": 0.1}, "here")
    assert check_extract(folder, at=AT).digest == check_extract(folder, at=AT, thresholds=wide).digest


def test_a_mapping_goes_before_the_company(write_folder: WriteFolder, tmp_path: Path) -> None:
    folder = write_folder(actuals_gl__csv=LEDGER)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    narrow = STANDARD.with_values({"ledger_difference": 0.0, "ledger_period_difference": 0.0}, "here")
    found = rules_of(check_extract(folder, mapping=tmp_path / "mapping.toml", at=AT, thresholds=narrow))
    assert "ledger_ties_to_sales" not in found
    assert "ledger_ties_to_sales_in_each_period" in found


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ledger_diference": 0.1}, "use ledger_difference"),
        ({"ledger_difference": "much"}, "write a number"),
        ({"ledger_difference": True}, "write a number"),
        ({"overdue_days": 1.5}, "write a whole number"),
        ({"empty_month": 2}, "use a value from 0 to 1 share"),
        ({"price_jump": float("nan")}, "use a value"),
    ],
)
def test_a_wrong_threshold_is_told_plainly(values: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        STANDARD.with_values(values, "steelyard.toml")
    assert caught.value.where == "steelyard.toml"


def test_a_wrong_threshold_of_a_mapping_is_told_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text("[thresholds]\noverdue = 3\n")
    with pytest.raises(MappingInvalid, match=r"mapping\.toml, thresholds"):
        load_mapping(tmp_path / "mapping.toml")
