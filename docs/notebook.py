"""Notebook: runs the notebooks of the docs and keeps what they show, without a notebook server."""

import ast
import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "notebooks"


def main() -> int:
    """Run every notebook and store its outputs."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        path.write_text(json.dumps(executed(path), indent=1, ensure_ascii=False) + "\n")
        print(f"{path.name} executed")
    return 0


def executed(path: Path) -> dict[str, Any]:
    """Run the code cells in order, in an empty folder, and return the notebook with what they showed.

    Raises:
        Exception: Whatever a cell raises.
    """
    notebook: dict[str, Any] = json.loads(path.read_text())
    names: dict[str, Any] = {"__name__": "__main__"}
    with _empty_folder():
        for count, cell in enumerate((cell for cell in notebook["cells"] if cell["cell_type"] == "code"), 1):
            cell.update(execution_count=count, outputs=_run("".join(cell["source"]), names, count))
    return notebook


def _run(source: str, names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Run one cell; as in any notebook its last expression is shown."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    said, value = io.StringIO(), None
    with contextlib.redirect_stdout(said):
        exec(compile(ast.Module(body, []), f"cell {count}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {count}", "eval"), names)
    return [*_printed(said.getvalue()), *_shown(value, count)]


def _printed(text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}


def _shown(value: object, count: int) -> Iterator[dict[str, Any]]:
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        yield {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": data}


@contextlib.contextmanager
def _empty_folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


if __name__ == "__main__":
    sys.exit(main())
