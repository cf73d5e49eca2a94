"""Reference: pages of docs/reference written from the code, so that they cannot say anything else."""

import ast
import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import django
import typer

import steelyard
from steelyard import errors
from steelyard.cli import app
from steelyard.data import formula
from steelyard.data.column import Column
from steelyard.data.mapping import ColumnRule, FileRule, Join, Latest, SourceRule, Unpivot
from steelyard.data.quality import RULES
from steelyard.data.schema import MINIMUM, TABLES
from steelyard.data.table import Table
from steelyard.data.threshold import Thresholds
from steelyard.grid.measure import Measure
from steelyard.kpi.indicator import Indicator
from steelyard.kpi.registry import AREAS as KPI_AREAS
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.inputs.parameters import PlanParameters

REFERENCE = Path(__file__).resolve().parent / "reference"
AREAS = ("demand", "supply", "inventory", "finance")
MAPPING_RULES: dict[str, type] = {
    "[[table.NAME]]": SourceRule,
    "[table.NAME.columns]": ColumnRule,
    "join": Join,
    "latest": Latest,
    "unpivot": Unpivot,
    "[file.NAME] and [folder.NAME]": FileRule,
}
HEAD = "<!-- Written by `python3 dev.py docs`; change the code instead. -->\n"


def main() -> int:
    """Write every page and remove pages that nothing writes any more."""
    REFERENCE.mkdir(exist_ok=True)
    written = pages()
    for name, text in written.items():
        (REFERENCE / name).write_text(text)
    for stale in {path.name for path in REFERENCE.glob("*.md")} - written.keys():
        (REFERENCE / stale).unlink()
    print(f"{len(written)} pages written to {REFERENCE.name}/")
    return 0


def pages() -> dict[str, str]:
    """Return every reference page by file name."""
    writers: dict[str, Callable[[], Iterable[str]]] = {
        "measures.md": _measures,
        "parameters.md": _parameters,
        "kpis.md": _kpis,
        "tables.md": _tables,
        "mapping.md": _mapping,
        "thresholds.md": _thresholds,
        "checks.md": _checks,
        "commands.md": _commands,
        "rest.md": _rest,
        "library.md": _library,
        "errors.md": _errors,
    }
    return {name: HEAD + "\n" + "\n".join(writer()).rstrip() + "\n" for name, writer in writers.items()}


def measures() -> tuple[Measure, ...]:
    """Return every declared measure, in the order of the trade."""
    rooms = (importlib.import_module(f"steelyard.{area}.measures") for area in AREAS)
    return tuple(measure for room in rooms for measure in room.MEASURES)


# --- measures ---


def _measures() -> Iterator[str]:
    yield "# Measures\n"
    yield "Every number of a plan is a measure: declared once, the same in code, screen, API and export.\n"
    for area in AREAS:
        yield f"## {area.capitalize()}\n"
        yield from _table(
            ["name", "label", "meaning", "grain", "unit", "span", "over series", "over time", "editable"],
            [_measure(measure) for measure in measures() if measure.area == area],
        )


def _measure(measure: Measure) -> list[str]:
    ratio = f"{measure.numerator} / {measure.denominator}"
    rolls = [ratio if rollup == "ratio" else rollup for rollup in (measure.over_series, measure.over_time)]
    edit = f"yes; spreads by {measure.spread_basis or 'its own value'}" if measure.editable else ""
    name = [f"`{measure.name}`", measure.label, measure.meaning]
    return [*name, measure.grain, measure.unit, measure.span, *rolls, edit]


# --- parameters ---


def _parameters() -> Iterator[str]:
    yield "# Parameters\n"
    yield "The knobs of a plan, set when a scenario is made or by a change of kind parameter.\n"
    said, plain = _field_docstrings(PlanParameters), PlanParameters()
    yield from _table(
        ["name", "default", "meaning"],
        [[f"`{field.name}`", f"`{getattr(plain, field.name)}`", said[field.name]] for field in fields(PlanParameters)],
    )


def _field_docstrings(record: type) -> dict[str, str]:
    """Read the sentence under each field of a dataclass from its source."""
    said: dict[str, str] = {}
    for above, below in pairwise(ast.walk(ast.parse(inspect.getsource(record)).body[0])):
        if isinstance(above, ast.AnnAssign) and isinstance(below, ast.Expr):
            said[ast.unparse(above.target)] = str(ast.literal_eval(below.value))
    return said


# --- KPIs ---


