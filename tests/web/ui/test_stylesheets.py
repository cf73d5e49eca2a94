"""Stylesheets: every one closes what it opens."""

import re
from pathlib import Path

import pytest

import steelyard.web.ui

SHEETS = sorted((Path(steelyard.web.ui.__file__).parent / "static" / "ui").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_stylesheet_closes_what_it_opens(sheet):
    plain = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    depth = 0
    for mark in re.findall(r"[{}]", plain):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"[,>]\s*@", plain), "a rule runs into the next one"
