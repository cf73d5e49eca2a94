"""Mappings: every declaration does what it says, and what does not fit is one clear error."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from steelyard.data.extract import Extract
from steelyard.data.importing import check_extract, import_extract
from steelyard.data.mapping_file import load_mapping
from steelyard.data.reconciliation import adds_up
from steelyard.errors import ImportRejected, SteelyardError
from tests.data.conftest import AT

HEAD = """
name = "test"
[extract]
company = "Mapped"
as_of_date = 2024-12-31
base_currency = "EUR"
"""
ITEMS = """
[[table.item]]
from = "ART"
[table.item.columns]
item_id = "sku"
description = "text"
base_uom = { value = "EA" }
item_type = { column = "kind", values = { F = "finished", R = "raw" } }
"""
SALES = """
[[table.sales_line]]
from = "ORD"
[table.sales_line.columns]
order_id = "no"
line_id = { value = "1" }
item_id = "sku"
channel = { value = "web" }
order_date = "day"
quantity = "pieces"
status = { value = "closed" }
amount_net = "net"
"""
FILES = {
    "ART.csv": "sku,text,kind,grp\nA,Alpha,F,1\nB,Beta,F,2\n",
    "ORD.csv": "no,sku,day,pieces,net,state\n"
    "1,A,2024-11-05,10,100,ok\n2,B,2024-12-05,5,50,void\n3,B,2024-12-06,1,10,ok\n",
    "GRP.csv": "id,label\n1,Ones\n2,Twos\n",
}

RunMapping = Callable[..., Extract]


@pytest.fixture
def run_mapping(tmp_path: Path) -> RunMapping:
    """Import the small foreign folder by a mapping text; files may be replaced."""

    def run(text: str, **files: str) -> Extract:
        folder = tmp_path / "erp"
        folder.mkdir(exist_ok=True)
        for name, content in {**FILES, **{key.replace("__", "."): value for key, value in files.items()}}.items():
            (folder / name).write_text(content)
        (tmp_path / "mapping.toml").write_text(text)
        return check_extract(folder, mapping=tmp_path / "mapping.toml", at=AT)

    return run


def _line(text: str, column: str, line: str) -> str:
    """The mapping with the line of a column replaced."""
    return "\n".join(line if part.startswith(f"{column} =") else part for part in text.splitlines()) + "\n"


def test_renames_constants_and_value_maps(run_mapping: RunMapping) -> None:
    extract = run_mapping(HEAD + ITEMS + SALES)
    assert extract.company == "Mapped"
    assert extract.tables["item"].select("item_id", "description", "base_uom", "item_type").rows() == [
        ("A", "Alpha", "EA", "finished"),
        ("B", "Beta", "EA", "finished"),
    ]
    assert extract.tables["sales_line"]["_source_row"].to_list() == [1, 2, 3]
    assert adds_up(extract.reconciliation)


@pytest.mark.parametrize(
    ("column", "line", "values"),
    [
        ("amount_net", 'amount_net = { column = "net", scale = 0.01 }', [1.0, 0.5, 0.1]),
        ("amount_net", 'amount_net = { formula = "number(net) / number(pieces)" }', [10.0, 10.0, 10.0]),
        (
            "order_date",
            'order_date = { column = "day", shift_days = -30 }',
            [date(2024, 10, 6), date(2024, 11, 5), date(2024, 11, 6)],
        ),
        (
            "channel",
            'channel = { column = "state", values = { ok = "good" }, otherwise = "bad" }',
            ["good", "bad", "good"],
        ),
    ],
)
def test_columns_are_changed_as_declared(run_mapping: RunMapping, column: str, line: str, values: list[object]) -> None:
    extract = run_mapping(HEAD + ITEMS + _line(SALES, column, line))
    assert extract.tables["sales_line"][column].to_list() == values


def test_a_sign_is_turned(run_mapping: RunMapping) -> None:
    turned = _line(SALES, "quantity", 'quantity = { column = "pieces", sign = -1 }\nreturn_flag = { value = true }')
    assert run_mapping(HEAD + ITEMS + turned).tables["sales_line"]["quantity"].to_list() == [-10.0, -5.0, -1.0]


def test_a_wrong_sign_is_quarantined_whole_and_rejected(run_mapping: RunMapping) -> None:
    with pytest.raises(ImportRejected, match="No usable row in sales_line"):
        run_mapping(HEAD + ITEMS + _line(SALES, "quantity", 'quantity = { column = "pieces", sign = -1 }'))


def test_filters_are_counted_apart(run_mapping: RunMapping) -> None:
    extract = run_mapping(HEAD + ITEMS + SALES.replace('from = "ORD"', 'from = "ORD"\nwhere = ["state != \'void\'"]'))
    row = extract.reconciliation.filter(pl.col("table") == "sales_line").to_dicts()[0]
    assert (row["rows_read"], row["rows_accepted"], row["rows_filtered"]) == (3, 2, 1)
    assert (float(row["money_read"]), float(row["money_filtered"])) == (160.0, 50.0)
    assert adds_up(extract.reconciliation)


def test_joins_look_up_other_files(run_mapping: RunMapping) -> None:
    join = 'from = "ART"\njoin = [{ file = "GRP", on = { grp = "id" }, as = "group" }]'
    extract = run_mapping(HEAD + ITEMS.replace('from = "ART"', join) + 'family = "group.label"\n' + SALES)
    assert extract.tables["item"]["family"].to_list() == ["Ones", "Twos"]


def test_a_join_that_finds_several_rows_is_refused(run_mapping: RunMapping) -> None:
    join = 'from = "ART"\njoin = [{ file = "GRP", on = { grp = "id" } }]'
    with pytest.raises(ImportRejected, match="finds several rows"):
        run_mapping(HEAD + ITEMS.replace('from = "ART"', join) + SALES, GRP__csv="id,label\n1,Ones\n1,Other\n")


def test_groups_add_up_and_are_counted_as_merged(run_mapping: RunMapping) -> None:
    grouped = SALES.replace('from = "ORD"', 'from = "ORD"\ngroup = ["order_id"]').replace(
        'order_id = "no"', 'order_id = "sku"'
    )
    grouped = _line(grouped, "quantity", 'quantity = { column = "pieces", aggregate = "sum" }')
    grouped = _line(grouped, "amount_net", 'amount_net = { column = "net", aggregate = "sum" }')
    extract = run_mapping(HEAD + ITEMS + grouped)
    assert extract.tables["sales_line"].select("order_id", "quantity").rows() == [("A", 10.0), ("B", 6.0)]
    row = extract.reconciliation.filter(pl.col("table") == "sales_line").to_dicts()[0]
    assert (row["rows_read"], row["rows_accepted"], row["rows_merged"], float(row["quantity_merged"])) == (3, 2, 1, 0.0)


def test_wide_columns_become_rows(run_mapping: RunMapping) -> None:
    wide = SALES.replace('from = "ORD"', 'from = "WIDE"\nunpivot = { keep = ["day"], name = "sku", value = "pieces" }')
    wide = _line(_line(wide, "order_id", 'order_id = { formula = "concat(day, sku)" }'), "amount_net", "")
    extract = run_mapping(HEAD + ITEMS + wide, WIDE__csv="day,A,B\n2024-12-01,3,4\n2024-12-02,5,0\n")
    assert extract.tables["sales_line"].select("item_id", "quantity").rows() == [("A", 3), ("B", 4), ("A", 5), ("B", 0)]


def test_the_latest_row_of_each_is_kept(run_mapping: RunMapping) -> None:
    latest = ITEMS.replace('from = "ART"', 'from = "ART"\nlatest = { by = ["sku"], order = "number(grp)" }')
    extract = run_mapping(HEAD + latest + SALES, ART__csv="sku,text,kind,grp\nA,Old,F,1\nA,New,F,2\nB,Beta,F,2\n")
    assert extract.tables["item"]["description"].to_list() == ["New", "Beta"]


def test_a_capacity_per_day_becomes_hours_per_month_and_an_assumption(run_mapping: RunMapping) -> None:
    centre = """