def _kpis() -> Iterator[str]:
    yield "# KPIs\n"
    yield "Targets are those a KPI comes with; the company states its own. Leading KPIs tell of the future.\n"
    for area, label in KPI_AREAS.items():
        yield f"## {label}\n"
        yield from _table(
            [
                "name",
                "label",
                "formula",
                "unit",
                "target",
                "kind",
                "owner",
                "what it makes people do",
                "what guards it",
            ],
            [_kpi(one) for one in INDICATORS.values() if one.area == area],
        )


def _kpi(one: Indicator) -> list[str]:
    target = "" if one.target is None else f"{one.target:g}, watched up to {one.tolerance:g} beyond"
    kind = "leading" if one.leading else "lagging"
    formula = one.words.replace("|", "\\|")
    return [f"`{one.name}`", one.label, formula, one.unit, target, kind, one.owner, one.behaviour, one.guard]


# --- input tables ---


def _tables() -> Iterator[str]:
    yield "# Input tables\n"
    yield "One file a table; ids are text, dates are ISO dates. Any other shape comes in by a mapping.\n"
    yield from _minimum()
    for table in sorted(TABLES.values(), key=lambda table: table.name):
        yield from _input_table(table)


def _minimum() -> Iterator[str]:
    names = {1: "demand review", 2: "supply review", 3: "finance"}
    yield "What must have rows, at least:\n"
    for level, groups in MINIMUM.items():
        yield f"- {names[level]}: " + ", ".join(" or ".join(f"`{name}`" for name in group) for group in groups)
    yield ""


def _input_table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"{table.meaning} Key: {', '.join(f'`{name}`' for name in table.key)}. Owner: {table.owner}.\n"
    yield from _table(["column", "type", "need", "meaning"], [_column(column) for column in table.columns])
    if table.rules:
        yield from _table(
            ["rule", "what it finds", "how to mend", "faulty rows"],
            [
                [f"`{r.name}`", r.message, r.mend, "quarantined" if r.quarantines else "kept, warned"]
                for r in table.rules
            ],
        )


def _column(column: Column) -> list[str]:
    more = [f"names a row of `{column.references}`"] if column.references else []
    more += [f"one of {', '.join(column.choices)}"] if column.choices else []
    more += [column.bound.replace("_", " ")] if column.bound != "any" else []
    meaning = "; ".join([column.meaning.rstrip("."), *more])
    return [f"`{column.name}`", column.kind, column.need, meaning]


# --- mapping files ---


def _mapping() -> Iterator[str]:
    yield "# Mapping files\n"
    yield "A mapping is a TOML file that says how foreign files become [input tables](tables.md).\n"
    for head, record in MAPPING_RULES.items():
        yield f"## {head}\n"
        yield f"{_first_line(record)}\n"
        said = _field_docstrings(record)
        yield from _table(["key", "meaning"], [[f"`{key}`", said.get(name, "")] for name, key in _keys(record)])
    yield "## [thresholds]\n"
    yield "Thresholds of the checks that hold for this source; see [their list](thresholds.md).\n"
    yield "## Formulas\n"
    yield f"```text\n{(formula.__doc__ or '').strip()}\n```\n"


def _keys(record: type) -> Iterator[tuple[str, str]]:
    """Fields, and the keys by which mapping files call them."""
    called = {"source": "from", "joins": "join", "alias": "as"}
    yield from ((field.name, called.get(field.name, field.name)) for field in fields(record))


# --- thresholds of the checks ---


def _thresholds() -> Iterator[str]:
    yield "# Thresholds\n"
    yield "How far figures may differ before a check speaks. The company sets them in the table `[thresholds]` of its"
    yield "`steelyard.toml`; a mapping file may hold the same table, which then goes first for its source.\n"
    said = _field_docstrings(Thresholds)
    yield from _table(
        ["name", "default", "unit", "range", "meaning"],
        [[f"`{e.name}`", f"`{e.default}`", e.metadata["unit"], _range(e), said[e.name]] for e in fields(Thresholds)],
    )


def _range(entry: Field[Any]) -> str:
    return f"{entry.metadata['low']:,g} to {entry.metadata['high']:,g}"


# --- checks of the whole extract ---


def _checks() -> Iterator[str]:
    yield "# Checks\n"
    yield "What is checked across rows and tables, besides the [rules of single rows](tables.md). Each finding says"
    yield "what is wrong, how much money stands on it and how to mend it; some speak from a"
    yield "[threshold](thresholds.md) on.\n"
    yield from _table(["check", "what should hold"], [[f"`{rule.__name__}`", _first_line(rule)] for rule in RULES])


