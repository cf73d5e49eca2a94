"""Proposals: unknown folders are understood well enough that the proposed mapping runs."""

from pathlib import Path

import polars as pl
import pytest

from steelyard.data.column import day, quantity, text
from steelyard.data.importing import check_extract
from steelyard.data.likeness import likeness, profile_column, words_of
from steelyard.data.proposal import Understanding, propose_mapping
from steelyard.errors import FileUnreadable
from tests.data.conftest import AT, rules_of

SAP: dict[str, str | bytes] = {
    "MARA.csv": "MATNR;MAKTX;MEINS;MTART;MATKL;NTGEW\n1;Pumpe groß;ST;FERT;P10;1,5\n2;Ventil;ST;ROH;P20;0,25\n".encode(
        "latin-1"
    ),
    "VBAK.csv": "VBELN;AUDAT;KUNNR;WAERK\n4711;20240105;C1;EUR\n4712;20240211;C2;EUR\n4713;20240322;C1;EUR\n",
    "VBAP.csv": "VBELN;POSNR;MATNR;KWMENG;NETWR;WERKS\n4711;10;1;5,000;1.250,50;1000\n4711;20;2;10,000;99,90;1000\n"
    "4712;10;1;2,000;500,20;1000\n4713;10;2;4,000;40,00;1000\n",
    "KNA1.csv": "KUNNR;NAME1;LAND1\nC1;Müller;DE\nC2;Kölner Werke;DE\n",
    "MARD.csv": "MATNR;WERKS;LABST\n1;1000;15,000\n2;1000;200,000\n",
}
ODOO: dict[str, str | bytes] = {
    "product.product.csv": "default_code,name,uom_id,categ_id,standard_price\n"
    "A1,Chair,Units,Seats,20\nA2,Table,Units,Tables,50\n",
    "sale.order.line.csv": "order_id,id,product_id,product_uom_qty,price_unit,price_subtotal,partner_id,create_date\n"
    "S1,1,A1,4,30,120,P1,2024-03-01\nS1,2,A2,1,80,80,P1,2024-03-01\nS2,3,A1,2,30,60,P2,2024-04-02\n",
    "stock.quant.csv": "product_id,location_id,quantity\nA1,WH,12\nA2,WH,3\n",
}


def _propose(folder: Path, files: dict[str, str | bytes]) -> Understanding:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return propose_mapping(folder)


def test_words_of_headers() -> None:
    assert words_of("UnitPriceDiscountPct") == ("unit", "price", "discount", "pct")
    assert words_of("PO / SO #") == ("po", "so")


def test_likeness_weighs_header_and_values() -> None:
    numbers, words = pl.Series("KWMENG", ["5", "7"]), pl.Series("KWMENG", ["a", "b"])
    assert likeness(profile_column(numbers), quantity("quantity", "")) > 0.9
    assert likeness(profile_column(words), quantity("quantity", "")) < 0.2
    dates = pl.Series("Scheduled Delivery Date", ["2-Jun-06", "14-Nov-06"])
    assert likeness(profile_column(dates), day("requested_date", "")) > 0.8
    assert profile_column(pl.Series("d", ["12/31/23", "01/02/24"])).date_format == "%m/%d/%y"
    assert likeness(profile_column(pl.Series("currency_rate_id", ["4"])), text("currency", "")) < 0.45


@pytest.mark.parametrize(
    ("files", "tables"),
    [
        (SAP, {"MARA": "item", "VBAP": "sales_line", "VBAK": "", "KNA1": "customer", "MARD": "inventory"}),
        (ODOO, {"product.product": "item", "sale.order.line": "sales_line", "stock.quant": "inventory"}),
    ],
    ids=["SAP", "Odoo"],
)
def test_files_are_taken_for_their_tables_and_the_proposal_runs(
    tmp_path: Path, files: dict[str, str | bytes], tables: dict[str, str]
) -> None:
    understanding = _propose(tmp_path / "erp", files)
    assert {file.name: file.table for file in understanding.files} == tables
    (tmp_path / "proposed.toml").write_text(understanding.text)
    extract = check_extract(tmp_path / "erp", mapping=tmp_path / "proposed.toml", at=AT)
    assert extract.tables["sales_line"].height == files_lines(files)
    assert not extract.quarantine


