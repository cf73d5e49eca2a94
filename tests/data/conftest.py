"""What the tests of data share: small folders of contract tables, and an import into a temporary folder."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from steelyard.data.extract import Extract
from steelyard.data.importing import import_extract

AT = datetime(2025, 1, 3, 8, 0, tzinfo=UTC)
MANIFEST = 'company = "Tiny"\nsource_system = "hand"\nas_of_date = 2024-12-31\nbase_currency = "EUR"\n'
ITEMS = "item_id,description,base_uom,item_type,family\nA,Alpha,EA,finished,F1\nB,Beta,EA,finished,F1\n"
CUSTOMERS = "customer_id,name,channel\nK1,First,retail\nK2,Second,retail\n"
SALES_HEAD = "order_id,line_id,item_id,customer_id,location_id,order_date,quantity,status,amount_net,currency\n"
SALES = SALES_HEAD + "1,1,A,K1,P,2024-11-05,10,closed,100,EUR\n1,2,B,K1,P,2024-12-05,5,closed,50,EUR\n"

WriteFolder = Callable[..., Path]
ImportFolder = Callable[..., Extract]


@pytest.fixture
def write_folder(tmp_path: Path) -> WriteFolder:
    """Write a folder of contract tables: a small good company, with the given files in place of its own."""

    def write(name: str = "source", **files: str | bytes | None) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        content: dict[str, str | bytes | None] = {
            "manifest.toml": MANIFEST,
            "item.csv": ITEMS,
            "customer.csv": CUSTOMERS,
            "sales_line.csv": SALES,
        }
        content |= {key.replace("__", "."): value for key, value in files.items()}
        for file, text in content.items():
            if text is not None:
                (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write


@pytest.fixture
def import_folder(tmp_path: Path, write_folder: WriteFolder) -> ImportFolder:
    """Write a folder and import it."""

    def run(as_of: date | None = None, **files: str | bytes | None) -> Extract:
        return import_extract(write_folder(**files), into=tmp_path / "extracts", at=AT, as_of=as_of)

    return run


def rules_of(extract: Extract, table: str | None = None) -> set[str]:
    """The rules that found something, on one table or on all."""
    return {finding.rule for finding in extract.findings if table in (None, finding.table)}