# --- commands ---


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "Every command takes `--help`.\n"
    group = typer.main.get_command(app)
    yield from _command(group, typer.Context(group, info_name="steelyard"), 2)


def _command(command: Any, context: typer.Context, level: int) -> Iterator[str]:
    if not hasattr(command, "commands"):
        yield f"{'#' * level} {context.command_path}\n"
        yield f"{inspect.cleandoc(command.help or '')}\n"
        yield from _table(["option", "default", "meaning"], [_option(option, context) for option in command.params])
        return
    for name, below in command.commands.items():
        if not below.hidden:
            yield from _command(below, typer.Context(below, info_name=name, parent=context), level)


def _option(option: Any, context: typer.Context) -> list[str]:
    names = option.opts if option.param_type_name == "option" else [(option.metavar or option.name).upper()]
    default = option.get_default(context, call=False)
    shown = "" if option.required or callable(default) or default in (None, False, ()) else f"`{default}`"
    return [", ".join(f"`{name}`" for name in names), shown, " ".join((option.help or "").split())]


# --- REST ---


def _rest() -> Iterator[str]:
    schema = rest_schema()
    yield "# REST\n"
    yield "The OpenAPI description is served at `/api/openapi.json`, a page to try it at `/api/docs`.\n"
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield f"## {method.upper()} {path}\n"
            yield f"{inspect.cleandoc(operation.get('description') or operation['summary'])}\n"
            parameters = [_parameter(parameter) for parameter in operation.get("parameters", [])]
            yield from _table(["parameter", "in", "required", "type"], parameters)
            yield f"Answers: {', '.join(str(code) for code in operation['responses'])}.\n"


def rest_schema() -> dict[str, Any]:
    """Return the OpenAPI description of the REST interface."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.project.settings")
    django.setup()
    api = importlib.import_module("steelyard.web.project.api").api
    return dict(api.get_openapi_schema())


def _parameter(parameter: dict[str, Any]) -> list[str]:
    schema = parameter["schema"]
    kinds = [choice.get("type", "") for choice in schema.get("anyOf", [schema])]
    required = "yes" if parameter.get("required") else ""
    return [f"`{parameter['name']}`", parameter["in"], required, " or ".join(kind for kind in kinds if kind)]


# --- library ---


def _library() -> Iterator[str]:
    yield "# Library\n"
    yield "What `import steelyard as sy` offers.\n"
    for name in steelyard.__all__:
        thing = getattr(steelyard, name)
        yield f"## {name}\n"
        yield from _thing(name, thing)


def _thing(name: str, thing: Any) -> Iterator[str]:
    if callable(thing):
        yield f"```python\n{name}{_signature(thing)}\n```\n"
    yield f"{_first_paragraph(thing)}\n"
    if inspect.isclass(thing):
        rows = [[f"`{key}{_signature(member)}`", _first_line(member)] for key, member in _members(thing)]
        yield from _table(["member", "meaning"], rows)


def _members(thing: type) -> Iterator[tuple[str, Any]]:
    for key, member in vars(thing).items():
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if not key.startswith("_") and (inspect.isfunction(plain) or isinstance(plain, property)):
            yield key, plain


def _signature(thing: Any) -> str:
    """Write a signature as one reads it: types by their own names, defaults only where they are plain."""
    if isinstance(thing, property):
        return ""
    signature = inspect.signature(thing)
    shown = [_plain(parameter) for name, parameter in signature.parameters.items() if name not in ("self", "cls")]
    text = re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", str(signature.replace(parameters=shown)))
    return re.sub(r"'([A-Z]\w+)'", r"\1", text).replace("Ellipsis", "...")


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    is_plain = parameter.default is parameter.empty or isinstance(parameter.default, str | int | float | None)
    return parameter if is_plain else parameter.replace(default=...)


# --- errors ---


def _errors() -> Iterator[str]:
    yield "# Errors\n"
    yield "Everything Steelyard raises on purpose says what is wrong, where, and how to mend it.\n"
    tree = [thing for thing in vars(errors).values() if inspect.isclass(thing) and issubclass(thing, Exception)]
    rows = [
        [f"`{thing.__name__}`", f"`{thing.__base__.__name__}`", _first_line(thing)] for thing in tree if thing.__base__
    ]
    yield from _table(["error", "is a", "meaning"], rows)


# --- form ---


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").split("\n")[0]


def _first_paragraph(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0]


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    if rows:
        for cells in (head, ["---"] * len(head), *rows):
            yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
        yield ""


if __name__ == "__main__":
    sys.exit(main())
