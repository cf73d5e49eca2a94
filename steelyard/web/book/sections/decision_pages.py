"""Decision pages: each question with its options side by side, and what was decided."""

from collections.abc import Iterator

from steelyard.web.accounts.sight import called
from steelyard.web.book.content import Chart, ChartSeries, Page, Row, Table, Text, Tone
from steelyard.web.book.sections.source import BookSource
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.page import Cell, DecisionView, FigureRow
from steelyard.web.ui.dates import day_words, sentence_words
from steelyard.web.ui.figures import NOTHING, number, signed
from steelyard.web.worksheet.columns import short_label

TONES: tuple[Tone, ...] = ("quiet", "accent", "warm", "violet", "leaf", "brick")
DRAWN = {
    "revenue": "Revenue",
    "gross_margin": "Gross margin",
    "inventory_value": "Stock\nat the end",
    "cash": "Margin less\nstock growth",
}
"""Figures whose difference to the first option is drawn, as they stand under a column."""
COURSE = "gross_margin"
"""The measure whose way over time is drawn."""
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
    state = STATES.get(view.line.state, "To decide")
    return f"{state}: {view.line.chosen}" if view.line.chosen else state


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
    if view.line.recommended and not view.line.chosen:
        yield f"Recommended: {view.line.recommended}"
    if view.row.background:
        yield sentence_words(view.row.background)
    if view.rule is not None:
        yield f"Taken by {view.takers} ({view.rule_told[:1].lower()}{view.rule_told[1:]})"
    if weighed := [one for one in view.options if one.weighed_at is not None and one.digest]:
        told = " and ".join(f"{one.scenario} at revision {one.revision}" for one in weighed)
        yield f"Figures of {told}, weighed {day_words(max(one.weighed_at for one in weighed if one.weighed_at))}"
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
    return _gains(view, currency), _course(view, currency)


def _gains(view: DecisionView, currency: str) -> Chart:
    """What each other option changes against the first, which is to do nothing."""
    rows = [row for row in view.figures if row.figure.name in DRAWN]
    series = tuple(
        ChartSeries(option.label, tuple(_delta(row.cells[n]) for row in rows), TONES[n % len(TONES)])
        for n, option in enumerate(view.options)
        if n and rows
    )
    first = f"Against {view.options[0].label}" if view.options else "Against the first option"
    return Chart(
        first, tuple(DRAWN[row.figure.name] for row in rows), series, "columns", currency, "There is one option only."
    )


def _delta(cell: Cell) -> float | None:
    return None if cell.value is None else cell.delta or 0.0


def _course(view: DecisionView, currency: str) -> Chart:
    """Gross margin of each option, period by period."""
    told = [(n, one.label, one.outlook) for n, one in enumerate(view.options) if one.outlook is not None]
    series = tuple(
        ChartSeries(label, outlook.courses[COURSE], TONES[n % len(TONES)])
        for n, label, outlook in told
        if COURSE in outlook.courses
    )
    periods = tuple(map(short_label, told[0][2].periods)) if series else ()
    return Chart("Gross margin over time", periods, series, "lines", currency)
