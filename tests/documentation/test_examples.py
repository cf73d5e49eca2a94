"""The examples in docstrings and the notebooks: they run and show what they say."""

import doctest
import importlib
import os
from pathlib import Path

import django
import polars as pl
import pytest

from docs.notebook import FOLDER, executed
from tests.architecture.sources import PACKAGE, ROOT, python_files

WITH_EXAMPLES = [path for path in python_files() if ">>> " in path.read_text()]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_docstring_examples(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.project.settings")
    django.setup()
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    results = doctest.testmod(module, optionflags=FLAGS)
    assert results.failed == 0


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks(path: Path) -> None:
    with pl.Config():  # what a notebook sets for its tables ends with it
        assert executed(path)["cells"]
