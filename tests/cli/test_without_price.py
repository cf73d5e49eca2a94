"""A company without prices and machines: it sees its demand, not empty tables."""

from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Call

LEFT_OUT = ("price", "budget", "actuals_gl", "resource", "resource_capacity", "routing")


@pytest.fixture
def own(call: Call, demo_folder: Path, tmp_path: Path) -> str:
    source, folder = tmp_path / "erp", tmp_path / "own"
    source.mkdir()
    for file in (demo_folder / "erp" / "2026-10").glob("*.csv"):
        if file.stem not in LEFT_OUT:
            frame = pl.read_csv(file, infer_schema_length=0)
            frame.drop("unit_price", "amount_net", "currency", strict=False).write_csv(source / file.name)
    (source / "manifest.toml").write_text('company = "Own"\nas_of_date = 2026-10-31\nbase_currency = "EUR"\n')
    call("new", str(folder))
    told = call("import", str(source), "--company", str(folder))
    assert told.exit_code == 0, told.output
    call("scenario", "create", "base", "--company", str(folder))
    return str(folder)


def test_demand_is_shown_where_there_is_no_price(call: Call, own: str) -> None:
    said = call("run", "base", "--company", own).output
    assert "Demand plan [units]" in said
    assert all(word not in said for word in ("Revenue", "Gross margin", "Resources", "Overload"))


def test_comparison_leaves_out_what_the_company_does_not_have(call: Call, own: str) -> None:
    call("scenario", "branch", "base", "more", "--company", own)
    changed = call(
        "change", "more", "consensus_demand", "--reason", "correction", "--percent", "5", "--company", own
    ).output
    assert "units (+5.0%)" in changed
    assert "Gross margin" not in changed
    said = call("compare", "base", "more", "--company", own).output
    assert "Demand plan [units]" in said
    assert all(word not in said for word in ("Revenue", "Utilisation", "Overload"))