[[table.location]]
rows = [{ id = "P", kind = "plant" }]
columns = { location_id = "id", location_type = "kind" }
[[table.resource]]
rows = [{ id = "R1" }]
[table.resource.columns]
resource_id = "id"
location_id = { value = "P" }
resource_type = { value = "machine" }
capacity_unit = { value = "hours_per_period" }
[[table.resource_capacity]]
from = "CAP"
[table.resource_capacity.columns]
resource_id = "id"
available = { column = "hours", per = "day", times = 20, assume = "the source states no period", unit = "hours" }
"""
    extract = run_mapping(HEAD + ITEMS + SALES + centre, CAP__csv="id,hours\nR1,16\n")
    assert extract.tables["resource_capacity"]["available"].to_list() == [320.0]
    noted = extract.assumptions.filter(pl.col("scope") == "resource_capacity.available").to_dicts()[0]
    assert (noted["value"], noted["unit"], noted["reason"]) == (
        "column hours per day x 20",
        "hours",
        "the source states no period",
    )
    assert noted["author"] == "mapping test"


def test_period_starts_make_a_calendar(run_mapping: RunMapping) -> None:
    table = '[[table.period]]\nfrom = "CAL"\nstarts = "start"\n'
    extract = run_mapping(
        HEAD + ITEMS + SALES + table, CAL__csv="start\n2024-10-29\n2024-11-29\n2024-10-29\n2024-12-29\n"
    )
    assert extract.tables["period"].select("start_date", "end_date").rows() == [
        (date(2024, 10, 29), date(2024, 11, 28)),
        (date(2024, 11, 29), date(2024, 12, 28)),
        (date(2024, 12, 29), date(2024, 12, 31)),
    ]


def test_dates_of_a_folder_are_read_and_shifted(run_mapping: RunMapping) -> None:
    rule = '[folder."."]\ndates = ["day"]\nformats = ["%d/%m/%Y"]\nshift_days = 1\n'
    extract = run_mapping(HEAD + rule + ITEMS + SALES, ORD__csv="no,sku,day,pieces,net\n1,A,05/11/2024,10,100\n")
    assert extract.tables["sales_line"]["order_date"].to_list() == [date(2024, 11, 6)]


def test_text_in_a_date_column_is_quarantined_not_dropped(run_mapping: RunMapping) -> None:
    rule = '[folder."."]\ndates = ["day"]\nshift_days = 1\n'
    extract = run_mapping(
        HEAD + rule + ITEMS + SALES, ORD__csv="no,sku,day,pieces,net\n1,A,2024-11-05,1,1\n2,A,soon,1,1\n"
    )
    assert extract.quarantine["sales_line"]["_reason"].to_list() == ["day is not a date: soon"]


def test_text_in_a_scaled_column_is_quarantined_not_dropped(run_mapping: RunMapping) -> None:
    scaled = _line(SALES, "amount_net", 'amount_net = { column = "net", scale = 2 }')
    extract = run_mapping(
        HEAD + ITEMS + scaled, ORD__csv="no,sku,day,pieces,net\n1,A,2024-11-05,1,5\n2,A,2024-11-05,1,lots\n"
    )
    assert extract.quarantine["sales_line"]["_rule"].to_list() == ["amount_net_is_a_money"]
    assert extract.tables["sales_line"]["amount_net"].to_list() == [10.0]


def test_a_mapping_includes_another_below_a_folder(run_mapping: RunMapping, tmp_path: Path) -> None:
    (tmp_path / "erp" / "sub").mkdir(parents=True)
    for name, content in FILES.items():
        (tmp_path / "erp" / "sub" / name).write_text(content)
    (tmp_path / "part.toml").write_text(HEAD.replace("Mapped", "Part") + ITEMS + SALES)
    extract = run_mapping(
        HEAD + '[[include]]\nmapping = "part.toml"\nfolder = "sub"\ntables = ["item", "sales_line"]\n'
    )
    assert extract.company == "Mapped"
    assert extract.lineage["item"][0].path == "sub/ART.csv"
    assert extract.tables["sales_line"].height == 3


def test_the_mapping_is_part_of_the_digest(run_mapping: RunMapping) -> None:
    one, same = run_mapping(HEAD + ITEMS + SALES), run_mapping("# a remark\n" + HEAD + ITEMS + SALES)
    other = run_mapping(HEAD + ITEMS + SALES.replace('"web"', '"shop"'))
    assert one.digest == same.digest != other.digest
    assert one.mapping_digest == same.mapping_digest != other.mapping_digest


def test_a_database_is_mapped_by_table_and_query(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'erp.db'}"
    engine = sa.create_engine(url)
    for name, content in FILES.items():
        pl.read_csv(content.encode(), infer_schema=False).write_database(name[:3], engine)
    engine.dispose()
    query = "[file.ORD]\nquery = \"SELECT * FROM ORD WHERE state = 'ok'\"\n"
    (tmp_path / "mapping.toml").write_text(HEAD + query + ITEMS + SALES)
    extract = import_extract(url, mapping=tmp_path / "mapping.toml", into=tmp_path / "extracts", at=AT)
    assert extract.tables["sales_line"].height == 2
    assert extract.tables["item"].height == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "no valid TOML"),
        (HEAD + ITEMS.replace("table.item", "table.items"), "no table items"),
        (HEAD + ITEMS.replace('from = "ART"', 'form = "ART"') + SALES, "do not know form"),
        (HEAD + ITEMS.replace('from = "ART"', 'from = "MARA"') + SALES, "no file 'MARA'"),
        (HEAD + ITEMS.replace('"text"', '"name"') + SALES, "no column 'name'"),
        (HEAD + ITEMS.replace('{ value = "EA" }', '{ value = "EA", column = "sku" }') + SALES, "More than one"),
        (HEAD + ITEMS.replace('from = "ART"\n', "") + SALES, "neither `from` nor `rows`"),
        (HEAD.replace("as_of_date = 2024-12-31\n", "") + ITEMS + SALES, "does not state as_of_date"),
        (HEAD + ITEMS + SALES.replace('"pieces"', '{ column = "pieces", per = "hour" }'), "Unknown period 'hour'"),
        (HEAD + ITEMS + SALES.replace('"pieces"', '{ column = "pieces", aggregate = "best" }'), "Unknown aggregate"),
        (HEAD + '[folder."."]\ndates = ["state"]\n' + ITEMS + SALES, "state holds no date"),
    ],
)
def test_what_does_not_fit_is_one_clear_error(run_mapping: RunMapping, text: str, words: str) -> None:
    with pytest.raises(SteelyardError, match=words):
        run_mapping(text)


def test_all_faults_of_a_mapping_are_gathered(run_mapping: RunMapping) -> None:
    with pytest.raises(ImportRejected) as caught:
        run_mapping(HEAD + ITEMS.replace('"text"', '"name"') + SALES.replace('"pieces"', '"units"'))
    assert len(caught.value.faults) == 2


def test_a_missing_mapping_says_so(tmp_path: Path) -> None:
    with pytest.raises(SteelyardError, match="no such mapping"):
        load_mapping(tmp_path / "none.toml")
