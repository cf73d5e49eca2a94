"""Decision pages: each question with its options side by side, and what was decided."""

from collections.abc import Iterator

from steelyard.web.accounts.sight import called
from steelyard.web.book.content import Chart, ChartSeries, Page, Row, Table, Text, Tone
from steelyard.web.book.sections.source import BookSource
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.page import DecisionView, FigureRow
from steelyard.web.ui.dates import day_words, sentence_words
from steelyard.web.ui.figures import NOTHING, number, signed

TONES: tuple[Tone, ...] = ("quiet", "accent", "warm", "violet", "leaf", "brick")
DRAWN = ("revenue", "gross_margin", "cash")
STATES = {"approved": "Approved", "rejected": "Rejected", "deferred": "Deferred", "delegated": "Passed on"}


def decision_pages(source: BookSource) -> Iterator[Page]:
    """One page a decision, those still open first."""
    for view in sorted(
        source.decisions, key=lambda one: (one.line.state not in ("asked", "delegated"), one.line.number)
    ):
        yield _page(view, source.currency)


def _page(view: DecisionView, currency: str) -> Page:
    names = tuple(option.label for option in view.options)
    figures = Table(
        ("", *names),
        tuple((f"{row.figure.label} [{_unit(row, currency)}]", *_cells(row)) for row in view.figures),
        "Options side by side",
        nothing="The options are not weighed yet.",
    )
    words = Text(tuple(_words(view)), _state(view), listed=True)
    rows = (Row((figures, words), 1.5, (1.5, 1.0)), Row(_pictures(view, currency), 0.8))
    return Page(view.line.question, rows, f"Decision {view.line.number} · {forum_label(view.line.forum)}")


def _state(view: DecisionView) -> str:
    return STATES.get(view.line.state, "To decide")


def _unit(row: FigureRow, currency: str) -> str:
    return {"money": currency, "percent": "%"}.get(row.figure.unit, row.figure.unit)


def _cells(row: FigureRow) -> list[str]:
    share, digits = row.figure.unit == "percent", 1 if row.figure.unit == "percent" else 0
    shown = []
    for cell in row.cells:
        if cell.value is None:
            shown.append(NOTHING)
            continue
        gap = f" ({signed(cell.delta, digits)})" if cell.delta is not None else ""
        shown.append(number(cell.value, digits) + (" %" if share else "") + gap)
    return shown


def _words(view: DecisionView) -> Iterator[str]:
    if view.line.chosen:
        yield f"Chosen: {view.line.chosen}"
    elif view.line.recommended:
        yield f"Recommended: {view.line.recommended}"
    if view.row.background:
        yield sentence_words(view.row.background)
    if view.rule_told:
        yield view.rule_told
    for option in view.options:
        if option.case is not None and (option.case.capex or option.case.yearly_gain):
            yield f"{option.label}: capital {number(option.case.capex)}, gain a year {number(option.case.yearly_gain)}"
        for assumption in option.assumptions:
            yield f"{option.label} rests on: {assumption.statement} ({assumption.status})"
    for event in view.dissent:
        yield f"Dissent of {called(event.actor)}: {event.text}"
    for signature in view.signatures:
        if not signature.void:
            yield f"Signed by {called(signature.person)}, {day_words(signature.at)}" + (
                f": {signature.statement}" if signature.statement else ""
            )
    for action in view.actions:
        if action.condition:
            yield f"Condition: {action.text} ({called(action.owner)}, {day_words(action.due)})"


def _pictures(view: DecisionView, currency: str) -> tuple[Chart, ...]:
    return tuple(_difference(view, name, currency) for name in DRAWN)


def _difference(view: DecisionView, name: str, currency: str) -> Chart:
    row = next((one for one in view.figures if one.figure.name == name), None)
    if row is None:
        return Chart(name.replace("_", " ").capitalize(), (), ())
    series = tuple(
        ChartSeries(option.label, (cell.value,), TONES[n % len(TONES)])
        for n, (option, cell) in enumerate(zip(view.options, row.cells, strict=True))
    )
    return Chart(row.figure.label, ("",), series, "columns", currency)