def files_lines(files: dict[str, str | bytes]) -> int:
    lines = files.get("VBAP.csv") or files["sale.order.line.csv"]
    assert isinstance(lines, str)
    return lines.count("\n") - 1


def test_the_order_header_is_looked_up(tmp_path: Path) -> None:
    understanding = _propose(tmp_path / "erp", SAP)
    lines = next(file for file in understanding.files if file.name == "VBAP")
    assert [look.file for look in lines.look_ups] == ["VBAK"]
    assert dict(lines.look_ups[0].columns)["customer_id"] == "KUNNR"
    assert "as_of_date = 2024-03-22 # the last date found in sales and stock" in understanding.text


def test_a_file_of_which_nothing_was_recognised_is_left_in_a_comment(tmp_path: Path) -> None:
    understanding = _propose(tmp_path / "erp", {"orders.csv": "foo,bar\n1,2\n3,4\n"})
    assert "[[table." not in understanding.text
    assert "# not used: orders (called like sales_line" in understanding.text
    assert "# no date was found" in understanding.text
    assert "0% sure" not in understanding.text


def test_items_that_only_sales_name_are_as_sure_as_the_sales(tmp_path: Path) -> None:
    lines = "order,sku,qty,date\n1,A,3,2024-01-02\n2,A,4,2024-02-03\n3,B,4,2024-02-03\n"
    understanding = _propose(tmp_path / "erp", {"orders.csv": lines})
    sure = {file.table: file.confidence for file in understanding.files}
    assert 0.5 < sure["item"] <= sure["sales_line"]


def test_what_was_found_out_about_the_files_is_told(tmp_path: Path) -> None:
    understanding = _propose(tmp_path / "erp", SAP)
    material = next(file for file in understanding.files if file.name == "MARA")
    assert (material.facts.encoding, material.facts.delimiter, material.facts.rows) == ("latin-1", ";", 2)
    assert material.facts.decimal_comma == ("NTGEW",)
    assert {column.profile.name: column.target for column in material.columns}["MAKTX"] == "description"


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    understanding = _propose(tmp_path / "erp", {**SAP, "broken.csv": b"\x89PNG"})
    assert len(understanding.unreadable) == 1
    with pytest.raises(FileUnreadable):
        propose_mapping(tmp_path / "none")


def test_a_raw_adventureworks_folder_is_understood(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "adventureworks" / "oltp"
    understanding = propose_mapping(folder)
    taken = {file.name: file.table for file in understanding.files}
    assert (taken["Product"], taken["BillOfMaterials"], taken["Vendor"]) == ("item", "bom", "supplier")
    assert (taken["SalesOrderLine_reseller"], taken["ProductVendor"]) == ("sales_line", "source")
    assert taken["Shift"] == ""
    (tmp_path / "proposed.toml").write_text(understanding.text)
    extract = check_extract(folder, mapping=tmp_path / "proposed.toml", at=AT)
    assert extract.tables["sales_line"].height == 60_919
    assert "no_month_is_empty_or_doubled" in rules_of(extract)


def test_wide_files_are_turned_into_order_lines(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "supplygraph_fmcg"
    understanding = propose_mapping(folder)
    sales = next(file for file in understanding.files if file.table == "sales_line")
    assert (sales.name.rsplit("/", 1)[-1], sales.wide) == ("Sales Order", "Date")
    (tmp_path / "proposed.toml").write_text(understanding.text)
    extract = check_extract(folder, mapping=tmp_path / "proposed.toml", at=AT)
    assert extract.tables["sales_line"].height > 4_000


def test_a_flat_file_gives_lines_and_items(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "usaid_scms"
    understanding = propose_mapping(folder)
    assert [file.table for file in understanding.files] == ["sales_line", "item"]
    (tmp_path / "proposed.toml").write_text(understanding.text)
    extract = check_extract(folder, mapping=tmp_path / "proposed.toml", at=AT)
    assert extract.tables["item"].height == 184
    assert extract.tables["sales_line"].height == 10_324
