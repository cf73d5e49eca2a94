"""Deltas: an extract that holds only what changed adds to the one before it."""

import pytest

from steelyard.data.reconciliation import adds_up
from steelyard.errors import ImportRejected
from tests.data.conftest import CUSTOMERS, ITEMS, MANIFEST, SALES, SALES_HEAD, ImportFolder

DELTA = MANIFEST + 'mode = "delta"\n'
CHANGED = SALES_HEAD + "1,2,B,K1,P,2024-12-05,7,closed,70,EUR\n2,1,A,K2,P,2024-12-20,3,closed,30,EUR\n"


def test_a_delta_adds_new_rows_and_replaces_those_of_the_same_key(import_folder: ImportFolder) -> None:
    full = import_folder()
    delta = import_folder(manifest__toml=DELTA, item__csv=None, customer__csv=None, sales_line__csv=CHANGED)
    lines = delta.tables["sales_line"].select("order_id", "line_id", "quantity")
    assert lines.rows() == [("1", "1", 10.0), ("1", "2", 7.0), ("2", "1", 3.0)]
    assert delta.tables["item"].equals(full.tables["item"])
    assert not delta.quarantine
    assert adds_up(delta.reconciliation)


def test_a_delta_may_refer_to_rows_of_the_extract_before(import_folder: ImportFolder) -> None:
    import_folder()
    delta = import_folder(
        manifest__toml=DELTA,
        item__csv=ITEMS.splitlines()[0] + "\nC,New,EA,finished,F1\n",
        customer__csv=CUSTOMERS.splitlines()[0] + "\nK3,Third,retail\n",
        sales_line__csv=SALES_HEAD + "9,1,C,K3,P,2024-12-20,3,closed,30,EUR\n9,2,Z,K1,P,2024-12-20,3,closed,30,EUR\n",
    )
    assert delta.tables["item"]["item_id"].to_list() == ["A", "B", "C"]
    assert delta.tables["sales_line"].height == 3
    assert delta.quarantine["sales_line"]["_rule"].to_list() == ["item_id_is_known"]


def test_a_delta_of_everything_is_the_full_extract(import_folder: ImportFolder) -> None:
    full = import_folder(sales_line__csv=SALES)
    assert import_folder(manifest__toml=DELTA).tables["sales_line"].equals(full.tables["sales_line"])


def test_a_delta_without_an_extract_before_is_rejected(import_folder: ImportFolder) -> None:
    with pytest.raises(ImportRejected, match="no extract to add to"):
        import_folder(manifest__toml=DELTA)
