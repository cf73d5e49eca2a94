"""Record pages: actions, the minutes once meetings are held, and how to check the book."""

from collections.abc import Iterator

from steelyard.plan.money.action import OPEN
from steelyard.web.accounts.sight import called
from steelyard.web.book.content import Page, Row, Table, Text
from steelyard.web.book.sections.source import BookSource
from steelyard.web.decisions.action_selectors import ActionLine
from steelyard.web.decisions.meeting_selectors import MeetingView
from steelyard.web.finance_review.selectors import ActionLine as GapActionLine
from steelyard.web.ui.dates import day_words, period_words, sentence_words
from steelyard.web.ui.figures import NOTHING, number


def record_pages(source: BookSource) -> Iterator[Page]:
    """Actions, minutes, and what the numbers stand on."""
    if (actions := _actions(source)) is not None:
        yield actions
    for meeting in source.meetings:
        if meeting.line.state == "closed":
            yield _minutes(meeting)
    yield _footing(source)


def _actions(source: BookSource) -> Page | None:
    """Actions promised, and those that close the gap to the budget; None where there are none."""
    if not source.actions and not source.gap_actions:
        return None
    tables = []
    if source.actions:
        tables.append(_table(source, "Promised", [_promise(one) for one in source.actions]))
    if source.gap_actions:
        tables.append(_table(source, "Close the gap to the budget", [_closes(one) for one in source.gap_actions]))
    open_ones = sum(one.open for one in source.actions) + sum(one.entry.status in OPEN for one in source.gap_actions)
    title = f"{open_ones or 'No'} actions are open" if open_ones != 1 else "One action is open"
    return Page(title, tuple(Row((table,), len(table.rows) + 2.0) for table in tables), "Actions")


def _table(source: BookSource, title: str, rows: list[tuple[str, ...]]) -> Table:
    heads = ("Action", "Owner", "Due", "Status", f"Value {source.currency}")
    return Table(heads, tuple(rows), title, words=4, widths=(5, 1.2, 1, 1.4, 1.2))


def _promise(action: ActionLine) -> tuple[str, ...]:
    return (
        sentence_words(action.text),
        called(action.owner),
        day_words(action.due),
        "late" if action.open and action.late else action.status,
        NOTHING if action.value is None else number(action.value),
    )


def _closes(line: GapActionLine) -> tuple[str, ...]:
    entry = line.entry
    standing = f"{'late' if line.late else entry.status}, {'in the plan' if entry.in_plan else 'beside the plan'}"
    return (entry.statement, called(entry.owner), day_words(entry.due), standing, number(entry.value))


def _minutes(view: MeetingView) -> Page:
    present = tuple(
        f"{seat.name}, {seat.role}" + (f", for whom {seat.delegate_name} stood in" if seat.delegate_name else "")
        for seat in view.seats
        if seat.present
    )
    said = tuple(f"{called(note.author)}: {sentence_words(note.text)}" for note in view.notes if not note.parked)
    parked = tuple(note.text for note in view.notes if note.parked)
    people = Text(present, "Present", listed=True)
    rows = (
        Row((Text(said, "Minutes", listed=True), people), 1.4, (2.2, 1.0)),
        Row((Text(parked, "Parked", listed=True),), 0.6),
    )
    return Page(f"{view.line.forum_label}, {day_words(view.row.starts_at)}", rows, "Minutes")


def _footing(source: BookSource) -> Page:
    plan = source.plan
    facts = (
        ("Plan", plan.digest),
        ("Extract", plan.inputs.extract),
        ("Scenario", plan.name),
        ("Horizon", f"{period_words(plan.horizon.labels[0])} to {period_words(plan.horizon.labels[-1])}"),
        ("Changes in it", str(len(plan.changes))),
        ("Cycle", period_words(source.cycle)),
    )
    words = Text(
        (
            "The plan is calculated from the extract and the changes alone; whoever has both gets the same digest.",
            "Every number of this book can be explained in the application: open the plan and click it.",
            "The same content gives the same file, byte for byte.",
        ),
        "How to check",
        listed=True,
    )
    table = Table(("What", "It is"), facts, words=2, widths=(1, 5))
    return Page("What the numbers stand on", (Row((table,), 0.8), Row((words,), 0.6)), "Footing")
