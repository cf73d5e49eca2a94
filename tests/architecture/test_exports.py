"""Exports: whatever writes a spreadsheet or CSV keeps text from becoming a formula."""

import re

from tests.architecture.sources import python_files, shown

GUARDS_CSV = {"steelyard/plan/export.py", "steelyard/data/synthetic/folder.py"}
"""Places that write CSV: the one that guards it, and the maker of sample inputs, whose text is its own."""
GUARDS_TEXT = {"steelyard/web/masterdata/selectors.py"}
"""Places that make lines of CSV by hand, with the same guard."""


def test_csv_is_written_where_it_is_guarded() -> None:
    written = {shown(path) for path in python_files() if re.search(r"\.write_csv\(|csv\.writer\(", path.read_text())}
    assert written <= GUARDS_CSV
    by_hand = {shown(path) for path in python_files() if "def csv_line" in path.read_text()}
    assert by_hand <= GUARDS_TEXT


def test_workbooks_take_no_text_for_a_formula_or_an_address() -> None:
    making = [path for path in python_files() if "xlsxwriter.Workbook(" in path.read_text()]
    assert making
    for path in making:
        text = path.read_text()
        assert '"strings_to_formulas": False' in text, shown(path)
        assert '"strings_to_urls": False' in text, shown(path)
        assert not re.search(r"\bsheet\.write\(|write_formula|write_url", text), shown(path)
