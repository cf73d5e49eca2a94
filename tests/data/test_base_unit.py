"""Base units: what is stated in cases or grams comes in as pieces or kilograms."""

import pytest

from tests.data.conftest import ITEMS, SALES, ImportFolder, rules_of

UNITS = "item_id,from_uom,to_uom,factor\n"
IN_CASES = SALES.replace("currency\n", "currency,unit_price,uom\n").replace("EUR\n", "EUR,10,CASE\n")


@pytest.mark.parametrize(
    "units",
    [
        "*,CASE,EA,12\n",
        ",CASE,EA,12\n",
        "A,CASE,EA,12\nB,CASE,EA,12\n",
        "*,EA,CASE,0.08333333333333333\n",
        "*,CASE,EA,5\nA,CASE,EA,12\nB,CASE,EA,12\n",
    ],
    ids=["for all by star", "for all by empty", "by item", "the other way round", "the item's own first"],
)
def test_order_lines_are_converted(import_folder: ImportFolder, units: str) -> None:
    extract = import_folder(sales_line__csv=IN_CASES, uom_conversion__csv=UNITS + units)
    sales = extract.tables["sales_line"]
    assert sales["quantity"].to_list() == [120.0, 60.0]
    assert sales["unit_price"].to_list() == pytest.approx([10 / 12, 10 / 12])
    assert sales["amount_net"].to_list() == [100.0, 50.0]
    assert sales["uom"].to_list() == ["EA", "EA"]
    assert "quantities_are_in_base_units" in rules_of(extract)


def test_components_are_converted_to_their_own_unit(import_folder: ImportFolder) -> None:
    extract = import_folder(
        item__csv=ITEMS + "C,Glue,KG,raw,F2\n",
        bom__csv="bom_id,item_id,component_id,quantity_per,per_quantity,uom\nA,A,C,250,1,G\nA,A,B,2,1,\n",
        uom_conversion__csv=UNITS + "*,KG,G,1000\n",
    )
    assert extract.tables["bom"].sort("component_id")["quantity_per"].to_list() == [2.0, 0.25]


def test_an_unknown_unit_is_read_as_the_base_unit_and_found(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=IN_CASES)
    assert extract.tables["sales_line"]["quantity"].to_list() == [10.0, 5.0]
    finding = next(found for found in extract.findings if found.rule == "units_convert_to_the_base_unit")
    assert (finding.table, finding.rows, finding.money) == ("sales_line", 2, 150.0)
