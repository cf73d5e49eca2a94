"""The law of every import: what was read is accepted, quarantined, merged or filtered; nothing else, nothing twice."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.data.importing import check_extract
from steelyard.data.reconciliation import adds_up
from tests.data.conftest import AT, CUSTOMERS, ITEMS, MANIFEST, SALES

cell = st.sampled_from
ROWS = st.lists(
    st.tuples(
        cell(["1", "2", "3", "", " 4 "]),
        cell(["1", "2"]),
        cell(["A", "B", "X", ""]),
        cell(["K1", "K2", "K9", ""]),
        cell(["P", ""]),
        cell(["2024-12-01", "20241202", "2035-01-01", "1900-01-01", "soon", ""]),
        cell(["1", "2.5", "0.000001", "-3", "1e6", "ten", "nan", ""]),
        cell(["closed", "odd", ""]),
        cell(["10", "0.1", "0.2", "-3", "99999999.9999", "much", ""]),
        cell(["EUR", "USD", ""]),
    ),
    max_size=30,
)


@given(rows=ROWS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_read_is_accepted_and_quarantined_and_merged(rows: list[tuple[str, ...]]) -> None:
    lines = "".join(",".join(row) + "\n" for row in rows)
    with TemporaryDirectory() as place:
        folder = Path(place)
        files = {
            "manifest.toml": MANIFEST,
            "item.csv": ITEMS,
            "customer.csv": CUSTOMERS,
            "sales_line.csv": SALES + lines,
        }
        for name, content in files.items():
            (folder / name).write_text(content)
        extract = check_extract(folder, at=AT)
    assert adds_up(extract.reconciliation)
    row = next(row for row in extract.reconciliation.to_dicts() if row["table"] == "sales_line")
    assert row["rows_read"] == len(rows) + 2
    assert row["rows_quarantined"] == (extract.quarantine["sales_line"].height if extract.quarantine else 0)
    assert row["rows_accepted"] == extract.tables["sales_line"].height
